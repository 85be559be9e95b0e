package engage

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

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

// LostInvitationError says that it is not known whether an invitation was sent:
// its answer was lost, and then the look-up by the address failed too.
type LostInvitationError struct {
	Operation string
	Email     string
	Err       error // how the invitation ended
	Lookup    error // how the look-up did
}

// Error says how both ended.
func (e *LostInvitationError) Error() string {
	return fmt.Sprintf("%s: not known whether %s was invited: %v; the look-up failed too: %v", e.Operation, e.Email, e.Err, e.Lookup)
}

// Unwrap returns both errors.
func (e *LostInvitationError) Unwrap() []error { return []error{e.Err, e.Lookup} }

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
	updated, err := s.c.Users.Update(ctx, agent.ID, UserUpdateParams{NoPassword: konverte.Set(true)}, d.opts...)
	if err != nil {
		return agent, &NotAppliedError{Operation: d.operation, Agent: agent.ID, Keys: []string{"no_password"}, Err: err}
	}
	if !updated.NoPassword.Or(false) {
		return updated, &NotAppliedError{Operation: d.operation, Agent: agent.ID, Keys: []string{"no_password"}}
	}
	return updated, nil
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
	return s.c.Users.Get(ctx, id, opts...)
}

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
	agent, err := s.c.Users.Update(ctx, id, UserUpdateParams{Enabled: konverte.Set(on)}, opts...)
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
	agent, err = s.c.Users.Update(ctx, id, UserUpdateParams{TeamIDs: want}, opts...)
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
