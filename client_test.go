package konverte_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// All faults of a client come back at once, and none shows a secret.
func TestNewClientFaults(t *testing.T) {
	t.Parallel()
	_, err := konverte.NewClient("ftp://support.example.com?token=secret-in-query",
		konverte.WithUserToken("broken\ntoken"),
		konverte.WithAccountID(-1),
		konverte.WithProxy("http://user:proxy-password@proxy.example.com"),
		konverte.WithTimeout(-time.Second),
		konverte.Into(&konverte.Response{}),
	)
	require.Error(t, err)
	for _, part := range []string{"base URL", "WithUserToken", "WithAccountID", "WithProxy", "port", "WithTimeout", "Into"} {
		assert.Contains(t, err.Error(), part)
	}
	for _, secret := range []string{"broken", "proxy-password", "secret-in-query"} {
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestNewClientBaseURL(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"https://support.example.com":               "https://support.example.com",
		"https://support.example.com/":              "https://support.example.com",
		"https://support.example.com/api/v1":        "https://support.example.com",
		"https://support.example.com/desk/api/v1/":  "https://support.example.com/desk",
		"http://127.0.0.1:3000":                     "http://127.0.0.1:3000",
		"http://support.example.com":                "",
		"support.example.com":                       "",
		"https://user:pass@support.example.com":     "",
		"https://support.example.com/?account=1":    "",
		"https://support.example.com/#conversation": "",
		"":              "",
		"https://":      "",
		"https://a b/c": "",
	}
	for base, want := range cases {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			c, err := konverte.NewClient(base)
			if want == "" {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want, c.BaseURL())
		})
	}
}

// Nothing is sent where an argument is at fault, and every fault is named.
func TestArgumentFaults(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1))
	require.NoError(t, err)
	noAccount, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"))
	require.NoError(t, err)
	noToken, err := konverte.NewClient(srv.URL, konverte.WithAccountID(1))
	require.NoError(t, err)
	ctx := t.Context()
	cases := map[string]struct {
		call  func() error
		wants []string
	}{
		"several at once": {func() error {
			_, err := c.Agents.Create(ctx, konverte.AgentCreateParams{Name: " ", Email: "nobody", Role: "king"})
			return err
		}, []string{"name", "email", "role", `"king"`}},
		"zero id":     {func() error { return c.Agents.Delete(ctx, 0) }, []string{"id", "positive"}},
		"negative id": {func() error { return c.Teams.Delete(ctx, -4) }, []string{"id", "-4"}},
		"no account":  {func() error { _, err := noAccount.Agents.List(ctx); return err }, []string{"account_id", "WithAccountID"}},
		"bad account": {func() error { _, err := c.Account(-1).Agents.List(ctx); return err }, []string{"account_id", "-1"}},
		"no token":    {func() error { _, err := noToken.Agents.List(ctx); return err }, []string{"WithUserToken"}},
		"wrong token": {func() error { _, err := c.Platform.Users.Get(ctx, 1); return err }, []string{"WithPlatformToken"}},
		"client option": {func() error { _, err := c.Agents.List(ctx, konverte.WithIgnoreSSLIssues()); return err },
			[]string{"WithIgnoreSSLIssues", "With"}},
		"missing file": {func() error {
			_, err := c.Messages.Create(ctx, 1, konverte.MessageCreateParams{Files: []konverte.Upload{konverte.UploadFile("there-is-no-such.pdf")}})
			return err
		}, []string{"attachments[]", "there-is-no-such.pdf"}},
		"source id alone": {func() error {
			_, err := c.Conversations.Create(ctx, konverte.ConversationCreateParams{SourceID: konverte.Set(konverte.SourceID("x"))})
			return err
		}, []string{"contact_id", "inbox_id"}},
		"locale with a hyphen": {func() error {
			_, err := c.Accounts.Update(ctx, konverte.AccountUpdateParams{Locale: konverte.Set("pt-BR")})
			return err
		}, []string{"locale", "pt_BR", `"pt-BR"`}},
		"unknown notification": {func() error {
			_, err := c.Notifications.UpdateSettings(ctx, konverte.NotificationSettingsParams{
				SelectedEmailFlags: []konverte.NotificationEmailFlag{konverte.NotificationEmailFlagConversationMention, "email_x"},
			})
			return err
		}, []string{"notification_settings.selected_email_flags[1]", `"email_x"`}},
		"webhook of nothing": {func() error {
			_, err := c.Webhooks.Create(ctx, konverte.WebhookCreateParams{
				URL: "https://example.com/hook", Subscriptions: []konverte.WebhookEvent{},
			})
			return err
		}, []string{"subscriptions"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.call()
			_, ok := errors.AsType[*konverte.ArgumentError](err)
			require.True(t, ok, "%v", err)
			for _, want := range test.wants {
				assert.Contains(t, err.Error(), want)
			}
		})
	}
	t.Cleanup(func() { assert.Zero(t, hits.Load()) })
}

func TestAccountAndWith(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	other := c.Account(77)
	assert.EqualValues(t, 77, other.AccountID())
	assert.NotEqual(t, c.AccountID(), other.AccountID())
	_, err := other.Agents.List(t.Context())
	require.Error(t, err, "nobody is a member of account 77")
	agent, err := c.With(konverte.WithUserToken(srv.AgentToken()))
	require.NoError(t, err)
	profile, err := agent.Profile.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "beto.agente@example.com", profile.Email)
	_, err = c.With(konverte.WithProxy("no proxy"))
	require.Error(t, err)
	c.Close()
	_, err = c.Agents.List(t.Context())
	require.NoError(t, err, "a closed client makes new connections")
}

func TestServerVersion(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		for range 3 {
			version, err := c.Account(5).ServerVersion(t.Context())
			require.NoError(t, err)
			assert.Equal(t, srv.Version(), version)
		}
		assert.Len(t, srv.Requests(), 1, "it is asked for once")
		info, err := c.ServerInfo(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "ok", info.QueueServices)
	})
}

// An operation that the server lacks names the versions, and only then asks for its own.
func TestUnsupportedOperation(t *testing.T) {
	t.Parallel()
	const version = "3.16.0"
	srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
	c := srv.Client()
	_, err := c.Reports.InboxSummary(t.Context(), konverte.ReportInboxSummaryParams{
		Since: time.Now().Add(-time.Hour), Until: time.Now(),
	})
	missing, ok := errors.AsType[*konverte.UnsupportedError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, version, missing.Server)
	require.ErrorIs(t, err, konverte.ErrNotFound)
	assert.Contains(t, err.Error(), "4.15.1")
	assert.Len(t, srv.Requests(), 2)
}

func TestCall(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	op := konverte.Operation{Method: "GET", Path: "/api/v1/accounts/{account_id}/agents"}
	var agents []struct {
		Email string `json:"email"`
	}
	var resp konverte.Response
	require.NoError(t, c.Call(t.Context(), op, konverte.Request{}, &agents, konverte.Into(&resp)))
	assert.Len(t, agents, 2)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	var raw []byte
	require.NoError(t, c.Call(t.Context(), op, konverte.Request{}, &raw))
	assert.True(t, json.Valid(raw))

	op.Path = "/api/v1/accounts/{account_id}/agents/{id}"
	op.Method = "PATCH"
	err := c.Call(t.Context(), op, konverte.Request{Path: []string{"../../1"}, Body: map[string]any{"name": "x"}}, nil)
	require.Error(t, err)
	assert.Equal(t, 1, strings.Count(err.Error(), "PATCH "), "an operation without a name is not named twice: %v", err)
	for _, r := range srv.Requests() {
		assert.NotContains(t, r.Path, "..")
	}
	err = c.Call(t.Context(), konverte.Operation{Path: "nowhere"}, konverte.Request{}, nil)
	refused, ok := errors.AsType[*konverte.ArgumentError](err)
	require.True(t, ok, "%v", err)
	assert.GreaterOrEqual(t, len(refused.Faults), 2)
}

// What comes back is never a zero value without an error.
func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	answers := map[string]struct{ contentType, body string }{
		"nothing":          {"application/json", ""},
		"null":             {"application/json", "null"},
		"cut off":          {"application/json", `{"id":1,"name":"bil`},
		"another kind":     {"application/json", `[1,2,3]`},
		"a text":           {"application/json", `"ok"`},
		"an empty object":  {"application/json", `{}`},
		"a wrong identity": {"application/json", `{"id":"seven"}`},
		"a proxy's page":   {"text/html", "<html>Welcome to the hotel</html>"},
		"junk behind it":   {"application/json", `{"id":1} <!-- cached -->`},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", answer.contentType)
				_, _ = fmt.Fprint(w, answer.body)
			}))
			t.Cleanup(srv.Close)
			c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1), konverte.WithRetries(0))
			require.NoError(t, err)
			team, err := c.Teams.Get(t.Context(), 1)
			require.Error(t, err)
			assert.Nil(t, team)
			_, isDecode := errors.AsType[*konverte.DecodeError](err)
			_, isTransport := errors.AsType[*konverte.TransportError](err)
			assert.True(t, isDecode || isTransport, "%T", err)
		})
	}
}

// One value of another type does not lose the rest of the object.
func TestTolerantDecoding(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"id":7,"name":["not","a","text"],"description":null,"account_id":1,"color":"red"}`)
	}))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1))
	require.NoError(t, err)
	var resp konverte.Response
	team, err := c.Teams.Get(t.Context(), 7, konverte.Into(&resp))
	require.NoError(t, err)
	assert.EqualValues(t, 7, team.ID)
	assert.Empty(t, team.Name)
	assert.JSONEq(t, `"red"`, string(team.Extra["color"]))
	require.Len(t, resp.DecodeIssues, 1)
	assert.Equal(t, "name", resp.DecodeIssues[0].Path)

	_, err = c.Teams.Get(t.Context(), 7, konverte.WithStrictDecoding())
	failed, ok := errors.AsType[*konverte.DecodeError](err)
	require.True(t, ok, "%v", err)
	assert.Len(t, failed.Issues, 2)
}
