package conformance

import (
	"reflect"
	"slices"
	"strings"
)

// CatchAlls lists the fields of results, as Type.Field, that take values of any
// shape: attributes, maps and raw JSON.
func CatchAlls() []string {
	var out []string
	for _, t := range resultTypes() {
		for i := range t.NumField() {
			field := t.Field(i)
			if field.IsExported() && field.Name != "Extra" && takesAnything(field.Type) {
				out = append(out, t.Name()+"."+field.Name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func takesAnything(t reflect.Type) bool {
	if inner := optional(t); inner != nil {
		return takesAnything(inner)
	}
	switch {
	case t == attributesType, t == rawType, t.Kind() == reflect.Map, t.Kind() == reflect.Interface:
		return true
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Pointer:
		return takesAnything(t.Elem())
	}
	return false
}

// resultTypes lists every struct that a method of the client returns, in it or
// below it.
func resultTypes() []reflect.Type {
	c := collector{seen: map[reflect.Type]bool{}}
	for _, op := range Operations() {
		if t := op.resultType(); t != nil {
			c.collect(t)
		}
	}
	return c.found
}

type collector struct {
	seen  map[reflect.Type]bool
	found []reflect.Type
}

func (c *collector) collect(t reflect.Type) {
	if inner := optional(t); inner != nil {
		c.collect(inner)
		return
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		c.collect(t.Elem())
	case reflect.Struct:
		c.structure(t)
	}
}

func (c *collector) structure(t reflect.Type) {
	if c.seen[t] || t == wireTimeType || t == secretType || t == timeType {
		return
	}
	c.seen[t] = true
	if isUnion(t) {
		for i := range t.NumMethod() {
			if m := t.Method(i); strings.HasPrefix(m.Name, "As") {
				c.collect(m.Type.Out(0))
			}
		}
		return
	}
	c.found = append(c.found, t)
	for i := range t.NumField() {
		if t.Field(i).IsExported() && t.Field(i).Name != "Extra" {
			c.collect(t.Field(i).Type)
		}
	}
}
