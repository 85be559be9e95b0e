package konvertetest

// pushConversation is a conversation as events, webhooks and notifications
// show it.
func (c *ctx) pushConversation(v *conversation) object {
	messages := c.lastMessage(c.st.sortedMessages(v), v, func(m *message) bool {
		return !m.private && m.messageType != messageActivity
	})
	channel := ""
	if in := inboxes.find(c.st, v.inboxID); in != nil {
		channel = in.channelType
	}
	o := obj(
		"additional_attributes", orEmpty(v.additionalAttributes), "can_reply", c.canReply(v), "channel", channel,
		"contact_inbox", c.pushContactInbox(v), "id", v.displayID, "inbox_id", v.inboxID, "messages", messages,
		"labels", textList(v.labels), "meta", c.pushMeta(v), "status", v.status,
		"custom_attributes", orEmpty(v.customAttributes), "snoozed_until", iso(v.snoozedUntil),
		"unread_count", c.unreadCount(v), "first_reply_created_at", iso(v.firstReplyCreatedAt), "priority", v.priority,
		"waiting_since", epoch(v.waitingSince), "agent_last_seen_at", epoch(v.agentLastSeenAt),
		"contact_last_seen_at", epoch(v.contactLastSeenAt), "last_activity_at", epoch(v.lastActivityAt),
		"timestamp", epoch(v.lastActivityAt), "created_at", epoch(v.createdAt),
	)
	if c.atLeast("4.2.0") {
		o.Set("updated_at", epochFloat(v.updatedAt))
	}
	if c.account.features["sla"] {
		o.Set("applied_sla", nil)
		c.addSLA(&o, v)
		o.Set("sla_policy_id", v.slaPolicyID)
	}
	return o
}

func (c *ctx) pushContactInbox(v *conversation) any {
	ci := contactInboxes.find(c.st, v.contactInboxID)
	if ci == nil {
		return nil
	}
	return obj(
		"id", ci.id, "contact_id", ci.contactID, "inbox_id", ci.inboxID, "source_id", ci.sourceID,
		"created_at", iso(ci.createdAt), "updated_at", iso(ci.updatedAt), "hmac_verified", ci.hmacVerified,
		"pubsub_token", ci.pubsubToken,
	)
}

func (c *ctx) pushMeta(v *conversation) object {
	meta := obj("sender", nil, "assignee", nil)
	if k := contacts.find(c.st, v.contactID); k != nil {
		meta.Set("sender", c.pushContact(k))
	}
	if u := c.assignee(v); u != nil {
		meta.Set("assignee", c.pushUser(u))
	}
	if c.atLeast("4.15.1") {
		meta.Set("assignee_type", nil)
		if v.assigneeID != nil {
			meta.Set("assignee_type", senderUser)
		}
	}
	meta.Set("team", nil)
	if t := c.teamOf(v); t != nil {
		meta.Set("team", obj("id", t.id, "name", t.name))
	}
	meta.Set("hmac_verified", nil)
	if ci := contactInboxes.find(c.st, v.contactInboxID); ci != nil {
		meta.Set("hmac_verified", ci.hmacVerified)
	}
	return meta
}
