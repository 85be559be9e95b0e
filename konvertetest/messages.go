package konvertetest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/konverte-go/konverte/internal/testserver"
)

var messageStatuses = []string{"sent", "delivered", "read", "failed"}

func registerMessages(r *router) {
	const all = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages"
	r.get("list-all-messages", all, listMessages)
	r.post("create-a-new-message-in-a-conversation", all, createMessage, bots("3.16.0"))

	const one = all + "/{id}"
	r.patch("undocumented:message-update", one, updateMessage)
	r.delete("delete-a-message", one, deleteMessage)
	r.post("undocumented:message-retry", one+"/retry", retryMessage)
	r.post("undocumented:message-translate", one+"/translate", translateMessage)
}

// How many messages one list shows: the latest, or those before an id; those
// after one; those between two.
const (
	messagesPerPage = 20
	messagesAfter   = 100
	messagesBetween = 1000
)

// listMessages shows messages oldest first. after excludes its id, except
// together with before.
func listMessages(c *ctx) response {
	v := c.findConversation("conversation_id")
	rows := c.st.sortedMessages(v)
	if !c.Params.Blank("filter_internal_messages") {
		rows = slices.DeleteFunc(rows, func(m *message) bool { return m.private || m.messageType == messageActivity })
	}
	after, before := c.messageID("after"), c.messageID("before")
	switch {
	case after != nil && before != nil:
		rows = firstMessages(rows, messagesBetween, func(id int64) bool { return id >= *after && id < *before })
	case before != nil:
		rows = lastMessages(rows, func(id int64) bool { return id < *before })
	case after != nil:
		rows = firstMessages(rows, messagesAfter, func(id int64) bool { return id > *after })
	default:
		rows = lastMessages(rows, func(int64) bool { return true })
	}
	return ok(obj("meta", c.messagesMeta(v), "payload", list(rows, func(m *message) object { return c.messageView(m, v) })))
}

// messageID reads a cursor, nil when it is blank; words count as 0.
func (c *ctx) messageID(key string) *int64 {
	if c.Params.Blank(key) {
		return nil
	}
	id := testserver.LeadingInt(c.Params.String(key))
	return &id
}

func firstMessages(rows []*message, most int, keep func(id int64) bool) []*message {
	rows = slices.DeleteFunc(rows, func(m *message) bool { return !keep(m.id) })
	return rows[:min(len(rows), most)]
}

func lastMessages(rows []*message, keep func(id int64) bool) []*message {
	rows = slices.DeleteFunc(rows, func(m *message) bool { return !keep(m.id) })
	return rows[max(0, len(rows)-messagesPerPage):]
}

func (c *ctx) messagesMeta(v *conversation) object {
	o := obj("labels", textList(v.labels), "additional_attributes", orEmpty(v.additionalAttributes), "contact", nil)
	if k := contacts.find(c.st, v.contactID); k != nil {
		o.Set("contact", c.pushContact(k))
	}
	if u := c.assignee(v); u != nil {
		o.Set("assignee", c.pushUser(u))
	}
	o.Set("agent_last_seen_at", iso(v.agentLastSeenAt))
	o.Set("assignee_last_seen_at", iso(v.assigneeLastSeenAt))
	return o
}

// createMessage answers every failure with 422 and a text.
func createMessage(c *ctx) response {
	v := c.findConversation("conversation_id")
	m, fault := c.buildMessage(v, c.Params)
	if fault != nil {
		return fault.answer()
	}
	c.insertMessage(v, m)
	view := c.messageView(m, v)
	echo, _ := c.Params.Get("echo_id")
	if echo == nil {
		return ok(view)
	}
	return ok(withEcho(view, testserver.AsJSON(echo)))
}

// withEcho puts echo_id where the real server has it.
func withEcho(view object, echo any) object {
	out := object{}
	for _, m := range view {
		out = append(out, m)
		if m.Key == "inbox_id" {
			out.Set("echo_id", echo)
		}
	}
	return out
}

// findMessage finds a message of the conversation or ends the request with
// 404.
func (c *ctx) findMessage(v *conversation) *message {
	m := messages.find(c.st, c.id("id"))
	if m == nil || m.conversationID != v.id {
		stop(notFound())
	}
	return m
}

// deletedTexts replace the content of a deleted message, by the language of
// the account.
var deletedTexts = map[string]string{
	"pt_BR": "Esta mensagem foi excluída",
}

// deleteMessage empties the message and leaves it in the lists.
func deleteMessage(c *ctx) response {
	v := c.findConversation("conversation_id")
	m := c.findMessage(v)
	text := deletedTexts[c.account.locale]
	if text == "" {
		text = "This message was deleted"
	}
	m.content, m.contentType, m.contentAttributes = &text, contentText, obj("deleted", true)
	m.processedMessageContent = &text
	attachments.remove(c.st, m.attachments...)
	m.attachments = nil
	c.messageChanged(v, m)
	return ok(c.messageView(m, v))
}

func (c *ctx) messageChanged(v *conversation, m *message) {
	messages.touch(c.st, m)
	conversations.touch(c.st, v)
	c.dispatch(event{name: eventMessageUpdated, conversation: v, message: m})
}

// updateMessage changes the status of a message in an API inbox. What is no
// status, and a way back from read to delivered, is ignored.
func updateMessage(c *ctx) response {
	v := c.findConversation("conversation_id")
	if box := inboxes.find(c.st, v.inboxID); box == nil || box.channelType != channelAPI {
		return failText(http.StatusForbidden, "Message status update is only allowed for API inboxes")
	}
	m := c.findMessage(v)
	status := c.Params.String("status")
	reason := c.Params.String("external_error")
	if !slices.Contains(messageStatuses, status) || m.status == "read" && status == "delivered" {
		return ok(c.messageView(m, v))
	}
	c.setMessageStatus(m, status, reason, c.Params.Blank("external_error"))
	c.messageChanged(v, m)
	return ok(c.messageView(m, v))
}

// setMessageStatus also sets the reason of a failure: null without one, where
// there was one before.
func (c *ctx) setMessageStatus(m *message, status, reason string, noReason bool) {
	m.status = status
	old, _ := m.contentAttributes.Get("external_error")
	switch {
	case status == "failed" && !noReason:
		m.contentAttributes = m.contentAttributes.Clone()
		m.contentAttributes.Set("external_error", reason)
	case old != nil:
		m.contentAttributes = m.contentAttributes.Clone()
		m.contentAttributes.Set("external_error", nil)
	}
}

// retryMessage sends a message again, whatever its status, and empties its
// attributes.
func retryMessage(c *ctx) response {
	v := c.findConversation("conversation_id")
	m := messages.find(c.st, c.id("id"))
	if m == nil || m.conversationID != v.id {
		return failText(http.StatusUnprocessableEntity, c.noSuchMessage())
	}
	m.status, m.contentAttributes = "sent", object{}
	c.messageChanged(v, m)
	return ok(c.messageView(m, v))
}

func (c *ctx) noSuchMessage() string {
	id := strconv.FormatInt(c.id("id"), 10)
	if c.atLeast("4.15.1") {
		id = strconv.Quote(c.Path["id"])
	}
	return fmt.Sprintf("Couldn't find Message with 'id'=%s [WHERE \"messages\".\"conversation_id\" = $1]", id)
}

// hasTranslator reports whether an account has the translation service; its
// group sets it. No test reaches that service, so that its calls fail.
var hasTranslator = func(*store, int64) bool { return false }

func translateMessage(c *ctx) response {
	v := c.findConversation("conversation_id")
	c.findMessage(v)
	c.Params.Ignore("target_language")
	if hasTranslator(c.st, c.account.id) {
		return crash()
	}
	return ok(obj("content", nil))
}
