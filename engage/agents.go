package engage

import (
	"context"
	"iter"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/core"
)

// AgentsService has the methods of Client.Agents: what the admin guide says about
// agents, on top of the operations of the API.
type AgentsService struct{ c *Client }

// Agent is a user of the domain.
type Agent = User

// AgentState is what the list of agents shows of one.
type AgentState string

// The states of an agent, as the interface words them.
const (
	AgentInvitationSent AgentState = "Invitation Sent" // invited, and not accepted yet
	AgentActive         AgentState = "Active"
	AgentDisabled       AgentState = "Disabled"
)

// State is Disabled, Invitation Sent or Active, in this order. That an agent is
// active proves no sign-in: users who were made with a password never had an
// invitation.
func (u User) State() AgentState {
	switch {
	case !u.Enabled:
		return AgentDisabled
	case u.InvitationPending:
		return AgentInvitationSent
	}
	return AgentActive
}

// byEmail finds a user, nil for none.
func (s AgentsService) byEmail(ctx context.Context, email string, opts []CallOption) (*Agent, error) {
	page, err := s.c.Users.List(ctx, UserListParams{Email: email}, opts...)
	if err != nil {
		return nil, err
	}
	for i := range page.Records {
		if strings.EqualFold(page.Records[i].Email, email) {
			return &page.Records[i], nil
		}
	}
	return nil, nil
}

// FindByEmail returns the agent with an address, which is compared without regard
// to case. One who is not there, or whom the token may not see, is a
// *konverte.NotFoundError, and so konverte.ErrNotFound.
//
// API: GET /users.
func (s AgentsService) FindByEmail(ctx context.Context, email string, opts ...CallOption) (*Agent, error) {
	const operation = "Agents.FindByEmail"
	email = strings.TrimSpace(email)
	var f core.Faults
	f.Required("email", email)
	f.Email("email", email)
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	agent, err := s.byEmail(ctx, email, opts)
	if agent == nil && err == nil {
		return nil, &konverte.NotFoundError{Operation: operation, Kind: "agent", Key: "email", Value: email}
	}
	return agent, err
}

// Get returns an agent.
//
// API: GET /users/{userId}.
func (s AgentsService) Get(ctx context.Context, id AgentID, opts ...CallOption) (*Agent, error) {
	agent, err := s.c.Users.Get(ctx, id, opts...)
	return right("Agents.Get", id, agent, err)
}

// update changes an agent.
func (s AgentsService) update(ctx context.Context, operation string, id AgentID, p UserUpdateParams, opts []CallOption) (*Agent, error) {
	agent, err := s.c.Users.Update(ctx, id, p, opts...)
	return right(operation, id, agent, err)
}

// right refuses an answer that is about somebody else: what comes next would be done
// to the wrong agent.
func right(operation string, id AgentID, agent *Agent, err error) (*Agent, error) {
	if err != nil {
		return nil, err
	}
	if id != myself && !strings.EqualFold(string(agent.ID), string(id)) {
		return nil, &WrongAgentError{Operation: operation, Want: string(id), Got: string(agent.ID)}
	}
	return agent, nil
}

// myself is in the place of an id whoever has the token.
const myself AgentID = "me"

// All yields every agent, as Users.All does.
//
// API: GET /users.
func (s AgentsService) All(ctx context.Context, opts ...CallOption) iter.Seq2[Agent, error] {
	return s.c.Users.All(ctx, UserListParams{}, opts...)
}

// Pending yields the agents whose invitation is open. It reads the list of all:
// the server has no filter for it.
//
// API: GET /users.
func (s AgentsService) Pending(ctx context.Context, opts ...CallOption) iter.Seq2[Agent, error] {
	return func(yield func(Agent, error) bool) {
		for agent, err := range s.All(ctx, opts...) {
			if err == nil && agent.State() != AgentInvitationSent {
				continue
			}
			if !yield(agent, err) {
				return
			}
		}
	}
}
