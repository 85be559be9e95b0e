package konvertetest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerSearch(r *router) {
	const search = "/api/v1/accounts/{account_id}/search"
	r.get("undocumented:search-all", search, searchAll)
	r.get("undocumented:search-conversations", search+"/conversations", searchOnly("conversations", (*ctx).searchConversations))
	r.get("undocumented:search-contacts", search+"/contacts", searchOnly("contacts", (*ctx).searchContacts))
	r.get("undocumented:search-messages", search+"/messages", searchOnly("messages", (*ctx).searchMessages))
	r.get("undocumented:search-articles", search+"/articles", searchOnly("articles", (*ctx).searchArticles))
}

func searchOnly(key string, find func(c *ctx) []object) handler {
	return func(c *ctx) response { return ok(obj("payload", obj(key, find(c)))) }
}

func searchAll(c *ctx) response {
	found := c.searchConversations()
	for i := range found {
		found[i] = slices.DeleteFunc(found[i], func(m testserver.Member) bool { return m.Key == "additional_attributes" })
	}
	o := obj("conversations", found, "contacts", c.searchContacts(), "messages", c.searchMessages())
	if c.atLeast("4.2.0") {
		o.Set("articles", c.searchArticles())
	}
	return ok(obj("payload", o))
}

// searchPattern matches what holds the text of the request; no text is in
// everything.
func (c *ctx) searchPattern() *regexp.Regexp {
	return likePattern("%" + strings.TrimSpace(c.Params.String("q")) + "%")
}

const searchPage = 15

// oldSearchLimit is how many hits the oldest servers show; they have no pages.
const oldSearchLimit = 10

func searchHits[T any](c *ctx, rows []T) []T {
	if !c.atLeast("4.2.0") {
		c.Params.Ignore("page")
		return rows[:min(oldSearchLimit, len(rows))]
	}
	return page(c, rows, searchPage, nil)
}

// newestFirst sorts by the time of making, the last first.
func newestFirst[T any](rows []T, at func(T) time.Time) []T {
	slices.Reverse(rows)
	slices.SortStableFunc(rows, func(a, b T) int { return at(b).Compare(at(a)) })
	return rows
}

// searchConversations finds conversations by number and by their contact. One
// without a message makes the real server fail.
func (c *ctx) searchConversations() []object {
	pattern := c.searchPattern()
	rows := conversations.where(c.st, func(v *conversation) bool {
		k := contacts.find(c.st, v.contactID)
		return v.accountID == c.account.id && c.isInboxMember(v.inboxID) && k != nil &&
			(c.hasNumber(v, pattern) || k.matches(pattern))
	})
	rows = newestFirst(rows, func(v *conversation) time.Time { return v.createdAt })
	return list(searchHits(c, rows), c.hitConversation)
}

// hasNumber reports whether the number of a conversation holds the text of the
// request. Of a number in a range of its own only what counts is looked at,
// unless the whole number is asked for.
func (c *ctx) hasNumber(v *conversation, pattern *regexp.Regexp) bool {
	number := strconv.FormatInt(v.displayID, 10)
	if strings.TrimSpace(c.Params.String("q")) == number {
		return true
	}
	return pattern.MatchString(strconv.FormatInt(v.displayID%idRange, 10))
}

func (v *contact) matches(pattern *regexp.Regexp) bool {
	return matches(pattern, v.name) || matches(pattern, v.email) || matches(pattern, v.phoneNumber) || matches(pattern, v.identifier)
}

func (c *ctx) hitConversation(v *conversation) object {
	o := obj("id", v.displayID, "account_id", v.accountID, "created_at", epoch(v.createdAt), "message", nil)
	rows := c.st.sortedMessages(v)
	switch {
	case len(rows) > 0:
		o.Set("message", c.hitMessage(rows[0]))
	case c.bugs():
		stop(crash())
	}
	if k := contacts.find(c.st, v.contactID); k != nil {
		o.Set("contact", c.hitContact(k))
	}
	o.Set("inbox", c.hitInbox(v.inboxID))
	if u := c.assignee(v); u != nil {
		o.Set("agent", c.hitAgent(u))
	}
	if c.atLeast("4.2.0") {
		o.Set("additional_attributes", orEmpty(v.additionalAttributes))
	}
	return o
}

func (c *ctx) hitContact(k *contact) object {
	o := obj("email", k.email, "id", k.id, "name", k.name, "phone_number", k.phoneNumber, "identifier", k.identifier)
	if c.atLeast("4.15.1") {
		o.Set("additional_attributes", orEmpty(k.additionalAttributes))
		o.Set("last_activity_at", nil)
		if !k.lastActivityAt.IsZero() {
			o.Set("last_activity_at", epoch(k.lastActivityAt))
		}
	}
	return o
}

func (c *ctx) hitInbox(id int64) any {
	in := inboxes.find(c.st, id)
	if in == nil {
		return nil
	}
	return obj("id", in.id, "channel_id", in.channelID, "name", in.name, "channel_type", in.channelType)
}

func (c *ctx) hitAgent(u *user) object {
	var role *string
	if m := c.st.member(c.account.id, u.id); m != nil {
		role = m.role
	}
	return obj("id", u.id, "available_name", u.availableName(), "email", u.email, "name", u.name, "role", role)
}

func (c *ctx) searchContacts() []object {
	pattern := c.searchPattern()
	rows := contacts.where(c.st, func(k *contact) bool {
		return k.accountID == c.account.id && k.resolved() && k.matches(pattern)
	})
	slices.SortStableFunc(rows, func(a, b *contact) int { return b.lastActivityAt.Compare(a.lastActivityAt) })
	return list(searchHits(c, rows), c.hitContact)
}

// searchMonths is how far back messages are searched.
const searchMonths = 3

func (c *ctx) searchMessages() []object {
	pattern := c.searchPattern()
	since := c.Now.AddDate(0, -searchMonths, 0)
	rows := messages.where(c.st, func(m *message) bool {
		return m.accountID == c.account.id && c.isInboxMember(m.inboxID) && matches(pattern, m.content) && !m.createdAt.Before(since)
	})
	rows = newestFirst(rows, func(m *message) time.Time { return m.createdAt })
	return list(searchHits(c, rows), c.hitMessage)
}

func (c *ctx) hitMessage(m *message) object {
	v := conversations.find(c.st, m.conversationID)
	o := obj(
		"id", m.id, "content", c.shownContent(m), "message_type", m.messageType, "content_type", m.contentType,
		"source_id", m.sourceID, "inbox_id", m.inboxID, "conversation_id", v.displayID, "created_at", epoch(m.createdAt),
	)
	if sender := c.pushSender(m); sender != nil {
		o.Set("sender", sender)
	}
	if c.atLeast("4.15.1") {
		o.Set("status", m.status)
		o.Set("content_attributes", orEmpty(m.contentAttributes))
		o.Set("private", m.private)
		if len(m.attachments) > 0 {
			o.Set("attachments", list(m.attachments, c.attachmentView))
		}
		return o
	}
	o.Set("inbox", c.hitInbox(m.inboxID))
	return o
}

// searchArticles finds drafts too, and nothing without a text.
func (c *ctx) searchArticles() []object {
	query := c.Params.String("q")
	rows := articles.where(c.st, func(a *article) bool {
		return a.accountID == c.account.id && strings.TrimSpace(query) != "" && a.matches(query)
	})
	return list(searchHits(c, rows), c.hitArticle)
}

func (c *ctx) hitArticle(a *article) object {
	o := obj("id", a.id, "title", a.title, "locale", a.locale, "content", a.content, "slug", a.slug, "portal_slug", nil, "account_id", a.accountID)
	if p := portals.find(c.st, a.portalID); p != nil {
		o.Set("portal_slug", p.slug)
	}
	o.Set("category_name", nil)
	if k := c.articleCategory(a); k != nil {
		o.Set("category_name", k.name)
	}
	if c.atLeast("4.15.1") {
		o.Set("status", a.status)
		o.Set("updated_at", epoch(a.updatedAt))
	}
	return o
}
