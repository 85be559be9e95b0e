package konvertetest

import (
	"fmt"
	"slices"
	"strings"
)

// customFilter is a filter that a user has saved.
type customFilter struct {
	record
	accountID, userID int64
	name              string
	filterType        string
	// query is nil when none was sent at creation.
	query object
}

var customFilters = newTable[customFilter]("custom filter")

var filterTypes = []string{"conversation", "contact", "report"}

func registerCustomFilters(r *router) {
	const all = "/api/v1/accounts/{account_id}/custom_filters"
	const one = all + "/{id}"
	body := wrap("custom_filter", "id", "name", "filter_type", "query", "account_id", "user_id", "created_at", "updated_at")
	r.get("list-all-filters", all, listCustomFilters)
	r.post("create-a-custom-filter", all, createCustomFilter, body)
	r.get("get-details-of-a-single-custom-filter", one, showCustomFilter)
	r.patch("update-a-custom-filter", one, updateCustomFilter, body)
	r.delete("delete-a-custom-filter", one, deleteCustomFilter)
}

// customFilterView shows a query that was never sent as the text "{}".
func (c *ctx) customFilterView(f *customFilter) object {
	var query any = f.query
	if f.query == nil && c.bugs() {
		query = "{}"
	}
	return obj(
		"id", f.id, "name", f.name, "filter_type", f.filterType, "query", query,
		"created_at", iso(f.createdAt), "updated_at", iso(f.updatedAt),
	)
}

// ownFilters are the caller's in the account.
func (c *ctx) ownFilters() []*customFilter {
	return customFilters.where(c.st, func(f *customFilter) bool {
		return f.accountID == c.account.id && c.user != nil && f.userID == c.user.id
	})
}

// filtersOfType are the caller's of the type that the request names,
// conversation when it names none.
func (c *ctx) filtersOfType() []*customFilter {
	wanted := "conversation"
	if v, sent := c.Params.Get("filter_type"); sent && v != nil {
		wanted = c.Params.String("filter_type")
		if i := slices.Index([]string{"0", "1", "2"}, wanted); i >= 0 {
			wanted = filterTypes[i]
		}
	}
	return slices.DeleteFunc(c.ownFilters(), func(f *customFilter) bool { return f.filterType != wanted })
}

// findFilter looks on the oldest servers only among those of one type.
func (c *ctx) findFilter() *customFilter {
	rows := c.ownFilters()
	if !c.atLeast("4.2.0") && c.bugs() {
		rows = c.filtersOfType()
	}
	c.Params.Ignore("filter_type")
	i := slices.IndexFunc(rows, func(f *customFilter) bool { return f.id == c.id("id") })
	if i < 0 {
		stop(notFound())
	}
	return rows[i]
}

func listCustomFilters(c *ctx) response { return ok(list(c.filtersOfType(), c.customFilterView)) }

func showCustomFilter(c *ctx) response { return ok(c.customFilterView(c.findFilter())) }

// filterLimit is how many filters a user may have in an account.
func (c *ctx) filterLimit() int {
	if c.atLeast("4.15.1") {
		return 1000
	}
	return 50
}

// filterLimitFault is not empty when the caller has as many filters as he may.
func (c *ctx) filterLimitFault() problems {
	var faults problems
	if limit := c.filterLimit(); len(c.ownFilters()) >= limit {
		faults.add("account_id", fmt.Sprintf(
			"Limit reached. The maximum number of allowed custom filters for a user per account is %d.", limit))
	}
	return faults
}

func (c *ctx) checkFilter(f *customFilter) problems {
	var faults problems
	faults.checkLength("name", f.name, maxString)
	return append(faults, c.filterLimitFault()...)
}

// createCustomFilter stores the last filter that the limit allows and says
// that the limit is reached.
func createCustomFilter(c *ctx) response {
	p := c.require("custom_filter")
	f := &customFilter{accountID: c.account.id, userID: c.user.id, filterType: "conversation"}
	named := readFilter(p, f)
	c.checkFilter(f).stopIf()
	if !named && c.bugs() {
		return crash()
	}
	if !named {
		var faults problems
		faults.add("name", "can't be blank")
		return faults.fail()
	}
	customFilters.insert(c.st, f)
	if faults := c.filterLimitFault(); len(faults) > 0 && c.bugs() {
		return faults.failObject()
	}
	return ok(c.customFilterView(f))
}

// readFilter reads the columns; named is false when the name is missing.
func readFilter(p *params, f *customFilter) (named bool) {
	var name *string
	if p.Into("name", &name); name != nil {
		f.name = *name
	}
	readNumbered(p, "filter_type", &f.filterType, filterTypes)
	if query, sent := p.Object("query"); sent {
		f.query = query
	}
	sent, there := p.Get("name")
	return there && sent != nil && name != nil
}

func updateCustomFilter(c *ctx) response {
	f := c.findFilter()
	p := c.require("custom_filter")
	next := *f
	named := readFilter(p, &next)
	if p.Has("name") && !named || strings.TrimSpace(next.filterType) == "" {
		return crash()
	}
	c.checkFilter(&next).stopIf()
	customFilters.save(c.st, f, next)
	return ok(c.customFilterView(f))
}

func deleteCustomFilter(c *ctx) response {
	customFilters.remove(c.st, c.findFilter())
	return noContent()
}
