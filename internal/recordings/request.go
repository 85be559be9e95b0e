package recordings

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Part is one part of a multipart body: a field with its value, or a file.
type Part struct {
	Name, Value, Filename, ContentType string
	Size                               int
}

// Pairs reads an object, a list of pairs or an encoded form as members in their
// order.
func Pairs(v any) testserver.Object {
	switch v := v.(type) {
	case testserver.Object:
		return v
	case string:
		return formPairs(v)
	}
	var out testserver.Object
	list, _ := v.([]any)
	for _, entry := range list {
		if pair, ok := entry.([]any); ok && len(pair) == 2 {
			out = append(out, testserver.Member{Key: Plain(pair[0]), Value: pair[1]})
		}
	}
	return out
}

// formPairs reads an encoded query or form; what is not encoded well stays as
// it is.
func formPairs(text string) testserver.Object {
	plain := func(text string) string {
		if decoded, err := url.QueryUnescape(text); err == nil {
			return decoded
		}
		return text
	}
	var out testserver.Object
	for pair := range strings.SplitSeq(text, "&") {
		if key, value, _ := strings.Cut(pair, "="); key != "" {
			out = append(out, testserver.Member{Key: plain(key), Value: plain(value)})
		}
	}
	return out
}

// Plain is a JSON value as it stands in a query or a form.
func Plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		out, _ := testserver.Marshal(v)
		return string(out)
	}
}

// Parts reads both descriptions of multipart bodies: fields and files apart,
// or one list.
func Parts(described any) []Part {
	var out []Part
	if o, ok := described.(testserver.Object); ok {
		fields, _ := o.Get("fields")
		for _, m := range Pairs(fields) {
			out = append(out, Part{Name: m.Key, Value: Plain(m.Value)})
		}
		files, _ := o.Get("files")
		described = files
	}
	list, _ := described.([]any)
	for _, entry := range list {
		o, ok := entry.(testserver.Object)
		if !ok {
			continue
		}
		get := func(key string) string {
			v, _ := o.Get(key)
			return Plain(v)
		}
		size, _ := strconv.Atoi(get("size"))
		out = append(out, Part{get("name"), get("value"), get("filename"), get("content_type"), max(0, min(size, testserver.MaxBody))})
	}
	return out
}

// QueryPairs are the keys and values of the query, in order; a list gives its
// key once for each element.
func (e *Exchange) QueryPairs() ([][2]string, error) {
	raw := bytes.TrimSpace(e.Request.Query)
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	v, err := testserver.ParseJSON(raw)
	if err != nil {
		return nil, err
	}
	var out [][2]string
	for _, m := range Pairs(v) {
		list, isList := m.Value.([]any)
		if !isList {
			list = []any{m.Value}
		}
		for _, one := range list {
			out = append(out, [2]string{m.Key, Plain(one)})
		}
	}
	return out, nil
}

// Sent is the body of a request, of one of its kinds.
type Sent struct {
	JSON  any    // parsed, with testserver.Object for objects
	Raw   string // what was malformed on purpose
	Parts []Part // of a multipart body
}

// Sent reads the body of the request. The zero value is no body.
func (e *Exchange) Sent() (Sent, error) {
	raw := bytes.TrimSpace(e.Request.Body)
	if len(raw) == 0 || string(raw) == "null" {
		return Sent{}, nil
	}
	v, err := testserver.ParseJSON(raw)
	if err != nil {
		return Sent{}, err
	}
	if v, err = Restored(v); err != nil {
		return Sent{}, err
	}
	if o, ok := v.(testserver.Object); ok && len(o) == 1 {
		switch o[0].Key {
		case "_raw", "raw":
			return Sent{Raw: Plain(o[0].Value)}, nil
		case "_multipart", "multipart":
			return Sent{Parts: Parts(o[0].Value)}, nil
		}
	}
	return Sent{JSON: v}, nil
}

// Restored gives a body back of which the recording keeps the beginning and
// the size: the last character goes on to the end of the only text in it.
// Other bodies come back as they are.
func Restored(body any) (any, error) {
	o, ok := body.(testserver.Object)
	if !ok || len(o) != 2 || o[0].Key != "truncated" || o[1].Key != "size" {
		return body, nil
	}
	const end = `"}`
	text := Plain(o[0].Value)
	n, err := strconv.Atoi(Plain(o[1].Value))
	if err != nil || text == "" || n < len(text)+len(end) || n > testserver.MaxBody {
		return nil, errors.New("a truncated body without its size")
	}
	return testserver.ParseJSON([]byte(text + strings.Repeat(text[len(text)-1:], n-len(text)-len(end)) + end))
}
