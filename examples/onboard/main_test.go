package main

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
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
	for _, want := range []string{"finished", "Nothing to do."} {
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

// A run that ends after any of its writes is finished by the next one, and the one
// behind it changes nothing.
func TestOnboardInterrupted(t *testing.T) {
	t.Parallel()
	for after := range 10 {
		t.Run(strconv.Itoa(after), func(t *testing.T) {
			t.Parallel()
			o, _, domain, desk := newOffice(t)
			copied, err := o.engage.Agents.FindByEmail(t.Context(), "beto.agente@example.com")
			require.NoError(t, err)
			_, err = o.engage.Signatures.Create(t.Context(), copied.ID, engage.SignatureCreateParams{Body: "Beto"})
			require.NoError(t, err)
			colleagues, err := parse(sample)
			require.NoError(t, err)
			dies := *o
			dies.engage, dies.konverte = domain.Client(killed(after)), desk.Client(killed(after))
			if dies.onboard(t.Context(), nil, colleagues, settings{}) == nil {
				assert.Greater(t, after, 6, "too early to have gone through")
			}
			require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
			assertOnboarded(t, o, domain)

			domain.ClearRequests()
			desk.ClearRequests()
			require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
			assert.Zero(t, writes(domain, desk))
		})
	}
}

// assertOnboarded wants the colleagues of the sample with everything.
func assertOnboarded(t *testing.T, o *office, domain *engagetest.Server) {
	t.Helper()
	assert.Len(t, domain.Mails(), 4)
	greta, err := o.engage.Agents.FindByEmail(t.Context(), "greta.gruber@example.com")
	require.NoError(t, err)
	assert.True(t, greta.NoPassword.Or(false))
	caio, err := o.engage.Agents.FindByEmail(t.Context(), "caio.copia@example.com")
	require.NoError(t, err)
	permissions, err := o.engage.Permissions.Of(t.Context(), caio.ID)
	require.NoError(t, err)
	assert.Len(t, permissions, 2)
	signatures, err := o.engage.Signatures.List(t.Context(), caio.ID, engage.SignatureListParams{})
	require.NoError(t, err)
	assert.Len(t, signatures.Records, 1)
}

// killed lets so many writes through, and nothing more: not even what a rollback asks.
func killed(writes int) konverte.Option {
	var done atomic.Int32
	return konverte.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if int(done.Load()) >= writes {
				return nil, context.Canceled
			}
			resp, err := next.RoundTrip(r)
			if r.Method != http.MethodGet {
				done.Add(1)
			}
			return resp, err
		})
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Lost answers keep nobody from being onboarded once.
func TestOnboardLosesAnswers(t *testing.T) {
	t.Parallel()
	o, _, domain, desk := newOffice(t)
	colleagues, err := parse(sample)
	require.NoError(t, err)
	for _, operation := range []string{"inviteUser", "updateUser", "updateUserSourcesPermissions", "createUserSignature"} {
		domain.Fault(operation, engagetest.DropAfter().Times(2), engagetest.MalformedJSON().Times(1))
	}
	_ = o.onboard(t.Context(), nil, colleagues, settings{})
	domain.ClearFaults()
	require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
	assert.Len(t, domain.Mails(), 4)
	domain.ClearRequests()
	desk.ClearRequests()
	require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}))
	assert.Zero(t, writes(domain, desk))
}

// Whoever was not begun is not taken for done.
func TestOnboardCancelled(t *testing.T) {
	t.Parallel()
	o, out, domain, desk := newOffice(t)
	colleagues, err := parse(sample)
	require.NoError(t, err)
	plans := o.planAll(t.Context(), colleagues)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o.work(ctx, plans)
	o.table(plans, true)
	require.EqualError(t, failures(plans), "4 of 4 colleagues could not be dealt with")
	assert.Contains(t, out.String(), "line 2, nova.agente@example.com: not started")
	assert.Zero(t, writes(domain, desk))
}

// A token that is confined to teams can copy an agent of these teams.
func TestOnboardConfined(t *testing.T) {
	t.Parallel()
	o, out, domain, _ := newOffice(t)
	support, err := o.engage.Agents.FindByEmail(t.Context(), "beto.agente@example.com")
	require.NoError(t, err)
	role := domain.ID("Role", "Agent")
	for _, flag := range []string{"manage_users_of_my_teams", "invite_user", "update_user"} {
		require.NoError(t, domain.Change("Role", role, map[string]any{flag: true}))
	}
	require.NoError(t, domain.Change("Team", domain.ID("Team", "Support"), map[string]any{"leader_ids": []string{string(support.ID)}}))
	o.engage, o.konverte = domain.ClientOf(domain.UserToken(string(support.ID))), nil
	colleagues, err := parse(strings.Join(columns, ",") + "\nCaio,Copia,caio@example.com,,,,,beto.agente@example.com\n")
	require.NoError(t, err)
	require.NoError(t, o.onboard(t.Context(), nil, colleagues, settings{}), out)
	assert.Contains(t, out.String(), "copied from beto.agente@example.com")
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
		"":              "the file is empty",
		"email\n":       `line 1: column "first_name" is missing`,
		"phone\n":       `column "phone" is not known`,
		"email,Email\n": `column "email" stands there twice`,
		strings.ReplaceAll(head, ",", ";") + "a;b;c;;;;;\n":          "line 1: the columns must be separated by commas",
		strings.ReplaceAll(head, ",", "\t"):                          "separated by commas",
		head + "a,b\n\n":                                             "line 2: has 2 cells where the header has 8",
		head + "a;b;c@d.example;;;;;\n":                              "line 2: has 1 cells",
		head + "\r\n,,,,,,,\r\n\"two\nlines\",b,c,d,e,f,maybe,h\r\n": `line 4: sso is "maybe"`,
		head + "a,b,,,,,,\n":                                         "line 2: email is empty",
		head + " ,b,c@d.example,,,,,\n":                              "line 2: first_name is empty",
		head + "a,b,c@d.example,,,,,\n\nx,y,C@d.example,,,,yes,\n":   "line 4: C@d.example stands in line 2 already",
		head + "a,b,c@d.example,,,,maybe,\nx,y,e@d.example,,,,no\n":  "line 3: has 7 cells",
		head + "a,\"b,c@d.example,,,,,\n":                            "line",
		head + "Jos\xe9,b,c@d.example,,,,,\n":                        "line 2: the file is not UTF-8",
		"\xff\xfef\x00i\x00":                                         "line 1: the file is not UTF-8",
	} {
		_, err := parse(text)
		require.ErrorContains(t, err, want)
	}
	all, err := parse("\ufeff" + strings.ToUpper(head) + ",,,,,,,\r\n Ana , B ,a@b.example,Agent, x ; y ;,fr,Yes,c@d.example\r\n\r\n")
	require.NoError(t, err)
	assert.Equal(t, []colleague{{line: 3, copyOf: "c@d.example", new: engage.NewAgent{
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
