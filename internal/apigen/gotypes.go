package main

import (
	"fmt"
	"strings"
)

// types writes Go types of schemas for one package.
type types struct {
	qual string // "konverte." where the value types come from another package
}

// base is the type of a value that is there and not null.
func (t types) base(s *schema, sent bool) string {
	if s.target != nil {
		if s.target.goAlias != "" || isNamed(s.target) {
			return s.target.name
		}
		return t.base(s.target, sent)
	}
	switch s.format {
	case "time":
		if sent {
			return "time.Time"
		}
		return t.qual + "Time"
	case "attributes":
		return t.qual + "Attributes"
	case "secret":
		if sent {
			return "string"
		}
		return t.qual + "Secret"
	case "raw":
		return "json.RawMessage"
	case "binary":
		return t.qual + "Upload"
	case "loose-int":
		return "int64"
	case "loose-bool":
		return "bool"
	case "loose-string":
		return "string"
	}
	switch s.typ {
	case "integer":
		return "int64"
	case "number":
		return "float64"
	case "boolean":
		return "bool"
	case "array":
		return "[]" + t.base(s.items, sent)
	case "object":
		if s.additional != nil {
			return "map[string]" + t.base(s.additional, sent)
		}
	}
	return "string"
}

// isNamed tells whether a component becomes a Go type of its own.
func isNamed(s *schema) bool {
	switch {
	case s.union != nil, len(s.enum) > 0, s.typ == "object" && s.additional == nil && s.format == "":
		return true
	case s.format != "" && s.format != "int64":
		return false
	}
	return s.typ == "integer" || s.typ == "string"
}

// isID tells whether a value is a named number that identifies something.
func (s *schema) isID() bool {
	d := s.of()
	return s.target != nil && isNamed(d) && d.typ == "integer" && d.format == "int64" && len(d.enum) == 0
}

// nilable tells whether the zero value of the type stands for null and absence.
func nilable(s *schema) bool {
	d := s.of()
	switch d.format {
	case "time", "attributes", "secret", "raw", "binary":
		return true
	}
	return d.typ == "array" || d.typ == "object" && d.additional != nil
}

// answered is the type of a property in an answer.
func (t types) answered(s *schema, versions int) string {
	base := t.base(s, false)
	switch {
	case s.pointer:
		return "*" + base
	case nilable(s):
		return base
	case s.nullable || s.optional || len(s.seen) > 0 && len(s.seen) < versions:
		return t.qual + "Opt[" + base + "]"
	}
	return base
}

// sent is the type of a property in a request body.
func (t types) sent(q *property) string {
	base := t.base(q.schema, true)
	d := q.of()
	switch {
	case q.required, q.plain, d.typ == "array", d.typ == "object" && d.additional != nil,
		d.format == "attributes", d.format == "raw", d.format == "binary":
		return base
	}
	return t.qual + "Opt[" + base + "]"
}

// decoder is the function that decodes a value which is there and not null.
func (t types) decoder(s *schema) string {
	d := s.of()
	name := t.base(s, false)
	switch d.format {
	case "time", "secret":
		return "codec.Value[" + name + "]"
	case "attributes":
		return "codec.RawObject[" + name + "]"
	case "raw":
		return "codec.Raw[json.RawMessage]"
	case "loose-int":
		return "codec.LooseInt[" + name + "]"
	case "loose-bool":
		return "codec.LooseBool[" + name + "]"
	case "loose-string":
		return "codec.LooseString[" + name + "]"
	}
	switch {
	case d.union != nil, s.isObject():
		return "decode" + name
	case d.typ == "integer":
		return "codec.Int[" + name + "]"
	case d.typ == "number":
		return "codec.Float[" + name + "]"
	case d.typ == "boolean":
		return "codec.Bool[" + name + "]"
	case d.typ == "array":
		return fmt.Sprintf("func(d *codec.Decoder, v *%s) { codec.Slice(d, v, %s) }", name, t.decoder(d.items))
	case d.typ == "object":
		return fmt.Sprintf("func(d *codec.Decoder, v *%s) { codec.Map(d, v, %s) }", name, t.decoder(d.additional))
	}
	return "codec.String[" + name + "]"
}

// decode is the statement that decodes a property into v.Field.
func (t types) decode(q *property, versions int) string {
	target := "&v." + q.field()
	d := q.of()
	if strings.HasPrefix(t.answered(q.schema, versions), t.qual+"Opt[") {
		return fmt.Sprintf("decodeOpt(d, %s, %s)", target, t.decoder(q.schema))
	}
	switch {
	case q.pointer:
		return fmt.Sprintf("codec.Ptr(d, %s, %s)", target, t.decoder(q.schema))
	case q.identity && d.typ == "integer":
		return fmt.Sprintf("codec.ID(d, %s)", target)
	case d.format == "time", d.format == "secret":
		return fmt.Sprintf("codec.Value(d, %s)", target)
	case d.format == "attributes":
		return fmt.Sprintf("codec.RawObject(d, %s)", target)
	case d.format == "raw":
		return fmt.Sprintf("codec.Raw(d, %s)", target)
	case d.format == "loose-int":
		return fmt.Sprintf("codec.LooseInt(d, %s)", target)
	case d.format == "loose-bool":
		return fmt.Sprintf("codec.LooseBool(d, %s)", target)
	case d.format == "loose-string":
		return fmt.Sprintf("codec.LooseString(d, %s)", target)
	case d.union != nil, q.isObject():
		return fmt.Sprintf("decode%s(d, %s)", t.base(q.schema, false), target)
	case d.typ == "integer":
		return fmt.Sprintf("codec.Int(d, %s)", target)
	case d.typ == "number":
		return fmt.Sprintf("codec.Float(d, %s)", target)
	case d.typ == "boolean":
		return fmt.Sprintf("codec.Bool(d, %s)", target)
	case d.typ == "array":
		return fmt.Sprintf("codec.Slice(d, %s, %s)", target, t.decoder(d.items))
	case d.typ == "object":
		return fmt.Sprintf("codec.Map(d, %s, %s)", target, t.decoder(d.additional))
	}
	return fmt.Sprintf("codec.String(d, %s)", target)
}

// field is the Go name of a property.
func (q *property) field() string {
	if q.goName != "" {
		return q.goName
	}
	return exported(q.key)
}

// field is the Go name of a query parameter in its struct.
func (q *param) field() string {
	switch {
	case q.goName != "":
		return exported(q.goName)
	case q.s.goName != "":
		return q.s.goName
	}
	return exported(q.name)
}

// arg is the Go name of a path parameter.
func (q *param) arg() string {
	if q.goName != "" {
		return unexported(q.goName)
	}
	return unexported(q.name)
}

// cast converts an expression where its type is another one.
func cast(to, typ, v string) string {
	if to == typ {
		return v
	}
	return to + "(" + v + ")"
}
