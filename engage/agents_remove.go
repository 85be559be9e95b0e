package engage

import (
	"context"
	"errors"

	"github.com/konverte-go/konverte"
)

// Disable keeps an agent from signing in. The agent keeps everything else. Doing
// it twice changes nothing more.
//
// API: PUT /users/{userId}.
func (s AgentsService) Disable(ctx context.Context, id AgentID, opts ...CallOption) (*Agent, error) {
	return s.enable(ctx, "Agents.Disable", id, false, opts)
}

// Enable lets an agent sign in again.
//
// API: PUT /users/{userId}.
func (s AgentsService) Enable(ctx context.Context, id AgentID, opts ...CallOption) (*Agent, error) {
	return s.enable(ctx, "Agents.Enable", id, true, opts)
}

func (s AgentsService) enable(ctx context.Context, operation string, id AgentID, on bool, opts []CallOption) (*Agent, error) {
	agent, err := s.update(ctx, operation, id, UserUpdateParams{Enabled: konverte.Set(on)}, opts)
	if err != nil {
		return nil, err
	}
	if agent.Enabled != on {
		return agent, &NotAppliedError{Operation: operation, Agent: id, Keys: []string{"enabled"}}
	}
	return agent, nil
}

// Delete removes an agent who has never logged in. Anybody else is a
// *NotDeletableError: only the server knows. Where an answer was lost, an agent who
// is gone counts as deleted.
//
// API: DELETE /users/{userId}; GET /users/{userId} after a lost answer.
func (s AgentsService) Delete(ctx context.Context, id AgentID, opts ...CallOption) error {
	_, err := s.c.Users.Delete(ctx, id, opts...)
	if maybeSent(err) && (errors.Is(err, konverte.ErrNotFound) || s.isGone(ctx, id, opts)) {
		return nil
	}
	if refused, ok := errors.AsType[*konverte.Error](err); ok && refused.StatusCode == unprocessable {
		return &NotDeletableError{Agent: id, Err: err}
	}
	return err
}

// isGone tells whether it is known that there is no such agent.
func (s AgentsService) isGone(ctx context.Context, id AgentID, opts []CallOption) bool {
	after, cancel := afterwards(ctx)
	defer cancel()
	_, err := s.Get(after, id, opts...)
	return errors.Is(err, konverte.ErrNotFound)
}

// unprocessable is the status of what validations refuse.
const unprocessable = 422

// Removal is what became of an agent.
type Removal string

// The ways in which an agent goes.
const (
	AgentDeleted     Removal = "deleted"  // nothing is left
	AgentWasDisabled Removal = "disabled" // cannot sign in any more
)

// DeleteOrDisable deletes an agent who has never logged in and disables anybody
// else. It says which it did.
//
// API: DELETE /users/{userId}; PUT /users/{userId}.
func (s AgentsService) DeleteOrDisable(ctx context.Context, id AgentID, opts ...CallOption) (Removal, error) {
	err := s.Delete(ctx, id, opts...)
	if _, refused := errors.AsType[*NotDeletableError](err); refused {
		if _, err := s.Disable(ctx, id, opts...); err != nil {
			return "", err
		}
		return AgentWasDisabled, nil
	}
	if err != nil {
		return "", err
	}
	return AgentDeleted, nil
}
