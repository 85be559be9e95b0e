package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// component writes a named type and what belongs to it.
func (g *generator) component(b *bytes.Buffer, s *schema) {
	switch {
	case len(s.enum) > 0:
		g.enum(b, s)
	case s.union != nil:
		g.union(b, s)
	case s.in && !s.out:
		g.params(b, s)
	default:
		g.result(b, s)
	}
}

func (g *generator) enum(b *bytes.Buffer, s *schema) {
	base, quote := "string", strconv.Quote
	if s.typ == "integer" {
		base, quote = "int64", func(v string) string { return v }
	}
	comment(b, "", s.desc)
	fmt.Fprintf(b, "type %s %s\n\n", s.name, base)
	fmt.Fprintf(b, "// The values of %s that are known.\nconst (\n", s.name)
	var names []string
	for _, v := range s.enum {
		name := s.name + enumSuffix(s, v)
		names = append(names, name)
		if d := s.enumDescs[v]; d != "" {
			comment(b, "\t", d)
		}
		fmt.Fprintf(b, "\t%s %s = %s\n", name, s.name, quote(v))
	}
	b.WriteString(")\n\n")
	fmt.Fprintf(b, "// Known tells whether v is one of the values above. Servers may have others.\n")
	fmt.Fprintf(b, "func (v %s) Known() bool {\n\tswitch v {\n\tcase %s:\n\t\treturn true\n\t}\n\treturn false\n}\n\n",
		s.name, strings.Join(names, ",\n\t\t"))
}

func enumSuffix(s *schema, v string) string {
	if name := s.enumNames[v]; name != "" {
		return strings.TrimPrefix(name, s.name)
	}
	return exported(strings.ReplaceAll(v, "::", " "))
}

// result writes the struct of an answer and its decode function.
func (g *generator) result(b *bytes.Buffer, s *schema) {
	versions := len(g.doc.versions)
	comment(b, "", s.desc)
	fmt.Fprintf(b, "type %s struct {\n", s.name)
	for _, q := range s.props {
		comment(b, "\t", g.propertyDoc(q, false))
		typ := g.answered(q.schema, versions)
		tag := q.key
		if strings.HasPrefix(typ, g.qual+"Opt[") || strings.HasPrefix(typ, "*") || q.optional || s.in && !q.required {
			tag += ",omitzero"
		}
		fmt.Fprintf(b, "\t%s %s `json:\"%s\"`\n", q.field(), typ, tag)
	}
	b.WriteString("\t// Extra are keys that this package does not know, nil when there are none.\n")
	b.WriteString("\tExtra map[string]json.RawMessage `json:\"-\"`\n}\n\n")
	if s.in {
		g.checks(b, s, s.name)
	}
	fmt.Fprintf(b, "func decode%s(d *codec.Decoder, v *%s) {\n", s.name, s.name)
	anonymous := g.anonymous(s)
	if anonymous {
		b.WriteString("\tknown := false\n")
	}
	b.WriteString("\tfor d.Object(); d.More(); {\n\t\tswitch string(d.Key()) {\n")
	for _, q := range s.props {
		keys := strconv.Quote(q.key)
		for _, also := range q.readAlso {
			keys += ", " + strconv.Quote(also)
		}
		fmt.Fprintf(b, "\t\tcase %s:\n\t\t\t%s\n", keys, g.decode(q, versions))
	}
	if anonymous {
		b.WriteString("\t\tdefault:\n\t\t\td.Extra(&v.Extra)\n\t\t\tcontinue\n\t\t}\n\t\tknown = true\n\t}\n")
		ok := "known"
		if !slices.ContainsFunc(s.props, func(q *property) bool { return !q.optional }) {
			ok = "known || v.Extra == nil" // it may be empty
		}
		fmt.Fprintf(b, "\td.Identity(%q, %s)\n", s.props[0].key, ok)
	} else {
		b.WriteString("\t\tdefault:\n\t\t\td.Extra(&v.Extra)\n\t\t}\n\t}\n")
	}
	for _, q := range s.props {
		if !q.identity {
			continue
		}
		zero := "0"
		if q.of().typ == "string" {
			zero = `""`
		}
		fmt.Fprintf(b, "\td.Identity(%q, v.%s != %s)\n", q.key, q.field(), zero)
	}
	if rows := g.rowsOf(s); rows != nil {
		fmt.Fprintf(b, "\td.Identity(%q, v.%s != nil)\n", rows.key, rows.field())
	}
	b.WriteString("}\n\n")
}

// anonymous tells whether s is a whole answer that nothing identifies: one without a single key of s is something else,
// such as an error with the status of a success.
func (g *generator) anonymous(s *schema) bool {
	if len(s.props) == 0 || g.rowsOf(s) != nil || slices.ContainsFunc(s.props, func(q *property) bool { return q.identity }) {
		return false
	}
	answers := func(o *operation) bool { return o.result != nil && o.result.isObject() && o.result.of() == s }
	return slices.ContainsFunc(g.doc.ops, answers)
}

// rowsOf is the property with the rows where s is a page of a list: an answer without them is no page, and would end
// the list early.
func (g *generator) rowsOf(s *schema) *property {
	for _, o := range g.doc.ops {
		if o.paging != nil && o.paging.kind != "none" && o.paging.items != "" && o.result != nil && o.result.of() == s && o.result.isObject() {
			return find(s, o.paging.items)
		}
	}
	return nil
}

// propertyDoc is what the comment of a field says.
func (g *generator) propertyDoc(q *property, sent bool) string {
	text := q.description()
	if text == "" {
		text = q.field() + " identifies it."
	}
	if len(q.seen) > 0 && len(q.seen) < len(g.doc.versions) {
		text += " Seen on " + list(q.seen) + " only."
	}
	if !sent {
		return text
	}
	if q.required {
		text += " Required."
	}
	if q.maxLength != nil {
		text += fmt.Sprintf(" At most %d characters.", *q.maxLength)
	}
	return text
}

func list(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " and " + values[len(values)-1]
}

// union writes a value of several shapes.
func (g *generator) union(b *bytes.Buffer, s *schema) {
	type one struct{ field, typ, values string }
	var cases []one
	at := map[string]int{}
	for _, c := range s.union.mapping {
		typ := c.s.of().name
		if i, ok := at[typ]; ok {
			cases[i].values += ", " + strconv.Quote(c.value)
			continue
		}
		at[typ] = len(cases)
		cases = append(cases, one{unexported(typ), typ, strconv.Quote(c.value)})
	}
	comment(b, "", s.desc)
	fmt.Fprintf(b, "type %s struct {\n\t// Kind tells which of the shapes it is, as the key %s of the server does.\n\tKind string\n\n", s.name, s.union.key)
	fallback := -1
	if s.union.fallback != nil {
		typ := s.union.fallback.of().name
		i, ok := at[typ]
		if !ok {
			i = len(cases)
			cases = append(cases, one{unexported(typ), typ, ""})
		}
		fallback = i
	}
	for _, c := range cases {
		fmt.Fprintf(b, "\t%s *%s\n", c.field, c.typ)
	}
	b.WriteString("\traw json.RawMessage // of a shape that is not known\n}\n\n")
	for _, c := range cases {
		fmt.Fprintf(b, "// As%s returns the value where it is of that shape.\nfunc (u %s) As%s() (*%s, bool) { return u.%s, u.%s != nil }\n\n",
			c.typ, s.name, c.typ, c.typ, c.field, c.field)
	}
	fmt.Fprintf(b, "// Raw returns the value as it came where its shape is not known, nil otherwise.\nfunc (u %s) Raw() json.RawMessage { return u.raw }\n\n", s.name)
	fmt.Fprintf(b, "// MarshalJSON writes the value as the server does.\nfunc (u %s) MarshalJSON() ([]byte, error) {\n\tswitch {\n", s.name)
	for _, c := range cases {
		fmt.Fprintf(b, "\tcase u.%s != nil:\n\t\treturn codec.Marshal(u.%s)\n", c.field, c.field)
	}
	b.WriteString("\tcase u.raw != nil:\n\t\treturn u.raw, nil\n\t}\n\treturn []byte(\"null\"), nil\n}\n\n")
	fmt.Fprintf(b, "// UnmarshalJSON reads what the server sends, of a known shape or not.\nfunc (u *%s) UnmarshalJSON(data []byte) error {\n", s.name)
	fmt.Fprintf(b, "\t_, err := codec.DecodeInto(data, false, u, decode%s)\n\treturn err\n}\n\n", s.name)
	fmt.Fprintf(b, "func decode%s(d *codec.Decoder, v *%s) {\n\t*v = %s{Kind: d.Probe(%q)}\n", s.name, s.name, s.name, s.union.key)
	b.WriteString("\tif d.Null() {\n\t\treturn\n\t}\n\tswitch v.Kind {\n")
	for i, c := range cases {
		values := c.values
		if i == fallback {
			values = strings.TrimPrefix(values+`, ""`, ", ")
		}
		fmt.Fprintf(b, "\tcase %s:\n\t\tcodec.Ptr(d, &v.%s, decode%s)\n", values, c.field, c.typ)
	}
	b.WriteString("\tdefault:\n\t\td.Issue(\"unknown kind\")\n\t\tcodec.Raw(d, &v.raw)\n\t}\n}\n\n")
}

// params writes the struct of a request body, with the query parameters that go beside it.
func (g *generator) params(b *bytes.Buffer, s *schema) {
	op := g.bodyOf(s)
	comment(b, "", s.desc)
	fmt.Fprintf(b, "type %s struct {\n", s.name)
	for _, q := range s.props {
		comment(b, "\t", g.propertyDoc(q, true))
		tag := q.key + ",omitzero"
		if q.required {
			tag = q.key
		}
		if q.file != "" {
			tag = "-"
		}
		fmt.Fprintf(b, "\t%s %s `json:\"%s\"`\n", q.field(), g.sent(q), tag)
	}
	if op != nil {
		for _, q := range op.queryParams() {
			comment(b, "\t", g.queryDoc(q))
			fmt.Fprintf(b, "\t%s %s `json:\"-\"`\n", q.field(), g.queryType(q))
		}
	}
	b.WriteString("}\n\n")
	g.checks(b, s, s.name)
	g.marshal(b, s)
	g.files(b, s)
	if op != nil && len(op.queryParams()) > 0 {
		g.queryMethod(b, op)
	}
}

// bodyOf is the first operation that has a schema for its body.
func (g *generator) bodyOf(s *schema) *operation {
	for _, o := range g.doc.ops {
		if o.body != nil && o.body.of() == s {
			return o
		}
	}
	return nil
}

// checked tells whether a schema has anything to check.
func (g *generator) checked(s *schema) bool {
	if known, ok := g.hasChecks[s]; ok {
		return known
	}
	g.hasChecks[s] = false // while it is being found out: a type may hold itself
	var b bytes.Buffer
	g.checkLines(&b, s)
	op := g.bodyOf(s)
	g.hasChecks[s] = b.Len() > 0 || op != nil && g.queryChecked(op)
	return g.hasChecks[s]
}

func (g *generator) checks(b *bytes.Buffer, s *schema, name string) {
	if !g.checked(s) {
		return
	}
	fmt.Fprintf(b, "func (p %s) check(f *core.Faults) {\n", name)
	g.checkLines(b, s)
	if op := g.bodyOf(s); op != nil {
		g.queryCheckLines(b, op)
	}
	b.WriteString("}\n\n")
}

func (g *generator) checkLines(b *bytes.Buffer, s *schema) {
	for _, q := range s.props {
		g.checkProperty(b, q, s.in && !s.out)
	}
	for _, pair := range s.exclusive {
		a, c := find(s, pair[0]), find(s, pair[1])
		fmt.Fprintf(b, "\tf.Exclusive(%q, %s, %q, %s)\n", a.key, g.isSet(a), c.key, g.isSet(c))
	}
}

func find(s *schema, key string) *property {
	return s.props[slices.IndexFunc(s.props, func(q *property) bool { return q.key == key })]
}

// isSet is the condition that a caller gave a property.
func (g *generator) isSet(q *property) string {
	typ := g.sent(q)
	switch {
	case strings.HasPrefix(typ, g.qual+"Opt["):
		return "!p." + q.field() + ".IsZero()"
	case strings.HasPrefix(typ, "[]"), strings.HasPrefix(typ, "map["), typ == g.qual+"Attributes", typ == "json.RawMessage":
		return "p." + q.field() + " != nil"
	case typ == "string":
		return "p." + q.field() + ` != ""`
	}
	return "p." + q.field() + " != 0"
}

// checkProperty writes the checks of one field.
func (g *generator) checkProperty(b *bytes.Buffer, q *property, params bool) {
	typ := g.answered(q.schema, len(g.doc.versions))
	if params {
		typ = g.sent(q)
	}
	field := "p." + q.field()
	if q.noNull && strings.HasPrefix(typ, g.qual+"Opt[") {
		fmt.Fprintf(b, "\tf.NoNull(%q, %s.IsNull())\n", q.key, field)
	}
	if strings.HasPrefix(typ, g.qual+"Opt[") {
		var inner bytes.Buffer
		g.valueChecks(&inner, q, "v", false)
		if inner.Len() > 0 {
			fmt.Fprintf(b, "\tif v, ok := %s.Get(); ok {\n%s\t}\n", field, inner.String())
		}
		return
	}
	if !params {
		return
	}
	g.valueChecks(b, q, field, q.required)
}

// valueChecks writes the checks of a value that is there.
func (g *generator) valueChecks(b *bytes.Buffer, q *property, v string, required bool) {
	d := q.of()
	named := isNamed(d) && q.target != nil
	text := v
	if named {
		text = cast("string", g.base(q.schema, true), v)
	}
	has := func(c string) bool { return slices.Contains(q.checks, c) || slices.Contains(d.checks, c) }
	switch {
	case has("any"):
	case len(d.enum) > 0 && d.typ == "string":
		values := slices.DeleteFunc(slices.Clone(d.enum), func(one string) bool { return slices.Contains(q.except, one) })
		known := len(values)
		for from := range q.sendAs {
			if !slices.Contains(values, from) {
				values = append(values, from)
			}
		}
		slices.Sort(values[known:])
		fmt.Fprintf(b, "\tf.OneOf(%q, %s, %s)\n", q.key, text, quotedList(values))
	case q.isID() && !q.allowEmpty, has("positive"):
		fmt.Fprintf(b, "\tf.ID(%q, %s)\n", q.key, cast("int64", g.base(q.schema, true), v))
	case d.format == "time" && required:
		fmt.Fprintf(b, "\tf.Present(%q, !%s.IsZero())\n", q.key, v)
	case d.format == "binary" && required:
		fmt.Fprintf(b, "\tf.Present(%q, !%s.IsZero())\n", q.key, v)
	case d.typ == "string" && d.format != "time" && d.format != "binary" && (has("nonblank") || required && !q.allowEmpty):
		fmt.Fprintf(b, "\tf.Required(%q, %s)\n", q.key, text)
	case (d.typ == "array" || d.typ == "object" && d.additional != nil) && required && !q.allowEmpty:
		fmt.Fprintf(b, "\tf.Present(%q, len(%s) > 0)\n", q.key, v)
	case (d.format == "attributes" || d.format == "raw") && required && !q.allowEmpty:
		fmt.Fprintf(b, "\tf.Present(%q, len(%s) > 0)\n", q.key, v)
	}
	if d.typ == "array" && has("nonblank") {
		fmt.Fprintf(b, "\tf.Present(%q, %s == nil || len(%s) > 0)\n", q.key, v, v)
	}
	if has("locale") {
		fmt.Fprintf(b, "\tf.Locale(%q, %s)\n", q.key, text)
	}
	if has("email") {
		fmt.Fprintf(b, "\tf.Email(%q, %s)\n", q.key, text)
	}
	if has("url") {
		fmt.Fprintf(b, "\tf.URL(%q, %s)\n", q.key, text)
	}
	if q.maxLength != nil {
		fmt.Fprintf(b, "\tf.MaxLen(%q, %s, %d)\n", q.key, text, *q.maxLength)
	}
	if d.typ == "integer" && (q.min != nil || q.max != nil) {
		low, high := "core.NoMin", "core.NoMax"
		if q.min != nil {
			low = strconv.FormatInt(*q.min, 10)
		}
		if q.max != nil {
			high = strconv.FormatInt(*q.max, 10)
		}
		fmt.Fprintf(b, "\tf.Range(%q, %s, %s, %s)\n", q.key, cast("int64", g.base(q.schema, true), v), low, high)
	}
	if q.maxItems != nil {
		fmt.Fprintf(b, "\tif n := len(%s); n > %d {\n\t\tf.Add(%q, \"must have at most %d entries\", strconv.Itoa(n))\n\t}\n", v, *q.maxItems, q.key, *q.maxItems)
	}
	for _, model := range []string{"contact", "conversation"} {
		if has(model + "-filter") {
			fmt.Fprintf(b, "\tcheckFilter(f, %q, %s, %sFilterKeys)\n", q.key, v, model)
		}
	}
	switch {
	case d.typ == "array" && has("oneof"):
		fmt.Fprintf(b, "\tfor i, one := range %s {\n\t\tf.OneOf(%q+strconv.Itoa(i)+\"]\", string(one), %s)\n\t}\n", v, q.key+"[", quotedList(d.items.of().enum))
	case d.typ == "array" && d.items.isID():
		fmt.Fprintf(b, "\tfor i, one := range %s {\n\t\tf.ID(%q+strconv.Itoa(i)+\"]\", int64(one))\n\t}\n", v, q.key+"[")
	case d.typ == "array" && q.of().items != nil && q.of().items.isObject() && g.checked(q.of().items.of()):
		fmt.Fprintf(b, "\tfor i, one := range %s {\n\t\tf.Within(%q, i, one.check)\n\t}\n", v, q.key)
	case q.isObject() && g.checked(q.of()):
		fmt.Fprintf(b, "\tf.Under(%q, %s.check)\n", q.key, v)
	}
}

func quotedList(values []string) string {
	quoted := make([]string, len(values))
	for i, one := range values {
		quoted[i] = strconv.Quote(one)
	}
	return strings.Join(quoted, ", ")
}

// marshal writes MarshalJSON where what goes over the wire is not just the fields.
func (g *generator) marshal(b *bytes.Buffer, s *schema) {
	var adjust, extra, values bytes.Buffer
	for _, q := range s.props {
		field := q.field()
		typ := g.sent(q)
		if len(q.sendAs) > 0 {
			var froms []string
			for from := range q.sendAs {
				froms = append(froms, from)
			}
			slices.Sort(froms)
			for _, from := range froms {
				inner := g.base(q.schema, true)
				if strings.HasPrefix(typ, g.qual+"Opt[") {
					fmt.Fprintf(&adjust, "\tif v, ok := p.%s.Get(); ok && v == %q {\n\t\tp.%s = %sSet[%s](%q)\n\t}\n", field, from, field, g.qual, inner, q.sendAs[from])
					continue
				}
				fmt.Fprintf(&adjust, "\tif p.%s == %q {\n\t\tp.%s = %q\n\t}\n", field, from, field, q.sendAs[from])
			}
		}
		if q.required && q.allowEmpty && strings.HasPrefix(typ, "[]") {
			fmt.Fprintf(&adjust, "\tif p.%s == nil {\n\t\tp.%s = %s{}\n\t}\n", field, field, typ)
		}
		for _, also := range q.also {
			tag := also + ",omitzero"
			if q.required {
				tag = also
			}
			fmt.Fprintf(&extra, "\t\tAlso%s %s `json:\"%s\"`\n", exported(also), typ, tag)
			fmt.Fprintf(&values, ", p.%s", field)
		}
		g.marshalTime(q, typ, &extra, &values)
	}
	if adjust.Len()+extra.Len() == 0 {
		return
	}
	fmt.Fprintf(b, "// MarshalJSON writes what the server reads.\nfunc (p %s) MarshalJSON() ([]byte, error) {\n", s.name)
	b.Write(adjust.Bytes())
	fmt.Fprintf(b, "\ttype plain %s\n", s.name)
	if extra.Len() == 0 {
		b.WriteString("\treturn codec.Marshal(plain(p))\n}\n\n")
		return
	}
	fmt.Fprintf(b, "\treturn codec.Marshal(struct {\n\t\tplain\n%s\t}{plain(p)%s})\n}\n\n", extra.String(), values.String())
}

// marshalTime sends a time as seconds or as a date, in place of the field.
func (g *generator) marshalTime(q *property, typ string, extra, values *bytes.Buffer) {
	wire, conv := "int64", "core.UnixOf"
	switch q.timeFormat {
	case "unix":
	case "date":
		wire, conv = "string", "core.DateOf"
	default:
		return
	}
	if !strings.HasPrefix(typ, g.qual+"Opt[") {
		fmt.Fprintf(extra, "\t\t%s %s `json:\"%s\"`\n", q.field(), wire, q.key)
		fmt.Fprintf(values, ", %s(p.%s)", conv, q.field())
		return
	}
	fmt.Fprintf(extra, "\t\t%s %sOpt[%s] `json:\"%s,omitzero\"`\n", q.field(), g.qual, wire, q.key)
	fmt.Fprintf(values, ", mapOpt(p.%s, %s)", q.field(), conv)
}

// files writes the list of uploads.
func (g *generator) files(b *bytes.Buffer, s *schema) {
	if !hasFiles(s) {
		return
	}
	fmt.Fprintf(b, "func (p %s) files() []core.File {\n\tvar files []core.File\n", s.name)
	for _, q := range s.props {
		if q.file == "" {
			continue
		}
		if q.of().typ == "array" {
			fmt.Fprintf(b, "\tfor _, u := range p.%s {\n\t\tfiles = append(files, core.File{Field: %q, Upload: u})\n\t}\n", q.field(), q.file)
			continue
		}
		fmt.Fprintf(b, "\tif !p.%s.IsZero() {\n\t\tfiles = append(files, core.File{Field: %q, Upload: p.%s})\n\t}\n", q.field(), q.file, q.field())
	}
	b.WriteString("\treturn files\n}\n\n")
}

func hasFiles(s *schema) bool {
	return slices.ContainsFunc(s.props, func(q *property) bool { return q.file != "" })
}
