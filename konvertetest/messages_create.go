package konvertetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

const (
	contentText   = "text"
	contentSurvey = "input_csat"
	contentEmail  = "input_email"
)

var (
	messageTypes = []string{"incoming", "outgoing", "activity", "template"}
	contentTypes = []string{
		contentText, "input_text", "input_textarea", contentEmail, "input_select", "cards", "form", "article",
		"incoming_email", contentSurvey, "integrations", "sticker",
	}
)

// maxContent is the length of the longest message, in characters.
const maxContent = 150_000

// messagesPerMinute is how many messages one conversation takes in a minute,
// those of the server itself included.
const messagesPerMinute = 200

// messageFault is why a message cannot be: failed validations, or the text of
// an exception.
type messageFault struct {
	problems problems
	text     string
}

func textFault(text string) *messageFault { return &messageFault{text: text} }

// answer is what the messages endpoint makes of it.
func (f *messageFault) answer() response {
	text := f.text
	if len(f.problems) > 0 {
		text = "Validation failed: " + f.problems.sentence()
	}
	return failText(http.StatusUnprocessableEntity, text)
}

// firstMessage reads the message that a new conversation brings along, nil for
// none. Failures are those of the conversations endpoint.
func (c *ctx) firstMessage(v *conversation) *message {
	if c.Params.Blank("message") {
		return nil
	}
	sent, _ := c.Params.Get("message")
	p, isHash := sent.(*params)
	if !isHash {
		stop(crash())
	}
	m, fault := c.buildMessage(v, p)
	if fault == nil {
		return m
	}
	fault.problems.stopIf()
	stop(crash())
	return nil
}

// buildMessage reads a message and checks it; nothing is stored yet.
func (c *ctx) buildMessage(v *conversation, p *params) (*message, *messageFault) {
	box := inboxes.find(c.st, v.inboxID)
	typeText := "outgoing"
	sentType, _ := p.Get("message_type")
	if sentType == false {
		sentType = nil
	}
	if sentType != nil {
		typeText = textOf(testserver.CastString(sentType))
	}
	if typeText == "incoming" && box.channelType != channelAPI {
		return nil, textFault("Incoming messages are only allowed in Api inboxes")
	}
	m := &message{accountID: v.accountID, inboxID: v.inboxID, conversationID: v.id}
	if fault := readMessageTypes(p, m, sentType); fault != nil {
		return nil, fault
	}
	m.content, m.sourceID = rubyText(p, "content"), rubyText(p, "source_id")
	m.private = p.Bool("private")
	p.Ignore("echo_id")
	c.readSender(v, p, m, sentType == nil || sentType == "outgoing")
	attributes := sentAttributes(p)
	c.readContentAttributes(v, p, m, attributes)
	readAdditional(p, m)
	files, fault := c.readAttachments(p)
	if fault != nil {
		return nil, fault
	}
	m.attachments = files
	if fault := c.readEmails(box, p, m); fault != nil {
		return nil, fault
	}
	return m, c.checkMessage(v, m)
}

// readMessageTypes reads message_type (a name, or a JSON number) and
// content_type.
func readMessageTypes(p *params, m *message, sentType any) *messageFault {
	m.messageType = messageOutgoing
	switch v := sentType.(type) {
	case nil:
	case json.Number:
		n, err := v.Int64()
		if err != nil || n < 0 || int(n) >= len(messageTypes) {
			return textFault(fmt.Sprintf("'%s' is not a valid message_type", v))
		}
		m.messageType = int(n)
	default:
		text, _ := v.(string)
		m.messageType = slices.Index(messageTypes, text)
		if m.messageType < 0 {
			return textFault(fmt.Sprintf("'%s' is not a valid message_type", rubyString(v)))
		}
	}
	contentType, known := enum(p, "content_type", contentTypes...)
	if !known {
		sent, _ := p.Get("content_type")
		return textFault(fmt.Sprintf("'%s' is not a valid content_type", rubyString(sent)))
	}
	m.contentType = contentText
	if contentType != nil {
		m.contentType = *contentType
	}
	return nil
}

// readSender sets who sends: the caller or the bot that he names, and the
// contact for all but messages that go out.
func (c *ctx) readSender(v *conversation, p *params, m *message, goesOut bool) {
	p.Ignore("sender_type", "sender_id")
	switch {
	case !goesOut:
		m.senderType, m.senderID = senderContact, v.contactID
	case c.namedBot(p) != nil:
		m.senderType, m.senderID = senderBot, c.namedBot(p).id
	case c.bot != nil:
		m.senderType, m.senderID = senderBot, c.bot.id
	default:
		m.senderType, m.senderID = senderUser, c.user.id
	}
}

func (c *ctx) namedBot(p *params) *agentBot {
	if p.String("sender_type") != senderBot {
		return nil
	}
	b := agentBots.find(c.st, p.Int("sender_id"))
	if b == nil || b.accountID != nil && *b.accountID != c.account.id {
		return nil
	}
	return b
}

// sentAttributes reads content_attributes: an object, or its JSON text. What
// is neither counts as none.
func sentAttributes(p *params) object {
	v, _ := p.Get("content_attributes")
	switch v := v.(type) {
	case *params:
		return v.AsObject()
	case string:
		parsed, err := testserver.ParseJSON([]byte(v))
		if o, isObject := parsed.(object); err == nil && isObject {
			return o
		}
	}
	return object{}
}

// keptAttributes are the keys of content_attributes that older servers keep.
func (c *ctx) keptAttributes() []string {
	if c.atLeast("4.2.0") {
		return []string{"items", "in_reply_to", "is_reaction"}
	}
	return []string{"items", "in_reply_to"}
}

// readContentAttributes sets what is kept of content_attributes.
func (c *ctx) readContentAttributes(v *conversation, p *params, m *message, sent object) {
	kept := object{}
	for _, member := range sent {
		if c.atLeast("4.15.1") || slices.Contains(c.keptAttributes(), member.Key) && member.Value != nil {
			kept.Set(member.Key, member.Value)
		}
	}
	if id, _ := sent.Get("in_reply_to"); !testserver.Blank(id) {
		c.resolveReply(v, &kept, id)
	}
	if !p.Blank("external_created_at") {
		value, _ := p.Get("external_created_at")
		kept.Set("external_created_at", testserver.AsJSON(value))
	}
	if rule, _ := sent.Get("automation_rule_id"); rule != nil {
		kept = obj("automation_rule_id", rule)
	}
	m.contentAttributes = kept
}

// resolveReply finds the message that is answered; both keys are null for one
// that is not in the conversation.
func (c *ctx) resolveReply(v *conversation, kept *object, id any) {
	kept.Set("in_reply_to", nil)
	kept.Set("in_reply_to_external_id", nil)
	original := messages.find(c.st, intOrZero(id))
	if original == nil || v.id == 0 || original.conversationID != v.id {
		return
	}
	kept.Set("in_reply_to", original.id)
	kept.Set("in_reply_to_external_id", original.sourceID)
}

// readAdditional sets what the answer does not show: campaign and template.
func readAdditional(p *params, m *message) {
	m.additionalAttributes = object{}
	if !p.Blank("campaign_id") {
		v, _ := p.Get("campaign_id")
		m.additionalAttributes = obj("campaign_id", testserver.AsJSON(v))
	}
	if !p.Blank("template_params") {
		v, _ := p.Get("template_params")
		m.additionalAttributes = obj("template_params", testserver.AsJSON(v))
	}
}

var mailAddress = regexp.MustCompile(`^[a-zA-Z0-9.!#$%&'*+/=?^_` + "`" + `{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`)

// readEmails sets the recipients of a message in an e-mail inbox; elsewhere
// they are ignored.
func (c *ctx) readEmails(box *inbox, p *params, m *message) *messageFault {
	keys := []string{"cc_emails", "bcc_emails", "to_emails"}
	p.Ignore(keys...)
	if box.channelType != channelEmail {
		return nil
	}
	for _, key := range keys {
		addresses := []string{}
		if text := strings.Join(strings.Fields(p.String(key)), ""); text != "" {
			addresses = strings.Split(text, ",")
		}
		if slices.ContainsFunc(addresses, func(a string) bool { return !mailAddress.MatchString(a) }) {
			return textFault("Invalid email address")
		}
		m.contentAttributes.Set(key, addresses)
	}
	if c.atLeast("4.15.1") && !m.private && textOf(m.content) != "" {
		m.contentAttributes.Set("email", emailContent(*m.content))
	}
	return nil
}

// emailContent is the text of an e-mail in both of its forms.
func emailContent(text string) object {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var html strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		html.WriteString("<p>" + htmlText.Replace(paragraph) + "</p>\n")
	}
	return obj(
		"html_content", obj("full", html.String(), "reply", html.String()),
		"text_content", obj("full", text, "reply", text),
	)
}

var htmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "<br />\n")

// checkMessage applies the rules of messages in the order of the real server.
func (c *ctx) checkMessage(v *conversation, m *message) *messageFault {
	var faults problems
	if c.flooded(v) {
		faults.addBase("Too many messages")
	}
	if text := checkItems(m, &faults); text != "" {
		return textFault(text)
	}
	checkTemplate(m, &faults)
	if len([]rune(textOf(m.content))) > maxContent {
		faults.add("content", "is too long (maximum is 150000 characters)")
	}
	if len(faults) == 0 {
		return nil
	}
	return &messageFault{problems: faults}
}

func (c *ctx) flooded(v *conversation) bool {
	since, n := c.Now.Add(-time.Minute), 0
	for m := range messages.all(c.st) {
		if v.id != 0 && m.conversationID == v.id && !m.createdAt.Before(since) {
			n++
		}
	}
	return n >= messagesPerMinute
}

// itemKeys are the keys that the items of a content type may have.
var itemKeys = map[string][]string{
	"input_select": {"title", "value"},
	"cards":        {"title", "description", "media_url", "actions"},
	"form":         {"type", "placeholder", "label", "name", "options", "default", "required", "pattern", "title", "pattern_error"},
	"article":      {"title", "description", "link"},
}

var actionKeys = []string{"text", "type", "payload", "uri"}

// checkItems notes the problems of items. It returns the text of an exception
// where the real server ends in one.
func checkItems(m *message, faults *problems) string {
	allowed, needs := itemKeys[m.contentType]
	if !needs {
		return ""
	}
	v, _ := m.contentAttributes.Get("items")
	if v == nil {
		return "undefined method `reject' for nil"
	}
	items, isList := v.([]any)
	if !isList {
		return "undefined method `reject' for an instance of " + rubyClass(v)
	}
	if len(items) == 0 {
		faults.add("content_attributes", "At least one item is required.")
	}
	var invalid []string
	for _, item := range items {
		o, isObject := item.(object)
		if !isObject {
			return "undefined method `keys' for an instance of " + rubyClass(item)
		}
		invalid = append(invalid, otherKeys(o, allowed)...)
	}
	if len(invalid) > 0 {
		faults.add("content_attributes", "contains invalid keys for items : ["+strings.Join(invalid, ", ")+"]")
	}
	if m.contentType == "cards" {
		checkActions(items, faults)
	}
	return ""
}

func otherKeys(o object, allowed []string) []string {
	var out []string
	for _, member := range o {
		if !slices.Contains(allowed, member.Key) {
			out = append(out, ":"+member.Key)
		}
	}
	return out
}

func checkActions(items []any, faults *problems) {
	var invalid []string
	for _, item := range items {
		v, _ := item.(object).Get("actions")
		actions, _ := v.([]any)
		if len(actions) == 0 {
			faults.add("content_attributes", "contains items missing actions")
			return
		}
		for _, a := range actions {
			action, _ := a.(object)
			invalid = append(invalid, otherKeys(action, actionKeys)...)
		}
	}
	if len(invalid) > 0 {
		faults.add("content_attributes", "contains invalid keys for actions:  ["+strings.Join(invalid, ", ")+"]")
	}
}

// checkTemplate checks template_params: an object with a name.
func checkTemplate(m *message, faults *problems) {
	v, sent := m.additionalAttributes.Get("template_params")
	if !sent {
		return
	}
	o, isObject := v.(object)
	if !isObject {
		faults.add("template_params", "must be of type hash")
		return
	}
	if _, named := o.Get("name"); !named {
		faults.add("name", "is required")
	}
	for _, member := range o {
		_, isText := member.Value.(string)
		_, isHash := member.Value.(object)
		switch {
		case slices.Contains([]string{"name", "category", "language", "namespace"}, member.Key) && !isText:
			faults.add(member.Key, "must be of type string")
		case member.Key == "processed_params" && !isHash:
			faults.add(member.Key, "must be of type hash")
		}
	}
}

// insertMessage stores a message with everything that it brings about.
func (c *ctx) insertMessage(v *conversation, m *message) {
	c.storeMessage(v, m)
	c.sendTemplates(v, m)
}

// storeMessage stores a message and what it changes, without the server's own
// messages that may follow.
func (c *ctx) storeMessage(v *conversation, m *message) {
	m.accountID, m.inboxID, m.conversationID, m.status = v.accountID, v.inboxID, v.id, "sent"
	if m.contentType == "" {
		m.contentType = contentText
	}
	c.fillIn(v, m)
	m.createdAt = c.Now
	messages.insert(c.st, m)
	m.processedMessageContent = c.shownContent(m)
	for _, a := range m.attachments {
		c.storeAttachment(m, a)
	}
	conversations.touch(c.st, v)
	c.reopen(v, m)
	v.lastActivityAt = m.createdAt
	c.noteReply(v, m)
	c.noteMentions(v, m)
	c.dispatch(event{name: eventMessageCreated, conversation: v, message: m})
	if k := contacts.find(c.st, m.senderID); m.senderType == senderContact && k != nil {
		k.lastActivityAt = c.Now
		contacts.touch(c.st, k)
	}
}

func (c *ctx) storeAttachment(m *message, a *attachment) {
	a.messageID = m.id
	if a.file.id == 0 {
		blobs.insert(c.st, a.file)
	}
	attachments.insert(c.st, a)
	c.Later(a.analyse)
}

// reopen opens a snoozed or resolved conversation that a message comes into,
// unless its contact is blocked. With a bot in the inbox it is pending.
func (c *ctx) reopen(v *conversation, m *message) {
	if m.messageType != messageIncoming || c.muted(v) {
		return
	}
	switch v.status {
	case statusSnoozed:
		c.changeConversation(v, func(v *conversation) { v.status = statusOpen })
	case statusResolved:
		by, status := *c, statusOpen
		box := inboxes.find(c.st, v.inboxID)
		by.byMessage = box != nil && box.channelType == channelAPI && !m.private && m.senderType == senderContact
		if c.st.activeBot(v.inboxID) {
			by.byMessage, status = false, statusPending
		}
		by.changeConversation(v, func(v *conversation) { v.status = status })
	}
}

// noteReply keeps when the first reply of a human was given and since when the
// contact waits for one.
func (c *ctx) noteReply(v *conversation, m *message) {
	_, byRule := m.contentAttributes.Get("automation_rule_id")
	_, byCampaign := m.additionalAttributes.Get("campaign_id")
	human := m.messageType == messageOutgoing && m.senderType == senderUser && !byRule && !byCampaign
	switch {
	case human && !m.private:
		before := *v
		if v.firstReplyCreatedAt.IsZero() {
			v.firstReplyCreatedAt = m.createdAt
			c.dispatch(event{name: eventFirstReply, conversation: v, message: m, before: &before})
		} else if !v.waitingSince.IsZero() {
			c.dispatch(event{name: eventReply, conversation: v, message: m, before: &before})
		}
		v.waitingSince = time.Time{}
	case m.messageType == messageOutgoing && m.senderType == senderBot && !m.private && c.atLeast("4.15.1"):
		v.waitingSince = time.Time{}
	case m.messageType == messageIncoming && v.waitingSince.IsZero():
		v.waitingSince = m.createdAt
	}
}
