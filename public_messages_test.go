package konverte_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// asked is a message in a conversation of a contact who came through the public API.
func asked(t *testing.T, c *konverte.Client, p konverte.MessageCreateParams) konverte.MessageAddress {
	t.Helper()
	ctx := t.Context()
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	require.NoError(t, err)
	id := inbox.InboxIdentifier.Or("")
	contact, err := c.Public.Contacts.Create(ctx, id, konverte.PublicContactCreateParams{Name: konverte.Set("Rui")})
	require.NoError(t, err)
	conv, err := c.Public.Conversations.Create(ctx, id, contact.SourceID, konverte.PublicConversationCreateParams{})
	require.NoError(t, err)
	m, err := c.Messages.Create(ctx, conv.ID, p)
	require.NoError(t, err)
	return konverte.MessageAddress{Inbox: id, Contact: contact.SourceID, Conversation: conv.ID, Message: m.ID}
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	choice := konverte.MessageCreateParams{
		Content: "Which?", ContentType: konverte.Set(konverte.MessageContentTypeInputSelect),
		ContentAttributes: konverte.Attributes(`{"items":[{"title":"One","value":"1"}]}`),
	}
	form := konverte.MessageCreateParams{
		Content: "Who?", ContentType: konverte.Set(konverte.MessageContentTypeForm),
		ContentAttributes: konverte.Attributes(`{"items":[{"name":"email","type":"email","label":"E-mail","placeholder":"e"}]}`),
	}
	survey := konverte.MessageCreateParams{Content: "How?", ContentType: konverte.Set(konverte.MessageContentTypeInputCSAT)}
	type submit func(*testing.T, *konverte.Client, konverte.MessageAddress) (*konverte.PublicMessage, error)
	for name, tc := range map[string]struct {
		message konverte.MessageCreateParams
		submit  submit
		want    string
	}{
		"choice": {choice, func(t *testing.T, c *konverte.Client, to konverte.MessageAddress) (*konverte.PublicMessage, error) {
			return c.Public.Messages.SubmitChoice(t.Context(), to, []konverte.SubmittedChoice{{Title: "One", Value: "1"}})
		}, `[{"title":"One","value":"1"}]`},
		"form": {form, func(t *testing.T, c *konverte.Client, to konverte.MessageAddress) (*konverte.PublicMessage, error) {
			return c.Public.Messages.SubmitForm(t.Context(), to, []konverte.SubmittedField{{Name: "email", Value: "rui@example.com"}})
		}, `[{"name":"email","value":"rui@example.com"}]`},
		"survey": {survey, func(t *testing.T, c *konverte.Client, to konverte.MessageAddress) (*konverte.PublicMessage, error) {
			p := konverte.SurveyAnswerParams{Rating: 4, FeedbackMessage: konverte.Set("Bom")}
			return c.Public.Messages.SubmitSurvey(t.Context(), to, p)
		}, `{"csat_survey_response":{"rating":4,"feedback_message":"Bom"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
				got, err := tc.submit(t, c, asked(t, c, tc.message))
				require.NoError(t, err)
				values, ok := got.ContentAttributes.Get("submitted_values")
				require.True(t, ok, "%s", got.ContentAttributes)
				assert.JSONEq(t, tc.want, string(values))
			})
		})
	}
}

// What the server would drop or keep out of its reports is refused before it is sent.
func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	messages := srv.Client().Public.Messages
	to := konverte.MessageAddress{Inbox: "i", Contact: "c", Conversation: 1, Message: 1}
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"no choice": func() error { _, err := messages.SubmitChoice(ctx, to, nil); return err },
		"blank choice": func() error {
			_, err := messages.SubmitChoice(ctx, to, []konverte.SubmittedChoice{{Title: "x"}})
			return err
		},
		"no field": func() error { _, err := messages.SubmitForm(ctx, to, nil); return err },
		"blank field": func() error {
			_, err := messages.SubmitForm(ctx, to, []konverte.SubmittedField{{Value: "x"}})
			return err
		},
		"rating 0": func() error { _, err := messages.SubmitSurvey(ctx, to, konverte.SurveyAnswerParams{}); return err },
		"rating 6": func() error {
			_, err := messages.SubmitSurvey(ctx, to, konverte.SurveyAnswerParams{Rating: 6})
			return err
		},
		"no address": func() error {
			_, err := messages.SubmitSurvey(ctx, konverte.MessageAddress{}, konverte.SurveyAnswerParams{Rating: 5})
			return err
		},
	} {
		_, refused := errors.AsType[*konverte.ArgumentError](call())
		assert.True(t, refused, name)
	}
	assert.Empty(t, srv.Requests())
}
