package konverte

import (
	"context"
	"strings"

	"github.com/konverte-go/konverte/internal/core"
)

// FindByEmail returns the agent with an e-mail address, which is compared without
// regard to case. It reads the list of agents: the server has no look-up. An agent who
// is not there is a *NotFoundError, and so ErrNotFound.
//
// API: GET /api/v1/accounts/{account_id}/agents.
func (s AgentsService) FindByEmail(ctx context.Context, email string, opts ...CallOption) (*Agent, error) {
	var f core.Faults
	f.Required("email", email)
	f.Email("email", email)
	if err := f.Err("Agents.FindByEmail"); err != nil {
		return nil, err
	}
	agents, err := s.List(ctx, opts...)
	if err != nil {
		return nil, err
	}
	for i := range agents {
		if strings.EqualFold(agents[i].Email, email) {
			return &agents[i], nil
		}
	}
	return nil, &NotFoundError{Operation: "Agents.FindByEmail", Kind: "agent", Key: "email", Value: email}
}
