package konvertetest

import (
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// assistant is an AI assistant. It never answers here, since there is no model.
type assistant struct {
	record
	accountID   int64
	name        string
	description string
	config      object
	// guardrails and guidelines are lists of texts, kept as they were sent.
	guardrails, guidelines any
}

var assistants = newTable[assistant]("captain assistant")

// assistantInbox connects an assistant to an inbox, which has one at most.
type assistantInbox struct {
	record
	assistantID, inboxID int64
}

var assistantInboxes = newTable[assistantInbox]("captain inbox")

var assistantColumns = []string{
	"id", "name", "account_id", "created_at", "updated_at", "description", "config", "response_guidelines", "guardrails",
}

func init() {
	inboxAssistant = assistantOf
	inboxDeleted = append(inboxDeleted, func(st *store, inboxID int64) {
		assistantInboxes.removeWhere(st, func(l *assistantInbox) bool { return l.inboxID == inboxID })
	})
}

func registerAssistants(r *router) {
	const all = "/api/v1/accounts/{account_id}/captain/assistants"
	const one, connected = all + "/{id}", all + "/{assistant_id}/inboxes"
	r.get("undocumented:captain-assistant-list", all, listAssistants)
	r.post("undocumented:captain-assistant-create", all, createAssistant, wrap("assistant", assistantColumns...))
	r.get("undocumented:captain-assistant-show", one, showAssistant)
	r.patch("undocumented:captain-assistant-update", one, updateAssistant, wrap("assistant", assistantColumns...))
	r.delete("undocumented:captain-assistant-delete", one, deleteAssistant)
	r.post("undocumented:captain-assistant-playground", one+"/playground", playAssistant)
	r.get("undocumented:captain-inbox-list", connected, listAssistantInboxes)
	r.post("undocumented:captain-inbox-add", connected, addAssistantInbox)
	r.delete("undocumented:captain-inbox-remove", connected+"/{inbox_id}", removeAssistantInbox)
}

func assistantOf(st *store, inboxID int64) (id int64, name string, there bool) {
	link := assistantInboxes.first(st, func(l *assistantInbox) bool { return l.inboxID == inboxID })
	if link == nil {
		return 0, "", false
	}
	a := assistants.find(st, link.assistantID)
	return a.id, a.name, true
}

func (c *ctx) assistantView(a *assistant) object {
	o := obj(
		"account_id", a.accountID, "config", orEmpty(a.config), "created_at", epoch(a.createdAt),
		"description", a.description,
	)
	newest := c.atLeast("4.15.1")
	if newest {
		o.Set("guardrails", a.guardrails)
	}
	o.Set("id", a.id)
	o.Set("name", a.name)
	if newest {
		o.Set("response_guidelines", a.guidelines)
	}
	o.Set("updated_at", epoch(a.updatedAt))
	return o
}

func (c *ctx) findAssistant(param string) *assistant {
	a := assistants.find(c.st, c.id(param))
	if a == nil || a.accountID != c.account.id {
		stop(notFound())
	}
	return a
}

// onePage is a list that is never cut into pages.
func onePage(rows []object) response {
	return ok(obj("payload", rows, "meta", obj("total_count", len(rows), "page", 1)))
}

// listAssistants shows the newest first.
func listAssistants(c *ctx) response {
	rows := assistants.where(c.st, func(a *assistant) bool { return a.accountID == c.account.id })
	slices.Reverse(rows)
	return onePage(list(rows, c.assistantView))
}

func showAssistant(c *ctx) response { return ok(c.assistantView(c.findAssistant("id"))) }

func createAssistant(c *ctx) response {
	c.adminOnly()
	a := assistant{accountID: c.account.id, guardrails: []any{}, guidelines: []any{}}
	c.readAssistant(&a)
	return ok(c.assistantView(assistants.insert(c.st, &a)))
}

func updateAssistant(c *ctx) response {
	c.adminOnly()
	a := c.findAssistant("id")
	next := *a
	c.readAssistant(&next)
	*a = next
	assistants.touch(c.st, a)
	return ok(c.assistantView(a))
}

// assistantConfig are the keys of the configuration that are kept.
func (c *ctx) assistantConfig() []string {
	keys := []string{
		"product_name", "feature_faq", "feature_memory", "welcome_message", "handoff_message", "resolution_message",
		"instructions", "temperature",
	}
	if c.atLeast("4.15.1") {
		keys = append(keys, "feature_citation", "feature_contact_attributes")
	}
	return keys
}

// readAssistant reads and checks the columns; the configuration is replaced as
// a whole.
func (c *ctx) readAssistant(a *assistant) {
	p := c.require("assistant")
	p.Into("name", &a.name)
	p.Into("description", &a.description)
	if config := p.Hash("config"); config != nil {
		a.config = permit(config, c.assistantConfig()...)
	}
	if c.atLeast("4.15.1") {
		readAsSent(p, "guardrails", &a.guardrails)
		readAsSent(p, "response_guidelines", &a.guidelines)
	}
	var faults problems
	if strings.TrimSpace(a.name) == "" {
		faults.add("name", "can't be blank")
	}
	if strings.TrimSpace(a.description) == "" {
		faults.add("description", "can't be blank")
	}
	faults.stopIf()
}

func readAsSent(p *params, key string, column *any) {
	if v, sent := p.Get(key); sent {
		*column = testserver.AsJSON(v)
	}
}

func deleteAssistant(c *ctx) response {
	c.adminOnly()
	a := c.findAssistant("id")
	assistantInboxes.removeWhere(c.st, func(l *assistantInbox) bool { return l.assistantID == a.id })
	assistants.remove(c.st, a)
	return noContent()
}

// playAssistant asks the model, which a server without one cannot.
func playAssistant(c *ctx) response {
	c.findAssistant("id")
	c.Params.IgnoreAll()
	return crash()
}

func listAssistantInboxes(c *ctx) response {
	a := c.findAssistant("assistant_id")
	rows := []object{}
	for l := range assistantInboxes.all(c.st) {
		if l.assistantID == a.id {
			rows = append(rows, c.inboxView(inboxes.find(c.st, l.inboxID)))
		}
	}
	return onePage(rows)
}

func addAssistantInbox(c *ctx) response {
	c.adminOnly()
	a := c.findAssistant("assistant_id")
	in := c.accountInbox(c.require("inbox").Int("inbox_id"))
	if in == nil {
		return notFound()
	}
	if _, _, taken := assistantOf(c.st, in.id); taken {
		var faults problems
		faults.add("inbox_id", "has already been taken")
		return faults.fail()
	}
	assistantInboxes.insert(c.st, &assistantInbox{assistantID: a.id, inboxID: in.id})
	return ok(c.inboxView(in))
}

func removeAssistantInbox(c *ctx) response {
	c.adminOnly()
	a := c.findAssistant("assistant_id")
	inboxID := c.id("inbox_id")
	link := assistantInboxes.first(c.st, func(l *assistantInbox) bool { return l.assistantID == a.id && l.inboxID == inboxID })
	if link == nil {
		return notFound()
	}
	assistantInboxes.remove(c.st, link)
	return noContent()
}
