package core

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

const accountPlaceholder = "account_id"

// expandPath fills the placeholders of a template with values, in order, each
// escaped as one segment. It returns the escaped path.
func expandPath(template string, values []string, faults *Faults) string {
	var b strings.Builder
	b.Grow(len(template) + 16)
	rest := template
	for {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			break
		}
		name, tail, _ := strings.Cut(after, "}")
		rest = tail
		if len(values) == 0 {
			faults.Add(name, "is required in the path", "")
			continue
		}
		if rule := segmentRule(values[0]); rule != "" {
			faults.Add(name, rule, values[0])
		}
		b.WriteString(url.PathEscape(values[0]))
		values = values[1:]
	}
	if len(values) > 0 {
		faults.Add("path", "has fewer placeholders than values", "")
	}
	return b.String()
}

// segmentRule is why a value cannot stand in a path, "" when it can.
func segmentRule(v string) string {
	switch {
	case v == "":
		return "must not be empty"
	case climbs(v):
		return `must not have "." or ".." as a segment: servers resolve them, escaped or not`
	case strings.ContainsFunc(v, unicode.IsControl):
		return "must not have control characters"
	}
	return ""
}

// climbs tells whether a server could take a part of v for "." or "..".
func climbs(v string) bool {
	if !strings.Contains(v, ".") {
		return false
	}
	return slices.ContainsFunc(
		strings.FieldsFunc(v, func(r rune) bool { return r == '/' || r == '\\' }),
		func(segment string) bool { return segment == "." || segment == ".." },
	)
}

// firstPlaceholder is the name of a template's first placeholder.
func firstPlaceholder(template string) string {
	_, after, _ := strings.Cut(template, "{")
	name, _, _ := strings.Cut(after, "}")
	return name
}
