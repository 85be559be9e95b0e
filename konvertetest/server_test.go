package konvertetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// call sends one JSON request; body "" sends none. {account} in the path is
// the seeded account.
func call(t *testing.T, srv *konvertetest.Server, token, request, body string) (status int, answer string) {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	path = strings.ReplaceAll(path, "{account}", fmt.Sprint(srv.AccountID()))
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, bytes.NewBufferString(body))
	require.NoError(t, err)
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("api_access_token", token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	out, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(out)
}

func TestAnswersByVersion(t *testing.T) {
	t.Parallel()
	const every = ""
	tests := []struct {
		name, version, who, request, body string
		status                            int
		answer                            string
	}{
		{"no token", every, "none", "GET /api/v1/profile", "", 401, `{"errors":["You need to sign in or sign up before continuing."]}`},
		{"bad token", every, "wrong", "GET /api/v1/profile", "", 401, `{"error":"Invalid Access Token"}`},
		{"platform token", every, "platform", "GET /api/v1/profile", "", 401, `{"error":"Access to this endpoint is not authorized for bots"}`},
		{"unknown account", every, "admin", "GET /api/v1/accounts/999999/agents", "", 404, `{"error":"Resource could not be found"}`},
		{"account of words", every, "admin", "GET /api/v1/accounts/abc/agents", "", 404, `{"error":"Resource could not be found"}`},
		{"unknown route", every, "admin", "GET /api/v1/nothing", "", 404, `{"status":404,"error":"Not Found"}`},
		{"malformed body", every, "none", "POST /api/v1/accounts/{account}/agents", `{"name":`, 400, `{"status":400,"error":"Bad Request"}`},
		{"empty body", every, "admin", "POST /api/v1/accounts/{account}/teams", `{}`, 422, `{"error":"param is missing or the value is empty: team"}`},
		{"blank name", every, "admin", "POST /api/v1/accounts/{account}/teams", `{"name":" "}`, 422, `{"message":"Name must not be blank","attributes":["name"]}`},
		{"role", every, "agent", "POST /api/v1/accounts/{account}/teams", `{"name":"x"}`, 401, `{"error":"You are not authorized to do this action"}`},
		{"not found before role", every, "agent", "DELETE /api/v1/accounts/{account}/teams/99", "", 404, `{"error":"Resource could not be found"}`},
		{"put is not routed", every, "admin", "PUT /api/v1/accounts/{account}/teams/1/team_members", `{}`, 404, `{"status":404,"error":"Not Found"}`},
		{"agent without name", "3.16.0", "admin", "POST /api/v1/accounts/{account}/agents", `{"email":"x@example.com"}`, 500, `{"status":500,"error":"Internal Server Error"}`},
		{"agent without name", "4.15.1", "admin", "POST /api/v1/accounts/{account}/agents", `{"email":"x@example.com"}`, 200, ""},
		{"agent body array", "4.2.0", "admin", "POST /api/v1/accounts/{account}/agents", `[]`, 422, `{"error":"param is missing or the value is empty: agent"}`},
		{"agent body array", "4.15.1", "admin", "POST /api/v1/accounts/{account}/agents", `[]`, 500, `{"status":500,"error":"Internal Server Error"}`},
		{"unknown availability", every, "admin", "POST /api/v1/accounts/{account}/agents", `{"name":"x","email":"x@example.com","availability":"available"}`, 500, `{"status":500,"error":"Internal Server Error"}`},
		{"own token anew", "3.16.0", "admin", "POST /api/v1/profile/reset_access_token", "", 404, `{"status":404,"error":"Not Found"}`},
	}
	for _, version := range konvertetest.Versions() {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		tokens := map[string]string{"admin": srv.AdminToken(), "agent": srv.AgentToken(), "platform": srv.PlatformToken(), "wrong": "x"}
		for _, tt := range tests {
			if tt.version != every && tt.version != version {
				continue
			}
			t.Run(version+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				status, answer := call(t, srv, tokens[tt.who], tt.request, tt.body)
				assert.Equal(t, tt.status, status)
				if tt.answer != "" {
					assert.Equal(t, tt.answer, answer)
				}
			})
		}
	}
}

func TestWithoutServerBugs(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t, konvertetest.WithoutServerBugs())
	status, answer := call(t, srv, srv.AdminToken(), "POST /api/v1/accounts/{account}/agents", `{"email":"x@example.com"}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"message":"Name can't be blank","attributes":["name"]}`, answer)
}

func TestAgentLifecycle(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	admin := srv.AdminToken()
	status, answer := call(t, srv, admin, "POST /api/v1/accounts/{account}/agents",
		`{"name":"Nova","email":"NOVA@example.com","availability":"busy","auto_offline":false}`)
	require.Equal(t, 200, status, answer)
	assert.JSONEq(t, `{"id":3,"account_id":1,"availability_status":"busy","auto_offline":false,"confirmed":false,"email":"nova@example.com",
		"available_name":"Nova","name":"Nova","role":"agent","thumbnail":"","custom_role_id":null}`, answer)

	status, answer = call(t, srv, admin, "PUT /api/v1/accounts/{account}/agents/3", `{"auto_offline":true}`)
	require.Equal(t, 200, status, answer)
	assert.Contains(t, answer, `"availability_status":"offline"`, "presence, not what was set")

	status, _ = call(t, srv, admin, "POST /api/v1/accounts/{account}/teams", `{"name":"Vendas"}`)
	require.Equal(t, 200, status)
	status, answer = call(t, srv, admin, "POST /api/v1/accounts/{account}/teams/1/team_members", `{"user_ids":[3,1]}`)
	require.Equal(t, 200, status, answer)
	status, answer = call(t, srv, admin, "POST /api/v1/accounts/{account}/teams/1/team_members", `{"user_ids":["3"]}`)
	assert.Equal(t, 422, status, answer)

	status, _ = call(t, srv, admin, "DELETE /api/v1/accounts/{account}/agents/3", "")
	require.Equal(t, 200, status)
	_, answer = call(t, srv, admin, "GET /api/v1/accounts/{account}/teams/1/team_members", "")
	assert.NotContains(t, answer, "nova@example.com", "who leaves the account leaves its teams")
	assert.Contains(t, answer, "ana.admin@example.com")
}

func TestProfile(t *testing.T) {
	t.Parallel()
	for _, version := range konvertetest.Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2027, 3, 1, 12, 0, 0, 5e6, time.UTC)
			srv := konvertetest.NewServer(t, konvertetest.WithVersion(version), konvertetest.WithClock(func() time.Time { return now }))
			token := srv.AgentToken()
			status, _ := call(t, srv, token, "PUT /api/v1/profile/set_active_account", fmt.Sprintf(`{"profile":{"account_id":%d}}`, srv.AccountID()))
			require.Equal(t, 200, status)
			status, answer := call(t, srv, token, "PATCH /api/v1/profile", `{"display_name":"Beto B.","phone_number":"+5511","ui_settings":{"a":1},"email":"novo@example.com"}`)
			require.Equal(t, 200, status, answer)
			var got struct {
				AvailableName    string          `json:"available_name"`
				Email            string          `json:"email"`
				CustomAttributes json.RawMessage `json:"custom_attributes"`
				Accounts         []map[string]any
			}
			require.NoError(t, json.Unmarshal([]byte(answer), &got))
			assert.Equal(t, "Beto B.", got.AvailableName)
			assert.Equal(t, "beto.agente@example.com", got.Email, "a new e-mail waits for its confirmation")
			assert.JSONEq(t, `{"phone_number":"+5511"}`, string(got.CustomAttributes))
			assert.Equal(t, "2027-03-01T12:00:00.005Z", got.Accounts[0]["active_at"])
			_, hasStep := got.Accounts[0]["onboarding_step"]
			assert.Equal(t, version == "4.15.1", hasStep)

			status, answer = call(t, srv, token, "PUT /api/v1/profile", `{"profile":{"password":"N0va!senha"}}`)
			assert.Equal(t, 422, status)
			assert.JSONEq(t, `{"error":"Invalid current password"}`, answer)
		})
	}
}

func TestUnknownFieldFailsTheTest(t *testing.T) {
	t.Parallel()
	tb := &fakeTB{TB: t}
	srv := konvertetest.NewServer(tb)
	status, _ := call(t, srv, srv.AdminToken(), "POST /api/v1/accounts/{account}/teams", `{"name":"x","colour":"y"}`)
	srv.Close()
	assert.Equal(t, 200, status, "the real server ignores what it does not know")
	assert.Contains(t, tb.text, "does not read colour")
}

// fakeTB keeps what it is told instead of failing.
type fakeTB struct {
	testing.TB
	text string
}

func (f *fakeTB) Errorf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }

func TestThrottles(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t,
		konvertetest.WithThrottles(konvertetest.Throttles{Everything: 2}),
		konvertetest.WithClock(func() time.Time { return time.Unix(1_800_000_000, 0) }))
	var got []int
	for range 3 {
		status, _ := call(t, srv, "x", "GET /api", "")
		got = append(got, status)
	}
	assert.Equal(t, []int{200, 200, 429}, got)
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := konvertetest.Start(konvertetest.WithVersion("1.0.0"))
	require.ErrorContains(t, err, "1.0.0")
	_, err = konvertetest.Start(konvertetest.WithClock(nil))
	require.Error(t, err)
}

func TestDistinctIDs(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t, konvertetest.WithDistinctIDs())
	assert.Equal(t, "account", srv.IDKind(srv.AccountID()))
	for _, id := range srv.UserIDs() {
		assert.Equal(t, "user", srv.IDKind(id))
	}
	assert.Empty(t, srv.IDKind(7))
	assert.Empty(t, konvertetest.NewServer(t).IDKind(srv.AccountID()))
}

func TestOperations(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, op := range konvertetest.Operations() {
		assert.NotEmpty(t, op.Versions, op.ID)
		route := op.Method + " " + op.Pattern
		assert.Empty(t, seen[route], "two operations for %s", route)
		seen[route] = op.ID
	}
}
