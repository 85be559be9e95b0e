package main

import "slices"

// roles marks which schemas are sent, which are received, and gives inline bodies a name.
func (p *parser) roles() {
	for _, o := range p.doc.ops {
		if o.body != nil && !o.scalar && o.body.of().additional == nil {
			p.nameBody(o)
		}
		if o.body != nil {
			mark(o.body, func(s *schema) *bool { return &s.in })
		}
		if o.result != nil {
			mark(o.result, func(s *schema) *bool { return &s.out })
		}
	}
	for _, s := range p.doc.schemas {
		if s.goFile != "" && !s.in && !s.out {
			mark(s, func(s *schema) *bool { return &s.out })
		}
	}
}

func mark(s *schema, role func(*schema) *bool) {
	s = s.of()
	if *role(s) {
		return
	}
	*role(s) = true
	for _, n := range s.neighbours() {
		mark(n, role)
	}
}

func (s *schema) neighbours() []*schema {
	var out []*schema
	for _, q := range s.props {
		out = append(out, q.schema)
	}
	if s.items != nil {
		out = append(out, s.items)
	}
	if s.additional != nil {
		out = append(out, s.additional)
	}
	if s.union != nil {
		for _, c := range s.union.mapping {
			out = append(out, c.s)
		}
		if s.union.fallback != nil {
			out = append(out, s.union.fallback)
		}
	}
	return out
}

// paramsType is the name of the struct that holds what a caller gives beside the path.
func (o *operation) paramsType() string {
	if o.body != nil && o.body.target != nil {
		return o.body.target.name
	}
	if o.paramsName != "" {
		return o.paramsName
	}
	return o.tag.singular + exported(o.goName) + "Params"
}

// nameBody makes a component of a body that is written in place.
func (p *parser) nameBody(o *operation) {
	if o.body.target != nil {
		if o.paramsName != "" && o.paramsName != o.body.target.name {
			p.f.add(o.at, "%s: x-params is %s, but the body is %s", o.id, o.paramsName, o.body.target.name)
		}
		return
	}
	s := o.body
	s.name = o.paramsType()
	if s.desc == "" {
		s.desc = s.name + " are what " + o.service + "." + o.publicName() + " sends."
	}
	if first := p.doc.byName[s.name]; first != nil {
		p.f.add(o.at, "%s: the body would be %s, which is defined in %s", o.id, s.name, first.at)
		return
	}
	s.order = len(p.doc.schemas)
	p.doc.schemas = append(p.doc.schemas, s)
	p.doc.byName[s.name] = s
	o.body = &schema{at: s.at, ref: s.name, target: s}
}

// checkRoles finds what only makes sense in one direction.
func (p *parser) checkRoles() {
	bodies := map[*schema][]*operation{}
	for _, o := range p.doc.ops {
		if o.body != nil {
			bodies[o.body.of()] = append(bodies[o.body.of()], o)
		}
	}
	for s, ops := range bodies {
		for _, o := range ops {
			if len(ops) > 1 && len(o.queryParams()) > 0 {
				p.f.add(o.at, "%s: a body shared by several operations cannot take query parameters: %s", o.id, s.name)
			}
		}
	}
	for _, s := range p.doc.schemas {
		for _, q := range s.props {
			p.checkDirection(s, q, bodies[s] != nil)
			if !q.pointer && q.isObject() && holds(q.of(), s, map[*schema]bool{}) {
				p.f.add(q.at, "property %s: %s holds itself, which takes an x-pointer", q.key, s.name)
			}
		}
	}
}

// holds tells whether a struct has another one in it, at any depth, as a value.
func holds(outer, inner *schema, seen map[*schema]bool) bool {
	if outer == inner {
		return true
	}
	if seen[outer] {
		return false
	}
	seen[outer] = true
	return slices.ContainsFunc(outer.props, func(q *property) bool {
		return !q.pointer && q.isObject() && holds(q.of(), inner, seen)
	})
}

func (p *parser) checkDirection(s *schema, q *property, body bool) {
	rewritten := len(q.also) > 0 || len(q.sendAs) > 0 || q.timeFormat == "unix" || q.timeFormat == "date"
	switch {
	case rewritten && !body:
		p.f.add(q.at, "property %s: x-also, x-send-as and x-time are for the top of a request body", q.key)
	case slices.ContainsFunc(q.except, func(one string) bool { return !slices.Contains(q.of().enum, one) }):
		p.f.add(q.at, "property %s: x-except names a value that the enum lacks", q.key)
	case q.file != "" && !body:
		p.f.add(q.at, "property %s: x-file is for the top of a request body", q.key)
	case s.in && q.isUnion():
		p.f.add(q.at, "property %s: a union cannot be sent; use format: raw or a schema of its own", q.key)
	case s.in && !s.out && q.identity:
		p.f.add(q.at, "property %s: x-identity is for answers", q.key)
	}
}

// place decides which file each named type is written to: the one that x-go-file names, else the file of the operation
// that stands nearest to it.
func (p *parser) place() {
	type rank struct{ distance, order int }
	best := map[*schema]rank{}
	arguments := map[*schema]bool{}
	visit := func(o *operation, order, distance int, start *schema) {
		level, seen := []*schema{start.of()}, map[*schema]bool{}
		for ; len(level) > 0; distance++ {
			var next []*schema
			for _, s := range level {
				if seen[s] {
					continue
				}
				seen[s] = true
				if b, ok := best[s]; !ok || distance < b.distance {
					best[s] = rank{distance, order}
					s.gofile = o.tag.file
				}
				step := next
				for _, n := range s.neighbours() {
					step = append(step, n.of())
				}
				next = step
			}
			level = next
		}
	}
	for i, o := range p.doc.ops {
		for _, q := range o.params {
			visit(o, i, 0, q.s)
		}
		switch {
		case o.body == nil:
		case o.scalar: // its fields are arguments, so the type is nowhere
			arguments[o.body.of()] = true
			for _, q := range o.body.of().props {
				visit(o, i, 1, q.schema)
			}
		default:
			visit(o, i, 0, o.body)
		}
		if o.result != nil {
			visit(o, i, 0, o.result)
		}
	}
	var aliased []string
	for _, s := range p.doc.schemas {
		aliased = append(aliased, s.goAlias)
	}
	for _, s := range p.doc.schemas {
		if s.goFile != "" {
			s.gofile = s.goFile
		}
		if s.gofile == "" && !isScalar(s) && !arguments[s] && !slices.Contains(aliased, s.name) {
			p.f.add(s.at, "schema %s is used by no operation: remove it or give it an x-go-file", s.name)
		}
	}
}
