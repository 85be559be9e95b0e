package conformance

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

var (
	timeType       = reflect.TypeFor[time.Time]()
	wireTimeType   = reflect.TypeFor[konverte.Time]()
	attributesType = reflect.TypeFor[konverte.Attributes]()
	rawType        = reflect.TypeFor[json.RawMessage]()
	secretType     = reflect.TypeFor[konverte.Secret]()
)

// optional gives the T of an Opt[T], nil for any other type.
func optional(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Struct || !strings.HasPrefix(t.Name(), "Opt[") {
		return nil
	}
	get, ok := t.MethodByName("Get")
	if !ok {
		return nil
	}
	return get.Type.Out(0)
}

// fit turns a recorded value into one that encoding/json takes for the type:
// the spelling of times, numbers and booleans is that of the type. What has no
// place in it is a problem.
func (a *arguments) fit(t reflect.Type, path string, value any) any {
	if inner := optional(t); inner != nil {
		if value == nil {
			return nil
		}
		return a.fit(inner, path, value)
	}
	switch t {
	case timeType, wireTimeType:
		return a.fitTime(path, value)
	case attributesType:
		return a.fitAttributes(path, value)
	case rawType, secretType:
		return value
	}
	switch t.Kind() {
	case reflect.Pointer:
		return a.fit(t.Elem(), path, value)
	case reflect.Struct:
		return a.fitStruct(t, path, value)
	case reflect.Slice:
		return a.fitSlice(t, path, value)
	case reflect.Map:
		return a.fitMap(t, path, value)
	case reflect.Bool:
		return a.fitBool(path, value)
	case reflect.Int64, reflect.Int, reflect.Float64:
		return a.fitNumber(path, value)
	case reflect.String:
		return a.fitString(path, value)
	}
	return value
}

// fitAttributes takes an object, or its JSON text.
func (a *arguments) fitAttributes(path string, value any) any {
	if text, ok := value.(string); ok {
		if v, err := testserver.ParseJSON([]byte(text)); err == nil {
			value = v
		}
	}
	if _, ok := value.(testserver.Object); !ok && value != nil {
		a.problem("%s: no object", path)
		return nil
	}
	return value
}

func (a *arguments) fitTime(path string, value any) any {
	if value == nil {
		return nil
	}
	at, ok := instant(value)
	if !ok {
		a.problem("%s: no time", path)
		return nil
	}
	return at.Format(time.RFC3339Nano)
}

// instant reads a time in any of the spellings that the server takes.
func instant(value any) (time.Time, bool) {
	text := recordings.Plain(value)
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return time.UnixMilli(int64(seconds * 1000)).UTC(), true
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, time.DateOnly, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

func (a *arguments) fitStruct(t reflect.Type, path string, value any) any {
	o, ok := value.(testserver.Object)
	if !ok {
		if value != nil && reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
			return value
		}
		if value != nil {
			a.problem("%s: no object", path)
		}
		return nil
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return o
	}
	fields := tags(t)
	out := testserver.Object{}
	for _, m := range o {
		at, ok := fields[m.Key]
		if !ok {
			a.problem("%s.%s: no such key", path, m.Key)
			continue
		}
		out = append(out, testserver.Member{Key: m.Key, Value: a.fit(t.Field(at).Type, path+"."+m.Key, m.Value)})
	}
	return out
}

// tags maps the keys of a struct in JSON to its fields.
func tags(t reflect.Type) map[string]int {
	out := map[string]int{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out[name] = i
		}
	}
	return out
}

func (a *arguments) fitSlice(t reflect.Type, path string, value any) any {
	list, ok := value.([]any)
	if !ok {
		if value != nil {
			a.problem("%s: no list", path)
		}
		return nil
	}
	out := make([]any, len(list))
	for i, one := range list {
		out[i] = a.fit(t.Elem(), path+"["+strconv.Itoa(i)+"]", one)
	}
	return out
}

func (a *arguments) fitMap(t reflect.Type, path string, value any) any {
	o, ok := value.(testserver.Object)
	if !ok {
		if value != nil {
			a.problem("%s: no object", path)
		}
		return nil
	}
	out := testserver.Object{}
	for _, m := range o {
		out = append(out, testserver.Member{Key: m.Key, Value: a.fit(t.Elem(), path+"."+m.Key, m.Value)})
	}
	return out
}

func (a *arguments) fitBool(path string, value any) any {
	switch recordings.Plain(value) {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	a.problem("%s: neither true nor false", path)
	return false
}

func (a *arguments) fitNumber(path string, value any) any {
	text := recordings.Plain(value)
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		a.problem("%s: no number", path)
		return json.Number("0")
	}
	return json.Number(text)
}

func (a *arguments) fitString(path string, value any) any {
	switch value.(type) {
	case string, json.Number, bool:
		return recordings.Plain(value)
	}
	a.problem("%s: no text", path)
	return ""
}
