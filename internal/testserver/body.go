package testserver

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// MaxBody is the size in bytes above which a request body is refused with 413.
const MaxBody = 64 << 20

// errBadBody says that the body is no JSON or no well-formed form.
var errBadBody = errors.New("malformed body")

// parseBody reads the parameters of a body. Other content types than JSON and
// the two forms are ignored, as Rails does; isJSON says that wrapping applies.
func parseBody(contentType string, body []byte) (p *Params, isJSON bool, err error) {
	// What is no media type is none of the three.
	media, attrs, _ := mime.ParseMediaType(contentType)
	switch media {
	case "application/json":
		p, err = parseJSONBody(body)
		return p, true, err
	case "multipart/form-data":
		p, err = parseMultipart(body, attrs["boundary"])
		return p, false, err
	case "application/x-www-form-urlencoded":
		return parsePairs(string(body)), false, nil
	default:
		return NewParams(), false, nil
	}
}

func parseJSONBody(body []byte) (*Params, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return NewParams(), nil
	}
	v, err := ParseJSON(body)
	if err != nil {
		return nil, errBadBody
	}
	o, ok := v.(Object)
	if !ok {
		p := NewParams()
		p.Fault("", "the body is no object")
		return p, nil
	}
	return ParamsOf(o), nil
}

func parseMultipart(body []byte, boundary string) (*Params, error) {
	p := NewParams()
	if len(body) == 0 {
		return p, nil
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return nil, errBadBody
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, errBadBody
		}
		p.setNested(part.FormName(), partValue(part, data))
	}
}

func partValue(part *multipart.Part, data []byte) any {
	if part.FileName() == "" {
		return string(data)
	}
	return &File{Filename: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data}
}

// parsePairs reads a query string or URL-encoded form.
func parsePairs(text string) *Params {
	p := NewParams()
	for _, pair := range strings.Split(text, "&") {
		if pair == "" {
			continue
		}
		key, value, found := strings.Cut(pair, "=")
		k, err := url.QueryUnescape(key)
		if err != nil || k == "" {
			continue
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			continue
		}
		if !found {
			p.setNested(k, nil)
			continue
		}
		p.setNested(k, v)
	}
	return p
}

// setNested stores a value under a bracketed name as Rack does: a[b]=1 is a
// hash, a[]=1 an array, a[][b]=1 an array of hashes, a new one whenever its
// key comes again. A name that contradicts an earlier one replaces it.
func (p *Params) setNested(name string, value any) {
	head, rest := splitName(name)
	if rest == "" {
		p.Set(head, value)
		return
	}
	p.Set(head, p.nestedValue(p.values[head], rest, value, join(p.path, head)))
}

func splitName(name string) (head, rest string) {
	open := strings.IndexByte(name, '[')
	if open <= 0 {
		return name, ""
	}
	return name[:open], name[open:]
}

func (p *Params) nestedValue(old any, rest string, value any, path string) any {
	inside, after, ok := strings.Cut(rest[1:], "]")
	if !ok {
		return value
	}
	if inside != "" {
		return p.nestedHash(old, inside+after, value, path)
	}
	list, _ := old.([]any)
	if after == "" {
		return append(list, value)
	}
	if !strings.HasPrefix(after, "[") {
		return append(list, value)
	}
	key, deeper, _ := strings.Cut(after[1:], "]")
	return p.nestedListEntry(list, key, deeper, value, path)
}

func (p *Params) nestedHash(old any, name string, value any, path string) any {
	h, ok := old.(*Params)
	if !ok {
		h = p.child(path)
	}
	h.setNested(name, value)
	return h
}

func (p *Params) nestedListEntry(list []any, key, deeper string, value any, path string) any {
	if len(list) > 0 {
		last, ok := list[len(list)-1].(*Params)
		if ok && (deeper != "" || last.values[key] == nil) {
			last.setNested(key+deeper, value)
			return list
		}
	}
	h := p.child(path)
	h.setNested(key+deeper, value)
	return append(list, h)
}

func (p *Params) child(path string) *Params {
	h := NewParams()
	h.faults, h.path = p.faults, path
	return h
}

// mergeParams lays the parameters of the body over those of the query. Nested
// hashes are shared, so that reads count for both.
func mergeParams(query, body *Params) *Params {
	out := NewParams()
	out.faults = body.faults
	*out.faults = append(*out.faults, *query.faults...)
	for _, key := range query.keys {
		out.Set(key, query.values[key])
	}
	for _, key := range body.keys {
		out.Set(key, body.values[key])
	}
	return out
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
}
