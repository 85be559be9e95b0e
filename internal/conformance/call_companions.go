package conformance

import (
	"context"
	"errors"
	"reflect"
	"strconv"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// sayAccountMetrics has no input: the type is fixed.
func sayAccountMetrics(c *konverte.Client, a *arguments) call {
	a.fixed("account")
	return func(ctx context.Context, opts ...konverte.Option) (any, error) {
		return result(c.Reports.AccountConversationMetrics(ctx, opts...))
	}
}

// sayAgentMetrics has the page as its only input.
func sayAgentMetrics(c *konverte.Client, a *arguments) call {
	var page int64
	if text := a.fixed("agent")["page"]; text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			a.problem("query.page: no number")
		}
		page = n
	}
	return func(ctx context.Context, opts ...konverte.Option) (any, error) {
		return c.Reports.AgentConversationMetrics(ctx, page, opts...)
	}
}

// sayPriority picks the method by whether there is a priority.
func sayPriority(c *konverte.Client, a *arguments) call {
	id := konverte.ConversationID(a.pathNumber())
	value, given := a.clearable("priority")
	return nothing(func(ctx context.Context, opts []konverte.Option) error {
		if !given {
			return c.Conversations.ClearPriority(ctx, id, opts...)
		}
		return c.Conversations.SetPriority(ctx, id, konverte.ConversationPriority(recordings.Plain(value)), opts...)
	})
}

// sayInboxBot picks the method by whether there is a bot.
func sayInboxBot(c *konverte.Client, a *arguments) call {
	id := konverte.InboxID(a.pathNumber())
	value, given := a.clearable("agent_bot")
	if !given {
		return nothing(func(ctx context.Context, opts []konverte.Option) error {
			return c.Inboxes.RemoveBot(ctx, id, opts...)
		})
	}
	bot := konverte.AgentBotID(a.number("agent_bot", value))
	return nothing(func(ctx context.Context, opts []konverte.Option) error {
		return c.Inboxes.SetBot(ctx, id, bot, opts...)
	})
}

// clearable is the value of the one key that the methods of an operation send. Null, and
// leaving it out, clear it.
func (a *arguments) clearable(key string) (value any, given bool) {
	for _, m := range a.body {
		if m.Key != key {
			a.problem("body.%s: no such key", m.Key)
		}
	}
	value, sent := a.body.Get(key)
	if !sent {
		a.notes = append(a.notes, "body."+key+": sent as null")
	}
	return value, value != nil
}

// sayReadAll picks the method by whether a conversation is named.
func sayReadAll(c *konverte.Client, a *arguments) call {
	id, named := a.body.Get("primary_actor_id")
	if !named {
		return nothing(func(ctx context.Context, opts []konverte.Option) error {
			return c.Notifications.MarkAllRead(ctx, opts...)
		})
	}
	kind, _ := a.body.Get("primary_actor_type")
	n := konverte.Notification{PrimaryActorType: recordings.Plain(kind), PrimaryActorID: konverte.ConversationRecordID(a.number("primary_actor_id", id))}
	return nothing(func(ctx context.Context, opts []konverte.Option) error {
		return c.Notifications.MarkConversationRead(ctx, n, opts...)
	})
}

// saySurvey takes the rating out of the objects that the method puts around it.
func saySurvey(c *konverte.Client, a *arguments) call {
	var rating any = a.body
	for _, key := range []string{"message", "submitted_values", "csat_survey_response"} {
		o, _ := rating.(testserver.Object)
		rating, _ = o.Get(key)
	}
	var p konverte.SurveyAnswerParams
	a.fillJSON(reflect.ValueOf(&p).Elem(), "body.message.submitted_values.csat_survey_response", rating)
	return func(ctx context.Context, opts ...konverte.Option) (any, error) {
		return result(c.Surveys.Answer(ctx, konverte.ConversationUUID(a.path[0]), p, opts...))
	}
}

// fixed wants the type that the method always sends, and returns what else is in the
// query.
func (a *arguments) fixed(value string) map[string]string {
	others := map[string]string{}
	for _, pair := range a.query {
		switch {
		case pair[0] == "type" && pair[1] != value:
			a.problem("query.type: always %s", value)
		case pair[0] != "type" && pair[0] != "page":
			a.problem("query.%s: no such key", pair[0])
		default:
			others[pair[0]] = pair[1]
		}
	}
	return others
}

// kept takes the webhook out of the error that says that its address was kept: it is the
// server's answer.
func kept(got any, err error) (any, error) {
	if e, ok := errors.AsType[*konverte.WebhookURLError](err); ok {
		return e.Webhook, nil
	}
	return got, err
}
