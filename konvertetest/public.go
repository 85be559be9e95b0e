package konvertetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/konverte-go/konverte/internal/testserver"
)

// The public API serves the contacts of API inboxes; nobody signs in.

func registerPublic(r *router) {
	const box, people = "/public/api/v1/inboxes/{id}", "/public/api/v1/inboxes/{inbox_id}/contacts"
	r.get("get-details-of-a-inbox", box, showPublicInbox)
	r.patch("undocumented:public-inbox-update", box, noAction)
	r.delete("undocumented:public-inbox-delete", box, noAction)
	r.get("undocumented:public-inbox-list", "/public/api/v1/inboxes", noAction)
	r.post("undocumented:public-inbox-create", "/public/api/v1/inboxes", noAction)
	r.post("create-a-contact", people, createPublicContact)
	r.get("get-details-of-a-contact", people+"/{id}", showPublicContact)
	r.patch("update-a-contact", people+"/{id}", updatePublicContact)

	const talks = people + "/{contact_id}/conversations"
	r.get("list-all-contact-conversations", talks, listPublicConversations)
	r.post("create-a-conversation", talks, createPublicConversation)
	r.get("get-single-conversation", talks+"/{id}", showPublicConversation)
	r.post("resolve-conversation", talks+"/{id}/toggle_status", resolvePublicConversation)
	r.post("toggle-typing-status", talks+"/{id}/toggle_typing", togglePublicTyping)
	r.post("update-last-seen", talks+"/{id}/update_last_seen", updatePublicLastSeen)

	const posts = talks + "/{conversation_id}/messages"
	r.get("list-all-converation-messages", posts, listPublicMessages)
	r.post("create-a-message", posts, createPublicMessage)
	r.patch("update-a-message", posts+"/{id}", updatePublicMessage)
}

// publicInbox finds an API inbox by its identifier and enters its account.
func (c *ctx) publicInbox(param string) *inbox {
	identifier := c.Path[param]
	in := inboxes.first(c.st, func(in *inbox) bool {
		return in.channelType == channelAPI && in.channel.identifier == identifier
	})
	if in == nil {
		stop(railsError(404))
	}
	c.account = accounts.find(c.st, in.accountID)
	return in
}

// publicContact finds the address of a contact in an inbox.
func (c *ctx) publicContact(in *inbox, param string) *contactInbox {
	source := c.Path[param]
	link := contactInboxes.first(c.st, func(l *contactInbox) bool { return l.inboxID == in.id && l.sourceID == source })
	if link == nil {
		stop(railsError(404))
	}
	return link
}

func showPublicInbox(c *ctx) response {
	in := c.publicInbox("id")
	return ok(obj(
		"identifier", in.channel.identifier,
		"identity_validation_enabled", in.channel.hmacMandatory,
		"name", in.name,
		"timezone", in.timezone,
		"working_hours", list(in.workingHours, workingHourView),
		"working_hours_enabled", in.workingHoursEnabled,
		"csat_survey_enabled", in.csatSurveyEnabled,
		"greeting_enabled", in.greetingEnabled,
	))
}

// checkIdentity compares the hash of an identifier, which some inboxes demand
// and others compare when it was sent. A wrong one ends the request: with 500,
// which is what the real server makes of it, or with 401. A right one marks
// the address as verified, also when it is another contact's.
func (c *ctx) checkIdentity(in *inbox, link *contactInbox) {
	sent, _ := c.Params.Get("identifier_hash")
	identifier := c.Params.String("identifier")
	if testserver.Blank(sent) && !isOn(in.channel.hmacMandatory) {
		return
	}
	mac := hmac.New(sha256.New, []byte(in.channel.hmacToken))
	mac.Write([]byte(identifier))
	switch {
	case sent == hex.EncodeToString(mac.Sum(nil)):
	case c.bugs():
		stop(crash())
	default:
		stop(failText(401, "HMAC failed: Invalid Identifier Hash Provided"))
	}
	if link != nil {
		link.hmacVerified = true
	}
}

func (c *ctx) publicContactView(link *contactInbox) object {
	k := contacts.find(c.st, link.contactID)
	return obj(
		"source_id", link.sourceID, "pubsub_token", link.pubsubToken, "id", k.id, "name", k.name,
		"email", k.email, "phone_number", k.phoneNumber,
	)
}

// createPublicContact takes up a contact that is known by identifier, e-mail
// or phone number, as he is.
func createPublicContact(c *ctx) response {
	in := c.publicInbox("inbox_id")
	c.checkIdentity(in, nil)
	source := randomUUID()
	if v, _ := c.Params.Get("source_id"); v != nil {
		source = c.Params.String("source_id")
	}
	link := contactInboxes.first(c.st, func(l *contactInbox) bool {
		return source != "" && l.inboxID == in.id && l.sourceID == source
	})
	if link != nil {
		c.Params.Ignore("identifier", "email", "name", "avatar_url", "phone_number", "custom_attributes")
		return ok(c.publicContactView(link))
	}
	k, isNew := c.knownOrNewContact()
	link = c.buildContactInbox(k, in, &source, false)
	if link == nil {
		if isNew {
			contacts.remove(c.st, k)
		}
		return crash()
	}
	return ok(c.publicContactView(link))
}

func (c *ctx) knownOrNewContact() (k *contact, isNew bool) {
	fresh := &contact{accountID: c.account.id, contactType: "visitor"}
	c.readPublicContact(fresh)
	if k = c.knownContact(fresh.identifier, fresh.email, fresh.phoneNumber); k != nil {
		if k.avatar == nil {
			c.fetchAvatar(k, c.Params.String("avatar_url"))
		}
		return k, false
	}
	if fresh.name == nil {
		name := randomName()
		fresh.name = &name
	}
	if c.atLeast("4.15.1") {
		fresh.name = new(firstLetters(*fresh.name, maxString))
	}
	c.checkContact(fresh, nil).stopIf()
	c.saveContact(fresh, *fresh, nil)
	return fresh, true
}

// firstLetters cuts a text to its first n characters.
func firstLetters(text string, n int) string {
	letters := []rune(text)
	return string(letters[:min(n, len(letters))])
}

// readPublicContact reads the columns that the public API takes. Newer servers
// fail on a name that is no text.
func (c *ctx) readPublicContact(k *contact) {
	p := c.Params
	if v, _ := p.Get("name"); c.atLeast("4.15.1") && c.bugs() {
		if _, isNumber := v.(json.Number); isNumber {
			stop(crash())
		}
	}
	p.Into("name", &k.name)
	if p.Into("email", &k.email) {
		k.email = lowered(k.email)
	}
	p.Into("phone_number", &k.phoneNumber)
	p.Into("identifier", &k.identifier)
	if custom, sent := p.Object("custom_attributes"); sent {
		k.customAttributes = custom
	}
}

// knownContact finds a contact of the account by the first of these that one
// has.
func (c *ctx) knownContact(identifier, email, phone *string) *contact {
	find := func(value *string, read func(*contact) *string) *contact {
		if !present(value) {
			return nil
		}
		return contacts.first(c.st, func(k *contact) bool {
			theirs := read(k)
			return k.accountID == c.account.id && theirs != nil && *theirs == *value
		})
	}
	if k := find(identifier, func(k *contact) *string { return k.identifier }); k != nil {
		return k
	}
	if k := find(email, func(k *contact) *string { return k.email }); k != nil {
		return k
	}
	return find(phone, func(k *contact) *string { return k.phoneNumber })
}

var nameParts = [2][]string{
	{"autumn", "hidden", "bitter", "misty", "silent", "empty", "dry", "dark", "summer", "icy", "quiet", "white", "cool"},
	{"river", "breeze", "moon", "rain", "wind", "sea", "morning", "snow", "lake", "sunset", "pine", "shadow", "leaf"},
}

// randomName is the name of a contact who gave none.
func randomName() string {
	pick := func(words []string) string { return words[int(randomText(1)[0])%len(words)] }
	number := (int(randomText(1)[0])*256 + int(randomText(1)[0])) % 1000
	return pick(nameParts[0]) + "-" + pick(nameParts[1]) + "-" + strconv.Itoa(number)
}

func showPublicContact(c *ctx) response {
	in := c.publicInbox("inbox_id")
	link := c.publicContact(in, "id")
	c.checkIdentity(in, link)
	return ok(c.publicContactView(link))
}

// updatePublicContact merges the contact into another one that has the e-mail
// or the phone number. Blank values change nothing.
func updatePublicContact(c *ctx) response {
	in := c.publicInbox("inbox_id")
	link := c.publicContact(in, "id")
	c.checkIdentity(in, link)
	k := contacts.find(c.st, link.contactID)
	sent := &contact{}
	c.readPublicContact(sent)
	for _, other := range []*contact{c.knownContact(nil, sent.email, nil), c.knownContact(nil, nil, sent.phoneNumber)} {
		if other != nil && other != k {
			c.moveContact(other, k)
			k = other
		}
	}
	next := *k
	next.name = firstFilled(sent.name, k.name)
	next.email = firstFilled(sent.email, k.email)
	next.phoneNumber = firstFilled(sent.phoneNumber, k.phoneNumber)
	next.customAttributes = mergedTwice(k.customAttributes, sent.customAttributes)
	c.checkContact(&next, nil).stopIf()
	c.saveContact(k, next, nil)
	return ok(c.rawContactView(k))
}

// mergedTwice lays over over under, and the objects in it over those in under,
// but not what is inside those.
func mergedTwice(under, over object) object {
	out := orEmpty(under.Clone())
	for _, m := range over {
		old, _ := out.Get(m.Key)
		oldObject, bothOld := old.(object)
		newObject, bothNew := m.Value.(object)
		if bothOld && bothNew {
			out.Set(m.Key, merged(oldObject, newObject))
			continue
		}
		out.Set(m.Key, m.Value)
	}
	return out
}

// rawContactView is a contact as the database has it.
func (c *ctx) rawContactView(k *contact) object {
	kind := k.contactType
	if kind == "visitor" && (present(k.email) || present(k.phoneNumber)) {
		kind = "lead"
	}
	city, _ := k.additionalAttributes.Get("city")
	country, _ := k.additionalAttributes.Get("country")
	o := obj(
		"id", k.id,
		"name", k.name,
		"email", k.email,
		"phone_number", k.phoneNumber,
		"account_id", k.accountID,
		"created_at", iso(k.createdAt),
		"updated_at", iso(k.updatedAt),
		"additional_attributes", orEmpty(k.additionalAttributes),
		"identifier", k.identifier,
		"custom_attributes", orEmpty(k.customAttributes),
		"last_activity_at", iso(k.lastActivityAt),
		"contact_type", kind,
		"middle_name", "",
		"last_name", "",
		"location", city,
		"country_code", country,
		"blocked", k.blocked,
	)
	if c.atLeast("4.15.1") {
		o.Set("company_id", k.companyID)
	}
	o.Set("label_list", textList(k.labels))
	return o
}

func (c *ctx) publicConversationView(v *conversation) object {
	return obj(
		"id", v.displayID,
		"uuid", v.uuid,
		"inbox_id", v.inboxID,
		"contact_last_seen_at", epoch(v.contactLastSeenAt),
		"status", v.status,
		"agent_last_seen_at", epoch(v.agentLastSeenAt),
		"messages", list(c.publicMessages(v), func(m *message) object { return c.publicMessageView(m, v) }),
		"contact", c.rawContactView(contacts.find(c.st, v.contactID)),
	)
}

// publicMessages are the messages that the contact may see, oldest first.
func (c *ctx) publicMessages(v *conversation) []*message {
	out := []*message{}
	for _, m := range c.st.sortedMessages(v) {
		if !m.private && m.messageType != messageActivity {
			out = append(out, m)
		}
	}
	return out
}

func (c *ctx) publicMessageView(m *message, v *conversation) object {
	o := obj(
		"id", m.id,
		"content", c.shownContent(m),
		"message_type", m.messageType,
		"content_type", m.contentType,
		"content_attributes", orEmpty(m.contentAttributes),
		"created_at", epoch(m.createdAt),
		"conversation_id", v.displayID,
	)
	if len(m.attachments) > 0 {
		o.Set("attachments", list(m.attachments, c.attachmentView))
	}
	if sender := c.pushSender(m); sender != nil {
		if _, isUser := sender.Get("availability_status"); isUser {
			sender.Set("availability_status", nil)
		}
		o.Set("sender", sender)
	}
	return o
}

func (c *ctx) conversationsOf(link *contactInbox) []*conversation {
	return conversations.where(c.st, func(v *conversation) bool {
		return v.contactInboxID == link.id || link.hmacVerified && v.contactID == link.contactID
	})
}

// listPublicConversations shows a verified contact all of his conversations;
// older servers fail there.
func listPublicConversations(c *ctx) response {
	link := c.publicContact(c.publicInbox("inbox_id"), "contact_id")
	if link.hmacVerified && !c.atLeast("4.15.1") && c.bugs() {
		return crash()
	}
	return ok(list(c.conversationsOf(link), c.publicConversationView))
}

// publicConversation finds one of the conversations that the list shows.
func (c *ctx) publicConversation() *conversation {
	link := c.publicContact(c.publicInbox("inbox_id"), "contact_id")
	number := c.id("id")
	for _, v := range c.conversationsOf(link) {
		if v.displayID == number {
			return v
		}
	}
	stop(railsError(404))
	return nil
}

func createPublicConversation(c *ctx) response {
	link := c.publicContact(c.publicInbox("inbox_id"), "contact_id")
	if v := c.existingConversation(link); v != nil {
		return ok(c.publicConversationView(v))
	}
	v := &conversation{
		accountID: c.account.id, inboxID: link.inboxID, contactID: link.contactID, contactInboxID: link.id,
		status: statusOpen, additionalAttributes: object{}, customAttributes: object{},
	}
	if custom, sent := c.Params.Object("custom_attributes"); sent {
		v.customAttributes = custom
	}
	var faults problems
	faults.checkAttributes("custom_attributes", v.customAttributes)
	faults.stopIf()
	c.insertConversation(v)
	return ok(c.publicConversationView(v))
}

func showPublicConversation(c *ctx) response {
	return ok(c.publicConversationView(c.publicConversation()))
}

// resolvePublicConversation resolves, and never opens again.
func resolvePublicConversation(c *ctx) response {
	v := c.publicConversation()
	if v.status != statusResolved {
		c.changeConversation(v, func(v *conversation) { v.status = statusResolved })
		name := textOf(contacts.find(c.st, v.contactID).name)
		c.addActivity(v, "Conversation was resolved by "+capitalize(&name))
	}
	return ok(c.publicConversationView(v))
}

func togglePublicTyping(c *ctx) response {
	c.publicConversation()
	c.Params.Ignore("typing_status")
	return done()
}

// updatePublicLastSeen marks what went out as read, private notes too, in the
// background.
func updatePublicLastSeen(c *ctx) response {
	v := c.publicConversation()
	v.contactLastSeenAt = c.Now
	conversations.touch(c.st, v)
	c.Later(func() {
		for _, m := range c.st.sortedMessages(v) {
			if m.messageType != messageIncoming && (m.status == "sent" || m.status == "delivered") {
				c.setMessageStatus(m, "read", "", true)
				c.messageChanged(v, m)
			}
		}
	})
	return done()
}

// publicThread finds a conversation of the contact, in whatever inbox.
func (c *ctx) publicThread() *conversation {
	link := c.publicContact(c.publicInbox("inbox_id"), "contact_id")
	number := c.id("conversation_id")
	v := conversations.first(c.st, func(v *conversation) bool {
		return v.contactID == link.contactID && v.displayID == number
	})
	if v == nil {
		stop(railsError(404))
	}
	return v
}

func listPublicMessages(c *ctx) response {
	v := c.publicThread()
	before := c.messageID("before")
	rows := lastMessages(c.publicMessages(v), func(id int64) bool { return before == nil || id < *before })
	return ok(list(rows, func(m *message) object { return c.publicMessageView(m, v) }))
}

func createPublicMessage(c *ctx) response {
	v := c.publicThread()
	m := &message{
		accountID: v.accountID, inboxID: v.inboxID, conversationID: v.id, messageType: messageIncoming,
		contentType: contentText, senderType: senderContact, senderID: v.contactID,
	}
	c.Params.Into("content", &m.content)
	c.Params.Ignore("echo_id")
	m.attachments = c.uploadedAttachments()
	if fault := c.checkMessage(v, m); fault != nil {
		fault.problems.stopIf()
		return crash()
	}
	c.insertMessage(v, m)
	return ok(c.publicMessageView(m, v))
}

// uploadedAttachments takes files only, and only as a list.
func (c *ctx) uploadedAttachments() []*attachment {
	if c.Params.Blank("attachments") {
		return nil
	}
	sent, _ := c.Params.Get("attachments")
	files, isList := sent.([]any)
	if !isList {
		stop(crash())
	}
	var out []*attachment
	for _, f := range files {
		file, isFile := f.(*testserver.File)
		if !isFile {
			stop(crash())
		}
		out = append(out, c.newAttachment(&blob{filename: file.Filename, contentType: file.ContentType, data: file.Data}))
	}
	return out
}

func updatePublicMessage(c *ctx) response {
	v := c.publicThread()
	m := messages.find(c.st, c.id("id"))
	if m == nil || m.conversationID != v.id {
		return railsError(404)
	}
	c.checkSurveyOpen(m)
	c.submitValues(v, m, c.Params)
	return ok(c.publicMessageView(m, v))
}

// submitValues stores the answer to a form: an object, or a list of them.
// Anything else is ignored.
func (c *ctx) submitValues(v *conversation, m *message, p *params) {
	sent, _ := p.Get("submitted_values")
	var kept any
	switch sent := sent.(type) {
	case *params:
		kept = submittedValue(sent)
	case []any:
		values := []any{}
		for _, e := range sent {
			if h, isHash := e.(*params); isHash {
				values = append(values, submittedValue(h))
			}
		}
		kept = values
	default:
		return
	}
	m.contentAttributes = orEmpty(m.contentAttributes.Clone())
	m.contentAttributes.Set("submitted_values", kept)
	c.messageChanged(v, m)
	c.Later(func() { c.st.noteSurveyAnswer(m) })
}

func submittedValue(p *params) object {
	out := permit(p, "name", "title", "value")
	if answer := p.Hash("csat_survey_response"); answer != nil {
		out.Set("csat_survey_response", permit(answer, "feedback_message", "rating"))
	}
	return out
}
