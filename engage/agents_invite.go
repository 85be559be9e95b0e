package engage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/core"
)

// NewAgent is somebody to invite. Names stand for what they name, in any case;
// ids do as well.
type NewAgent struct {
	// FirstName and LastName are required.
	FirstName, LastName string
	// Email is what the agent signs in with, and where the invitation goes. It is
	// required, must be a valid address, and is in a domain once. Spaces around it
	// are taken off; capitals are kept.
	Email string
	// Role is the label or id of a predefined or custom role. Required. Roles that
	// were renamed are found by their new label only, except for common names of the
	// predefined ones ("Supervisor" for RoleManager).
	Role string
	// Teams are names or ids. A token that is confined to the teams its user leads
	// needs at least one of these, and no others.
	Teams []string
	// Language of the interface: a code such as LanguageFrench, or its name. Empty
	// means that of the domain.
	Language string
	// SSOOnly has the agent sign in with single sign-on and without a password. The
	// domain must be set up for it, and finds the agent by ExternalID.
	SSOOnly bool
	// Categories that the agent handles when tasks are routed: names or ids.
	Categories []string
	// SpokenLanguages in which the agent can answer, for the routing: codes or
	// names.
	SpokenLanguages []string
	// Timezone is a name as Timezones.List has it, "Berlin" for example. Empty
	// means that of the domain.
	Timezone string
	// Nickname is shown to customers in place of the name, where it is not empty.
	Nickname string
	// ExternalID is the id of the agent at the identity provider.
	ExternalID string
}

// Invite makes an agent and has the invitation sent. The agent's state is
// AgentInvitationSent until the agent chooses a password. A new agent neither
// sees nor answers anything: see PermissionsService.Grant and Readiness.
//
// Before anything is written, what is blank or malformed is refused with a
// *konverte.ArgumentError, names that stand for nothing with a *NameError,
// teams out of reach with a *TeamScopeError, and an address that is taken with an
// *EmailTakenError; errors of several fields come together. An answer that was
// lost is settled by a look-up. SSOOnly is set with a second call where the
// invitation did not take it; where that fails too, the agent comes along with a
// *NotAppliedError.
//
// API: GET /roles, /users/me, /users, and /teams, /categories, /interface_locales, /locales,
// /timezones where they are needed; POST /users/invite; PUT /users/{userId}.
func (s AgentsService) Invite(ctx context.Context, n NewAgent, opts ...CallOption) (*Agent, error) {
	d := s.c.directory("Agents.Invite", opts)
	p, err := n.resolve(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := s.mayInvite(ctx, d, p); err != nil {
		return nil, err
	}
	agent, err := s.invite(ctx, d, p)
	if err != nil {
		return nil, err
	}
	return s.settleSSO(ctx, d, agent, n.SSOOnly)
}

// Check looks names, teams and address up as Invite does and writes nothing. It
// returns what would be sent.
func (s AgentsService) Check(ctx context.Context, n NewAgent, opts ...CallOption) (*UserInviteParams, error) {
	d := s.c.directory("Agents.Check", opts)
	p, err := n.resolve(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := s.mayInvite(ctx, d, p); err != nil {
		return nil, err
	}
	return &p, nil
}

// check finds what is wrong with the fields alone, but for the role: a copy may
// leave it out.
func (n NewAgent) check(f *core.Faults) {
	f.Required("firstname", n.FirstName)
	f.Required("lastname", n.LastName)
	f.Required("email", n.Email)
	f.Email("email", strings.TrimSpace(n.Email))
	for _, list := range []struct {
		field  string
		values []string
	}{{"teams", n.Teams}, {"categories", n.Categories}, {"spoken_languages", n.SpokenLanguages}} {
		for i, v := range list.values {
			f.Required(fmt.Sprintf("%s[%d]", list.field, i), v)
		}
	}
}

// resolve checks the fields, and looks names up.
func (n NewAgent) resolve(ctx context.Context, d *directory) (UserInviteParams, error) {
	var f core.Faults
	n.check(&f)
	f.Required("role", n.Role)
	if err := f.Err(d.operation); err != nil {
		return UserInviteParams{}, err
	}
	p := UserInviteParams{
		FirstName: strings.TrimSpace(n.FirstName), LastName: strings.TrimSpace(n.LastName), Email: strings.TrimSpace(n.Email),
		Nickname: given(n.Nickname), ExternalID: given(n.ExternalID),
	}
	if n.SSOOnly {
		p.NoPassword = konverte.Set(true)
	}
	var unknown, failed error
	note := func(err error) {
		if _, isName := errors.AsType[*NameError](err); isName {
			unknown = errors.Join(unknown, err)
		} else if err != nil && failed == nil {
			failed = err
		}
	}
	var err error
	p.RoleID, err = d.role(ctx, "role", n.Role)
	note(err)
	p.TeamIDs, err = resolveAll(ctx, "teams", n.Teams, d.team)
	note(err)
	p.CategoryIDs, err = resolveAll(ctx, "categories", n.Categories, d.category)
	note(err)
	p.SpokenLanguages, err = resolveAll(ctx, "spoken_languages", n.SpokenLanguages, d.spokenLanguage)
	note(err)
	p.Locale, err = resolveOne(ctx, "language", n.Language, d.interfaceLanguage)
	note(err)
	p.Timezone, err = resolveOne(ctx, "timezone", n.Timezone, d.timezone)
	note(err)
	if failed != nil {
		return UserInviteParams{}, failed
	}
	return p, single(unknown)
}

// single takes one error out of a join of one.
func single(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return joined.Unwrap()[0]
	}
	return err
}

func given(v string) konverte.Opt[string] {
	if v = strings.TrimSpace(v); v != "" {
		return konverte.Set(v)
	}
	return konverte.Opt[string]{}
}

func resolveOne(ctx context.Context, field, want string, find func(context.Context, string, string) (string, error)) (konverte.Opt[string], error) {
	if strings.TrimSpace(want) == "" {
		return konverte.Opt[string]{}, nil
	}
	v, err := find(ctx, field, want)
	return given(v), err
}

// resolveAll looks several names up. Nil stays nil; a name that stands twice is
// taken once.
func resolveAll[T ~string](ctx context.Context, field string, names []string, find func(context.Context, string, string) (T, error)) ([]T, error) {
	if names == nil {
		return nil, nil
	}
	ids := make([]T, 0, len(names))
	var unknown error
	for i, name := range names {
		id, err := find(ctx, fmt.Sprintf("%s[%d]", field, i), name)
		if _, isName := errors.AsType[*NameError](err); err != nil && !isName {
			return nil, err
		}
		unknown = errors.Join(unknown, err)
		if err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, single(unknown)
}

// mayInvite finds out what the server would refuse.
func (s AgentsService) mayInvite(ctx context.Context, d *directory, p UserInviteParams) error {
	if err := s.inReach(ctx, d, p.TeamIDs); err != nil {
		return err
	}
	taken, err := s.byEmail(ctx, p.Email, d.opts)
	if err != nil {
		return err
	}
	if taken != nil {
		return &EmailTakenError{Operation: d.operation, Email: p.Email, Agent: taken}
	}
	return nil
}

func (s AgentsService) inReach(ctx context.Context, d *directory, teams []TeamID) error {
	led, confined, err := d.reach(ctx)
	if err != nil || !confined {
		return err
	}
	e := &TeamScopeError{Operation: d.operation, Led: led}
	for _, id := range teams {
		if !slices.ContainsFunc(led, func(t Team) bool { return t.ID == id }) {
			e.Outside = append(e.Outside, id)
		}
	}
	if len(teams) == 0 || len(e.Outside) > 0 {
		return e
	}
	return nil
}

// invite sends the invitation, and settles an answer that was lost.
func (s AgentsService) invite(ctx context.Context, d *directory, p UserInviteParams) (*Agent, error) {
	agent, err := s.c.Users.Invite(ctx, p, d.opts...)
	if err == nil && !strings.EqualFold(agent.Email, p.Email) && !p.made(agent) {
		err = &WrongAgentError{Operation: d.operation, Want: p.Email, Got: agent.Email}
	}
	if err == nil {
		return agent, nil
	}
	lost := maybeSent(err)
	if !lost && !errors.Is(err, konverte.ErrValidation) && !errors.Is(err, konverte.ErrConflict) {
		return nil, err
	}
	after, cancel := afterwards(ctx)
	defer cancel()
	found, lookup := s.byEmail(after, p.Email, d.opts)
	switch {
	case lookup != nil && lost:
		return nil, &LostInvitationError{Operation: d.operation, Email: p.Email, Err: err, Lookup: lookup}
	case found == nil:
		return nil, err
	case lost && p.made(found):
		return found, nil
	}
	return nil, &EmailTakenError{Operation: d.operation, Email: p.Email, Agent: found, Err: err}
}

// made tells whether an agent who has the address is the one who was invited:
// nobody had it before.
func (p UserInviteParams) made(agent *Agent) bool {
	return agent.FirstName == p.FirstName && agent.LastName == p.LastName && agent.RoleID == p.RoleID
}

// cleanupTime bounds what is done after a context has ended. It is longer than
// the minute for which the server may refuse everything.
const cleanupTime = 2 * time.Minute

// afterwards is a context for what has to be done although ctx may have ended.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}

// settleSSO sets no_password where the invitation did not.
func (s AgentsService) settleSSO(ctx context.Context, d *directory, agent *Agent, wanted bool) (*Agent, error) {
	if !wanted || agent.NoPassword.Or(false) {
		return agent, nil
	}
	updated, err := s.update(ctx, d.operation, agent.ID, UserUpdateParams{NoPassword: konverte.Set(true)}, d.opts)
	if err != nil {
		return agent, &NotAppliedError{Operation: d.operation, Agent: agent.ID, Keys: []string{"no_password"}, Err: err}
	}
	if !updated.NoPassword.Or(false) {
		return updated, &NotAppliedError{Operation: d.operation, Agent: agent.ID, Keys: []string{"no_password"}}
	}
	return updated, nil
}
