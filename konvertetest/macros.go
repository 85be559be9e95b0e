package konvertetest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Visibilities of a macro, in the order of their numbers.
const (
	macroPersonal = "personal"
	macroGlobal   = "global"
)

type macro struct {
	record
	accountID              int64
	name                   string
	visibility             *string
	createdByID, updatedBy int64
	actions                []any
	files                  []*ownedFile
}

var macros = newTable[macro]("macro")

func registerMacros(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/macros", "/api/v1/accounts/{account_id}/macros/{id}"
	r.get("undocumented:macro-list", all, listMacros)
	r.post("undocumented:macro-create", all, createMacro)
	r.get("undocumented:macro-show", one, showMacro)
	r.patch("undocumented:macro-update", one, updateMacro)
	r.delete("undocumented:macro-delete", one, deleteMacro)
	r.post("undocumented:macro-execute", one+"/execute", executeMacro)
}

var macroActions = []string{
	"send_message", "add_label", "assign_team", "assign_agent", "mute_conversation", "change_status", "remove_label",
	"remove_assigned_team", "resolve_conversation", "snooze_conversation", "change_priority", "send_email_transcript",
	"send_attachment", "add_private_note", "send_webhook_event",
}

func (m *macro) isGlobal() bool { return m.visibility != nil && *m.visibility == macroGlobal }

func (c *ctx) macroView(m *macro) object {
	o := obj("id", m.id, "name", m.name, "visibility", m.visibility)
	for _, by := range []struct {
		key string
		id  int64
	}{{"created_by", m.createdByID}, {"updated_by", m.updatedBy}} {
		if u := users.find(c.st, by.id); u != nil {
			o.Set(by.key, c.agentView(u))
		}
	}
	o.Set("account_id", m.accountID)
	o.Set("actions", m.actions)
	if len(m.files) > 0 {
		o.Set("files", list(m.files, func(f *ownedFile) object { return c.ownedFileView(f, "macro_id", m.id) }))
	}
	return o
}

func (m *macro) audited() object {
	var visibility any
	if m.visibility != nil {
		visibility = slices.Index([]string{macroPersonal, macroGlobal}, *m.visibility)
	}
	return obj(
		"name", m.name, "actions", m.actions, "account_id", m.accountID, "visibility", visibility,
		"created_by_id", m.createdByID, "updated_by_id", m.updatedBy,
	)
}

// listMacros lists the global ones and the caller's own personal ones; those
// without visibility are in neither list.
func listMacros(c *ctx) response {
	rows := macros.where(c.st, func(m *macro) bool {
		mine := m.visibility != nil && m.createdByID == c.user.id
		return m.accountID == c.account.id && (m.isGlobal() || mine)
	})
	return ok(obj("payload", list(rows, c.macroView)))
}

// findMacro finds a macro that the caller may use in one way or another; nil
// when there is none.
func (c *ctx) findMacro(allowed func(m *macro, author bool) bool) *macro {
	m := macros.find(c.st, c.id("id"))
	if m == nil || m.accountID != c.account.id {
		return nil
	}
	if !allowed(m, m.createdByID == c.user.id) {
		stop(denied())
	}
	return m
}

func mayUseMacro(m *macro, author bool) bool { return author || m.isGlobal() }

func showMacro(c *ctx) response {
	m := c.findMacro(mayUseMacro)
	if m == nil {
		return headOnly(http.StatusNotFound)
	}
	return ok(obj("payload", c.macroView(m)))
}

// createMacro reads the body without any wrapper. A name and actions are
// needed; a macro of an agent is always personal.
func createMacro(c *ctx) response {
	m := macro{accountID: c.account.id, createdByID: c.user.id, updatedBy: c.user.id}
	named := c.readMacro(&m)
	sent, _ := c.Params.Get("actions")
	if faults := checkMacro(&m); len(faults) > 0 {
		return faults.failObject()
	}
	if !named || sent == nil {
		return crash()
	}
	macros.insert(c.st, &m)
	m.files = c.st.takeFiles(c, m.actions, nil)
	c.audit("Macro", m.id, auditCreate, m.audited())
	return ok(obj("payload", c.macroView(&m)))
}

// readMacro reads the columns; named is false when no name was sent. The
// visibility is cleared when none was sent.
func (c *ctx) readMacro(m *macro) (named bool) {
	p := c.Params
	p.Into("name", &m.name)
	visibility, known := enum(p, "visibility", macroPersonal, macroGlobal)
	if !known {
		stop(crash())
	}
	m.visibility = visibility
	if !c.isAdmin() {
		personal := macroPersonal
		m.visibility = &personal
	}
	readSteps(p, "actions", &m.actions)
	name, sent := p.Get("name")
	return sent && name != nil
}

func checkMacro(m *macro) problems {
	var faults problems
	faults.checkLength("name", m.name, maxString)
	var unknown []string
	for _, step := range m.actions {
		action, isObject := step.(object)
		if !isObject {
			stop(crash())
		}
		v, _ := action.Get("action_name")
		if name, _ := v.(string); !slices.Contains(macroActions, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		faults.add("actions", "Macro execution actions "+strings.Join(unknown, ",")+" not supported.")
	}
	return faults
}

func updateMacro(c *ctx) response {
	m := c.findMacro(func(m *macro, author bool) bool { return author || m.isGlobal() && c.isAdmin() })
	if m == nil {
		return c.missing()
	}
	next := *m
	next.updatedBy = c.user.id
	named := c.readMacro(&next)
	if faults := checkMacro(&next); len(faults) > 0 {
		return faults.failObject()
	}
	if c.Params.Has("name") && !named {
		return jsonAnswer(http.StatusUnprocessableEntity, typeJSON, obj("error", object{}))
	}
	next.files = c.st.takeFiles(c, next.actions, next.files)
	before := m.audited()
	*m = next
	macros.touch(c.st, m)
	c.audit("Macro", m.id, auditUpdate, changedColumns(before, m.audited()))
	return ok(obj("payload", c.macroView(m)))
}

// deleteMacro is for the author alone; an administrator may delete the macro
// of a user who is gone.
func deleteMacro(c *ctx) response {
	m := c.findMacro(func(m *macro, author bool) bool {
		return author || c.isAdmin() && users.find(c.st, m.createdByID) == nil
	})
	if m == nil {
		return c.missing()
	}
	macros.remove(c.st, m)
	c.audit("Macro", m.id, auditDestroy, m.audited())
	return done()
}

// executeMacro runs a macro in the background; what it does not find it leaves
// out.
func executeMacro(c *ctx) response {
	m := c.findMacro(mayUseMacro)
	sent, _ := c.Params.Get("conversation_ids")
	values, isList := sent.([]any)
	if m == nil || !isList {
		return done()
	}
	c.Later(func() {
		for _, value := range values {
			n := testserver.CastInt(value)
			if n == nil {
				continue
			}
			if v := c.st.conversationByNumber(c.account.id, *n); v != nil {
				c.runActions(v, m.actions)
			}
		}
	})
	return done()
}

// runActions does to a conversation what a macro or an automation rule says.
func (c *ctx) runActions(v *conversation, actions []any) {
	for _, step := range actions {
		action := step.(object)
		name, _ := action.Get("action_name")
		sent, _ := action.Get("action_params")
		values, isList := sent.([]any)
		if !isList && sent != nil {
			values = []any{sent}
		}
		if run := conversationActions[name.(string)]; run != nil {
			run(c, v, values)
		}
	}
}

// conversationActions are what macros and automation rules can do to a
// conversation. Transcripts, e-mails and webhooks are not sent.
var conversationActions = map[string]func(c *ctx, v *conversation, values []any){
	"add_label": func(c *ctx, v *conversation, values []any) { c.relabel(v, labelList(values), nil) },
	"remove_label": func(c *ctx, v *conversation, values []any) {
		c.relabel(v, nil, labelList(values))
	},
	"assign_team":          assignTeamAction,
	"remove_assigned_team": func(c *ctx, v *conversation, _ []any) { c.changeConversation(v, clearTeam) },
	"assign_agent":         assignAgentAction,
	"mute_conversation":    func(c *ctx, v *conversation, _ []any) { c.mute(v) },
	"change_status": func(c *ctx, v *conversation, values []any) {
		c.setStatusQuietly(v, firstText(values))
	},
	"resolve_conversation": func(c *ctx, v *conversation, _ []any) { c.setStatusQuietly(v, statusResolved) },
	"open_conversation":    func(c *ctx, v *conversation, _ []any) { c.setStatusQuietly(v, statusOpen) },
	"pending_conversation": func(c *ctx, v *conversation, _ []any) { c.setStatusQuietly(v, statusPending) },
	"add_sla":              addSLAAction,
	"snooze_conversation":  func(c *ctx, v *conversation, _ []any) { c.setStatusQuietly(v, statusSnoozed) },
	"change_priority":      changePriorityAction,
	"send_message":         func(c *ctx, v *conversation, values []any) { c.sendByAction(v, firstText(values), false, nil) },
	"add_private_note":     func(c *ctx, v *conversation, values []any) { c.sendByAction(v, firstText(values), true, nil) },
	"send_attachment":      sendAttachmentAction,
}

func clearTeam(v *conversation) { v.teamID = nil }

func firstText(values []any) string {
	if len(values) == 0 {
		return ""
	}
	if text := testserver.CastString(values[0]); text != nil {
		return *text
	}
	return ""
}

// relabel adds and removes labels; nothing happens when that changes nothing.
func (c *ctx) relabel(v *conversation, add, remove []string) {
	next := without(append(slices.Clone(v.labels), without(add, v.labels)...), remove)
	if !slices.Equal(next, v.labels) {
		c.changeConversation(v, func(v *conversation) { v.labels = next })
	}
}

// mute blocks the contact and resolves the conversation.
func (c *ctx) mute(v *conversation) {
	c.setStatusQuietly(v, statusResolved)
	c.block(v, true)
	c.addActivity(v, c.actor()+" has muted the conversation")
}

// setStatusQuietly sets a status that exists; another one is left out.
func (c *ctx) setStatusQuietly(v *conversation, status string) {
	if v.status != status && slices.Contains(conversationStatuses, status) {
		c.changeConversation(v, func(v *conversation) { v.status = status })
	}
}

func changePriorityAction(c *ctx, v *conversation, values []any) {
	text := firstText(values)
	switch {
	case text == "nil" || text == "":
		c.changeConversation(v, func(v *conversation) { v.priority = nil })
	case slices.Contains(conversationPriorities, text):
		c.changeConversation(v, func(v *conversation) { v.priority = &text })
	}
}

// assignTeamAction leaves out teams of other accounts.
func assignTeamAction(c *ctx, v *conversation, values []any) {
	text := firstText(values)
	if text == "nil" || text == "0" {
		c.changeConversation(v, clearTeam)
		return
	}
	t := teams.find(c.st, testserver.LeadingInt(text))
	if t != nil && t.accountID == v.accountID && !same(v.teamID, &t.id) {
		c.changeConversation(v, func(v *conversation) { v.teamID = &t.id })
	}
}

// assignAgentAction leaves out agents who are not in the inbox; "self" is the
// user who runs the macro.
func assignAgentAction(c *ctx, v *conversation, values []any) {
	text := firstText(values)
	if text == "nil" {
		c.changeConversation(v, func(v *conversation) { v.assigneeID = nil })
		return
	}
	id := testserver.LeadingInt(text)
	if text == "self" && c.user != nil {
		id = c.user.id
	}
	m := c.st.member(v.accountID, id)
	if m == nil || !m.isAdmin() && !c.st.inboxMember(v.inboxID, id) || same(v.assigneeID, &id) {
		return
	}
	c.changeConversation(v, func(v *conversation) { v.assigneeID = &id })
}

func sendAttachmentAction(c *ctx, v *conversation, values []any) {
	var files []*attachment
	for _, value := range values {
		n := testserver.CastInt(value)
		if n == nil {
			continue
		}
		if b := blobs.find(c.st, *n); b != nil {
			files = append(files, c.newAttachment(b))
		}
	}
	if len(files) > 0 {
		c.sendByAction(v, "", false, files)
	}
}

// addSLAAction sets a policy of the account, once.
func addSLAAction(c *ctx, v *conversation, values []any) {
	p := slaPolicies.find(c.st, testserver.LeadingInt(firstText(values)))
	if p != nil && p.accountID == v.accountID && v.slaPolicyID == nil {
		c.changeConversation(v, func(v *conversation) { v.slaPolicyID = &p.id })
	}
}

// sendByAction sends a message of the user who asks; that of a rule has no
// sender, and its text tells the rule.
func (c *ctx) sendByAction(v *conversation, text string, private bool, files []*attachment) {
	m := &message{messageType: messageOutgoing, private: private, attachments: files}
	if c.user != nil {
		m.senderType, m.senderID = senderUser, c.user.id
	}
	if files == nil {
		m.content = &text
	}
	if files == nil && c.rule != nil {
		m.contentAttributes = obj("automation_rule_id", c.rule.id)
	}
	c.insertMessage(v, m)
}
