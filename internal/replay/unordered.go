package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// durations are the keys of reports that hold measured durations: they are
// compared by type.
var durations = map[string]bool{
	"avg_first_response_time": true,
	"avg_resolution_time":     true,
	"avg_reply_time":          true,
	"reply_time":              true,
}

// unordered lists, for each operation, the lists that the server reads without
// an ORDER BY; $ is the body itself.
var unordered = map[string][]string{
	"list-all-teams":                 {"$"},
	"get-team-members":               {"$"},
	"add-new-agent-to-team":          {"$"},
	"update-agents-in-team":          {"$"},
	"list-all-account-agent-bots":    {"$"},
	"get-account-canned-response":    {"$"},
	"get-account-custom-attribute":   {"$"},
	"get-account-automation-rule":    {"$.payload"},
	"list-all-filters":               {"$"},
	"listAllInboxes":                 {"$.payload"},
	"get-inbox-members":              {"$.payload"},
	"add-new-agent-to-inbox":         {"$.payload"},
	"update-agents-in-inbox":         {"$.payload"},
	"list-all-webhooks":              {"$.payload.webhooks"},
	"get-portal":                     {"$.payload"},
	"list-all-contact-conversations": {"$"},
	"list-all-account-users":         {"$"},
	"undocumented:label-list":        {"$.payload"},
	"undocumented:assignable-agents": {"$.payload"},
	"fetchProfile":                   {"$.accounts"},
	"undocumented:profile-update":    {"$.accounts"},

	"contactableInboxesGet":                   {"$.payload"},
	"create-a-user":                           {"$.accounts"},
	"get-details-of-a-user":                   {"$.accounts"},
	"list-all-accounts":                       {"$"},
	"list-all-agent-bots":                     {"$"},
	"undocumented:campaign-list":              {"$"},
	"undocumented:custom-role-list":           {"$"},
	"undocumented:dashboard-app-list":         {"$"},
	"undocumented:inbox-assignable-agents":    {"$.payload"},
	"undocumented:inbox-campaigns":            {"$"},
	"undocumented:participants-list":          {"$"},
	"undocumented:participants-update":        {"$"},
	"undocumented:profile-auto-offline":       {"$.accounts"},
	"undocumented:profile-availability":       {"$.accounts"},
	"undocumented:profile-avatar-delete":      {"$.accounts"},
	"undocumented:profile-reset-access-token": {"$.accounts"},
	"undocumented:sla-policy-list":            {"$.payload"},
	"update-a-user":                           {"$.accounts"},
}

// unorderedWithout lists the lists that have an order only when the query asks
// for one.
var unorderedWithout = map[string]string{
	"undocumented:csat-list": "$",
}

var index = regexp.MustCompile(`\[\d+\]`)

// isUnordered reports whether the list at path has no order in the answers of
// an operation to a query with that sort parameter.
func isUnordered(op, path, sort string) bool {
	if sort == "" && path == unorderedWithout[op] {
		return true
	}
	return slices.Contains(unordered[op], index.ReplaceAllString(path, "[]"))
}

// sortedLists are the operations whose list at $.payload is sorted as their
// query asks. Rows with equal sort values have no order of their own.
var sortedLists = []string{"contactList", "contactSearch", "contactFilter", "undocumented:contact-active"}

// sortPaths are where a row shows the value of a word of the query's sort.
var sortPaths = map[string][]string{
	"name":             {"name"},
	"email":            {"email"},
	"phone_number":     {"phone_number"},
	"last_activity_at": {"last_activity_at"},
	"created_at":       {"id"},
	"company":          {"additional_attributes", "company_name"},
	"city":             {"additional_attributes", "city"},
	"country":          {"additional_attributes", "country"},
}

// tied reports whether two recorded neighbours of a sorted list have equal
// sort values. Without a known sort all have.
func tied(sort string, a, b any) bool {
	for word := range strings.SplitSeq(sort, ",") {
		path := sortPaths[strings.TrimPrefix(word, "-")]
		if path != nil && show(at(a, path)) != show(at(b, path)) {
			return false
		}
	}
	return true
}

// isCut reports whether an answer shows fewer rows than it counts.
func isCut(answer any) bool {
	count, isNumber := at(answer, []string{"meta", "count"}).(json.Number)
	rows, isList := at(answer, []string{"payload"}).([]any)
	n, err := count.Int64()
	return isNumber && isList && err == nil && n > int64(len(rows))
}

// otherRow reports whether two rows are known to be different ones. In a list
// without an order a row may be on any page.
func (c *comparison) otherRow(recorded, server any) bool {
	a, _ := at(recorded, []string{"id"}).(json.Number)
	b, _ := at(server, []string{"id"}).(json.Number)
	m, errM := a.Int64()
	n, errN := b.Int64()
	return errM == nil && errN == nil && !c.names.sameID(m, n, false)
}

// at is the value at a path of keys, nil when there is none.
func at(v any, path []string) any {
	for _, key := range path {
		o, _ := v.(testserver.Object)
		v, _ = o.Get(key)
	}
	return v
}

// sortOf is the sort parameter of a recorded request, "" for none.
func sortOf(e *recordings.Exchange) string {
	pairs, err := e.QueryPairs()
	if err != nil {
		return ""
	}
	for _, p := range pairs {
		if p[0] == "sort" {
			return p[1]
		}
	}
	return ""
}
