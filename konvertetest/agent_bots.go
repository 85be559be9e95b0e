package konvertetest

import "github.com/konverte-go/konverte/internal/testserver"

func registerAgentBots(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/agent_bots", "/api/v1/accounts/{account_id}/agent_bots/{id}"
	r.get("list-all-account-agent-bots", all, listAccountBots)
	r.post("create-an-account-agent-bot", all, createAccountBot)
	r.get("get-details-of-a-single-account-agent-bot", one, showAccountBot)
	r.patch("update-an-account-agent-bot", one, updateAccountBot)
	r.delete("delete-an-account-agent-bot", one, deleteAccountBot)
	r.delete("undocumented:agent-bot-avatar-delete", one+"/avatar", deleteAccountBotAvatar)
	r.post("undocumented:agent-bot-reset-access-token", one+"/reset_access_token", resetAccountBotToken)
	r.post("undocumented:agent-bot-reset-secret", one+"/reset_secret", resetAccountBotSecret)
}

// accessToken is the record of a bot's API token; the token itself is in the
// store's tokens.
type accessToken struct {
	record
	botID int64
}

var accessTokens = newTable[accessToken]("access token")

// newBot stores a bot with an API token of its own.
func (c *ctx) newBot(b *agentBot) *agentBot {
	if c.atLeast("4.15.1") {
		b.secret = randomText(24)
	}
	agentBots.insert(c.st, b)
	accessTokens.insert(c.st, &accessToken{botID: b.id})
	c.st.issueToken(tokenOwner{kind: ownerBot, id: b.id})
	return b
}

func (b *agentBot) token(st *store) string { return st.tokenOf(tokenOwner{kind: ownerBot, id: b.id}) }

// removeBot deletes a bot; its inboxes are without a bot at once.
func (st *store) removeBot(b *agentBot) {
	st.revokeTokens(tokenOwner{kind: ownerBot, id: b.id})
	accessTokens.removeWhere(st, func(t *accessToken) bool { return t.botID == b.id })
	agentBotInboxes.removeWhere(st, func(l *agentBotInbox) bool { return l.agentBotID == b.id })
	agentBots.remove(st, b)
}

// agentBotView is a bot as seen in the caller's account, which sees the tokens
// of its own bots only, and no address of bots of the installation.
func (c *ctx) agentBotView(b *agentBot) object {
	var token any
	if b.accountID != nil && *b.accountID == c.account.id {
		token = b.token(c.st)
	}
	return c.agentBotObject(b, token)
}

// agentBotObject renders a bot with a token, nil for none.
func (c *ctx) agentBotObject(b *agentBot, token any) object {
	o := obj("id", b.id, "name", b.name, "description", b.description)
	if c.atLeast("4.2.0") {
		o.Set("thumbnail", c.thumbURL(b.avatar))
	}
	if b.accountID != nil {
		o.Set("outgoing_url", b.outgoingURL)
	}
	o.Set("bot_type", b.botType)
	o.Set("bot_config", orEmpty(b.botConfig))
	o.Set("account_id", b.accountID)
	if token != nil {
		o.Set("access_token", token)
	}
	if token != nil && c.atLeast("4.15.1") {
		o.Set("secret", b.secret)
	}
	if c.atLeast("4.2.0") {
		o.Set("system_bot", b.accountID == nil)
	}
	return o
}

// tokenRecord is the token of a bot as the record that it is: that is how the
// bot of an inbox shows it, to agents too and for bots of every account.
func (c *ctx) tokenRecord(b *agentBot) object {
	t := accessTokens.first(c.st, func(t *accessToken) bool { return t.botID == b.id })
	if t == nil {
		return nil
	}
	return obj(
		"id", t.id, "owner_type", "AgentBot", "owner_id", b.id, "token", b.token(c.st),
		"created_at", iso(t.createdAt), "updated_at", iso(t.updatedAt),
	)
}

// reachableBot finds a bot of the account or of the installation.
func (c *ctx) reachableBot(id int64) *agentBot {
	b := agentBots.find(c.st, id)
	if b == nil || b.accountID != nil && *b.accountID != c.account.id {
		return nil
	}
	return b
}

// ownBot finds a bot of the account itself, or ends the request with 404.
func (c *ctx) ownBot() *agentBot {
	b := c.reachableBot(c.id("id"))
	if b == nil || b.accountID == nil {
		stop(notFound())
	}
	return b
}

func listAccountBots(c *ctx) response {
	return ok(list(agentBots.where(c.st, func(b *agentBot) bool { return c.reachableBot(b.id) != nil }), c.agentBotView))
}

func showAccountBot(c *ctx) response {
	b := c.reachableBot(c.id("id"))
	if b == nil {
		return notFound()
	}
	return ok(c.agentBotView(b))
}

func createAccountBot(c *ctx) response {
	c.adminOnly()
	webhook := botTypes[0]
	b := &agentBot{accountID: &c.account.id, botType: &webhook}
	c.readBot(b, c.Params)
	return ok(c.agentBotView(c.newBot(b)))
}

func updateAccountBot(c *ctx) response {
	c.adminOnly()
	b := c.ownBot()
	next := *b
	c.readBot(&next, c.Params)
	next.updatedAt = c.Now
	*b = next
	return ok(c.agentBotView(b))
}

var botTypes = []string{"webhook", "csml"}

// readBot reads and checks the columns of a bot of an account.
func (c *ctx) readBot(b *agentBot, p *params) {
	var faults problems
	avatar := c.readAvatar(p, &faults)
	p.Into("name", &b.name)
	p.Into("description", &b.description)
	p.Into("outgoing_url", &b.outgoingURL)
	c.readBotType(b, p, &faults)
	if config, sent := p.Object("bot_config"); sent && c.atLeast("4.2.0") {
		b.botConfig = config
	}
	// The picture at this address is fetched later.
	p.Ignore("avatar_url")
	c.checkBot(b, faults).stopIf()
	if avatar != nil {
		b.avatar = c.st.storeFile(avatar)
	}
}

// checkBot notes what is too long, before the problems that were found.
func (c *ctx) checkBot(b *agentBot, found problems) problems {
	var faults problems
	faults.checkLength("name", textOf(b.name), maxString)
	faults.checkLength("description", textOf(b.description), maxString)
	faults = append(faults, found...)
	faults.checkLength("outgoing_url", textOf(b.outgoingURL), maxURL)
	return faults
}

// readBotType knows two types on the oldest servers, of which the second one
// needs a configuration that cannot be sent.
func (c *ctx) readBotType(b *agentBot, p *params, faults *problems) {
	if !p.Has("bot_type") {
		return
	}
	names := botTypes
	if c.atLeast("4.2.0") {
		names = botTypes[:1]
	}
	value, known := enum(p, "bot_type", names...)
	if !known {
		stop(crash())
	}
	if value != nil && *value == "csml" {
		faults.add("bot_config", "Invalid Bot Configuration")
	}
	b.botType = value
}

func deleteAccountBot(c *ctx) response {
	c.adminOnly()
	b := c.ownBot()
	c.st.removeBot(b)
	return done()
}

func deleteAccountBotAvatar(c *ctx) response {
	c.adminOnly()
	b := c.ownBot()
	b.avatar = nil
	return ok(c.agentBotView(b))
}

func resetAccountBotToken(c *ctx) response {
	c.adminOnly()
	b := c.ownBot()
	c.st.issueToken(tokenOwner{kind: ownerBot, id: b.id})
	if t := accessTokens.first(c.st, func(t *accessToken) bool { return t.botID == b.id }); t != nil {
		accessTokens.touch(c.st, t)
	}
	return ok(c.agentBotView(b))
}

// resetAccountBotSecret answers with the secret alone; no answer of it was
// seen.
func resetAccountBotSecret(c *ctx) response {
	c.adminOnly()
	b := c.ownBot()
	b.secret = randomText(24)
	return ok(obj("secret", b.secret))
}

// botOfInbox is the bot attached to an inbox, nil when there is none.
func (st *store) botOfInbox(inboxID int64) *agentBot {
	link := st.botLink(inboxID)
	if link == nil {
		return nil
	}
	return agentBots.find(st, link.agentBotID)
}

func (st *store) botLink(inboxID int64) *agentBotInbox {
	return agentBotInboxes.first(st, func(l *agentBotInbox) bool { return l.inboxID == inboxID })
}

func showInboxBot(c *ctx) response {
	b := c.st.botOfInbox(c.findInbox(c.id("id")).id)
	if b == nil {
		return ok(object{})
	}
	return ok(obj("agent_bot", c.agentBotObject(b, c.tokenRecord(b))))
}

// setInboxBot takes a bot of another account too on older servers; null or
// nothing takes the bot away.
func setInboxBot(c *ctx) response {
	in := c.findInbox(c.id("id"))
	b := c.askedBot()
	c.adminOnly()
	link := c.st.botLink(in.id)
	switch {
	case b != nil && link != nil:
		link.agentBotID = b.id
		agentBotInboxes.touch(c.st, link)
	case b != nil:
		agentBotInboxes.insert(c.st, &agentBotInbox{accountID: c.account.id, inboxID: in.id, agentBotID: b.id, status: "active"})
	case link != nil:
		agentBotInboxes.remove(c.st, link)
	}
	return done()
}

func (c *ctx) askedBot() *agentBot {
	v, _ := c.Params.Get("agent_bot")
	if v == nil || v == false {
		return nil
	}
	var b *agentBot
	if n := testserver.CastInt(v); n != nil {
		b = agentBots.find(c.st, *n)
	}
	if b == nil || c.atLeast("4.15.1") && c.reachableBot(b.id) == nil {
		stop(notFound())
	}
	return b
}
