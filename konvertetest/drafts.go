package konvertetest

// draft names the unsent message of a conversation, which all agents share.
type draft struct{ conversationID int64 }

func registerDrafts(r *router) {
	const path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/draft_messages"
	r.get("undocumented:draft-message-show", path, showDraft)
	r.patch("undocumented:draft-message-update", path, storeDraft, wrap("draft_message"))
	r.delete("undocumented:draft-message-delete", path, deleteDraft)
}

func showDraft(c *ctx) response {
	v := c.findConversation("conversation_id")
	text, there := c.st.extra[draft{v.id}].(string)
	if !there {
		return ok(obj("has_draft", false))
	}
	return ok(obj("has_draft", true, "message", text))
}

// storeDraft stores "" when no text was sent.
func storeDraft(c *ctx) response {
	v := c.findConversation("conversation_id")
	sent, _ := c.Params.Get("draft_message")
	p, isHash := sent.(*params)
	if !isHash && sent != nil {
		return crash()
	}
	text := ""
	if isHash {
		text = p.String("message")
	}
	c.st.extra[draft{v.id}] = text
	return done()
}

func deleteDraft(c *ctx) response {
	v := c.findConversation("conversation_id")
	delete(c.st.extra, draft{v.id})
	return done()
}
