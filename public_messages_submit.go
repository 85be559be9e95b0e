package konverte

import (
	"context"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// MessageAddress names a message as the client of an API inbox sees it.
type MessageAddress struct {
	Inbox        InboxIdentifier
	Contact      SourceID
	Conversation ConversationID
	Message      MessageID
}

// SubmittedChoice is one item of an input_select message that the contact chose.
type SubmittedChoice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// SubmittedField is one field of a form message that the contact filled in.
type SubmittedField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// SubmitChoice answers an input_select message. The server takes any number of choices
// and does not compare them with the items of the message; an empty list is an
// *ArgumentError.
//
// API: PATCH
// /public/api/v1/inboxes/{inbox_identifier}/contacts/{contact_identifier}/conversations/{conversation_id}/messages/{message_id}.
// Needs no token. Sent again where an answer was lost.
func (s PublicMessagesService) SubmitChoice(ctx context.Context, to MessageAddress, choices []SubmittedChoice, opts ...CallOption) (*PublicMessage, error) {
	var f core.Faults
	f.Present("choices", len(choices) > 0)
	for i, c := range choices {
		f.Within("choices", i, func(f *core.Faults) { f.Required("value", c.Value) })
	}
	return s.submit(ctx, "Public.Messages.SubmitChoice", &f, to, choices, opts)
}

// SubmitForm answers a form message. A field without a name, and an empty list, are an
// *ArgumentError.
//
// API: as SubmitChoice.
func (s PublicMessagesService) SubmitForm(ctx context.Context, to MessageAddress, fields []SubmittedField, opts ...CallOption) (*PublicMessage, error) {
	var f core.Faults
	f.Present("fields", len(fields) > 0)
	for i, field := range fields {
		f.Within("fields", i, func(f *core.Faults) { f.Required("name", field.Name) })
	}
	return s.submit(ctx, "Public.Messages.SubmitForm", &f, to, fields, opts)
}

// SubmitSurvey answers an input_csat message. A rating outside 1 to 5 is an
// *ArgumentError: the server would keep it in the message and leave it out of the reports.
// The reports have it some seconds later. A survey older than 14 days is refused with 422.
//
// API: as SubmitChoice.
func (s PublicMessagesService) SubmitSurvey(ctx context.Context, to MessageAddress, p SurveyAnswerParams, opts ...CallOption) (*PublicMessage, error) {
	var f core.Faults
	values := SurveyValuesParams{CSATSurveyResponse: p}
	values.check(&f)
	return s.submit(ctx, "Public.Messages.SubmitSurvey", &f, to, values, opts)
}

func (s PublicMessagesService) submit(ctx context.Context, operation string, f *core.Faults, to MessageAddress, values any, opts []CallOption) (*PublicMessage, error) {
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	text, err := codec.Marshal(values)
	if err != nil {
		return nil, err
	}
	p := PublicMessageSubmitParams{SubmittedValues: text}
	return s.Submit(ctx, to.Inbox, to.Contact, to.Conversation, to.Message, p, opts...)
}
