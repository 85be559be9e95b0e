package konvertetest

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerConversations(r *router) {
	const all = "/api/v1/accounts/{account_id}/conversations"
	r.get("conversationList", all, listConversations)
	r.get("conversationListMeta", all+"/meta", countConversations)
	r.get("undocumented:conversation-unread-counts", all+"/unread_counts", showUnreadCounts, shape())
	r.get("undocumented:conversation-search", all+"/search", searchConversations)
	r.post("newConversation", all, createConversation, bots("3.16.0"))
	r.post("conversationFilter", all+"/filter", filterConversations)

	const one = all + "/{id}"
	r.get("get-details-of-a-conversation", one, showConversation, bots("4.15.1"))
	r.patch("update-conversation", one, updateConversation, bots("3.16.0"))
	r.delete("undocumented:conversation-delete", one, deleteConversation)
	r.post("toggle-status-of-a-conversation", one+"/toggle_status", toggleStatus, bots("3.16.0"))
	r.post("toggle-priority-of-a-conversation", one+"/toggle_priority", togglePriority, bots("3.16.0"))
	r.post("update-custom-attributes-of-a-conversation", one+"/custom_attributes", replaceCustomAttributes, bots("4.2.0"))
	r.post("undocumented:conversation-mute", one+"/mute", muteConversation)
	r.post("undocumented:conversation-unmute", one+"/unmute", unmuteConversation)
	r.post("undocumented:conversation-transcript", one+"/transcript", sendTranscript)
	r.post("undocumented:conversation-toggle-typing-status", one+"/toggle_typing_status", toggleTyping, bots("4.15.1"))
	r.post("undocumented:conversation-update-last-seen", one+"/update_last_seen", updateLastSeen)
	r.post("undocumented:conversation-unread", one+"/unread", markUnread)
	r.get("undocumented:conversation-attachments", one+"/attachments", listAttachments)
	r.get("undocumented:conversation-inbox-assistant", one+"/inbox_assistant", showInboxAssistant)

	const below = all + "/{conversation_id}"
	r.post("assign-a-conversation", below+"/assignments", assignConversation, bots("3.16.0"))
	r.get("list-all-labels-of-a-conversation", below+"/labels", listConversationLabels, bots("4.15.1"))
	r.post("conversation-add-labels", below+"/labels", replaceConversationLabels, bots("4.15.1"))
	r.post("undocumented:conversation-direct-upload", below+"/direct_uploads", refuseDirectUpload, withoutToken())
}

// findConversation finds the conversation of the path, which names its number,
// and checks that the caller may see its inbox.
func (c *ctx) findConversation(param string) *conversation {
	c.runDue()
	v := c.st.conversationByNumber(c.account.id, c.id(param))
	if v == nil {
		stop(notFound())
	}
	c.mayUseInbox(v.inboxID)
	return v
}

// mayUseInbox ends the request with 401 when a user is not in the inbox. Bots
// are not asked, and a platform app makes the real server fail.
func (c *ctx) mayUseInbox(inboxID int64) {
	switch {
	case c.bot != nil:
	case c.user == nil:
		stop(crash())
	case !c.isInboxMember(inboxID):
		stop(denied())
	}
}

func showConversation(c *ctx) response {
	v := c.findConversation("id")
	if c.bot != nil {
		return crash()
	}
	return ok(c.conversationView(v))
}

// createConversation answers with the existing conversation where the inbox
// allows only one.
func createConversation(c *ctx) response {
	ci := c.contactInboxOfConversation()
	c.mayUseInbox(ci.inboxID)
	v := c.existingConversation(ci)
	isNew := v == nil
	if isNew {
		v = c.readConversation(ci)
	}
	m := c.firstMessage(v)
	if isNew {
		c.insertConversation(v)
	}
	if m != nil {
		c.insertMessage(v, m)
	}
	return ok(c.conversationView(v))
}

// contactInboxOfConversation is the contact inbox that a new conversation
// belongs to: made for contact and inbox, else looked up by its source id.
func (c *ctx) contactInboxOfConversation() *contactInbox {
	p := c.Params
	var box *inbox
	if !p.Blank("inbox_id") {
		box = inboxes.find(c.st, p.Int("inbox_id"))
		if box == nil || box.accountID != c.account.id {
			stop(notFound())
		}
		c.mayUseInbox(box.id)
	}
	var k *contact
	if !p.Blank("contact_id") {
		k = contacts.find(c.st, p.Int("contact_id"))
		if k == nil || k.accountID != c.account.id {
			stop(notFound())
		}
	}
	p.Ignore("hmac_verified")
	if box != nil && k != nil {
		return c.contactInboxFor(k, box)
	}
	source := p.String("source_id")
	ci := contactInboxes.first(c.st, func(ci *contactInbox) bool { return ci.sourceID == source })
	if ci == nil {
		stop(notFound())
	}
	return ci
}

// contactInboxFor finds or makes the contact's address in an inbox. In API and
// website inboxes it is a new one whenever no source id was sent.
func (c *ctx) contactInboxFor(k *contact, box *inbox) *contactInbox {
	var source *string
	if !c.Params.Blank("source_id") {
		c.Params.Into("source_id", &source)
	}
	taken := contactInboxes.first(c.st, func(l *contactInbox) bool {
		return source != nil && l.inboxID == box.id && l.sourceID == *source && l.contactID != k.id
	})
	if taken != nil && !slices.Contains(derived, box.channelType) {
		stop(failText(http.StatusUnprocessableEntity, "source_id should be unique"))
	}
	return c.buildContactInbox(k, box, source, c.Params.Bool("hmac_verified"))
}

func (c *ctx) existingConversation(ci *contactInbox) *conversation {
	box := inboxes.find(c.st, ci.inboxID)
	if !box.lockToSingleConversation {
		return nil
	}
	rows := conversations.where(c.st, func(v *conversation) bool { return v.contactInboxID == ci.id })
	if len(rows) == 0 {
		return nil
	}
	c.Params.Ignore("additional_attributes", "custom_attributes", "status", "snoozed_until", "assignee_id", "team_id")
	return rows[len(rows)-1]
}

// readConversation reads a new conversation.
func (c *ctx) readConversation(ci *contactInbox) *conversation {
	p, box := c.Params, inboxes.find(c.st, ci.inboxID)
	v := &conversation{
		accountID: box.accountID, inboxID: ci.inboxID, contactID: ci.contactID, contactInboxID: ci.id, status: statusOpen,
		additionalAttributes: c.hashOrCrash("additional_attributes"), customAttributes: c.hashOrCrash("custom_attributes"),
	}
	status, known := enum(p, "status", conversationStatuses...)
	if !known {
		stop(crash())
	}
	if status != nil {
		v.status = *status
	}
	until, _ := p.Get("snoozed_until")
	if t := testserver.CastTime(until); t != nil {
		v.snoozedUntil = *t
	}
	p.Into("assignee_id", &v.assigneeID)
	p.Into("team_id", &v.teamID)
	if c.teamOf(v) == nil {
		v.teamID = nil
	}
	dropBadReferer(v)
	var faults problems
	faults.checkAttributes("additional_attributes", v.additionalAttributes)
	faults.checkAttributes("custom_attributes", v.customAttributes)
	faults.stopIf()
	return v
}

// hashOrCrash reads a free-form object; anything else makes the real server
// fail.
func (c *ctx) hashOrCrash(key string) object {
	v, _ := c.Params.Get(key)
	if v == nil {
		return object{}
	}
	h, isHash := v.(*params)
	if !isHash {
		stop(crash())
	}
	return h.AsObject()
}

// dropBadReferer clears a referer that is no web address.
func dropBadReferer(v *conversation) {
	referer, there := v.additionalAttributes.Get("referer")
	if !there || referer == nil {
		return
	}
	text, _ := referer.(string)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		v.additionalAttributes.Set("referer", nil)
	}
}

// updateConversation changes the priority and the SLA policy; the real server
// ignores everything else.
func updateConversation(c *ctx) response {
	v := c.findConversation("id")
	next := *v
	if c.Params.Has("priority") {
		next.priority = c.readPriority()
	}
	if c.Params.Has("sla_policy_id") {
		c.Params.Into("sla_policy_id", &next.slaPolicyID)
	}
	var faults problems
	c.checkSLA(&faults, v, next.slaPolicyID)
	faults.stopIf()
	if !same(v.priority, next.priority) || !same(v.slaPolicyID, next.slaPolicyID) {
		c.changeConversation(v, func(v *conversation) { v.priority, v.slaPolicyID = next.priority, next.slaPolicyID })
	}
	return ok(c.conversationView(v))
}

func (c *ctx) readPriority() *string {
	priority, known := enum(c.Params, "priority", conversationPriorities...)
	if !known {
		stop(crash())
	}
	return priority
}

func togglePriority(c *ctx) response {
	v := c.findConversation("id")
	priority := c.readPriority()
	if !same(v.priority, priority) {
		c.changeConversation(v, func(v *conversation) { v.priority = priority })
	}
	return done()
}

// deletionDelay is how long a deleted conversation can still be read.
const deletionDelay = time.Second

// deleteConversation deletes a moment later.
func deleteConversation(c *ctx) response {
	v := c.findConversation("id")
	c.adminOnly()
	c.schedule(deletionDelay, func(st *store) { st.deleteConversation(v) })
	return done()
}

// toggleStatus sets the status that was sent, else the opposite one. A plain
// agent who opens a conversation becomes its assignee; a bot that opens a
// pending one hands it over, which the real server reports as null.
func toggleStatus(c *ctx) response {
	v := c.findConversation("id")
	var success any = true
	switch {
	case c.bot != nil && v.status == statusPending && c.Params.String("status") == statusOpen:
		c.handOff(v)
		success = nil
		if !c.bugs() {
			success = true
		}
	case !c.Params.Blank("status"):
		c.setStatus(v)
	default:
		c.Params.Ignore("snoozed_until")
		c.changeConversation(v, func(v *conversation) { v.status = toggled(v.status) })
	}
	if v.status == statusOpen && c.member != nil && !c.isAdmin() && !same(v.assigneeID, &c.user.id) {
		c.changeConversation(v, func(v *conversation) { v.assigneeID = &c.user.id })
	}
	return ok(obj("payload", obj(
		"success", success, "conversation_id", v.displayID, "current_status", v.status, "snoozed_until", iso(v.snoozedUntil),
	)))
}

func toggled(status string) string {
	if status == statusOpen {
		return statusResolved
	}
	return statusOpen
}

func (c *ctx) handOff(v *conversation) {
	c.Params.Ignore("snoozed_until")
	before := *v
	c.changeConversation(v, func(v *conversation) {
		v.status = statusOpen
		if v.waitingSince.IsZero() && c.atLeast("4.15.1") {
			v.waitingSince = c.Now
		}
	})
	c.dispatch(event{name: eventBotHandoff, conversation: v, before: &before})
}

func (c *ctx) setStatus(v *conversation) {
	status, known := enum(c.Params, "status", conversationStatuses...)
	if !known {
		stop(crash())
	}
	until := v.snoozedUntil
	if sent, _ := c.Params.Get("snoozed_until"); sent != nil && sent != false {
		until = c.readSnooze()
	}
	if *status == v.status && until.Equal(v.snoozedUntil) {
		return
	}
	c.changeConversation(v, func(v *conversation) { v.status, v.snoozedUntil = *status, until })
}

// readSnooze reads seconds since 1970: the leading digits of what was sent.
func (c *ctx) readSnooze() time.Time {
	text := c.Params.String("snoozed_until")
	if text == "" || text[0] < '0' || text[0] > '9' {
		stop(crash())
	}
	return time.Unix(testserver.LeadingInt(text), 0).UTC()
}

// replaceCustomAttributes replaces all of them.
func replaceCustomAttributes(c *ctx) response {
	v := c.findConversation("id")
	attributes, isObject := c.Params.Object("custom_attributes")
	if !isObject {
		return crash()
	}
	var faults problems
	faults.checkAttributes("custom_attributes", attributes)
	faults.stopIf()
	c.changeConversation(v, func(v *conversation) { v.customAttributes = attributes })
	return ok(obj("custom_attributes", v.customAttributes))
}

// muteConversation blocks the contact and resolves the conversation.
func muteConversation(c *ctx) response {
	v := c.findConversation("id")
	if v.status != statusResolved {
		c.changeConversation(v, func(v *conversation) { v.status = statusResolved })
	}
	c.block(v, true)
	c.addActivity(v, c.actor()+" has muted the conversation")
	return done()
}

func unmuteConversation(c *ctx) response {
	v := c.findConversation("id")
	c.block(v, false)
	c.addActivity(v, c.actor()+" has unmuted the conversation")
	return done()
}

func (c *ctx) block(v *conversation, blocked bool) {
	v.muted = blocked
	if k := contacts.find(c.st, v.contactID); k != nil {
		k.blocked = blocked
		contacts.touch(c.st, k)
	}
}

func sendTranscript(c *ctx) response {
	c.findConversation("id")
	if c.Params.Blank("email") {
		return failText(http.StatusUnprocessableEntity, "email param missing")
	}
	return done()
}

func toggleTyping(c *ctx) response {
	c.findConversation("id")
	c.Params.Ignore("typing_status", "is_private")
	return done()
}

// updateLastSeen does not count as an update of the conversation.
func updateLastSeen(c *ctx) response {
	v := c.findConversation("id")
	v.agentLastSeenAt = c.Now
	if same(v.assigneeID, &c.user.id) {
		v.assigneeLastSeenAt = c.Now
	}
	return ok(c.conversationView(v))
}

// markUnread sets the time back to one second before the last incoming
// message.
func markUnread(c *ctx) response {
	v := c.findConversation("id")
	v.agentLastSeenAt, v.assigneeLastSeenAt = time.Time{}, time.Time{}
	for _, m := range c.st.sortedMessages(v) {
		if m.messageType == messageIncoming {
			v.agentLastSeenAt = m.createdAt.Add(-time.Second)
			v.assigneeLastSeenAt = v.agentLastSeenAt
		}
	}
	return ok(c.conversationView(v))
}

// inboxAssistant finds the assistant of an inbox; its group sets it.
var inboxAssistant = func(*store, int64) (id int64, name string, there bool) { return 0, "", false }

func showInboxAssistant(c *ctx) response {
	v := c.findConversation("id")
	id, name, there := inboxAssistant(c.st, v.inboxID)
	if !there {
		return ok(obj("assistant", nil))
	}
	return ok(obj("assistant", obj("id", id, "name", name)))
}

// assignConversation sets the assignee when the request has that key, else the
// team. Who is unknown unassigns.
func assignConversation(c *ctx) response {
	v := c.findConversation("conversation_id")
	if c.Params.Has("assignee_id") {
		c.Params.Ignore("team_id")
		return c.assignAgent(v)
	}
	if c.Params.Has("team_id") {
		return c.assignTeam(v)
	}
	return ok(nil)
}

func (c *ctx) assignAgent(v *conversation) response {
	if c.atLeast("4.15.1") && c.Params.String("assignee_type") == senderBot {
		return c.assignBot(v)
	}
	id := c.Params.Int("assignee_id")
	u := users.find(c.st, id)
	if c.st.member(c.account.id, id) == nil {
		u = nil
	}
	var next *int64
	if u != nil {
		next = &u.id
	}
	if !same(v.assigneeID, next) || v.assigneeAgentBotID != nil {
		c.changeConversation(v, func(v *conversation) { v.assigneeID, v.assigneeAgentBotID = next, nil })
	}
	if u == nil {
		return ok(nil)
	}
	return ok(c.agentView(u))
}

func (c *ctx) assignBot(v *conversation) response {
	b := agentBots.find(c.st, c.Params.Int("assignee_id"))
	if b == nil || b.accountID != nil && *b.accountID != c.account.id {
		return ok(nil)
	}
	c.changeConversation(v, func(v *conversation) { v.assigneeID, v.assigneeAgentBotID = nil, &b.id })
	return ok(c.pushBot(b))
}

func (c *ctx) assignTeam(v *conversation) response {
	t := teams.find(c.st, c.Params.Int("team_id"))
	if t != nil && t.accountID != c.account.id {
		t = nil
	}
	var next *int64
	if t != nil {
		next = &t.id
	}
	if !same(v.teamID, next) {
		c.changeConversation(v, func(v *conversation) { v.teamID = next })
	}
	if t == nil {
		return ok(nil)
	}
	return ok(obj(
		"id", t.id, "name", t.name, "description", t.description, "allow_auto_assign", t.allowAutoAssign,
		"account_id", t.accountID, "created_at", iso(t.createdAt), "updated_at", iso(t.updatedAt),
	))
}

func listConversationLabels(c *ctx) response {
	return ok(obj("payload", textList(c.findConversation("conversation_id").labels)))
}

// replaceConversationLabels replaces the whole list; what is no list clears it.
func replaceConversationLabels(c *ctx) response {
	v := c.findConversation("conversation_id")
	sent, _ := c.Params.List("labels")
	next := labelList(sent)
	if len(without(v.labels, next)) > 0 || len(without(next, v.labels)) > 0 {
		c.changeConversation(v, func(v *conversation) { v.labels = next })
	}
	return ok(obj("payload", textList(next)))
}

// refuseDirectUpload answers every request alike: the real server wants a
// browser's cookie.
func refuseDirectUpload(c *ctx) response {
	c.Params.IgnoreAll()
	text := "Unprocessable Entity"
	if c.atLeast("4.15.1") {
		text = "Unprocessable Content"
	}
	return jsonAnswer(http.StatusUnprocessableEntity, typeRails, obj("status", http.StatusUnprocessableEntity, "error", text))
}
