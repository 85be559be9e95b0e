package konvertetest

import (
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// ctx is one request in a handler.
type ctx struct {
	*testserver.Exchange
	cfg *config
	st  *store
	srv *Server

	// account is set below /api/v1/accounts/{account_id} and /api/v2/….
	account *account
	// user and member are set when a user's token came; member is nil outside
	// an account. bot and platform are set when theirs came.
	user     *user
	member   *accountUser
	bot      *agentBot
	platform *platformApp
	// rule is set while an automation rule acts: nobody asks then.
	rule *automationRule
	// byMessage is set while a message of the contact opens a conversation.
	byMessage bool
}

// atLeast reports whether the server is of that version or newer.
func (c *ctx) atLeast(version string) bool {
	i := slices.Index(versions, version)
	if i < 0 {
		panic("konvertetest: no version " + version)
	}
	return c.cfg.version >= i
}

// bugs reports whether plain bugs of the real server are wanted.
func (c *ctx) bugs() bool { return c.cfg.bugs }

// id casts a value of the path to an id, 0 when it is no number.
func (c *ctx) id(name string) int64 { return testserver.LeadingInt(c.Path[name]) }

// require returns the hash under a wrapper key and ends the request with 422
// when it is absent or empty, with 500 when it is no hash.
func (c *ctx) require(key string) *params {
	if c.Params.Blank(key) {
		stop(missingParam(key))
	}
	v, _ := c.Params.Get(key)
	h, isHash := v.(*params)
	if !isHash {
		stop(crash())
	}
	return h
}

// isAdmin reports whether a user of the account's administrators asks.
func (c *ctx) isAdmin() bool { return c.member != nil && c.member.isAdmin() }

// adminOnly ends the request with 401 unless an administrator asks. Call it
// where the real server does: usually after the record was looked up.
func (c *ctx) adminOnly() {
	if !c.isAdmin() {
		stop(denied())
	}
}

// can reports whether an administrator asks, or an agent whose custom role has
// the permission.
func (c *ctx) can(permission string) bool {
	if c.isAdmin() {
		return true
	}
	role := c.st.customRoleOf(c.member)
	return role != nil && slices.Contains(role.permissions, permission)
}

// access says whose token a route takes.
type access int

const (
	accessNone access = iota
	accessUser
	accessAccount
	accessPlatform
)

// accessOf derives the access of a route from its path.
func accessOf(pattern string) access {
	switch {
	case strings.HasPrefix(pattern, "/platform/"):
		return accessPlatform
	case strings.HasPrefix(pattern, "/api/v1/accounts/{account_id}/"), strings.HasPrefix(pattern, "/api/v2/accounts/{account_id}/"):
		return accessAccount
	case strings.HasPrefix(pattern, "/api/v1/widget/"), strings.HasPrefix(pattern, "/public/"), strings.HasPrefix(pattern, "/survey/"), pattern == "/api":
		return accessNone
	default:
		return accessUser
	}
}

// authorize finds out who asks and ends the request with 401 or 404 when he
// may not.
func (c *ctx) authorize(rt *route) {
	switch rt.access {
	case accessNone:
	case accessPlatform:
		c.authorizePlatform()
	default:
		c.authorizeToken(rt)
		if rt.access == accessAccount {
			c.enterAccount()
		}
	}
}

// token returns the credential of the request. The dashed spelling wins when
// both are sent; a blank one counts as none.
func (c *ctx) token() string {
	h := c.Request.Header
	if token := h.Get("Api-Access-Token"); token != "" {
		return strings.TrimSpace(token)
	}
	for key, values := range h {
		if strings.EqualFold(key, "api_access_token") && len(values) > 0 {
			return strings.TrimSpace(values[0])
		}
	}
	return ""
}

func (c *ctx) authorizePlatform() {
	owner, known := c.st.tokens[c.token()]
	if !known || owner.kind != ownerPlatform {
		stop(failText(401, "Invalid access_token"))
	}
	c.platform = platformApps.find(c.st, owner.id)
}

func (c *ctx) authorizeToken(rt *route) {
	token := c.token()
	if token == "" {
		stop(jsonAnswer(401, typeJSON, obj("errors", []string{"You need to sign in or sign up before continuing."})))
	}
	owner, known := c.st.tokens[token]
	if !known {
		stop(failText(401, "Invalid Access Token"))
	}
	ofPlatform := owner.kind == ownerPlatform && c.atLeast("4.15.1")
	if owner.kind != ownerUser && (ofPlatform || !c.takesBots(rt)) {
		stop(failText(401, "Access to this endpoint is not authorized for bots"))
	}
	switch owner.kind {
	case ownerUser:
		c.user = users.find(c.st, owner.id)
	case ownerBot:
		c.bot = agentBots.find(c.st, owner.id)
	case ownerPlatform:
		c.platform = platformApps.find(c.st, owner.id)
	}
}

func (c *ctx) takesBots(rt *route) bool { return rt.botsSince != "" && c.atLeast(rt.botsSince) }

// enterAccount finds the account of the path and checks that the caller may
// act in it. A platform app passes, as on the real server.
func (c *ctx) enterAccount() {
	acc := accounts.find(c.st, c.id("account_id"))
	if acc == nil {
		stop(notFound())
	}
	c.account = acc
	if acc.status == statusSuspended {
		stop(failText(401, "Account is suspended"))
	}
	switch {
	case c.user != nil:
		c.member = c.st.member(acc.id, c.user.id)
		if c.member == nil {
			stop(failText(401, "You are not authorized to access this account"))
		}
	case c.bot != nil && !c.botMayEnter():
		stop(failText(401, "Bot is not authorized to access this account"))
	}
}

// botMayEnter reports whether the bot is attached to an inbox of the account,
// or on newer servers belongs to the account.
func (c *ctx) botMayEnter() bool {
	if c.atLeast("4.15.1") && c.bot.accountID != nil && *c.bot.accountID == c.account.id {
		return true
	}
	return agentBotInboxes.first(c.st, func(l *agentBotInbox) bool {
		return l.agentBotID == c.bot.id && l.accountID == c.account.id
	}) != nil
}
