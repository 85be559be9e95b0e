package konvertetest

import (
	"cmp"
	"slices"
	"time"
)

// maxUnread is where the count of unread messages stops.
const maxUnread = 10

// conversationView is a conversation as REST answers show it. A bot may not
// see one with a team: the real server fails then.
func (c *ctx) conversationView(v *conversation) object {
	rows := c.st.sortedMessages(v)
	o := obj(
		"meta", c.conversationMeta(v),
		"id", v.displayID,
		"messages", c.lastMessage(rows, v, func(*message) bool { return true }),
		"account_id", v.accountID,
		"uuid", v.uuid,
		"additional_attributes", orEmpty(v.additionalAttributes),
		"agent_last_seen_at", epoch(v.agentLastSeenAt),
		"assignee_last_seen_at", epoch(v.assigneeLastSeenAt),
		"can_reply", c.canReply(v),
		"contact_last_seen_at", epoch(v.contactLastSeenAt),
		"custom_attributes", orEmpty(v.customAttributes),
		"inbox_id", v.inboxID,
		"labels", textList(v.labels),
		"muted", c.muted(v),
		"snoozed_until", iso(v.snoozedUntil),
		"status", v.status,
		"created_at", epoch(v.createdAt),
	)
	if c.atLeast("4.2.0") {
		o.Set("updated_at", epochFloat(v.updatedAt))
	}
	o.Set("timestamp", epoch(v.lastActivityAt))
	o.Set("first_reply_created_at", epoch(v.firstReplyCreatedAt))
	o.Set("unread_count", c.unreadCount(v))
	o.Set("last_non_activity_message", nil)
	if last := c.lastMessage(rows, v, func(m *message) bool { return m.messageType != messageActivity }); len(last) > 0 {
		o.Set("last_non_activity_message", last[0])
	}
	o.Set("last_activity_at", epoch(v.lastActivityAt))
	o.Set("priority", v.priority)
	o.Set("waiting_since", epoch(v.waitingSince))
	o.Set("sla_policy_id", v.slaPolicyID)
	c.addSLA(&o, v)
	return o
}

func (c *ctx) conversationMeta(v *conversation) object {
	k := contacts.find(c.st, v.contactID)
	box := inboxes.find(c.st, v.inboxID)
	if k == nil || box == nil {
		stop(crash())
	}
	meta := obj("sender", c.contactView(k), "channel", box.channelType)
	if u := c.assignee(v); u != nil && c.st.member(v.accountID, u.id) != nil {
		meta.Set("assignee", c.agentView(u))
	}
	if c.atLeast("4.15.1") {
		c.addAssigneeType(&meta, v)
	}
	if t := c.teamOf(v); t != nil {
		if c.bot != nil && c.bugs() {
			stop(crash())
		}
		meta.Set("team", c.teamView(t))
	}
	meta.Set("hmac_verified", nil)
	if ci := contactInboxes.find(c.st, v.contactInboxID); ci != nil {
		meta.Set("hmac_verified", ci.hmacVerified)
	}
	return meta
}

// addAssigneeType adds what kind of assignee there is, and a bot in place of
// the agent; the key is absent for nobody.
func (c *ctx) addAssigneeType(meta *object, v *conversation) {
	if v.assigneeAgentBotID != nil {
		if b := agentBots.find(c.st, *v.assigneeAgentBotID); b != nil {
			meta.Set("assignee", c.pushBot(b))
			meta.Set("assignee_type", senderBot)
			return
		}
	}
	if _, has := meta.Get("assignee"); has {
		meta.Set("assignee_type", senderUser)
	}
}

// sortedMessages lists the messages of a conversation in the order of their
// making.
func (st *store) sortedMessages(v *conversation) []*message {
	rows := st.conversationMessages(v)
	slices.SortStableFunc(rows, func(a, b *message) int {
		return cmp.Or(a.createdAt.Compare(b.createdAt), cmp.Compare(a.id, b.id))
	})
	return rows
}

// lastMessage is a list of the newest message that is wanted, [] for none.
func (c *ctx) lastMessage(rows []*message, v *conversation, wanted func(*message) bool) []object {
	for _, m := range slices.Backward(rows) {
		if wanted(m) {
			return []object{c.eventMessage(m, v)}
		}
	}
	return []object{}
}

func (c *ctx) assignee(v *conversation) *user {
	if v.assigneeID == nil {
		return nil
	}
	return users.find(c.st, *v.assigneeID)
}

func (c *ctx) teamOf(v *conversation) *team {
	if v.teamID == nil {
		return nil
	}
	return teams.find(c.st, *v.teamID)
}

// muted reports whether the contact is blocked, which is what muting does.
func (c *ctx) muted(v *conversation) bool {
	k := contacts.find(c.st, v.contactID)
	return k != nil && k.blocked
}

// unreadCount counts the incoming messages since an agent looked, up to ten.
func (c *ctx) unreadCount(v *conversation) int {
	n := 0
	for _, m := range c.st.conversationMessages(v) {
		if m.messageType == messageIncoming && m.createdAt.After(v.agentLastSeenAt) {
			n++
		}
	}
	return min(n, maxUnread)
}

// canReply applies the reply window of an API inbox, in hours since the last
// incoming message.
func (c *ctx) canReply(v *conversation) bool {
	box := inboxes.find(c.st, v.inboxID)
	if box == nil || box.channelType != channelAPI {
		return true
	}
	hours, limited := jsonInt(box.channel.additionalAttributes, "agent_reply_time_window")
	if !limited {
		return true
	}
	for _, m := range slices.Backward(c.st.sortedMessages(v)) {
		if m.messageType == messageIncoming {
			return c.Now.Before(m.createdAt.Add(time.Duration(hours) * time.Hour))
		}
	}
	return false
}

// textList renders a nil list as [].
func textList(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
