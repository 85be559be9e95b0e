package engage_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	. "github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
)

// original is an agent with permissions, skills and a signature.
func (w *world) original() AgentID {
	w.Helper()
	id := w.agent()
	_, err := w.Users.Update(w.ctx, id, UserUpdateParams{
		CategoryIDs: []CategoryID{w.category()}, SpokenLanguages: []string{"en", "es"}, Timezone: konverte.Set("Madrid"),
		Locale: konverte.Set("es"), IdentityIDs: []IdentityID{w.identity()}, Nickname: konverte.Set("Bet"),
	})
	require.NoError(w, err)
	_, err = w.Permissions.Grant(w.ctx, id, w.source("Chat"), []SourcePermission{ApprovalThreshold(30)})
	require.NoError(w, err)
	_, err = w.Signatures.Create(w.ctx, id, SignatureCreateParams{Body: "Support", SourceIDs: []SourceID{w.source("Mailbox")}})
	require.NoError(w, err)
	return id
}

func newcomer() NewAgent {
	return NewAgent{FirstName: "Nova", LastName: "Agente", Email: "nova@example.com"}
}

// "When you duplicate an agent, the new agent inherits the permissions and skills of
// the original agent." Name, e-mail, role, teams, language and single sign-on are
// asked again.
func TestDuplicate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.original()
	before, err := w.Agents.Get(w.ctx, id)
	require.NoError(t, err)
	permissions, err := w.Permissions.Of(w.ctx, id)
	require.NoError(t, err)

	n := newcomer()
	n.Role, n.Teams, n.Language, n.SSOOnly = RoleManager, []string{"Sales"}, LanguageFrench, true
	d, err := w.Agents.Duplicate(w.ctx, id, n, DuplicateOptions{Signatures: true, Identities: true})
	require.NoError(t, err)
	assert.Equal(t, AgentInvitationSent, d.Agent.State())
	assert.Equal(t, w.role("Manager"), d.Agent.RoleID)
	assert.Equal(t, []TeamID{idOf[TeamID](w, "Team", "Sales")}, d.Agent.TeamIDs)
	assert.Equal(t, "fr", d.Agent.Locale)
	assert.True(t, d.Agent.NoPassword.Or(false))
	assert.Equal(t, permissions, d.Permissions)
	assert.Equal(t, before.CategoryIDs, d.Agent.CategoryIDs)
	assert.Equal(t, before.SpokenLanguages, d.Agent.SpokenLanguages)
	assert.Equal(t, before.Timezone, d.Agent.Timezone)
	assert.Equal(t, before.IdentityIDs, d.Agent.IdentityIDs)
	assert.True(t, d.Agent.Nickname.IsNull(), "is not inherited")
	assert.Equal(t, []string{"category_ids", "spoken_languages", "timezone", "identity_ids", "sources_permissions", "signatures"}, d.Inherited)
	signatures, err := w.Signatures.List(w.ctx, d.Agent.ID, SignatureListParams{})
	require.NoError(t, err)
	require.Len(t, signatures.Records, 1)
	assert.Equal(t, "Support", signatures.Records[0].Body)
	for _, step := range d.Steps {
		assert.Equal(t, StepDone, step.State, step.Step)
	}
	after, err := w.Agents.Get(w.ctx, id)
	require.NoError(t, err)
	assert.Equal(t, before, after, "the original is left alone")
}

// What is not asked for stays out, and what is left out falls back to the original.
func TestDuplicateFallsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.original()
	d, err := w.Agents.Duplicate(w.ctx, id, newcomer(), DuplicateOptions{})
	require.NoError(t, err)
	original, err := w.Agents.Get(w.ctx, id)
	require.NoError(t, err)
	assert.Equal(t, original.RoleID, d.Agent.RoleID)
	assert.Equal(t, original.TeamIDs, d.Agent.TeamIDs)
	assert.Equal(t, "es", d.Agent.Locale)
	assert.False(t, d.Agent.NoPassword.Or(false))
	assert.Empty(t, d.Agent.IdentityIDs)
	assert.Equal(t, []StepState{StepSkipped, StepSkipped, StepSkipped}, []StepState{d.StateOf(StepSignatures), d.StateOf(StepSSO), d.StateOf(StepSign)})
	assert.Contains(t, d.String(), "invite: done; restrict to single sign-on: skipped")
	page, err := w.Signatures.List(w.ctx, d.Agent.ID, SignatureListParams{})
	require.NoError(t, err)
	assert.Empty(t, page.Records)

	n := newcomer()
	n.Email, n.Teams, n.Categories, n.SpokenLanguages, n.Timezone = "b@example.com", []string{}, []string{"Technical"}, []string{}, "Tokyo"
	d, err = w.Agents.Duplicate(w.ctx, id, n, DuplicateOptions{})
	require.NoError(t, err)
	assert.Empty(t, d.Agent.TeamIDs, "none were asked for")
	assert.Equal(t, []CategoryID{idOf[CategoryID](w, "Category", "Technical")}, d.Agent.CategoryIDs)
	assert.Empty(t, d.Agent.SpokenLanguages)
	assert.Equal(t, "Tokyo", d.Agent.Timezone)

	fresh := w.invite(func(n *NewAgent) { n.Email = "fresh@example.com" })
	n = newcomer()
	n.Email = "c@example.com"
	d, err = w.Agents.Duplicate(w.ctx, fresh.ID, n, DuplicateOptions{})
	require.NoError(t, err, "an original that is pending, and may do nothing")
	assert.Empty(t, d.Permissions)
}

// stepFaults are the requests that each step makes, and how often the same
// operation was called before.
var stepFaults = []struct {
	step      Step
	operation string
	after     int
}{
	{StepOriginal, "getUser", 0},
	{StepPermissions, "getUserSourcesPermissions", 0},
	{StepSignatures, "getAllUserSignatures", 0},
	{StepCheck, "getAllRoles", 0},
	{StepCheck, "getCurrentUser", 0},
	{StepCheck, "getAllUsers", 0},
	{StepInvite, "inviteUser", 0},
	{StepSSO, "updateUser", 0},
	{StepGrant, "updateUserSourcesPermissions", 0},
	{StepGrant, "getUserSourcesPermissions", 1},
	{StepSign, "createUserSignature", 0},
	{StepVerify, "getUser", 1},
}

// A copy that is interrupted at any of its steps says at which, knows what there is,
// and leaves nobody behind where that was asked for.
func TestDuplicateInterrupted(t *testing.T) {
	t.Parallel()
	faults := map[string]engagetest.Fault{
		"refused":           engagetest.JSONStatus(403, "forbidden", "no"),
		"lost before":       engagetest.DropBefore(),
		"server error":      engagetest.Status(501, "broken"),
		"lost after":        engagetest.DropAfter(),
		"nonsense in reply": engagetest.MalformedJSON(),
		"page of a proxy":   engagetest.HTMLPage(200),
	}
	for name, fault := range faults {
		for _, at := range stepFaults {
			for _, rollback := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s %s %v", name, at.step, at.operation, rollback), func(t *testing.T) {
					t.Parallel()
					w := newWorld(t)
					id := w.original()
					n := newcomer()
					n.SSOOnly = true
					w.srv.Fault(at.operation, fault.After(at.after))
					d, err := w.Agents.Duplicate(w.ctx, id, n, DuplicateOptions{Signatures: true, Rollback: rollback}, konverte.WithRetries(0))
					w.srv.ClearFaults()
					there, lookup := w.Agents.FindByEmail(w.ctx, "nova@example.com")
					if err == nil {
						// A lost answer was settled by a look-up.
						require.Contains(t, []Step{StepInvite, StepGrant, StepSign}, at.step)
						require.NoError(t, lookup)
						assert.Equal(t, d.Agent.ID, there.ID)
						return
					}
					var e *DuplicateError
					require.ErrorAs(t, err, &e)
					assert.Equal(t, at.step, e.Step, "the step is named")
					assert.Contains(t, err.Error(), string(at.step))
					assert.Same(t, d, e.Report)
					assertReport(t, d, at.step)
					switch {
					case rollback:
						require.ErrorIs(t, lookup, konverte.ErrNotFound, "nobody is left behind")
						assert.Nil(t, d.Agent)
					case lookup == nil:
						require.NotNil(t, d.Agent, "the partial result says who exists")
						assert.Equal(t, there.ID, d.Agent.ID)
					default:
						require.ErrorIs(t, lookup, konverte.ErrNotFound)
						assert.Nil(t, d.Agent)
					}
				})
			}
		}
	}
}

// assertReport wants everything done before a step, and nothing behind it.
func assertReport(t *testing.T, d *Duplicate, failed Step) {
	t.Helper()
	passed := false
	for _, one := range d.Steps {
		switch {
		case one.Step == StepRollback:
			assert.NotEqual(t, StepFailed, one.State, one.Err)
		case one.Step == failed:
			assert.Equal(t, StepFailed, one.State)
			require.Error(t, one.Err)
			passed = true
		case passed:
			assert.Equal(t, StepNotReached, one.State, one.Step)
		default:
			assert.Equal(t, StepDone, one.State, one.Step)
		}
		assert.NotEqual(t, StepUnknown, one.State, one.Step)
	}
	assert.True(t, passed)
}

// Where the look-up behind a lost invitation fails too, it is said; a rollback looks
// once more.
func TestDuplicateUnknown(t *testing.T) {
	t.Parallel()
	for _, rollback := range []bool{false, true} {
		w := newWorld(t)
		w.srv.Fault("inviteUser", engagetest.DropAfter())
		w.srv.Fault("getAllUsers", engagetest.Status(501, "").After(1).Times(1))
		d, err := w.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: rollback})
		var lost *LostInvitationError
		require.ErrorAs(t, err, &lost)
		_, lookup := w.Agents.FindByEmail(w.ctx, "nova@example.com")
		if rollback {
			require.ErrorIs(t, lookup, konverte.ErrNotFound)
			assert.True(t, d.RolledBack)
			assert.Equal(t, StepFailed, d.StateOf(StepInvite))
			continue
		}
		require.NoError(t, lookup)
		assert.Equal(t, StepUnknown, d.StateOf(StepInvite))
		assert.Contains(t, err.Error(), "not known whether the agent exists")
	}
	w := newWorld(t)
	w.srv.Fault("inviteUser", engagetest.DropAfter())
	w.srv.Fault("getAllUsers", engagetest.Status(501, "").After(1))
	d, err := w.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: true})
	require.Error(t, err)
	assert.Equal(t, []StepState{StepUnknown, StepUnknown}, []StepState{d.StateOf(StepInvite), d.StateOf(StepRollback)})
}

// A rollback that fails leaves the agent in the report.
func TestDuplicateRollbackFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.srv.Fault("updateUserSourcesPermissions", engagetest.JSONStatus(403, "forbidden", "no"))
	w.srv.Fault("deleteUser", engagetest.JSONStatus(422, "validation_error", "no"))
	d, err := w.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: true})
	var e *NotDeletableError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, konverte.ErrForbidden)
	require.NotNil(t, d.Agent)
	assert.False(t, d.RolledBack)
	assert.Equal(t, StepFailed, d.StateOf(StepRollback))
	assert.Contains(t, err.Error(), "exists")
}

// A rollback whose answer is lost looks whether the agent is gone, and says so where it
// does not find out.
func TestDuplicateRollbackLost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault engagetest.Fault
		blind bool // the look-up fails too
		state StepState
		left  string
	}{
		"after":           {engagetest.DropAfter(), false, StepDone, "was deleted again"},
		"cut":             {engagetest.CutBody(9), false, StepDone, "was deleted again"},
		"page of a proxy": {engagetest.HTMLPage(200), false, StepUnknown, "not known whether agent"},
		"before":          {engagetest.DropBefore(), false, StepUnknown, "not known whether agent"},
		"late":            {engagetest.LateWrite(0), false, StepUnknown, "not known whether agent"},
		"refused":         {engagetest.JSONStatus(403, "forbidden", "no"), false, StepFailed, "exists, deleting it failed"},
		"blind":           {engagetest.DropAfter(), true, StepUnknown, "not known whether agent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.srv.Fault("updateUserSourcesPermissions", engagetest.JSONStatus(403, "forbidden", "no"))
			w.srv.Fault("deleteUser", tt.fault)
			if tt.blind {
				w.srv.Fault("getUser", engagetest.Status(501, "").After(1))
			}
			d, err := w.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: true}, konverte.WithRetries(0))
			require.ErrorIs(t, err, konverte.ErrForbidden)
			require.ErrorContains(t, err, tt.left)
			assert.Equal(t, tt.state, d.StateOf(StepRollback))
			assert.Equal(t, tt.state == StepDone, d.RolledBack)
			assert.Equal(t, tt.state != StepDone, d.Agent != nil)
		})
	}
}

// Whoever else has got the address meanwhile is neither taken for the copy nor deleted.
func TestDuplicateLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	for name, blind := range map[string]int{"seen at once": 0, "seen by the rollback": 1} {
		w := newWorld(t)
		w.srv.Fault("inviteUser", engagetest.DropBefore())
		if blind > 0 {
			w.srv.Fault("getAllUsers", engagetest.Status(501, "").After(1).Times(blind))
		}
		client := w.srv.Client(after("GET", "/users", func() {
			add[UserID](w, "User", "email", "nova@example.com", "firstname", "Rival", "enabled", true, "role_id", string(w.role("Agent")))
		}))
		d, err := client.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: true})
		require.Error(t, err, name)
		assert.Nil(t, d.Agent, name)
		assert.Equal(t, StepFailed, d.StateOf(StepInvite), name)
		rival, err := w.Agents.FindByEmail(w.ctx, "nova@example.com")
		require.NoError(t, err, name)
		assert.Equal(t, "Rival", rival.FirstName, name)
	}
}

// Of two copies with one address that are made at once, one is made.
func TestDuplicateRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.srv.Client(after("GET", "/users", func() {
		_, err := w.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{})
		assert.NoError(t, err)
	}))
	d, err := client.Agents.Duplicate(w.ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: true})
	var taken *EmailTakenError
	require.ErrorAs(t, err, &taken)
	assert.Nil(t, d.Agent)
	assert.Len(t, w.srv.Mails(), 1)
	_, err = w.Agents.FindByEmail(w.ctx, "nova@example.com")
	require.NoError(t, err, "the other one is left alone")
}

// A context that ends does not keep the rollback from running.
func TestDuplicateCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	client := w.srv.Client(after("POST", "/users/invite", cancel))
	d, err := client.Agents.Duplicate(ctx, w.agent(), newcomer(), DuplicateOptions{Rollback: true})
	require.ErrorIs(t, err, context.Canceled)
	assert.True(t, d.RolledBack)
	_, err = w.Agents.FindByEmail(w.ctx, "nova@example.com")
	require.ErrorIs(t, err, konverte.ErrNotFound)
}

func TestDuplicateRefusesBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct {
		original AgentID
		change   func(*NewAgent)
		step     Step
	}{
		"no original":   {"", func(*NewAgent) {}, StepInput},
		"slashes":       {"users/1", func(*NewAgent) {}, StepInput},
		"blank name":    {w.agent(), func(n *NewAgent) { n.FirstName = "" }, StepInput},
		"no address":    {w.agent(), func(n *NewAgent) { n.Email = "x" }, StepInput},
		"blank team":    {w.agent(), func(n *NewAgent) { n.Teams = []string{"Sales", " "} }, StepInput},
		"unknown role":  {w.agent(), func(n *NewAgent) { n.Role = "Boss" }, StepCheck},
		"unknown lang.": {w.agent(), func(n *NewAgent) { n.Language = "xx" }, StepCheck},
	} {
		n := newcomer()
		tt.change(&n)
		w.srv.ClearRequests()
		d, err := w.Agents.Duplicate(w.ctx, tt.original, n, DuplicateOptions{Rollback: true})
		if tt.step == StepInput {
			assert.Empty(t, w.srv.Requests(), name)
		}
		var argument *konverte.ArgumentError
		require.ErrorAs(t, err, &argument, name)
		var e *DuplicateError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, tt.step, e.Step, name)
		assert.Nil(t, d.Agent)
	}
	n := newcomer()
	n.Email = "ana.admin@example.com"
	_, err := w.Agents.Duplicate(w.ctx, w.agent(), n, DuplicateOptions{})
	var taken *EmailTakenError
	require.ErrorAs(t, err, &taken)
	_, err = w.Agents.Duplicate(w.ctx, "nobody", newcomer(), DuplicateOptions{})
	require.ErrorIs(t, err, konverte.ErrNotFound)
	assert.Zero(t, w.writes())
}

// What the server leaves out of a copy is found.
func TestDuplicateNotApplied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.original()
	client := w.srv.Client(after("POST", "/users/invite", func() {
		made := w.srv.ID("User", "nova@example.com")
		assert.NoError(t, w.srv.Change("User", made, map[string]any{"category_ids": []string{}, "timezone": ""}))
	}))
	d, err := client.Agents.Duplicate(w.ctx, id, newcomer(), DuplicateOptions{})
	var e *NotAppliedError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"category_ids", "timezone"}, e.Keys)
	assert.Equal(t, StepFailed, d.StateOf(StepVerify))
}

// "Repeat as needed to duplicate additional agents."
func TestDuplicateMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var agents []NewAgent
	for i := range 6 {
		n := newcomer()
		n.Email = fmt.Sprintf("nova%d@example.com", i)
		agents = append(agents, n)
	}
	agents[2].Email = "ana.admin@example.com"
	agents[4].LastName = ""
	var seen []int
	results := w.Agents.DuplicateMany(w.ctx, w.agent(), agents, DuplicateOptions{}, []Option{
		konverte.WithProgress(func(p konverte.BatchProgress) { seen = append(seen, p.Done+p.Failed) }),
	}, konverte.WithRetries(1))
	require.Len(t, results, 6)
	for i, r := range results {
		require.NotNil(t, r.Value)
		assert.Equal(t, agents[i].Email, r.Value.Email, "in order")
		assert.Equal(t, i == 2 || i == 4, r.Err != nil)
		assert.Equal(t, r.Err == nil, r.Value.Agent != nil)
	}
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6}, seen)
	require.ErrorIs(t, results.Err(), konverte.ErrConflict)
	var argument *konverte.ArgumentError
	require.ErrorAs(t, results.Err(), &argument)

	twins := []NewAgent{newcomer(), newcomer()}
	twins[1].Email = " NOVA@example.com"
	results = w.Agents.DuplicateMany(w.ctx, w.agent(), twins, DuplicateOptions{}, nil)
	require.NoError(t, results[0].Err)
	assert.Equal(t, []string{"email"}, faultFields(t, results[1].Err), "the same address twice")

	again := w.Agents.DuplicateMany(w.ctx, w.agent(), agents[:1], DuplicateOptions{}, nil)
	var taken *EmailTakenError
	require.ErrorAs(t, again.Err(), &taken)
	assert.Len(t, w.srv.Mails(), 5)
}

// Every call of a copy is made as the user who is impersonated, the rollback too.
func TestDuplicateImpersonates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.original()
	w.srv.Fault("getUser", engagetest.JSONStatus(403, "forbidden", "no").After(1).Times(1))
	w.srv.ClearRequests()
	n := newcomer()
	n.SSOOnly, n.Teams, n.Categories = true, []string{"Sales"}, []string{"Billing"}
	d, err := w.Agents.Duplicate(w.ctx, id, n, DuplicateOptions{Signatures: true, Rollback: true}, Impersonate(w.admin()))
	require.ErrorIs(t, err, konverte.ErrForbidden)
	assert.True(t, d.RolledBack)
	for _, r := range w.srv.Requests() {
		assert.Equal(t, []string{string(w.admin())}, r.Query["impersonated_user_id"], r.Operation)
	}
}

// Who was not begun has a report too.
func TestDuplicateManyStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	agents := []NewAgent{newcomer(), newcomer()}
	agents[1].Email = "b@example.com"
	for name, results := range map[string]konverte.BatchResults[*Duplicate]{
		"cancelled":  w.Agents.DuplicateMany(ctx, w.agent(), agents, DuplicateOptions{}, nil),
		"bad option": w.Agents.DuplicateMany(w.ctx, w.agent(), agents, DuplicateOptions{}, []Option{konverte.WithAccountID(1)}),
	} {
		require.Len(t, results, 2, name)
		for i, r := range results {
			require.Error(t, r.Err, name)
			require.NotNil(t, r.Value, name)
			assert.Equal(t, agents[i].Email, r.Value.Email)
			assert.Equal(t, StepNotReached, r.Value.StateOf(StepInvite))
		}
	}
	assert.Zero(t, w.writes())
}

// A panic leaves a report that does not claim more than is known.
func TestDuplicatePanics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.srv.Client(after("POST", "/users/invite", func() { panic("in a middleware") }))
	results := client.Agents.DuplicateMany(w.ctx, w.agent(), []NewAgent{newcomer()}, DuplicateOptions{}, nil)
	var panicked *konverte.PanicError
	require.ErrorAs(t, results.Err(), &panicked)
	assert.Equal(t, StepUnknown, results[0].Value.StateOf(StepInvite))
	assert.Equal(t, StepDone, results[0].Value.StateOf(StepCheck))
}
