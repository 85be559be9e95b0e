package main

import (
	"regexp"
	"slices"
)

// durations are the keys of reports that hold measured durations: they are
// compared by type.
var durations = map[string]bool{
	"avg_first_response_time": true,
	"avg_resolution_time":     true,
	"avg_reply_time":          true,
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
