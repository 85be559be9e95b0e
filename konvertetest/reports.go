package konvertetest

import (
	"slices"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerReports(r *router) {
	const reports = "/api/v2/accounts/{account_id}/reports"
	r.get("list-all-conversation-statistics", reports, showReport)
	r.get("list-all-conversation-statistics-summary", reports+"/summary", showReportSummary)
	r.get("get-account-conversation-metrics", reports+"/conversations", showConversationMetrics)
	r.get("undocumented:report-bot-summary", reports+"/bot_summary", showBotSummary)
	r.get("undocumented:report-bot-metrics", reports+"/bot_metrics", showBotMetrics)
	r.get("get-first-response-time-distribution", reports+"/first_response_time_distribution", showFirstResponses)
	r.get("get-inbox-label-matrix", reports+"/inbox_label_matrix", showLabelMatrix)
	r.get("get-outgoing-messages-count", reports+"/outgoing_messages_count", showOutgoingMessages)
	registerReportCSV(r, reports)
	registerLiveReports(r)
	registerReportingEvents(r)
}

// permissionReports is what a custom role needs for reports.
const permissionReports = "report_manage"

func (c *ctx) mayReport() {
	if !c.can(permissionReports) {
		stop(denied())
	}
}

// reportScope says what belongs to the account, agent, inbox, label or team
// that a report is about.
type reportScope struct {
	conversation func(v *conversation) bool
	message      func(m *message) bool
	event        func(e *reportingEvent) bool
}

// ofConversations is a scope whose messages and measured events are those of
// its conversations.
func (c *ctx) ofConversations(belongs func(v *conversation) bool) reportScope {
	byID := func(id int64) bool {
		v := conversations.find(c.st, id)
		return v != nil && belongs(v)
	}
	return reportScope{
		conversation: belongs,
		message:      func(m *message) bool { return byID(m.conversationID) },
		event:        func(e *reportingEvent) bool { return byID(e.conversationID) },
	}
}

// reportScope is the scope that the request names. Without a type, or with an
// unknown one, the real server fails.
func (c *ctx) reportScope() reportScope {
	c.Params.Ignore("id")
	switch c.Params.String("type") {
	case "account":
		return reportScope{
			conversation: func(*conversation) bool { return true },
			message:      func(*message) bool { return true },
			event:        func(*reportingEvent) bool { return true },
		}
	case "agent":
		id := c.Params.Int("id")
		if c.st.member(c.account.id, id) == nil {
			stop(notFound())
		}
		return c.agentScope(id)
	case "inbox":
		in := c.accountInbox(c.Params.Int("id"))
		if in == nil {
			stop(notFound())
		}
		return inboxScope(in.id)
	case "label":
		return c.labelScope()
	case "team":
		id := c.Params.Int("id")
		if t := teams.find(c.st, id); t == nil || t.accountID != c.account.id {
			stop(notFound())
		}
		return c.ofConversations(func(v *conversation) bool { return v.teamID != nil && *v.teamID == id })
	default:
		stop(crash())
		panic("unreachable")
	}
}

func (c *ctx) agentScope(id int64) reportScope {
	return reportScope{
		conversation: func(v *conversation) bool { return v.assigneeID != nil && *v.assigneeID == id },
		message:      func(m *message) bool { return m.senderType == senderUser && m.senderID == id },
		event:        func(e *reportingEvent) bool { return e.userID != nil && *e.userID == id },
	}
}

func inboxScope(id int64) reportScope {
	return reportScope{
		conversation: func(v *conversation) bool { return v.inboxID == id },
		message:      func(m *message) bool { return m.inboxID == id },
		event:        func(e *reportingEvent) bool { return e.inboxID == id },
	}
}

func (c *ctx) labelScope() reportScope {
	l := labels.find(c.st, c.Params.Int("id"))
	if l == nil || l.accountID != c.account.id {
		stop(notFound())
	}
	return c.ofConversations(func(v *conversation) bool { return slices.Contains(v.labels, l.title) })
}

// sample is one row that a metric counts, or measures.
type sample struct {
	at           time.Time
	value        float64
	conversation int64
}

// metric computes one figure of a report.
type metric struct {
	rows func(c *ctx, s reportScope) []sample
	// average is set for measured durations, distinct where a conversation
	// counts once.
	average, distinct bool
}

var metrics = map[string]metric{
	"conversations_count":     {rows: conversationSamples},
	"incoming_messages_count": {rows: messageSamples(messageIncoming)},
	"outgoing_messages_count": {rows: messageSamples(messageOutgoing)},
	"avg_first_response_time": {rows: eventSamples(measuredFirstReply), average: true},
	"avg_resolution_time":     {rows: eventSamples(measuredResolved), average: true},
	"reply_time":              {rows: eventSamples(measuredReply), average: true},
	"resolutions_count":       {rows: stillResolved(measuredResolved), distinct: true},
	"bot_resolutions_count":   {rows: stillResolved(measuredBotResolved), distinct: true},
	"bot_handoffs_count":      {rows: eventSamples(measuredHandoff), distinct: true},
}

// metricNamed finds a metric. Newer servers count every resolution, older ones
// only conversations that are still resolved.
func (c *ctx) metricNamed(name string) (m metric, known bool) {
	if name == "resolutions_count" && c.atLeast("4.15.1") {
		return metric{rows: eventSamples(measuredResolved)}, true
	}
	m, known = metrics[name]
	return m, known
}

func conversationSamples(c *ctx, s reportScope) []sample {
	var out []sample
	for v := range conversations.all(c.st) {
		if v.accountID == c.account.id && s.conversation(v) {
			out = append(out, sample{at: v.createdAt, conversation: v.id})
		}
	}
	return out
}

func messageSamples(messageType int) func(*ctx, reportScope) []sample {
	return func(c *ctx, s reportScope) []sample {
		var out []sample
		for m := range messages.all(c.st) {
			if m.accountID == c.account.id && m.messageType == messageType && s.message(m) {
				out = append(out, sample{at: m.createdAt, conversation: m.conversationID})
			}
		}
		return out
	}
}

func eventSamples(name string) func(*ctx, reportScope) []sample {
	return func(c *ctx, s reportScope) []sample {
		business := c.Params.Bool("business_hours")
		var out []sample
		for e := range reportingEvents.all(c.st) {
			if e.accountID != c.account.id || e.name != name || !s.event(e) {
				continue
			}
			value := e.value
			if business {
				value = e.businessValue
			}
			out = append(out, sample{at: e.createdAt, value: value, conversation: e.conversationID})
		}
		return out
	}
}

// stillResolved are the events of conversations that are resolved to this day.
func stillResolved(name string) func(*ctx, reportScope) []sample {
	return func(c *ctx, s reportScope) []sample {
		var out []sample
		for _, row := range eventSamples(name)(c, s) {
			if v := conversations.find(c.st, row.conversation); v != nil && v.status == statusResolved {
				out = append(out, row)
			}
		}
		return out
	}
}

// once keeps one row of each conversation.
func once(rows []sample) []sample {
	seen := map[int64]bool{}
	var out []sample
	for _, row := range rows {
		if !seen[row.conversation] {
			seen[row.conversation] = true
			out = append(out, row)
		}
	}
	return out
}

// figure computes a metric for the rows that a period holds: a count, or an
// average that is empty when there is nothing to measure.
func (m metric) figure(rows []sample, within func(time.Time) bool, empty any) (value any, count int) {
	var sum float64
	var held []sample
	for _, row := range rows {
		if within(row.at) {
			held = append(held, row)
			sum += row.value
		}
	}
	if m.distinct {
		held = once(held)
	}
	switch {
	case !m.average:
		return len(held), len(held)
	case len(held) == 0:
		return empty, 0
	default:
		return testserver.Float(sum / float64(len(held))), len(held)
	}
}

// showReport answers a metric over time; an unknown metric is an empty object.
func showReport(c *ctx) response {
	c.mayReport()
	kind := c.Params.String("type")
	if kind == "" {
		return crash()
	}
	m, known := c.metricNamed(c.Params.String("metric"))
	p, ranged := c.period()
	unit, zone := c.bucketUnit(), c.reportZone()
	c.Params.Ignore("business_hours", "id")
	if !known {
		return ok(object{})
	}
	rows := m.rows(c, c.reportScope())
	points := []object{}
	if !ranged {
		return ok(points)
	}
	for _, from := range p.buckets(unit, zone) {
		to := nextBucket(unit, from)
		value, count := m.figure(rows, func(t time.Time) bool {
			return p.holds(t) && !t.Before(from) && t.Before(to)
		}, 0)
		point := obj("value", value, "timestamp", from.Unix())
		if m.average {
			point.Set("count", count)
		}
		points = append(points, point)
	}
	return ok(points)
}

var summaryMetrics = []string{
	"conversations_count", "incoming_messages_count", "outgoing_messages_count", "avg_first_response_time",
	"avg_resolution_time", "resolutions_count", "reply_time",
}

var botMetrics = []string{"bot_resolutions_count", "bot_handoffs_count"}

func showReportSummary(c *ctx) response { return c.reportSummary(summaryMetrics) }

func showBotSummary(c *ctx) response { return c.reportSummary(botMetrics) }

// reportSummary answers figures of a period and of the one before it.
func (c *ctx) reportSummary(names []string) response {
	c.mayReport()
	scope := c.reportScope()
	p, ranged := c.period()
	c.Params.Ignore("group_by", "timezone_offset", "business_hours")
	o := c.figures(names, scope, p, ranged)
	o.Set("previous", c.figures(names, scope, p.before(), ranged))
	return ok(o)
}

func (c *ctx) figures(names []string, scope reportScope, p period, ranged bool) object {
	o := object{}
	for _, name := range names {
		m, _ := c.metricNamed(name)
		value, _ := m.figure(m.rows(c, scope), func(t time.Time) bool { return ranged && p.holds(t) }, nil)
		o.Set(name, value)
	}
	return o
}

// showBotMetrics answers what the bots of the account did. Rates are whole
// percent.
func showBotMetrics(c *ctx) response {
	c.mayReport()
	p, ranged := c.period()
	within := func(t time.Time) bool { return ranged && p.holds(t) }
	all := reportScope{event: func(*reportingEvent) bool { return true }}
	count := func(name string) int {
		m, _ := c.metricNamed(name)
		_, n := m.figure(m.rows(c, all), within, nil)
		return n
	}
	held, sent := c.botWork(within)
	percent := func(n int) int {
		if held == 0 {
			return 0
		}
		return n * 100 / held
	}
	return ok(obj(
		"conversation_count", held, "message_count", sent,
		"resolution_rate", percent(count("bot_resolutions_count")), "handoff_rate", percent(count("bot_handoffs_count")),
	))
}

// botWork counts the conversations in inboxes with a bot, and the messages
// sent in them.
func (c *ctx) botWork(within func(time.Time) bool) (held, sent int) {
	for v := range conversations.all(c.st) {
		if v.accountID != c.account.id || !within(v.createdAt) || !c.st.activeBot(v.inboxID) {
			continue
		}
		held++
		for _, m := range c.st.conversationMessages(v) {
			if m.messageType == messageOutgoing && within(m.createdAt) {
				sent++
			}
		}
	}
	return held, sent
}
