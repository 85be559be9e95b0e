package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
	"github.com/konverte-go/konverte/konvertetest"
)

// office of a test, with its servers.
func newOffice(t *testing.T) (*office, *bytes.Buffer, *engagetest.Server, *konvertetest.Server) {
	t.Helper()
	domain, desk := engagetest.NewServer(t), konvertetest.NewServer(t)
	out := &bytes.Buffer{}
	return &office{out: out, engage: domain.Client(), konverte: desk.Client(), own: true, close: func() {}}, out, domain, desk
}

// writes counts what changed anything: searches are reads that are posted.
func writes(domain *engagetest.Server, desk *konvertetest.Server) int {
	n := 0
	for _, r := range domain.Requests() {
		if r.Method != http.MethodGet {
			n++
		}
	}
	for _, r := range desk.Requests() {
		if r.Method != http.MethodGet {
			n++
		}
	}
	return n
}

func TestOnboardTwice(t *testing.T) {
	t.Parallel()
	o, out, domain, desk := newOffice(t)
	_, err := o.konverte.Teams.Create(t.Context(), konverte.TeamCreateParams{Name: "sales"})
	require.NoError(t, err)
	colleagues, err := parse(sample)
	require.NoError(t, err)

	require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{dryRun: true}))
	assert.Contains(t, out.String(), "A dry run: nothing was written.")
	domain.ClearRequests()
	desk.ClearRequests()
	require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
	assert.Contains(t, out.String(), "[4/4] ")
	assert.Len(t, domain.Mails(), 4)
	greta, err := o.engage.Agents.FindByEmail(t.Context(), "greta.gruber@example.com")
	require.NoError(t, err)
	assert.Equal(t, engage.LanguageGerman, greta.Locale)
	assert.True(t, greta.NoPassword.Or(false))
	assert.Len(t, greta.TeamIDs, 2)
	caio, err := o.engage.Agents.FindByEmail(t.Context(), "caio.copia@example.com")
	require.NoError(t, err)
	permissions, err := o.engage.Permissions.Of(t.Context(), caio.ID)
	require.NoError(t, err)
	assert.Len(t, permissions, 2)
	_, err = o.konverte.Agents.FindByEmail(t.Context(), "quinn.quality@example.com")
	require.NoError(t, err)

	domain.ClearRequests()
	desk.ClearRequests()
	out.Reset()
	require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
	assert.Contains(t, out.String(), "Nothing to do.")
	assert.Zero(t, writes(domain, desk), "a second run changes nothing")
}

// What an interrupted run has left undone, the next one finishes.
func TestOnboardFinishes(t *testing.T) {
	t.Parallel()
	o, out, domain, desk := newOffice(t)
	team, err := o.konverte.Teams.Create(t.Context(), konverte.TeamCreateParams{Name: "sales"})
	require.NoError(t, err)
	_, err = o.engage.Agents.Invite(t.Context(), engage.NewAgent{FirstName: "Caio", LastName: "Copia", Email: "caio@example.com", Role: engage.RoleAgent})
	require.NoError(t, err)
	added, err := o.konverte.Agents.Create(t.Context(), konverte.AgentCreateParams{Name: "Caio Copia", Email: "caio@example.com", Role: konverte.RoleAgent})
	require.NoError(t, err)
	colleagues, err := parse(strings.Join(columns, ",") + "\nCaio,Copia,caio@example.com,Agent,Sales,,no,beto.agente@example.com\n")
	require.NoError(t, err)
	for _, want := range []string{"permissions copied", "Nothing to do."} {
		out.Reset()
		require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
		assert.Contains(t, out.String(), want)
	}
	members, err := o.konverte.Teams.Members(t.Context(), team.ID)
	require.NoError(t, err)
	require.Len(t, members, 1)
	assert.Equal(t, added.ID, members[0].ID)
	assert.Len(t, domain.Mails(), 1)
	assert.NotNil(t, desk)
}

func TestOnboardReportsFailures(t *testing.T) {
	t.Parallel()
	o, out, domain, _ := newOffice(t)
	domain.Fault("inviteUser", engagetest.JSONStatus(403, "forbidden", "Your role lacks the permission invite_user"))
	colleagues, err := parse(strings.Join(columns, ",") +
		"\nNova,Agente,nova@example.com,Agent,,,,\nWanda,Wrong,wanda@example.com,Boss,Night,Klingon,,\nCora,Copy,cora@example.com,,,,,nobody@example.com\n")
	require.NoError(t, err)
	require.EqualError(t, o.onboard(t.Context(), nil, colleagues, settings{}), "3 of 3 colleagues could not be dealt with")
	for _, text := range []string{"invite_user", "no role has this name", "no team has this name", "copy_of: ", "nobody@example.com"} {
		assert.Contains(t, out.String(), text)
	}
}

func TestOnboardAsks(t *testing.T) {
	t.Parallel()
	o, out, domain, desk := newOffice(t)
	o.own = false
	colleagues, err := parse(sample)
	require.NoError(t, err)
	require.EqualError(t, o.onboard(t.Context(), strings.NewReader("n\n"), colleagues, settings{}), "nothing was written")
	assert.Contains(t, out.String(), "sends invitations to 4 people")
	assert.Zero(t, writes(domain, desk))
	require.NoError(t, o.onboard(t.Context(), strings.NewReader("y\n"), colleagues, settings{}))
}

func TestParse(t *testing.T) {
	t.Parallel()
	head := strings.Join(columns, ",") + "\n"
	for text, want := range map[string]string{
		"":                             "the file is empty",
		"email\n":                      `column "first_name" is missing`,
		"phone\n":                      `column "phone" is not known`,
		head + "a,b\n":                 "wrong number of fields",
		head + "a,b,c,d,e,f,maybe,h\n": `line 2: sso is "maybe"`,
		head + "a,b,c@d.example,,,,,\nx,y,C@d.example,,,,yes,\n": "line 3: C@d.example stands in line 2 already",
	} {
		_, err := parse(text)
		require.ErrorContains(t, err, want)
	}
	all, err := parse("\ufeff" + head + " Ana , B ,a@b.example,Agent, x ; y ;,fr,Yes,c@d.example\n")
	require.NoError(t, err)
	assert.Equal(t, []colleague{{copyOf: "c@d.example", new: engage.NewAgent{
		FirstName: "Ana", LastName: "B", Email: "a@b.example", Role: "Agent", Teams: []string{"x", "y"}, Language: "fr", SSOOnly: true,
	}}}, all)
}

func TestRun(t *testing.T) {
	t.Setenv("ENGAGE_ACCOUNT", "")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, settings{konverte: true}))
	assert.Contains(t, out.String(), "=== run 2 ===")
	assert.Contains(t, out.String(), "Nothing to do.")
	require.Error(t, run(t.Context(), nil, &out, settings{file: t.TempDir() + "/none.csv"}))
}
