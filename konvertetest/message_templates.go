package konvertetest

import (
	"slices"
	"time"
)

// sendTemplates sends what the server itself says after a message, in
// conversations that the contact has written to.
func (c *ctx) sendTemplates(v *conversation, m *message) {
	box := inboxes.find(c.st, v.inboxID)
	incoming := func(m *message) bool { return m.messageType == messageIncoming }
	if box == nil || v.campaignID != nil || !c.st.hasMessage(v, incoming) {
		return
	}
	if m.messageType == messageIncoming && c.outOfOffice(v, box) {
		c.insertTemplate(v, contentText, textOf(box.outOfOfficeMessage))
	}
	answered := func(m *message) bool { return m.messageType == messageOutgoing || m.messageType == messageTemplate }
	if isOn(box.greetingEnabled) && textOf(box.greetingMessage) != "" && !c.st.hasMessage(v, answered) {
		c.insertTemplate(v, contentText, *box.greetingMessage)
	}
	c.collectEmail(v, box)
	if !c.atLeast("4.15.1") && v.status == statusResolved {
		c.sendSurvey(v, box)
	}
}

func (st *store) hasMessage(v *conversation, is func(*message) bool) bool {
	return messages.first(st, func(m *message) bool { return m.conversationID == v.id && is(m) }) != nil
}

func (c *ctx) insertTemplate(v *conversation, contentType, text string) {
	c.insertMessage(v, templateMessage(contentType, text))
}

func templateMessage(contentType, text string) *message {
	return &message{messageType: messageTemplate, contentType: contentType, content: &text}
}

// outOfOffice reports whether the contact is to be told that nobody is there:
// once a day, and not while an agent has just written.
func (c *ctx) outOfOffice(v *conversation, box *inbox) bool {
	if !isOn(box.workingHoursEnabled) || textOf(box.outOfOfficeMessage) == "" || box.isOpen(c.Now) {
		return false
	}
	today := c.Now.UTC().Truncate(24 * time.Hour)
	return !c.st.hasMessage(v, func(m *message) bool {
		told := m.messageType == messageTemplate && !m.createdAt.Before(today)
		return told || m.messageType == messageOutgoing && m.createdAt.After(c.Now.Add(-5*time.Minute))
	})
}

// isOpen applies the working hours in the time zone of the inbox.
func (in *inbox) isOpen(now time.Time) bool {
	zone, err := time.LoadLocation(in.timezone)
	if err != nil {
		zone = time.UTC
	}
	now = now.In(zone)
	for _, day := range in.workingHours {
		if day.dayOfWeek == int(now.Weekday()) {
			return day.isOpen(now.Hour()*60 + now.Minute())
		}
	}
	return true
}

func (day workingHour) isOpen(minute int) bool {
	switch {
	case day.openAllDay:
		return true
	case day.closedAllDay || day.openHour == nil || day.closeHour == nil:
		return false
	}
	at := func(hour, minutes *int64) int {
		if minutes == nil {
			return int(*hour) * 60
		}
		return int(*hour)*60 + int(*minutes)
	}
	return minute >= at(day.openHour, day.openMinutes) && minute < at(day.closeHour, day.closeMinutes)
}

// collectEmail asks the contact of a web widget for his e-mail, once.
func (c *ctx) collectEmail(v *conversation, box *inbox) {
	k := contacts.find(c.st, v.contactID)
	asked := c.st.hasMessage(v, func(m *message) bool { return m.contentType == contentEmail })
	if box.channelType != channelWidget || !isOn(box.enableEmailCollect) || asked || k == nil || textOf(k.email) != "" {
		return
	}
	// Both at once, so that the first does not ask again.
	c.storeMessage(v, templateMessage(contentText, "Give the team a way to reach you."))
	c.storeMessage(v, templateMessage(contentEmail, "Get notified by email"))
}

// surveyOnResolve sends the survey when a conversation is resolved; older
// servers send it after the message that says so.
func surveyOnResolve(c *ctx, e event) {
	if e.name != eventConversationResolved || !c.atLeast("4.15.1") {
		return
	}
	c.Later(func() {
		box := inboxes.find(c.st, e.conversation.inboxID)
		if box != nil && e.conversation.status == statusResolved && conversations.find(c.st, e.conversation.id) != nil {
			c.sendSurvey(e.conversation, box)
		}
	})
}

// surveyWanted applies the rule of an inbox: a conversation must carry one of
// the labels that it names, or none of them.
func surveyWanted(v *conversation, box *inbox) bool {
	rules, _ := box.csatConfig.Get("survey_rules")
	rule, _ := rules.(object)
	sent, _ := rule.Get("values")
	values, _ := sent.([]any)
	named := slices.ContainsFunc(v.labels, func(l string) bool { return slices.Contains(values, any(l)) })
	switch textKey(rule, "operator") {
	case "contains":
		return named || len(values) == 0
	case "does_not_contain":
		return !named
	default:
		return true
	}
}

// sendSurvey asks for a rating, once in a conversation.
func (c *ctx) sendSurvey(v *conversation, box *inbox) {
	sent := c.st.hasMessage(v, func(m *message) bool { return m.contentType == contentSurvey })
	if !isOn(box.csatSurveyEnabled) || sent || !surveyWanted(v, box) {
		return
	}
	text, display := "Please rate the conversation", "emoji"
	if own, _ := attributeText(box.csatConfig, "message").(string); own != "" {
		text = own
	}
	if own, _ := attributeText(box.csatConfig, "display_type").(string); own != "" {
		display = own
	}
	m := templateMessage(contentSurvey, text)
	if c.atLeast("4.2.0") {
		m.contentAttributes = obj("display_type", display)
	}
	c.insertMessage(v, m)
}
