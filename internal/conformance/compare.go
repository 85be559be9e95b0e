package conformance

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// comparison collects how a request differs from the recorded one.
type comparison struct{ found []string }

func (c *comparison) differ(path, format string, args ...any) {
	c.found = append(c.found, path+": "+fmt.Sprintf(format, args...))
}

// compare says how a request on the wire differs from the recorded one.
func (c *checker) compare(a *arguments, e *recordings.Exchange, sent *wire) []string {
	out := &comparison{found: slices.Clone(a.notes)}
	if sent.err != nil {
		out.differ("request", "%v", sent.err)
	}
	if sent.method != e.Request.Method {
		out.differ("method", "%s for %s", sent.method, e.Request.Method)
	}
	if plainPath(sent.path) != plainPath(e.Request.Path) {
		out.differ("path", "another one")
	}
	out.query(a.query, sent.query)
	out.body(a, sent)
	return out.found
}

func plainPath(path string) string {
	text, err := url.PathUnescape(strings.TrimSuffix(path, "/"))
	if err != nil {
		return path
	}
	return text
}

func (c *comparison) query(recorded, sent [][2]string) {
	rest := slices.Clone(sent)
	for _, want := range recorded {
		at := slices.IndexFunc(rest, func(p [2]string) bool { return p == want })
		if at < 0 {
			at = slices.IndexFunc(rest, func(p [2]string) bool { return p[0] == want[0] })
			if at < 0 {
				c.differ("query."+want[0], "not sent")
				continue
			}
			c.scalar("query."+want[0], want[1], rest[at][1])
		}
		rest = slices.Delete(rest, at, at+1)
	}
	for _, p := range rest {
		c.differ("query."+p[0], "added")
	}
}

func (c *comparison) body(a *arguments, sent *wire) {
	var got any
	var files []recordings.Part
	switch {
	case sent.parts != nil:
		var fields []recordings.Part
		for _, p := range sent.parts {
			if p.Filename == "" {
				fields = append(fields, p)
			} else {
				files = append(files, p)
			}
		}
		got = nest(fields)
	case len(bytes.TrimSpace(sent.body)) > 0:
		v, err := testserver.ParseJSON(sent.body)
		if err != nil {
			c.differ("body", "no JSON")
			return
		}
		got = v
	}
	o, ok := got.(testserver.Object)
	if !ok && got != nil {
		c.differ("body", "no object")
		return
	}
	c.object("body", a.body, o)
	c.files(a.parts, files)
}

func (c *comparison) files(recorded, sent []recordings.Part) {
	for i, want := range recorded {
		if i >= len(sent) {
			c.differ("body."+want.Name, "the file is not sent")
			continue
		}
		if got := sent[i]; got != want {
			c.differ("body."+want.Name, "the file is another: %v for %v", got, want)
		}
	}
	if len(sent) > len(recorded) {
		c.differ("body", "files are added")
	}
}

func (c *comparison) object(path string, recorded, sent testserver.Object) {
	for _, m := range recorded {
		got, ok := sent.Get(m.Key)
		if !ok {
			c.differ(path+"."+m.Key, "not sent")
			continue
		}
		c.value(path+"."+m.Key, m.Value, got)
	}
	for _, m := range sent {
		if _, ok := recorded.Get(m.Key); !ok {
			c.differ(path+"."+m.Key, "added")
		}
	}
}

func (c *comparison) value(path string, recorded, sent any) {
	switch want := recorded.(type) {
	case testserver.Object:
		if got, ok := sent.(testserver.Object); ok {
			c.object(path, want, got)
			return
		}
	case []any:
		if got, ok := sent.([]any); ok && len(got) == len(want) {
			for i := range want {
				c.value(path+"["+strconv.Itoa(i)+"]", want[i], got[i])
			}
			return
		}
	default:
		c.scalar(path, recorded, sent)
		return
	}
	c.differ(path, "another shape")
}

func (c *comparison) scalar(path string, recorded, sent any) {
	if o, ok := sent.(testserver.Object); ok {
		c.jsonText(path, recorded, o)
		return
	}
	if recorded == sent {
		return
	}
	want, got := recordings.Plain(recorded), recordings.Plain(sent)
	switch {
	case recorded == nil || sent == nil:
		c.differ(path, "null for a value, or a value for null")
	case want == got, sameBool(want, got):
		c.differ(path, "%s", spelling(recorded, sent))
	case sameInstant(recorded, sent):
		c.differ(path, "the same time, spelled otherwise")
	default:
		c.differ(path, "another value")
	}
}

// spelling says how one value is written twice. A number or a boolean that is sent as
// text is worse than one that was recorded so.
func spelling(recorded, sent any) string {
	_, wasText := recorded.(string)
	if _, isText := sent.(string); isText && !wasText {
		return "sent as text"
	}
	return "spelled as another type"
}

// jsonText compares an object with one that was recorded as its JSON text.
func (c *comparison) jsonText(path string, recorded any, sent testserver.Object) {
	v, err := testserver.ParseJSON([]byte(recordings.Plain(recorded)))
	want, ok := v.(testserver.Object)
	if err != nil || !ok {
		c.differ(path, "another shape")
		return
	}
	c.differ(path, "spelled as another type")
	c.object(path, want, sent)
}

func sameBool(a, b string) bool {
	bools := map[string]string{"true": "true", "1": "true", "false": "false", "0": "false"}
	return bools[a] != "" && bools[a] == bools[b]
}

func sameInstant(a, b any) bool {
	x, ok := instant(a)
	if !ok {
		return false
	}
	y, ok := instant(b)
	return ok && x.Equal(y)
}
