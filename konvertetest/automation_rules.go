package konvertetest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

type automationRule struct {
	record
	accountID   int64
	name        string
	description *string
	eventName   string
	active      bool
	conditions  []any
	actions     []any
	files       []*ownedFile
}

var automationRules = newTable[automationRule]("automation rule")

func registerAutomationRules(r *router) {
	const all = "/api/v1/accounts/{account_id}/automation_rules"
	r.get("get-account-automation-rule", all, listAutomationRules)
	r.post("add-new-automation-rule-to-account", all, createAutomationRule)
	r.get("get-details-of-a-single-automation-rule", all+"/{id}", showAutomationRule)
	r.patch("update-automation-rule-in-account", all+"/{id}", updateAutomationRule)
	r.delete("delete-automation-rule-from-account", all+"/{id}", deleteAutomationRule)
	r.post("undocumented:automation-rule-clone", all+"/{automation_rule_id}/clone", cloneAutomationRule)
}

var automationConditions = []string{
	"content", "email", "country_code", "status", "message_type", "browser_language", "assignee_id", "team_id",
	"referer", "city", "company", "inbox_id", "mail_subject", "phone_number", "priority", "conversation_language",
	"sla_policy_id",
}

var automationActions = []string{
	"send_message", "add_label", "remove_label", "send_email_to_team", "assign_team", "assign_agent",
	"send_webhook_event", "mute_conversation", "send_attachment", "change_status", "resolve_conversation",
	"snooze_conversation", "change_priority", "send_email_transcript", "add_sla",
}

func (c *ctx) automationRuleView(r *automationRule) object {
	o := obj(
		"id", r.id, "account_id", r.accountID, "name", r.name, "description", r.description,
		"event_name", r.eventName, "conditions", r.conditions, "actions", r.actions,
		"created_on", epoch(r.createdAt), "active", r.active,
	)
	if len(r.files) > 0 {
		o.Set("files", list(r.files, func(f *ownedFile) object { return c.ownedFileView(f, "automation_rule_id", r.id) }))
	}
	return o
}

func (r *automationRule) audited() object {
	return obj(
		"name", r.name, "active", r.active, "actions", r.actions, "account_id", r.accountID, "conditions", r.conditions,
		"event_name", r.eventName, "description", r.description,
	)
}

// findAutomationRule ends the request when there is no such rule: the real
// server goes on with none and fails.
func (c *ctx) findAutomationRule(param string) *automationRule {
	r := automationRules.find(c.st, c.id(param))
	if r == nil || r.accountID != c.account.id {
		stop(c.missing())
	}
	return r
}

// missing answers for a record that the real server does not find and uses
// all the same.
func (c *ctx) missing() response {
	if c.bugs() {
		return crash()
	}
	return notFound()
}

func listAutomationRules(c *ctx) response {
	c.adminOnly()
	c.Params.Ignore("page")
	rows := automationRules.where(c.st, func(r *automationRule) bool { return r.accountID == c.account.id })
	return ok(obj("payload", list(rows, c.automationRuleView)))
}

func showAutomationRule(c *ctx) response {
	c.adminOnly()
	return ok(obj("payload", c.automationRuleView(c.findAutomationRule("id"))))
}

// createAutomationRule needs name, event, conditions and actions; without one
// of them the real server fails. The answer has no payload around it.
func createAutomationRule(c *ctx) response {
	c.adminOnly()
	r := automationRule{accountID: c.account.id, active: true}
	sound := c.readAutomationRule(&r)
	var faults problems
	for _, key := range []string{"name", "event_name", "conditions", "actions"} {
		if v, sent := c.Params.Get(key); !sent || v == nil {
			faults.add(key, "can't be blank")
		}
	}
	if (len(faults) > 0 || !sound) && c.bugs() {
		return c.automationFailure(&r)
	}
	faults = append(faults, c.checkAutomationRule(&r)...)
	if len(faults) > 0 {
		return faults.failObject()
	}
	automationRules.insert(c.st, &r)
	r.files = c.st.takeFiles(c, r.actions, r.files)
	c.audit("AutomationRule", r.id, auditCreate, r.audited())
	return ok(c.automationRuleView(&r))
}

// automationFailure answers a rule that the database would refuse: what the
// model refuses is said first.
func (c *ctx) automationFailure(r *automationRule) response {
	conditions, sent := c.Params.Get("conditions")
	if !sent || conditions == nil {
		return crash()
	}
	if faults := c.checkAutomationRule(r); len(faults) > 0 {
		return faults.failObject()
	}
	return crash()
}

// readAutomationRule reads the columns; it reports false for values that no
// column takes. Conditions and actions are kept as they came.
func (c *ctx) readAutomationRule(r *automationRule) bool {
	p := c.Params
	p.Into("name", &r.name)
	p.Into("description", &r.description)
	p.Into("event_name", &r.eventName)
	sound := true
	if v, sent := p.Get("active"); sent {
		var active *bool
		p.Into("active", &active)
		if sound = active != nil || v == ""; active != nil {
			r.active = *active
		}
	}
	readSteps(p, "conditions", &r.conditions)
	readSteps(p, "actions", &r.actions)
	return sound
}

// readSteps reads an array of objects of free form; null leaves it alone.
func readSteps(p *params, key string, steps *[]any) {
	v, sent := p.Get(key)
	if !sent || v == nil {
		return
	}
	list, isList := v.([]any)
	if !isList {
		stop(crash())
	}
	*steps = testserver.AsJSON(list).([]any)
}

// checkAutomationRule notes what the model refuses.
func (c *ctx) checkAutomationRule(r *automationRule) problems {
	var faults problems
	faults.checkLength("name", r.name, maxString)
	faults.checkLength("description", textOf(r.description), maxText)
	faults.checkLength("event_name", r.eventName, maxString)
	known := slices.Clone(automationConditions)
	if c.atLeast("4.15.1") {
		known = append(known, "labels")
	}
	for d := range attributeDefinitions.all(c.st) {
		if d.accountID == c.account.id {
			known = append(known, d.key)
		}
	}
	c.checkStepNames(&faults, "conditions", "attribute_key", r.conditions, known)
	c.checkStepNames(&faults, "actions", "action_name", r.actions, c.automationActionNames())
	checkStepOperators(&faults, r.conditions)
	return faults
}

func (c *ctx) automationActionNames() []string {
	names := slices.Clone(automationActions)
	if c.atLeast("4.15.1") {
		names = append(names, "add_private_note", "open_conversation", "pending_conversation")
	}
	return names
}

// checkStepNames notes the steps whose name is unknown; each name counts once
// for every step, as in Ruby's array difference.
func (c *ctx) checkStepNames(faults *problems, attribute, key string, steps []any, known []string) {
	var unknown []string
	for _, step := range steps {
		o, isObject := step.(object)
		if !isObject {
			stop(crash())
		}
		v, _ := o.Get(key)
		name, _ := v.(string)
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		faults.add(attribute, "Automation "+attribute+" "+strings.Join(unknown, ",")+" not supported.")
	}
}

// checkStepOperators wants an operator in all conditions but one.
func checkStepOperators(faults *problems, conditions []any) {
	without := 0
	var wrong int
	for _, step := range conditions {
		v, _ := step.(object).Get("query_operator")
		if v == nil {
			without++
			continue
		}
		operator, isText := v.(string)
		if !isText {
			stop(crash())
		}
		if operator != "" && !slices.Contains([]string{"AND", "OR"}, strings.ToUpper(operator)) {
			wrong++
		}
	}
	if without > 1 {
		faults.add("conditions", "Automation conditions should have query operator.")
	}
	for range wrong {
		faults.add("conditions", `Query operator must be either "AND" or "OR"`)
	}
}

// updateAutomationRule turns every failure into a 422, with an empty object
// for those that are not the model's.
func updateAutomationRule(c *ctx) response {
	c.adminOnly()
	r := c.findAutomationRule("id")
	next := *r
	sound := c.readAutomationRule(&next)
	for _, key := range []string{"name", "event_name"} {
		if v, sent := c.Params.Get(key); sent && v == nil {
			sound = false
		}
	}
	if faults := c.checkAutomationRule(&next); len(faults) > 0 {
		return faults.failObject()
	}
	if !sound {
		return jsonAnswer(http.StatusUnprocessableEntity, typeJSON, obj("error", object{}))
	}
	next.files = c.st.takeFiles(c, next.actions, next.files)
	before := r.audited()
	*r = next
	automationRules.touch(c.st, r)
	c.audit("AutomationRule", r.id, auditUpdate, changedColumns(before, r.audited()))
	return ok(obj("payload", c.automationRuleView(r)))
}

func deleteAutomationRule(c *ctx) response {
	c.adminOnly()
	r := c.findAutomationRule("id")
	automationRules.remove(c.st, r)
	c.audit("AutomationRule", r.id, auditDestroy, r.audited())
	return done()
}

// cloneAutomationRule copies a rule without its files, and does not rename it.
func cloneAutomationRule(c *ctx) response {
	c.adminOnly()
	from := c.findAutomationRule("automation_rule_id")
	to := *from
	to.record, to.files = record{}, nil
	automationRules.insert(c.st, &to)
	c.audit("AutomationRule", to.id, auditCreate, to.audited())
	return ok(obj("payload", c.automationRuleView(&to)))
}
