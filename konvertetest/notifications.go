package konvertetest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Types of notifications.
const (
	notifyCreated      = "conversation_creation"
	notifyAssigned     = "conversation_assignment"
	notifyNewMessage   = "assigned_conversation_new_message"
	notifyMentioned    = "conversation_mention"
	notifyParticipants = "participating_conversation_new_message"
)

// notification tells a user of something in a conversation.
type notification struct {
	record
	accountID, userID int64
	kind              string
	conversationID    int64 // database id
	messageID         *int64
	readAt            time.Time
	snoozedUntil      time.Time
	lastActivityAt    time.Time
	meta              object
}

var notifications = newTable[notification]("notification")

func init() { listeners = append(listeners, notify) }

func registerNotifications(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/notifications", "/api/v1/accounts/{account_id}/notifications/{id}"
	r.get("undocumented:notification-list", all, listNotifications)
	r.get("undocumented:notification-unread-count", all+"/unread_count", countUnreadNotifications)
	r.post("undocumented:notification-read-all", all+"/read_all", readAllNotifications)
	r.post("undocumented:notification-destroy-all", all+"/destroy_all", destroyAllNotifications)
	r.patch("undocumented:notification-update", one, readNotification)
	r.post("undocumented:notification-unread", one+"/unread", unreadNotification)
	r.post("undocumented:notification-snooze", one+"/snooze", snoozeNotification)
	r.delete("undocumented:notification-delete", one, deleteNotification)
	registerNotificationSettings(r)
	registerNotificationSubscriptions(r)
}

// notify tells the users whom an event concerns, in the background.
func notify(c *ctx, e event) {
	v := e.conversation
	switch e.name {
	case eventConversationCreated, eventBotHandoff:
		if v.status == statusPending {
			return
		}
		c.Later(func() {
			for _, m := range inboxMembers.where(c.st, func(m *inboxMember) bool { return m.inboxID == v.inboxID }) {
				c.notifyUser(v, notifyCreated, m.userID, nil)
			}
		})
	case eventAssigneeChanged:
		id := v.assigneeID
		if id == nil || v.status == statusPending || c.user != nil && *id == c.user.id {
			return
		}
		c.Later(func() { c.notifyUser(v, notifyAssigned, *id, nil) })
	case eventMessageCreated:
		c.Later(func() { c.notifyOfMessage(v, e.message) })
	}
}

// notifyOfMessage tells those who are named in a note, the assignee, and those
// who take part. Older servers tell one user of a message more than once.
func (c *ctx) notifyOfMessage(v *conversation, m *message) {
	told := map[int64]bool{}
	tell := func(kind string, id int64) {
		author := m.senderType == senderUser && m.senderID == id
		if author || told[id] && c.atLeast("4.2.0") {
			return
		}
		told[id] = true
		c.notifyUser(v, kind, id, &m.id)
	}
	for _, id := range c.namedIn(v, m) {
		tell(notifyMentioned, id)
	}
	if m.messageType != messageIncoming && m.messageType != messageOutgoing {
		return
	}
	if v.assigneeID != nil {
		tell(notifyNewMessage, *v.assigneeID)
	}
	for _, p := range participants.where(c.st, func(p *participant) bool { return p.conversationID == v.id }) {
		if !same(v.assigneeID, &p.userID) {
			tell(notifyParticipants, p.userID)
		}
	}
}

// namedIn are the users whom a private note names.
func (c *ctx) namedIn(v *conversation, m *message) []int64 {
	if !m.private || m.content == nil {
		return nil
	}
	var out []int64
	for _, found := range mentionLink.FindAllStringSubmatch(*m.content, -1) {
		id, err := strconv.ParseInt(found[1], 10, 64)
		if err == nil && c.st.assignable(v, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// notifyUser stores a notification, which takes the place of an older one
// about the same conversation. New conversations are only told to those who
// want that; a blocked contact is only told of in notes.
func (c *ctx) notifyUser(v *conversation, kind string, userID int64, messageID *int64) {
	if c.st.member(v.accountID, userID) == nil || conversations.find(c.st, v.id) == nil {
		return
	}
	s := c.st.notificationSetting(v.accountID, userID)
	if kind == notifyCreated && !slices.Contains(s.email, kind) && !slices.Contains(s.push, kind) {
		return
	}
	if kind != notifyMentioned && c.muted(v) {
		return
	}
	notifications.removeWhere(c.st, func(n *notification) bool { return n.userID == userID && n.conversationID == v.id })
	notifications.insert(c.st, &notification{
		accountID: v.accountID, userID: userID, kind: kind, conversationID: v.id, messageID: messageID, lastActivityAt: c.Now,
	})
}

var notificationTitles = map[string]string{
	notifyCreated:      "A conversation (#%d) has been created in %s",
	notifyAssigned:     "A conversation (#%d) has been assigned to you",
	notifyNewMessage:   "A new message is created in conversation (#%d)",
	notifyMentioned:    "You have been mentioned in conversation (#%d)",
	notifyParticipants: "A new message is created in conversation (#%d)",
}

// notificationView is a notification in the list.
func (c *ctx) notificationView(n *notification) object {
	v := conversations.find(c.st, n.conversationID)
	title := fmt.Sprintf(strings.ReplaceAll(notificationTitles[n.kind], " in %s", ""), v.displayID)
	if in := inboxes.find(c.st, v.inboxID); n.kind == notifyCreated && in != nil {
		title += " in " + in.name
	}
	o := obj("id", n.id, "notification_type", n.kind, "push_message_title", title)
	if c.atLeast("4.2.0") {
		o.Set("push_message_body", c.notificationBody(n, v))
	}
	o.Set("primary_actor_type", "Conversation")
	o.Set("primary_actor_id", v.id)
	o.Set("primary_actor", c.pushConversation(v))
	o.Set("read_at", iso(n.readAt))
	o.Set("secondary_actor", nil)
	if m := c.notifiedMessage(n); m != nil {
		o.Set("secondary_actor", c.eventMessage(m, v))
	}
	o.Set("user", nil)
	if u := users.find(c.st, n.userID); u != nil {
		o.Set("user", c.pushUser(u))
	}
	o.Set("created_at", epoch(n.createdAt))
	o.Set("last_activity_at", epoch(n.lastActivityAt))
	o.Set("snoozed_until", iso(n.snoozedUntil))
	o.Set("meta", orEmpty(n.meta))
	return o
}

func (c *ctx) notifiedMessage(n *notification) *message {
	if n.messageID == nil {
		return nil
	}
	return messages.find(c.st, *n.messageID)
}

// notificationBody says who wrote what: the message told of, the first one of
// a new conversation, the last one of an assigned one.
func (c *ctx) notificationBody(n *notification, v *conversation) string {
	m := c.notifiedMessage(n)
	rows := c.st.sortedMessages(v)
	switch {
	case m != nil:
	case n.kind == notifyCreated && len(rows) > 0:
		m = rows[0]
	case n.kind == notifyAssigned:
		m = lastOf(rows, messageIncoming)
		if m == nil {
			m = lastOf(rows, messageOutgoing)
		}
	}
	if m == nil {
		return ": No content"
	}
	var name string
	switch v := c.senderName(m).(type) {
	case string:
		name = v
	case *string:
		name = textOf(v)
	}
	return name + ": " + notificationText(m)
}

func lastOf(rows []*message, messageType int) *message {
	for _, m := range slices.Backward(rows) {
		if m.messageType == messageType {
			return m
		}
	}
	return nil
}

// notificationWords is how many words of a message a notification shows.
const notificationWords = 10

var mentionText = regexp.MustCompile(`\[(@[^\]]+)\]\([^)]+\)`)

func notificationText(m *message) string {
	switch {
	case m.content != nil && strings.TrimSpace(*m.content) != "":
		text := *m.content
		if all := strings.Fields(text); len(all) > notificationWords {
			text = strings.Join(all[:notificationWords], " ") + "..."
		}
		return mentionText.ReplaceAllString(text, "$1")
	case len(m.attachments) > 0:
		return "Attachment"
	default:
		return "No content"
	}
}

// notificationRow is a notification as the database has it.
func notificationRow(n *notification) object {
	o := obj(
		"id", n.id, "account_id", n.accountID, "user_id", n.userID, "notification_type", n.kind,
		"primary_actor_type", "Conversation", "primary_actor_id", n.conversationID,
		"secondary_actor_type", nil, "secondary_actor_id", n.messageID, "read_at", iso(n.readAt),
		"created_at", iso(n.createdAt), "updated_at", iso(n.updatedAt), "snoozed_until", iso(n.snoozedUntil),
		"last_activity_at", iso(n.lastActivityAt), "meta", orEmpty(n.meta),
	)
	if n.messageID != nil {
		o.Set("secondary_actor_type", "Message")
	}
	return o
}

// ownNotifications are the caller's in the account.
func (c *ctx) ownNotifications() []*notification {
	return notifications.where(c.st, func(n *notification) bool {
		return n.accountID == c.account.id && n.userID == c.user.id && conversations.find(c.st, n.conversationID) != nil
	})
}

func (c *ctx) findNotification() *notification {
	n := notifications.find(c.st, c.id("id"))
	if n == nil || n.userID != c.user.id {
		stop(notFound())
	}
	return n
}

// shownNotifications leaves out those that are read or snoozed unless includes
// names them.
func (c *ctx) shownNotifications() []*notification {
	var includes []string
	v, _ := c.Params.Get("includes")
	values, isList := v.([]any)
	if !isList {
		values = []any{v}
	}
	for _, value := range values {
		if text := testserver.CastString(value); text != nil {
			includes = append(includes, *text)
		}
	}
	return slices.DeleteFunc(c.ownNotifications(), func(n *notification) bool {
		return !n.readAt.IsZero() && !slices.Contains(includes, "read") ||
			!n.snoozedUntil.IsZero() && !slices.Contains(includes, "snoozed")
	})
}

func countUnread(rows []*notification) int {
	n := 0
	for _, row := range rows {
		if row.readAt.IsZero() {
			n++
		}
	}
	return n
}

const notificationsPage = 15

// listNotifications lists the last active first, or last.
func listNotifications(c *ctx) response {
	rows := c.shownNotifications()
	byTime := func(a, b *notification) int { return a.lastActivityAt.Compare(b.lastActivityAt) }
	slices.SortStableFunc(rows, byTime)
	switch strings.ToLower(c.Params.String("sort_order")) {
	case "", "desc":
		slices.Reverse(rows)
	case "asc":
	default:
		return crash()
	}
	shown := page(c, rows, notificationsPage, func(a, b *notification) bool { return byTime(a, b) == 0 })
	return ok(obj("data", obj(
		"meta", obj("unread_count", countUnread(rows), "count", len(rows), "current_page", c.currentPage()),
		"payload", list(shown, c.notificationView),
	)))
}

func countUnreadNotifications(c *ctx) response { return ok(countUnread(c.shownNotifications())) }

// readAllNotifications marks those about one conversation; a conversation that
// does not exist stands for all.
func readAllNotifications(c *ctx) response {
	var one *conversation
	kind, id := c.Params.String("primary_actor_type"), c.Params.Int("primary_actor_id")
	if kind == "Conversation" {
		one = conversations.find(c.st, id)
	}
	for _, n := range c.ownNotifications() {
		if n.readAt.IsZero() && (one == nil || n.conversationID == one.id) {
			n.readAt = c.Now
		}
	}
	return done()
}

// destroyAllNotifications deletes, in the background and in all accounts, what
// is read, or all.
func destroyAllNotifications(c *ctx) response {
	onlyRead := c.Params.String("type") == "read"
	c.Later(func() {
		notifications.removeWhere(c.st, func(n *notification) bool {
			return n.userID == c.user.id && (!onlyRead || !n.readAt.IsZero())
		})
	})
	return done()
}

// readNotification marks as read, whatever is sent.
func readNotification(c *ctx) response {
	n := c.findNotification()
	c.Params.Ignore("read_at")
	n.readAt = c.Now
	notifications.touch(c.st, n)
	return ok(notificationRow(n))
}

func unreadNotification(c *ctx) response {
	n := c.findNotification()
	n.readAt = time.Time{}
	notifications.touch(c.st, n)
	return ok(notificationRow(n))
}

func snoozeNotification(c *ctx) response {
	n := c.findNotification()
	if v, _ := c.Params.Get("snoozed_until"); testserver.Blank(v) {
		return ok(notificationRow(n))
	}
	n.snoozedUntil = c.reportTime("snoozed_until")
	n.meta = merged(n.meta, obj("last_snoozed_at", nil))
	notifications.touch(c.st, n)
	return ok(notificationRow(n))
}

func deleteNotification(c *ctx) response {
	notifications.remove(c.st, c.findNotification())
	return done()
}
