package engage

import (
	"context"
	"fmt"
	"slices"

	"github.com/konverte-go/konverte/internal/core"
)

// AddTeams puts an agent into teams, by names or ids, and leaves the agent's other
// teams alone. Names that stand for nothing are *NameErrors.
//
// API: GET /teams, /users/{userId}; PUT /users/{userId}.
func (s AgentsService) AddTeams(ctx context.Context, id AgentID, teams []string, opts ...CallOption) (*Agent, error) {
	return s.changeTeams(ctx, "Agents.AddTeams", id, teams, opts, func(has, named []TeamID) []TeamID {
		for _, team := range named {
			if !slices.Contains(has, team) {
				has = append(has, team)
			}
		}
		return has
	})
}

// RemoveTeams takes an agent out of teams, by names or ids.
//
// API: GET /teams, /users/{userId}; PUT /users/{userId}.
func (s AgentsService) RemoveTeams(ctx context.Context, id AgentID, teams []string, opts ...CallOption) (*Agent, error) {
	return s.changeTeams(ctx, "Agents.RemoveTeams", id, teams, opts, func(has, named []TeamID) []TeamID {
		return slices.DeleteFunc(has, func(team TeamID) bool { return slices.Contains(named, team) })
	})
}

func (s AgentsService) changeTeams(ctx context.Context, operation string, id AgentID, teams []string, opts []CallOption, change func(has, named []TeamID) []TeamID) (*Agent, error) {
	var f core.Faults
	f.PathText("userId", string(id))
	f.Present("teams", len(teams) > 0)
	for i, team := range teams {
		f.Required(fmt.Sprintf("teams[%d]", i), team)
	}
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	named, err := resolveAll(ctx, "teams", teams, s.c.directory(operation, opts).team)
	if err != nil {
		return nil, err
	}
	agent, err := s.Get(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	want := change(append([]TeamID{}, agent.TeamIDs...), named)
	if slices.Equal(want, agent.TeamIDs) {
		return agent, nil
	}
	agent, err = s.update(ctx, operation, id, UserUpdateParams{TeamIDs: want}, opts)
	if err != nil {
		return nil, err
	}
	if !sameSet(agent.TeamIDs, want) {
		return agent, &NotAppliedError{Operation: operation, Agent: id, Keys: []string{"team_ids"}}
	}
	return agent, nil
}

// sameSet compares lists without regard to order.
func sameSet[T ~string](a, b []T) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
