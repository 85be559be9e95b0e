package konvertetest

import (
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

const (
	campaignOngoing = "ongoing"
	campaignOneOff  = "one_off"
)

type campaign struct {
	record
	// displayID is the number within the account, which is what answers and
	// paths call id.
	displayID           int64
	accountID           int64
	inboxID             *int64
	senderID            *int64
	title, message      string
	description         *string
	enabled             *bool
	kind                string
	scheduledAt         time.Time
	audience            []any
	triggerRules        object
	onlyInBusinessHours *bool
	templateParams      any
	completed           bool
}

var (
	campaigns       = newTable[campaign]("campaign record")
	campaignNumbers = newKind("campaign")
)

var campaignColumns = []string{
	"id", "display_id", "title", "description", "message", "sender_id", "enabled", "account_id", "inbox_id",
	"trigger_rules", "created_at", "updated_at", "campaign_type", "campaign_status", "audience", "scheduled_at",
	"trigger_only_during_business_hours", "template_params",
}

func init() {
	inboxCampaigns = append(inboxCampaigns, func(c *ctx, in *inbox) []object {
		rows := campaigns.where(c.st, func(k *campaign) bool { return same(k.inboxID, &in.id) })
		return list(rows, c.campaignView)
	})
}

func dropInboxCampaigns(st *store, inboxID int64) {
	campaigns.removeWhere(st, func(k *campaign) bool { return same(k.inboxID, &inboxID) })
}

func registerCampaigns(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/campaigns", "/api/v1/accounts/{account_id}/campaigns/{id}"
	r.get("undocumented:campaign-list", all, listCampaigns)
	r.post("undocumented:campaign-create", all, createCampaign, wrap("campaign", campaignColumns...))
	r.get("undocumented:campaign-show", one, showCampaign)
	r.patch("undocumented:campaign-update", one, updateCampaign, wrap("campaign", campaignColumns...))
	r.delete("undocumented:campaign-delete", one, deleteCampaign)
}

// settle marks a campaign that the server has sent in the background.
func (k *campaign) settle(now time.Time) {
	if k.kind != campaignOneOff || k.completed {
		return
	}
	due := k.scheduledAt
	if due.Before(k.createdAt) {
		due = k.createdAt
	}
	if sent := due.Add(cronDelay); !now.Before(sent) {
		k.completed, k.updatedAt = true, sent
	}
}

func (c *ctx) campaignView(k *campaign) object {
	k.settle(c.Now)
	o := obj("id", k.displayID, "title", k.title, "description", k.description, "account_id", k.accountID)
	if in := inboxes.find(c.st, *k.inboxID); in != nil {
		o.Set("inbox", c.inboxView(in))
	}
	if k.senderID != nil {
		if u := users.find(c.st, *k.senderID); u != nil {
			o.Set("sender", c.agentView(u))
		}
	}
	o.Set("message", k.message)
	if c.atLeast("4.15.1") {
		o.Set("template_params", k.templateParams)
	}
	status := "active"
	if k.completed {
		status = "completed"
	}
	o.Set("campaign_status", status)
	o.Set("enabled", k.enabled)
	o.Set("campaign_type", k.kind)
	if k.kind == campaignOneOff {
		o.Set("scheduled_at", epoch(k.scheduledAt))
		o.Set("audience", k.audience)
	}
	o.Set("trigger_rules", orEmpty(k.triggerRules))
	o.Set("trigger_only_during_business_hours", k.onlyInBusinessHours)
	o.Set("created_at", iso(k.createdAt))
	o.Set("updated_at", iso(k.updatedAt))
	return o
}

// findCampaign ends the request when there is no such campaign: the real
// server goes on with none and fails.
func (c *ctx) findCampaign() *campaign {
	number := c.id("id")
	k := campaigns.first(c.st, func(k *campaign) bool { return k.accountID == c.account.id && k.displayID == number })
	if k == nil {
		stop(c.missing())
	}
	k.settle(c.Now)
	return k
}

func listCampaigns(c *ctx) response {
	c.adminOnly()
	rows := campaigns.where(c.st, func(k *campaign) bool { return k.accountID == c.account.id })
	return ok(list(rows, c.campaignView))
}

func showCampaign(c *ctx) response {
	c.adminOnly()
	return ok(c.campaignView(c.findCampaign()))
}

func createCampaign(c *ctx) response {
	c.adminOnly()
	yes := true
	k := campaign{accountID: c.account.id, enabled: &yes, onlyInBusinessHours: new(bool), audience: []any{}}
	c.readCampaign(&k)
	campaigns.insert(c.st, &k)
	k.displayID = c.st.nextID(campaignNumbers, k.accountID)
	return ok(c.campaignView(&k))
}

// readCampaign reads and checks the columns. Its inbox decides whether a
// campaign is sent once; without a date that is now.
func (c *ctx) readCampaign(k *campaign) {
	p := c.require("campaign")
	p.Into("title", &k.title)
	p.Into("description", &k.description)
	p.Into("message", &k.message)
	p.Into("enabled", &k.enabled)
	p.Into("inbox_id", &k.inboxID)
	p.Into("sender_id", &k.senderID)
	p.Into("trigger_only_during_business_hours", &k.onlyInBusinessHours)
	if v, sent := p.Get("scheduled_at"); sent {
		k.scheduledAt = time.Time{}
		if at := testserver.CastTime(v); at != nil {
			k.scheduledAt = *at
		}
	}
	if values, sent := p.List("audience"); sent {
		k.audience = permitAudience(values)
	}
	if rules, sent := p.Object("trigger_rules"); sent {
		k.triggerRules = rules
	}
	if c.atLeast("4.15.1") {
		if template, sent := p.Object("template_params"); sent {
			k.templateParams = template
		}
	}
	c.checkCampaign(k)
}

func permitAudience(values []any) []any {
	out := []any{}
	for _, v := range values {
		h, isHash := v.(*params)
		if !isHash {
			continue
		}
		row := object{}
		for _, key := range []string{"id", "type"} {
			if value, sent := h.Get(key); sent {
				row.Set(key, testserver.AsJSON(value))
			}
		}
		out = append(out, row)
	}
	return out
}

// campaignInboxes are the types of inboxes that campaigns may run in.
var campaignInboxes = []string{channelWidget, channelSms, "Channel::TwilioSms"}

func (c *ctx) checkCampaign(k *campaign) {
	var faults problems
	faults.checkLength("title", k.title, maxString)
	faults.checkLength("description", textOf(k.description), maxText)
	faults.checkLength("message", k.message, maxText)
	if k.inboxID == nil {
		faults.add("inbox_id", "can't be blank")
	}
	for _, column := range []struct{ name, value string }{{"title", k.title}, {"message", k.message}} {
		if strings.TrimSpace(column.value) == "" {
			faults.add(column.name, "can't be blank")
		}
	}
	if k.inboxID == nil {
		faults.add("inbox", "must exist")
		stop(faults.fail())
	}
	in := inboxes.find(c.st, *k.inboxID)
	if in == nil {
		stop(c.missing())
	}
	types := campaignInboxes
	if c.atLeast("4.15.1") {
		types = append(slices.Clone(types), "Channel::Whatsapp")
	}
	if !slices.Contains(types, in.channelType) {
		faults.add("inbox", "Unsupported Inbox type")
	}
	c.checkTriggerURL(&faults, k)
	if c.atLeast("4.2.0") && k.senderID != nil && c.st.member(k.accountID, *k.senderID) == nil {
		faults.add("sender_id", "must belong to the same account as the campaign")
	}
	if c.atLeast("4.2.0") && in.accountID != k.accountID {
		faults.add("inbox_id", "must belong to the same account as the campaign")
	}
	faults.stopIf()
	k.kind = campaignOngoing
	if in.channelType != channelWidget {
		k.kind = campaignOneOff
	}
	switch {
	case k.kind == campaignOngoing:
		k.scheduledAt = time.Time{}
	case k.scheduledAt.IsZero():
		k.scheduledAt = c.Now
	}
}

func (c *ctx) checkTriggerURL(faults *problems, k *campaign) {
	v, sent := k.triggerRules.Get("url")
	if !sent {
		return
	}
	address, _ := v.(string)
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		faults.add("url", "invalid")
	}
}

// updateCampaign refuses to change what was sent.
func updateCampaign(c *ctx) response {
	c.adminOnly()
	k := c.findCampaign()
	next := *k
	c.readCampaign(&next)
	if k.completed {
		var faults problems
		faults.add("status", "The campaign is already completed")
		return faults.fail()
	}
	campaigns.save(c.st, k, next)
	return ok(c.campaignView(k))
}

func deleteCampaign(c *ctx) response {
	c.adminOnly()
	campaigns.remove(c.st, c.findCampaign())
	return done()
}
