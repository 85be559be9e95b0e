package konverte

import "context"

// Answer stores a customer's rating of a conversation. The server does so in the
// background: the survey that comes back lacks what was just sent.
//
// API: PUT /public/api/v1/csat_survey/{conversation_uuid}. Needs no token. Sent again
// where an answer was lost.
//
// Errors: 404: There is no such conversation, or it has no survey. 422: The survey is
// older than 14 days.
func (s SurveysService) Answer(ctx context.Context, conversation ConversationUUID, p SurveyAnswerParams, opts ...CallOption) (*Survey, error) {
	return s.answer(ctx, conversation, surveyMessageParams{SubmittedValues: SurveyValuesParams{CSATSurveyResponse: p}}, opts...)
}
