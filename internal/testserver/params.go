package testserver

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// File is one uploaded file of a multipart body.
type File struct {
	Filename    string
	ContentType string
	Data        []byte
}

// Params is a hash of request parameters in the order of the request. Values
// are nil, bool, json.Number, string, []any, *File or *Params.
//
// Params remembers which keys were read: what a successful request sent and
// no handler read is a field the server does not know.
type Params struct {
	keys   []string
	values map[string]any
	read   map[string]bool
	// origin is the hash whose keys this one shows again under a wrapper.
	origin *Params
	// derived names wrapper keys that the request did not send.
	derived map[string]bool
	faults  *[]string
	path    string
}

// NewParams returns an empty hash.
func NewParams() *Params {
	return &Params{values: map[string]any{}, read: map[string]bool{}, faults: new([]string)}
}

// ParamsOf makes parameters of a JSON object.
func ParamsOf(o Object) *Params { return paramsOf(o, new([]string), "") }

func paramsOf(o Object, faults *[]string, path string) *Params {
	p := NewParams()
	p.faults, p.path = faults, path
	for _, m := range o {
		p.Set(m.Key, paramValue(m.Value, faults, join(path, m.Key)))
	}
	return p
}

func paramValue(v any, faults *[]string, path string) any {
	switch v := v.(type) {
	case Object:
		return paramsOf(v, faults, path)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = paramValue(v[i], faults, path+"[]")
		}
		return out
	default:
		return v
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Set stores a value; a new key goes to the end.
func (p *Params) Set(key string, value any) {
	if _, known := p.values[key]; !known {
		p.keys = append(p.keys, key)
	}
	p.values[key] = value
}

// Keys lists the keys in the order of the request, without marking them read.
func (p *Params) Keys() []string { return append([]string(nil), p.keys...) }

// DropNulls takes the nulls out of all arrays, as Rails does.
func (p *Params) DropNulls() {
	for key, v := range p.values {
		p.values[key] = withoutNulls(v)
	}
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case *Params:
		v.DropNulls()
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			if e != nil {
				out = append(out, withoutNulls(e))
			}
		}
		return out
	}
	return v
}

// Len is the number of keys.
func (p *Params) Len() int { return len(p.keys) }

func (p *Params) mark(key string) {
	p.read[key] = true
	if p.origin != nil {
		p.origin.mark(key)
	}
}

// Get returns the value of key and whether the request has it.
func (p *Params) Get(key string) (any, bool) {
	p.mark(key)
	v, ok := p.values[key]
	return v, ok
}

// Has reports whether the request has key, whatever its value.
func (p *Params) Has(key string) bool {
	_, ok := p.Get(key)
	return ok
}

// Blank reports whether key is absent, null, an empty or white string, or an
// empty hash or array.
func (p *Params) Blank(key string) bool {
	v, _ := p.Get(key)
	return Blank(v)
}

// Blank is Rails' blank?: nil, false, white text and empty collections.
func Blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case *Params:
		return v.Len() == 0
	default:
		return false
	}
}

// Ignore marks keys as understood though the server does nothing with them.
func (p *Params) Ignore(keys ...string) {
	for _, key := range keys {
		p.mark(key)
	}
}

// IgnoreAll marks everything below p as understood.
func (p *Params) IgnoreAll() {
	for _, key := range p.keys {
		p.mark(key)
		ignoreValue(p.values[key])
	}
}

func ignoreValue(v any) {
	switch v := v.(type) {
	case *Params:
		v.IgnoreAll()
	case []any:
		for _, e := range v {
			ignoreValue(e)
		}
	}
}

// Unread lists the paths of what was sent and not read, sorted.
func (p *Params) Unread() []string {
	var out []string
	p.unread("", &out)
	sort.Strings(out)
	return out
}

func (p *Params) unread(path string, out *[]string) {
	for _, key := range p.keys {
		if p.derived[key] {
			continue
		}
		at := join(path, key)
		if !p.read[key] {
			*out = append(*out, at)
			continue
		}
		unreadValue(p.values[key], at, out)
	}
}

func unreadValue(v any, path string, out *[]string) {
	switch v := v.(type) {
	case *Params:
		v.unread(path, out)
	case []any:
		for i, e := range v {
			unreadValue(e, fmt.Sprintf("%s[%d]", path, i), out)
		}
	}
}

// Fault notes that a value has a type which the server does not understand.
func (p *Params) Fault(key, problem string) {
	*p.faults = append(*p.faults, join(p.path, key)+": "+problem)
}

// Faults lists what Fault noted anywhere in the request.
func (p *Params) Faults() []string { return *p.faults }

// Hash returns the nested hash under key, nil when there is none.
func (p *Params) Hash(key string) *Params {
	v, ok := p.Get(key)
	if !ok {
		return nil
	}
	h, ok := v.(*Params)
	if !ok && v != nil {
		p.Fault(key, "want an object")
	}
	return h
}

// List returns the array under key; ok is false when there is none.
func (p *Params) List(key string) (list []any, ok bool) {
	v, present := p.Get(key)
	if !present {
		return nil, false
	}
	list, ok = v.([]any)
	if !ok && v != nil {
		p.Fault(key, "want an array")
	}
	return list, ok
}

// File returns the uploaded file under key, nil when there is none.
func (p *Params) File(key string) *File {
	v, _ := p.Get(key)
	f, _ := v.(*File)
	return f
}

// Object returns the free-form object under key and marks all of it as read;
// ok is false when the key holds no object.
func (p *Params) Object(key string) (o Object, ok bool) {
	h := p.Hash(key)
	if h == nil {
		return nil, false
	}
	return h.AsObject(), true
}

// AsObject turns the whole hash into a JSON object and marks it as read.
func (p *Params) AsObject() Object {
	out := Object{}
	for _, key := range p.keys {
		v, _ := p.Get(key)
		out = append(out, Member{Key: key, Value: AsJSON(v)})
	}
	return out
}

// AsJSON turns a parameter value into one that renders as JSON, and marks it
// as read. A file renders as null.
func AsJSON(v any) any {
	switch v := v.(type) {
	case *Params:
		return v.AsObject()
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = AsJSON(v[i])
		}
		return out
	case *File:
		return nil
	default:
		return v
	}
}

// String casts the value under key to text: "" when absent, null or no scalar.
func (p *Params) String(key string) string {
	var s *string
	p.Into(key, &s)
	if s == nil {
		return ""
	}
	return *s
}

// Int casts the value under key to an integer: 0 when absent, null or no scalar.
func (p *Params) Int(key string) int64 {
	var n *int64
	p.Into(key, &n)
	if n == nil {
		return 0
	}
	return *n
}

// Bool casts the value under key to a boolean: false when absent or null.
func (p *Params) Bool(key string) bool {
	var b *bool
	p.Into(key, &b)
	return b != nil && *b
}

// Into casts the value under key to the column that target points at, as
// ActiveRecord does on assignment after strong parameters let it through, and
// reports whether it was there. Arrays and objects are dropped like keys that
// are not permitted. Targets: *string, **string, *int64, **int64, *bool,
// **bool; the pointer kinds take null as nil, the plain kinds as zero.
func (p *Params) Into(key string, target any) bool {
	v, ok := p.Get(key)
	if !ok {
		return false
	}
	if !scalar(v) {
		p.Fault(key, "want a plain value")
		return false
	}
	switch t := target.(type) {
	case *string:
		*t = deref(CastString(v))
	case **string:
		*t = CastString(v)
	case *int64:
		*t = deref(CastInt(v))
	case **int64:
		*t = CastInt(v)
	case *bool:
		*t = deref(CastBool(v))
	case **bool:
		*t = CastBool(v)
	default:
		panic(fmt.Sprintf("testserver: Into %T", target))
	}
	p.checkType(key, v, target)
	return true
}

// checkType notes values that a cast turns into something the caller cannot
// have meant.
func (p *Params) checkType(key string, v, target any) {
	text, isText := v.(string)
	switch target.(type) {
	case *int64, **int64:
		if isText && strings.TrimSpace(text) != "" && !numeric(text) {
			p.Fault(key, "want a number")
		}
	case *bool, **bool:
		if isText && !boolWords[text] {
			p.Fault(key, "want true or false")
		}
	}
}

func numeric(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

func scalar(v any) bool {
	switch v.(type) {
	case nil, bool, json.Number, string:
		return true
	default:
		return false
	}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// CastString is ActiveRecord's cast to a text column: nil for null and for
// what is no scalar.
func CastString(v any) *string {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case json.Number:
		s = v.String()
	case bool:
		s = "f"
		if v {
			s = "t"
		}
	default:
		return nil
	}
	return &s
}

// CastInt is ActiveRecord's cast to an integer column: leading digits count,
// other text is 0, nil for null, white text and what is no scalar.
func CastInt(v any) *int64 {
	var n int64
	switch v := v.(type) {
	case json.Number:
		n = numberToInt(v)
	case string:
		if strings.TrimSpace(v) == "" {
			return nil
		}
		n = LeadingInt(v)
	case bool:
		if v {
			n = 1
		}
	default:
		return nil
	}
	return &n
}

func numberToInt(n json.Number) int64 {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) >= math.MaxInt64 {
		return 0
	}
	return int64(f)
}

// LeadingInt is Ruby's String#to_i.
func LeadingInt(text string) int64 {
	text = strings.TrimSpace(text)
	end := 0
	if end < len(text) && (text[0] == '-' || text[0] == '+') {
		end++
	}
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// falseWords are the texts that ActiveModel casts to false.
var falseWords = map[string]bool{
	"0": true, "f": true, "F": true, "false": true, "FALSE": true, "off": true, "OFF": true,
}

var boolWords = map[string]bool{
	"0": true, "f": true, "F": true, "false": true, "FALSE": true, "off": true, "OFF": true,
	"1": true, "t": true, "T": true, "true": true, "TRUE": true, "on": true, "ON": true, "": true,
}

// CastBool is ActiveModel's cast to a boolean column: nil for null, "" and
// what is no scalar; a few words and 0 are false, anything else is true.
func CastBool(v any) *bool {
	var b bool
	switch v := v.(type) {
	case bool:
		b = v
	case json.Number:
		b = numberToInt(v) != 0
	case string:
		if v == "" {
			return nil
		}
		b = !falseWords[v]
	default:
		return nil
	}
	return &b
}

// CastTime is ActiveRecord's cast to a time column for the texts that clients
// send: RFC 3339, "2006-01-02 15:04:05" and "2006-01-02", UTC when no zone is
// given. nil for everything else.
func CastTime(v any) *time.Time {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

// wrap puts the given keys of p once more under name, as Rails does for JSON
// bodies. It does nothing when p has name already. With only, no other keys
// are copied.
func (p *Params) wrap(name string, keys, only []string) {
	if name == "" {
		return
	}
	if _, sent := p.values[name]; sent {
		return
	}
	inner := NewParams()
	inner.origin, inner.faults, inner.path = p, p.faults, p.path
	for _, key := range keys {
		if len(only) == 0 || slices.Contains(only, key) {
			inner.Set(key, p.values[key])
		}
	}
	p.Set(name, inner)
	p.derived = map[string]bool{name: true}
}
