package konvertetest

import (
	"regexp"
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

type webhook struct {
	record
	accountID     int64
	inboxID       *int64
	name          *string
	url           string
	subscriptions []string
	secret        string
}

var webhooks = newTable[webhook]("webhook")

var webhookColumns = []string{"id", "account_id", "inbox_id", "name", "url", "subscriptions", "webhook_type", "secret", "created_at", "updated_at"}

func registerWebhooks(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/webhooks", "/api/v1/accounts/{account_id}/webhooks/{id}"
	wrapped := wrap("webhook", webhookColumns...)
	r.get("list-all-webhooks", all, listWebhooks)
	r.post("create-a-webhook", all, createWebhook, wrapped)
	r.patch("update-a-webhook", one, updateWebhook, wrapped)
	r.delete("delete-a-webhook", one, deleteWebhook)
}

// initialEvents are those of a webhook that names none.
var initialEvents = []string{
	"conversation_status_changed", "conversation_updated", "conversation_created", "contact_created", "contact_updated",
	"message_created", "message_updated", "webwidget_triggered",
}

// webhookEvents are the events that a webhook may name.
func (c *ctx) webhookEvents() []string {
	out := append(slices.Clone(initialEvents), "inbox_created", "inbox_updated")
	if c.atLeast("4.2.0") {
		out = append(out, "conversation_typing_on", "conversation_typing_off")
	}
	return out
}

func (c *ctx) webhookView(w *webhook) object {
	o := obj("id", w.id)
	if c.atLeast("4.2.0") {
		o.Set("name", w.name)
	}
	o.Set("url", w.url)
	o.Set("account_id", w.accountID)
	o.Set("subscriptions", w.subscriptions)
	if c.atLeast("4.15.1") {
		o.Set("secret", w.secret)
	}
	if in := c.webhookInbox(w); in != nil {
		o.Set("inbox", in)
	}
	return o
}

func (c *ctx) webhookInbox(w *webhook) object {
	if w.inboxID == nil {
		return nil
	}
	in := inboxes.find(c.st, *w.inboxID)
	if in == nil {
		return nil
	}
	o := obj("id", in.id, "name", in.name)
	if c.atLeast("4.2.0") && !c.atLeast("4.15.1") {
		o.Set("channel_type", in.channelType)
	}
	return o
}

func (c *ctx) webhookAnswer(w *webhook) response {
	return ok(obj("payload", obj("webhook", c.webhookView(w))))
}

func (c *ctx) findWebhook() *webhook {
	w := webhooks.find(c.st, c.id("id"))
	if w == nil || w.accountID != c.account.id {
		stop(notFound())
	}
	return w
}

func listWebhooks(c *ctx) response {
	c.adminOnly()
	rows := webhooks.where(c.st, func(w *webhook) bool { return w.accountID == c.account.id })
	return ok(obj("payload", obj("webhooks", list(rows, c.webhookView))))
}

func createWebhook(c *ctx) response {
	c.adminOnly()
	w := webhook{accountID: c.account.id, subscriptions: initialEvents}
	p := c.webhookParams()
	p.Into("url", &w.url)
	p.Into("inbox_id", &w.inboxID)
	c.readWebhook(&w, p)
	if c.atLeast("4.15.1") {
		w.secret = randomText(24)
	}
	return c.webhookAnswer(webhooks.insert(c.st, &w))
}

// updateWebhook ignores url and inbox_id on 4.2.0.
func updateWebhook(c *ctx) response {
	c.adminOnly()
	w := c.findWebhook()
	next := *w
	p := c.webhookParams()
	if c.atLeast("4.2.0") && !c.atLeast("4.15.1") {
		p.Ignore("url", "inbox_id")
	} else {
		p.Into("url", &next.url)
		p.Into("inbox_id", &next.inboxID)
	}
	c.readWebhook(&next, p)
	*w = next
	webhooks.touch(c.st, w)
	return c.webhookAnswer(w)
}

// webhookParams is the hash of the webhook. The oldest servers know no name,
// and do not wrap it.
func (c *ctx) webhookParams() *params {
	p := c.require("webhook")
	if !c.atLeast("4.2.0") && p.Len() == 1 && p.Keys()[0] == "name" && slices.Contains(c.Params.Keys(), "name") {
		stop(missingParam("webhook"))
	}
	return p
}

// webAddress is what the server looks for anywhere in the address.
var webAddress = regexp.MustCompile(`https?:[\w\-.!~*'()%;/?:@&=+$,\[\]]`)

func (c *ctx) readWebhook(w *webhook, p *params) {
	if c.atLeast("4.2.0") {
		p.Into("name", &w.name)
	}
	if events, isList := p.List("subscriptions"); isList {
		w.subscriptions = eventNames(events)
	}
	var faults problems
	faults.checkLength("url", w.url, maxText)
	faults.checkLength("name", textOf(w.name), maxString)
	taken := webhooks.first(c.st, func(o *webhook) bool {
		return o.accountID == w.accountID && o.id != w.id && o.url == w.url
	})
	if taken != nil {
		faults.add("url", "has already been taken")
	}
	if !webAddress.MatchString(w.url) {
		faults.add("url", "is invalid")
	}
	known := c.webhookEvents()
	strange := slices.ContainsFunc(w.subscriptions, func(e string) bool { return !slices.Contains(known, e) })
	if strange || len(w.subscriptions) == 0 {
		faults.add("subscriptions", "Invalid events")
	}
	faults.stopIf()
}

func eventNames(sent []any) []string {
	out := []string{}
	for _, v := range sent {
		name := ""
		if text := testserver.CastString(v); text != nil {
			name = *text
		}
		out = append(out, name)
	}
	return out
}

func deleteWebhook(c *ctx) response {
	c.adminOnly()
	webhooks.remove(c.st, c.findWebhook())
	return done()
}

func dropInboxWebhooks(st *store, inboxID int64) {
	webhooks.removeWhere(st, func(w *webhook) bool { return w.inboxID != nil && *w.inboxID == inboxID })
}
