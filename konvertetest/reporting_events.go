package konvertetest

import (
	"slices"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// reportingEvent is one measured thing that the reports count.
type reportingEvent struct {
	record
	accountID, inboxID, conversationID int64
	userID                             *int64
	name                               string
	value, businessValue               float64
	from, to                           time.Time
}

var reportingEvents = newTable[reportingEvent]("reporting event")

// Names of reporting events.
const (
	measuredResolved    = "conversation_resolved"
	measuredOpened      = "conversation_opened"
	measuredFirstReply  = "first_response"
	measuredReply       = "reply_time"
	measuredHandoff     = "conversation_bot_handoff"
	measuredBotResolved = "conversation_bot_resolved"
)

func init() { listeners = append(listeners, measure) }

func registerReportingEvents(r *router) {
	r.get("get-account-reporting-events", "/api/v1/accounts/{account_id}/reporting_events", listReportingEvents)
	r.get("get-conversation-reporting-events", "/api/v1/accounts/{account_id}/conversations/{id}/reporting_events", listConversationReportingEvents)
}

// measure notes what the reports will show of an event.
func measure(c *ctx, e event) {
	v := e.conversation
	switch e.name {
	case eventConversationResolved:
		resolved := c.measured(v, measuredResolved, v.assigneeID, v.createdAt, v.updatedAt)
		if c.st.activeBot(v.inboxID) && !c.st.answeredByUser(v) {
			bot := *resolved
			bot.record, bot.name = record{}, measuredBotResolved
			reportingEvents.insert(c.st, &bot)
		}
	case eventConversationOpened:
		c.measureOpened(v)
	case eventBotHandoff:
		if c.st.measuredLast(v, measuredHandoff) == nil {
			c.measured(v, measuredHandoff, v.assigneeID, v.createdAt, v.updatedAt)
		}
	case eventFirstReply:
		c.measured(v, measuredFirstReply, &e.message.senderID, c.st.answerableSince(v), e.message.createdAt)
	case eventReply:
		c.measured(v, measuredReply, v.assigneeID, e.before.waitingSince, e.message.createdAt)
	}
}

// measured stores a reporting event; its value are the whole seconds between
// two times.
func (c *ctx) measured(v *conversation, name string, userID *int64, from, to time.Time) *reportingEvent {
	return reportingEvents.insert(c.st, &reportingEvent{
		accountID: v.accountID, inboxID: v.inboxID, conversationID: v.id, userID: userID, name: name,
		value: float64(to.Unix() - from.Unix()), businessValue: c.st.businessSeconds(v.inboxID, from, to), from: from, to: to,
	})
}

// measureOpened measures, on newer servers, how long a conversation that is
// opened again was resolved.
func (c *ctx) measureOpened(v *conversation) {
	if !c.atLeast("4.15.1") {
		return
	}
	if last := c.st.measuredLast(v, measuredResolved); last != nil {
		c.measured(v, measuredOpened, v.assigneeID, last.to, v.updatedAt)
		return
	}
	opened := c.measured(v, measuredOpened, v.assigneeID, v.createdAt, v.updatedAt)
	opened.value, opened.businessValue = 0, 0
}

// answerableSince is when a human could first have answered: when the bot
// handed over, else the beginning.
func (st *store) answerableSince(v *conversation) time.Time {
	if handoff := st.measuredLast(v, measuredHandoff); handoff != nil {
		return handoff.to
	}
	return v.createdAt
}

func (st *store) measuredLast(v *conversation, name string) *reportingEvent {
	all := reportingEvents.where(st, func(e *reportingEvent) bool { return e.conversationID == v.id && e.name == name })
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

func (st *store) answeredByUser(v *conversation) bool {
	return messages.first(st, func(m *message) bool {
		return m.conversationID == v.id && m.messageType == messageOutgoing && m.senderType == senderUser
	}) != nil
}

// businessSeconds is how much of the time between two times falls into the
// working hours of an inbox, 0 for an inbox without any.
func (st *store) businessSeconds(inboxID int64, from, to time.Time) float64 {
	in := inboxes.find(st, inboxID)
	if in == nil || !isOn(in.workingHoursEnabled) {
		return 0
	}
	zone, err := time.LoadLocation(in.timezone)
	if err != nil {
		zone = time.UTC
	}
	from, to = from.In(zone), to.In(zone)
	var sum time.Duration
	for day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, zone); day.Before(to); day = day.AddDate(0, 0, 1) {
		opened, closed, isOpen := in.openOn(day)
		if !isOpen {
			continue
		}
		start, end := laterOf(from, opened), earlierOf(to, closed)
		sum += max(0, end.Sub(start))
	}
	return float64(int64(sum.Seconds()))
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlierOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// openOn says when an inbox opens and closes on a day, which begins at day.
func (in *inbox) openOn(day time.Time) (opened, closed time.Time, isOpen bool) {
	i := slices.IndexFunc(in.workingHours, func(h workingHour) bool { return h.dayOfWeek == int(day.Weekday()) })
	if i < 0 || in.workingHours[i].closedAllDay {
		return day, day, false
	}
	h := in.workingHours[i]
	if h.openAllDay {
		return day, day.AddDate(0, 0, 1), true
	}
	clock := func(hour, minutes *int64) time.Time {
		if hour == nil {
			return day
		}
		at := day.Add(time.Duration(*hour) * time.Hour)
		if minutes != nil {
			at = at.Add(time.Duration(*minutes) * time.Minute)
		}
		return at
	}
	return clock(h.openHour, h.openMinutes), clock(h.closeHour, h.closeMinutes), true
}

func (c *ctx) reportingEventView(e *reportingEvent) object {
	return obj(
		"id", e.id, "name", e.name, "value", testserver.Float(e.value), "value_in_business_hours", testserver.Float(e.businessValue),
		"event_start_time", iso(e.from), "event_end_time", iso(e.to), "account_id", e.accountID, "inbox_id", e.inboxID,
		"user_id", e.userID, "conversation_id", e.conversationID, "created_at", iso(e.createdAt), "updated_at", iso(e.updatedAt),
	)
}

const reportingEventsPage = 25

// listReportingEvents lists the newest first.
func listReportingEvents(c *ctx) response {
	c.adminOnly()
	period, ranged := c.period()
	rows := reportingEvents.where(c.st, func(e *reportingEvent) bool {
		return e.accountID == c.account.id && (!ranged || period.holds(e.createdAt)) && c.wantsReportingEvent(e)
	})
	slices.Reverse(rows)
	shown := page(c, rows, reportingEventsPage, nil)
	return ok(obj("payload", list(shown, c.reportingEventView), "meta", obj(
		"count", len(rows), "current_page", c.pageNumber(), "total_pages", (len(rows)+reportingEventsPage-1)/reportingEventsPage,
	)))
}

func (c *ctx) wantsReportingEvent(e *reportingEvent) bool {
	p := c.Params
	switch {
	case !p.Blank("inbox_id") && p.Int("inbox_id") != e.inboxID:
		return false
	case !p.Blank("user_id") && (e.userID == nil || p.Int("user_id") != *e.userID):
		return false
	default:
		return p.Blank("name") || p.String("name") == e.name
	}
}

func listConversationReportingEvents(c *ctx) response {
	v := c.findConversation("id")
	rows := reportingEvents.where(c.st, func(e *reportingEvent) bool { return e.conversationID == v.id })
	return ok(list(rows, c.reportingEventView))
}
