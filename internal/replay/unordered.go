package main

import (
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
}

var index = regexp.MustCompile(`\[\d+\]`)

// isUnordered reports whether the list at path has no order in the answers of
// an operation.
func isUnordered(op, path string) bool {
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
