package engage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/core"
)

// DuplicateOptions say what is copied beside permissions and skills, and what
// happens on a failure. The zero value copies nothing more and keeps what there is.
type DuplicateOptions struct {
	// Signatures copies the signatures of the original.
	Signatures bool
	// Identities lets the copy write under the identities of the original, on
	// sources that have several.
	Identities bool
	// Rollback deletes the new agent when a later step fails. The invitation has
	// gone out by then, and does not work any more.
	Rollback bool
}

// Step is a step of making a copy.
type Step string

// The steps, in their order.
const (
	StepInput       Step = "check the input"
	StepOriginal    Step = "read the original"
	StepPermissions Step = "read its permissions"
	StepSignatures  Step = "read its signatures"
	StepCheck       Step = "look up names and address"
	StepInvite      Step = "invite"
	StepSSO         Step = "restrict to single sign-on"
	StepGrant       Step = "grant the permissions"
	StepSign        Step = "copy the signatures"
	StepVerify      Step = "read the copy again"
	StepRollback    Step = "delete the new agent"
)

// StepState is how a step went.
type StepState string

// How a step can go.
const (
	StepDone       StepState = "done"
	StepFailed     StepState = "failed"
	StepSkipped    StepState = "skipped"     // was not asked for, or not needed
	StepNotReached StepState = "not reached" // an earlier one failed, or nothing was begun
	StepUnknown    StepState = "unknown"     // its answer was lost, and so was that to the look-up behind it
)

// StepReport is how one step went.
type StepReport struct {
	Step  Step
	State StepState
	Err   error // why it failed
}

// Duplicate is what became of a copy. Everything of the original that the API
// shows and that is neither asked again nor listed in Inherited was not copied.
type Duplicate struct {
	Original AgentID
	// Email is that of the new agent.
	Email string
	// Agent is the copy, nil while there is none: before the invitation, and after a
	// rollback.
	Agent *Agent
	// Permissions are what the copy may do, nil as long as that is not known.
	Permissions SourcesPermissions
	// Inherited are the keys that the copy has from the original: "category_ids",
	// "sources_permissions" and so on.
	Inherited []string
	// Steps are all steps in their order.
	Steps []StepReport
	// RolledBack tells that the new agent was deleted again.
	RolledBack bool
}

// String lists the steps in one line.
func (d *Duplicate) String() string {
	parts := make([]string, len(d.Steps))
	for i, step := range d.Steps {
		parts[i] = string(step.Step) + ": " + string(step.State)
	}
	return strings.Join(parts, "; ")
}

// StateOf is how a step went.
func (d *Duplicate) StateOf(step Step) StepState { return d.at(step).State }

func (d *Duplicate) at(step Step) *StepReport {
	i := slices.IndexFunc(d.Steps, func(r StepReport) bool { return r.Step == step })
	if i < 0 {
		return &StepReport{Step: step, State: StepNotReached}
	}
	return &d.Steps[i]
}

// DuplicateError says at which step a copy failed. The report says what is there.
type DuplicateError struct {
	Step   Step
	Report *Duplicate
	Err    error
}

// Error says at which step it failed, and what is left.
func (e *DuplicateError) Error() string {
	left := "no agent was made"
	switch {
	case e.Report.RolledBack:
		left = "the new agent was deleted again"
	case e.Report.StateOf(StepRollback) == StepUnknown && e.Report.Agent != nil:
		left = "not known whether agent " + string(e.Report.Agent.ID) + " was deleted again"
	case e.Report.StateOf(StepRollback) == StepFailed:
		left = "agent " + string(e.Report.Agent.ID) + " exists, deleting it failed"
	case e.Report.Agent != nil:
		left = "agent " + string(e.Report.Agent.ID) + " exists"
	case e.Report.StateOf(StepInvite) == StepUnknown:
		left = "not known whether the agent exists"
	case e.Step == StepInvite && maybeSent(e.Err):
		left = "the agent was not there afterwards"
	}
	return fmt.Sprintf("Agents.Duplicate of %s: %s failed, %s: %v", e.Report.Original, e.Step, left, e.Err)
}

// Unwrap returns why the step failed, and why the rollback did.
func (e *DuplicateError) Unwrap() []error {
	all := []error{e.Err}
	if err := e.Report.at(StepRollback).Err; err != nil {
		all = append(all, err)
	}
	return all
}

// Duplicate invites an agent who inherits permissions and skills of another one:
// what the original may do on each source, its categories, spoken languages and
// time zone. Name, address and single sign-on come from n. So do role, teams and
// language, which fall back to those of the original where they are left out;
// empty Teams that are not nil mean none. Categories, SpokenLanguages and Timezone
// win over those of the original where they are given.
//
// The report is never nil, and lists every step. A failure is a *DuplicateError
// with the same report; what was made before it is still there, unless Rollback
// was asked for.
//
// API: GET /users/{userId}, /users/{userId}/sources_permissions, and what Invite
// calls; PUT /users/{userId}/sources_permissions.
func (s AgentsService) Duplicate(ctx context.Context, original AgentID, n NewAgent, o DuplicateOptions, opts ...CallOption) (*Duplicate, error) {
	c := s.copying(s.c.directory("Agents.Duplicate", opts), original, n, o)
	return c.report, c.run(ctx)
}

// DuplicateMany makes several copies of one agent, a few at a time. It returns one
// report an agent, in the order of the agents, and goes on after a failure. An
// address that stands in the list twice is made once, for the first.
// Options of a batch (konverte.WithProgress, konverte.WithStopOnError and
// konverte.WithBatching) and of calls can be mixed by giving the former as batch.
func (s AgentsService) DuplicateMany(ctx context.Context, original AgentID, agents []NewAgent, o DuplicateOptions, batch []Option, opts ...CallOption) konverte.BatchResults[*Duplicate] {
	d := s.c.directory("Agents.Duplicate", opts)
	all := make([]*copying, len(agents))
	first := map[string]int{}
	for i, n := range agents {
		all[i] = s.copying(d, original, n, o)
		address := strings.ToLower(all[i].report.Email)
		if at, twice := first[address]; twice {
			all[i].twin = fmt.Sprintf("stands in the list already, as that of agent %d", at)
			continue
		}
		first[address] = i
	}
	gentle := konverte.WithBatching(konverte.Batching{MaxInFlight: duplicatesInFlight})
	results := konverte.Batch(ctx, all, func(ctx context.Context, c *copying) (*Duplicate, error) {
		return c.report, c.run(ctx)
	}, append([]Option{gentle}, batch...)...)
	for i := range results {
		results[i].Value = all[i].report
	}
	return results
}

// duplicatesInFlight is how many copies are made at once.
const duplicatesInFlight = 3

// copying is a copy that is being made.
type copying struct {
	s           AgentsService
	d           *directory
	o           DuplicateOptions
	n           NewAgent
	twin        string // why the address cannot be that of this agent, "" for no reason
	report      *Duplicate
	original    *Agent
	permissions SourcesPermissions
	signatures  []Signature
	params      UserInviteParams
}

func (s AgentsService) copying(d *directory, original AgentID, n NewAgent, o DuplicateOptions) *copying {
	c := &copying{s: s, d: d, o: o, n: n, report: &Duplicate{Original: original, Email: strings.TrimSpace(n.Email)}}
	for _, one := range c.steps() {
		state := StepNotReached
		if one.skip {
			state = StepSkipped
		}
		c.report.Steps = append(c.report.Steps, StepReport{Step: one.step, State: state})
	}
	return c
}

// copyStep is one step of making a copy.
type copyStep struct {
	step Step
	skip bool
	do   func(context.Context) error
}

func (c *copying) steps() []copyStep {
	return []copyStep{
		{StepInput, false, c.checkInput},
		{StepOriginal, false, c.readOriginal},
		{StepPermissions, false, c.readPermissions},
		{StepSignatures, !c.o.Signatures, c.readSignatures},
		{StepCheck, false, c.check},
		{StepInvite, false, c.invite},
		{StepSSO, !c.n.SSOOnly, c.restrict},
		{StepGrant, false, c.grant},
		{StepSign, !c.o.Signatures, c.sign},
		{StepVerify, false, c.verify},
	}
}

func (c *copying) run(ctx context.Context) error {
	for _, one := range c.steps() {
		if one.skip {
			continue
		}
		c.report.at(one.step).State = StepUnknown // until it returns, which it does not do in a panic
		if err := one.do(ctx); err != nil {
			return c.fail(ctx, one.step, err)
		}
		c.report.at(one.step).State = StepDone
	}
	return nil
}

// fail records a failure and undoes what is to be undone.
func (c *copying) fail(ctx context.Context, step Step, err error) error {
	at := c.report.at(step)
	at.State, at.Err = StepFailed, err
	lost, unknown := errors.AsType[*LostInvitationError](err)
	if unknown {
		at.State = StepUnknown
	}
	if c.o.Rollback && (c.report.Agent != nil || unknown) {
		c.rollback(ctx, lost)
	}
	return &DuplicateError{Step: step, Report: c.report, Err: err}
}

// rollback deletes the new agent, whom it may have to find first.
func (c *copying) rollback(ctx context.Context, lost *LostInvitationError) {
	after, cancel := afterwards(ctx)
	defer cancel()
	back := StepReport{Step: StepRollback, State: StepDone}
	defer func() { c.report.Steps = append(c.report.Steps, back) }()
	agent := c.report.Agent
	if agent == nil {
		found, err := c.s.byEmail(after, lost.Email, c.d.opts)
		if err != nil {
			back.State, back.Err = StepUnknown, err
			return
		}
		c.report.at(StepInvite).State = StepFailed
		if found == nil || !c.params.made(found) {
			back.State = StepSkipped
			return
		}
		agent = found
	}
	if err := c.s.Delete(after, agent.ID, c.d.opts...); err != nil {
		c.report.Agent = agent
		back.State, back.Err = StepFailed, err
		if maybeSent(err) {
			back.State = StepUnknown
		}
		return
	}
	c.report.Agent, c.report.Permissions, c.report.RolledBack = nil, nil, true
}

// checkInput finds what is wrong before anything is sent.
func (c *copying) checkInput(context.Context) error {
	var f core.Faults
	f.PathText("original", string(c.report.Original))
	c.n.check(&f)
	if c.twin != "" {
		f.Add("email", c.twin, c.report.Email)
	}
	return f.Err(c.d.operation)
}

func (c *copying) readOriginal(ctx context.Context) (err error) {
	c.original, err = c.s.Get(ctx, c.report.Original, c.d.opts...)
	return err
}

func (c *copying) readPermissions(ctx context.Context) (err error) {
	c.permissions, err = c.s.c.Permissions.Of(ctx, c.original.ID, c.d.opts...)
	return err
}

func (c *copying) readSignatures(ctx context.Context) (err error) {
	c.signatures, err = collect(c.s.c.Signatures.All(ctx, c.original.ID, SignatureListParams{}, c.d.opts...))
	return err
}

// check resolves what is asked again, and takes the rest from the original.
func (c *copying) check(ctx context.Context) (err error) {
	n := c.n
	inherit := func(key string, from bool) bool {
		if from {
			c.report.Inherited = append(c.report.Inherited, key)
		}
		return from
	}
	if inherit("role_id", strings.TrimSpace(n.Role) == "") {
		n.Role = string(c.original.RoleID)
	}
	if c.params, err = n.resolve(ctx, c.d); err != nil {
		return err
	}
	if inherit("team_ids", n.Teams == nil) {
		c.params.TeamIDs = c.original.TeamIDs
	}
	if inherit("locale", c.params.Locale.IsZero() && c.original.Locale != "") {
		c.params.Locale = konverte.Set(c.original.Locale)
	}
	if inherit("category_ids", n.Categories == nil) {
		c.params.CategoryIDs = c.original.CategoryIDs
	}
	if inherit("spoken_languages", n.SpokenLanguages == nil) {
		c.params.SpokenLanguages = c.original.SpokenLanguages
	}
	if inherit("timezone", c.params.Timezone.IsZero() && c.original.Timezone != "") {
		c.params.Timezone = konverte.Set(c.original.Timezone)
	}
	if inherit("identity_ids", c.o.Identities) {
		c.params.IdentityIDs = c.original.IdentityIDs
	}
	return c.s.mayInvite(ctx, c.d, c.params)
}

func (c *copying) invite(ctx context.Context) (err error) {
	c.report.Agent, err = c.s.invite(ctx, c.d, c.params)
	return err
}

func (c *copying) restrict(ctx context.Context) error {
	agent, err := c.s.settleSSO(ctx, c.d, c.report.Agent, true)
	c.report.Agent = agent
	return err
}

func (c *copying) grant(ctx context.Context) (err error) {
	c.report.Permissions, err = c.s.c.Permissions.give(ctx, c.d.operation, c.report.Agent.ID, c.permissions, c.d.opts)
	if err == nil && len(c.permissions) > 0 {
		c.report.Inherited = append(c.report.Inherited, "sources_permissions")
	}
	return err
}

func (c *copying) sign(ctx context.Context) error {
	if err := c.s.copySignatures(ctx, c.report.Agent.ID, c.signatures, c.d.opts); err != nil {
		return err
	}
	c.report.Inherited = append(c.report.Inherited, "signatures")
	return nil
}

// copySignatures gives an agent signatures like others. An answer that was lost is
// settled by a look-up.
func (s AgentsService) copySignatures(ctx context.Context, id AgentID, signatures []Signature, opts []CallOption) error {
	for _, one := range signatures {
		p := SignatureCreateParams{Body: one.Body, SourceIDs: one.SourceIDs, Language: plain(one.Language), Name: plain(one.Name)}
		_, err := s.c.Signatures.Create(ctx, id, p, opts...)
		if err != nil && (!maybeSent(err) || !s.hasSignature(ctx, id, one, opts)) {
			return err
		}
	}
	return nil
}

func (s AgentsService) hasSignature(ctx context.Context, id AgentID, want Signature, opts []CallOption) bool {
	after, cancel := afterwards(ctx)
	defer cancel()
	have, err := collect(s.c.Signatures.All(after, id, SignatureListParams{}, opts...))
	return err == nil && slices.ContainsFunc(have, func(one Signature) bool {
		return one.Body == want.Body && one.Name == want.Name && one.Language == want.Language && sameSet(one.SourceIDs, want.SourceIDs)
	})
}

// plain is a value that is sent only where there is one.
func plain(v konverte.Opt[string]) konverte.Opt[string] {
	if v.IsNull() {
		return konverte.Opt[string]{}
	}
	return v
}

// verify reads the copy again and compares it with what was sent.
func (c *copying) verify(ctx context.Context) error {
	agent, err := c.s.Get(ctx, c.report.Agent.ID, c.d.opts...)
	if err != nil {
		return err
	}
	c.report.Agent = agent
	var lacks []string
	compare := func(key string, same bool) {
		if !same {
			lacks = append(lacks, key)
		}
	}
	compare("role_id", agent.RoleID == c.params.RoleID)
	compare("team_ids", sameSet(agent.TeamIDs, c.params.TeamIDs))
	compare("category_ids", sameSet(agent.CategoryIDs, c.params.CategoryIDs))
	compare("spoken_languages", sameSet(agent.SpokenLanguages, c.params.SpokenLanguages))
	compare("locale", c.params.Locale.IsZero() || agent.Locale == c.params.Locale.Or(""))
	compare("timezone", c.params.Timezone.IsZero() || agent.Timezone == c.params.Timezone.Or(""))
	compare("nickname", c.params.Nickname.IsZero() || agent.Nickname.Or("") == c.params.Nickname.Or(""))
	compare("external_id", c.params.ExternalID.IsZero() || agent.ExternalID.Or("") == c.params.ExternalID.Or(""))
	compare("identity_ids", len(c.params.IdentityIDs) == 0 || sameSet(agent.IdentityIDs, c.params.IdentityIDs))
	if len(lacks) > 0 {
		return &NotAppliedError{Operation: c.d.operation, Agent: agent.ID, Keys: lacks}
	}
	return nil
}
