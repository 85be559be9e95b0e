package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// queryType is the Go type of a query parameter. The zero value leaves it out.
func (g *generator) queryType(q *param) string {
	base := g.base(q.s, true)
	if q.s.optional {
		return g.qual + "Opt[" + base + "]"
	}
	return base
}

// queryParams writes the struct of an operation that has query parameters and no body.
func (g *generator) queryParams(b *bytes.Buffer, o *operation) {
	name := o.paramsType()
	fmt.Fprintf(b, "// %s are what %s selects by. Fields that are zero are left out.\ntype %s struct {\n", name, o.service+"."+o.goName, name)
	for _, q := range o.queryParams() {
		comment(b, "\t", g.queryDoc(q))
		fmt.Fprintf(b, "\t%s %s\n", q.field(), g.queryType(q))
	}
	b.WriteString("}\n\n")
	if g.queryChecked(o) {
		fmt.Fprintf(b, "func (p %s) check(f *core.Faults) {\n", name)
		g.queryCheckLines(b, o)
		b.WriteString("}\n\n")
	}
	g.queryMethod(b, o)
}

func (g *generator) queryDoc(q *param) string {
	text := q.desc
	if text == "" {
		text = q.s.description()
	}
	if q.required {
		text += " Required."
	}
	return text
}

func (g *generator) queryMethod(b *bytes.Buffer, o *operation) {
	fmt.Fprintf(b, "func (p %s) query() core.Query {\n\tvar q core.Query\n", o.paramsType())
	for _, q := range o.queryParams() {
		g.queryAdd(b, q, "p."+q.field())
	}
	b.WriteString("\treturn q\n}\n\n")
}

// queryAdd writes the lines that add one parameter.
func (g *generator) queryAdd(b *bytes.Buffer, q *param, v string) {
	if q.s.optional {
		fmt.Fprintf(b, "\tif v, ok := %s.Get(); ok {\n\t", v)
		g.queryValue(b, q, q.s, "v")
		b.WriteString("\t}\n")
		return
	}
	fmt.Fprintf(b, "\tif %s {\n\t", g.queryGiven(q.s, v))
	g.queryValue(b, q, q.s, v)
	b.WriteString("\t}\n")
}

func (g *generator) queryGiven(s *schema, v string) string {
	d := s.of()
	switch {
	case d.format == "time":
		return "!" + v + ".IsZero()"
	case d.typ == "array":
		return "len(" + v + ") > 0"
	case d.typ == "boolean":
		return v
	case d.typ == "integer" || d.typ == "number":
		return v + " != 0"
	}
	return v + ` != ""`
}

func (g *generator) queryValue(b *bytes.Buffer, q *param, s *schema, v string) {
	d := s.of()
	switch {
	case d.format == "time" && s.timeFormat == "unix":
		fmt.Fprintf(b, "\tq.AddUnix(%q, %s)\n", q.name, v)
	case d.format == "time" && s.timeFormat == "date":
		fmt.Fprintf(b, "\tq.Add(%q, core.DateOf(%s))\n", q.name, v)
	case d.format == "time":
		fmt.Fprintf(b, "\tq.AddTime(%q, %s)\n", q.name, v)
	case d.typ == "array" && q.comma:
		fmt.Fprintf(b, "\tq.Add(%q, core.JoinComma(%s))\n", q.name, v)
	case d.typ == "array":
		fmt.Fprintf(b, "\tfor _, one := range %s {\n\t\t", v)
		g.queryValue(b, q, d.items, "one")
		b.WriteString("\t\t}\n")
	case d.typ == "boolean" && s.sendAs["true"] != "":
		fmt.Fprintf(b, "\tq.Add(%q, %q)\n", q.name, s.sendAs["true"])
	case d.typ == "boolean":
		fmt.Fprintf(b, "\tq.AddBool(%q, %s)\n", q.name, v)
	case d.typ == "integer":
		fmt.Fprintf(b, "\tq.AddInt(%q, %s)\n", q.name, cast("int64", g.base(s, true), v))
	case d.typ == "number":
		fmt.Fprintf(b, "\tq.AddFloat(%q, %s)\n", q.name, v)
	default:
		fmt.Fprintf(b, "\tq.Add(%q, %s)\n", q.name, cast("string", g.base(s, true), v))
	}
}

func (g *generator) queryChecked(o *operation) bool {
	var b bytes.Buffer
	g.queryCheckLines(&b, o)
	return b.Len() > 0
}

func (g *generator) queryCheckLines(b *bytes.Buffer, o *operation) {
	for _, q := range o.queryParams() {
		g.queryCheck(b, q, "p."+q.field())
	}
}

// queryCheck writes the checks of one parameter.
func (g *generator) queryCheck(b *bytes.Buffer, q *param, v string) {
	d := q.s.of()
	has := func(c string) bool { return slices.Contains(q.s.checks, c) || slices.Contains(d.checks, c) }
	if q.s.optional {
		return
	}
	typ := g.base(q.s, true)
	switch {
	case d.format == "time" && q.required:
		fmt.Fprintf(b, "\tf.Present(%q, !%s.IsZero())\n", q.name, v)
	case d.typ == "array" && q.required:
		fmt.Fprintf(b, "\tf.Present(%q, len(%s) > 0)\n", q.name, v)
	case d.typ == "string" && q.required && !q.s.allowEmpty, has("nonblank"):
		fmt.Fprintf(b, "\tf.Required(%q, %s)\n", q.name, cast("string", typ, v))
	case d.format == "time":
	case d.typ == "integer" && q.required:
		fmt.Fprintf(b, "\tf.ID(%q, %s)\n", q.name, cast("int64", typ, v))
	case d.typ == "integer":
		low, high := "0", "core.NoMax"
		if q.s.max != nil {
			high = strconv.FormatInt(*q.s.max, 10)
		}
		if q.s.min != nil && *q.s.min < 0 {
			low = strconv.FormatInt(*q.s.min, 10)
		}
		fmt.Fprintf(b, "\tf.Range(%q, %s, %s, %s)\n", q.name, cast("int64", typ, v), low, high)
	}
	if len(d.enum) > 0 && d.typ == "string" && has("oneof") {
		quoted := []string{`""`}
		for _, one := range d.enum {
			quoted = append(quoted, strconv.Quote(one))
		}
		fmt.Fprintf(b, "\tf.OneOf(%q, %s, %s)\n", q.name, cast("string", typ, v), strings.Join(quoted, ", "))
	}
}
