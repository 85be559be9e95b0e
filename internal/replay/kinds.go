package main

import "strings"

// The tables of this file say which ids a request carries, so that they can be
// replaced by those of the test server. Answers need no table: the test server
// names the kind of each of its ids.

// segmentKinds maps the path segment before an id to the kind of the id.
var segmentKinds = map[string]string{
	"accounts":                     "account",
	"agents":                       "user",
	"agent_bots":                   "agent bot",
	"assistants":                   "captain assistant",
	"assistant_responses":          "captain response",
	"articles":                     "article",
	"automation_rules":             "automation rule",
	"campaigns":                    "campaign",
	"canned_responses":             "canned response",
	"categories":                   "category",
	"contacts":                     "contact",
	"conversations":                "conversation",
	"copilot_threads":              "copilot thread",
	"custom_attribute_definitions": "custom attribute",
	"custom_filters":               "custom filter",
	"custom_roles":                 "custom role",
	"dashboard_apps":               "dashboard app",
	"documents":                    "captain document",
	"hooks":                        "hook",
	"inboxes":                      "inbox",
	"inbox_members":                "inbox",
	"labels":                       "label",
	"macros":                       "macro",
	"messages":                     "message",
	"notes":                        "note",
	"notifications":                "notification",
	"portals":                      "portal",
	"sla_policies":                 "sla policy",
	"teams":                        "team",
	"users":                        "user",
	"webhooks":                     "webhook",
	"working_hours":                "working hour",
}

// keyKinds maps a key of a query or body to the kind of the ids under it.
var keyKinds = map[string]string{
	"account_id":              "account",
	"after":                   "message",
	"agent_bot":               "agent bot",
	"assigned_agent_id":       "user",
	"assignee_id":             "user",
	"assistant_id":            "captain assistant",
	"associated_article_id":   "article",
	"associated_category_id":  "category",
	"author_id":               "user",
	"base_contact_id":         "contact",
	"before":                  "message",
	"blob_id":                 "blob",
	"category_id":             "category",
	"contact_id":              "contact",
	"conversation_display_id": "conversation",
	"conversation_id":         "conversation",
	"conversation_ids":        "conversation",
	"custom_role_id":          "custom role",
	"display_id":              "conversation",
	"inbox_id":                "inbox",
	"in_reply_to":             "message",
	"inbox_ids":               "inbox",
	"mergee_contact_id":       "contact",
	"message_id":              "message",
	"parent_category_id":      "category",
	"portal_id":               "portal",
	"primary_actor_id":        "conversation record",
	"related_category_ids":    "category",
	"sender_id":               "user",
	"sla_policy_id":           "sla policy",
	"team_id":                 "team",
	"user_id":                 "user",
	"user_ids":                "user",
}

// operationKinds gives the kind of the bare keys id and ids of an operation
// whose path does not tell. A kind that depends on another key is in bareKind.
var operationKinds = map[string]string{}

// bareKind gives the kind of the keys id and ids from the other keys beside
// them.
func bareKind(op string, beside map[string]any) string {
	switch kind := strings.ToLower(text(beside["type"])); kind {
	case "agent":
		return "user"
	case "inbox", "team", "label", "conversation", "contact":
		return kind
	case "assistantresponse":
		return "captain response"
	}
	return operationKinds[op]
}

// actionKinds maps the name of an automation or macro action to the kind of
// the ids in its parameters.
var actionKinds = map[string]string{
	"assign_agent":       "user",
	"assign_team":        "team",
	"send_email_to_team": "team",
	"add_sla":            "sla policy",
	"send_attachment":    "blob",
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
