package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// arguments is a recorded request as the method of its operation takes it.
type arguments struct {
	op      *Operation
	account konverte.AccountID
	path    []string // the values of the placeholders
	query   [][2]string
	body    testserver.Object
	parts   []recordings.Part // the files
	values  []reflect.Value
	// problems are what the method has no place for.
	problems []string
	// notes are what was said otherwise, in a way that the server takes alike.
	notes []string
}

func (a *arguments) problem(format string, args ...any) {
	a.problems = append(a.problems, fmt.Sprintf(format, args...))
}

// read makes arguments of a recorded request. What cannot be said is a problem
// of the result and left out.
func read(op *Operation, e *recordings.Exchange) (*arguments, error) {
	a := &arguments{op: op, account: 1}
	a.readPath(e.Request.Path)
	if err := a.readQuery(e); err != nil {
		return nil, err
	}
	if err := a.readBody(e); err != nil {
		return nil, err
	}
	a.unwrap()
	a.move()
	if op.signature != nil {
		a.fill()
	}
	return a, nil
}

func (a *arguments) readPath(path string) {
	segments, ok := segmentsOf(a.op.Path, path)
	if !ok {
		a.problem("path: %s is not of the template", path)
		segments = make([]string, strings.Count(a.op.Path, "{"))
	}
	for i, segment := range segments {
		if text, err := url.PathUnescape(segment); err == nil {
			segments[i] = text
		}
	}
	if firstPlaceholderIsAccount(a.op.Path) {
		id, err := strconv.ParseInt(segments[0], 10, 64)
		if err != nil {
			a.problem("path: the account is no number")
			id = 1
		}
		a.account, segments = konverte.AccountID(id), segments[1:]
	}
	a.path = segments
}

func (a *arguments) readQuery(e *recordings.Exchange) error {
	pairs, err := e.QueryPairs()
	a.query = pairs
	return err
}

func (a *arguments) readBody(e *recordings.Exchange) error {
	sent, err := e.Sent()
	if err != nil {
		return err
	}
	switch {
	case sent.Raw != "":
		a.readRaw(e, sent.Raw)
	case sent.Parts != nil:
		var fields []recordings.Part
		for _, p := range sent.Parts {
			if p.Filename == "" {
				fields = append(fields, p)
			} else {
				a.parts = append(a.parts, p)
			}
		}
		a.body = nest(fields)
	case sent.JSON != nil:
		body, ok := sent.JSON.(testserver.Object)
		if !ok {
			a.problem("body: no object")
		}
		a.body = body
	}
	return nil
}

// readRaw reads a body that was recorded as text: a form, or JSON under another
// content type.
func (a *arguments) readRaw(e *recordings.Exchange, text string) {
	if strings.HasPrefix(e.Request.Headers["Content-Type"], "application/x-www-form-urlencoded") {
		pairs, err := splitQuery(text)
		if err != nil {
			a.problem("body: no form")
		}
		var fields []recordings.Part
		for _, p := range pairs {
			fields = append(fields, recordings.Part{Name: p[0], Value: p[1]})
		}
		a.body = nest(fields)
		return
	}
	v, err := testserver.ParseJSON([]byte(text))
	body, ok := v.(testserver.Object)
	if err != nil || !ok {
		a.problem("body: malformed on purpose")
	}
	a.body = body
}

// unwrap takes a body out of the object of the resource's name, under which the
// server takes it as well.
func (a *arguments) unwrap() {
	for i, m := range a.body {
		inner, ok := m.Value.(testserver.Object)
		if !ok || slices.Contains(a.op.Body, m.Key) || !a.anyKnown(inner) {
			continue
		}
		a.notes = append(a.notes, "body: without the wrapper "+m.Key)
		a.body = append(slices.Clone(inner), slices.Concat(a.body[:i], a.body[i+1:])...)
		return
	}
}

// move puts parameters where the method has them: the server reads query and body
// as one, and takes the fields of a resource with its wrapper or without.
func (a *arguments) move() {
	var query [][2]string
	for _, pair := range a.query {
		key := strings.TrimSuffix(pair[0], "[]")
		if slices.Contains(a.op.Query, pair[0]) || !slices.Contains(a.op.Body, key) {
			query = append(query, pair)
			continue
		}
		place(&a.body, strings.Split(strings.ReplaceAll(pair[0], "]", ""), "["), pair[1])
		a.notes = append(a.notes, "query."+pair[0]+": sent in the body")
	}
	a.query = query
	if len(a.op.Body) == 0 {
		a.bodyToQuery()
	}
	a.wrap()
}

func (a *arguments) bodyToQuery() {
	var body testserver.Object
	for _, m := range a.body {
		if !slices.Contains(a.op.Query, m.Key) {
			body = append(body, m)
			continue
		}
		a.query = append(a.query, [2]string{m.Key, recordings.Plain(m.Value)})
		a.notes = append(a.notes, "body."+m.Key+": sent in the query")
	}
	a.body = body
}

// wrap puts a flat body under the wrapper where the method has one.
func (a *arguments) wrap() {
	if len(a.body) == 0 || len(a.op.Body) == 0 || a.anyKnown(a.body) || a.op.signature == nil {
		return
	}
	params := a.op.signature.In(a.op.signature.NumIn() - 2)
	if !isParams(params) {
		return
	}
	key := a.op.Body[0]
	inner := params
	if at, ok := tags(params)[key]; ok {
		inner = params.Field(at).Type
	}
	if inner.Kind() != reflect.Struct || !hasAny(tags(inner), a.body) {
		return
	}
	a.body = testserver.Object{{Key: key, Value: a.body}}
	a.notes = append(a.notes, "body: with the wrapper "+key)
}

func hasAny(fields map[string]int, o testserver.Object) bool {
	return slices.ContainsFunc(o, func(m testserver.Member) bool { _, ok := fields[m.Key]; return ok })
}

func (a *arguments) anyKnown(o testserver.Object) bool {
	return slices.ContainsFunc(o, func(m testserver.Member) bool { return slices.Contains(a.op.Body, m.Key) })
}

// nest makes an object of form fields: a[b][]=c.
func nest(fields []recordings.Part) testserver.Object {
	var out testserver.Object
	for _, p := range fields {
		name, rest, _ := strings.Cut(p.Name, "[")
		keys := []string{name}
		if rest != "" {
			keys = append(keys, strings.Split(strings.TrimSuffix(rest, "]"), "][")...)
		}
		place(&out, keys, p.Value)
	}
	return out
}

func place(o *testserver.Object, keys []string, value string) {
	present, _ := o.Get(keys[0])
	switch {
	case len(keys) == 1:
		o.Set(keys[0], value)
	case keys[1] == "":
		list, _ := present.([]any)
		o.Set(keys[0], append(list, value))
	default:
		inner, _ := present.(testserver.Object)
		place(&inner, keys[1:], value)
		o.Set(keys[0], inner)
	}
}

// fill makes the values of the method's arguments.
func (a *arguments) fill() {
	types := a.argumentTypes()
	for i, t := range types {
		v := reflect.New(t).Elem()
		switch {
		case i < len(a.path):
			a.fillSegment(v, a.op.placeholders[i], a.path[i])
		case isParams(t):
			a.fillParams(v)
		case t.Kind() == reflect.Map && len(a.op.Body) == 0:
			a.fillJSON(v, "body", a.body)
		default:
			a.fillScalar(v, i-len(a.path))
		}
		a.values = append(a.values, v)
	}
	if len(types) > 0 && takesAll(types[len(types)-1]) {
		return
	}
	if len(types) > len(a.path) {
		a.checkScalars()
		return
	}
	for _, m := range a.body {
		a.problem("body.%s: the method takes no body", m.Key)
	}
	for _, pair := range a.query {
		a.problem("query.%s: the method takes no query", pair[0])
	}
}

// argumentTypes are the arguments between the context and the options.
func (a *arguments) argumentTypes() []reflect.Type {
	var out []reflect.Type
	for i := 1; i < a.op.signature.NumIn()-1; i++ {
		out = append(out, a.op.signature.In(i))
	}
	return out
}

// takesAll tells whether an argument has a place for whatever is sent, or notes what not.
func takesAll(t reflect.Type) bool { return isParams(t) || t.Kind() == reflect.Map }

func isParams(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && strings.HasSuffix(t.Name(), "Params")
}

func (a *arguments) fillSegment(v reflect.Value, name, segment string) {
	if v.Kind() == reflect.String {
		v.SetString(segment)
		return
	}
	id, err := strconv.ParseInt(segment, 10, 64)
	if err != nil {
		a.problem("path.%s: %q is no number", name, segment)
		return
	}
	v.SetInt(id)
}

// scalarKeys are the keys that the arguments of a method without params stand for, in
// order.
func (a *arguments) scalarKeys() (query, body []string) {
	return a.op.Query[:min(len(a.op.Query), a.op.scalars())], a.op.Body[:min(len(a.op.Body), a.op.scalars())]
}

// fillScalar fills one value of a method that takes no params.
func (a *arguments) fillScalar(v reflect.Value, i int) {
	query, body := a.scalarKeys()
	if i < len(body) {
		if value, ok := a.body.Get(body[i]); ok {
			a.fillJSON(v, "body."+body[i], value)
		}
		return
	}
	filled := false
	for _, pair := range a.query {
		switch {
		case i >= len(query) || pair[0] != query[i]:
		case filled && v.Kind() != reflect.Slice:
			a.problem("query.%s: no such key", pair[0])
		default:
			filled = true
			a.fillText(v, "query."+pair[0], pair[1])
		}
	}
}

// checkScalars finds what no argument stands for.
func (a *arguments) checkScalars() {
	query, body := a.scalarKeys()
	for _, m := range a.body {
		if !slices.Contains(body, m.Key) {
			a.problem("body.%s: no such key", m.Key)
		}
	}
	for _, pair := range a.query {
		if !slices.Contains(query, pair[0]) {
			a.problem("query.%s: no such key", pair[0])
		}
	}
}

func (a *arguments) fillParams(v reflect.Value) {
	switch {
	case a.wrapped(v.Type()):
		inner, _ := a.body.Get(a.op.Body[0])
		a.fillJSON(v, "body", inner)
	case len(a.op.Body) > 0:
		a.fillJSON(v, "body", a.body)
	default:
		for _, m := range a.body {
			a.problem("body.%s: the method takes no body", m.Key)
		}
	}
	for _, p := range a.parts {
		a.fillFile(v, p)
	}
	for _, pair := range a.query {
		field := queryField(v.Type(), pair[0])
		if field == "" || !slices.Contains(a.op.Query, pair[0]) {
			a.problem("query.%s: no such key", pair[0])
			continue
		}
		target := v.FieldByName(field)
		if strings.HasPrefix(field, "Omit") {
			target.SetBool(pair[1] == "false")
			continue
		}
		a.fillText(target, "query."+pair[0], pair[1])
	}
}

// wrapped reports whether the params are the value of the one key that is sent.
func (a *arguments) wrapped(params reflect.Type) bool {
	if len(a.op.Body) != 1 || len(a.body) != 1 || a.body[0].Key != a.op.Body[0] {
		return false
	}
	_, has := tags(params)[a.op.Body[0]]
	return !has
}

// fillJSON fills a value from JSON, by way of what encoding/json takes for it.
func (a *arguments) fillJSON(v reflect.Value, path string, value any) {
	tree := a.fit(v.Type(), path, value)
	text, err := testserver.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(text, v.Addr().Interface())
	}
	if err != nil {
		a.problem("%s: %v", path, err)
	}
}

// queryFields names the fields whose names do not follow from the key.
var queryFields = map[string]string{
	"q":                       "Query",
	"include_contact_inboxes": "OmitContactInboxes",
}

// queryField finds the field that a key of the query fills: its name without
// case and underscores.
func queryField(params reflect.Type, key string) string {
	if name := queryFields[key]; name != "" {
		if _, ok := params.FieldByName(name); ok {
			return name
		}
	}
	wanted := flat(key)
	for i := range params.NumField() {
		name := params.Field(i).Name
		if flat(name) == wanted {
			return name
		}
	}
	return ""
}

func flat(name string) string {
	name = strings.TrimSuffix(name, "[]")
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}

// fillText fills a value from the text of a query.
func (a *arguments) fillText(v reflect.Value, path, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		for one := range strings.SplitSeq(text, ",") {
			element := reflect.New(v.Type().Elem()).Elem()
			a.fillText(element, path, one)
			v.Set(reflect.Append(v, element))
		}
	default:
		a.fillJSON(v, path, text)
	}
}

// fileFields names the fields of files whose names do not follow from the key.
var fileFields = map[string]string{"attachments[]": "Files"}

func (a *arguments) fillFile(v reflect.Value, p recordings.Part) {
	content := strings.Repeat("x", p.Size)
	upload := konverte.UploadOpener(p.Filename, func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	})
	upload.ContentType = p.ContentType
	name := fileFields[p.Name]
	if name == "" {
		keys := strings.FieldsFunc(p.Name, func(r rune) bool { return r == '[' || r == ']' })
		name = keys[len(keys)-1]
	}
	if put(fieldNamed(v, name), upload) {
		return
	}
	a.problem("body.%s: no such file", p.Name)
}

func fieldNamed(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		if flat(v.Type().Field(i).Name) == flat(key) {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

func put(field reflect.Value, upload konverte.Upload) bool {
	if !field.IsValid() {
		return false
	}
	switch target := field.Addr().Interface().(type) {
	case *konverte.Upload:
		*target = upload
	case *[]konverte.Upload:
		*target = append(*target, upload)
	default:
		return false
	}
	return true
}
