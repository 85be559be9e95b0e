package konvertetest

import (
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

// contactInboxesOf lists the inboxes of a contact, oldest first.
func (st *store) contactInboxesOf(contactID int64) []*contactInbox {
	return contactInboxes.where(st, func(l *contactInbox) bool { return l.contactID == contactID })
}

func deleteContactInboxes(st *store, contactID int64) {
	contactInboxes.removeWhere(st, func(l *contactInbox) bool { return l.contactID == contactID })
}

// contactInboxView is an address of a contact with its inbox.
func (c *ctx) contactInboxView(l *contactInbox) object {
	return obj("source_id", l.sourceID, "inbox", c.sourceInboxView(inboxes.find(c.st, l.inboxID)))
}

// sourceInboxView is an inbox beside a source id: slim on newer servers, with
// its channel settings on the oldest.
func (c *ctx) sourceInboxView(v *inbox) any {
	if v == nil {
		return nil
	}
	if !c.atLeast("4.2.0") {
		return c.inboxView(v)
	}
	return obj(
		"id", v.id,
		"avatar_url", c.thumbURL(v.avatar),
		"channel_id", v.channelID,
		"name", v.name,
		"channel_type", v.channelType,
		"provider", v.channel.provider,
	)
}

// inboxRow is an inbox as it stands in the database.
func (c *ctx) inboxRow(v *inbox) object {
	o := obj(
		"id", v.id,
		"channel_id", v.channelID,
		"account_id", v.accountID,
		"name", v.name,
		"created_at", iso(v.createdAt),
		"updated_at", iso(v.updatedAt),
		"channel_type", v.channelType,
		"enable_auto_assignment", v.enableAutoAssignment,
		"greeting_enabled", v.greetingEnabled,
		"greeting_message", v.greetingMessage,
		"email_address", nil,
		"working_hours_enabled", v.workingHoursEnabled,
		"out_of_office_message", v.outOfOfficeMessage,
		"timezone", v.timezone,
		"enable_email_collect", v.enableEmailCollect,
		"csat_survey_enabled", v.csatSurveyEnabled,
		"allow_messages_after_resolved", v.allowMessagesAfterResolved,
		"auto_assignment_config", orEmpty(v.autoAssignmentConfig),
		"lock_to_single_conversation", v.lockToSingleConversation,
		"portal_id", v.portalID,
		"sender_name_type", v.senderNameType,
		"business_name", v.businessName,
	)
	if c.atLeast("4.2.0") {
		o.Set("csat_config", orEmpty(v.csatConfig))
	}
	return o
}

// idOf casts a value of the request to an id, 0 when it is none.
func idOf(value any) int64 {
	if n := testserver.CastInt(value); n != nil {
		return *n
	}
	return 0
}

// newContactInbox makes the address that the creation of a contact asks for,
// nil when it asks for none.
func (c *ctx) newContactInbox(v *contact) *contactInbox {
	value, _ := c.Params.Get("inbox_id")
	if testserver.Blank(value) {
		c.Params.Ignore("source_id")
		return nil
	}
	target := c.accountInboxOrUndo(value, v)
	var sourceID *string
	c.Params.Into("source_id", &sourceID)
	return c.buildContactInboxOrUndo(v, target, sourceID)
}

// accountInboxOrUndo takes the new contact back when there is no such inbox.
func (c *ctx) accountInboxOrUndo(value any, v *contact) *inbox {
	defer c.undoContact(v)
	box := c.accountInbox(idOf(value))
	if box == nil {
		stop(notFound())
	}
	return box
}

func (c *ctx) buildContactInboxOrUndo(v *contact, target *inbox, sourceID *string) *contactInbox {
	defer c.undoContact(v)
	return c.buildContactInbox(v, target, sourceID, false)
}

// undoContact removes a contact while the request is being ended: the real
// server creates it and its address in one transaction.
func (c *ctx) undoContact(v *contact) {
	if ended := recover(); ended != nil {
		contacts.remove(c.st, v)
		panic(ended)
	}
}

// buildContactInbox finds or makes a contact's address in an inbox. Without a
// source id it is derived from the channel, and API and website inboxes get a
// new random one each time. "" makes none: nil. It ends the request with 422
// when the contact lacks what the channel needs, with 500 when the address is
// another contact's or the channel derives none.
func (c *ctx) buildContactInbox(v *contact, target *inbox, sourceID *string, hmacVerified bool) *contactInbox {
	id := ""
	if sourceID != nil {
		id = *sourceID
	} else {
		id = deriveSourceID(v, target)
	}
	if !present(&id) {
		return nil
	}
	taken := contactInboxes.first(c.st, func(l *contactInbox) bool { return l.inboxID == target.id && l.sourceID == id })
	if taken != nil && taken.contactID == v.id {
		return taken
	}
	if taken != nil {
		c.renameSource(taken, target)
	}
	return contactInboxes.insert(c.st, &contactInbox{
		contactID: v.id, inboxID: target.id, sourceID: id, hmacVerified: hmacVerified, pubsubToken: randomText(24),
	})
}

// derived lists the channels whose addresses are a contact's own.
var derived = []string{channelEmail, channelSms, "Channel::Whatsapp", "Channel::TwilioSms"}

// renameSource gives another contact's address a new name where addresses are
// e-mails or phone numbers.
func (c *ctx) renameSource(taken *contactInbox, target *inbox) {
	if !slices.Contains(derived, target.channelType) {
		stop(crash())
	}
	taken.sourceID = string('0'+rune(taken.id%10)) + taken.sourceID
	contactInboxes.touch(c.st, taken)
}

// deriveSourceID is the address of a contact that was given none.
func deriveSourceID(v *contact, target *inbox) string {
	switch target.channelType {
	case channelAPI, channelWidget:
		return randomUUID()
	case channelEmail:
		if v.email == nil {
			stop(missingParam("contact email"))
		}
		return *v.email
	case channelSms, "Channel::Whatsapp", "Channel::TwilioSms":
		if v.phoneNumber == nil {
			stop(missingParam("contact phone number"))
		}
		return phoneSource(*v.phoneNumber, target.channelType)
	}
	stop(crash())
	return ""
}

func phoneSource(phone, channelType string) string {
	if channelType == "Channel::Whatsapp" && phone != "" {
		return phone[1:]
	}
	return phone
}

// randomUUID returns a random UUID of version 4.
func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// createContactInbox answers the address that exists already when the contact
// has it.
func createContactInbox(c *ctx) response {
	v := c.findContact("contact_id")
	inboxID, _ := c.Params.Get("inbox_id")
	target := c.findInbox(idOf(inboxID))
	var sourceID *string
	c.Params.Into("source_id", &sourceID)
	link := c.buildContactInbox(v, target, sourceID, c.Params.Bool("hmac_verified"))
	if link == nil {
		return crash()
	}
	return ok(c.contactInboxView(link))
}

func listContactableInboxes(c *ctx) response {
	v := c.findContact("id")
	out := []object{}
	for box := range inboxes.all(c.st) {
		if box.accountID != c.account.id || !c.isInboxMember(box.id) {
			continue
		}
		if id, reachable := c.contactableSource(v, box); reachable {
			out = append(out, obj("inbox", c.sourceInboxView(box), "source_id", id))
		}
	}
	return ok(obj("payload", out))
}

// contactableSource is the address under which an inbox can write to a
// contact. In API inboxes it is a new one when there is none, and nothing is
// stored.
func (c *ctx) contactableSource(v *contact, box *inbox) (sourceID string, reachable bool) {
	var last *contactInbox
	for _, l := range c.st.contactInboxesOf(v.id) {
		if l.inboxID == box.id {
			last = l
		}
	}
	switch box.channelType {
	case channelAPI:
		if last == nil {
			return randomUUID(), true
		}
		return last.sourceID, true
	case channelWidget:
		if last == nil || c.st.hasConversation(last) {
			return "", false
		}
		return last.sourceID, true
	case channelEmail:
		return textOf(v.email), present(v.email)
	case channelSms, "Channel::Whatsapp", "Channel::TwilioSms":
		return phoneSource(textOf(v.phoneNumber), box.channelType), present(v.phoneNumber)
	}
	return "", false
}

func textOf(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func (st *store) hasConversation(l *contactInbox) bool {
	return conversations.first(st, func(v *conversation) bool { return v.contactInboxID == l.id }) != nil
}

func filterContactInboxes(c *ctx) response {
	inboxID, _ := c.Params.Get("inbox_id")
	box := c.findInbox(idOf(inboxID))
	sourceID := c.Params.String("source_id")
	link := contactInboxes.first(c.st, func(l *contactInbox) bool { return l.inboxID == box.id && l.sourceID == sourceID })
	if link == nil {
		return headOnly(404)
	}
	return ok(c.contactInboxesView(contacts.find(c.st, link.contactID)))
}
