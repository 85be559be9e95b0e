package conformance

import (
	"context"
	"errors"
	"reflect"
	"strconv"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
)

// say makes the call of the operation's public method.
func (a *arguments) say(c *konverte.Client) call {
	c = c.Account(a.account)
	if special := spoken[a.op.Go()]; special.say != nil {
		return special.say(c, a)
	}
	method := a.op.method(c)
	return func(ctx context.Context, opts ...konverte.Option) (any, error) {
		in := append([]reflect.Value{reflect.ValueOf(ctx)}, a.values...)
		for _, opt := range opts {
			in = append(in, reflect.ValueOf(opt))
		}
		out := method.Call(in)
		err, _ := out[len(out)-1].Interface().(error)
		if err != nil || len(out) == 1 {
			return kept(nil, err)
		}
		return out[0].Interface(), nil
	}
}

// sayAssign picks the method by what is assigned: null takes the agent or the
// team away. Where both are sent the server looks at the agent only.
func sayAssign(c *konverte.Client, a *arguments) call {
	conversation := konverte.ConversationID(a.pathNumber())
	agent, hasAgent := a.body.Get("assignee_id")
	team, hasTeam := a.body.Get("team_id")
	for _, m := range a.body {
		if m.Key != "assignee_id" && (m.Key != "team_id" || hasAgent) {
			a.problem("body.%s: not together with an assignee", m.Key)
		}
	}
	service := c.Conversations
	switch {
	case hasAgent && agent == nil:
		return nothing(func(ctx context.Context, opts []konverte.Option) error {
			return service.Unassign(ctx, conversation, opts...)
		})
	case hasTeam && team == nil:
		return nothing(func(ctx context.Context, opts []konverte.Option) error {
			return service.UnassignTeam(ctx, conversation, opts...)
		})
	case hasTeam && !hasAgent:
		return func(ctx context.Context, opts ...konverte.Option) (any, error) {
			return result(service.AssignTeam(ctx, conversation, konverte.TeamID(a.number("team_id", team)), opts...))
		}
	default:
		return func(ctx context.Context, opts ...konverte.Option) (any, error) {
			return result(service.AssignAgent(ctx, conversation, konverte.AgentID(a.number("assignee_id", agent)), opts...))
		}
	}
}

// pathNumber is the id that the path begins with.
func (a *arguments) pathNumber() int64 {
	id, err := strconv.ParseInt(a.path[0], 10, 64)
	if err != nil {
		a.problem("path.%s: %q is no number", a.op.placeholders[0], a.path[0])
	}
	return id
}

func (a *arguments) number(key string, value any) int64 {
	n, err := strconv.ParseInt(recordings.Plain(value), 10, 64)
	if err != nil {
		a.problem("body.%s: no number", key)
	}
	return n
}

func nothing(do func(context.Context, []konverte.Option) error) call {
	return func(ctx context.Context, opts ...konverte.Option) (any, error) { return nil, do(ctx, opts) }
}

func result[T any](v *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// refused reports whether the client sent nothing: the arguments were wrong.
func refused(err error) bool {
	_, ok := errors.AsType[*konverte.ArgumentError](err)
	return ok
}
