package engagetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// blank is an object of the API description in which nothing is set.
func blank(name string) object {
	fields := api.Objects[name]
	out := make(object, 0, len(fields))
	for i := range fields {
		out = append(out, testserver.Member{Key: fields[i].Name, Value: blankOf(fields[i].kind)})
	}
	return out
}

func blankOf(k kind) any {
	if k.nullable {
		return nil
	}
	switch k.is {
	case "string":
		return ""
	case "integer":
		return int64(0)
	case "number":
		return testserver.Float(0)
	case "boolean":
		return false
	case "list":
		return []any{}
	case "map", "attributes":
		return object{}
	case "enum":
		return api.Enums[k.name][0]
	case "object":
		return blank(k.name)
	default:
		return nil
	}
}

// reader casts the parameters of a request to the types of an object in the
// API description and collects what is refused.
type reader struct {
	c        *ctx
	problems problems
}

// read returns what the request sets, by the fields of the body's object.
// With fresh, required fields have to be there.
func (r *reader) read(p *params, name string, fresh bool) object {
	out := object{}
	fields := api.Objects[name]
	for i := range fields {
		f := &fields[i]
		v, sent := p.Get(f.Name)
		if f.Required && (fresh && testserver.Blank(v) || sent && testserver.Blank(v)) && f.kind.is != "boolean" {
			r.problems.add(f.Name, "can't be blank")
			continue
		}
		if !sent {
			continue
		}
		if value, ok := r.value(p, f, v); ok {
			out.Set(f.Name, value)
		}
	}
	return out
}

// value casts one value; ok is false for those that the server drops.
func (r *reader) value(p *params, f *field, v any) (out any, ok bool) {
	if f.JSON {
		return r.jsonText(f, v)
	}
	if h, isHash := v.(*params); isHash && f.kind.is == "object" {
		return r.read(h, f.kind.name, true), true
	}
	out, problem := r.cast(f.kind, v)
	if problem == "" {
		r.bounds(f, out)
		return out, true
	}
	if f.kind.is == "object" {
		stop(badRequest(f.Name + " must be a hash"))
	}
	p.Fault(f.Name, problem)
	return nil, false
}

// cast turns a value into one of the type; problem says why that fails.
func (r *reader) cast(k kind, v any) (out any, problem string) {
	switch k.is {
	case "list":
		return r.castList(k, v)
	case "map":
		return r.castMap(k, v)
	case "object":
		h, isHash := v.(*params)
		if !isHash {
			return nil, "want an object"
		}
		return r.read(h, k.name, true), ""
	case "attributes":
		h, isHash := v.(*params)
		if !isHash {
			return nil, "want an object"
		}
		return h.AsObject(), ""
	case "raw":
		return testserver.AsJSON(v), ""
	case "file":
		f, isFile := v.(*testserver.File)
		if !isFile {
			return nil, "want a file"
		}
		return f, ""
	default:
		return castPlain(k, v)
	}
}

func (r *reader) castList(k kind, v any) (any, string) {
	values, isList := v.([]any)
	if !isList {
		return nil, "want an array"
	}
	out := []any{}
	for _, e := range values {
		if e == nil || e == "" {
			continue // x[]= empties a list
		}
		value, problem := r.cast(*k.of, e)
		if problem != "" {
			return nil, problem
		}
		out = append(out, value)
	}
	return out, ""
}

func (r *reader) castMap(k kind, v any) (any, string) {
	h, isHash := v.(*params)
	if !isHash {
		return nil, "want an object"
	}
	out := object{}
	for _, key := range h.Keys() {
		e, _ := h.Get(key)
		value, problem := r.cast(*k.of, e)
		if problem != "" {
			return nil, problem
		}
		out.Set(key, value)
	}
	return out, ""
}

func castPlain(k kind, v any) (any, string) {
	switch v.(type) {
	case []any, *params, *testserver.File:
		return nil, "want a plain value"
	}
	switch k.is {
	case "integer":
		return castInteger(v)
	case "number":
		return castNumber(v)
	case "boolean":
		return castBoolean(v)
	default:
		if s := testserver.CastString(v); s != nil {
			return *s, ""
		}
		return nil, ""
	}
}

func castInteger(v any) (any, string) {
	n := testserver.CastInt(v)
	if n == nil {
		return nil, ""
	}
	if s, isText := v.(string); isText {
		if _, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64); err != nil {
			return nil, "want a number"
		}
	}
	return *n, ""
}

func castNumber(v any) (any, string) {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case nil:
		return nil, ""
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return nil, "want a number"
	}
	return testserver.Float(f), ""
}

var boolWords = []string{"true", "false", "1", "0", ""}

func castBoolean(v any) (any, string) {
	if s, isText := v.(string); isText && !slices.Contains(boolWords, s) {
		return nil, "want true or false"
	}
	b := testserver.CastBool(v)
	if b == nil {
		return nil, ""
	}
	return *b, ""
}

// jsonText reads a field that is sent as the text of a JSON object, or as the
// object itself in a JSON body.
func (r *reader) jsonText(f *field, v any) (any, bool) {
	if h, isHash := v.(*params); isHash {
		return h.AsObject(), true
	}
	text, _ := v.(string)
	value, err := testserver.ParseJSON([]byte(text))
	o, isObject := value.(object)
	if err != nil || !isObject {
		r.problems.add(f.Name, "is not valid JSON")
		return nil, false
	}
	return o, true
}

// bounds refuses values that are out of their range, unknown values of enums
// and ids of records that are not there.
//
// An operation that describes 404 for what its body names answers with that.
func (r *reader) bounds(f *field, v any) {
	switch v := v.(type) {
	case int64:
		r.inRange(f, float64(v))
	case testserver.Float:
		r.inRange(f, float64(v))
	case string:
		if !r.known(f.kind, v) {
			if f.kind.is == "string" && r.c.op.names404() {
				stop(notFound())
			}
			r.problems.add(f.Name, unknownText(f.kind))
		}
	case []any:
		if f.kind.is == "list" {
			r.allKnown(f, v)
		}
	}
}

func (r *reader) allKnown(f *field, values []any) {
	for _, e := range values {
		if s, isText := e.(string); isText && !r.known(*f.kind.of, s) {
			r.problems.add(f.Name, unknownText(*f.kind.of))
			return
		}
	}
}

func unknownText(k kind) string {
	if k.is == "enum" {
		return "is not included in the list"
	}
	return "must exist"
}

func (r *reader) known(k kind, v string) bool {
	switch {
	case v == "":
		return true
	case k.is == "enum":
		return slices.Contains(api.Enums[k.name], v)
	case k.is == "string" && k.name != "" && r.c.st.records[k.name] != nil:
		return r.c.st.find(k.name, v) != nil
	default:
		return true
	}
}

func (r *reader) inRange(f *field, v float64) {
	if f.Min != nil && v < *f.Min {
		r.problems.add(f.Name, fmt.Sprintf("must be greater than or equal to %v", *f.Min))
	}
	if f.Max != nil && v > *f.Max {
		r.problems.add(f.Name, fmt.Sprintf("must be less than or equal to %v", *f.Max))
	}
}

// assign puts values into a record, as far as its object has the keys. An
// empty text is null where null is allowed.
func (r *record) assign(values object) {
	for _, m := range values {
		f := api.field(r.kind, m.Key)
		if f == nil {
			continue
		}
		v := m.Value
		if v == "" && f.kind.nullable {
			v = nil
		}
		if v == nil && !f.kind.nullable {
			v = blankOf(f.kind)
		}
		r.set(m.Key, v)
	}
}
