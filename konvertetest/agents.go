package konvertetest

import (
	"encoding/json"
	"slices"
	"strings"
)

func registerAgents(r *router) {
	const agents, agent = "/api/v1/accounts/{account_id}/agents", "/api/v1/accounts/{account_id}/agents/{id}"
	r.get("get-account-agents", agents, listAgents)
	r.post("add-new-agent-to-account", agents, createAgent, wrap("agent"))
	r.post("undocumented:agents-bulk-create", agents+"/bulk_create", createAgents, wrap("agent"))
	r.patch("update-agent-in-account", agent, updateAgent, wrap("agent"))
	r.delete("delete-agent-from-account", agent, deleteAgent, wrap("agent"))
}

var (
	availabilities = []string{"online", "offline", "busy"}
	roles          = []string{roleAgent, roleAdministrator}
)

// agentView is a user as a member of the caller's account. What belongs to the
// membership is null for a user who is no member.
func (c *ctx) agentView(u *user) object {
	m := c.st.member(c.account.id, u.id)
	o := obj("id", u.id, "account_id", c.account.id, "availability_status", nil, "auto_offline", nil)
	if m != nil {
		o.Set("availability_status", c.st.availabilityStatus(m))
		o.Set("auto_offline", m.autoOffline)
	}
	o.Set("confirmed", u.confirmed)
	o.Set("email", u.email)
	if c.atLeast("4.15.1") {
		o.Set("provider", "email")
	}
	o.Set("available_name", u.availableName())
	if len(u.customAttributes) > 0 {
		o.Set("custom_attributes", u.customAttributes)
	}
	o.Set("name", u.name)
	o.Set("role", nil)
	o.Set("thumbnail", c.thumbURL(u.avatar))
	o.Set("custom_role_id", nil)
	if m != nil {
		o.Set("role", m.role)
		o.Set("custom_role_id", m.customRoleID)
	}
	return o
}

func listAgents(c *ctx) response {
	rows := c.st.members(c.account.id)
	slices.SortStableFunc(rows, func(a, b *user) int { return collate(a.name, b.name) })
	return ok(list(rows, c.agentView))
}

// agentChange are the columns of a membership that a request may set.
type agentChange struct {
	role, availability *string
	autoOffline        *bool
	roleSent           bool
}

// readAgentChange reads them; ok is false for an unknown role or availability.
func readAgentChange(p *params) (ch agentChange, ok bool) {
	ch.role, ok = enum(p, "role", roles...)
	if !ok {
		return ch, false
	}
	v, sent := p.Get("role")
	ch.roleSent = sent && v != nil
	ch.availability, ok = enum(p, "availability", availabilities...)
	p.Into("auto_offline", &ch.autoOffline)
	// The description names this field; the server reads availability.
	p.Ignore("availability_status")
	return ch, ok
}

// apply sets what was sent. A role of "" stores none.
func (ch agentChange) apply(m *accountUser) {
	if ch.roleSent {
		m.role = ch.role
	}
	if ch.availability != nil {
		m.availability = *ch.availability
	}
	if ch.autoOffline != nil {
		m.autoOffline = *ch.autoOffline
	}
}

// createAgent invites a new user, or takes a known one into the account as he
// is.
func createAgent(c *ctx) response {
	c.adminOnly()
	c.checkAgentLimit(1)
	if c.NonObject && c.atLeast("4.15.1") && c.bugs() {
		return crash()
	}
	p := c.require("agent")
	email, name := p.String("email"), ""
	named := p.Into("name", &name)
	if v, _ := p.Get("name"); v == nil {
		named = false
	}
	u := c.st.userByEmail(email)
	if u == nil {
		name = c.newAgentName(email, name, named)
	}
	change, known := readAgentChange(p)
	if !known {
		return crash()
	}
	if u != nil && c.st.member(c.account.id, u.id) != nil {
		var faults problems
		faults.add("user_id", "has already been taken")
		return faults.fail()
	}
	m := c.addAgent(u, name, email, change)
	c.Params.Into("custom_role_id", &m.customRoleID)
	return ok(c.agentView(users.find(c.st, m.userID)))
}

// newAgentName checks a user who is to be made and returns his name. Newer
// servers take a missing one from the e-mail.
func (c *ctx) newAgentName(email, name string, named bool) string {
	var faults problems
	faults.checkUserTexts(name, email, nil, nil)
	c.checkEmail(&faults, email, nil)
	faults.stopIf()
	if c.atLeast("4.15.1") && strings.TrimSpace(name) == "" {
		return nameFromEmail(email)
	}
	if !named && c.bugs() {
		stop(crash())
	}
	if !named {
		faults.add("name", "can't be blank")
	}
	faults.stopIf()
	return name
}

func nameFromEmail(email string) string {
	name, _, _ := strings.Cut(email, "@")
	return name
}

func (c *ctx) addAgent(u *user, name, email string, change agentChange) *accountUser {
	if u == nil {
		u = c.st.newUser(name, email)
	}
	m := c.st.join(c.account.id, u.id, roleAgent)
	if c.user != nil {
		m.inviterID = &c.user.id
	}
	change.apply(m)
	return m
}

// checkAgentLimit ends the request with 402 when the account's plan has no
// room for that many more agents.
func (c *ctx) checkAgentLimit(more int) {
	v, limited := c.account.limits.Get("agents")
	if !limited {
		return
	}
	number, isNumber := v.(json.Number)
	if !isNumber {
		return
	}
	limit, err := number.Int64()
	if err == nil && int64(len(c.st.members(c.account.id))+more) > limit {
		stop(failText(402, "Account limit exceeded. Please purchase more licenses"))
	}
}

// createAgents invites one agent for each address, offline and without auto
// offline, and skips in silence what is no address or a member already.
func createAgents(c *ctx) response {
	c.adminOnly()
	emails, isList := c.Params.List("emails")
	if !isList {
		return crash()
	}
	c.checkAgentLimit(len(emails))
	for _, v := range emails {
		email, isText := v.(string)
		if !isText {
			return crash()
		}
		c.inviteQuietly(email)
	}
	return done()
}

func (c *ctx) inviteQuietly(email string) {
	u := c.st.userByEmail(email)
	if u == nil {
		var faults problems
		faults.checkUserTexts(nameFromEmail(email), email, nil, nil)
		if c.checkEmail(&faults, email, nil); len(faults) > 0 {
			return
		}
	}
	if u != nil && c.st.member(c.account.id, u.id) != nil {
		return
	}
	offline, no := "offline", false
	c.addAgent(u, nameFromEmail(email), email, agentChange{availability: &offline, autoOffline: &no})
}

func (c *ctx) findAgent() (*user, *accountUser) {
	m := c.st.member(c.account.id, c.id("id"))
	if m == nil {
		stop(notFound())
	}
	return users.find(c.st, m.userID), m
}

// updateAgent changes the name before it reads the rest, and keeps it when the
// rest is refused. The custom role is cleared unless it is sent along.
func updateAgent(c *ctx) response {
	u, m := c.findAgent()
	c.adminOnly()
	p := c.require("agent")
	// The server takes an e-mail and never applies it.
	p.Ignore("email")
	c.renameAgent(u, p)
	change, known := readAgentChange(p)
	if !known {
		return crash()
	}
	change.apply(m)
	m.customRoleID = nil
	c.Params.Into("custom_role_id", &m.customRoleID)
	return ok(c.agentView(u))
}

func (c *ctx) renameAgent(u *user, p *params) {
	v, _ := p.Get("name")
	var name string
	if v == nil || !p.Into("name", &name) {
		return
	}
	var faults problems
	faults.checkUserTexts(name, u.email, nil, nil)
	c.checkUserName(&faults, name)
	faults.stopIf()
	u.name = name
	users.touch(c.st, u)
}

func deleteAgent(c *ctx) response {
	_, m := c.findAgent()
	c.adminOnly()
	c.leave(m)
	return done()
}
