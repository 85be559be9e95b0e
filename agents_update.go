package konverte

import (
	"context"

	"github.com/konverte-go/konverte/internal/core"
)

// Update changes an agent, and needs an administrator's token. The server clears the
// custom role where a request leaves it out, so Update first reads the agents and
// sends the present one along; give CustomRoleID to skip that read.
//
// What the answer shows as availability is presence: with auto offline on, an agent who
// is not connected reads offline whatever was set.
//
// API: PATCH /api/v1/accounts/{account_id}/agents/{id}, after GET
// /api/v1/accounts/{account_id}/agents. Needs a user token. Sent again where an answer
// was lost.
//
// Errors: 401: The owner of the token is no administrator of the account. 404: The
// account has no such agent. 422: The request changes nothing at all.
func (s AgentsService) Update(ctx context.Context, id AgentID, p AgentUpdateParams, opts ...CallOption) (*Agent, error) {
	var f core.Faults
	p.check(&f)
	if !p.CustomRoleID.IsZero() || id <= 0 || !f.Empty() {
		return s.update(ctx, id, p, opts...)
	}
	agents, err := s.List(ctx, opts...)
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		if a.ID != id {
			continue
		}
		if role, ok := a.CustomRoleID.Get(); ok {
			p.CustomRoleID = Set(role)
		}
	}
	return s.update(ctx, id, p, opts...)
}
