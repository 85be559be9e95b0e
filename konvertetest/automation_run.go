package konvertetest

import (
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

func init() { listeners = append(listeners, runAutomation) }

// automationEvents are the names under which rules know events.
var automationEvents = map[string]string{
	eventConversationCreated: "conversation_created",
	eventConversationUpdated: "conversation_updated",
	eventConversationOpened:  "conversation_opened",
	eventMessageCreated:      "message_created",
}

func (c *ctx) automationEvent(name string) string {
	if name == eventConversationResolved && c.atLeast("4.15.1") {
		return "conversation_resolved"
	}
	return automationEvents[name]
}

// runAutomation runs the rules of an event in the background. What a rule does
// sets off no other rule.
func runAutomation(c *ctx, e event) {
	name := c.automationEvent(e.name)
	if name == "" || c.rule != nil || e.message != nil && e.message.messageType == messageActivity {
		return
	}
	for _, r := range automationRules.where(c.st, func(r *automationRule) bool {
		return r.active && r.accountID == e.conversation.accountID && r.eventName == name
	}) {
		c.Later(func() {
			if conversations.find(c.st, e.conversation.id) != nil && c.ruleApplies(r, e) {
				byRule := *c
				byRule.rule, byRule.user, byRule.member, byRule.bot = r, nil, nil, nil
				byRule.runActions(e.conversation, r.actions)
			}
		})
	}
}

// automationCase is what the conditions of a rule look at.
type automationCase struct {
	conversation *conversation
	contact      *contact
	message      *message
}

// ruleApplies reports whether a rule's conditions hold: for the message of the
// event, else for any message of the conversation. A rule that the database
// would refuse applies to nothing.
func (c *ctx) ruleApplies(r *automationRule, e event) (applies bool) {
	defer func() {
		if v := recover(); v != nil {
			if _, isHalt := v.(halt); !isHalt {
				panic(v)
			}
			applies = false
		}
	}()
	conditions := make([]*params, len(r.conditions))
	for i, condition := range r.conditions {
		conditions[i] = testserver.ParamsOf(condition.(object))
	}
	checkQueryOperators(conditions)
	model := c.automationFilter(conditions)
	return slices.ContainsFunc(c.automationCases(e), buildFilter(c, model, conditions).match)
}

func (c *ctx) automationCases(e event) []automationCase {
	row := automationCase{conversation: e.conversation, contact: contacts.find(c.st, e.conversation.contactID)}
	if e.message != nil {
		row.message = e.message
		return []automationCase{row}
	}
	rows := []automationCase{row}
	for _, m := range c.st.conversationMessages(e.conversation) {
		row.message = m
		rows = append(rows, row)
	}
	return rows
}

// automationFilter are the attributes that conditions may name: those of the
// conversation, of its contact and of the message, and the custom ones that
// the conditions name.
func (c *ctx) automationFilter(conditions []*params) filterModel[automationCase] {
	m := filterModel[automationCase]{keys: []filterKey[automationCase]{
		{name: "content", operators: textOperators, read: func(k automationCase) any {
			if k.message == nil {
				return nil
			}
			return optional(k.message.content)
		}},
		{name: "message_type", kind: kindEnum, names: messageTypes, operators: equalOperators, read: func(k automationCase) any {
			if k.message == nil {
				return nil
			}
			return messageTypes[k.message.messageType]
		}},
	}}
	for _, key := range c.conversationFilter().keys {
		m.keys = append(m.keys, liftKey(key, func(k automationCase) *conversation { return k.conversation }))
	}
	for _, key := range c.contactFilter().keys {
		if m.key(key.name) == nil {
			m.keys = append(m.keys, liftKey(key, func(k automationCase) *contact { return k.contact }))
		}
	}
	for _, condition := range conditions {
		if key := c.automationAttribute(condition); key != nil && m.key(key.name) == nil {
			m.keys = append(m.keys, *key)
		}
	}
	return m
}

// liftKey reads an attribute of a part of a case.
func liftKey[T any](key filterKey[*T], part func(automationCase) *T) filterKey[automationCase] {
	return filterKey[automationCase]{
		name: key.name, kind: key.kind, operators: key.operators, names: key.names,
		read: func(k automationCase) any {
			if part(k) == nil {
				return nil
			}
			return key.read(part(k))
		},
	}
}

// automationAttribute is the custom attribute that a condition names, nil for
// none. Its operators are not checked.
func (c *ctx) automationAttribute(condition *params) *filterKey[automationCase] {
	f := filterCondition{key: condition.String("attribute_key"), operator: condition.String("filter_operator")}
	var key filterKey[automationCase]
	if condition.String("custom_attribute_type") == attributeOfContacts {
		own := customFilterKey(c, c.contactFilter(), f)
		if own == nil {
			return nil
		}
		key = liftKey(*own, func(k automationCase) *contact { return k.contact })
	} else {
		own := customFilterKey(c, c.conversationFilter(), f)
		if own == nil {
			return nil
		}
		key = liftKey(*own, func(k automationCase) *conversation { return k.conversation })
	}
	key.operators = []string{f.operator}
	return &key
}
