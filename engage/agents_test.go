package engage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	. "github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
	"github.com/konverte-go/konverte/internal/core"
)

func nova() NewAgent {
	return NewAgent{FirstName: "Nova", LastName: "Agente", Email: "nova@example.com", Role: RoleAgent}
}

// writes counts what was written since the log was cleared.
func (w *world) writes() int {
	n := 0
	for _, r := range w.srv.Requests() {
		if r.Method != http.MethodGet {
			n++
		}
	}
	return n
}

func (w *world) invite(change ...func(*NewAgent)) *Agent {
	w.Helper()
	n := nova()
	for _, f := range change {
		f(&n)
	}
	agent, err := w.Agents.Invite(w.ctx, n)
	require.NoError(w, err)
	return agent
}

// "When an admin adds an agent to the platform, the agent will receive an
// invitation by email."
func TestInvite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent, err := w.Agents.Invite(w.ctx, NewAgent{
		FirstName: " Nova ", LastName: "Agente", Email: " Nova@Example.com ", Role: "agent", Teams: []string{"sales", "Support", "SALES"},
		Language: "Français", Categories: []string{"Billing"}, SpokenLanguages: []string{"en", "Deutsch"}, Timezone: "berlin",
		Nickname: "N.", ExternalID: "sso-7",
	})
	require.NoError(t, err)
	assert.Equal(t, []engagetest.Mail{{To: "Nova@Example.com", Kind: "invitation"}}, w.srv.Mails())

	agent, err = w.Agents.Get(w.ctx, agent.ID)
	require.NoError(t, err)
	assert.Equal(t, "Nova", agent.FirstName)
	assert.Equal(t, "Nova@Example.com", agent.Email, "spaces are taken off, capitals are kept")
	assert.Equal(t, w.role("Agent"), agent.RoleID)
	assert.Equal(t, []TeamID{idOf[TeamID](w, "Team", "Sales"), idOf[TeamID](w, "Team", "Support")}, agent.TeamIDs)
	assert.Equal(t, "fr", agent.Locale)
	assert.Equal(t, []CategoryID{w.category()}, agent.CategoryIDs)
	assert.Equal(t, []string{"en", "de"}, agent.SpokenLanguages)
	assert.Equal(t, "Berlin", agent.Timezone)
	assert.Equal(t, "sso-7", agent.ExternalID.Or(""))
}

// "If the agent does not accept the invitation, the agent status appears grey
// with the message Invitation Sent"
func TestStates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.invite()
	assert.Equal(t, AgentInvitationSent, agent.State())
	assert.Equal(t, "Invitation Sent", string(agent.State()))
	pending, err := konverte.Collect(w.Agents.Pending(w.ctx), 0)
	require.NoError(t, err)
	require.Len(t, pending, 1)
	assert.Equal(t, agent.ID, pending[0].ID)

	require.NoError(t, w.srv.AcceptInvitation(string(agent.ID)))
	agent, err = w.Agents.Get(w.ctx, agent.ID)
	require.NoError(t, err)
	assert.Equal(t, AgentActive, agent.State())
	pending, err = konverte.Collect(w.Agents.Pending(w.ctx), 0)
	require.NoError(t, err)
	assert.Empty(t, pending)
	agent, err = w.Agents.Disable(w.ctx, agent.ID)
	require.NoError(t, err)
	assert.Equal(t, AgentDisabled, agent.State())
	assert.Equal(t, AgentDisabled, User{InvitationPending: true}.State(), "disabled counts more")

	w.srv.Fault("getAllUsers", engagetest.Status(501, ""))
	for _, err := range w.Agents.Pending(w.ctx) {
		require.ErrorIs(t, err, konverte.ErrServer)
	}
}

// accepting is a clock on which the agent accepts during the second wait.
type accepting struct {
	skip
	waits  atomic.Int32
	accept func()
}

func (c *accepting) After(d time.Duration) <-chan time.Time {
	if c.waits.Add(1) == 2 {
		c.accept()
	}
	return c.skip.After(d)
}

// "When the agent accepts the invitation, the agent will create a password when
// accessing the platform the first time."
func TestWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.invite()
	clock := &accepting{accept: func() { assert.NoError(t, w.srv.AcceptInvitation(string(agent.ID))) }}
	client, err := w.With(core.WithClock(clock))
	require.NoError(t, err)
	got, err := client.Agents.Wait(w.ctx, agent.ID, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, AgentActive, got.State())
	assert.Equal(t, []time.Duration{time.Minute, time.Minute}, clock.skip.waits)

	got, err = w.Agents.Wait(w.ctx, agent.ID, 0)
	require.NoError(t, err, "accepted already")
	assert.Equal(t, agent.ID, got.ID)

	_, err = w.Agents.Disable(w.ctx, agent.ID)
	require.NoError(t, err)
	_, err = w.Agents.Wait(w.ctx, agent.ID, 0)
	var notPending *NotPendingError
	require.ErrorAs(t, err, &notPending)
	assert.Equal(t, AgentDisabled, notPending.State)
	_, err = w.Agents.Wait(w.ctx, "nobody", 0)
	require.ErrorIs(t, err, konverte.ErrNotFound)
	_, err = w.Agents.Wait(w.ctx, agent.ID, -1)
	assert.Equal(t, []string{"every"}, faultFields(t, err))

	other := w.invite(func(n *NewAgent) { n.Email = "other@example.com" })
	ctx, cancel := context.WithCancel(w.ctx)
	ending := &accepting{accept: cancel}
	client, err = w.With(core.WithClock(ending))
	require.NoError(t, err)
	_, err = client.Agents.Wait(ctx, other.ID, 0)
	require.ErrorIs(t, err, context.Canceled)
}

// "You can disable but not delete an agent if they have accessed the platform."
func TestAccessedAgentsCanBeDisabledOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.invite()
	require.NoError(t, w.srv.AcceptInvitation(string(agent.ID)))

	err := w.Agents.Delete(w.ctx, agent.ID)
	var refused *NotDeletableError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, agent.ID, refused.Agent)
	require.ErrorIs(t, err, konverte.ErrValidation)

	removal, err := w.Agents.DeleteOrDisable(w.ctx, agent.ID)
	require.NoError(t, err)
	assert.Equal(t, AgentWasDisabled, removal)
	got, err := w.Agents.Enable(w.ctx, agent.ID)
	require.NoError(t, err)
	assert.Equal(t, AgentActive, got.State())
	for range 2 {
		got, err = w.Agents.Disable(w.ctx, agent.ID)
		require.NoError(t, err, "twice is like once")
	}
	assert.Equal(t, AgentDisabled, got.State())
}

// "You can only delete an agent who has never logged in."
func TestNewAgentsCanBeDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	removal, err := w.Agents.DeleteOrDisable(w.ctx, w.invite().ID)
	require.NoError(t, err)
	assert.Equal(t, AgentDeleted, removal)
	_, err = w.Agents.FindByEmail(w.ctx, "nova@example.com")
	require.ErrorIs(t, err, konverte.ErrNotFound)

	agent := w.invite()
	w.srv.Fault("deleteUser", engagetest.DropAfter().Times(1))
	require.NoError(t, w.Agents.Delete(w.ctx, agent.ID), "sent again after its answer was lost, and gone")
	require.ErrorIs(t, w.Agents.Delete(w.ctx, agent.ID), konverte.ErrNotFound)
	_, err = w.Agents.DeleteOrDisable(w.ctx, agent.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
	assert.Equal(t, []string{"userId", "userId"}, faultFields(t, w.Agents.Delete(w.ctx, "")))
}

// What became of an agent is found out after a lost answer, or it is not claimed.
func TestDeleteAnswerLost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault   engagetest.Fault
		blind   bool // the look-up fails too
		removal Removal
	}{
		"after the write":       {engagetest.DropAfter(), false, AgentDeleted},
		"cut answer":            {engagetest.CutBody(12), false, AgentDeleted},
		"broken JSON":           {engagetest.MalformedJSON(), false, AgentDeleted},
		"before the write":      {engagetest.DropBefore(), false, ""},
		"a proxy's 502":         {engagetest.Status(502, ""), false, ""},
		"a page with 200":       {engagetest.HTMLPage(200), false, ""},
		"and the look-up fails": {engagetest.DropAfter(), true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.invite().ID
			w.srv.Fault("deleteUser", tt.fault)
			if tt.blind {
				w.srv.Fault("getUser", engagetest.Status(501, ""))
			}
			removal, err := w.Agents.DeleteOrDisable(w.ctx, id, konverte.WithRetries(0))
			assert.Equal(t, tt.removal, removal)
			assert.Equal(t, tt.removal == "", err != nil)
			assert.Equal(t, tt.removal == "", sent(err), "it says that it is not known")
		})
	}
	w := newWorld(t)
	w.srv.Fault("updateUser", engagetest.JSONStatus(403, "forbidden", "no"))
	removal, err := w.Agents.DeleteOrDisable(w.ctx, w.agent())
	require.ErrorIs(t, err, konverte.ErrForbidden, "neither deleted nor disabled")
	assert.Empty(t, removal)
}

// sent tells whether an error says that a write may have been carried out.
func sent(err error) bool {
	var refused *konverte.Error
	var transport *konverte.TransportError
	var decode *konverte.DecodeError
	return errors.As(err, &refused) && refused.MaybeSent || errors.As(err, &transport) && transport.MaybeSent ||
		errors.As(err, &decode) && decode.MaybeSent
}

// The list of the pending is whole although rows come while it is read.
func TestPendingOfManyPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, engagetest.WithRateLimit(0))
	want := map[string]bool{}
	for i := range 400 {
		email := fmt.Sprintf("agent%d@example.com", i)
		add[UserID](w, "User", "email", email, "firstname", "A", "lastname", "B", "enabled", true, "invitation_pending", i%3 == 0)
		want[email] = i%3 == 0
	}
	got := map[string]bool{}
	for agent, err := range w.Agents.Pending(w.ctx) {
		require.NoError(t, err)
		assert.False(t, got[agent.Email], "twice")
		got[agent.Email] = true
	}
	assert.Len(t, got, 134)

	moving := newWorld(t, engagetest.WithRateLimit(0), engagetest.WithHabits(engagetest.Habits{MoveRows: true}))
	for email, pending := range want {
		add[UserID](moving, "User", "email", email, "firstname", "A", "lastname", "B", "enabled", true, "invitation_pending", pending)
	}
	seen := map[string]int{}
	var incomplete error
	for agent, err := range moving.Agents.Pending(moving.ctx) {
		incomplete = err
		seen[agent.Email]++
	}
	var e *konverte.IncompleteError
	if incomplete != nil {
		require.ErrorAs(t, incomplete, &e, "what is missing is said")
		delete(seen, "")
	}
	for email, n := range seen {
		assert.Equal(t, 1, n, email)
	}
	assert.True(t, incomplete != nil || len(seen) == 134)
}

// Everything that is wrong with the fields comes at once, before anything is sent.
func TestInviteRefusesBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := map[string]struct {
		change func(*NewAgent)
		fields []string
	}{
		"nothing":        {func(n *NewAgent) { *n = NewAgent{} }, []string{"firstname", "lastname", "email", "role"}},
		"blank names":    {func(n *NewAgent) { n.FirstName, n.LastName = " ", "\t" }, []string{"firstname", "lastname"}},
		"no address":     {func(n *NewAgent) { n.Email = "nova" }, []string{"email"}},
		"two addresses":  {func(n *NewAgent) { n.Email = "a@b.example, c@d.example" }, []string{"email"}},
		"name + address": {func(n *NewAgent) { n.Email = "Nova <nova@example.com>" }, []string{"email"}},
		"blank in lists": {func(n *NewAgent) {
			n.Teams, n.Categories, n.SpokenLanguages = []string{"Sales", ""}, []string{" "}, []string{""}
		}, []string{"teams[1]", "categories[0]", "spoken_languages[0]"}},
	}
	for name, tt := range tests {
		n := nova()
		tt.change(&n)
		_, err := w.Agents.Invite(w.ctx, n)
		assert.Equal(t, tt.fields, faultFields(t, err), name)
	}
	assert.Empty(t, w.srv.Requests())
}

// Names that stand for nothing, or for several things, are refused before anything
// is written, with what there is.
func TestInviteRefusesUnknownNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := add[RoleID](w, "Role", "label", "Twin")
	second := add[RoleID](w, "Role", "label", "twin")
	tests := map[string]struct {
		change func(*NewAgent)
		want   NameError
	}{
		"role": {func(n *NewAgent) { n.Role = "Boss" }, NameError{
			Field: "role", Kind: "role", Want: "Boss", Have: []string{"Administrator", "Agent", "Manager", "Quality analyst", "Twin", "twin"},
		}},
		"ambiguous role": {func(n *NewAgent) { n.Role = "TWIN" }, NameError{
			Field: "role", Kind: "role", Want: "TWIN", Have: []string{"Administrator", "Agent", "Manager", "Quality analyst", "Twin", "twin"},
			Matches: []string{string(first), string(second)},
		}},
		"team":     {func(n *NewAgent) { n.Teams = []string{"Sales", "Night"} }, NameError{Field: "teams[1]", Kind: "team", Want: "Night", Have: []string{"Sales", "Support"}}},
		"category": {func(n *NewAgent) { n.Categories = []string{"Rain"} }, NameError{Field: "categories[0]", Kind: "category", Want: "Rain", Have: []string{"Billing", "Technical"}}},
		"category that only groups": {func(n *NewAgent) { n.Categories = []string{"Topic"} }, NameError{
			Field: "categories[0]", Kind: "category", Want: "Topic", Hint: "it only groups others: choose one of those below it",
		}},
		"interface language": {func(n *NewAgent) { n.Language = "ja" }, NameError{
			Field: "language", Kind: "interface language", Want: "ja", Have: []string{"Deutsch", "English", "Español", "Français", "Nederlands"},
		}},
		"time zone": {func(n *NewAgent) { n.Timezone = "Europe/Berlin" }, NameError{
			Field: "timezone", Kind: "time zone", Want: "Europe/Berlin", Hint: "time zones have the names of Rails, as Timezones.List gives them",
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := nova()
			tt.change(&n)
			_, err := w.Agents.Invite(w.ctx, n)
			var e *NameError
			require.ErrorAs(t, err, &e)
			slices.Sort(e.Have)
			tt.want.Operation = "Agents.Invite"
			assert.Equal(t, tt.want, *e)
			assert.Equal(t, []string{tt.want.Field}, faultFields(t, err), "it is an ArgumentError")
			assert.Equal(t, len(tt.want.Matches) > 0, e.Ambiguous())
			assert.Equal(t, !e.Ambiguous(), errors.Is(err, konverte.ErrNotFound))
			assert.Zero(t, w.writes())
			assert.Empty(t, w.srv.Mails())
		})
	}
	t.Run("all at once", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		n := nova()
		n.Role, n.Teams, n.SpokenLanguages = "Boss", []string{"Night", "Day"}, []string{"tlh"}
		_, err := w.Agents.Invite(w.ctx, n)
		assert.Equal(t, []string{"role", "teams[0]", "teams[1]", "spoken_languages[0]"}, faultFields(t, err))
		assert.Zero(t, w.writes())
	})
}

// "Email: … This must be a valid email address"; each is in a domain once.
func TestInviteRefusesTakenAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := nova()
	n.Email = "BETO.agente@example.com"
	_, err := w.Agents.Invite(w.ctx, n)
	var e *EmailTakenError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, konverte.ErrConflict)
	assert.Equal(t, w.agent(), e.Agent.ID)
	require.NoError(t, e.Err)
	assert.Contains(t, err.Error(), "nothing was written")
	assert.Zero(t, w.writes())

	// Somebody else was faster, between the look-up and the invitation.
	client := w.srv.Client(after("GET", "/users", func() {
		add[UserID](w, "User", "email", "nova@example.com", "firstname", "Rival", "enabled", true, "role_id", string(w.role("Agent")))
	}))
	_, err = client.Agents.Invite(w.ctx, nova())
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, konverte.ErrValidation, "the refusal is kept")
	assert.Equal(t, "Rival", e.Agent.FirstName)
	require.Error(t, e.Err)
}

// The other errors of the server come as they are.
func TestInviteFails(t *testing.T) {
	t.Parallel()
	for operation, fault := range map[string]engagetest.Fault{
		"inviteUser":     engagetest.JSONStatus(403, "forbidden", "Your role lacks the permission invite_user"),
		"getAllRoles":    engagetest.JSONStatus(403, "forbidden", "no"),
		"getAllTeams":    engagetest.JSONStatus(403, "forbidden", "no"),
		"getCurrentUser": engagetest.JSONStatus(403, "forbidden", "no"),
		"getAllUsers":    engagetest.JSONStatus(403, "forbidden", "no"),
	} {
		w := newWorld(t)
		w.srv.Fault(operation, fault)
		n := nova()
		n.Teams = []string{"Sales"}
		agent, err := w.Agents.Invite(w.ctx, n)
		require.ErrorIs(t, err, konverte.ErrForbidden, operation)
		assert.Nil(t, agent)
	}
}

// An answer that was lost is settled by a look-up.
func TestInviteAnswerLost(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  engagetest.Fault
		lookup bool // fails
		want   string
	}{
		"after the write":       {engagetest.DropAfter(), false, ""},
		"cut answer":            {engagetest.CutBody(20), false, ""},
		"broken JSON":           {engagetest.MalformedJSON(), false, ""},
		"before the write":      {engagetest.DropBefore(), false, "transport"},
		"a proxy's 502":         {engagetest.Status(502, ""), false, "error"},
		"and the look-up fails": {engagetest.DropAfter(), true, "lost"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.srv.Fault("inviteUser", tt.fault.Times(1))
			if tt.lookup {
				w.srv.Fault("getAllUsers", engagetest.Status(501, "").After(1))
			}
			agent, err := w.Agents.Invite(w.ctx, nova())
			if tt.want == "" {
				require.NoError(t, err)
				assert.Equal(t, "nova@example.com", agent.Email)
				return
			}
			assert.Nil(t, agent)
			var transport *konverte.TransportError
			var lost *LostInvitationError
			var refused *konverte.Error
			assert.Equal(t, tt.want == "lost", errors.As(err, &lost))
			assert.Equal(t, tt.want == "transport" || tt.want == "lost", errors.As(err, &transport))
			assert.Equal(t, tt.want == "error" || tt.want == "lost", errors.As(err, &refused))
		})
	}
}

// A context that ends while the invitation is under way does not keep the look-up
// from settling it.
func TestInviteCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	client := w.srv.Client(after("POST", "/users/invite", cancel))
	agent, err := client.Agents.Invite(ctx, nova())
	require.NoError(t, err)
	assert.Equal(t, "nova@example.com", agent.Email)
}

// lead makes a token that is confined to one team.
func (w *world) lead(team string) *Client {
	role, err := w.Roles.Get(w.ctx, w.role("Agent"))
	require.NoError(w, err)
	flags := role.Flags()
	for flag := range Allow(RolePermissionManageUsersOfMyTeams, RolePermissionInviteUser, RolePermissionReadUser, RolePermissionUpdateUser, RolePermissionManageRoles) {
		flags[flag] = true
	}
	lead, err := w.Roles.Define(w.ctx, "Lead "+team, flags)
	require.NoError(w, err)
	u, err := w.Users.Create(w.ctx, UserCreateParams{
		FirstName: "Lia", LastName: "Lider", Email: "lia@example.com", RoleID: lead.ID, Password: konverte.Set("s3cret!pass"),
		TeamIDs: []TeamID{idOf[TeamID](w, "Team", team)},
	})
	require.NoError(w, err)
	_, err = w.Teams.Update(w.ctx, idOf[TeamID](w, "Team", team), TeamUpdateParams{LeaderIDs: []UserID{u.ID}})
	require.NoError(w, err)
	return w.srv.ClientOf(w.srv.UserToken(string(u.ID)), konverte.WithStrictDecoding())
}

// "Click on the Teams dropdown and select the team(s)": those in reach.
func TestInviteWithinReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.lead("Sales")
	w.srv.ClearRequests()
	for name, tt := range map[string]struct{ teams, outside []string }{
		"none":       {nil, nil},
		"another":    {[]string{"Support"}, []string{"Support"}},
		"one beside": {[]string{"Sales", "Support"}, []string{"Support"}},
	} {
		n := nova()
		n.Teams = tt.teams
		_, err := client.Agents.Invite(w.ctx, n)
		var e *TeamScopeError
		require.ErrorAs(t, err, &e, name)
		require.ErrorIs(t, err, konverte.ErrForbidden)
		require.Len(t, e.Led, 1)
		assert.Contains(t, err.Error(), "leads Sales")
		assert.Len(t, e.Outside, len(tt.outside))
	}
	assert.Zero(t, w.writes())
	n := nova()
	n.Teams = []string{"Sales"}
	agent, err := client.Agents.Invite(w.ctx, n)
	require.NoError(t, err)
	assert.Equal(t, []TeamID{idOf[TeamID](w, "Team", "Sales")}, agent.TeamIDs)
}

func TestTeamsOfAnAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sales, support := idOf[TeamID](w, "Team", "Sales"), idOf[TeamID](w, "Team", "Support")
	agent, err := w.Agents.AddTeams(w.ctx, w.agent(), []string{"Sales", string(support)})
	require.NoError(t, err)
	assert.Equal(t, []TeamID{support, sales}, agent.TeamIDs)
	w.srv.ClearRequests()
	_, err = w.Agents.AddTeams(w.ctx, w.agent(), []string{"Sales"})
	require.NoError(t, err)
	assert.Zero(t, w.writes(), "is in it")
	agent, err = w.Agents.RemoveTeams(w.ctx, w.agent(), []string{"Support", "Sales"})
	require.NoError(t, err)
	assert.Empty(t, agent.TeamIDs)
	_, err = w.Agents.RemoveTeams(w.ctx, "a/b", nil)
	assert.Equal(t, []string{"userId", "teams"}, faultFields(t, err))
	_, err = w.Agents.AddTeams(w.ctx, w.agent(), []string{"Night"})
	assert.Equal(t, []string{"teams[0]"}, faultFields(t, err))

	// A leader's token moves the own teams only, without a word.
	_, err = w.Agents.AddTeams(w.ctx, w.agent(), []string{"Sales"})
	require.NoError(t, err)
	agent, err = w.lead("Sales").Agents.AddTeams(w.ctx, w.agent(), []string{"Support"})
	var e *NotAppliedError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"team_ids"}, e.Keys)
	assert.Equal(t, []TeamID{sales}, agent.TeamIDs, "as it is")
}

// "The available interface languages are English, Deutsch (German), Español
// (Spanish), Français (French), and Nederlands (Dutch)."
func TestInterfaceLanguages(t *testing.T) {
	t.Parallel()
	for code, names := range map[string][]string{
		LanguageEnglish: {"en", "English", "english"},
		LanguageGerman:  {"de", "Deutsch", "German"},
		LanguageSpanish: {"es", "Español", "Spanish", "espanol"},
		LanguageFrench:  {"fr", "Français", "French", "FRENCH"},
		LanguageDutch:   {"nl", "Nederlands", "Dutch"},
	} {
		w := newWorld(t)
		for _, name := range names {
			n := nova()
			n.Language = name
			p, err := w.Agents.Check(w.ctx, n)
			require.NoError(t, err, name)
			assert.Equal(t, code, p.Locale.Or(""), name)
		}
		n := nova()
		n.Language = names[1]
		agent, err := w.Agents.Invite(w.ctx, n)
		require.NoError(t, err)
		assert.Equal(t, code, agent.Locale)
	}
	w := newWorld(t)
	assert.Equal(t, "en", w.invite().Locale, "that of the domain where none is named")
}

// "Check the SSO only (no password) box to enable single sign-on (SSO) for that
// agent."
func TestSSOOnly(t *testing.T) {
	t.Parallel()
	sso := func(n *NewAgent) { n.SSOOnly = true }
	t.Run("with the invitation", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, engagetest.WithHabits(engagetest.Habits{InviteTakesNoPassword: true}))
		assert.True(t, w.invite(sso).NoPassword.Or(false))
		assert.Equal(t, 1, w.writes())
	})
	t.Run("with a second call", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		agent := w.invite(sso)
		assert.True(t, agent.NoPassword.Or(false))
		assert.Equal(t, AgentInvitationSent, agent.State())
		assert.Equal(t, 2, w.writes())
	})
	t.Run("not asked for", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		assert.False(t, w.invite().NoPassword.Or(true))
		assert.Equal(t, 1, w.writes())
	})
	t.Run("not applied", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, engagetest.WithOlderDomain())
		n := nova()
		n.SSOOnly = true
		agent, err := w.Agents.Invite(w.ctx, n)
		var e *NotAppliedError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, []string{"no_password"}, e.Keys)
		require.NotNil(t, agent, "the agent exists")
		assert.Equal(t, agent.ID, e.Agent)
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.srv.Fault("updateUser", engagetest.JSONStatus(403, "forbidden", "no"))
		n := nova()
		n.SSOOnly = true
		agent, err := w.Agents.Invite(w.ctx, n)
		var e *NotAppliedError
		require.ErrorAs(t, err, &e)
		require.ErrorIs(t, err, konverte.ErrForbidden)
		require.NotNil(t, agent)
	})
}

func TestNotApplied(t *testing.T) {
	t.Parallel()
	client, _ := one(t, 200, `{"id":"1","enabled":true}`)
	agent, err := client.Agents.Disable(t.Context(), "1")
	var e *NotAppliedError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"enabled"}, e.Keys)
	assert.Equal(t, AgentID("1"), agent.ID)
	_, err = client.Agents.Enable(t.Context(), "a/b")
	assert.Equal(t, []string{"userId"}, faultFields(t, err))
}

func TestFindByEmail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent, err := w.Agents.FindByEmail(w.ctx, "Beto.Agente@Example.com")
	require.NoError(t, err)
	assert.Equal(t, w.agent(), agent.ID)
	_, err = w.Agents.FindByEmail(w.ctx, "nobody@example.com")
	var e *konverte.NotFoundError
	require.ErrorAs(t, err, &e)
	_, err = w.Agents.FindByEmail(w.ctx, "nobody")
	assert.Equal(t, []string{"email"}, faultFields(t, err))
	w.srv.Fault("getAllUsers", engagetest.Status(501, ""))
	_, err = w.Agents.FindByEmail(w.ctx, "nobody@example.com")
	require.ErrorIs(t, err, konverte.ErrServer)
}

// Names are looked up in lists that have spaces, twins and groups in them.
func TestNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	night := add[TeamID](w, "Team", "name", " Equipe Noite – São Paulo ")
	twins := []string{string(add[TeamID](w, "Team", "name", "Twins")), string(add[TeamID](w, "Team", "name", "TWINS"))}
	add[CategoryID](w, "Category", "name", "Returns", "unselectable", true)
	returns := add[CategoryID](w, "Category", "name", "returns")
	add[RoleID](w, "Role", "label", "QA")
	add[RoleID](w, "Role", "label", "Quality")

	n := nova()
	n.Teams, n.Categories = []string{"equipe noite – são paulo", " SALES\u00a0"}, []string{" Returns"}
	p, err := w.Agents.Check(w.ctx, n)
	require.NoError(t, err)
	assert.Equal(t, []TeamID{night, idOf[TeamID](w, "Team", "Sales")}, p.TeamIDs)
	assert.Equal(t, []CategoryID{returns}, p.CategoryIDs, "the one that can be chosen")

	n = nova()
	n.Teams = []string{"twins"}
	_, err = w.Agents.Check(w.ctx, n)
	var e *NameError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, twins, e.Matches)
	n.Teams = twins[:1]
	_, err = w.Agents.Check(w.ctx, n)
	require.NoError(t, err, "an id is not ambiguous")

	require.NoError(t, w.srv.Change("Role", string(w.role("Quality analyst")), map[string]any{"label": "Qualidade"}))
	n = nova()
	n.Role = RoleQualityAnalyst
	_, err = w.Agents.Check(w.ctx, n)
	require.ErrorAs(t, err, &e)
	assert.Len(t, e.Matches, 2, "two roles have common names of it")
	_, err = w.Agents.AddTeams(w.ctx, w.agent(), []string{"Sales", " "})
	assert.Equal(t, []string{"teams[1]"}, faultFields(t, err))
	assert.Zero(t, w.writes())
}

// A count that is off does not hide the names that are there.
func TestNamesInListsWithAWrongCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	miscount := konverte.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return trip(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err != nil || !strings.HasSuffix(r.URL.Path, "/roles") && !strings.HasSuffix(r.URL.Path, "/teams") {
				return resp, err
			}
			text, err := io.ReadAll(resp.Body)
			text = bytes.Replace(text, []byte(`"count":`), []byte(`"count":1`), 1)
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
			return resp, err
		})
	})
	client := w.srv.Client(miscount)
	n := nova()
	n.Teams = []string{"Sales"}
	_, err := client.Agents.Check(w.ctx, n)
	require.NoError(t, err)
	n.Teams = []string{"Night"}
	_, err = client.Agents.Check(w.ctx, n)
	var e *NameError
	require.ErrorAs(t, err, &e)
}

// The API cannot send an invitation again: the agent is made anew, with everything.
func TestReinvite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.invite(func(n *NewAgent) {
		n.Teams, n.Categories, n.Language, n.Timezone, n.SSOOnly = []string{"Sales"}, []string{"Billing"}, "fr", "Paris", true
	})
	granted, err := w.Permissions.Grant(w.ctx, old.ID, w.source("Chat"), ChannelBasics)
	require.NoError(t, err)
	_, err = w.Signatures.Create(w.ctx, old.ID, SignatureCreateParams{Body: "Nova", Language: konverte.Set("en")})
	require.NoError(t, err)
	next, err := w.Agents.Reinvite(w.ctx, old.ID)
	require.NoError(t, err)
	assert.NotEqual(t, old.ID, next.ID)
	assert.Len(t, w.srv.Mails(), 2)
	next, err = w.Agents.Get(w.ctx, next.ID)
	require.NoError(t, err)
	want := *old
	want.ID, want.CreatedAt, want.UpdatedAt = next.ID, next.CreatedAt, next.UpdatedAt
	assert.Equal(t, want, *next)
	permissions, err := w.Permissions.Of(w.ctx, next.ID)
	require.NoError(t, err)
	assert.Equal(t, granted, permissions)
	signatures, err := w.Signatures.List(w.ctx, next.ID, SignatureListParams{})
	require.NoError(t, err)
	require.Len(t, signatures.Records, 1)
	assert.Equal(t, "Nova", signatures.Records[0].Body)

	require.NoError(t, w.srv.AcceptInvitation(string(next.ID)))
	w.srv.ClearRequests()
	_, err = w.Agents.Reinvite(w.ctx, next.ID)
	var e *NotPendingError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, AgentActive, e.State)
	assert.Zero(t, w.writes())
}

func TestReinviteFails(t *testing.T) {
	t.Parallel()
	for operation, made := range map[string]bool{"inviteUser": false, "updateUser": true, "updateUserSourcesPermissions": true, "createUserSignature": true} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			old := w.invite(func(n *NewAgent) { n.SSOOnly = true })
			_, err := w.Permissions.Grant(w.ctx, old.ID, w.source("Chat"), ChannelBasics)
			require.NoError(t, err)
			_, err = w.Signatures.Create(w.ctx, old.ID, SignatureCreateParams{Body: "Nova"})
			require.NoError(t, err)
			w.srv.Fault(operation, engagetest.JSONStatus(403, "forbidden", "no"))
			next, err := w.Agents.Reinvite(w.ctx, old.ID)
			var e *ReinviteError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, konverte.ErrForbidden)
			assert.Equal(t, old.ID, e.Old.ID)
			assert.Len(t, e.Permissions, 1)
			assert.Len(t, e.Signatures, 1)
			assert.Equal(t, made, next != nil)
			assert.Equal(t, next, e.New)
		})
	}
	w := newWorld(t)
	old := w.invite()
	w.srv.Fault("getUserSourcesPermissions", engagetest.JSONStatus(403, "forbidden", "no").Times(1))
	_, err := w.Agents.Reinvite(w.ctx, old.ID)
	require.ErrorIs(t, err, konverte.ErrForbidden)
	_, err = w.Agents.Get(w.ctx, old.ID)
	require.NoError(t, err, "nothing was done")

	w.srv.Fault("deleteUser", engagetest.JSONStatus(403, "forbidden", "no").Times(1))
	_, err = w.Agents.Reinvite(w.ctx, old.ID)
	var e *ReinviteError
	require.NotErrorAs(t, err, &e, "nothing was done")

	// Who could not be invited again is not deleted.
	require.NoError(t, w.srv.Change("User", string(old.ID), map[string]any{"lastname": ""}))
	w.srv.ClearRequests()
	_, err = w.Agents.Reinvite(w.ctx, old.ID)
	assert.Equal(t, []string{"lastname"}, faultFields(t, err))
	assert.Zero(t, w.writes())
}

// A lost answer is settled, or the error says what is not known and keeps what there was.
func TestReinviteAnswerLost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		operation string
		fault     engagetest.Fault
		blind     string // the look-up that fails too
		left      string // "" = it works out
	}{
		"deleted":             {"deleteUser", engagetest.DropAfter(), "", ""},
		"invited":             {"inviteUser", engagetest.DropAfter(), "", ""},
		"granted":             {"updateUserSourcesPermissions", engagetest.DropAfter(), "", ""},
		"perhaps deleted":     {"deleteUser", engagetest.DropAfter(), "getUser", "not known whether it was deleted"},
		"perhaps not deleted": {"deleteUser", engagetest.DropBefore(), "", "not known whether it was deleted"},
		"perhaps invited":     {"inviteUser", engagetest.DropAfter(), "getAllUsers", "not known whether another has taken its place"},
		"not invited":         {"inviteUser", engagetest.DropBefore(), "", "nothing has taken its place"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			old := w.invite()
			_, err := w.Permissions.Grant(w.ctx, old.ID, w.source("Chat"), ChannelBasics)
			require.NoError(t, err)
			w.srv.Fault(tt.operation, tt.fault)
			switch tt.blind {
			case "getUser":
				w.srv.Fault(tt.blind, engagetest.Status(501, "").After(1))
			case "getAllUsers":
				w.srv.Fault(tt.blind, engagetest.Status(501, ""))
			}
			next, err := w.Agents.Reinvite(w.ctx, old.ID, konverte.WithRetries(0))
			if tt.left == "" {
				require.NoError(t, err)
				assert.NotEqual(t, old.ID, next.ID)
				return
			}
			var e *ReinviteError
			require.ErrorAs(t, err, &e)
			require.ErrorContains(t, err, tt.left)
			assert.Nil(t, next)
			assert.Equal(t, old.ID, e.Old.ID)
			assert.Len(t, e.Permissions, 1)
		})
	}
}

// A context that ends after the deletion does not leave the agent deleted.
func TestReinviteCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.invite()
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	client := w.srv.Client(after("DELETE", "/users/"+string(old.ID), cancel))
	next, err := client.Agents.Reinvite(ctx, old.ID)
	require.NoError(t, err)
	assert.Equal(t, old.Email, next.Email)
}
