package konvertetest

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zones that the server knows, on every machine
	"unicode"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerInboxes(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/inboxes", "/api/v1/accounts/{account_id}/inboxes/{id}"
	r.get("listAllInboxes", all, listInboxes)
	r.post("inboxCreation", all, createInbox)
	r.get("GetInbox", one, showInbox)
	r.patch("updateInbox", one, updateInbox)
	r.delete("undocumented:inbox-delete", one, deleteInbox)
	r.delete("undocumented:inbox-avatar-delete", one+"/avatar", deleteInboxAvatar)
	r.get("getInboxAgentBot", one+"/agent_bot", showInboxBot)
	r.post("updateAgentBot", one+"/set_agent_bot", setInboxBot)
	r.get("undocumented:inbox-campaigns", one+"/campaigns", listInboxCampaigns)
	r.get("undocumented:inbox-assignable-agents", one+"/assignable_agents", listInboxAssignableAgents)
	r.get("undocumented:inbox-response-sources", one+"/response_sources", listResponseSources)
	r.post("undocumented:inbox-reset-secret", one+"/reset_secret", resetInboxSecret)
	r.post("undocumented:inbox-setup-channel-provider", one+"/setup_channel_provider", setupProvider)
	r.post("undocumented:inbox-sync-templates", one+"/sync_templates", syncTemplates, shape())
	r.post("undocumented:inbox-disconnect-channel-provider", one+"/disconnect_channel_provider", disconnectProvider)
	r.get("undocumented:assignable-agents", "/api/v1/accounts/{account_id}/assignable_agents", listAssignableAgents)

	const members = "/api/v1/accounts/{account_id}/inbox_members"
	r.get("get-inbox-members", members+"/{inbox_id}", listInboxMembers)
	r.post("add-new-agent-to-inbox", members, addInboxMembers)
	r.patch("update-agents-in-inbox", members, replaceInboxMembers)
	r.delete("delete-agent-in-inbox", members, removeInboxMembers)
}

// accountInbox finds an inbox of the caller's account, nil when there is none.
func (c *ctx) accountInbox(id int64) *inbox {
	in := inboxes.find(c.st, id)
	if in == nil || in.accountID != c.account.id {
		return nil
	}
	return in
}

// findInbox finds an inbox that the caller may see, or ends the request with
// 404, and with 401 for an agent who is no member.
func (c *ctx) findInbox(id int64) *inbox {
	in := c.accountInbox(id)
	if in == nil {
		stop(notFound())
	}
	if !c.isInboxMember(in.id) {
		stop(denied())
	}
	return in
}

// listInboxes sorts by name on newer servers.
func listInboxes(c *ctx) response {
	rows := inboxes.where(c.st, func(in *inbox) bool { return in.accountID == c.account.id && c.isInboxMember(in.id) })
	if c.atLeast("4.15.1") {
		slices.SortStableFunc(rows, func(a, b *inbox) int { return collate(a.name, b.name) })
	}
	return ok(obj("payload", list(rows, c.inboxView)))
}

func showInbox(c *ctx) response { return ok(c.inboxView(c.findInbox(c.id("id")))) }

// inboxColumns are the plain columns that a request may set.
var inboxColumns = []string{
	"name", "greeting_enabled", "greeting_message", "enable_email_collect", "csat_survey_enabled", "enable_auto_assignment",
	"working_hours_enabled", "out_of_office_message", "timezone", "allow_messages_after_resolved",
	"lock_to_single_conversation", "portal_id", "sender_name_type", "business_name",
}

// nullTexts turns the text "null" into null, for forms.
func (c *ctx) nullTexts() {
	for _, key := range inboxColumns {
		if v, _ := c.Params.Get(key); v == "null" {
			c.Params.Set(key, nil)
		}
	}
}

// createInbox makes the channel first, so that its problems come alone.
func createInbox(c *ctx) response {
	c.checkInboxLimit()
	c.adminOnly()
	c.nullTexts()
	p := c.Params.Hash("channel")
	if p == nil {
		return crash()
	}
	in := c.newInbox()
	c.newChannel(in, p)
	c.readInbox(in)
	in.channelID = c.st.nextID(channelKinds[in.channelType], 0)
	return ok(c.inboxView(inboxes.insert(c.st, in)))
}

// newInbox has what an inbox starts with, whatever its channel.
func (c *ctx) newInbox() *inbox {
	return &inbox{
		accountID: c.account.id, timezone: "UTC", greetingEnabled: new(false), workingHoursEnabled: new(false),
		enableEmailCollect: new(true), csatSurveyEnabled: new(false), enableAutoAssignment: new(true),
		allowMessagesAfterResolved: new(true), senderNameType: senderNameTypes[0], workingHours: newWorkingHours(),
	}
}

// checkInboxLimit ends the request with 402 when the account's plan has no
// room for another inbox.
func (c *ctx) checkInboxLimit() {
	limit, limited := c.planLimit("inboxes")
	if !limited {
		return
	}
	have := inboxes.where(c.st, func(in *inbox) bool { return in.accountID == c.account.id })
	if int64(len(have)) >= limit {
		stop(failText(402, "Account limit exceeded. Upgrade to a higher plan"))
	}
}

// planLimit is how many of a thing the account may have; limited is false when
// that is not bounded.
func (c *ctx) planLimit(thing string) (most int64, limited bool) {
	v, set := c.account.limits.Get(thing)
	n := testserver.CastInt(v)
	if !set || n == nil {
		return 0, false
	}
	return *n, true
}

// readAvatar reads an uploaded picture, nil when none came. A text in its
// place ends the request with 500.
func (c *ctx) readAvatar(p *params, faults *problems) *testserver.File {
	v, _ := p.Get("avatar")
	if testserver.Blank(v) {
		return nil
	}
	file := p.File("avatar")
	if file == nil {
		stop(crash())
	}
	faults.checkAvatar(file)
	return file
}

var senderNameTypes = []string{"friendly", "professional"}

// readInbox reads and checks the columns that all inboxes have.
func (c *ctx) readInbox(in *inbox) {
	p := c.Params
	var faults problems
	avatar := c.readAvatar(p, &faults)
	p.Into("name", &in.name)
	p.Into("greeting_enabled", &in.greetingEnabled)
	p.Into("greeting_message", &in.greetingMessage)
	p.Into("enable_email_collect", &in.enableEmailCollect)
	p.Into("csat_survey_enabled", &in.csatSurveyEnabled)
	p.Into("enable_auto_assignment", &in.enableAutoAssignment)
	p.Into("working_hours_enabled", &in.workingHoursEnabled)
	p.Into("out_of_office_message", &in.outOfOfficeMessage)
	p.Into("timezone", &in.timezone)
	p.Into("allow_messages_after_resolved", &in.allowMessagesAfterResolved)
	locked := &in.lockToSingleConversation
	p.Into("lock_to_single_conversation", &locked)
	p.Into("portal_id", &in.portalID)
	p.Into("business_name", &in.businessName)
	c.readCsatConfig(in)
	if config := p.Hash("auto_assignment_config"); config != nil {
		in.autoAssignmentConfig = permit(config, "max_assignment_limit")
	}
	c.readSenderNameType(in)
	c.checkInbox(in, &faults)
	faults.stopIf()
	if locked == nil && c.bugs() {
		stop(crash())
	}
	in.lockToSingleConversation = isOn(locked)
	if _, found := c.st.helpCenterOf(in); in.portalID != nil && !found {
		stop(crash())
	}
	if avatar != nil {
		in.avatar = c.st.storeFile(avatar)
	}
}

func (c *ctx) readSenderNameType(in *inbox) {
	if !c.Params.Has("sender_name_type") {
		return
	}
	value, known := enum(c.Params, "sender_name_type", senderNameTypes...)
	if !known || value == nil {
		stop(crash())
	}
	in.senderNameType = *value
}

func (c *ctx) checkInbox(in *inbox, faults *problems) {
	faults.checkLength("name", in.name, maxString)
	faults.checkLength("timezone", in.timezone, maxString)
	faults.checkLength("business_name", textOf(in.businessName), maxString)
	if strings.TrimSpace(in.name) == "" {
		faults.add("name", "can't be blank")
	}
	if !c.atLeast("4.2.0") && c.namesAreStrict(in) && !plainName(in.name) {
		faults.add("name", `should not start or end with symbols, and it should not have < > / \ @ characters.`)
	}
	if !knownZone(in.timezone) {
		faults.add("timezone", "is not included in the list")
	}
	if in.outOfOfficeMessage != nil {
		faults.checkLength("out_of_office_message", *in.outOfOfficeMessage, maxInboxText)
	}
	if in.greetingMessage != nil {
		faults.checkLength("greeting_message", *in.greetingMessage, maxInboxText)
	}
	if limit, set := in.autoAssignmentConfig.Get("max_assignment_limit"); set && !testserver.Blank(limit) && !positive(limit) {
		faults.add("auto_assignment_config", "max_assignment_limit must be greater than 0")
	}
	if in.channelType == "" {
		faults.add("channel", "must exist")
	}
}

// namesAreStrict reports whether the oldest servers check the name.
func (c *ctx) namesAreStrict(in *inbox) bool {
	return in.channelType == channelAPI || in.channelType == channelWidget || in.channelType == channelEmail
}

// plainName reports whether a line of the name begins and ends with a letter,
// a digit or a low line and holds no forbidden character.
func plainName(name string) bool {
	for line := range strings.SplitSeq(name, "\n") {
		letters := []rune(line)
		if len(letters) > 0 && isWord(letters[0]) && isWord(letters[len(letters)-1]) && !strings.ContainsAny(line, `<>/\@`) {
			return true
		}
	}
	return false
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func knownZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// csatConfigKeys are the plain keys of csat_config, with the values that an
// update puts in for missing ones.
func (c *ctx) csatConfigKeys() object {
	keys := obj("display_type", "emoji", "message", "")
	if c.atLeast("4.15.1") {
		keys.Set("button_text", "Please rate us")
		keys.Set("language", "en")
	}
	return keys
}

// readCsatConfig stores what was sent. An update replaces it as a whole and
// fills up what is missing; an empty one changes nothing.
func (c *ctx) readCsatConfig(in *inbox) {
	if !c.atLeast("4.2.0") {
		return
	}
	sent := c.Params.Hash("csat_config")
	if sent == nil {
		return
	}
	keys := c.csatConfigKeys()
	var names []string
	for _, m := range keys {
		names = append(names, m.Key)
	}
	config := permit(sent, names...)
	if rules := sent.Hash("survey_rules"); rules != nil {
		config.Set("survey_rules", permitRules(rules))
	}
	if in.id == 0 {
		in.csatConfig = config
		return
	}
	if len(config) > 0 {
		in.csatConfig = fillCsatConfig(config, keys)
	}
}

func permitRules(p *params) object {
	out := permit(p, "operator")
	if values, isList := p.List("values"); isList {
		out.Set("values", plainValues(values))
	}
	return out
}

// plainValues keeps the plain values of a list.
func plainValues(values []any) []any {
	out := []any{}
	for _, v := range values {
		if _, isHash := v.(*params); !isHash {
			out = append(out, v)
		}
	}
	return out
}

func fillCsatConfig(sent, initial object) object {
	out := object{}
	for _, m := range initial {
		out.Set(m.Key, m.Value)
		if v, _ := sent.Get(m.Key); v != nil {
			out.Set(m.Key, v)
		}
	}
	rules := obj("operator", "contains", "values", []any{})
	v, _ := sent.Get("survey_rules")
	given, _ := v.(object)
	for _, m := range given {
		if m.Value != nil {
			rules.Set(m.Key, m.Value)
		}
	}
	out.Set("survey_rules", rules)
	return out
}

// updateInbox stores the inbox, then its working hours, then its channel: what
// was stored stays when a later part is refused.
func updateInbox(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	c.nullTexts()
	next := *in
	c.readInbox(&next)
	next.updatedAt = c.Now
	*in = next
	c.changeWorkingHours(in)
	if p := c.Params.Hash("channel"); p != nil && p.Len() > 0 {
		c.changeChannel(in, p)
	}
	return ok(c.inboxView(in))
}

func (c *ctx) changeChannel(in *inbox, p *params) {
	if p.Has("type") {
		p.IgnoreAll()
		stop(crash())
	}
	next := *in
	c.readChannel(&next, p)
	*in = next
}

// inboxDeleted is told when an inbox is gone, before the next request. Groups
// whose records name inboxes add a function here.
var inboxDeleted = []func(st *store, inboxID int64){
	dropInboxMembers,
	dropInboxConversations,
	dropInboxWebhooks,
	dropInboxHooks,
	dropInboxCampaigns,
}

func deleteInbox(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	c.afterDelay(func() { c.st.removeInbox(in) })
	return ok(obj("message", "Your inbox deletion request will be processed in some time."))
}

func (st *store) removeInbox(in *inbox) {
	inboxes.remove(st, in)
	for _, deleted := range inboxDeleted {
		deleted(st, in.id)
	}
}

func dropInboxMembers(st *store, inboxID int64) {
	inboxMembers.removeWhere(st, func(m *inboxMember) bool { return m.inboxID == inboxID })
	agentBotInboxes.removeWhere(st, func(l *agentBotInbox) bool { return l.inboxID == inboxID })
}

func dropInboxConversations(st *store, inboxID int64) {
	contactInboxes.removeWhere(st, func(l *contactInbox) bool { return l.inboxID == inboxID })
	for _, v := range conversations.where(st, func(v *conversation) bool { return v.inboxID == inboxID }) {
		st.deleteConversation(v)
	}
}

func deleteInboxAvatar(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	in.avatar = nil
	return done()
}

// inboxCampaigns list the campaigns of an inbox. The group of the campaigns
// adds its function here.
var inboxCampaigns = []func(c *ctx, in *inbox) []object{}

func listInboxCampaigns(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	out := []object{}
	for _, campaigns := range inboxCampaigns {
		out = append(out, campaigns(c, in)...)
	}
	return ok(out)
}

// listResponseSources is left over from a feature that was taken out.
func listResponseSources(c *ctx) response {
	c.findInbox(c.id("id"))
	c.adminOnly()
	if c.bugs() {
		return crash()
	}
	return notFound()
}

// resetInboxSecret is for API inboxes; others have no secret. No answer of it
// was seen.
func resetInboxSecret(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	if in.channelType != channelAPI {
		return notFound()
	}
	in.channel.secret = randomText(24)
	return ok(obj("secret", in.channel.secret))
}

func setupProvider(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	if in.channelType != channelWhatsapp {
		return failText(422, "Channel does not support setup")
	}
	return done()
}

// syncTemplates is for inboxes of WhatsApp. There are none: the newest servers
// ask the provider when one is made, and it is out of reach.
func syncTemplates(c *ctx) response {
	c.findInbox(c.id("id"))
	c.adminOnly()
	return failText(422, "Template sync is only available for WhatsApp channels")
}

func disconnectProvider(c *ctx) response {
	in := c.findInbox(c.id("id"))
	c.adminOnly()
	if in.channelType != channelWhatsapp {
		return failText(422, "Channel does not support disconnect")
	}
	in.channel.settings.Set("connection", "close")
	return done()
}
