package konvertetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerBulkActions(r *router) {
	r.post("undocumented:bulk-action", "/api/v1/accounts/{account_id}/bulk_actions", bulkAction)
}

// bulkAction changes many conversations in the background. Only the type is
// checked: older servers take it in one spelling, newer ones also know
// contacts.
func bulkAction(c *ctx) response {
	kind := c.Params.String("type")
	if c.atLeast("4.15.1") && kind != "" {
		kind = strings.ToUpper(kind[:1]) + strings.ToLower(kind[1:])
	}
	b := c.readBulk()
	switch {
	case kind == "Conversation":
		c.Later(func() { c.changeConversations(b) })
	case kind == "Contact" && c.atLeast("4.15.1"):
		c.Later(func() { c.changeContacts(b) })
	default:
		return jsonAnswer(http.StatusUnprocessableEntity, typeJSON, obj("success", false))
	}
	return done()
}

// bulk is what a bulk action changes.
type bulk struct {
	ids          []int64
	fields       *params
	add, remove  []string
	snoozedUntil time.Time
}

func (c *ctx) readBulk() bulk {
	var b bulk
	b.ids, _ = c.idParams("ids")
	if b.fields = c.Params.Hash("fields"); b.fields != nil {
		b.fields.Ignore("status", "assignee_id", "team_id")
	}
	if sent := c.Params.Hash("labels"); sent != nil {
		add, _ := sent.List("add")
		remove, _ := sent.List("remove")
		b.add, b.remove = labelList(add), labelList(remove)
	}
	if v, _ := c.Params.Get("snoozed_until"); !testserver.Blank(v) {
		b.snoozedUntil = time.Unix(c.Params.Int("snoozed_until"), 0).UTC()
	}
	return b
}

func (c *ctx) changeConversations(b bulk) {
	for v := range conversations.all(c.st) {
		if v.accountID != c.account.id || !slices.Contains(b.ids, v.displayID) {
			continue
		}
		c.relabel(v, nil, b.remove)
		c.relabel(v, b.add, nil)
		if !b.snoozedUntil.IsZero() || b.fields != nil {
			c.changeFields(v, b)
		}
	}
}

// changeFields sets the fields that were sent, all in one change. A status
// that does not exist ends the job, unseen.
func (c *ctx) changeFields(v *conversation, b bulk) {
	var status *string
	if b.fields != nil {
		known := false
		if status, known = enum(b.fields, "status", conversationStatuses...); !known {
			return
		}
	}
	c.changeConversation(v, func(v *conversation) {
		if status != nil {
			v.status = *status
		}
		if !b.snoozedUntil.IsZero() {
			v.snoozedUntil = b.snoozedUntil
		}
		if b.fields != nil {
			b.fields.Into("assignee_id", &v.assigneeID)
			b.fields.Into("team_id", &v.teamID)
		}
	})
}

// changeContacts adds and removes labels of contacts.
func (c *ctx) changeContacts(b bulk) {
	for k := range contacts.all(c.st) {
		if k.accountID != c.account.id || !slices.Contains(b.ids, k.id) {
			continue
		}
		k.labels = without(append(slices.Clone(k.labels), without(b.add, k.labels)...), b.remove)
	}
}
