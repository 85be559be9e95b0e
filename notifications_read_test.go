package konverte_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

// sent is a request as it reached the server.
type sent struct{ method, path, body string }

// recorder answers every request with the same text and keeps the last one.
func recorder(t *testing.T, answer string) (*konverte.Client, *sent) {
	t.Helper()
	last := &sent{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		*last = sent{r.Method, r.URL.Path, string(body)}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("t"), konverte.WithAccountID(1))
	require.NoError(t, err)
	return c, last
}

func TestNotificationsMarkRead(t *testing.T) {
	t.Parallel()
	c, last := recorder(t, "")

	require.NoError(t, c.Notifications.MarkAllRead(t.Context()))
	assert.Equal(t, sent{"POST", "/api/v1/accounts/1/notifications/read_all", "{}"}, *last)

	require.NoError(t, c.Notifications.MarkConversationRead(t.Context(), konverte.Notification{PrimaryActorID: 7}))
	assert.JSONEq(t, `{"primary_actor_type":"Conversation","primary_actor_id":7}`, last.body)

	*last = sent{}
	var fault *konverte.ArgumentError
	require.ErrorAs(t, c.Notifications.MarkConversationRead(t.Context(), konverte.Notification{}), &fault)
	assert.Equal(t, "primary_actor_id", fault.Faults[0].Field)
	assert.Empty(t, last.path, "nothing is sent, for the server would mark everything")
}

func TestSurveysAnswer(t *testing.T) {
	t.Parallel()
	c, last := recorder(t, `{"id":3,"inbox_name":"Site","csat_survey_response":null}`)

	survey, err := c.Surveys.Answer(t.Context(), "u-u", konverte.SurveyAnswerParams{Rating: 5, FeedbackMessage: konverte.Set("Ótimo")})
	require.NoError(t, err)
	assert.EqualValues(t, 3, survey.ID)
	assert.Equal(t, "/public/api/v1/csat_survey/u-u", last.path)
	assert.JSONEq(t, `{"message":{"submitted_values":{"csat_survey_response":{"rating":5,"feedback_message":"Ótimo"}}}}`, last.body)

	_, err = c.Surveys.Answer(t.Context(), "u-u", konverte.SurveyAnswerParams{Rating: 6})
	var fault *konverte.ArgumentError
	require.ErrorAs(t, err, &fault)
}
