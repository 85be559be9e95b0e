package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// presence counts how the answers have a field: with a value, with null, or not
// at all.
type presence struct {
	Values, Nulls, Absent int
	tells                 bool   // whether its type tells null from absence
	nilable               bool   // whether its zero value stands for nothing
	example               string // an exchange without the key
}

// walker compares a result with the answer that it was made of.
type walker struct {
	where    string
	found    []string             // what differs
	fields   map[string]*presence // by Type.Field
	untyped  map[string]int       // catch-alls that held something, by Type.Field
	envelope map[string]int       // keys beside the result that are dropped
}

func newWalker() *walker {
	return &walker{fields: map[string]*presence{}, untyped: map[string]int{}, envelope: map[string]int{}}
}

func (w *walker) differ(path, format string, args ...any) {
	w.found = append(w.found, path+": "+fmt.Sprintf(format, args...))
}

// result compares what the method of an operation returned with the body.
func (w *walker) result(op *Operation, got any, body []byte) {
	v := reflect.ValueOf(got)
	if v.Kind() == reflect.String {
		if v.String() != string(body) {
			w.differ("$", "the text is another")
		}
		return
	}
	node, err := testserver.ParseJSON(body)
	if err != nil {
		w.differ("$", "no JSON")
		return
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		if node != nil {
			w.differ("$", "nil without an error")
		}
		return
	}
	at, dropped, ok := locate(v.Type(), node)
	if !ok {
		w.differ("$", "the result stands nowhere in the answer")
		return
	}
	for _, key := range dropped {
		w.envelope[op.Go()+" "+key]++
	}
	w.value(v, at, "$", "")
}

// locate finds the part of an answer that is the result: the first, from the
// outside in, that has the shape of the type. dropped are the keys beside the
// way there.
func locate(t reflect.Type, node any) (at any, dropped []string, ok bool) {
	type place struct {
		node    any
		dropped []string
		path    string
	}
	queue := []place{{node: node}}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		if fits(t, here.node, here.path == "") {
			return here.node, here.dropped, true
		}
		o, isObject := here.node.(testserver.Object)
		if !isObject || strings.Count(here.path, ".") > 2 {
			continue
		}
		for _, m := range o {
			next := place{node: m.Value, path: here.path + m.Key + "."}
			next.dropped = slices.Clone(here.dropped)
			for _, other := range o {
				if other.Key != m.Key {
					next.dropped = append(next.dropped, here.path+other.Key)
				}
			}
			queue = append(queue, next)
		}
	}
	return nil, nil, false
}

func fits(t reflect.Type, node any, isRoot bool) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return fits(t.Elem(), node, isRoot)
	case reflect.Slice:
		if t == attributesType {
			_, ok := node.(testserver.Object)
			return ok
		}
		_, ok := node.([]any)
		return ok
	case reflect.Map:
		_, ok := node.(testserver.Object)
		return ok
	case reflect.Struct:
		return fitsStruct(t, node, isRoot)
	}
	switch node.(type) {
	case testserver.Object, []any:
		return false
	}
	return true
}

func fitsStruct(t reflect.Type, node any, isRoot bool) bool {
	o, ok := node.(testserver.Object)
	if !ok || len(o) == 0 && !isRoot {
		return false
	}
	fields := tags(t)
	if _, identified := fields["id"]; identified && !isRoot {
		if _, has := o.Get("id"); !has {
			return false
		}
	}
	for _, m := range o {
		if _, known := fields[m.Key]; !known && len(fields) > 0 {
			return false
		}
	}
	return true
}

// value compares one value. field is Type.Field of what holds it.
func (w *walker) value(v reflect.Value, node any, path, field string) {
	t := v.Type()
	switch {
	case optional(t) != nil:
		w.optional(v, node, path, field)
	case t == wireTimeType:
		w.time(v.Interface().(konverte.Time), node, path)
	case t == secretType:
		w.same(path, v.Interface().(konverte.Secret).Reveal(), node)
	case t == attributesType, t == rawType:
		w.raw(v.Bytes(), node, path, field)
	case isUnion(t):
		w.union(v, node, path, field)
	default:
		w.byKind(v, node, path, field)
	}
}

func (w *walker) byKind(v reflect.Value, node any, path, field string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() != (node == nil) {
			w.differ(path, "null and no value are not the same")
		} else if !v.IsNil() {
			w.value(v.Elem(), node, path, field)
		}
	case reflect.Struct:
		w.object(v, node, path)
	case reflect.Slice:
		w.list(v, node, path, field)
	case reflect.Map:
		w.mapping(v, node, path, field)
	case reflect.String:
		w.same(path, v.String(), node)
	case reflect.Bool:
		w.same(path, strconv.FormatBool(v.Bool()), node)
	case reflect.Int, reflect.Int64:
		w.same(path, strconv.FormatInt(v.Int(), 10), node)
	case reflect.Float64:
		w.float(path, v.Float(), node)
	default:
		w.differ(path, "a %s", v.Kind())
	}
}

func (w *walker) optional(v reflect.Value, node any, path, field string) {
	got := v.Interface().(interface {
		IsNull() bool
		IsSet() bool
	})
	switch {
	case node == nil && !got.IsNull():
		w.differ(path, "null is lost")
	case node != nil && !got.IsSet():
		w.differ(path, "the value is lost")
	case node != nil:
		w.value(v.MethodByName("Get").Call(nil)[0], node, path, field)
	}
}

func (w *walker) time(got konverte.Time, node any, path string) {
	text := recordings.Plain(node)
	if text == "" || text == "0" {
		if !got.IsZero() {
			w.differ(path, "a time for none")
		}
		return
	}
	want, ok := instant(node)
	if !ok {
		want, ok = instant(strings.TrimSuffix(text, " UTC"))
	}
	if !ok || want.Sub(got.Time).Abs().Milliseconds() > 0 {
		w.differ(path, "another time")
	}
}

func (w *walker) same(path, got string, node any) {
	if want := recordings.Plain(node); got != want {
		w.differ(path, "another value")
	}
}

func (w *walker) float(path string, got float64, node any) {
	want, err := strconv.ParseFloat(recordings.Plain(node), 64)
	if err != nil || want != got {
		w.differ(path, "another number")
	}
}

func (w *walker) raw(got []byte, node any, path, field string) {
	want, err := testserver.Marshal(node)
	if err != nil {
		w.differ(path, "cannot be written")
		return
	}
	if node == nil || string(want) == "[]" && len(got) == 0 {
		return
	}
	if len(want) > 2 {
		w.untyped[field]++
	}
	var a, b any
	if json.Unmarshal(want, &a) != nil || json.Unmarshal(got, &b) != nil || !reflect.DeepEqual(a, b) {
		if string(want) == "[]" && string(bytes.TrimSpace(got)) == "{}" {
			return
		}
		w.differ(path, "another value")
	}
}

// isUnion tells a struct that holds one of several shapes.
func isUnion(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	_, hasKind := t.FieldByName("Kind")
	_, hasRaw := t.MethodByName("Raw")
	return hasKind && hasRaw
}

func (w *walker) union(v reflect.Value, node any, path, field string) {
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		if !strings.HasPrefix(name, "As") {
			continue
		}
		out := v.Method(i).Call(nil)
		if len(out) == 2 && out[1].Bool() {
			w.value(out[0], node, path, field)
			return
		}
	}
	w.differ(path, "kind %q has no type", v.FieldByName("Kind"))
}

func (w *walker) list(v reflect.Value, node any, path, field string) {
	list, ok := node.([]any)
	if !ok {
		if node != nil || v.Len() > 0 {
			w.differ(path, "no list")
		}
		return
	}
	if v.Len() != len(list) {
		w.differ(path, "%d elements of %d", v.Len(), len(list))
		return
	}
	for i, one := range list {
		w.value(v.Index(i), one, path+"["+strconv.Itoa(i)+"]", field)
	}
}

func (w *walker) mapping(v reflect.Value, node any, path, field string) {
	o, ok := node.(testserver.Object)
	if !ok {
		if node != nil || v.Len() > 0 {
			w.differ(path, "no object")
		}
		return
	}
	if len(o) > 0 {
		w.untyped[field]++
	}
	for _, m := range o {
		one := v.MapIndex(reflect.ValueOf(m.Key).Convert(v.Type().Key()))
		if !one.IsValid() {
			w.differ(path+"."+m.Key, "lost")
			continue
		}
		w.value(one, m.Value, path+"."+m.Key, field)
	}
}

func (w *walker) object(v reflect.Value, node any, path string) {
	o, ok := node.(testserver.Object)
	fields := tags(v.Type())
	if !ok || len(fields) == 0 {
		if node != nil || !v.IsZero() {
			w.differ(path, "no object of a known shape")
		}
		return
	}
	for _, m := range o {
		if _, known := fields[m.Key]; !known {
			w.differ(path+"."+m.Key, "lands in no field")
		}
	}
	if extra := v.FieldByName("Extra"); extra.IsValid() && extra.Len() > 0 {
		w.differ(path, "Extra holds %d keys", extra.Len())
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		w.field(v, fields[key], o, key, path)
	}
}

func (w *walker) field(v reflect.Value, at int, o testserver.Object, key, path string) {
	field := v.Type().Field(at)
	name := v.Type().Name() + "." + field.Name
	count := w.fields[name]
	if count == nil {
		count = &presence{tells: optional(field.Type) != nil, nilable: isNilable(field.Type)}
		w.fields[name] = count
	}
	node, has := o.Get(key)
	switch {
	case !has:
		count.Absent++
		count.example = w.where
		if !v.Field(at).IsZero() {
			w.differ(path+"."+key, "a value for none")
		}
		return
	case node == nil:
		count.Nulls++
	default:
		count.Values++
	}
	w.value(v.Field(at), node, path+"."+key, name)
}

// isNilable tells the types whose zero value means that there is nothing.
func isNilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return true
	}
	return t == wireTimeType || t == secretType || isUnion(t)
}
