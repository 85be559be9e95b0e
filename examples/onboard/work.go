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
	finish  action = "finish"     // is there, but a copy has not got its permissions
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
	original engage.AgentID
	agent    *engage.Agent // nil while there is none
	engage   part
	konverte part
	gaps     []string
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
	if p.copyOf != "" {
		original, err := o.engage.Agents.FindByEmail(ctx, p.copyOf)
		if err != nil {
			return refuse, fmt.Errorf("copy_of: %w", err)
		}
		p.original = original.ID
	}
	n := p.new
	if p.original != "" && n.Role == "" {
		original, err := o.engage.Agents.Get(ctx, p.original)
		if err != nil {
			return refuse, err
		}
		n.Role = string(original.RoleID)
	}
	_, err := o.engage.Agents.Check(ctx, n)
	if taken, ok := errors.AsType[*engage.EmailTakenError](err); ok {
		p.agent = taken.Agent
		return o.planPresent(ctx, p)
	}
	switch {
	case err != nil:
		return refuse, err
	case p.original != "":
		return copyAs, nil
	}
	return invite, nil
}

// planPresent finds copies that an earlier run left without permissions.
func (o *office) planPresent(ctx context.Context, p *plan) (action, error) {
	if p.original == "" {
		return present, nil
	}
	want, err := o.engage.Permissions.Of(ctx, p.original)
	if err != nil {
		return refuse, err
	}
	has, err := o.engage.Permissions.Of(ctx, p.agent.ID)
	if err != nil || len(has) > 0 || len(want) == 0 {
		return present, err
	}
	return finish, nil
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
	konverte.Batch(ctx, plans, func(ctx context.Context, p *plan) (struct{}, error) {
		o.workEngage(ctx, p)
		o.workKonverte(ctx, p)
		o.look(ctx, p)
		return struct{}{}, errors.Join(p.engage.err, p.konverte.err)
	}, konverte.WithBatching(konverte.Batching{MaxInFlight: 3}), konverte.WithProgress(func(b konverte.BatchProgress) {
		p := plans[b.Index]
		fmt.Fprintf(o.out, "[%d/%d] %s: %s\n", b.Done+b.Failed, b.Total, p.new.Email, p.engage.text(true))
	}))
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
		report, p.engage.err = o.engage.Agents.Duplicate(ctx, p.original, p.new, engage.DuplicateOptions{Signatures: true, Rollback: true})
		p.agent = report.Agent
		p.engage.did = "copied from " + p.copyOf
	case finish:
		_, p.engage.err = o.engage.Permissions.Copy(ctx, p.original, p.agent.ID)
		p.engage.did = "permissions copied"
	}
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
				fmt.Fprintf(o.out, "%s: %s\n", p.new.Email, reason(err))
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
