package konvertetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerLiveReports(r *router) {
	const live = "/api/v2/accounts/{account_id}/live_reports"
	r.get("undocumented:live-report-conversation-metrics", live+"/conversation_metrics", showLiveMetrics)
	r.get("undocumented:live-report-grouped-conversation-metrics", live+"/grouped_conversation_metrics", showGroupedLiveMetrics)
	const summary = "/api/v2/accounts/{account_id}/summary_reports"
	r.get("get-agent-summary-report", summary+"/agent", showAgentSummary)
	r.get("get-team-summary-report", summary+"/team", showTeamSummary)
	r.get("get-inbox-summary-report", summary+"/inbox", showInboxSummary)
	r.get("undocumented:summary-report-label", summary+"/label", showLabelSummary)
	r.get("get-channel-summary-report", summary+"/channel", showChannelSummary)
}

// liveCount counts the open conversations of a kind that no figure of the past
// says anything about.
type liveCount struct{ open, unattended, unassigned int }

func (n *liveCount) add(v *conversation) {
	n.open++
	if v.firstReplyCreatedAt.IsZero() || !v.waitingSince.IsZero() {
		n.unattended++
	}
	if v.assigneeID == nil {
		n.unassigned++
	}
}

func (c *ctx) liveConversations(belongs func(*conversation) bool) []*conversation {
	return conversations.where(c.st, func(v *conversation) bool { return v.accountID == c.account.id && belongs(v) })
}

func countOpen(rows []*conversation) liveCount {
	var n liveCount
	for _, v := range rows {
		if v.status == statusOpen {
			n.add(v)
		}
	}
	return n
}

// showConversationMetrics answers for the whole account, or for each agent.
// The count of pending ones is that of the open ones which are pending: none.
func showConversationMetrics(c *ctx) response {
	c.mayReport()
	c.Params.Ignore("user_id", "page")
	switch kind := strings.TrimSpace(c.Params.String("type")); kind {
	case "":
		return headOnly(http.StatusUnprocessableEntity)
	case "account":
		n := countOpen(c.liveConversations(func(*conversation) bool { return true }))
		return ok(obj("open", n.open, "unattended", n.unattended, "unassigned", n.unassigned, "pending", 0))
	case "agent", "inbox", "team", "label":
		if kind != "agent" {
			return notFound()
		}
		return c.agentMetrics()
	default:
		return crash()
	}
}

const agentMetricsPage = 25

// agentMetrics answers a page of agents, those with the most open
// conversations of the page first.
func (c *ctx) agentMetrics() response {
	members := page(c, accountUsers.where(c.st, func(m *accountUser) bool { return m.accountID == c.account.id }), agentMetricsPage, nil)
	counts := map[*accountUser]liveCount{}
	for _, m := range members {
		counts[m] = countOpen(c.liveConversations(c.agentScope(m.userID).conversation))
	}
	slices.SortStableFunc(members, func(a, b *accountUser) int { return cmp.Compare(counts[a].open, counts[b].open) })
	slices.Reverse(members)
	return ok(list(members, func(m *accountUser) object {
		u := users.find(c.st, m.userID)
		return obj(
			"id", u.id, "name", u.name, "email", u.email, "thumbnail", c.thumbURL(u.avatar),
			"availability", c.st.availabilityStatus(m),
			"metric", obj("open", counts[m].open, "unattended", counts[m].unattended),
		)
	}))
}

// inTeamParam is the condition that team_id sets.
func (c *ctx) inTeamParam() func(*conversation) bool {
	if c.Params.Blank("team_id") {
		return func(*conversation) bool { return true }
	}
	id := c.Params.Int("team_id")
	if t := teams.find(c.st, id); t == nil || t.accountID != c.account.id {
		stop(notFound())
	}
	return func(v *conversation) bool { return v.teamID != nil && *v.teamID == id }
}

func showLiveMetrics(c *ctx) response {
	c.mayReport()
	rows := c.liveConversations(c.inTeamParam())
	n, pending := countOpen(rows), 0
	for _, v := range rows {
		if v.status == statusPending {
			pending++
		}
	}
	return ok(obj("open", n.open, "unattended", n.unattended, "unassigned", n.unassigned, "pending", pending))
}

// showGroupedLiveMetrics answers a row for each team or assignee with open
// conversations; those without one come last.
func showGroupedLiveMetrics(c *ctx) response {
	c.mayReport()
	key := c.Params.String("group_by")
	if key != "team_id" && key != "assignee_id" {
		return failText(http.StatusUnprocessableEntity, "invalid group_by")
	}
	counts := map[int64]*liveCount{}
	var ids []int64
	for _, v := range c.liveConversations(c.inTeamParam()) {
		if v.status != statusOpen {
			continue
		}
		var id int64
		if p := map[string]*int64{"team_id": v.teamID, "assignee_id": v.assigneeID}[key]; p != nil {
			id = *p
		}
		if counts[id] == nil {
			counts[id] = &liveCount{}
			ids = append(ids, id)
		}
		counts[id].add(v)
	}
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Compare(uint64(a-1), uint64(b-1)) })
	return ok(list(ids, func(id int64) object {
		n := counts[id]
		o := obj("open", n.open, "unattended", n.unattended, "unassigned", n.unassigned, key, nil)
		if id != 0 {
			o.Set(key, id)
		}
		return o
	}))
}

// summaryRow are the figures of one agent, team, inbox or label.
type summaryRow struct {
	conversations, resolved       int
	resolution, firstReply, reply any
}

// summaryOf computes the figures of a scope; averages of nothing are empty.
func (c *ctx) summaryOf(scope reportScope, empty any) summaryRow {
	p, ranged := c.period()
	within := func(t time.Time) bool { return ranged && p.holds(t) }
	figure := func(name string) (any, int) {
		m, _ := c.metricNamed(name)
		return m.figure(m.rows(c, scope), within, empty)
	}
	var row summaryRow
	_, row.conversations = figure("conversations_count")
	row.resolution, row.resolved = figure("avg_resolution_time")
	row.firstReply, _ = figure("avg_first_response_time")
	row.reply, _ = figure("reply_time")
	return row
}

// summaryView is a row. The oldest servers have null for no conversations and
// count no resolutions.
func (c *ctx) summaryView(id int64, scope reportScope) object {
	row := c.summaryOf(scope, nil)
	o := obj("id", id, "conversations_count", row.conversations)
	if c.atLeast("4.2.0") {
		o.Set("resolved_conversations_count", row.resolved)
	} else if row.conversations == 0 {
		o.Set("conversations_count", nil)
	}
	o.Set("avg_resolution_time", row.resolution)
	o.Set("avg_first_response_time", row.firstReply)
	o.Set("avg_reply_time", row.reply)
	return o
}

// summaryParams ends the request when the caller may not see reports, or when
// the period is none.
func (c *ctx) summaryParams() {
	c.mayReport()
	c.period()
	c.Params.Ignore("business_hours")
}

func showAgentSummary(c *ctx) response {
	c.summaryParams()
	rows := accountUsers.where(c.st, func(m *accountUser) bool { return m.accountID == c.account.id })
	return ok(list(rows, func(m *accountUser) object { return c.summaryView(m.userID, c.agentScope(m.userID)) }))
}

func showTeamSummary(c *ctx) response {
	c.summaryParams()
	rows := teams.where(c.st, func(t *team) bool { return t.accountID == c.account.id })
	return ok(list(rows, func(t *team) object { return c.summaryView(t.id, c.teamScope(t.id)) }))
}

func (c *ctx) teamScope(id int64) reportScope {
	return c.ofConversations(func(v *conversation) bool { return v.teamID != nil && *v.teamID == id })
}

func showInboxSummary(c *ctx) response {
	c.summaryParams()
	return ok(list(c.accountInboxes(), func(in *inbox) object { return c.summaryView(in.id, inboxScope(in.id)) }))
}

func (c *ctx) accountInboxes() []*inbox {
	return inboxes.where(c.st, func(in *inbox) bool { return in.accountID == c.account.id })
}

// accountLabels are sorted by title.
func (c *ctx) accountLabels() []*label {
	rows := labels.where(c.st, func(l *label) bool { return l.accountID == c.account.id })
	slices.SortStableFunc(rows, func(a, b *label) int { return collate(a.title, b.title) })
	return rows
}

func (c *ctx) labelledScope(title string) reportScope {
	return c.ofConversations(func(v *conversation) bool { return slices.Contains(v.labels, title) })
}

// showLabelSummary has 0 where the other summaries have null.
func showLabelSummary(c *ctx) response {
	c.summaryParams()
	return ok(list(c.accountLabels(), func(l *label) object {
		row := c.summaryOf(c.labelledScope(l.title), 0)
		return obj(
			"id", l.id, "name", l.title, "conversations_count", row.conversations, "avg_resolution_time", row.resolution,
			"avg_first_response_time", row.firstReply, "avg_reply_time", row.reply, "resolved_conversations_count", row.resolved,
		)
	}))
}

// channelTypes lists the types of the account's inboxes in the order in which
// they first occur.
func (c *ctx) channelTypes() []string {
	var out []string
	for _, in := range c.accountInboxes() {
		if !slices.Contains(out, in.channelType) {
			out = append(out, in.channelType)
		}
	}
	return out
}

func (c *ctx) channelOf(inboxID int64) string {
	if in := inboxes.find(c.st, inboxID); in != nil {
		return in.channelType
	}
	return ""
}

// showChannelSummary counts the conversations of a period by channel and
// status.
func showChannelSummary(c *ctx) response {
	c.summaryParams()
	p, ranged := c.period()
	statuses := []string{statusOpen, statusResolved, statusPending, statusSnoozed}
	out := object{}
	for _, channel := range c.channelTypes() {
		counts, total := map[string]int{}, 0
		for _, v := range c.liveConversations(func(v *conversation) bool { return c.channelOf(v.inboxID) == channel }) {
			if ranged && p.holds(v.createdAt) {
				counts[v.status]++
				total++
			}
		}
		if total == 0 {
			continue
		}
		o := object{}
		for _, status := range statuses {
			o.Set(status, counts[status])
		}
		o.Set("total", total)
		out.Set(channel, o)
	}
	return ok(out)
}

// responseBuckets are the spans by which first responses are counted.
var responseBuckets = []struct {
	name  string
	below float64 // hours
}{{"0-1h", 1}, {"1-4h", 4}, {"4-8h", 8}, {"8-24h", 24}, {"24h+", 0}}

// showFirstResponses counts the first responses of a period by channel and by
// the time they took. Without a period all count.
func showFirstResponses(c *ctx) response {
	c.mayReport()
	p, ranged := c.period()
	out := object{}
	for _, channel := range c.channelTypes() {
		counts := make([]int, len(responseBuckets))
		total := 0
		for e := range reportingEvents.all(c.st) {
			if e.accountID != c.account.id || e.name != measuredFirstReply || c.channelOf(e.inboxID) != channel || ranged && !p.holds(e.createdAt) {
				continue
			}
			i := slices.IndexFunc(responseBuckets, func(b struct {
				name  string
				below float64
			}) bool {
				return b.below == 0 || e.value < b.below*3600
			})
			counts[i]++
			total++
		}
		if total == 0 {
			continue
		}
		o := object{}
		for i, b := range responseBuckets {
			o.Set(b.name, counts[i])
		}
		out.Set(channel, o)
	}
	return ok(out)
}

// idParams reads a list of ids; every is set when none was sent.
func (c *ctx) idParams(key string) (ids []int64, every bool) {
	values, sent := c.Params.List(key)
	if !sent || len(values) == 0 {
		return nil, true
	}
	for _, v := range values {
		if n := testserver.CastInt(v); n != nil {
			ids = append(ids, *n)
		}
	}
	return ids, false
}

// showLabelMatrix counts the conversations of a period by inbox and label,
// both sorted by name.
func showLabelMatrix(c *ctx) response {
	c.mayReport()
	p, ranged := c.period()
	inboxIDs, everyInbox := c.idParams("inbox_ids")
	labelIDs, everyLabel := c.idParams("label_ids")
	boxes := slices.DeleteFunc(c.accountInboxes(), func(in *inbox) bool { return !everyInbox && !slices.Contains(inboxIDs, in.id) })
	tags := slices.DeleteFunc(c.accountLabels(), func(l *label) bool { return !everyLabel && !slices.Contains(labelIDs, l.id) })
	slices.SortStableFunc(boxes, func(a, b *inbox) int { return strings.Compare(a.name, b.name) })
	matrix := [][]int{}
	for _, in := range boxes {
		row := make([]int, len(tags))
		for _, v := range c.liveConversations(inboxScope(in.id).conversation) {
			for i, l := range tags {
				if slices.Contains(v.labels, l.title) && (!ranged || p.holds(v.createdAt)) {
					row[i]++
				}
			}
		}
		matrix = append(matrix, row)
	}
	return ok(obj(
		"inboxes", list(boxes, func(in *inbox) object { return obj("id", in.id, "name", in.name) }),
		"labels", list(tags, func(l *label) object { return obj("id", l.id, "title", l.title) }),
		"matrix", matrix,
	))
}

// showOutgoingMessages counts the sent messages of a period for each agent,
// team, inbox or label that has some. Messages of bots count for no agent.
func showOutgoingMessages(c *ctx) response {
	c.mayReport()
	p, ranged := c.period()
	var rows []object
	add := func(id int64, name string, scope reportScope) {
		n := 0
		for _, row := range messageSamples(messageOutgoing)(c, scope) {
			if !ranged || p.holds(row.at) {
				n++
			}
		}
		if n > 0 {
			rows = append(rows, obj("id", id, "name", name, "outgoing_messages_count", n))
		}
	}
	switch c.Params.String("group_by") {
	case "agent":
		for _, u := range c.st.members(c.account.id) {
			add(u.id, u.name, c.agentScope(u.id))
		}
	case "team":
		for _, t := range teams.where(c.st, func(t *team) bool { return t.accountID == c.account.id }) {
			add(t.id, t.name, c.teamScope(t.id))
		}
	case "inbox":
		for _, in := range c.accountInboxes() {
			add(in.id, in.name, inboxScope(in.id))
		}
	case "label":
		for _, l := range c.accountLabels() {
			add(l.id, l.title, c.labelledScope(l.title))
		}
	default:
		return headOnly(http.StatusUnprocessableEntity)
	}
	return ok(append([]object{}, rows...))
}
