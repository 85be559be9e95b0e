package konvertetest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

var slaPolicyColumns = []string{
	"id", "name", "first_response_time_threshold", "next_response_time_threshold", "only_during_business_hours",
	"account_id", "created_at", "updated_at", "description", "resolution_time_threshold",
}

func registerSLA(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/sla_policies", "/api/v1/accounts/{account_id}/sla_policies/{id}"
	r.get("undocumented:sla-policy-list", all, listSLAPolicies)
	r.post("undocumented:sla-policy-create", all, createSLAPolicy, wrap("sla_policy", slaPolicyColumns...))
	r.get("undocumented:sla-policy-show", one, showSLAPolicy)
	r.patch("undocumented:sla-policy-update", one, updateSLAPolicy, wrap("sla_policy", slaPolicyColumns...))
	r.delete("undocumented:sla-policy-delete", one, deleteSLAPolicy)

	const applied = "/api/v1/accounts/{account_id}/applied_slas"
	r.get("undocumented:applied-sla-list", applied, listAppliedSLAs)
	r.get("undocumented:applied-sla-metrics", applied+"/metrics", showSLAMetrics)
	r.get("undocumented:applied-sla-download", applied+"/download", appliedSLAsCSV)
}

func slaPolicyView(p *slaPolicy) object {
	return obj(
		"id", p.id, "name", p.name, "description", p.description, "first_response_time_threshold", p.firstResponse,
		"next_response_time_threshold", p.nextResponse, "resolution_time_threshold", p.resolution,
		"only_during_business_hours", p.onlyDuringBusinessHours,
	)
}

// slaPolicy is the one of the path, nil when there is none.
func (c *ctx) slaPolicy() *slaPolicy {
	p := slaPolicies.find(c.st, c.id("id"))
	if p == nil || p.accountID != c.account.id {
		return nil
	}
	return p
}

// findSLAPolicy ends the request when there is no such policy: the real server
// goes on with none and fails.
func (c *ctx) findSLAPolicy() *slaPolicy {
	p := c.slaPolicy()
	if p == nil {
		stop(c.missing())
	}
	return p
}

func listSLAPolicies(c *ctx) response {
	rows := slaPolicies.where(c.st, func(p *slaPolicy) bool { return p.accountID == c.account.id })
	return ok(obj("payload", list(rows, slaPolicyView)))
}

func showSLAPolicy(c *ctx) response { return ok(obj("payload", slaPolicyView(c.findSLAPolicy()))) }

func createSLAPolicy(c *ctx) response {
	c.adminOnly()
	p := slaPolicy{accountID: c.account.id}
	c.readSLAPolicy(&p)
	return ok(obj("payload", slaPolicyView(slaPolicies.insert(c.st, &p))))
}

func updateSLAPolicy(c *ctx) response {
	c.adminOnly()
	p := c.findSLAPolicy()
	next := *p
	c.readSLAPolicy(&next)
	*p = next
	slaPolicies.touch(c.st, p)
	return ok(obj("payload", slaPolicyView(p)))
}

func (c *ctx) readSLAPolicy(p *slaPolicy) {
	h := c.require("sla_policy")
	h.Into("name", &p.name)
	h.Into("description", &p.description)
	h.Into("only_during_business_hours", &p.onlyDuringBusinessHours)
	readSeconds(h, "first_response_time_threshold", &p.firstResponse)
	readSeconds(h, "next_response_time_threshold", &p.nextResponse)
	readSeconds(h, "resolution_time_threshold", &p.resolution)
	var faults problems
	faults.checkLength("name", p.name, maxString)
	faults.checkLength("description", textOf(p.description), maxString)
	if strings.TrimSpace(p.name) == "" {
		faults.add("name", "can't be blank")
	}
	faults.stopIf()
}

var leadingFloat = regexp.MustCompile(`^\s*[+-]?\d+(\.\d+)?`)

// readSeconds reads a number as the database casts it: text begins with one or
// is 0.
func readSeconds(p *params, key string, target **testserver.Float) {
	var text *string
	if !p.Into(key, &text) {
		return
	}
	if *target = nil; text == nil || strings.TrimSpace(*text) == "" {
		return
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(leadingFloat.FindString(*text)), 64)
	if err != nil {
		n = 0
	}
	seconds := testserver.Float(n)
	*target = &seconds
}

// deleteSLAPolicy deletes, on newer servers in the background, where a policy
// that is not there does not matter.
func deleteSLAPolicy(c *ctx) response {
	c.adminOnly()
	p := c.slaPolicy()
	switch {
	case p != nil:
		appliedSLAs.removeWhere(c.st, func(a *appliedSLA) bool { return a.slaPolicyID == p.id })
		slaPolicies.remove(c.st, p)
	case !c.atLeast("4.15.1"):
		return c.missing()
	}
	return done()
}

// evaluateSLAs notes what promises are broken by now.
func (c *ctx) evaluateSLAs() {
	if !c.account.features["sla"] {
		return
	}
	for a := range appliedSLAs.all(c.st) {
		open := a.status == "active" || a.status == "active_with_misses"
		v, p := conversations.find(c.st, a.conversationID), slaPolicies.find(c.st, a.slaPolicyID)
		if a.accountID != c.account.id || !open || v == nil || p == nil || c.Now.Sub(a.createdAt) < cronDelay {
			continue
		}
		c.evaluateSLA(a, v, p)
	}
}

func (c *ctx) evaluateSLA(a *appliedSLA, v *conversation, p *slaPolicy) {
	late := func(since time.Time, threshold *testserver.Float) bool {
		return threshold != nil && c.Now.Unix() >= since.Unix()+int64(*threshold)
	}
	inTime := p.firstResponse != nil && !v.firstReplyCreatedAt.IsZero() &&
		v.firstReplyCreatedAt.Unix() <= v.createdAt.Unix()+int64(*p.firstResponse)
	if !inTime && late(v.createdAt, p.firstResponse) {
		c.missSLA(a, "frt", nil)
	}
	if !v.firstReplyCreatedAt.IsZero() && !v.waitingSince.IsZero() && late(v.waitingSince, p.nextResponse) {
		var last any
		if m := lastOf(c.st.sortedMessages(v), messageIncoming); m != nil {
			last = m.id
		}
		c.missSLA(a, "nrt", obj("message_id", last))
	}
	if v.status != statusResolved && late(v.createdAt, p.resolution) {
		c.missSLA(a, "rt", nil)
	}
	if v.status == statusResolved {
		a.status = map[string]string{"active": "hit", "active_with_misses": "missed"}[a.status]
		appliedSLAs.touch(c.st, a)
	}
}

// missSLA notes a broken promise once.
func (c *ctx) missSLA(a *appliedSLA, kind string, meta object) {
	known := slaEvents.first(c.st, func(e *slaEvent) bool {
		return e.conversationID == a.conversationID && e.eventType == kind && fmt.Sprint(e.meta) == fmt.Sprint(meta)
	})
	if known != nil {
		return
	}
	slaEvents.insert(c.st, &slaEvent{conversationID: a.conversationID, eventType: kind, meta: meta})
	a.status = "active_with_misses"
	appliedSLAs.touch(c.st, a)
}

// wantedSLAs are the applied policies that the request filters.
func (c *ctx) wantedSLAs() []*appliedSLA {
	c.adminOnly()
	c.evaluateSLAs()
	p := c.Params
	span, ranged := c.period()
	label := p.String("label_list")
	fits := func(key string, id *int64) bool { return p.Blank(key) || id != nil && p.Int(key) == *id }
	return appliedSLAs.where(c.st, func(a *appliedSLA) bool {
		v := conversations.find(c.st, a.conversationID)
		if a.accountID != c.account.id || v == nil || ranged && !span.holds(a.createdAt) {
			return false
		}
		return fits("inbox_id", &v.inboxID) && fits("team_id", v.teamID) && fits("sla_policy_id", &a.slaPolicyID) &&
			fits("assigned_agent_id", v.assigneeID) && strings.Contains(strings.Join(v.labels, ", "), label)
	})
}

func missedSLAs(rows []*appliedSLA) []*appliedSLA {
	return slices.DeleteFunc(slices.Clone(rows), func(a *appliedSLA) bool { return a.status != "missed" && a.status != "active_with_misses" })
}

const appliedSLAsPage = 25

// listAppliedSLAs lists the broken ones.
func listAppliedSLAs(c *ctx) response {
	rows := missedSLAs(c.wantedSLAs())
	shown := page(c, rows, appliedSLAsPage, nil)
	return ok(obj("payload", list(shown, c.appliedSLAItem), "meta", obj("count", len(rows), "current_page", c.currentPage())))
}

// appliedSLAItem names the conversation by its database id on older servers.
func (c *ctx) appliedSLAItem(a *appliedSLA) object {
	v := conversations.find(c.st, a.conversationID)
	item := obj("id", v.id, "contact", obj("name", nil), "labels", nil)
	if c.atLeast("4.15.1") {
		item.Set("id", v.displayID)
	}
	if k := contacts.find(c.st, v.contactID); k != nil {
		item.Set("contact", obj("name", k.name))
	}
	if len(v.labels) > 0 {
		item.Set("labels", strings.Join(v.labels, ", "))
	}
	if u := c.assignee(v); u != nil {
		item.Set("assignee", c.pushUser(u))
	}
	return obj("applied_sla", c.appliedSLAView(a), "conversation", item, "sla_events", c.slaEventViews(v))
}

func (c *ctx) slaEventViews(v *conversation) []object {
	events := slaEvents.where(c.st, func(e *slaEvent) bool { return e.conversationID == v.id })
	return list(events, func(e *slaEvent) object {
		return obj("id", e.id, "event_type", e.eventType, "meta", orEmpty(e.meta), "updated_at", epoch(e.updatedAt), "created_at", epoch(e.createdAt))
	})
}

// showSLAMetrics writes the rate as text; without any promise it is 100%.
func showSLAMetrics(c *ctx) response {
	rows := c.wantedSLAs()
	missed := len(missedSLAs(rows))
	rate := "100%"
	if len(rows) > 0 {
		percent := float64(len(rows)-missed) / float64(len(rows)) * 100
		text := strconv.FormatFloat(math.Round(percent*100)/100, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		rate = text + "%"
	}
	return ok(obj("total_applied_slas", len(rows), "number_of_sla_misses", missed, "hit_rate", rate))
}

// appliedSLAsCSV is broken as on the real server: rows begin with blanks, stand
// between empty lines, and quotes are escaped as in HTML.
func appliedSLAsCSV(c *ctx) response {
	lines := []string{"Conversation ID,SLA Policy,Assignee,Team,Inbox,Labels,Link to the Conversation,Breached Events", "", ""}
	for _, a := range missedSLAs(c.wantedSLAs()) {
		lines = append(lines, "  "+escapeCSV(c.appliedSLACells(a)), "")
	}
	return csvFile("breached_conversation", lines)
}

func (c *ctx) appliedSLACells(a *appliedSLA) []string {
	v := conversations.find(c.st, a.conversationID)
	number := strconv.FormatInt(v.displayID, 10)
	var policy, assignee, teamName, inboxName string
	if p := slaPolicies.find(c.st, a.slaPolicyID); p != nil {
		policy = p.name
	}
	if u := c.assignee(v); u != nil {
		assignee = u.name
	}
	if t := c.teamOf(v); t != nil {
		teamName = t.name
	}
	if in := inboxes.find(c.st, v.inboxID); in != nil {
		inboxName = in.name
	}
	var broken []string
	for _, e := range slaEvents.where(c.st, func(e *slaEvent) bool { return e.conversationID == v.id }) {
		broken = append(broken, e.eventType)
	}
	cells := []string{
		number, policy, assignee, teamName, inboxName, strings.Join(v.labels, ", "),
		c.srv.URL + "/app/accounts/" + strconv.FormatInt(v.accountID, 10) + "/conversations/" + number, strings.Join(broken, ", "),
	}
	for i, text := range cells {
		cells[i] = csvCell(text)
	}
	return cells
}
