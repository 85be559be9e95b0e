package konvertetest

import "github.com/konverte-go/konverte/internal/testserver"

// slaPolicy is a promise of how fast a conversation is answered; thresholds
// are seconds.
type slaPolicy struct {
	record
	accountID                               int64
	name                                    string
	description                             *string
	firstResponse, nextResponse, resolution *testserver.Float
	onlyDuringBusinessHours                 bool
}

var slaPolicies = newTable[slaPolicy]("sla policy")

// appliedSLA is a policy on a conversation.
type appliedSLA struct {
	record
	accountID, conversationID, slaPolicyID int64
	status                                 string // active, hit, missed, active_with_misses
}

var appliedSLAs = newTable[appliedSLA]("applied sla")

// slaEvent is one broken promise.
type slaEvent struct {
	record
	conversationID int64
	eventType      string // frt, nrt, rt
	meta           object
}

var slaEvents = newTable[slaEvent]("sla event")

// addSLA adds what a conversation says of its policy, in accounts that have
// the feature.
func (c *ctx) addSLA(o *object, v *conversation) {
	if !c.account.features["sla"] {
		return
	}
	c.evaluateSLAs()
	if a := appliedSLAs.first(c.st, func(a *appliedSLA) bool { return a.conversationID == v.id }); a != nil {
		o.Set("applied_sla", c.appliedSLAView(a))
	}
	o.Set("sla_events", c.slaEventViews(v))
}

func (c *ctx) appliedSLAView(a *appliedSLA) object {
	o := obj(
		"id", a.id, "sla_id", a.slaPolicyID, "sla_status", a.status,
		"created_at", epoch(a.createdAt), "updated_at", epoch(a.updatedAt),
	)
	if p := slaPolicies.find(c.st, a.slaPolicyID); p != nil {
		o.Merge(obj(
			"sla_description", p.description, "sla_name", p.name, "sla_first_response_time_threshold", p.firstResponse,
			"sla_next_response_time_threshold", p.nextResponse, "sla_only_during_business_hours", p.onlyDuringBusinessHours,
			"sla_resolution_time_threshold", p.resolution,
		))
	}
	return o
}

// checkSLA notes the problems of a conversation's new policy: it is set once.
func (c *ctx) checkSLA(p *problems, v *conversation, next *int64) {
	if same(v.slaPolicyID, next) {
		return
	}
	switch {
	case v.slaPolicyID != nil && next == nil:
		p.add("sla_policy", "cannot remove sla policy from conversation")
	case v.slaPolicyID != nil:
		p.add("sla_policy", "conversation already has a different sla")
	default:
		policy := slaPolicies.find(c.st, *next)
		if policy == nil || policy.accountID != v.accountID {
			p.add("sla_policy", "sla policy account mismatch")
		}
	}
}

// applySLA puts a policy on a conversation.
func (c *ctx) applySLA(v *conversation, id int64) {
	appliedSLAs.insert(c.st, &appliedSLA{accountID: v.accountID, conversationID: v.id, slaPolicyID: id, status: "active"})
	if p := slaPolicies.find(c.st, id); p != nil && c.actor() != "" {
		c.addActivity(v, c.actor()+" added SLA policy "+p.name)
	}
}
