package konvertetest

// The views of this file are the short ones that the real server makes for its
// events and shows inside messages.

// pushUser is a user as the sender of a message. Members of other accounts
// have no availability.
func (c *ctx) pushUser(u *user) object {
	var availability any
	if m := c.st.member(c.account.id, u.id); m != nil {
		availability = c.st.availabilityStatus(m)
	}
	return obj(
		"id", u.id, "name", u.name, "available_name", u.availableName(), "avatar_url", c.thumbURL(u.avatar),
		"type", "user", "availability_status", availability, "thumbnail", c.thumbURL(u.avatar),
	)
}

// pushContact is a contact as the sender of a message.
func (c *ctx) pushContact(k *contact) object {
	o := obj(
		"additional_attributes", orEmpty(k.additionalAttributes), "custom_attributes", orEmpty(k.customAttributes),
		"email", k.email, "id", k.id, "identifier", k.identifier, "name", k.name, "phone_number", k.phoneNumber,
		"thumbnail", c.thumbURL(k.avatar),
	)
	if c.atLeast("4.2.0") {
		o.Set("blocked", k.blocked)
	}
	o.Set("type", "contact")
	return o
}

// pushBot is an agent bot as the sender of a message.
func (c *ctx) pushBot(b *agentBot) object {
	return obj("id", b.id, "name", b.name, "avatar_url", c.thumbURL(b.avatar), "type", "agent_bot")
}

// pushSender is the sender of a message, nil when there is none or he is gone.
func (c *ctx) pushSender(m *message) object {
	switch m.senderType {
	case senderUser:
		if u := users.find(c.st, m.senderID); u != nil {
			return c.pushUser(u)
		}
	case senderContact:
		if k := contacts.find(c.st, m.senderID); k != nil {
			return c.pushContact(k)
		}
	case senderBot:
		if b := agentBots.find(c.st, m.senderID); b != nil {
			return c.pushBot(b)
		}
	}
	return nil
}

// senderName is the name of who sent a message, nil for none.
func (c *ctx) senderName(m *message) any {
	sender := c.pushSender(m)
	if sender == nil {
		return nil
	}
	name, _ := sender.Get("name")
	return name
}
