package konvertetest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

const conversationsPerPage = 25

func byTime(read func(*conversation) time.Time) func(a, b *conversation) int {
	return func(a, b *conversation) int { return read(a).Compare(read(b)) }
}

func descending(compare func(a, b *conversation) int) func(a, b *conversation) int {
	return func(a, b *conversation) int { return compare(b, a) }
}

var (
	byActivity = byTime(func(v *conversation) time.Time { return v.lastActivityAt })
	byCreation = byTime(func(v *conversation) time.Time { return v.createdAt })
)

// byPriority puts conversations without a priority last in both directions.
func byPriority(sign int) func(a, b *conversation) int {
	rank := func(v *conversation) int {
		if v.priority == nil {
			return len(conversationPriorities)
		}
		return sign * slices.Index(conversationPriorities, *v.priority)
	}
	return func(a, b *conversation) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), byActivity(b, a)) }
}

// byWaiting puts conversations that nobody waits in last in both directions.
func byWaiting(sign int) func(a, b *conversation) int {
	return func(a, b *conversation) int {
		switch {
		case a.waitingSince.IsZero() != b.waitingSince.IsZero():
			return cmp.Compare(btoi(a.waitingSince.IsZero()), btoi(b.waitingSince.IsZero()))
		default:
			return cmp.Or(sign*a.waitingSince.Compare(b.waitingSince), byCreation(a, b))
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

var conversationOrders = map[string]func(a, b *conversation) int{
	"last_activity_at_asc":  byActivity,
	"last_activity_at_desc": descending(byActivity),
	"created_at_asc":        byCreation,
	"created_at_desc":       descending(byCreation),
	"priority_asc":          byPriority(1),
	"priority_desc":         byPriority(-1),
	"waiting_since_asc":     byWaiting(1),
	"waiting_since_desc":    byWaiting(-1),
	"latest":                descending(byActivity),
	"sort_on_created_at":    byCreation,
	"sort_on_priority":      byPriority(-1),
	"sort_on_waiting_since": byWaiting(1),
}

// finding is what a list of conversations found: all that match, and how they
// are counted.
type finding struct {
	rows  []*conversation
	order func(a, b *conversation) int
	// paged says that the counts are those of the asked page.
	paged bool
}

// findConversations reads the parameters that the list, the counts and the
// search share.
func (c *ctx) findConversations() finding {
	order, known := conversationOrders[c.Params.String("sort_by")]
	if !known {
		order = conversationOrders["last_activity_at_desc"]
	}
	f := finding{order: order, paged: c.Params.Has("q")}
	team := c.teamParam()
	f.rows = c.visibleConversations()
	for _, keep := range []func(*conversation) bool{
		c.inboxParam(), c.typeParam(), c.statusParam(), team, c.labelsParam(), c.queryParam(), c.sourceParam(),
	} {
		if keep != nil {
			f.rows = slices.DeleteFunc(f.rows, func(v *conversation) bool { return !keep(v) })
		}
	}
	slices.SortStableFunc(f.rows, order)
	return f
}

// visibleConversations are those that the caller may see: of his inboxes, and
// of these what his custom role lets him.
func (c *ctx) visibleConversations() []*conversation {
	c.runDue()
	role := c.st.customRoleOf(c.member)
	limited := role != nil && !c.isAdmin() && c.atLeast("4.2.0") && !c.can("conversation_manage")
	return conversations.where(c.st, func(v *conversation) bool {
		if v.accountID != c.account.id || !c.isInboxMember(v.inboxID) {
			return false
		}
		mine := c.user != nil && same(v.assigneeID, &c.user.id)
		switch {
		case !limited:
			return true
		case c.can("conversation_unassigned_manage"):
			return mine || v.assigneeID == nil
		default:
			return mine && c.can("conversation_participating_manage")
		}
	})
}

func (c *ctx) inboxParam() func(*conversation) bool {
	v, sent := c.Params.Get("inbox_id")
	if !sent || v == nil {
		return nil
	}
	id := c.Params.Int("inbox_id")
	return func(v *conversation) bool { return v.inboxID == id }
}

func (c *ctx) teamParam() func(*conversation) bool {
	v, sent := c.Params.Get("team_id")
	if !sent || v == nil {
		return nil
	}
	t := teams.find(c.st, c.Params.Int("team_id"))
	if t == nil || t.accountID != c.account.id {
		stop(notFound())
	}
	return func(v *conversation) bool { return same(v.teamID, &t.id) }
}

func (c *ctx) typeParam() func(*conversation) bool {
	switch c.Params.String("conversation_type") {
	case "mention":
		return func(v *conversation) bool { return c.st.mentioned(v.id, c.user.id) }
	case "participating":
		return func(v *conversation) bool { return c.st.participant(v.id, c.user.id) != nil }
	case "unattended":
		return func(v *conversation) bool { return v.firstReplyCreatedAt.IsZero() || !v.waitingSince.IsZero() }
	default:
		return nil
	}
}

// statusParam selects open ones by default; a search has no status.
func (c *ctx) statusParam() func(*conversation) bool {
	status, known := enumQuery(c.Params, "status", conversationStatuses...)
	sent, present := c.Params.Get("status")
	switch {
	case c.Params.Has("q"), sent == "all":
		return nil
	case !present || sent == nil:
		return func(v *conversation) bool { return v.status == statusOpen }
	case !known || status == nil:
		return func(*conversation) bool { return false }
	default:
		return func(v *conversation) bool { return v.status == *status }
	}
}

func (c *ctx) labelsParam() func(*conversation) bool {
	v, sent := c.Params.Get("labels")
	if !sent || v == nil {
		return nil
	}
	values, isList := v.([]any)
	if !isList {
		values = []any{v}
	}
	wanted := labelList(values)
	return func(v *conversation) bool {
		return slices.ContainsFunc(v.labels, func(l string) bool {
			return slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(l, w) })
		})
	}
}

func (c *ctx) queryParam() func(*conversation) bool {
	if !c.Params.Has("q") {
		return nil
	}
	return func(v *conversation) bool { return len(c.matchingMessages(v)) > 0 }
}

// matchingMessages are the messages that q finds; activity is not searched.
func (c *ctx) matchingMessages(v *conversation) []*message {
	pattern := likePattern("%" + c.Params.String("q") + "%")
	return slices.DeleteFunc(c.st.sortedMessages(v), func(m *message) bool {
		searched := m.messageType == messageIncoming || m.messageType == messageOutgoing
		return !searched || !matches(pattern, m.content)
	})
}

func (c *ctx) sourceParam() func(*conversation) bool {
	v, sent := c.Params.Get("source_id")
	if !sent || v == nil {
		return nil
	}
	source := c.Params.String("source_id")
	return func(v *conversation) bool {
		ci := contactInboxes.find(c.st, v.contactInboxID)
		return ci != nil && ci.sourceID == source
	}
}

func (c *ctx) isMine(v *conversation) bool { return c.user != nil && same(v.assigneeID, &c.user.id) }

func unassigned(v *conversation) bool { return v.assigneeID == nil }

// counts are the counts of a list. With q they are those of the asked page.
func (c *ctx) counts(f finding, withAssigned bool) object {
	count := func(keep func(*conversation) bool) int {
		n := len(selectConversations(f.rows, keep))
		if f.paged {
			n = max(0, min(n-(c.pageNumber()-1)*conversationsPerPage, conversationsPerPage))
		}
		return n
	}
	every := count(func(*conversation) bool { return true })
	free := count(unassigned)
	o := obj("mine_count", count(c.isMine))
	if withAssigned {
		o.Set("assigned_count", every-free)
	}
	o.Set("unassigned_count", free)
	o.Set("all_count", every)
	return o
}

func selectConversations(rows []*conversation, keep func(*conversation) bool) []*conversation {
	return slices.DeleteFunc(slices.Clone(rows), func(v *conversation) bool { return !keep(v) })
}

// asked are the rows of the answer: those of the asked assignee, one page of
// them, or all that were updated within the last seconds.
func (c *ctx) asked(f finding) []*conversation {
	rows := f.rows
	switch c.Params.String("assignee_type") {
	case "me":
		rows = selectConversations(rows, c.isMine)
	case "unassigned":
		rows = selectConversations(rows, unassigned)
	case "assigned":
		rows = selectConversations(rows, func(v *conversation) bool { return v.assigneeID != nil })
	}
	if !c.Params.Blank("updated_within") {
		since := c.Now.Add(-time.Duration(testserver.LeadingInt(c.Params.String("updated_within"))) * time.Second)
		c.Params.Ignore("page")
		return selectConversations(rows, func(v *conversation) bool { return v.updatedAt.After(since) })
	}
	return page(c, rows, conversationsPerPage, func(a, b *conversation) bool { return f.order(a, b) == 0 })
}

func listConversations(c *ctx) response {
	f := c.findConversations()
	return ok(obj("data", obj("meta", c.counts(f, true), "payload", list(c.asked(f), c.conversationView))))
}

func countConversations(c *ctx) response {
	c.Params.Ignore("assignee_type", "page", "updated_within")
	return ok(obj("meta", c.counts(c.findConversations(), true)))
}

func searchConversations(c *ctx) response {
	f := c.findConversations()
	return ok(obj("meta", c.counts(f, false), "payload", list(c.asked(f), c.foundConversation)))
}

// foundConversation shows the messages that q found, without it all of them.
func (c *ctx) foundConversation(v *conversation) object {
	k, box := contacts.find(c.st, v.contactID), inboxes.find(c.st, v.inboxID)
	if k == nil || box == nil {
		stop(crash())
	}
	rows := c.st.sortedMessages(v)
	if c.Params.Has("q") {
		rows = c.matchingMessages(v)
	}
	return obj(
		"id", v.displayID, "uuid", v.uuid, "created_at", epoch(v.createdAt),
		"contact", obj("id", k.id, "name", k.name),
		"inbox", obj("id", box.id, "name", box.name, "channel_type", box.channelType),
		"messages", list(rows, c.foundMessage),
		"account_id", v.accountID,
	)
}

func (c *ctx) foundMessage(m *message) object {
	o := obj("content", c.shownContent(m), "id", m.id)
	if name := c.senderName(m); name != nil {
		o.Set("sender_name", name)
	}
	o.Set("message_type", m.messageType)
	o.Set("created_at", epoch(m.createdAt))
	return o
}

// filterConversations searches all conversations of the account on the oldest
// version, those that the caller may see on the others.
func filterConversations(c *ctx) response {
	rows := conversations.where(c.st, func(v *conversation) bool { return v.accountID == c.account.id })
	if c.atLeast("4.2.0") {
		rows = c.visibleConversations()
	}
	f := finding{rows: c.filterConversations(rows), order: conversationOrders["last_activity_at_desc"]}
	slices.SortStableFunc(f.rows, f.order)
	shown := page(c, f.rows, conversationsPerPage, func(a, b *conversation) bool { return f.order(a, b) == 0 })
	return ok(obj("meta", c.counts(f, false), "payload", list(shown, c.conversationView)))
}

// showUnreadCounts counts the open conversations with unread messages, by inbox
// and by label.
func showUnreadCounts(c *ctx) response {
	inboxCounts, labelCounts := object{}, object{}
	count := func(o *object, key string) {
		n, _ := o.Get(key)
		before, _ := n.(int)
		o.Set(key, before+1)
	}
	for _, v := range c.visibleConversations() {
		if v.status != statusOpen || c.unreadCount(v) == 0 {
			continue
		}
		count(&inboxCounts, strconv.FormatInt(v.inboxID, 10))
		for _, title := range v.labels {
			count(&labelCounts, title)
		}
	}
	return ok(obj("payload", obj("inboxes", inboxCounts, "labels", labelCounts)))
}
