package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
)

// action is what there is to do for a colleague on one system.
type action string

const (
	nothing action = ""           // the system is not wanted
	present action = "is there"   // nothing to do
	invite  action = "invite"     // as the row says
	copyAs  action = "copy"       // with permissions and skills of another agent
	finish  action = "finish"     // is there, but not with everything
	add     action = "add"        // in Konverte Digital
	join    action = "join teams" // is in Konverte Digital, and not on all teams
	refuse  action = "refused"    // the row is wrong
)

// part is what is done for a colleague on one system.
type part struct {
	action action
	did    string // what came of it
	err    error
}

func (p part) text(done bool) string {
	switch {
	case p.err != nil && p.action == refuse:
		return string(refuse)
	case p.err != nil:
		return "failed"
	case done && p.did != "":
		return p.did
	case p.action == nothing:
		return "-"
	}
	return string(p.action)
}

// reason is an error in one line, without what stands in front of every one.
func reason(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	for _, noise := range []string{"Agents.Check: nothing sent: ", "Agents.Create: nothing sent: "} {
		text = strings.ReplaceAll(text, noise, "")
	}
	return text
}

func (p part) needsWork() bool {
	return p.err == nil && slices.Contains([]action{invite, copyAs, finish, add, join}, p.action)
}

// plan is what is done for one colleague.
type plan struct {
	colleague
	original *engage.Agent // nil = is no copy
	agent    *engage.Agent // nil while there is none
	lacks    leftovers
	engage   part
	konverte part
	gaps     []string
}

// leftovers are what an earlier run has not got done.
type leftovers struct {
	sso, permissions bool
	signatures       []engage.Signature
}

func (p *plan) needsWork() bool { return p.engage.needsWork() || p.konverte.needsWork() }

func (o *office) planAll(ctx context.Context, colleagues []colleague) []*plan {
	plans := make([]*plan, len(colleagues))
	for i, c := range colleagues {
		p := &plan{colleague: c}
		p.engage.action, p.engage.err = o.planEngage(ctx, p)
		if o.konverte != nil && p.engage.err == nil {
			p.konverte.action, p.konverte.err = o.planKonverte(ctx, p)
		}
		plans[i] = p
	}
	return plans
}

func (o *office) planEngage(ctx context.Context, p *plan) (action, error) {
	n := p.new
	if p.copyOf != "" {
		original, err := o.engage.Agents.FindByEmail(ctx, p.copyOf)
		if err != nil {
			return refuse, fmt.Errorf("copy_of: %w", err)
		}
		p.original = original
		n = fallBack(n, original)
	}
	_, err := o.engage.Agents.Check(ctx, n)
	if taken, ok := errors.AsType[*engage.EmailTakenError](err); ok {
		p.agent = taken.Agent
		return o.planPresent(ctx, p)
	}
	switch {
	case err != nil:
		return refuse, err
	case p.original != nil:
		return copyAs, nil
	}
	return invite, nil
}

// fallBack is a row with what a copy takes from the original where it is left out.
func fallBack(n engage.NewAgent, original *engage.Agent) engage.NewAgent {
	if n.Role == "" {
		n.Role = string(original.RoleID)
	}
	if n.Teams == nil {
		for _, id := range original.TeamIDs {
			n.Teams = append(n.Teams, string(id))
		}
	}
	return n
}

// planPresent finds what an earlier run has left undone. Of agents who have accepted
// their invitation everything but the lack of all permissions may be on purpose.
func (o *office) planPresent(ctx context.Context, p *plan) (action, error) {
	pending := p.agent.State() == engage.AgentInvitationSent
	p.lacks.sso = pending && p.new.SSOOnly && !p.agent.NoPassword.Or(false)
	if p.original != nil {
		if err := o.planCopied(ctx, p, pending); err != nil {
			return refuse, err
		}
	}
	if p.lacks.sso || p.lacks.permissions || len(p.lacks.signatures) > 0 {
		return finish, nil
	}
	return present, nil
}

func (o *office) planCopied(ctx context.Context, p *plan, pending bool) error {
	want, err := o.engage.Permissions.Of(ctx, p.original.ID)
	if err != nil {
		return err
	}
	has, err := o.engage.Permissions.Of(ctx, p.agent.ID)
	if err != nil {
		return err
	}
	p.lacks.permissions = len(want) > 0 && len(has) == 0 || pending && !includes(has, want)
	if pending {
		p.lacks.signatures, err = o.missingSignatures(ctx, p)
	}
	return err
}

func includes(has, want engage.SourcesPermissions) bool {
	for source, list := range want {
		for _, permission := range list {
			if !has.May(source, permission) {
				return false
			}
		}
	}
	return true
}

// missingSignatures are those of the original that the copy has not got.
func (o *office) missingSignatures(ctx context.Context, p *plan) ([]engage.Signature, error) {
	want, err := konverte.Collect(o.engage.Signatures.All(ctx, p.original.ID, engage.SignatureListParams{}), 0)
	if err != nil {
		return nil, err
	}
	has, err := konverte.Collect(o.engage.Signatures.All(ctx, p.agent.ID, engage.SignatureListParams{}), 0)
	return slices.DeleteFunc(want, func(one engage.Signature) bool {
		return slices.ContainsFunc(has, func(other engage.Signature) bool {
			return other.Body == one.Body && other.Name == one.Name && other.Language == one.Language
		})
	}), err
}

func (o *office) planKonverte(ctx context.Context, p *plan) (action, error) {
	agent, err := o.konverte.Agents.FindByEmail(ctx, p.new.Email)
	if errors.Is(err, konverte.ErrNotFound) {
		return add, nil
	}
	if err != nil {
		return refuse, err
	}
	missing, err := o.missingTeams(ctx, p, agent.ID)
	switch {
	case err != nil:
		return refuse, err
	case len(missing) > 0:
		return join, nil
	}
	return present, nil
}

// missingTeams are the teams of the row that are in Konverte Digital too and that an
// agent is not on.
func (o *office) missingTeams(ctx context.Context, p *plan, id konverte.AgentID) ([]konverte.TeamID, error) {
	teams, err := o.konverte.Teams.List(ctx)
	if err != nil {
		return nil, err
	}
	var missing []konverte.TeamID
	for _, team := range teams {
		if !slices.ContainsFunc(p.new.Teams, func(name string) bool { return strings.EqualFold(name, team.Name) }) {
			continue
		}
		members, err := o.konverte.Teams.Members(ctx, team.ID)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(members, func(a konverte.Agent) bool { return a.ID == id }) {
			missing = append(missing, team.ID)
		}
	}
	return missing, nil
}

// work does what is planned, a few colleagues at a time, and tells as it goes on.
func (o *office) work(ctx context.Context, plans []*plan) {
	fmt.Fprintln(o.out)
	results := konverte.Batch(ctx, plans, func(ctx context.Context, p *plan) (struct{}, error) {
		o.workEngage(ctx, p)
		o.workKonverte(ctx, p)
		o.look(ctx, p)
		return struct{}{}, errors.Join(p.engage.err, p.konverte.err)
	}, konverte.WithBatching(konverte.Batching{MaxInFlight: 3}), konverte.WithProgress(func(b konverte.BatchProgress) {
		p := plans[b.Index]
		fmt.Fprintf(o.out, "[%d/%d] %s: %s\n", b.Done+b.Failed, b.Total, p.new.Email, p.engage.text(true))
	}))
	for i, p := range plans {
		if results[i].State != konverte.ItemNotStarted {
			continue
		}
		for _, part := range []*part{&p.engage, &p.konverte} {
			if part.needsWork() {
				part.err = results[i].Err
			}
		}
	}
}

func (o *office) workEngage(ctx context.Context, p *plan) {
	if !p.engage.needsWork() {
		return
	}
	switch p.engage.action {
	case invite:
		p.agent, p.engage.err = o.engage.Agents.Invite(ctx, p.new)
		p.engage.did = "invited"
	case copyAs:
		// What is made is taken back where it cannot be finished.
		var report *engage.Duplicate
		report, p.engage.err = o.engage.Agents.Duplicate(ctx, p.original.ID, p.new, engage.DuplicateOptions{Signatures: true, Rollback: true})
		p.agent = report.Agent
		p.engage.did = "copied from " + p.copyOf
	case finish:
		p.engage.did = "finished"
		p.engage.err = o.finish(ctx, p)
	}
}

// finish does what an earlier run has left undone.
func (o *office) finish(ctx context.Context, p *plan) error {
	if p.lacks.sso {
		agent, err := o.engage.Users.Update(ctx, p.agent.ID, engage.UserUpdateParams{NoPassword: konverte.Set(true)})
		if err != nil {
			return err
		}
		if !agent.NoPassword.Or(false) {
			return errors.New("the server did not restrict the agent to single sign-on")
		}
	}
	if p.lacks.permissions {
		if _, err := o.engage.Permissions.Copy(ctx, p.original.ID, p.agent.ID); err != nil {
			return err
		}
	}
	for _, one := range p.lacks.signatures {
		copied := engage.SignatureCreateParams{Body: one.Body, SourceIDs: one.SourceIDs}
		if name, ok := one.Name.Get(); ok {
			copied.Name = konverte.Set(name)
		}
		if language, ok := one.Language.Get(); ok {
			copied.Language = konverte.Set(language)
		}
		if _, err := o.engage.Signatures.Create(ctx, p.agent.ID, copied); err != nil {
			return err
		}
	}
	return nil
}

// workKonverte adds the colleague to the account, and to the teams of the same names
// that are there.
func (o *office) workKonverte(ctx context.Context, p *plan) {
	if !p.konverte.needsWork() || p.engage.err != nil {
		return
	}
	agent, err := o.account(ctx, p)
	if err != nil {
		p.konverte.err = err
		return
	}
	missing, err := o.missingTeams(ctx, p, agent.ID)
	for _, team := range missing {
		if err == nil {
			_, err = o.konverte.Teams.AddMembers(ctx, team, []konverte.AgentID{agent.ID})
		}
	}
	p.konverte.err = err
	p.konverte.did = map[action]string{add: "added", join: "is on the teams"}[p.konverte.action]
}

// account is the colleague's agent, who is made where there is none.
func (o *office) account(ctx context.Context, p *plan) (*konverte.Agent, error) {
	if p.konverte.action == join {
		return o.konverte.Agents.FindByEmail(ctx, p.new.Email)
	}
	role := konverte.RoleAgent
	if strings.EqualFold(p.new.Role, engage.RoleAdministrator) {
		role = konverte.RoleAdministrator
	}
	return o.konverte.Agents.Create(ctx, konverte.AgentCreateParams{
		Name: p.new.FirstName + " " + p.new.LastName, Email: p.new.Email, Role: role,
	})
}

// look finds out what the colleague still lacks.
func (o *office) look(ctx context.Context, p *plan) {
	if p.agent == nil {
		return
	}
	gaps, err := o.engage.Agents.Readiness(ctx, p.agent.ID)
	if err != nil {
		p.gaps = []string{reason(err)}
		return
	}
	for _, gap := range gaps {
		p.gaps = append(p.gaps, string(gap.Kind))
	}
}

func (o *office) table(plans []*plan, done bool) {
	w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
	head := "E-MAIL\tROLE\tENGAGE DIGITAL"
	if o.konverte != nil {
		head += "\tKONVERTE DIGITAL"
	}
	if done {
		head += "\tSTILL LACKS"
	}
	fmt.Fprintln(w, head)
	for _, p := range plans {
		role := p.new.Role
		if role == "" {
			role = "as " + p.copyOf
		}
		line := p.new.Email + "\t" + role + "\t" + p.engage.text(done)
		if o.konverte != nil {
			line += "\t" + p.konverte.text(done)
		}
		if done {
			line += "\t" + orDash(strings.Join(p.gaps, ", "))
		}
		fmt.Fprintln(w, line)
	}
	_ = w.Flush()
	for _, p := range plans {
		for _, err := range []error{p.engage.err, p.konverte.err} {
			if err != nil {
				fmt.Fprintf(o.out, "line %d, %s: %s\n", p.line, p.new.Email, reason(err))
			}
		}
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
