package engagetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// term is one keyword of a search: key:value, key:"a value", -key:value, or a
// bare word.
type term struct {
	key, value string
	negated    bool
}

// keywords are those that this package searches by, for each kind of record:
// how a record is compared with a value.
var keywords = map[string]map[string]func(r *record, value string) bool{
	"Thread": {
		"id":      func(r *record, value string) bool { return r.id == value },
		"source":  same("source_id"),
		"opened":  func(r *record, value string) bool { return !r.flag("closed") == isTrue(value) },
		"closed":  func(r *record, value string) bool { return r.flag("closed") == isTrue(value) },
		"title":   contains("title"),
		"foreign": same("foreign_id"),
		"text":    contains("title"),
		"category": func(r *record, value string) bool {
			return slices.Contains(r.list("category_ids"), value)
		},
	},
	"Content": {
		"id":             func(r *record, value string) bool { return r.id == value },
		"source":         same("source_id"),
		"thread":         same("thread_id"),
		"intervention":   same("intervention_id"),
		"identity":       same("author_id"),
		"identity_group": same("identity_group_id"),
		"status_in":      same("status"),
		"text":           contains("body"),
	},
	"Event": {
		"name_in": same("name"),
		"user":    same("user_id"),
		"content": func(r *record, value string) bool {
			infos, _ := r.get("extra_infos").(object)
			v, _ := infos.Get("content_id")
			return v == value
		},
		"created_before": func(r *record, value string) bool { return r.text("created_at") < instant(value) },
		"created_after":  func(r *record, value string) bool { return r.text("created_at") > instant(value) },
	},
}

func same(key string) func(r *record, value string) bool {
	return func(r *record, value string) bool { return r.text(key) == value }
}

func contains(key string) func(r *record, value string) bool {
	return func(r *record, value string) bool {
		return strings.Contains(strings.ToLower(r.text(key)), strings.ToLower(value))
	}
}

func isTrue(value string) bool {
	return slices.Contains([]string{"true", "1", "on", "yes"}, strings.ToLower(value))
}

// instant writes a time of a search as records have it.
func instant(value string) string {
	t := testserver.CastTime(value)
	if t == nil {
		stop(badRequest("The search has a time that is none"))
	}
	return stamp(*t)
}

// search reads the search of the request and ends the request when it is
// malformed, or when this package does not search by one of its keywords.
func (c *ctx) search() []term {
	terms, ok := parseSearch(c.Params.String("q"))
	if !ok {
		stop(badRequest("The search is malformed"))
	}
	for _, t := range terms {
		if t.key != "" && t.key != "order" && keywords[c.op.Answer][t.key] == nil {
			stop(response{
				Status: http.StatusNotImplemented, Type: "text/plain",
				Body: []byte("engagetest does not search " + c.op.Group + " by " + t.key + "\n"),
			})
		}
	}
	return terms
}

// searchOrders are the keys that a search may be ordered by.
var searchOrders = map[string][]string{
	"Thread": {"created_at", "last_content_at"}, "Content": {"created_at"}, "Event": {"created_at"},
}

// searchOrder is the order that the search asks for (order:"created_at.asc"),
// nil when it asks for none.
func (c *ctx) searchOrder() func(a, b *record) int {
	if !slices.Contains(c.op.Query, "q") {
		return nil
	}
	for _, t := range c.search() {
		if t.key != "order" {
			continue
		}
		key, direction, _ := strings.Cut(t.value, ".")
		if !slices.Contains(searchOrders[c.op.Answer], key) || direction != "asc" && direction != "desc" {
			stop(badRequest("The search has an unknown order"))
		}
		oldestFirst := func(a, b *record) int {
			return cmp.Or(cmp.Compare(a.text(key), b.text(key)), cmp.Compare(a.seq, b.seq))
		}
		if direction == "asc" {
			return oldestFirst
		}
		return func(a, b *record) int { return oldestFirst(b, a) }
	}
	return nil
}

// searched reports whether a search keeps a record: of several values of one
// keyword any will do, and all keywords have to hold.
func searched(c *ctx, r *record, query string) bool {
	terms, _ := parseSearch(query)
	hits := map[string]bool{}
	for _, t := range terms {
		switch hit := t.key == "order" || c.holds(r, t); {
		case t.negated && hit:
			return false
		case !t.negated:
			hits[t.key] = hits[t.key] || hit
		}
	}
	for _, hit := range hits {
		if !hit {
			return false
		}
	}
	return true
}

func (c *ctx) holds(r *record, t term) bool {
	if t.key == "" {
		return keywords[r.kind]["text"] != nil && keywords[r.kind]["text"](r, t.value)
	}
	return keywords[r.kind][t.key](r, t.value)
}

// parseSearch splits a search into its terms; ok is false when a quote is left
// open or a keyword has no value.
func parseSearch(query string) (terms []term, ok bool) {
	for query = strings.TrimSpace(query); query != ""; query = strings.TrimSpace(query) {
		var t term
		if rest, negated := strings.CutPrefix(query, "-"); negated {
			t.negated, query = true, rest
		}
		if colon := strings.IndexAny(query, ": \""); colon > 0 && query[colon] == ':' {
			t.key, query = query[:colon], query[colon+1:]
		}
		if t.value, query, ok = cutValue(query); !ok || t.value == "" {
			return nil, false
		}
		terms = append(terms, t)
	}
	return terms, true
}

func cutValue(query string) (value, rest string, ok bool) {
	quoted, isQuoted := strings.CutPrefix(query, `"`)
	if !isQuoted {
		value, rest, _ = strings.Cut(query, " ")
		return value, rest, true
	}
	return strings.Cut(quoted, `"`)
}
