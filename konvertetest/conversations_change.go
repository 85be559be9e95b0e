package konvertetest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

const (
	statusOpen     = "open"
	statusResolved = "resolved"
	statusPending  = "pending"
	statusSnoozed  = "snoozed"
)

// same compares nullable columns.
func same[V comparable](a, b *V) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// insertConversation stores a new conversation with everything that saving
// one brings about. An assignee who does not exist makes the real server fail
// after the conversation is stored.
func (c *ctx) insertConversation(v *conversation) {
	v.uuid = randomUUID()
	v.waitingSince, v.lastActivityAt = c.Now, c.Now
	c.determineStatus(v)
	before := conversation{status: ""}
	c.beforeSave(v, &before)
	conversations.insert(c.st, v)
	v.displayID = c.st.nextID(conversationNumbers, v.accountID)
	c.dispatch(event{name: eventConversationCreated, conversation: v})
	c.autoAssign(v)
	c.assignmentActivity(v, &before)
	c.dispatchChanges(v, &before)
	if v.assigneeID != nil && c.assignee(v) == nil && c.bugs() {
		stop(crash())
	}
}

// determineStatus sets the status of a new conversation where the inbox or the
// contact decides it.
func (c *ctx) determineStatus(v *conversation) {
	switch {
	case c.muted(v):
		v.status = statusResolved
	case v.campaignID == nil && c.st.activeBot(v.inboxID):
		v.status = statusPending
	}
}

// activeBot reports whether a bot answers first in an inbox, be it one of an
// app.
func (st *store) activeBot(inboxID int64) bool {
	byApp := integrationHooks.first(st, func(h *integrationHook) bool {
		return h.appID == "dialogflow" && h.status == hookEnabled && same(h.inboxID, &inboxID)
	})
	return byApp != nil || agentBotInboxes.first(st, func(l *agentBotInbox) bool {
		return l.inboxID == inboxID && l.status == statusActive
	}) != nil
}

// changeConversation applies one change and saves it: what follows from it
// (other columns, activity messages, events) follows.
func (c *ctx) changeConversation(v *conversation, change func(*conversation)) {
	before := *v
	change(v)
	c.beforeSave(v, &before)
	if reflect.DeepEqual(before, *v) {
		return
	}
	conversations.touch(c.st, v)
	if v.status == statusOpen && before.status != statusOpen {
		c.autoAssign(v)
	}
	if v.status == statusResolved && before.status != statusResolved && c.atLeast("4.15.1") {
		v.waitingSince = time.Time{}
	}
	c.statusActivity(v, &before)
	c.priorityActivity(v, &before)
	c.labelActivity(v, &before)
	if v.slaPolicyID != nil && !same(before.slaPolicyID, v.slaPolicyID) {
		c.applySLA(v, *v.slaPolicyID)
	}
	c.assignmentActivity(v, &before)
	c.dispatchChanges(v, &before)
}

// beforeSave sets the columns that follow from others: a team lets only its
// members be assignees, and may choose one.
func (c *ctx) beforeSave(v, before *conversation) {
	if v.status != statusSnoozed {
		v.snoozedUntil = time.Time{}
	}
	t := c.teamOf(v)
	if same(v.teamID, before.teamID) || t == nil {
		return
	}
	if v.assigneeID != nil && !c.st.inTeam(t.id, *v.assigneeID) {
		v.assigneeID = nil
	}
	if v.assigneeID == nil && t.allowAutoAssign != nil && *t.allowAutoAssign {
		v.assigneeID = c.nextAgent(v, func(id int64) bool { return c.st.inTeam(t.id, id) })
	}
}

// autoAssign gives an open conversation to the next agent of its inbox who is
// online, when the inbox wants that.
func (c *ctx) autoAssign(v *conversation) {
	box := inboxes.find(c.st, v.inboxID)
	if box == nil || v.status != statusOpen || !isOn(box.enableAutoAssignment) {
		return
	}
	if v.assigneeID != nil && c.st.inboxMember(v.inboxID, *v.assigneeID) {
		return
	}
	if id := c.nextAgent(v, func(int64) bool { return true }); id != nil {
		v.assigneeID = id
	}
}

func (st *store) inboxMember(inboxID, userID int64) bool {
	return inboxMembers.first(st, func(m *inboxMember) bool { return m.inboxID == inboxID && m.userID == userID }) != nil
}

// turns keeps, for each inbox, who was assigned last.
type turns struct{ inboxID int64 }

// nextAgent is the member of the inbox whose turn it is among those who are
// online, below their limit and allowed; nil for nobody.
func (c *ctx) nextAgent(v *conversation, allowed func(userID int64) bool) *int64 {
	order, _ := c.st.extra[turns{v.inboxID}].([]int64)
	for _, m := range inboxMembers.where(c.st, func(m *inboxMember) bool { return m.inboxID == v.inboxID }) {
		if !slices.Contains(order, m.userID) {
			order = append(order, m.userID)
		}
	}
	for i, id := range order {
		m := c.st.member(v.accountID, id)
		if m == nil || !allowed(id) || !c.st.inboxMember(v.inboxID, id) || c.st.availabilityStatus(m) != "online" || !c.hasCapacity(v.inboxID, id) {
			continue
		}
		c.st.extra[turns{v.inboxID}] = append(slices.Delete(slices.Clone(order), i, i+1), id)
		return &id
	}
	return nil
}

// hasCapacity applies the inbox's limit of open conversations for one agent.
func (c *ctx) hasCapacity(inboxID, userID int64) bool {
	box := inboxes.find(c.st, inboxID)
	limit, limited := jsonInt(box.autoAssignmentConfig, "max_assignment_limit")
	if !limited {
		return true
	}
	held := conversations.where(c.st, func(v *conversation) bool {
		return v.inboxID == inboxID && v.status == statusOpen && v.assigneeID != nil && *v.assigneeID == userID
	})
	return int64(len(held)) < limit
}

// jsonInt reads a whole number of a free-form object.
func jsonInt(o object, key string) (n int64, there bool) {
	v, _ := o.Get(key)
	if testserver.Blank(v) {
		return 0, false
	}
	cast := testserver.CastInt(v)
	if cast == nil {
		return 0, false
	}
	return *cast, true
}

func (c *ctx) dispatchChanges(v, before *conversation) {
	if v.status != before.status && before.status != "" {
		c.dispatch(event{name: eventStatusChanged, conversation: v, before: before})
		switch v.status {
		case statusOpen:
			c.dispatch(event{name: eventConversationOpened, conversation: v, before: before})
		case statusResolved:
			c.dispatch(event{name: eventConversationResolved, conversation: v, before: before})
		}
	}
	if !same(v.assigneeID, before.assigneeID) {
		c.dispatch(event{name: eventAssigneeChanged, conversation: v, before: before})
	}
	if !same(v.teamID, before.teamID) {
		c.dispatch(event{name: eventTeamChanged, conversation: v, before: before})
	}
	if before.status != "" {
		c.dispatch(event{name: eventConversationUpdated, conversation: v, before: before})
	}
}

// checkAttributes notes values of free-form attributes that are too large.
func (p *problems) checkAttributes(attribute string, o object) {
	const longest, largest = 1500, 9999999999
	for _, m := range o {
		switch value := m.Value.(type) {
		case string:
			if len([]rune(value)) > longest {
				p.add(attribute, m.Key+" length should be < 1500")
			}
		case json.Number:
			if n, err := value.Int64(); err == nil && n > largest || err != nil && !strings.ContainsAny(value.String(), ".eE") {
				p.add(attribute, m.Key+" value should be < 9999999999")
			}
		}
	}
}

// deleteConversation removes a conversation and what belongs to it.
func (st *store) deleteConversation(v *conversation) {
	for _, m := range st.conversationMessages(v) {
		attachments.remove(st, m.attachments...)
		messages.remove(st, m)
	}
	participants.removeWhere(st, func(p *participant) bool { return p.conversationID == v.id })
	mentions.removeWhere(st, func(m *mention) bool { return m.conversationID == v.id })
	appliedSLAs.removeWhere(st, func(a *appliedSLA) bool { return a.conversationID == v.id })
	slaEvents.removeWhere(st, func(e *slaEvent) bool { return e.conversationID == v.id })
	notifications.removeWhere(st, func(n *notification) bool { return n.conversationID == v.id })
	reportingEvents.removeWhere(st, func(e *reportingEvent) bool { return e.conversationID == v.id })
	csatResponses.removeWhere(st, func(r *csatResponse) bool { return r.conversationID == v.id })
	delete(st.extra, draft{v.id})
	conversations.remove(st, v)
}

func init() {
	memberLeft = append(memberLeft, func(st *store, accountID, userID int64) {
		for v := range conversations.all(st) {
			if v.accountID == accountID && v.assigneeID != nil && *v.assigneeID == userID {
				v.assigneeID = nil
			}
		}
	})
	teamDeleted = append(teamDeleted, func(st *store, teamID int64) {
		for v := range conversations.all(st) {
			if v.teamID != nil && *v.teamID == teamID {
				v.teamID = nil
			}
		}
	})
}
