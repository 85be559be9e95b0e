package engage

import (
	"context"
	"errors"
	"fmt"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/core"
)

// ReinviteError says that an agent was deleted, or may have been, and could not be
// made again as before. Old is what there was, and New what there is, nil where
// nothing is known to be.
type ReinviteError struct {
	Old *Agent
	New *Agent
	// Unknown is set where it is not known whether Old was deleted.
	Unknown     bool
	Permissions SourcesPermissions // of the old agent
	Signatures  []Signature        // of the old agent
	Err         error
}

// Error says what is left.
func (e *ReinviteError) Error() string {
	return fmt.Sprintf("Agents.Reinvite: agent %s (%s): %s: %v", e.Old.ID, e.Old.Email, e.left(), e.Err)
}

func (e *ReinviteError) left() string {
	if e.Unknown {
		return "not known whether it was deleted"
	}
	if e.New != nil {
		return "was deleted, agent " + string(e.New.ID) + " has taken its place, without all of its permissions and signatures"
	}
	if _, lost := errors.AsType[*LostInvitationError](e.Err); lost {
		return "was deleted, not known whether another has taken its place"
	}
	return "was deleted, nothing has taken its place"
}

// Unwrap returns what went wrong.
func (e *ReinviteError) Unwrap() error { return e.Err }

// Reinvite sends the invitation of an agent once more. The API cannot do that, so
// the agent is deleted and invited anew, with the same role, teams, skills,
// permissions and signatures: the id changes, and links in the old message die.
// It returns the new agent. An agent whose invitation is not open is a
// *NotPendingError, and nothing is done. After the deletion, the end of ctx does not
// keep the agent from being invited, and a failure is a *ReinviteError, which holds
// all that is needed to mend it.
//
// API: GET /users/{userId}, /users/{userId}/sources_permissions, /users/{userId}/signatures;
// DELETE /users/{userId}; POST /users/invite; PUT /users/{userId}/sources_permissions;
// POST /users/{userId}/signatures.
func (s AgentsService) Reinvite(ctx context.Context, id AgentID, opts ...CallOption) (*Agent, error) {
	d := s.c.directory("Agents.Reinvite", opts)
	old, err := s.Get(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	if old.State() != AgentInvitationSent {
		return nil, &NotPendingError{Operation: d.operation, Agent: id, State: old.State()}
	}
	e := &ReinviteError{Old: old}
	if e.Permissions, err = s.c.Permissions.Of(ctx, id, opts...); err != nil {
		return nil, err
	}
	if e.Signatures, err = collect(s.c.Signatures.All(ctx, id, SignatureListParams{}, opts...)); err != nil {
		return nil, err
	}
	var f core.Faults
	old.invitation().check(&f)
	if err := f.Err(d.operation); err != nil {
		return nil, err
	}
	if err := s.inReach(ctx, d, old.TeamIDs); err != nil {
		return nil, err
	}
	if err := s.Delete(ctx, id, opts...); err != nil {
		if _, exists := errors.AsType[*NotDeletableError](err); exists || !maybeSent(err) {
			return nil, err
		}
		e.Unknown, e.Err = true, err
		return nil, e
	}
	if e.New, err = s.restore(context.WithoutCancel(ctx), d, e); err != nil {
		e.Err = err
		return e.New, e
	}
	return e.New, nil
}

// restore makes the agent again.
func (s AgentsService) restore(ctx context.Context, d *directory, e *ReinviteError) (*Agent, error) {
	agent, err := s.invite(ctx, d, e.Old.invitation())
	if err != nil {
		return nil, err
	}
	if agent, err = s.settleSSO(ctx, d, agent, e.Old.NoPassword.Or(false)); err != nil {
		return agent, err
	}
	if _, err := s.c.Permissions.give(ctx, d.operation, agent.ID, e.Permissions, d.opts); err != nil {
		return agent, err
	}
	return agent, s.copySignatures(ctx, agent.ID, e.Signatures, d.opts)
}

// invitation is what an agent was invited with.
func (u User) invitation() UserInviteParams {
	p := UserInviteParams{
		FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, RoleID: u.RoleID,
		Nickname: plain(u.Nickname), ExternalID: plain(u.ExternalID), Locale: given(u.Locale), Timezone: given(u.Timezone),
		TeamIDs: u.TeamIDs, CategoryIDs: u.CategoryIDs, SpokenLanguages: u.SpokenLanguages, IdentityIDs: u.IdentityIDs,
	}
	if gender, ok := u.Gender.Get(); ok && gender.Known() {
		p.Gender = konverte.Set(gender)
	}
	if u.NoPassword.Or(false) {
		p.NoPassword = konverte.Set(true)
	}
	return p
}
