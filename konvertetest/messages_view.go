package konvertetest

// messageView is a message as the endpoints of messages show it.
func (c *ctx) messageView(m *message, v *conversation) object {
	o := obj(
		"id", m.id, "content", c.shownContent(m), "inbox_id", m.inboxID, "conversation_id", v.displayID,
		"message_type", m.messageType, "content_type", m.contentType, "status", m.status,
		"content_attributes", orEmpty(m.contentAttributes), "created_at", epoch(m.createdAt), "private", m.private,
		"source_id", m.sourceID,
	)
	if sender := c.pushSender(m); sender != nil {
		o.Set("sender", sender)
	}
	if len(m.attachments) > 0 {
		o.Set("attachments", list(m.attachments, c.attachmentView))
	}
	return o
}

// eventMessage is a message as events, and the conversations of REST answers,
// show it.
func (c *ctx) eventMessage(m *message, v *conversation) object {
	o := obj(
		"id", m.id, "content", c.shownContent(m), "account_id", m.accountID, "inbox_id", m.inboxID,
		"conversation_id", v.displayID, "message_type", m.messageType, "created_at", epoch(m.createdAt),
		"updated_at", iso(m.updatedAt), "private", m.private, "status", m.status, "source_id", m.sourceID,
		"content_type", m.contentType, "content_attributes", orEmpty(m.contentAttributes),
		"sender_type", nil, "sender_id", nil, "external_source_ids", orEmpty(m.externalSourceIDs),
		"additional_attributes", orEmpty(m.additionalAttributes), "processed_message_content", m.processedMessageContent,
		"sentiment", orEmpty(m.sentiment), "conversation", c.eventConversation(v),
	)
	if m.senderType != "" {
		o.Set("sender_type", m.senderType)
		o.Set("sender_id", m.senderID)
	}
	if len(m.attachments) > 0 {
		o.Set("attachments", list(m.attachments, c.attachmentView))
	}
	if sender := c.pushSender(m); sender != nil {
		o.Set("sender", sender)
	}
	return o
}

func (c *ctx) eventConversation(v *conversation) object {
	source := ""
	if ci := contactInboxes.find(c.st, v.contactInboxID); ci != nil {
		source = ci.sourceID
	}
	return obj(
		"assignee_id", v.assigneeID, "unread_count", c.unreadCount(v), "last_activity_at", epoch(v.lastActivityAt),
		"contact_inbox", obj("source_id", source),
	)
}

// shownContent is the content of a message. Older servers put the link of the
// survey in its place, outside web widgets.
func (c *ctx) shownContent(m *message) *string {
	box := inboxes.find(c.st, m.inboxID)
	if m.contentType != contentSurvey || c.atLeast("4.15.1") || box == nil || box.channelType == channelWidget {
		return m.content
	}
	v := conversations.find(c.st, m.conversationID)
	if v == nil {
		return m.content
	}
	link := c.srv.URL + "/survey/responses/" + v.uuid
	text := "Please rate this conversation, " + link
	if own, _ := attributeText(box.csatConfig, "message").(string); own != "" && c.atLeast("4.2.0") {
		text = own + " " + link
	}
	return &text
}
