package konvertetest

import (
	"net/http"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// capacityPolicy says how many conversations the agents under it can have.
// Nothing is given to agents here: the policy is only kept.
type capacityPolicy struct {
	record
	accountID      int64
	name           string
	description    *string
	exclusionRules object
}

var capacityPolicies = newTable[capacityPolicy]("agent capacity policy")

// inboxLimit is how many conversations of an inbox an agent can have.
type inboxLimit struct {
	record
	policyID, inboxID, limit int64
}

var inboxLimits = newTable[inboxLimit]("inbox capacity limit")

var capacityPolicyColumns = []string{
	"id", "account_id", "name", "description", "exclusion_rules", "created_at", "updated_at",
}

func init() {
	inboxDeleted = append(inboxDeleted, func(st *store, inboxID int64) {
		inboxLimits.removeWhere(st, func(l *inboxLimit) bool { return l.inboxID == inboxID })
	})
}

func registerCapacityPolicies(r *router) {
	const all = "/api/v1/accounts/{account_id}/agent_capacity_policies"
	const one, under = all + "/{id}", all + "/{agent_capacity_policy_id}"
	wrapped := wrap("agent_capacity_policy", capacityPolicyColumns...)
	r.get("undocumented:agent-capacity-policy-list", all, listCapacityPolicies, shape())
	r.post("undocumented:agent-capacity-policy-create", all, createCapacityPolicy, wrapped, shape())
	r.get("undocumented:agent-capacity-policy-show", one, showCapacityPolicy, shape())
	r.patch("undocumented:agent-capacity-policy-update", one, updateCapacityPolicy, wrapped, shape())
	r.delete("undocumented:agent-capacity-policy-delete", one, deleteCapacityPolicy, shape())
	r.get("undocumented:agent-capacity-policy-users", under+"/users", listCapacityAgents, shape())
	r.post("undocumented:agent-capacity-policy-user-add", under+"/users", addCapacityAgent, shape())
	r.delete("undocumented:agent-capacity-policy-user-remove", under+"/users/{id}", removeCapacityAgent, shape())
	r.post("undocumented:agent-capacity-policy-limit-create", under+"/inbox_limits", createInboxLimit, shape())
	r.patch("undocumented:agent-capacity-policy-limit-update", under+"/inbox_limits/{id}", updateInboxLimit, shape())
	r.delete("undocumented:agent-capacity-policy-limit-delete", under+"/inbox_limits/{id}", deleteInboxLimit, shape())
}

func (c *ctx) capacityPolicyView(p *capacityPolicy) object {
	limits := inboxLimits.where(c.st, func(l *inboxLimit) bool { return l.policyID == p.id })
	return obj(
		"id", p.id, "name", p.name, "description", p.description, "exclusion_rules", orEmpty(p.exclusionRules),
		"created_at", epoch(p.createdAt), "updated_at", epoch(p.updatedAt), "account_id", p.accountID,
		"assigned_agent_count", len(c.agentsUnder(p)), "inbox_capacity_limits", list(limits, inboxLimitView),
	)
}

func inboxLimitView(l *inboxLimit) object {
	return obj("id", l.id, "inbox_id", l.inboxID, "conversation_limit", l.limit)
}

// agentsUnder are the members of the account whom a policy limits.
func (c *ctx) agentsUnder(p *capacityPolicy) []*accountUser {
	return accountUsers.where(c.st, func(m *accountUser) bool { return same(m.capacityPolicyID, &p.id) })
}

// findCapacityPolicy finds a policy of the account for an administrator, and
// ends the request with 404 when there is none.
func (c *ctx) findCapacityPolicy(param string) *capacityPolicy {
	c.adminOnly()
	p := capacityPolicies.find(c.st, c.id(param))
	if p == nil || p.accountID != c.account.id {
		stop(notFound())
	}
	return p
}

func listCapacityPolicies(c *ctx) response {
	c.adminOnly()
	rows := capacityPolicies.where(c.st, func(p *capacityPolicy) bool { return p.accountID == c.account.id })
	return ok(list(rows, c.capacityPolicyView))
}

func showCapacityPolicy(c *ctx) response { return ok(c.capacityPolicyView(c.findCapacityPolicy("id"))) }

func createCapacityPolicy(c *ctx) response {
	c.adminOnly()
	p := capacityPolicy{accountID: c.account.id}
	c.readCapacityPolicy(&p)
	return ok(c.capacityPolicyView(capacityPolicies.insert(c.st, &p)))
}

func updateCapacityPolicy(c *ctx) response {
	p := c.findCapacityPolicy("id")
	next := *p
	c.readCapacityPolicy(&next)
	*p = next
	capacityPolicies.touch(c.st, p)
	return ok(c.capacityPolicyView(p))
}

func (c *ctx) readCapacityPolicy(p *capacityPolicy) {
	h := c.require("agent_capacity_policy")
	h.Into("name", &p.name)
	h.Into("description", &p.description)
	if rules := h.Hash("exclusion_rules"); rules != nil {
		p.exclusionRules = readExclusionRules(rules)
	}
	var faults problems
	faults.checkLength("name", p.name, maxString)
	faults.checkLength("description", textOf(p.description), maxText)
	if strings.TrimSpace(p.name) == "" {
		faults.add("name", "can't be blank")
	}
	faults.stopIf()
}

func readExclusionRules(p *params) object {
	rules := permit(p, "exclude_older_than_hours")
	if titles, sent := p.List("excluded_labels"); sent {
		rules.Set("excluded_labels", testserver.AsJSON(titles))
	}
	return rules
}

// deleteCapacityPolicy leaves its agents without limits.
func deleteCapacityPolicy(c *ctx) response {
	p := c.findCapacityPolicy("id")
	for _, m := range c.agentsUnder(p) {
		m.capacityPolicyID = nil
	}
	inboxLimits.removeWhere(c.st, func(l *inboxLimit) bool { return l.policyID == p.id })
	capacityPolicies.remove(c.st, p)
	return done()
}

func listCapacityAgents(c *ctx) response {
	p := c.findCapacityPolicy("agent_capacity_policy_id")
	return ok(list(c.agentsUnder(p), func(m *accountUser) object { return c.agentView(users.find(c.st, m.userID)) }))
}

func addCapacityAgent(c *ctx) response {
	p := c.findCapacityPolicy("agent_capacity_policy_id")
	m := c.st.member(c.account.id, c.Params.Int("user_id"))
	if m == nil {
		return notFound()
	}
	m.capacityPolicyID = &p.id
	return done()
}

func removeCapacityAgent(c *ctx) response {
	p := c.findCapacityPolicy("agent_capacity_policy_id")
	m := c.st.member(c.account.id, c.id("id"))
	if m == nil || !same(m.capacityPolicyID, &p.id) {
		return notFound()
	}
	m.capacityPolicyID = nil
	return done()
}

// createInboxLimit refuses a second limit of an inbox before it reads the
// number.
func createInboxLimit(c *ctx) response {
	p := c.findCapacityPolicy("agent_capacity_policy_id")
	in := c.mustInbox(c.Params.Int("inbox_id"))
	taken := inboxLimits.first(c.st, func(l *inboxLimit) bool { return l.policyID == p.id && l.inboxID == in.id })
	if taken != nil {
		return failText(http.StatusUnprocessableEntity, "Inbox has already been assigned to this policy")
	}
	l := inboxLimit{policyID: p.id, inboxID: in.id}
	c.readInboxLimit(&l)
	return ok(inboxLimitView(inboxLimits.insert(c.st, &l)))
}

func (c *ctx) readInboxLimit(l *inboxLimit) {
	var faults problems
	if c.Params.Blank("conversation_limit") {
		faults.add("conversation_limit", "can't be blank")
		faults.add("conversation_limit", "is not a number")
		stop(faults.fail())
	}
	readPositive(c.Params, "conversation_limit", &l.limit, &faults)
	faults.stopIf()
}

// findInboxLimit finds a limit of the policy of the path.
func (c *ctx) findInboxLimit() *inboxLimit {
	p := c.findCapacityPolicy("agent_capacity_policy_id")
	l := inboxLimits.find(c.st, c.id("id"))
	if l == nil || l.policyID != p.id {
		stop(notFound())
	}
	return l
}

func updateInboxLimit(c *ctx) response {
	l := c.findInboxLimit()
	next := *l
	c.readInboxLimit(&next)
	*l = next
	inboxLimits.touch(c.st, l)
	return ok(inboxLimitView(l))
}

func deleteInboxLimit(c *ctx) response {
	inboxLimits.remove(c.st, c.findInboxLimit())
	return done()
}
