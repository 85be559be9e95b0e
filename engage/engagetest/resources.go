package engagetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// apiRoot is the path below which the API is.
const apiRoot = "/1.0"

// handler answers one operation.
type handler func(c *ctx) response

var (
	// handlers are the operations that have rules of their own; the others
	// keep what they are sent and give it back.
	handlers = map[string]handler{}
	// needs names the role flag that an operation asks for.
	needs = map[string]string{}
	// sight says which records of a kind a user sees; without an entry all.
	sight = map[string]func(c *ctx, r *record) bool{}
	// views show records whose answers are more than what is stored.
	views = map[string]func(c *ctx, r *record) object{}
	// filters are query parameters of lists that mean more than a comparison.
	filters = map[string]func(c *ctx, r *record, value string) bool{}
	// orders are the orders of lists; without an entry the oldest is first.
	orders = map[string]func(a, b *record) int{}
)

// rules are the rules of one part of the API, with the operations that need a
// flag by flag.
type rules struct {
	handlers map[string]handler
	needs    map[string][]string
	sight    map[string]func(c *ctx, r *record) bool
	views    map[string]func(c *ctx, r *record) object
	filters  map[string]func(c *ctx, r *record, value string) bool
	orders   map[string]func(a, b *record) int
}

func init() {
	for _, r := range []rules{
		userRules, permissionRules, roleRules, teamRules, sourceRules, categoryRules, settingRules,
		threadRules, contentRules, interventionRules, statusRules, taskRules, customerRules, otherRules,
	} {
		r.register()
	}
}

func (r rules) register() {
	put(handlers, r.handlers)
	put(sight, r.sight)
	put(views, r.views)
	put(filters, r.filters)
	put(orders, r.orders)
	for flag, operations := range r.needs {
		for _, id := range operations {
			needs[id] = flag
		}
	}
}

func put[T any](into, from map[string]T) {
	for key, v := range from {
		into[key] = v
	}
}

// handlerOf is the handler of an operation: its own or that of its shape.
func handlerOf(op *operation) handler {
	if h := handlers[op.ID]; h != nil {
		return h
	}
	one := strings.HasSuffix(op.Path, "}")
	switch {
	case op.Paged:
		return listRecords
	case op.Method == http.MethodGet && one:
		return showRecord
	case op.Method == http.MethodPost && !strings.Contains(op.Path, "{"):
		return createRecord
	case op.Method == http.MethodPut && one:
		return updateRecord
	case op.Method == http.MethodDelete && one:
		return deleteRecord
	default:
		return nil
	}
}

// lastParam is the name of the last {placeholder} of a path.
func (op *operation) lastParam() string {
	open, end := strings.LastIndexByte(op.Path, '{'), strings.LastIndexByte(op.Path, '}')
	if open < 0 {
		return ""
	}
	return op.Path[open+1 : end]
}

// target is the record that the path of the operation names.
func (c *ctx) target() *record { return c.find(c.op.Answer, c.op.lastParam()) }

func showRecord(c *ctx) response { return c.ok(c.target()) }

func createRecord(c *ctx) response {
	values := c.body(true)
	r := &record{kind: c.op.Answer, body: blank(c.op.Answer)}
	r.assign(values)
	return c.ok(c.st.insert(r))
}

func updateRecord(c *ctx) response {
	r := c.target()
	r.assign(c.body(false))
	c.st.touch(r)
	return c.ok(r)
}

func deleteRecord(c *ctx) response {
	r := c.target()
	c.st.remove(r)
	return c.ok(r)
}

func listRecords(c *ctx) response { return c.page(c.st.all(c.op.Answer)) }

// page answers with the asked page of those rows that the user sees and the
// filters keep.
func (c *ctx) page(rows []*record) response {
	order := c.order()
	rows = slices.DeleteFunc(rows, func(r *record) bool { return !c.visible(r) || !c.keeps(r) })
	slices.SortStableFunc(rows, order)
	if c.cfg.habits.MoveRows {
		rows = rotate(rows, c.st.reads[c.op.ID])
		c.st.reads[c.op.ID]++
	}
	offset, limit := c.window()
	from := min(offset, len(rows))
	page := rows[from:min(from+limit, len(rows))]
	views := make([]object, len(page))
	for i, r := range page {
		views[i] = c.view(r)
	}
	return answer(http.StatusOK, obj("count", len(rows), "offset", offset, "limit", limit, "records", views))
}

const (
	defaultLimit = 30
	maxLimit     = 150
)

// window is the part of a list that is asked for; what is out of range counts
// as the nearest value.
func (c *ctx) window() (offset, limit int) {
	limit = defaultLimit
	if n := c.Params.Int("limit"); n > 0 {
		limit = int(min(n, maxLimit))
	}
	return int(min(max(c.Params.Int("offset"), 0), 1<<31)), limit
}

// rotate moves the last n rows to the front, one after the other.
func rotate(rows []*record, n int) []*record {
	if len(rows) == 0 {
		return rows
	}
	cut := len(rows) - n%len(rows)
	return slices.Concat(rows[cut:], rows[:cut])
}

// queryKey is what a query parameter is called once the request is parsed.
func queryKey(name string) string { return strings.TrimSuffix(name, "[]") }

// keeps applies the query parameters of the operation to a row.
func (c *ctx) keeps(r *record) bool {
	for _, name := range c.op.Query {
		key := queryKey(name)
		v, sent := c.Params.Get(key)
		if !sent || key == "offset" || key == "limit" || key == "sort" || testserver.Blank(v) {
			continue
		}
		if !c.keepsAny(r, key, wanted(v)) {
			return false
		}
	}
	return true
}

// wanted lists the values of a filter: those of an array, or one.
func wanted(v any) []string {
	values, isList := v.([]any)
	if !isList {
		values = []any{v}
	}
	var out []string
	for _, e := range values {
		if s := testserver.CastString(e); s != nil {
			out = append(out, *s)
		}
	}
	return out
}

func (c *ctx) keepsAny(r *record, key string, values []string) bool {
	return slices.ContainsFunc(values, func(value string) bool {
		if f := filters[c.op.ID+" "+key]; f != nil {
			return f(c, r, value)
		}
		return matches(r, key, value)
	})
}

// matches compares a filter with the key of its name or, for a list, with the
// plural; a plural filter takes several values, joined by commas.
func matches(r *record, key, value string) bool {
	if v, has := r.body.Get(key); has {
		s := testserver.CastString(v)
		return s != nil && *s == value
	}
	if _, has := r.body.Get(key + "s"); has {
		return slices.Contains(r.list(key+"s"), value)
	}
	single := strings.TrimSuffix(key, "s")
	return slices.ContainsFunc(strings.Split(value, ","), func(one string) bool { return r.text(single) == strings.TrimSpace(one) })
}

// order is the order of the list that the request asks for, or its usual one.
func (c *ctx) order() func(a, b *record) int {
	if order := c.searchOrder(); order != nil {
		return order
	}
	if key := c.Params.String("sort"); key != "" && slices.Contains(c.op.Query, "sort") {
		if !slices.Contains(api.Enums["SortField"], key) {
			stop(badRequest("sort is not included in the list"))
		}
		return func(a, b *record) int { return cmp.Or(cmp.Compare(b.text(key), a.text(key)), newestFirst(a, b)) }
	}
	if order := orders[c.op.Answer]; order != nil {
		return order
	}
	return func(a, b *record) int { return cmp.Compare(a.seq, b.seq) }
}

func newestFirst(a, b *record) int { return cmp.Compare(b.seq, a.seq) }

// by orders records by a text, without regard to case.
func by(key string) func(a, b *record) int {
	return func(a, b *record) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.text(key)), strings.ToLower(b.text(key))), cmp.Compare(a.seq, b.seq))
	}
}
