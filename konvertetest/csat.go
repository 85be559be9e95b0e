package konvertetest

import (
	"slices"
	"strconv"
	"strings"
)

func registerSurveyAnswers(r *router) {
	const all = "/api/v1/accounts/{account_id}/csat_survey_responses"
	r.get("undocumented:csat-list", all, listSurveyAnswers)
	r.get("undocumented:csat-metrics", all+"/metrics", showSurveyMetrics)
	r.get("undocumented:csat-download", all+"/download", surveyAnswersCSV)
	r.patch("undocumented:csat-update", all+"/{id}", updateSurveyAnswer, shape())
}

func (c *ctx) surveyAnswerView(r *csatResponse) object {
	o := obj("id", r.id, "rating", r.rating, "feedback_message", r.feedback)
	if c.atLeast("4.15.1") {
		o.Set("csat_review_notes", r.reviewNotes)
		o.Set("review_notes_updated_at", nil)
		if !r.reviewedAt.IsZero() {
			o.Set("review_notes_updated_at", epoch(r.reviewedAt))
		}
	}
	o.Set("account_id", r.accountID)
	o.Set("message_id", r.messageID)
	if k := contacts.find(c.st, r.contactID); k != nil {
		o.Set("contact", c.contactView(k))
	}
	if v := conversations.find(c.st, r.conversationID); v != nil {
		o.Set("conversation_id", v.displayID)
	}
	if u := c.surveyedAgent(r); u != nil {
		o.Set("assigned_agent", c.agentView(u))
	}
	o.Set("created_at", epoch(r.createdAt))
	return o
}

func (c *ctx) surveyedAgent(r *csatResponse) *user {
	if r.assignedAgentID == nil {
		return nil
	}
	return users.find(c.st, *r.assignedAgentID)
}

// surveyAnswers are those that the request filters: by agents, inbox, team and
// rating, and by time when both ends are given.
func (c *ctx) surveyAnswers() []*csatResponse {
	c.mayReport()
	p := c.Params
	span, ranged := c.period()
	agents, everyAgent := c.idParams("user_ids")
	return csatResponses.where(c.st, func(r *csatResponse) bool {
		v := conversations.find(c.st, r.conversationID)
		if r.accountID != c.account.id || ranged && !span.holds(r.createdAt) {
			return false
		}
		if !everyAgent && (r.assignedAgentID == nil || !slices.Contains(agents, *r.assignedAgentID)) {
			return false
		}
		if !p.Blank("inbox_id") && (v == nil || v.inboxID != p.Int("inbox_id")) {
			return false
		}
		if !p.Blank("team_id") && (v == nil || v.teamID == nil || *v.teamID != p.Int("team_id")) {
			return false
		}
		return p.Blank("rating") || r.rating == p.Int("rating")
	})
}

const surveyAnswersPage = 25

func listSurveyAnswers(c *ctx) response {
	rows := c.surveyAnswers()
	byTime := func(a, b *csatResponse) int { return a.createdAt.Compare(b.createdAt) }
	switch c.Params.String("sort") {
	case "created_at":
		slices.SortStableFunc(rows, byTime)
	case "-created_at":
		slices.Reverse(rows)
		slices.SortStableFunc(rows, func(a, b *csatResponse) int { return byTime(b, a) })
	}
	return ok(list(page(c, rows, surveyAnswersPage, nil), c.surveyAnswerView))
}

// showSurveyMetrics counts the surveys that were sent by time alone.
func showSurveyMetrics(c *ctx) response {
	rows := c.surveyAnswers()
	counts := map[int64]int{}
	for _, r := range rows {
		counts[r.rating]++
	}
	ratings := object{}
	for rating := int64(1); rating <= 5; rating++ {
		if counts[rating] > 0 {
			ratings.Set(strconv.FormatInt(rating, 10), counts[rating])
		}
	}
	span, ranged := c.period()
	sent := 0
	for m := range messages.all(c.st) {
		if m.accountID == c.account.id && m.contentType == contentSurvey && (!ranged || span.holds(m.createdAt)) {
			sent++
		}
	}
	return ok(obj("total_count", len(rows), "ratings_count", ratings, "total_sent_messages_count", sent))
}

// updateSurveyAnswer replaces the notes that agents keep on an answer.
func updateSurveyAnswer(c *ctx) response {
	r := csatResponses.find(c.st, c.id("id"))
	if r == nil || r.accountID != c.account.id {
		return notFound()
	}
	c.mayReport()
	if !c.Params.Has("csat_review_notes") {
		return missingParam("csat_review_notes")
	}
	c.Params.Into("csat_review_notes", &r.reviewNotes)
	r.reviewedAt, r.reviewerID = c.Now, &c.user.id
	csatResponses.touch(c.st, r)
	return ok(c.surveyAnswerView(r))
}

// surveyAnswersCSV ends with a line that is no row. Without a period the real
// server fails.
func surveyAnswersCSV(c *ctx) response {
	rows := c.surveyAnswers()
	span, ranged := c.period()
	if !ranged {
		return crash()
	}
	heading := "Agent Name,Rating,Feedback Comment,Contact Name,Contact Email Address,Contact Phone Number,Link to the conversation,Recorded date"
	if c.atLeast("4.15.1") {
		heading += ",Review Notes"
	}
	lines := []string{heading}
	for _, r := range rows {
		lines = append(lines, c.surveyAnswerCSV(r))
	}
	const day = "2006-01-02"
	lines = append(lines, "Reporting period "+span.since.Format(day)+" to "+span.until.Format(day))
	return csvFile("csat_report", lines)
}

func (c *ctx) surveyAnswerCSV(r *csatResponse) string {
	var agent, link string
	if u := c.surveyedAgent(r); u != nil {
		agent = u.name + " (" + u.email + ")"
	}
	if v := conversations.find(c.st, r.conversationID); v != nil {
		link = c.srv.URL + "/app/accounts/" + strconv.FormatInt(v.accountID, 10) + "/conversations/" + strconv.FormatInt(v.displayID, 10)
	}
	k := contacts.find(c.st, r.contactID)
	if k == nil {
		k = &contact{}
	}
	cells := []string{
		agent, strconv.FormatInt(r.rating, 10), textOf(r.feedback), textOf(k.name), textOf(k.email), textOf(k.phoneNumber),
		link, r.createdAt.UTC().Format("2006-01-02 15:04:05 UTC"),
	}
	if c.atLeast("4.15.1") {
		cells = append(cells, textOf(r.reviewNotes))
	}
	for i, text := range cells {
		cells[i] = csvCell(text)
	}
	return strings.Join(cells, ",")
}
