package main

import (
	"fmt"
	"slices"
	"strings"
)

// defaultVersions are the server versions that x-seen may name where a description has no info.x-versions.
var defaultVersions = []string{"3.16.0", "4.2.0", "4.15.1"}

// parse reads the roots of all files into one document and resolves every reference.
func parse(roots []node) (*document, error) {
	p := &parser{doc: &document{
		params: map[string]*param{},
		byName: map[string]*schema{},
		byTag:  map[string]*tag{},
	}}
	for _, r := range roots {
		p.root(r)
	}
	if len(p.doc.versions) == 0 {
		p.doc.versions = defaultVersions
	}
	p.resolve()
	p.check()
	if err := p.f.err(); err != nil {
		return nil, err
	}
	p.place()
	return p.doc, p.f.err()
}

type parser struct {
	doc  *document
	f    faults
	refs []reference
	seen []seenAt
}

type reference struct {
	at pos
	to string
	s  *schema
}

type seenAt struct {
	at       pos
	versions []string
}

func (p *parser) root(n node) {
	n.fields(&p.f, map[string]func(node){
		"openapi":    p.openapi,
		"info":       p.info,
		"tags":       p.tags,
		"paths":      p.paths,
		"components": p.components,
	}, "servers", "security", "externalDocs", "jsonSchemaDialect")
}

func (p *parser) openapi(n node) {
	if v := n.str(&p.f); !strings.HasPrefix(v, "3.1.") {
		p.f.add(n.pos(), "openapi is %q, want 3.1", v)
	}
}

func (p *parser) info(n node) {
	n.fields(&p.f, map[string]func(node){
		"title":        func(v node) { p.doc.title = v.str(&p.f) },
		"x-versions":   func(v node) { p.doc.versions = v.strs(&p.f) },
		"x-plain-ids":  func(v node) { p.doc.plainIDs = v.boolean(&p.f) },
		"x-correction": func(v node) { p.doc.correction = p.corrections(v) },
	}, "version", "description", "license", "contact", "summary")
}

func (p *parser) tags(n node) {
	for _, it := range n.items(&p.f) {
		t := &tag{at: it.pos()}
		it.fields(&p.f, map[string]func(node){
			"name":        func(v node) { t.name = v.str(&p.f) },
			"description": func(v node) { t.desc = p.sentence(v) },
			"x-service":   func(v node) { t.service = v.str(&p.f) },
			"x-go-file":   func(v node) { t.file = v.str(&p.f) },
			"x-file":      func(v node) { t.file = v.str(&p.f) },
			"x-singular":  func(v node) { t.singular = v.str(&p.f) },
		}, "externalDocs")
		switch {
		case t.name == "":
			p.f.add(t.at, "a tag without a name")
			continue
		case p.doc.byTag[t.name] != nil:
			p.f.add(t.at, "tag %q is defined twice, first in %s", t.name, p.doc.byTag[t.name].at)
			continue
		case t.service == "":
			p.f.add(t.at, "tag %q has no x-service", t.name)
		case !strings.HasSuffix(t.file, ".go"):
			p.f.add(t.at, "tag %q needs an x-go-file that ends in .go", t.name)
		case t.desc == "":
			p.f.add(t.at, "tag %q has no description", t.name)
		}
		if t.singular == "" {
			t.singular = singular(t.goService())
		}
		p.doc.tags = append(p.doc.tags, t)
		p.doc.byTag[t.name] = t
	}
}

// sentence reads a description: full sentences that end with a period.
func (p *parser) sentence(n node) string {
	s := strings.Join(strings.Fields(n.str(&p.f)), " ")
	if s != "" && !strings.HasSuffix(s, ".") {
		p.f.add(n.pos(), "the description does not end with a period: %q", tail(s))
	}
	return s
}

func tail(s string) string {
	if len(s) <= 40 {
		return s
	}
	return "…" + s[len(s)-40:]
}

func (p *parser) components(n node) {
	n.fields(&p.f, map[string]func(node){
		"schemas":    p.schemas,
		"parameters": p.sharedParams,
	}, "securitySchemes")
}

func (p *parser) schemas(n node) {
	for _, e := range n.entries(&p.f) {
		if first := p.doc.byName[e.key]; first != nil {
			p.f.add(e.at, "schema %s is defined twice, first in %s", e.key, first.at)
			continue
		}
		s := p.schema(e.value)
		s.name, s.at, s.order = e.key, e.at, len(p.doc.schemas)
		if s.desc == "" {
			p.f.add(e.at, "schema %s has no description", e.key)
		}
		p.doc.schemas = append(p.doc.schemas, s)
		p.doc.byName[e.key] = s
	}
}

func (p *parser) sharedParams(n node) {
	for _, e := range n.entries(&p.f) {
		if first := p.doc.params[e.key]; first != nil {
			p.f.add(e.at, "parameter %s is defined twice, first in %s", e.key, first.at)
			continue
		}
		p.doc.params[e.key] = p.param(e.value)
	}
}

func (p *parser) schema(n node) *schema {
	s := &schema{at: n.pos()}
	if n.Node == nil {
		return s
	}
	num := func(dst **int64) func(node) {
		return func(v node) { i := v.integer(&p.f); *dst = &i }
	}
	flag := func(dst *bool) func(node) { return func(v node) { *dst = v.boolean(&p.f) } }
	text := func(dst *string) func(node) { return func(v node) { *dst = v.str(&p.f) } }
	list := func(dst *[]string) func(node) { return func(v node) { *dst = v.strs(&p.f) } }
	var discriminator node
	var oneOf []node
	n.fields(&p.f, map[string]func(node){
		"$ref":                 func(v node) { p.ref(s, v) },
		"description":          func(v node) { s.desc = p.sentence(v) },
		"type":                 func(v node) { p.types(s, v) },
		"format":               text(&s.format),
		"items":                func(v node) { s.items = p.schema(v) },
		"properties":           func(v node) { p.properties(s, v) },
		"additionalProperties": func(v node) { p.additional(s, v) },
		"enum":                 func(v node) { s.enum = p.enum(v) },
		"oneOf":                func(v node) { oneOf = v.items(&p.f) },
		"anyOf":                func(v node) { oneOf = v.items(&p.f) },
		"discriminator":        func(v node) { discriminator = v },
		"required":             list(&s.required),
		"minimum":              num(&s.min),
		"maximum":              num(&s.max),
		"minLength":            num(&s.minLength),
		"maxLength":            num(&s.maxLength),
		"maxItems":             num(&s.maxItems),
		"x-enum-names":         func(v node) { s.enumNames = v.stringMap(&p.f) },
		"x-enum-descriptions":  func(v node) { s.enumDescs = p.sentences(v) },
		"x-secret":             flag(&s.secret),
		"x-nullable":           flag(&s.nullable),
		"x-optional":           flag(&s.optional),
		"x-identity":           flag(&s.identity),
		"x-no-null":            flag(&s.noNull),
		"x-allow-empty":        flag(&s.allowEmpty),
		"x-allow-zero":         flag(&s.allowEmpty),
		"x-pointer":            flag(&s.pointer),
		"x-plain":              flag(&s.plain),
		"x-form-json":          flag(&s.formJSON),
		"x-seen":               func(v node) { s.seen = p.seenList(v) },
		"x-check":              list(&s.checks),
		"x-go-name":            text(&s.goName),
		"x-go-alias":           text(&s.goAlias),
		"x-go-file":            text(&s.goFile),
		"x-time":               text(&s.timeFormat),
		"x-also":               list(&s.also),
		"x-read-also":          list(&s.readAlso),
		"x-file":               text(&s.file),
		"x-send-as":            func(v node) { s.sendAs = v.stringMap(&p.f) },
		"x-except":             list(&s.except),
		"x-exclusive":          func(v node) { s.exclusive = p.exclusive(v) },
		"x-correction":         func(v node) { s.correction = p.corrections(v) },
	}, "title", "example", "examples", "default", "deprecated", "minItems", "readOnly", "writeOnly", "pattern")
	if oneOf != nil {
		p.oneOf(s, oneOf, discriminator)
	}
	p.markRequired(s)
	if s.secret {
		s.format = "secret"
	}
	return s
}

func (p *parser) sentences(n node) map[string]string {
	out := map[string]string{}
	for _, e := range n.entries(&p.f) {
		out[e.key] = p.sentence(e.value)
	}
	return out
}

func (p *parser) corrections(n node) []string {
	out := n.strs(&p.f)
	for i, c := range out {
		out[i] = strings.Join(strings.Fields(c), " ")
	}
	return out
}

// exclusive reads pairs of keys that must not be given together: [[a, b], [a, c]].
func (p *parser) exclusive(n node) [][]string {
	var out [][]string
	for _, it := range n.items(&p.f) {
		pair := it.strs(&p.f)
		if len(pair) != 2 {
			p.f.add(it.pos(), "x-exclusive wants pairs of keys")
			continue
		}
		out = append(out, pair)
	}
	return out
}

func (p *parser) seenList(n node) []string {
	v := n.strs(&p.f)
	p.seen = append(p.seen, seenAt{n.pos(), v})
	return v
}

func (p *parser) enum(n node) []string {
	var out []string
	for _, it := range n.items(&p.f) {
		if it.Tag == "!!null" {
			continue
		}
		v := it.str(&p.f)
		if slices.Contains(out, v) {
			p.f.add(it.pos(), "enum value %q stands twice", v)
		}
		out = append(out, v)
	}
	return out
}

func (p *parser) types(s *schema, n node) {
	for _, t := range n.strs(&p.f) {
		switch t {
		case "null":
			s.nullable = true
		case "string", "integer", "number", "boolean", "array", "object":
			if s.typ != "" {
				p.f.add(n.pos(), "type has %s and %s; use format: raw for values of several types", s.typ, t)
			}
			s.typ = t
		default:
			p.f.add(n.pos(), "unknown type %q", t)
		}
	}
}

func (p *parser) additional(s *schema, n node) {
	if n.Tag == "!!bool" {
		if n.boolean(&p.f) {
			p.f.add(n.pos(), "additionalProperties: true says nothing; give a schema or use format: attributes")
		}
		return
	}
	s.additional = p.schema(n)
}

func (p *parser) properties(s *schema, n node) {
	for _, e := range n.entries(&p.f) {
		v := p.schema(e.value)
		s.props = append(s.props, &property{key: e.key, at: e.at, schema: v})
	}
}

func (p *parser) markRequired(s *schema) {
	for _, r := range s.required {
		i := slices.IndexFunc(s.props, func(q *property) bool { return q.key == r })
		if i < 0 {
			p.f.add(s.at, "required names %q, which is no property", r)
			continue
		}
		s.props[i].required = true
	}
}

func (p *parser) ref(s *schema, n node) {
	to := n.str(&p.f)
	name, ok := strings.CutPrefix(to, "#/components/schemas/")
	if !ok {
		p.f.add(n.pos(), "dangling reference %q: want #/components/schemas/…", to)
		return
	}
	s.ref = name
	p.refs = append(p.refs, reference{n.pos(), name, s})
}

// oneOf reads a union, or a reference that may be null.
func (p *parser) oneOf(s *schema, cases []node, disc node) {
	var real []*schema
	for _, c := range cases {
		v := p.schema(c)
		if v.ref == "" && v.typ == "" && v.nullable {
			s.nullable = true
			continue
		}
		real = append(real, v)
	}
	if disc.Node == nil {
		if len(real) != 1 || real[0].ref == "" {
			p.f.add(s.at, "oneOf without a discriminator must be one $ref and type null")
			return
		}
		s.ref = real[0].ref
		p.refs = append(p.refs, reference{s.at, s.ref, s})
		return
	}
	u := &union{}
	disc.fields(&p.f, map[string]func(node){
		"propertyName": func(v node) { u.key = v.str(&p.f) },
		"x-default":    func(v node) { u.fallback = p.refTo(v) },
		"mapping": func(v node) {
			for _, e := range v.entries(&p.f) {
				u.mapping = append(u.mapping, unionCase{e.key, p.refTo(e.value)})
			}
		},
	})
	if u.key == "" || len(u.mapping) == 0 {
		p.f.add(disc.pos(), "a discriminator needs propertyName and mapping")
	}
	s.union = u
}

func (p *parser) refTo(n node) *schema {
	s := &schema{at: n.pos()}
	p.ref(s, n)
	return s
}

func (p *parser) paths(n node) {
	methods := []string{"get", "put", "post", "delete", "patch", "head"}
	for _, e := range n.entries(&p.f) {
		var shared []*param
		for _, m := range e.value.entries(&p.f) {
			switch {
			case m.key == "parameters":
				shared = p.paramList(m.value)
			case slices.Contains(methods, m.key):
				p.operation(e.key, strings.ToUpper(m.key), m, shared)
			default:
				p.f.add(m.at, "unknown key %q", m.key)
			}
		}
	}
}

func (p *parser) paramList(n node) []*param {
	var out []*param
	for _, it := range n.items(&p.f) {
		out = append(out, p.param(it))
	}
	return out
}

func (p *parser) param(n node) *param {
	q := &param{at: n.pos()}
	explode := true
	n.fields(&p.f, map[string]func(node){
		"$ref": func(v node) {
			name, ok := strings.CutPrefix(v.str(&p.f), "#/components/parameters/")
			if !ok {
				p.f.add(v.pos(), "dangling reference %q: want #/components/parameters/…", v.Value)
			}
			q.ref = name
		},
		"name":         func(v node) { q.name = v.str(&p.f) },
		"in":           func(v node) { q.in = v.str(&p.f) },
		"description":  func(v node) { q.desc = p.sentence(v) },
		"required":     func(v node) { q.required = v.boolean(&p.f) },
		"explode":      func(v node) { explode = v.boolean(&p.f) },
		"schema":       func(v node) { q.s = p.schema(v) },
		"x-go-name":    func(v node) { q.goName = v.str(&p.f) },
		"x-correction": func(v node) { q.correct = p.corrections(v) },
	}, "style", "example")
	q.comma = !explode
	if q.ref != "" {
		return q
	}
	switch {
	case q.name == "":
		p.f.add(q.at, "a parameter without a name")
	case q.in != "path" && q.in != "query":
		p.f.add(q.at, "parameter %s is in %q, want path or query", q.name, q.in)
	case q.s == nil:
		p.f.add(q.at, "parameter %s has no schema", q.name)
	}
	if q.s == nil {
		q.s = &schema{at: q.at, typ: "string"}
	}
	return q
}

func (p *parser) operation(path, method string, e entry, shared []*param) {
	o := &operation{at: e.at, path: path, method: method, params: slices.Clone(shared)}
	o.idempotent = method != "POST" && method != "PATCH"
	var tags []string
	e.value.fields(&p.f, map[string]func(node){
		"operationId":  func(v node) { o.id = v.str(&p.f) },
		"tags":         func(v node) { tags = v.strs(&p.f) },
		"description":  func(v node) { o.desc = p.sentence(v) },
		"parameters":   func(v node) { o.params = append(o.params, p.paramList(v)...) },
		"requestBody":  func(v node) { p.requestBody(o, v) },
		"responses":    func(v node) { p.responses(o, v) },
		"x-go":         func(v node) { p.goMethod(o, v) },
		"x-auth":       func(v node) { o.auth = v.str(&p.f) },
		"x-idempotent": func(v node) { o.idempotent = v.boolean(&p.f) },
		"x-answer":     func(v node) { o.answer = v.str(&p.f) },
		"x-null-ok":    func(v node) { o.nullOK = v.boolean(&p.f) },
		"x-envelope":   func(v node) { o.envelope = v.str(&p.f) },
		"x-paging":     func(v node) { o.paging = p.paging(v) },
		"x-seen":       func(v node) { o.seen = p.seenList(v) },
		"x-since":      func(v node) { o.since = v.str(&p.f) },
		"x-window":     func(v node) { o.window = v.str(&p.f) },
		"x-confirm":    func(v node) { o.confirm = v.str(&p.f) },
		"x-params":     func(v node) { o.paramsName = v.str(&p.f) },
		"x-scalar":     func(v node) { o.scalar = v.boolean(&p.f) },
		"x-hand":       func(v node) { o.hand = v.boolean(&p.f) },
		"x-known":      func(v node) { o.knownKey, o.knownKind = p.lookUp(v) },
		"x-companions": func(v node) { o.companions = v.strs(&p.f) },
		"x-documented": func(v node) {
			v.fields(&p.f, map[string]func(node){
				"path":   func(v node) { o.docPath = v.str(&p.f) },
				"method": func(v node) { o.docMethod = v.str(&p.f) },
			})
		},
		"x-errors": func(v node) {
			for _, e := range v.entries(&p.f) {
				o.errors = append(o.errors, [2]string{e.key, p.sentence(e.value)})
			}
		},
		"x-correction": func(v node) { o.correction = p.corrections(v) },
	}, "summary", "deprecated", "externalDocs", "security")
	if len(tags) != 1 {
		p.f.add(o.at, "%s %s: want exactly one tag", method, path)
	} else {
		o.tagName = tags[0]
	}
	p.doc.ops = append(p.doc.ops, o)
}

// knownKinds are what x-known can look up, and the method of the client that does.
var knownKinds = map[string]string{"agents": "knownAgents", "labels": "knownLabels"}

func (p *parser) lookUp(n node) (key, kind string) {
	for _, e := range n.entries(&p.f) {
		key, kind = e.key, e.value.str(&p.f)
		if knownKinds[kind] == "" {
			p.f.add(e.at, "x-known is %q, want agents or labels", kind)
		}
	}
	return key, kind
}

func (p *parser) goMethod(o *operation, n node) {
	v := n.str(&p.f)
	i := strings.LastIndexByte(v, '.')
	if i <= 0 || i == len(v)-1 {
		p.f.add(n.pos(), "x-go is %q, want Service.Method", v)
		return
	}
	o.service, o.goName = v[:i], v[i+1:]
}

func (p *parser) paging(n node) *paging {
	g := &paging{at: n.pos()}
	if n.Node.Value == "none" {
		g.kind = "none"
		return g
	}
	text := func(dst *string) func(node) { return func(v node) { *dst = v.str(&p.f) } }
	n.fields(&p.f, map[string]func(node){
		"kind":         text(&g.kind),
		"size":         func(v node) { g.size = v.integer(&p.f) },
		"items":        text(&g.items),
		"count":        text(&g.count),
		"orders":       func(v node) { g.orders = v.strs(&p.f) },
		"sort-param":   text(&g.sortParam),
		"page-param":   text(&g.pageParam),
		"size-param":   text(&g.sizeParam),
		"before-param": text(&g.before),
		"after-param":  text(&g.after),
		"hand":         func(v node) { g.hand = v.boolean(&p.f) },
	})
	switch g.kind {
	case "page":
		g.pageParam = or(g.pageParam, "page")
	case "offset":
		g.pageParam, g.sizeParam = or(g.pageParam, "offset"), or(g.sizeParam, "limit")
	case "id":
		g.before, g.after = or(g.before, "before"), or(g.after, "after")
	case "none":
	default:
		p.f.add(g.at, "x-paging kind is %q, want page, offset, id or none", g.kind)
	}
	return g
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (p *parser) requestBody(o *operation, n node) {
	var kinds []string
	n.fields(&p.f, map[string]func(node){
		"description": func(v node) { o.bodyDesc = p.sentence(v) },
		"content": func(v node) {
			for _, e := range v.entries(&p.f) {
				kinds = append(kinds, e.key)
				s := p.mediaType(e.value)
				if o.body == nil {
					o.body = s
				}
			}
		},
	}, "required")
	slices.Sort(kinds)
	switch strings.Join(kinds, " ") {
	case "application/json":
		o.bodyKind = "json"
	case "application/x-www-form-urlencoded":
		o.bodyKind = "form"
	case "multipart/form-data":
		o.bodyKind = "multipart"
	case "application/json multipart/form-data":
		o.bodyKind = "json-or-multipart"
	default:
		p.f.add(n.pos(), "cannot send a body as %s", strings.Join(kinds, " or "))
	}
	if o.body == nil {
		p.f.add(n.pos(), "the request body has no schema")
	}
}

func (p *parser) mediaType(n node) *schema {
	var s *schema
	n.fields(&p.f, map[string]func(node){
		"schema": func(v node) { s = p.schema(v) },
	}, "example", "examples", "encoding")
	return s
}

func (p *parser) responses(o *operation, n node) {
	for _, e := range n.entries(&p.f) {
		if !strings.HasPrefix(e.key, "2") {
			p.f.add(e.at, "response %s: only the success answer is described", e.key)
			continue
		}
		e.value.fields(&p.f, map[string]func(node){
			"content": func(v node) {
				for _, c := range v.entries(&p.f) {
					p.answer(o, c)
				}
			},
		}, "description", "headers")
	}
	if o.answer == "" {
		o.answer = "empty"
		if o.result != nil {
			o.answer = "json"
		}
	}
}

func (p *parser) answer(o *operation, c entry) {
	switch c.key {
	case "application/json":
		o.result = p.mediaType(c.value)
	case "text/csv":
		o.answer = or(o.answer, "csv")
	case "text/html":
		o.answer = or(o.answer, "html")
	case "text/plain":
		o.answer = or(o.answer, "text")
	case "application/octet-stream":
		o.answer = or(o.answer, "stream")
	default:
		p.f.add(c.at, "cannot read an answer of type %s", c.key)
	}
}

func (p *parser) known(at pos, name string) *schema {
	s := p.doc.byName[name]
	if s == nil {
		p.f.add(at, "dangling reference: no schema %s", name)
	}
	return s
}

func (p *parser) resolve() {
	for _, r := range p.refs {
		r.s.target = p.known(r.at, r.to)
	}
	for _, o := range p.doc.ops {
		for i, q := range o.params {
			if q.ref == "" {
				continue
			}
			shared := p.doc.params[q.ref]
			if shared == nil {
				p.f.add(q.at, "dangling reference: no parameter %s", q.ref)
				shared = &param{at: q.at, name: q.ref, in: "query", desc: "None.", s: &schema{typ: "string"}}
			}
			o.params[i] = shared
		}
		o.tag = p.doc.byTag[o.tagName]
		if o.tag == nil && o.tagName != "" {
			p.f.add(o.at, "no tag %q", o.tagName)
		}
	}
	for _, s := range p.seen {
		for _, v := range s.versions {
			if !slices.Contains(p.doc.versions, v) {
				p.f.add(s.at, "x-seen names %q, want some of %s", v, strings.Join(p.doc.versions, ", "))
			}
		}
	}
}

// key names an operation in messages.
func (o *operation) key() string { return fmt.Sprintf("%s %s", o.method, o.path) }
