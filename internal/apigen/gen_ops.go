package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ownParams tells whether an operation's parameters are a struct that no body defines.
func (o *operation) ownParams() bool { return !o.scalar && o.body == nil && len(o.queryParams()) > 0 }

func (o *operation) hasParams() bool { return !o.scalar && (o.body != nil || len(o.queryParams()) > 0) }

// variable is the name of the operation's static data.
func (o *operation) variable() string {
	return "op" + strings.ReplaceAll(o.service, ".", "") + o.publicName()
}

// publicName is what users call the method, be it generated or a companion around it.
func (o *operation) publicName() string { return strings.ToUpper(o.goName[:1]) + o.goName[1:] }

func (g *generator) operation(b *bytes.Buffer, o *operation) {
	g.operationVar(b, o)
	if o.hand {
		return
	}
	g.method(b, o)
	if o.paging != nil && o.paging.kind != "" {
		g.lists(b, o)
	}
}

var bodyKinds = map[string]string{
	"json": "core.BodyJSON", "form": "core.BodyForm", "multipart": "core.BodyMultipart", "json-or-multipart": "core.BodyJSONOrMultipart",
}

var answerKinds = map[string]string{
	"empty": "core.AnswerEmpty", "text": "core.AnswerText", "csv": "core.AnswerText", "html": "core.AnswerHTML", "stream": "core.AnswerStream",
}

var authKinds = map[string]string{"user-or-bot": "core.AuthUserOrBot", "platform": "core.AuthPlatform", "none": "core.AuthNone"}

func (g *generator) operationVar(b *bytes.Buffer, o *operation) {
	fmt.Fprintf(b, "var %s = core.Operation{\n\tID: %q,\n\tName: %q,\n\tMethod: %q,\n\tPath: %q,\n",
		o.variable(), o.id, o.service+"."+o.publicName(), o.method, o.path)
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(b, "\t%s: %s,\n", key, value)
		}
	}
	line("Auth", authKinds[o.auth])
	if o.idempotent {
		line("Idempotent", "true")
	}
	line("Body", bodyKinds[o.bodyKind])
	line("Answer", answerKinds[o.answer])
	if o.nullOK {
		line("NullOK", "true")
	}
	if o.window != "" {
		line("Window", strconv.Quote(o.window))
	}
	if len(o.seen) > 0 && len(o.seen) < len(g.doc.versions) {
		line("Seen", fmt.Sprintf("%#v", o.seen))
	}
	if names := formJSON(o); len(names) > 0 {
		line("FormJSON", fmt.Sprintf("%#v", names))
	}
	if o.confirm != "" {
		line("Confirm", strconv.Quote(o.confirm))
	}
	b.WriteString("}\n\n")
}

func formJSON(o *operation) []string {
	if o.body == nil {
		return nil
	}
	var names []string
	for _, q := range o.body.of().props {
		if q.formJSON {
			names = append(names, q.key)
		}
	}
	return names
}

// methodDoc is the comment of a method.
func (g *generator) methodDoc(o *operation) []string {
	facts := "API: " + o.method + " " + o.path
	if o.docPath != "" || o.docMethod != "" {
		facts += " (documented as " + strings.TrimSpace(or(o.docMethod, o.method)+" "+or(o.docPath, o.path)) + ")"
	}
	facts += ". " + map[string]string{
		"user":        "Needs a user token.",
		"user-or-bot": "Takes a user token or a bot token.",
		"platform":    "Needs a platform token.",
		"none":        "Needs no token.",
	}[o.auth]
	if o.idempotent {
		facts += " Sent again where an answer was lost."
	} else {
		facts += " Never sent twice: see Error.MaybeSent."
	}
	if o.knownKey != "" {
		facts += " Looks up " + o.knownKind + " that the client has not seen, before anything is sent: unknown ones end in an ArgumentError."
	}
	if o.since != "" {
		facts += " Needs server " + o.since + " or newer."
	} else if len(o.seen) > 0 && len(o.seen) < len(g.doc.versions) {
		facts += " Seen on servers " + list(o.seen) + " only."
	}
	var errs []string
	for _, e := range o.errors {
		errs = append(errs, e[0]+": "+e[1])
	}
	out := []string{o.desc, facts}
	if len(errs) > 0 {
		out = append(out, "Errors: "+strings.Join(errs, " "))
	}
	return out
}

func (g *generator) method(b *bytes.Buffer, o *operation) {
	comment(b, "", g.methodDoc(o)...)
	args := "ctx context.Context"
	for _, q := range g.pathArgs(o) {
		args += fmt.Sprintf(", %s %s", q.arg(), g.base(q.s, true))
	}
	switch {
	case o.scalar:
		for _, in := range g.inputs(o) {
			args += fmt.Sprintf(", %s %s", in.name, in.typ)
		}
	case o.hasParams():
		args += ", p " + g.paramsArg(o)
	}
	result, call := g.call(o)
	name := o.goName
	if o.bare() {
		g.bareMethod(b, o, result)
		name += "With"
		comment(b, "", name+" is "+o.goName+" with parameters.")
	}
	fmt.Fprintf(b, "func (s %s) %s(%s, opts ...%sCallOption) %s {\n", o.tag.typeName(), name, args, g.qual, result)
	g.request(b, o)
	fmt.Fprintf(b, "\t%s\n}\n\n", call)
}

// bare tells whether an operation on one thing, named by the path, is of use without its parameters. It gets a method
// that takes none, beside the one that does.
func (o *operation) bare() bool {
	if o.scalar || o.paging != nil || o.body != nil || len(o.queryParams()) == 0 || !strings.HasSuffix(o.path, "}") {
		return false
	}
	return !slices.ContainsFunc(o.queryParams(), func(q *param) bool { return q.required })
}

func (g *generator) bareMethod(b *bytes.Buffer, o *operation, result string) {
	args, pass := "ctx context.Context", "ctx"
	for _, q := range g.pathArgs(o) {
		args += fmt.Sprintf(", %s %s", q.arg(), g.base(q.s, true))
		pass += ", " + q.arg()
	}
	fmt.Fprintf(b, "func (s %s) %s(%s, opts ...%sCallOption) %s {\n", o.tag.typeName(), o.goName, args, g.qual, result)
	fmt.Fprintf(b, "\treturn s.%sWith(%s, %s{}, opts...)\n}\n\n", o.goName, pass, o.paramsType())
}

// paramsArg is the type of what a method takes beside the path.
func (g *generator) paramsArg(o *operation) string {
	if o.body != nil && o.body.of().additional != nil {
		return g.base(o.body, true)
	}
	return o.paramsType()
}

// pathArgs are the placeholders that a caller gives.
func (g *generator) pathArgs(o *operation) []*param {
	var out []*param
	for _, name := range placeholders(o.path) {
		if name == "account_id" && o.accountScoped() {
			continue
		}
		for _, q := range o.pathParams() {
			if q.name == name {
				out = append(out, q)
			}
		}
	}
	return out
}

// input is an argument beside the path, of a method that takes no struct.
type input struct {
	name, typ string
	query     *param    // nil for a key of the body
	body      *property // nil for a query parameter
}

// inputs are those of an operation with x-scalar.
func (g *generator) inputs(o *operation) []input {
	var out []input
	for _, q := range o.queryParams() {
		out = append(out, input{name: unexported(q.field()), typ: g.queryType(q), query: q})
	}
	if o.body == nil {
		return out
	}
	for _, q := range o.body.of().props {
		in := input{name: unexported(q.field()), typ: g.base(q.schema, true), body: q}
		if q.isObject() {
			in.name = "p"
		}
		out = append(out, in)
	}
	return out
}

// request writes the checks and the request.
func (g *generator) request(b *bytes.Buffer, o *operation) {
	var checks bytes.Buffer
	var path []string
	for _, q := range g.pathArgs(o) {
		if q.s.of().typ == "integer" {
			fmt.Fprintf(&checks, "\tf.ID(%q, int64(%s))\n", q.name, q.arg())
			path = append(path, fmt.Sprintf("core.PathID(%s)", q.arg()))
			continue
		}
		check := "Required"
		if g.doc.plainIDs {
			check = "PathText"
		}
		text := cast("string", g.base(q.s, true), q.arg())
		fmt.Fprintf(&checks, "\tf.%s(%q, %s)\n", check, q.name, text)
		path = append(path, text)
	}
	var fields, query bytes.Buffer
	if len(path) > 0 {
		fmt.Fprintf(&fields, "\t\tPath: []string{%s},\n", strings.Join(path, ", "))
	}
	switch {
	case o.scalar:
		g.scalarRequest(o, &checks, &fields, &query)
	case o.body != nil:
		if g.checked(o.body.of()) {
			checks.WriteString("\tp.check(&f)\n")
		}
		fields.WriteString("\t\tBody: p,\n")
		if hasFiles(o.body.of()) {
			fields.WriteString("\t\tFiles: p.files(),\n")
		}
		if len(o.queryParams()) > 0 {
			fields.WriteString("\t\tQuery: p.query(),\n")
		}
	case len(o.queryParams()) > 0:
		if g.queryChecked(o) {
			checks.WriteString("\tp.check(&f)\n")
		}
		fields.WriteString("\t\tQuery: p.query(),\n")
	}
	if o.knownKey != "" {
		fmt.Fprintf(&fields, "\t\tLookup: s.c.%s(%q, %s, opts),\n", knownKinds[o.knownKind], o.knownKey, g.knownValue(o))
	}
	if checks.Len() > 0 {
		b.WriteString("\tvar f core.Faults\n")
		b.Write(checks.Bytes())
		fields.WriteString("\t\tFaults: &f,\n")
	}
	b.Write(query.Bytes())
	if fields.Len() == 0 {
		return
	}
	fmt.Fprintf(b, "\tr := core.Request{\n%s\t}\n", fields.String())
}

// knownValue is what a method looks up: an argument, or a field of the params.
// A dotted key descends into an optional field.
func (g *generator) knownValue(o *operation) string {
	if o.scalar {
		return unexported(o.body.prop(o.knownKey).field())
	}
	outer, inner, nested := strings.Cut(o.knownKey, ".")
	q := o.body.prop(outer)
	if !nested {
		return "p." + q.field()
	}
	return fmt.Sprintf("p.%s.Or(%s{}).%s", q.field(), g.base(q.schema, true), q.prop(inner).field())
}

func (g *generator) scalarRequest(o *operation, checks, fields, query *bytes.Buffer) {
	if len(o.queryParams()) > 0 {
		query.WriteString("\tvar q core.Query\n")
		fields.WriteString("\t\tQuery: q,\n")
	}
	var body []string
	for _, in := range g.inputs(o) {
		if in.query != nil {
			g.queryCheck(checks, in.query, in.name)
			g.queryAdd(query, in.query, in.name)
			continue
		}
		q := in.body
		if q.required {
			g.valueChecks(checks, q, in.name, true)
		}
		if q.allowEmpty && strings.HasPrefix(in.typ, "[]") {
			fmt.Fprintf(query, "\tif %s == nil {\n\t\t%s = %s{}\n\t}\n", in.name, in.name, in.typ)
		}
		value := in.name
		if q.timeFormat == "unix" {
			value += ".Unix()"
		}
		body = append(body, fmt.Sprintf("%q: %s", q.key, value))
	}
	if len(body) > 0 {
		fmt.Fprintf(fields, "\t\tBody: map[string]any{%s},\n", strings.Join(body, ", "))
	}
}

// call is the result type of a method and its last line.
func (g *generator) call(o *operation) (result, line string) {
	req := "core.Request{}"
	if g.hasRequest(o) {
		req = "r"
	}
	head := fmt.Sprintf("(ctx, s.c.core, &%s, %s, opts", o.variable(), req)
	switch o.answer {
	case "empty":
		return "error", "return core.None" + head + ")"
	case "text", "html":
		return "(string, error)", "return core.Text" + head + ")"
	case "csv", "stream":
		return "(io.ReadCloser, error)", fmt.Sprintf("return s.c.core.Stream(ctx, &%s, %s, opts)", o.variable(), req)
	}
	t := o.result
	if d := t.of(); d.typ == "array" && d.format == "" && (t.target == nil || !isNamed(t.target)) {
		typ := g.base(t, false)
		if o.envelope != "" {
			key, at := o.envelopeAt()
			return "(" + typ + ", error)", fmt.Sprintf("return core.List%s%s, %q, %s)", at, head, key, g.decoder(d.items))
		}
		return "(" + typ + ", error)", fmt.Sprintf("return core.List%s, %s)", head, g.decoder(d.items))
	}
	dec := g.decoder(t)
	if o.envelope != "" {
		key, at := o.envelopeAt()
		dec = fmt.Sprintf("codec.%s(%q, %s)", at, key, dec)
	}
	if g.byPointer(t) {
		return "(*" + g.base(t, false) + ", error)", fmt.Sprintf("return core.One%s, %s)", head, dec)
	}
	return "(" + g.base(t, false) + ", error)", fmt.Sprintf("return core.Value%s, %s)", head, dec)
}

// envelopeAt is the key of the envelope and the decoder's function for it.
func (o *operation) envelopeAt() (key, function string) {
	if key, maybe := strings.CutSuffix(o.envelope, "?"); maybe {
		return key, "MaybeAt"
	}
	return o.envelope, "At"
}

// byPointer tells whether a result is a struct, which comes by pointer.
func (g *generator) byPointer(t *schema) bool { return t.isObject() || t.isUnion() }

func (g *generator) hasRequest(o *operation) bool {
	return len(g.pathArgs(o)) > 0 || o.scalar || o.body != nil || len(o.queryParams()) > 0
}

// lists writes All and Pages of a list.
func (g *generator) lists(b *bytes.Buffer, o *operation) {
	item, _ := itemsOf(o)
	row := g.base(item, false)
	name := ""
	if o.goName != "List" {
		name = o.goName
	}
	args, pass := "ctx context.Context", ""
	for _, q := range g.pathArgs(o) {
		args += fmt.Sprintf(", %s %s", q.arg(), g.base(q.s, true))
		pass += q.arg() + ", "
	}
	switch {
	case o.scalar:
		for _, in := range g.inputs(o) {
			args += fmt.Sprintf(", %s %s", in.name, in.typ)
			pass += in.name + ", "
		}
	case o.hasParams():
		args += ", p " + o.paramsType()
		pass += "p, "
	}
	pager := unexported(or(name, "list")) + "Pager"
	what := "every row of " + o.goName
	all, pages := name+"All", name+"Pages"
	doc := all + " yields " + what + ", none twice, page after page as the loop goes on. It reads again while rows are missing, and ends in an *IncompleteError when some still are; any other error is a *PageError, which says where to resume."
	if o.paging.kind == "offset" && len(o.paging.orders) == 0 {
		doc = all + " yields " + what + ", none twice, page after page as the loop goes on. It ends in an *IncompleteError when rows are missing or the count moved, which happens where rows come and go while it reads; any other error is a *PageError, which says where to resume."
	}
	if o.paging.kind == "none" {
		doc = all + " yields " + what + ", which the server sends in one answer."
	}
	switch {
	case g.handPager(o) || o.paging.kind == "none":
		comment(b, "", doc)
	case o.paging.kind == "offset":
		comment(b, "", doc, fmt.Sprintf("Offset of the parameters is set by it. Limit is the size of its pages, %d where it is 0.", o.paging.size))
	default:
		comment(b, "", doc, "Page and sort of the parameters are set by it, unless a sort is given: then the list is read once, in that order.")
	}
	fmt.Fprintf(b, "func (s %s) %s(%s, opts ...%sCallOption) iter.Seq2[%s, error] {\n", o.tag.typeName(), all, args, g.qual, row)
	fmt.Fprintf(b, "\treturn core.AllOf(ctx, s.c.core, opts, s.%s(%sopts))\n}\n\n", pager, pass)
	if o.paging.kind == "none" {
		g.unpaged(b, o, pager, row)
		return
	}
	comment(b, "", pages+" yields the pages of "+o.goName+" as the server has them: rows may come twice, or be missing where the list moves.")
	fmt.Fprintf(b, "func (s %s) %s(%s, opts ...%sCallOption) iter.Seq2[%sPage[%s], error] {\n", o.tag.typeName(), pages, args, g.qual, g.qual, row)
	fmt.Fprintf(b, "\treturn core.PagesOf(ctx, s.c.core, opts, s.%s(%sopts))\n}\n\n", pager, pass)
	if g.handPager(o) {
		return
	}
	g.pager(b, o, pager, row)
}

// handPager tells whether the pager is written by hand, beside the generated file.
func (g *generator) handPager(o *operation) bool { return o.paging.hand }

func (g *generator) unpaged(b *bytes.Buffer, o *operation, pager, row string) {
	args, pass := g.pagerArgs(o)
	fmt.Fprintf(b, "func (s %s) %s(%sopts []%sCallOption) core.Pager[%s] {\n\treturn core.Pager[%s]{\n\t\tPaging: core.Unpaged,\n", o.tag.typeName(), pager, args, g.qual, row, row)
	fmt.Fprintf(b, "\t\tFetch: func(ctx context.Context, _ core.Cursor, _ string) (core.Page[%s], error) {\n", row)
	fmt.Fprintf(b, "\t\t\trows, err := s.%s(ctx, %sopts...)\n", o.goName, pass)
	fmt.Fprintf(b, "\t\t\treturn core.Page[%s]{Items: rows, Count: core.NoCount}, err\n\t\t},\n\t}\n}\n\n", row)
}

func (g *generator) pagerArgs(o *operation) (args, pass string) {
	for _, q := range g.pathArgs(o) {
		args += fmt.Sprintf("%s %s, ", q.arg(), g.base(q.s, true))
		pass += q.arg() + ", "
	}
	switch {
	case o.scalar:
		for _, in := range g.inputs(o) {
			args += in.name + " " + in.typ + ", "
			pass += in.name + ", "
		}
	case o.hasParams():
		args += "p " + o.paramsType() + ", "
		pass += "p, "
	}
	return args, pass
}

func (g *generator) pager(b *bytes.Buffer, o *operation, pager, row string) {
	args, pass := g.pagerArgs(o)
	pg := o.paging
	item, _ := itemsOf(o)
	kinds := map[string]string{"page": "core.PageNumbers", "offset": "core.Offsets", "id": "core.BeforeIDs"}
	fmt.Fprintf(b, "func (s %s) %s(%sopts []%sCallOption) core.Pager[%s] {\n", o.tag.typeName(), pager, args, g.qual, row)
	fmt.Fprintf(b, "\treturn core.Pager[%s]{\n\t\tPaging: %s,\n", row, kinds[pg.kind])
	if pg.size > 0 {
		fmt.Fprintf(b, "\t\tSize: %d,\n", pg.size)
	}
	g.pagerIdentity(b, item, row)
	if len(pg.orders) > 0 {
		quoted := make([]string, len(pg.orders))
		for i, order := range pg.orders {
			quoted[i] = strconv.Quote(order)
		}
		sort := "p." + g.queryField(o, pg.sortParam)
		fmt.Fprintf(b, "\t\tOrders: core.Orders(%s, %s),\n", cast("string", g.queryTypeOf(o, pg.sortParam), sort), strings.Join(quoted, ", "))
	}
	order := "_"
	if pg.sortParam != "" && len(pg.orders) > 0 {
		order = "order"
	}
	fmt.Fprintf(b, "\t\tFetch: func(ctx context.Context, at core.Cursor, %s string) (core.Page[%s], error) {\n", order, row)
	b.WriteString("\t\t\tp := p // several pages may be read at once\n")
	set := func(name, value string) {
		if f := g.queryField(o, name); f != "" {
			fmt.Fprintf(b, "\t\t\tp.%s = %s\n", f, value)
		}
	}
	switch pg.kind {
	case "page":
		set(pg.pageParam, "int64(at.Page)")
	case "offset":
		set(pg.pageParam, "at.Offset")
		if f := g.queryField(o, pg.sizeParam); f != "" {
			fmt.Fprintf(b, "\t\t\tif p.%s == 0 {\n\t\t\t\tp.%s = %d\n\t\t\t}\n", f, f, pg.size)
		}
	case "id":
		set(pg.before, g.queryTypeOf(o, pg.before)+"(at.Before)")
	}
	if order == "order" {
		set(pg.sortParam, cast(g.queryTypeOf(o, pg.sortParam), "string", "order"))
	}
	fmt.Fprintf(b, "\t\t\tpage, err := s.%s(ctx, %sopts...)\n\t\t\tif err != nil {\n\t\t\t\treturn core.Page[%s]{}, err\n\t\t\t}\n", o.goName, pass, row)
	g.pagerResult(b, o, row)
	b.WriteString("\t\t},\n\t}\n}\n\n")
}

func (g *generator) pagerIdentity(b *bytes.Buffer, item *schema, row string) {
	for _, q := range item.of().props {
		if !q.identity {
			continue
		}
		if q.of().typ == "string" {
			fmt.Fprintf(b, "\t\tKey: func(v *%s) string { return string(v.%s) },\n", row, q.field())
		} else {
			fmt.Fprintf(b, "\t\tID: func(v *%s) int64 { return int64(v.%s) },\n", row, q.field())
		}
		return
	}
}

func (g *generator) pagerResult(b *bytes.Buffer, o *operation, row string) {
	if o.result.of().typ == "array" {
		fmt.Fprintf(b, "\t\t\treturn core.Page[%s]{Items: page, Count: core.NoCount}, nil\n", row)
		return
	}
	count := "core.NoCount"
	if o.paging.count != "" {
		count = g.selector(o.result, o.paging.count)
	}
	meta := ""
	if i := slices.IndexFunc(o.result.of().props, func(q *property) bool { return q.key == "meta" }); i >= 0 {
		meta = ", Meta: page." + o.result.of().props[i].field()
	}
	fmt.Fprintf(b, "\t\t\treturn core.Page[%s]{Items: %s, Count: %s%s}, nil\n", row, g.selector(o.result, o.paging.items), count, meta)
}

// selector is the Go expression for a dotted path below page.
func (g *generator) selector(s *schema, path string) string {
	expr := "page"
	for key := range strings.SplitSeq(path, ".") {
		q := find(s.of(), key)
		expr += "." + q.field()
		if strings.HasPrefix(g.answered(q.schema, len(g.doc.versions)), g.qual+"Opt[") {
			expr += ".Or(core.NoCount)"
		}
		s = q.schema
	}
	return expr
}

func (g *generator) queryField(o *operation, name string) string {
	for _, q := range o.queryParams() {
		if q.name == name {
			return q.field()
		}
	}
	return ""
}

func (g *generator) queryTypeOf(o *operation, name string) string {
	for _, q := range o.queryParams() {
		if q.name == name {
			return g.queryType(q)
		}
	}
	return "string"
}
