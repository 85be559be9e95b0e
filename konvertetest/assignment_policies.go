package konvertetest

import "strings"

// assignmentPolicy says how conversations of the inboxes that follow it are
// given to agents. Nothing is given here: the policy is only kept.
type assignmentPolicy struct {
	record
	accountID             int64
	name                  string
	description           *string
	order, priority       string
	fairLimit, fairWindow int64
	enabled               bool
}

var assignmentPolicies = newTable[assignmentPolicy]("assignment policy")

var assignmentPolicyColumns = []string{
	"id", "account_id", "name", "description", "assignment_order", "conversation_priority", "fair_distribution_limit",
	"fair_distribution_window", "enabled", "created_at", "updated_at",
}

var (
	assignmentOrders     = []string{"round_robin", "balanced"}
	assignmentPriorities = []string{"earliest_created", "longest_waiting"}
)

const (
	initialFairLimit  = 100
	initialFairWindow = 3600
)

func registerAssignmentPolicies(r *router) {
	const all = "/api/v1/accounts/{account_id}/assignment_policies"
	const one, following = all + "/{id}", all + "/{assignment_policy_id}/inboxes"
	wrapped := wrap("assignment_policy", assignmentPolicyColumns...)
	r.get("undocumented:assignment-policy-list", all, listAssignmentPolicies, shape())
	r.post("undocumented:assignment-policy-create", all, createAssignmentPolicy, wrapped, shape())
	r.get("undocumented:assignment-policy-show", one, showAssignmentPolicy, shape())
	r.patch("undocumented:assignment-policy-update", one, updateAssignmentPolicy, wrapped, shape())
	r.delete("undocumented:assignment-policy-delete", one, deleteAssignmentPolicy, shape())
	r.get("undocumented:assignment-policy-inboxes", following, listPolicyInboxes, shape())
	r.post("undocumented:assignment-policy-inbox-add", following, addPolicyInbox, shape())
	r.delete("undocumented:assignment-policy-inbox-remove", following+"/{id}", removePolicyInbox, shape())

	const ofInbox = "/api/v1/accounts/{account_id}/inboxes/{inbox_id}/assignment_policy"
	r.get("undocumented:inbox-assignment-policy-show", ofInbox, showInboxPolicy, shape())
	r.post("undocumented:inbox-assignment-policy-set", ofInbox, setInboxPolicy, shape())
	r.delete("undocumented:inbox-assignment-policy-delete", ofInbox, clearInboxPolicy, shape())
}

func (c *ctx) assignmentPolicyView(p *assignmentPolicy) object {
	return obj(
		"id", p.id, "name", p.name, "description", p.description, "assignment_order", p.order,
		"conversation_priority", p.priority, "fair_distribution_limit", p.fairLimit,
		"fair_distribution_window", p.fairWindow, "enabled", p.enabled,
		"assigned_inbox_count", len(c.followers(p)), "created_at", epoch(p.createdAt), "updated_at", epoch(p.updatedAt),
	)
}

// followers are the inboxes that follow a policy.
func (c *ctx) followers(p *assignmentPolicy) []*inbox {
	return inboxes.where(c.st, func(in *inbox) bool { return same(in.assignmentPolicyID, &p.id) })
}

// findAssignmentPolicy finds a policy of the account for an administrator, and
// ends the request with 404 when there is none.
func (c *ctx) findAssignmentPolicy(id int64) *assignmentPolicy {
	p := assignmentPolicies.find(c.st, id)
	if p == nil || p.accountID != c.account.id {
		stop(notFound())
	}
	c.adminOnly()
	return p
}

func listAssignmentPolicies(c *ctx) response {
	c.adminOnly()
	rows := assignmentPolicies.where(c.st, func(p *assignmentPolicy) bool { return p.accountID == c.account.id })
	return ok(list(rows, c.assignmentPolicyView))
}

func showAssignmentPolicy(c *ctx) response {
	return ok(c.assignmentPolicyView(c.findAssignmentPolicy(c.id("id"))))
}

func createAssignmentPolicy(c *ctx) response {
	c.adminOnly()
	p := assignmentPolicy{
		accountID: c.account.id, order: assignmentOrders[0], priority: assignmentPriorities[0],
		fairLimit: initialFairLimit, fairWindow: initialFairWindow, enabled: true,
	}
	c.readAssignmentPolicy(&p)
	return ok(c.assignmentPolicyView(assignmentPolicies.insert(c.st, &p)))
}

func updateAssignmentPolicy(c *ctx) response {
	p := c.findAssignmentPolicy(c.id("id"))
	next := *p
	c.readAssignmentPolicy(&next)
	*p = next
	assignmentPolicies.touch(c.st, p)
	return ok(c.assignmentPolicyView(p))
}

func (c *ctx) readAssignmentPolicy(p *assignmentPolicy) {
	h := c.require("assignment_policy")
	h.Into("name", &p.name)
	h.Into("description", &p.description)
	h.Into("enabled", &p.enabled)
	p.order = mustEnum(h, "assignment_order", p.order, assignmentOrders...)
	p.priority = mustEnum(h, "conversation_priority", p.priority, assignmentPriorities...)
	var faults problems
	faults.checkLength("name", p.name, maxString)
	faults.checkLength("description", textOf(p.description), maxText)
	if strings.TrimSpace(p.name) == "" {
		faults.add("name", "can't be blank")
	}
	if c.policyNameTaken(p) {
		faults.add("name", "has already been taken")
	}
	readPositive(h, "fair_distribution_limit", &p.fairLimit, &faults)
	readPositive(h, "fair_distribution_window", &p.fairWindow, &faults)
	faults.stopIf()
	for _, key := range []string{"assignment_order", "conversation_priority", "enabled"} {
		if v, sent := h.Get(key); sent && v == nil {
			stop(crash())
		}
	}
}

func (c *ctx) policyNameTaken(p *assignmentPolicy) bool {
	return assignmentPolicies.first(c.st, func(o *assignmentPolicy) bool {
		return o.accountID == p.accountID && o.name == p.name && o.id != p.id
	}) != nil
}

// readPositive reads a number, where one was sent, that has to be above zero.
func readPositive(p *params, key string, column *int64, faults *problems) {
	var n *int64
	if !p.Into(key, &n) {
		return
	}
	if n == nil {
		faults.add(key, "is not a number")
		return
	}
	if *column = *n; *n <= 0 {
		faults.add(key, "must be greater than 0")
	}
}

// deleteAssignmentPolicy leaves its inboxes without one.
func deleteAssignmentPolicy(c *ctx) response {
	p := c.findAssignmentPolicy(c.id("id"))
	for _, in := range c.followers(p) {
		in.assignmentPolicyID = nil
	}
	assignmentPolicies.remove(c.st, p)
	return done()
}

func listPolicyInboxes(c *ctx) response {
	p := c.findAssignmentPolicy(c.id("assignment_policy_id"))
	return ok(obj("inboxes", list(c.followers(p), c.inboxView)))
}

func addPolicyInbox(c *ctx) response {
	p := c.findAssignmentPolicy(c.id("assignment_policy_id"))
	c.mustInbox(c.Params.Int("inbox_id")).assignmentPolicyID = &p.id
	return done()
}

// mustInbox finds an inbox of the account, or ends the request with 404.
func (c *ctx) mustInbox(id int64) *inbox {
	in := c.accountInbox(id)
	if in == nil {
		stop(notFound())
	}
	return in
}

func removePolicyInbox(c *ctx) response {
	p := c.findAssignmentPolicy(c.id("assignment_policy_id"))
	in := c.mustInbox(c.id("id"))
	if !same(in.assignmentPolicyID, &p.id) {
		return notFound()
	}
	in.assignmentPolicyID = nil
	return done()
}

func setInboxPolicy(c *ctx) response {
	in := c.mustInbox(c.id("inbox_id"))
	p := c.findAssignmentPolicy(c.Params.Int("assignment_policy_id"))
	in.assignmentPolicyID = &p.id
	return done()
}

// policyOfInbox is the inbox of the path and the policy that it follows; the
// request ends with 404 when it follows none.
func (c *ctx) policyOfInbox() (*inbox, *assignmentPolicy) {
	in := c.mustInbox(c.id("inbox_id"))
	c.adminOnly()
	if in.assignmentPolicyID == nil {
		stop(notFound())
	}
	return in, assignmentPolicies.find(c.st, *in.assignmentPolicyID)
}

func showInboxPolicy(c *ctx) response {
	_, p := c.policyOfInbox()
	return ok(c.assignmentPolicyView(p))
}

func clearInboxPolicy(c *ctx) response {
	in, _ := c.policyOfInbox()
	in.assignmentPolicyID = nil
	return done()
}
