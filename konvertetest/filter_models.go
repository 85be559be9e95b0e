package konvertetest

import (
	"slices"
	"strings"
)

var (
	conversationStatuses   = []string{"open", "resolved", "pending", "snoozed"}
	conversationPriorities = []string{"low", "medium", "high", "urgent"}
)

// optional turns a nullable column into a filter value.
func optional[V any](p *V) any {
	if p == nil {
		return nil
	}
	return *p
}

// attributeText is a value of a free-form object as text.
func attributeText(o object, key string) any {
	v, _ := o.Get(key)
	text, there := jsonText(v)
	if !there {
		return nil
	}
	return text
}

// contactFilter are the standard attributes of contacts.
func (c *ctx) contactFilter() filterModel[*contact] {
	extra := func(key string) func(*contact) any {
		return func(v *contact) any { return attributeText(v.additionalAttributes, key) }
	}
	company := "company"
	if c.atLeast("4.15.1") {
		company = "company_name"
	}
	return filterModel[*contact]{
		attributeModel: attributeOfContacts,
		firstOnly:      true,
		custom:         func(v *contact) object { return v.customAttributes },
		keys: []filterKey[*contact]{
			{name: "name", operators: textOperators, read: func(v *contact) any { return optional(v.name) }},
			{name: "phone_number", operators: phoneOperators, read: func(v *contact) any { return optional(v.phoneNumber) }},
			{name: "email", operators: textOperators, read: func(v *contact) any { return optional(v.email) }},
			{name: "identifier", operators: equalOperators, read: func(v *contact) any { return optional(v.identifier) }},
			{name: "country_code", operators: equalOperators, read: extra("country_code")},
			{name: "city", operators: textOperators, read: extra("city")},
			{name: company, operators: textOperators, read: extra(company)},
			{name: "labels", kind: kindLabels, operators: presentOperators, read: func(v *contact) any { return v.labels }},
			{name: "created_at", kind: kindDate, operators: dateOperators, read: func(v *contact) any { return v.createdAt }},
			{name: "last_activity_at", kind: kindDate, operators: dateOperators, read: func(v *contact) any { return notZero(v.lastActivityAt) }},
			{name: "blocked", kind: kindBool, operators: equalOperators, read: func(v *contact) any { return v.blocked }},
		},
	}
}

// conversationFilter are the standard attributes of conversations.
func (c *ctx) conversationFilter() filterModel[*conversation] {
	extra := func(key string) func(*conversation) any {
		return func(v *conversation) any { return attributeText(v.additionalAttributes, key) }
	}
	m := filterModel[*conversation]{
		attributeModel: attributeOfConversations,
		custom:         func(v *conversation) object { return v.customAttributes },
		keys: []filterKey[*conversation]{
			{name: "status", kind: kindEnum, names: conversationStatuses, operators: equalOperators, read: func(v *conversation) any { return v.status }},
			{name: "assignee_id", kind: kindID, operators: presentOperators, read: func(v *conversation) any { return optional(v.assigneeID) }},
			{name: "inbox_id", kind: kindID, operators: presentOperators, read: func(v *conversation) any { return v.inboxID }},
			{name: "team_id", kind: kindID, operators: presentOperators, read: func(v *conversation) any { return optional(v.teamID) }},
			{name: "contact_id", kind: kindID, operators: presentOperators, read: func(v *conversation) any { return v.contactID }},
			{name: "priority", kind: kindEnum, names: conversationPriorities, operators: equalOperators, read: func(v *conversation) any { return optional(v.priority) }},
			{name: "display_id", kind: kindID, operators: textOperators, read: func(v *conversation) any { return v.displayID }},
			{name: "campaign_id", kind: kindID, operators: presentOperators, read: func(v *conversation) any { return optional(v.campaignID) }},
			{name: "labels", kind: kindLabels, operators: presentOperators, read: func(v *conversation) any { return v.labels }},
			{name: "browser_language", operators: equalOperators, read: extra("browser_language")},
			{name: "conversation_language", operators: equalOperators, read: extra("conversation_language")},
			{name: "country_code", operators: equalOperators, read: extra("country_code")},
			{name: "referer", operators: textOperators, read: extra("referer")},
			{name: "created_at", kind: kindDate, operators: dateOperators, read: func(v *conversation) any { return v.createdAt }},
			{name: "last_activity_at", kind: kindDate, operators: dateOperators, read: func(v *conversation) any { return notZero(v.lastActivityAt) }},
			{name: "mail_subject", operators: textOperators, read: extra("mail_subject")},
		},
	}
	gone := "contact_id"
	if c.atLeast("4.15.1") {
		gone = "country_code"
	}
	m.keys = slices.DeleteFunc(m.keys, func(k filterKey[*conversation]) bool { return k.name == gone })
	return m
}

// contactFilterValue is the value of a condition on contacts: phone numbers
// stand without their plus, which newer servers forgive.
func (c *ctx) contactFilterValue(key, text string) string {
	if key != "phone_number" {
		return text
	}
	if c.atLeast("4.15.1") {
		text = strings.ReplaceAll(text, "+", "")
	}
	return "+" + text
}
