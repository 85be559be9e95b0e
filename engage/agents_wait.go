package engage

import (
	"context"
	"fmt"
	"time"

	"github.com/konverte-go/konverte/internal/core"
)

// DefaultWait is how long Wait and its like wait between two looks.
const DefaultWait = 30 * time.Second

// Wait looks at an agent until the invitation is accepted, and returns the agent
// then. It looks every so often, DefaultWait where that is 0; nothing tells it
// sooner. It waits as long as ctx lets it. An agent who is disabled cannot accept:
// that is a *NotPendingError. An agent who is deleted is konverte.ErrNotFound.
//
// API: GET /users/{userId}, again and again.
func (s AgentsService) Wait(ctx context.Context, id AgentID, every time.Duration, opts ...CallOption) (*Agent, error) {
	return poll(ctx, s.c, "Agents.Wait", every, func() (*Agent, bool, error) {
		agent, err := s.Get(ctx, id, opts...)
		if err != nil {
			return nil, false, err
		}
		if agent.State() == AgentDisabled {
			return nil, false, &NotPendingError{Operation: "Agents.Wait", Agent: id, State: AgentDisabled}
		}
		return agent, agent.State() == AgentActive, nil
	})
}

// poll looks until look is done.
func poll[T any](ctx context.Context, c *Client, operation string, every time.Duration, look func() (T, bool, error)) (T, error) {
	var none T
	if every < 0 {
		var f core.Faults
		f.Add("every", "must not be negative", every.String())
		return none, f.Err(operation)
	}
	if every == 0 {
		every = DefaultWait
	}
	for {
		v, done, err := look()
		if err != nil {
			return none, err
		}
		if done {
			return v, nil
		}
		if err := c.core.Sleep(ctx, every); err != nil {
			return none, fmt.Errorf("%s: %w", operation, err)
		}
	}
}
