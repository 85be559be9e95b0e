package konvertetest

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerPlatform(r *router) {
	const accounts, account = "/platform/api/v1/accounts", "/platform/api/v1/accounts/{id}"
	r.get("undocumented:platform-account-list", accounts, listPlatformAccounts)
	r.post("create-an-account", accounts, createPlatformAccount)
	r.get("get-details-of-an-account", account, showPlatformAccount)
	r.patch("update-an-account", account, updatePlatformAccount)
	r.delete("delete-an-account", account, deletePlatformAccount)

	const members = accounts + "/{account_id}/account_users"
	r.get("list-all-account-users", members, listAccountUsers)
	r.post("create-an-account-user", members, createAccountUser)
	r.delete("delete-an-account-user", members, deleteAccountUser)

	const bots, bot = "/platform/api/v1/agent_bots", "/platform/api/v1/agent_bots/{id}"
	r.get("list-all-agent-bots", bots, listPlatformBots)
	r.post("create-an-agent-bot", bots, createPlatformBot)
	r.get("get-details-of-a-single-agent-bot", bot, showPlatformBot)
	r.patch("update-an-agent-bot", bot, updatePlatformBot)
	r.delete("delete-an-agent-bot", bot, deletePlatformBot)
	r.delete("undocumented:platform-agent-bot-avatar-delete", bot+"/avatar", deletePlatformBotAvatar)

	const users, user = "/platform/api/v1/users", "/platform/api/v1/users/{id}"
	r.post("create-a-user", users, createPlatformUser)
	r.get("get-details-of-a-user", user, showPlatformUser)
	r.patch("update-a-user", user, updatePlatformUser)
	r.delete("delete-a-user", user, deletePlatformUser)
	r.get("get-sso-url-of-a-user", user+"/login", showLoginURL)
	r.post("undocumented:platform-user-token", user+"/token", showUserToken)
}

// permissible says that a platform app may touch an account, a user or a bot.
type permissible struct {
	record
	appID    int64
	kind     string // account, user, agent bot
	targetID int64
}

var permissibles = newTable[permissible]("permissible")

const (
	ofAccount = "account"
	ofUser    = "user"
	ofBot     = "agent bot"
)

func (c *ctx) mayTouch(kind string, id int64) bool {
	return permissibles.first(c.st, func(p *permissible) bool {
		return p.appID == c.platform.id && p.kind == kind && p.targetID == id
	}) != nil
}

func (c *ctx) permit(kind string, id int64) {
	if !c.mayTouch(kind, id) {
		permissibles.insert(c.st, &permissible{appID: c.platform.id, kind: kind, targetID: id})
	}
}

// touchable ends the request with 404 when there is no such record, with 401
// when the app may not touch it.
func (c *ctx) touchable(found bool, kind string, id int64) {
	if !found {
		stop(railsError(404))
	}
	if !c.mayTouch(kind, id) {
		stop(failText(401, "Non permissible resource"))
	}
}

func (c *ctx) platformAccount(param string) *account {
	id := c.id(param)
	acc := accounts.find(c.st, id)
	c.touchable(acc != nil, ofAccount, id)
	return acc
}

func (c *ctx) platformUser() *user {
	id := c.id("id")
	u := users.find(c.st, id)
	c.touchable(u != nil, ofUser, id)
	return u
}

func (c *ctx) platformBot() *agentBot {
	id := c.id("id")
	b := agentBots.find(c.st, id)
	c.touchable(b != nil, ofBot, id)
	return b
}

func platformAccountView(acc *account) object {
	return obj(
		"id", acc.id,
		"name", acc.name,
		"locale", acc.locale,
		"domain", acc.domain,
		"support_email", acc.supportEmail,
		"features", acc.featuresView(),
		"custom_attributes", orEmpty(acc.customAttributes),
		"limits", orEmpty(acc.limits),
		"status", acc.status,
	)
}

// featuresView lists the features that are on.
func (acc *account) featuresView() object {
	var names []string
	for name, on := range acc.features {
		if on {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	out := object{}
	for _, name := range names {
		out.Set(name, true)
	}
	return out
}

func listPlatformAccounts(c *ctx) response {
	rows := accounts.where(c.st, func(acc *account) bool { return c.mayTouch(ofAccount, acc.id) })
	return ok(list(rows, platformAccountView))
}

func createPlatformAccount(c *ctx) response {
	acc := account{locale: "en", status: statusActive, features: map[string]bool{}}
	for _, name := range c.cfg.initialFeatures() {
		acc.features[name] = true
	}
	c.readPlatformAccount(&acc)
	accounts.insert(c.st, &acc)
	c.permit(ofAccount, acc.id)
	return ok(platformAccountView(&acc))
}

func showPlatformAccount(c *ctx) response { return ok(platformAccountView(c.platformAccount("id"))) }

func updatePlatformAccount(c *ctx) response {
	acc := c.platformAccount("id")
	next := *acc
	c.readPlatformAccount(&next)
	*acc = next
	accounts.touch(c.st, acc)
	return ok(platformAccountView(acc))
}

// accountLocales are the languages of an account, in the order of their
// numbers.
var accountLocales = []string{
	"en", "ar", "nl", "fr", "de", "hi", "it", "ja", "ko", "pt", "ru", "zh", "es", "ml", "ca", "el", "pt_BR", "ro", "ta", "fa",
	"zh_TW", "vi", "da", "tr", "cs", "fi", "id", "sv", "hu", "no", "zh_CN", "pl", "sk", "uk", "th", "lv", "is", "he", "lt", "sr",
}

func (c *ctx) readPlatformAccount(acc *account) {
	p := c.Params
	var faults problems
	acc.name = c.neededName(p, acc.name, acc.id == 0, &faults)
	p.Into("domain", &acc.domain)
	p.Into("support_email", &acc.supportEmail)
	acc.locale = mustEnum(p, "locale", acc.locale, accountLocales...)
	acc.status = mustEnum(p, "status", acc.status, statusActive, statusSuspended)
	if attributes, sent := p.Object("custom_attributes"); sent {
		acc.customAttributes = attributes
	}
	if limits, sent := p.Object("limits"); sent {
		acc.limits = limits
	}
	faults = append(acc.tooLong(), faults...)
	faults.checkLength("domain", textOf(acc.domain), longestDomain)
	if slices.ContainsFunc(acc.limits, func(m testserver.Member) bool { return !slices.Contains(limitNames, m.Key) }) {
		faults.add("limits", ": Invalid data")
	}
	faults.stopIf()
	c.switchFeatures(acc, p)
}

var limitNames = []string{"agents", "inboxes", "captain_responses", "captain_documents"}

// neededName reads a name that the database needs: without one older servers
// fail, and newer ones want it to be more than blank.
func (c *ctx) neededName(p *params, name string, isNew bool, faults *problems) string {
	v, sent := p.Get("name")
	p.Into("name", &name)
	none := v == nil && (sent || isNew)
	switch {
	case !none && (!c.atLeast("4.15.1") || strings.TrimSpace(name) != ""):
		return name
	case !c.atLeast("4.15.1") && c.bugs():
		stop(crash())
	}
	faults.add("name", "can't be blank")
	return name
}

// mustEnum reads an enumerated column that is never null here and ends the
// request with 500 for an unknown value.
func mustEnum(p *params, key, current string, names ...string) string {
	value, known := enum(p, key, names...)
	if !known {
		stop(crash())
	}
	if value == nil {
		return current
	}
	return *value
}

// switchFeatures turns features on and off one by one. Whatever is not blank
// turns them on, the text "false" too.
func (c *ctx) switchFeatures(acc *account, p *params) {
	sent := p.Hash("features")
	if sent == nil {
		return
	}
	next := map[string]bool{}
	for name, on := range acc.features {
		next[name] = on
	}
	for _, name := range sent.Keys() {
		if !c.knowsFeature(name) {
			stop(crash())
		}
		next[name] = !sent.Blank(name)
	}
	acc.features = next
}

func deletePlatformAccount(c *ctx) response {
	acc := c.platformAccount("id")
	c.afterDelay(func() { c.st.removeAccount(acc) })
	return done()
}

func (st *store) removeAccount(acc *account) {
	accounts.remove(st, acc)
	accountUsers.removeWhere(st, func(m *accountUser) bool { return m.accountID == acc.id })
	for _, in := range inboxes.where(st, func(in *inbox) bool { return in.accountID == acc.id }) {
		st.removeInbox(in)
	}
	for _, b := range agentBots.where(st, func(b *agentBot) bool { return b.accountID != nil && *b.accountID == acc.id }) {
		st.removeBot(b)
	}
}

// accountUserView is a membership as the database has it.
func (c *ctx) accountUserView(m *accountUser) object {
	o := obj(
		"id", m.id,
		"account_id", m.accountID,
		"user_id", m.userID,
		"role", m.role,
		"inviter_id", m.inviterID,
		"created_at", iso(m.createdAt),
		"updated_at", iso(m.updatedAt),
		"active_at", iso(m.activeAt),
		"availability", m.availability,
		"auto_offline", m.autoOffline,
		"custom_role_id", m.customRoleID,
	)
	if c.atLeast("4.15.1") {
		o.Set("agent_capacity_policy_id", m.capacityPolicyID)
	}
	return o
}

func listAccountUsers(c *ctx) response {
	acc := c.platformAccount("account_id")
	rows := accountUsers.where(c.st, func(m *accountUser) bool { return m.accountID == acc.id })
	return ok(list(rows, c.accountUserView))
}

// createAccountUser changes the role of a user who is a member already.
func createAccountUser(c *ctx) response {
	acc := c.platformAccount("account_id")
	userID := c.Params.Int("user_id")
	role := mustEnum(c.Params, "role", "", roles...)
	m := c.st.member(acc.id, userID)
	switch {
	case users.find(c.st, userID) == nil:
		var faults problems
		faults.add("user", "must exist")
		return faults.fail()
	case m == nil:
		m = c.st.join(acc.id, userID, cmp.Or(role, roleAgent))
	case role != "" && (m.role == nil || *m.role != role):
		m.role = &role
		accountUsers.touch(c.st, m)
	}
	return ok(c.accountUserView(m))
}

// deleteAccountUser is content with users who are no members. The user stays.
func deleteAccountUser(c *ctx) response {
	acc := c.platformAccount("account_id")
	if m := c.st.member(acc.id, c.Params.Int("user_id")); m != nil {
		accountUsers.remove(c.st, m)
		c.Later(func() { c.st.tellMemberLeft(m) })
	}
	return done()
}

func (st *store) tellMemberLeft(m *accountUser) {
	for _, left := range memberLeft {
		left(st, m.accountID, m.userID)
	}
}

// platformBotView shows the name of the bot as its address on older servers.
func (c *ctx) platformBotView(b *agentBot) object {
	address := b.outgoingURL
	if !c.atLeast("4.15.1") && c.bugs() {
		address = b.name
	}
	return obj(
		"id", b.id, "name", b.name, "description", b.description, "outgoing_url", address,
		"account_id", b.accountID, "access_token", b.token(c.st),
	)
}

// listPlatformBots fails for ever on older servers once a bot of the app was
// deleted.
func listPlatformBots(c *ctx) response {
	rows := []*agentBot{}
	for p := range permissibles.all(c.st) {
		if p.appID != c.platform.id || p.kind != ofBot {
			continue
		}
		b := agentBots.find(c.st, p.targetID)
		if b == nil && !c.atLeast("4.15.1") && c.bugs() {
			return crash()
		}
		if b != nil {
			rows = append(rows, b)
		}
	}
	return ok(list(rows, c.platformBotView))
}

// createPlatformBot takes any account, known or not; none makes a bot of the
// whole installation.
func createPlatformBot(c *ctx) response {
	webhook := botTypes[0]
	b := &agentBot{botType: &webhook}
	c.readPlatformBot(b)
	c.newBot(b)
	c.permit(ofBot, b.id)
	return ok(c.platformBotView(b))
}

func (c *ctx) readPlatformBot(b *agentBot) {
	p := c.Params
	var faults problems
	avatar := c.readAvatar(p, &faults)
	p.Into("name", &b.name)
	p.Into("description", &b.description)
	p.Into("account_id", &b.accountID)
	p.Into("outgoing_url", &b.outgoingURL)
	// The picture at this address is fetched later.
	p.Ignore("avatar_url")
	c.checkBot(b, faults).stopIf()
	if avatar != nil {
		b.avatar = c.st.storeFile(avatar)
	}
}

func showPlatformBot(c *ctx) response { return ok(c.platformBotView(c.platformBot())) }

func updatePlatformBot(c *ctx) response {
	b := c.platformBot()
	next := *b
	c.readPlatformBot(&next)
	*b = next
	agentBots.touch(c.st, b)
	return ok(c.platformBotView(b))
}

func deletePlatformBot(c *ctx) response {
	c.st.removeBot(c.platformBot())
	return done()
}

func deletePlatformBotAvatar(c *ctx) response {
	b := c.platformBot()
	b.avatar = nil
	return ok(c.platformBotView(b))
}

func (c *ctx) platformUserView(u *user) object {
	var accountID *int64
	var role *string
	memberships := c.st.memberships(u.id)
	if len(memberships) > 0 {
		accountID, role = &memberships[0].accountID, memberships[0].role
	}
	o := obj(
		"access_token", u.token(c.st),
		"account_id", accountID,
		"available_name", u.availableName(),
		"avatar_url", c.thumbURL(u.avatar),
		"confirmed", u.confirmed,
		"display_name", u.displayName,
		"message_signature", u.messageSignature,
		"email", u.email,
		"id", u.id,
		"name", u.name,
		"provider", "email",
		"pubsub_token", u.pubsubToken,
	)
	if len(u.customAttributes) > 0 {
		o.Set("custom_attributes", u.customAttributes)
	}
	o.Set("role", role)
	o.Set("ui_settings", orEmpty(u.uiSettings))
	o.Set("uid", u.email)
	o.Set("accounts", list(memberships, func(m *accountUser) object {
		acc := accounts.find(c.st, m.accountID)
		return obj("id", acc.id, "name", acc.name, "active_at", iso(m.activeAt), "role", m.role)
	}))
	return o
}

// createPlatformUser answers with a known user as he is, whoever made him, and
// lets the app touch him from now on.
func createPlatformUser(c *ctx) response {
	known := c.st.userByEmail(c.Params.String("email"))
	if known != nil {
		c.Params.Ignore("name", "display_name", "password", "custom_attributes")
		known.confirmed = true
		c.permit(ofUser, known.id)
		return ok(c.platformUserView(known))
	}
	fresh := user{}
	password := c.readPlatformUser(&fresh)
	u := c.st.newUser(fresh.name, fresh.email)
	u.displayName, u.customAttributes, u.confirmed = fresh.displayName, fresh.customAttributes, true
	u.setPassword(password)
	c.permit(ofUser, u.id)
	return ok(c.platformUserView(u))
}

// readPlatformUser reads and checks the columns of a user and returns his new
// password, "" for none. Custom attributes are merged into those he has.
func (c *ctx) readPlatformUser(u *user) (password string) {
	p := c.Params
	isNew := u.id == 0
	var faults, name problems
	self := u
	if !isNew {
		self = users.find(c.st, u.id)
	}
	if email := ""; p.Into("email", &email) || isNew {
		c.checkEmail(&faults, email, self)
		u.email = strings.ToLower(email)
	}
	password = p.String("password")
	if isNew || password != "" {
		faults.checkPassword("password", password)
		faults.checkLength("password", password, 128)
	}
	if len(faults) > 0 && !c.atLeast("4.15.1") {
		p.Ignore("name")
		faults.stopIf()
	}
	u.name = c.neededName(p, u.name, isNew, &name)
	p.Into("display_name", &u.displayName)
	if attributes, sent := p.Object("custom_attributes"); sent {
		u.customAttributes = u.customAttributes.Clone()
		u.customAttributes.Merge(attributes)
	}
	var lengths problems
	lengths.checkUserTexts(u.name, u.email, u.displayName, nil)
	append(append(lengths, faults...), name...).stopIf()
	return password
}

func showPlatformUser(c *ctx) response { return ok(c.platformUserView(c.platformUser())) }

func updatePlatformUser(c *ctx) response {
	u := c.platformUser()
	next := *u
	password := c.readPlatformUser(&next)
	if password != "" {
		next.setPassword(password)
	}
	*u = next
	users.touch(c.st, u)
	return ok(c.platformUserView(u))
}

func deletePlatformUser(c *ctx) response {
	u := c.platformUser()
	c.afterDelay(func() { c.st.removeUser(u) })
	return done()
}

func (st *store) removeUser(u *user) {
	for _, m := range accountUsers.where(st, func(m *accountUser) bool { return m.userID == u.id }) {
		accountUsers.remove(st, m)
		st.tellMemberLeft(m)
	}
	st.revokeTokens(tokenOwner{kind: ownerUser, id: u.id})
	users.remove(st, u)
}

// showLoginURL makes a new one-time link at each call.
func showLoginURL(c *ctx) response {
	u := c.platformUser()
	return ok(obj("url", c.srv.URL+"/app/login?email="+url.QueryEscape(u.email)+"&sso_auth_token="+randomHex(32)))
}

func showUserToken(c *ctx) response {
	u := c.platformUser()
	return ok(obj("access_token", u.token(c.st), "expiry", nil, "user", obj(
		"id", u.id, "name", u.name, "display_name", u.displayName, "email", u.email, "pubsub_token", u.pubsubToken,
	)))
}
