package main

import (
	"slices"
	"strings"
)

var (
	auths   = []string{"user", "user-or-bot", "platform", "none"}
	answers = []string{"json", "empty", "text", "csv", "html", "stream"}
	formats = []string{
		"", "int64", "int32", "double", "float", "time", "secret", "attributes", "raw", "loose-int", "loose-bool", "loose-string", "binary",
		"date", "email", "uri", "uuid",
	}
	checks      = []string{"email", "url", "nonblank", "positive", "oneof", "any", "locale", "contact-filter", "conversation-filter"}
	timeFormats = []string{"", "unix", "rfc3339", "date"}
)

// check finds what the grammar alone does not.
func (p *parser) check() {
	if len(p.f.list) > 0 {
		return // dangling references would only repeat themselves
	}
	for _, s := range p.doc.schemas {
		p.checkComponent(s)
	}
	ids, names := map[string]pos{}, map[string]pos{}
	routes := map[string]pos{}
	for _, o := range p.doc.ops {
		p.unique(ids, "operationId", o.id, o.at)
		if o.goName != "" {
			p.unique(names, "x-go", o.service+"."+o.publicName(), o.at)
		}
		p.unique(routes, "operation", o.key(), o.at)
		p.checkOperation(o)
	}
	if len(p.f.list) > 0 {
		return
	}
	p.roles()
	p.checkRoles()
}

func (p *parser) unique(seen map[string]pos, what, v string, at pos) {
	if v == "" {
		return
	}
	if first, ok := seen[v]; ok {
		p.f.add(at, "%s %q is used twice, first in %s", what, v, first)
		return
	}
	seen[v] = at
}

func (p *parser) checkComponent(s *schema) {
	if s.goAlias != "" && p.known(s.at, s.goAlias) == nil {
		return
	}
	p.checkSchema(s, true)
}

func (p *parser) checkSchema(s *schema, component bool) {
	if s.target != nil {
		return
	}
	if !slices.Contains(formats, s.format) {
		p.f.add(s.at, "unknown format %q", s.format)
	}
	if !slices.Contains(timeFormats, s.timeFormat) {
		p.f.add(s.at, "x-time is %q, want unix, rfc3339 or date", s.timeFormat)
	}
	for _, c := range s.checks {
		if !slices.Contains(checks, c) {
			p.f.add(s.at, "unknown x-check %q, want one of %s", c, strings.Join(checks, ", "))
		}
	}
	switch {
	case s.union != nil:
		p.checkUnion(s)
	case s.typ == "" && s.format != "raw" && s.format != "time" && s.format != "attributes" && s.format != "loose-int" && s.format != "loose-bool" && s.format != "loose-string":
		p.f.add(s.at, "a schema without type")
	case s.typ == "array" && s.items == nil:
		p.f.add(s.at, "an array without items")
	case s.typ == "object" && !component && len(s.props) > 0:
		p.f.add(s.at, "an object inside another: give it a name under components.schemas")
	case s.typ == "object" && !component && s.additional == nil && s.format == "":
		p.f.add(s.at, "an object without properties: use a $ref, additionalProperties or format: attributes")
	case len(s.enum) > 0 && !component:
		p.f.add(s.at, "an enum without a name: give it one under components.schemas")
	}
	if s.items != nil {
		p.checkSchema(s.items, false)
	}
	if s.additional != nil {
		p.checkSchema(s.additional, false)
	}
	fields := map[string]pos{}
	for _, q := range s.props {
		p.checkProperty(q)
		p.unique(fields, "field", q.field(), q.at)
	}
	constants := map[string]pos{}
	for _, v := range s.enum {
		p.unique(constants, "constant", s.name+enumSuffix(s, v), s.at)
	}
	for _, pair := range s.exclusive {
		for _, k := range pair {
			if !slices.ContainsFunc(s.props, func(q *property) bool { return q.key == k }) {
				p.f.add(s.at, "x-exclusive names %q, which is no property", k)
			}
		}
	}
	for v := range s.enumNames {
		if !slices.Contains(s.enum, v) {
			p.f.add(s.at, "x-enum-names names %q, which is no value", v)
		}
	}
	for v := range s.enumDescs {
		if !slices.Contains(s.enum, v) {
			p.f.add(s.at, "x-enum-descriptions names %q, which is no value", v)
		}
	}
}

func (p *parser) checkUnion(s *schema) {
	all := slices.Clone(s.union.mapping)
	if s.union.fallback != nil {
		all = append(all, unionCase{"", s.union.fallback})
	}
	for _, c := range all {
		if !c.s.isObject() {
			p.f.add(c.s.at, "a case of a union must be an object")
		}
	}
}

func (p *parser) checkProperty(q *property) {
	p.checkSchema(q.schema, false)
	if q.description() == "" && (!q.identity || q.key != "id") {
		p.f.add(q.at, "property %s has no description", q.key)
	}
	t := q.of()
	if q.identity && t.typ != "integer" && t.typ != "string" {
		p.f.add(q.at, "x-identity on %s: an identity is an integer or a string", q.key)
	}
	if t.format == "binary" && q.file == "" && (t.typ == "string") {
		p.f.add(q.at, "property %s is binary: x-file must name the form field", q.key)
	}
}

func (p *parser) checkOperation(o *operation) {
	switch {
	case o.id == "":
		p.f.add(o.at, "%s has no operationId", o.key())
	case o.desc == "":
		p.f.add(o.at, "%s has no description", o.id)
	case o.goName == "":
		p.f.add(o.at, "%s has no x-go", o.id)
	case !slices.Contains(auths, o.auth):
		p.f.add(o.at, "%s: x-auth is %q, want one of %s", o.id, o.auth, strings.Join(auths, ", "))
	case !slices.Contains(answers, o.answer):
		p.f.add(o.at, "%s: x-answer is %q, want one of %s", o.id, o.answer, strings.Join(answers, ", "))
	case o.answer == "json" && o.result == nil:
		p.f.add(o.at, "%s: a JSON answer without a schema", o.id)
	case o.tag != nil && o.tag.service != o.service:
		p.f.add(o.at, "%s: x-go names %s, but tag %q belongs to %s", o.id, o.service, o.tag.name, o.tag.service)
	}
	p.checkPathParams(o)
	for _, q := range o.params {
		p.checkParam(o, q)
	}
	if o.result != nil {
		p.checkResult(o)
	}
	if o.body != nil {
		p.checkBody(o)
	}
	if o.paging != nil && o.paging.kind != "" {
		p.checkPaging(o)
	}
	if len(o.companions) > 0 && o.goName == o.publicName() && !o.hand {
		p.f.add(o.at, "%s: x-companions are for a method that is not exported, or written by hand", o.id)
	}
	if o.knownKey != "" && !o.hasKnown() {
		p.f.add(o.at, "%s: x-known names %q, which is no field of the body", o.id, o.knownKey)
	}
	if optional, n := o.inputs(); o.scalar && n != 1 && (n == 0 || optional > 0) {
		p.f.add(o.at, "%s: x-scalar wants one input, or only required ones: %d of %d are optional", o.id, optional, n)
	}
}

// hasKnown tells whether the field of x-known is there.
func (o *operation) hasKnown() bool {
	if o.body == nil {
		return false
	}
	outer, inner, nested := strings.Cut(o.knownKey, ".")
	q := o.body.prop(outer)
	return q != nil && (!nested || q.prop(inner) != nil)
}

// inputs counts what a caller gives beside the path, and what of it may be left out.
func (o *operation) inputs() (optional, all int) {
	count := func(required bool) {
		all++
		if !required {
			optional++
		}
	}
	for _, q := range o.queryParams() {
		count(q.required)
	}
	if o.body != nil {
		for _, q := range o.body.of().props {
			count(q.required)
		}
	}
	return optional, all
}

func (p *parser) checkPathParams(o *operation) {
	have := map[string]bool{}
	for _, q := range o.pathParams() {
		if have[q.name] {
			p.f.add(q.at, "%s: path parameter %s stands twice", o.id, q.name)
		}
		have[q.name] = true
	}
	want := placeholders(o.path)
	for _, w := range want {
		filled := w == "account_id" && o.accountScoped()
		if !have[w] && !filled {
			p.f.add(o.at, "%s: path parameter %s is not described", o.id, w)
		}
	}
	for h := range have {
		if !slices.Contains(want, h) {
			p.f.add(o.at, "%s: parameter %s is not in the path", o.id, h)
		}
	}
}

func placeholders(path string) []string {
	var out []string
	for seg := range strings.SplitSeq(path, "{") {
		if name, _, ok := strings.Cut(seg, "}"); ok {
			out = append(out, name)
		}
	}
	return out
}

// accountScoped reports whether the client fills the account in: every call below /api/v…/accounts/{account_id} has one.
func (o *operation) accountScoped() bool {
	rest, ok := strings.CutPrefix(o.path, "/api/v")
	if !ok {
		return false
	}
	_, rest, _ = strings.Cut(rest, "/")
	return strings.HasPrefix(rest, "accounts/{account_id}")
}

func (p *parser) checkParam(o *operation, q *param) {
	p.checkSchema(q.s, false)
	if q.desc == "" && q.s.description() == "" {
		p.f.add(q.at, "%s: parameter %s has no description", o.id, q.name)
	}
	if q.comma && (q.s.of().typ != "array" || q.s.of().items.of().typ != "string") {
		p.f.add(q.at, "%s: parameter %s: explode: false is for lists of texts", o.id, q.name)
	}
	if t := q.s.of(); q.in == "path" && t.typ != "integer" && t.typ != "string" {
		p.f.add(q.at, "%s: path parameter %s must be an integer or a string", o.id, q.name)
	}
}

func (p *parser) checkResult(o *operation) {
	t := o.result
	if t.target == nil && t.typ == "object" && t.additional == nil && t.format == "" {
		p.f.add(o.at, "%s: name the answer under components.schemas", o.id)
		return
	}
	p.checkSchema(t, false)
}

func (p *parser) checkBody(o *operation) {
	t := o.body.of()
	if t.additional != nil {
		return
	}
	if t.typ != "object" || t.format != "" {
		p.f.add(o.at, "%s: the body must be an object", o.id)
		return
	}
	if o.body.target == nil {
		for _, q := range t.props {
			p.checkProperty(q)
		}
	}
}

func (p *parser) checkPaging(o *operation) {
	g := o.paging
	has := func(name string) bool {
		return slices.ContainsFunc(o.queryParams(), func(q *param) bool { return q.name == name }) ||
			o.body != nil && slices.ContainsFunc(o.body.of().props, func(q *property) bool { return q.key == name })
	}
	for _, name := range []string{g.pageParam, g.sizeParam, g.before, g.after, g.sortParam} {
		if name != "" && !has(name) {
			p.f.add(g.at, "%s: paging uses %q, which is no parameter", o.id, name)
		}
	}
	if o.scalar && g.kind != "none" {
		p.f.add(g.at, "%s: a list that is paged takes a struct, so no x-scalar", o.id)
	}
	if len(g.orders) > 0 && g.sortParam == "" {
		p.f.add(g.at, "%s: orders without sort-param", o.id)
	}
	if o.result == nil {
		p.f.add(g.at, "%s: paging without an answer", o.id)
		return
	}
	if _, err := itemsOf(o); err != "" {
		p.f.add(g.at, "%s: %s", o.id, err)
	}
}

// itemsOf finds the schema of a list's rows.
func itemsOf(o *operation) (item *schema, problem string) {
	t := o.result.of()
	if t.typ == "array" {
		if o.paging.count != "" {
			return nil, "a count is only read from an answer that is an object"
		}
		return t.items, ""
	}
	if !o.result.isObject() {
		return nil, "paging wants an array or an object that holds one"
	}
	path := o.paging.items
	if path == "" {
		path = onlyArray(t)
		o.paging.items = path
	}
	list, ok := descend(o.result, path)
	if !ok || list.of().typ != "array" {
		return nil, "paging finds no array at items: " + path
	}
	if o.paging.count != "" {
		if _, ok := descend(o.result, o.paging.count); !ok {
			return nil, "paging finds no count: " + o.paging.count
		}
	}
	return list.of().items, ""
}

func onlyArray(t *schema) string {
	found := ""
	for _, q := range t.props {
		if q.of().typ != "array" {
			continue
		}
		if found != "" {
			return ""
		}
		found = q.key
	}
	return found
}

func descend(s *schema, path string) (*schema, bool) {
	for key := range strings.SplitSeq(path, ".") {
		i := slices.IndexFunc(s.of().props, func(q *property) bool { return q.key == key })
		if i < 0 {
			return nil, false
		}
		s = s.of().props[i].schema
	}
	return s, true
}
