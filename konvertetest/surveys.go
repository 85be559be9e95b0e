package konvertetest

import (
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerSurveys(r *router) {
	const survey = "/public/api/v1/csat_survey/{id}"
	r.get("undocumented:csat-survey-show", survey, showSurvey)
	r.patch("undocumented:csat-answer", survey, answerSurvey)
	r.get("get-csat-survey-page", "/survey/responses/{id}", showSurveyPage)
}

// csatResponse is a contact's answer to a survey.
type csatResponse struct {
	record
	accountID, conversationID, messageID, contactID int64
	rating                                          int64
	feedback                                        *string
	assignedAgentID                                 *int64
	reviewNotes                                     *string
	reviewedAt                                      time.Time
	reviewerID                                      *int64
}

var csatResponses = newTable[csatResponse]("csat response")

func (st *store) csatResponseTo(messageID int64) *csatResponse {
	return csatResponses.first(st, func(r *csatResponse) bool { return r.messageID == messageID })
}

// noteSurveyAnswer keeps the answer that a survey message holds. A rating
// outside 1 to 5 leaves what was kept before.
func (st *store) noteSurveyAnswer(m *message) {
	v := conversations.find(st, m.conversationID)
	answer := surveyAnswer(m)
	rating, _ := answer.Get("rating")
	if v == nil || m.contentType != contentSurvey || testserver.Blank(rating) {
		return
	}
	n := testserver.CastInt(rating)
	if n == nil || *n < 1 || *n > 5 {
		return
	}
	r := st.csatResponseTo(m.id)
	if r == nil {
		r = csatResponses.insert(st, &csatResponse{
			accountID: m.accountID, conversationID: m.conversationID, messageID: m.id, contactID: v.contactID,
			assignedAgentID: v.assigneeID,
		})
	}
	feedback, _ := answer.Get("feedback_message")
	r.rating, r.feedback = *n, testserver.CastString(feedback)
	csatResponses.touch(st, r)
}

// surveyAnswer is what was submitted to a survey message, nil for nothing.
func surveyAnswer(m *message) object {
	sent, _ := m.contentAttributes.Get("submitted_values")
	values, _ := sent.(object)
	answer, _ := values.Get("csat_survey_response")
	out, _ := answer.(object)
	return out
}

// surveyOpen is how long an answer may be changed.
const surveyOpen = 14 * 24 * time.Hour

// checkSurveyOpen ends the request with 422 for a survey that is too old.
func (c *ctx) checkSurveyOpen(m *message) {
	day := func(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
	if m.contentType == contentSurvey && day(c.Now).Sub(day(m.createdAt)) > surveyOpen {
		stop(failText(422, "You cannot update the CSAT survey after 14 days"))
	}
}

// findSurvey finds the survey message of the conversation with the UUID of the
// path.
func (c *ctx) findSurvey() (*conversation, *message) {
	uuid := c.Path["id"]
	v := conversations.first(c.st, func(v *conversation) bool { return v.uuid == uuid })
	if v == nil {
		stop(railsError(404))
	}
	c.account = accounts.find(c.st, v.accountID)
	for _, m := range c.st.conversationMessages(v) {
		if m.contentType == contentSurvey {
			return v, m
		}
	}
	stop(railsError(404))
	return nil, nil
}

// csatResponseRow is an answer as the database has it; its conversation_id is
// the one of the database.
func (c *ctx) csatResponseRow(r *csatResponse) any {
	if r == nil {
		return nil
	}
	o := obj(
		"id", r.id,
		"account_id", r.accountID,
		"conversation_id", r.conversationID,
		"message_id", r.messageID,
		"rating", r.rating,
		"feedback_message", r.feedback,
		"contact_id", r.contactID,
		"assigned_agent_id", r.assignedAgentID,
		"created_at", iso(r.createdAt),
		"updated_at", iso(r.updatedAt),
	)
	if c.atLeast("4.15.1") {
		o.Set("csat_review_notes", r.reviewNotes)
		o.Set("review_notes_updated_at", iso(r.reviewedAt))
		o.Set("review_notes_updated_by_id", r.reviewerID)
	}
	return o
}

func (c *ctx) surveyView(v *conversation, m *message) object {
	in := inboxes.find(c.st, v.inboxID)
	o := obj("id", m.id, "csat_survey_response", c.csatResponseRow(c.st.csatResponseTo(m.id)))
	if c.atLeast("4.2.0") {
		display, set := in.csatConfig.Get("display_type")
		if !set || display == nil {
			display = "emoji"
		}
		text, _ := in.csatConfig.Get("message")
		o.Set("display_type", display)
		o.Set("content", text)
	}
	o.Set("inbox_avatar_url", c.thumbURL(in.avatar))
	o.Set("inbox_name", in.name)
	o.Set("locale", c.account.locale)
	o.Set("conversation_id", v.id)
	o.Set("created_at", iso(m.createdAt))
	return o
}

func showSurvey(c *ctx) response {
	v, m := c.findSurvey()
	return ok(c.surveyView(v, m))
}

// answerSurvey shows the answer that was there before: the new one is kept in
// the background.
func answerSurvey(c *ctx) response {
	v, m := c.findSurvey()
	c.checkSurveyOpen(m)
	p := c.Params.Hash("message")
	if p == nil && c.bugs() {
		return crash()
	}
	if p != nil {
		c.submitValues(v, m, p)
	}
	return ok(c.surveyView(v, m))
}

const haltPage = "<!DOCTYPE html>\n<html>\n<head>\n  <title>We're sorry, but something went wrong (500)</title>\n</head>\n" +
	"<body>\n  <h1>We're sorry, but something went wrong.</h1>\n</body>\n</html>\n"

const surveyPage = "<!DOCTYPE html>\n<html>\n<head>\n  <title>Survey</title>\n</head>\n<body>\n  <div id=\"app\"></div>\n</body>\n</html>\n"

// showSurveyPage is the same page for every id. The recorded servers had no
// pages built and answer 500.
func showSurveyPage(c *ctx) response {
	switch {
	case wantsJSON(c.Exchange):
		return railsError(406)
	case c.bugs():
		return response{Status: 500, Type: typeHTML, Body: []byte(haltPage)}
	default:
		return response{Status: 200, Type: strings.ToLower(typeHTML), Body: []byte(surveyPage)}
	}
}
