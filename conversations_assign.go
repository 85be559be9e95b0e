package konverte

import (
	"context"
)

// AssignAgent gives a conversation to an agent and returns the agent. Its team stays.
// An id that the account does not know unassigns the conversation on the server, which
// answers with success all the same: that is an *AssignmentError here.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/assignments.
// Takes a user token or a bot token. Sent again where an answer was lost.
func (s ConversationsService) AssignAgent(ctx context.Context, id ConversationID, agent AgentID, opts ...CallOption) (*Agent, error) {
	got, err := s.assignTo(ctx, id, conversationAssignParams{AssigneeID: Set(agent)}, opts)
	if err != nil {
		return nil, err
	}
	if got == nil || AgentID(got.ID) != agent {
		return nil, s.notAssigned(ctx, id, assigned("agent", int64(agent)), opts)
	}
	return got.agent(), nil
}

// AssignTeam gives a conversation to a team and returns the team, without IsMember. An
// agent who is not on the team is unassigned by the server where the team assigns
// automatically. An id that the account does not know takes the team away and is an
// *AssignmentError.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/assignments.
// Takes a user token or a bot token. Sent again where an answer was lost.
func (s ConversationsService) AssignTeam(ctx context.Context, id ConversationID, team TeamID, opts ...CallOption) (*Team, error) {
	got, err := s.assignTo(ctx, id, conversationAssignParams{TeamID: Set(team)}, opts)
	if err != nil {
		return nil, err
	}
	if got == nil || TeamID(got.ID) != team {
		return nil, s.notAssigned(ctx, id, assigned("team", int64(team)), opts)
	}
	return got.team(), nil
}

// Unassign takes the agent off a conversation. Its team stays.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/assignments.
// Takes a user token or a bot token. Sent again where an answer was lost.
func (s ConversationsService) Unassign(ctx context.Context, id ConversationID, opts ...CallOption) error {
	_, err := s.assignTo(ctx, id, conversationAssignParams{AssigneeID: Null[AgentID]()}, opts)
	return err
}

// UnassignTeam takes the team off a conversation. Its agent stays.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/assignments.
// Takes a user token or a bot token. Sent again where an answer was lost.
func (s ConversationsService) UnassignTeam(ctx context.Context, id ConversationID, opts ...CallOption) error {
	_, err := s.assignTo(ctx, id, conversationAssignParams{TeamID: Null[TeamID]()}, opts)
	return err
}

func (s ConversationsService) assignTo(ctx context.Context, id ConversationID, p conversationAssignParams, opts []CallOption) (*Assignment, error) {
	return s.assign(ctx, id, p, opts...)
}

// notAssigned finds out who is assigned now.
func (s ConversationsService) notAssigned(ctx context.Context, id ConversationID, wanted string, opts []CallOption) error {
	e := &AssignmentError{Conversation: id, Wanted: wanted, Agent: Null[AgentID](), Team: Null[TeamID]()}
	conv, err := s.Get(ctx, id, opts...)
	if err != nil {
		e.Err = err
		return e
	}
	if a, ok := conv.Meta.Assignee.Get(); ok {
		e.Agent = Set(a.ID)
	}
	if t, ok := conv.Meta.Team.Get(); ok {
		e.Team = Set(t.ID)
	}
	return e
}

// agent is the assignment as the agent that it is.
func (a *Assignment) agent() *Agent {
	return &Agent{
		ID:                 AgentID(a.ID),
		AccountID:          a.AccountID,
		AvailabilityStatus: a.AvailabilityStatus,
		AutoOffline:        a.AutoOffline,
		Confirmed:          a.Confirmed.Or(false),
		Email:              a.Email.Or(""),
		Provider:           a.Provider,
		AvailableName:      a.AvailableName.Or(""),
		CustomAttributes:   a.CustomAttributes,
		Name:               a.Name,
		Role:               a.Role,
		Thumbnail:          a.Thumbnail.Or(""),
		CustomRoleID:       a.CustomRoleID,
		Extra:              a.Extra,
	}
}

// team is the assignment as the team that it is.
func (a *Assignment) team() *Team {
	return &Team{
		ID:              TeamID(a.ID),
		Name:            a.Name,
		Description:     a.Description,
		AllowAutoAssign: a.AllowAutoAssign,
		AccountID:       a.AccountID,
		Extra:           a.Extra,
	}
}
