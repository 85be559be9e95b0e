package konvertetest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

const strongPassword = `Passw0rd!`

// created sends a request that makes something and returns its id.
func created(t *testing.T, srv *konvertetest.Server, token, request, body string) int64 {
	t.Helper()
	status, answer := call(t, srv, token, request, body)
	require.Equal(t, 200, status, answer)
	var v struct{ ID int64 }
	require.NoError(t, json.Unmarshal([]byte(answer), &v))
	return v.ID
}

// platformAccount makes an account with an administrator and returns his token.
func platformAccount(t *testing.T, srv *konvertetest.Server, body string) (id int64, token string) {
	t.Helper()
	id = created(t, srv, srv.PlatformToken(), "POST /platform/api/v1/accounts", body)
	user := created(t, srv, srv.PlatformToken(), "POST /platform/api/v1/users",
		fmt.Sprintf(`{"name":"Rui","email":"rui%d@example.com","password":%q}`, id, strongPassword))
	created(t, srv, srv.PlatformToken(), fmt.Sprintf("POST /platform/api/v1/accounts/%d/account_users", id),
		fmt.Sprintf(`{"user_id":%d,"role":"administrator"}`, user))
	return id, srv.UserToken(user)
}

func TestPlatformAppTouchesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		for _, request := range []string{
			fmt.Sprintf("GET /platform/api/v1/accounts/%d", srv.AccountID()),
			fmt.Sprintf("GET /platform/api/v1/users/%d", srv.UserIDs()[0]),
			fmt.Sprintf("POST /platform/api/v1/accounts/%d/account_users", srv.AccountID()),
		} {
			status, answer := call(t, srv, srv.PlatformToken(), request, "")
			assert.Equal(t, 401, status, request)
			assert.JSONEq(t, `{"error":"Non permissible resource"}`, answer, request)
		}
		status, answer := call(t, srv, srv.PlatformToken(), "GET /platform/api/v1/accounts/999", "")
		assert.Equal(t, 404, status)
		assert.JSONEq(t, `{"status":404,"error":"Not Found"}`, answer, "the framework's 404, not the one of the application API")
		status, answer = call(t, srv, srv.AdminToken(), "GET /platform/api/v1/agent_bots", "")
		assert.Equal(t, 401, status)
		assert.JSONEq(t, `{"error":"Invalid access_token"}`, answer)
	})
}

func TestPlatformAccount(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		oldest := version != "4.15.1"
		for body, want := range map[string]int{
			`{}`:                              map[bool]int{true: 500, false: 422}[oldest],
			`{"name":""}`:                     map[bool]int{true: 200, false: 422}[oldest],
			`{"name":"x","locale":"pt-BR"}`:   500,
			`{"name":"x","status":"closed"}`:  500,
			`{"name":"x","limits":{"a":1}}`:   422,
			`{"name":"x","locale":"pt_BR"}`:   200,
			`{"name":"x","features":{"a":1}}`: 500,
		} {
			status, _ := call(t, srv, srv.PlatformToken(), "POST /platform/api/v1/accounts", body)
			assert.Equal(t, want, status, body)
		}
		id := created(t, srv, srv.PlatformToken(), "POST /platform/api/v1/accounts", `{"name":"P","custom_attributes":{"a":1},"features":{"macros":"false","sla":true,"labels":false}}`)
		path := fmt.Sprintf("/platform/api/v1/accounts/%d", id)
		_, answer := call(t, srv, srv.PlatformToken(), "PATCH "+path, `{"custom_attributes":{"b":2}}`)
		assert.Contains(t, answer, `"custom_attributes":{"b":2}`, "replaced")
		assert.Contains(t, answer, `"macros":true`, "the text false turns a feature on")
		assert.Contains(t, answer, `"sla":true`)
		assert.NotContains(t, answer, `"labels"`)
		status, _ := call(t, srv, srv.PlatformToken(), "GET /platform/api/v1/accounts", "")
		assert.Equal(t, map[bool]int{true: 404, false: 200}[oldest], status)
	})
}

func TestSuspendedAccount(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	id, token := platformAccount(t, srv, `{"name":"P"}`)
	path := fmt.Sprintf("/platform/api/v1/accounts/%d", id)
	get := fmt.Sprintf("GET /api/v1/accounts/%d/teams", id)
	status, _ := call(t, srv, token, get, "")
	require.Equal(t, 200, status)
	call(t, srv, srv.PlatformToken(), "PATCH "+path, `{"status":"suspended"}`)
	status, answer := call(t, srv, token, get, "")
	assert.Equal(t, 401, status)
	assert.JSONEq(t, `{"error":"Account is suspended"}`, answer)
}

func TestPlatformUser(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		const users = "POST /platform/api/v1/users"
		id := created(t, srv, srv.PlatformToken(), users, `{"name":"Rui","email":"Rui@Example.com","password":"`+strongPassword+`","custom_attributes":{"a":{"x":1}}}`)
		again := created(t, srv, srv.PlatformToken(), users, `{"name":"Other","email":"RUI@example.com","password":"x"}`)
		assert.Equal(t, id, again, "found by the e-mail, whatever else was sent")
		seeded := created(t, srv, srv.PlatformToken(), users, `{"email":"ana.admin@example.com"}`)
		assert.Equal(t, srv.UserIDs()[0], seeded, "and claimed, although the app did not make her")

		status, answer := call(t, srv, srv.PlatformToken(), users, `{"name":"x","email":"x@example.com","password":"short"}`)
		assert.Equal(t, 422, status)
		assert.Contains(t, answer, "Password must contain at least 6 characters")
		assert.Contains(t, answer, `"attributes":["password"]`)

		path := fmt.Sprintf("/platform/api/v1/users/%d", id)
		_, answer = call(t, srv, srv.PlatformToken(), "PATCH "+path, `{"email":"novo@example.com","custom_attributes":{"a":{"y":2},"b":3}}`)
		assert.Contains(t, answer, `"uid":"novo@example.com"`, "at once")
		assert.Contains(t, answer, `"custom_attributes":{"a":{"y":2},"b":3}`, "merged, not inside")

		_, first := call(t, srv, srv.PlatformToken(), "GET "+path+"/login", "")
		_, second := call(t, srv, srv.PlatformToken(), "GET "+path+"/login", "")
		assert.True(t, strings.HasPrefix(first, `{"url":"`+srv.URL+`/app/login?email=novo%40example.com&sso_auth_token=`), first)
		assert.NotEqual(t, first, second)

		status, answer = call(t, srv, srv.PlatformToken(), "POST "+path+"/token", "")
		if version == "3.16.0" {
			assert.Equal(t, 404, status)
			return
		}
		assert.Contains(t, answer, srv.UserToken(id))
	})
}

func TestAccountUsers(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	account, _ := platformAccount(t, srv, `{"name":"P"}`)
	path := fmt.Sprintf("/platform/api/v1/accounts/%d/account_users", account)
	foreign := srv.UserIDs()[1]
	first := created(t, srv, srv.PlatformToken(), "POST "+path, fmt.Sprintf(`{"user_id":%d}`, foreign))
	second := created(t, srv, srv.PlatformToken(), "POST "+path, fmt.Sprintf(`{"user_id":%d,"role":"administrator"}`, foreign))
	assert.Equal(t, first, second, "changes the role of a member")
	status, answer := call(t, srv, srv.PlatformToken(), "POST "+path, `{"user_id":999}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"message":"User must exist","attributes":["user"]}`, answer)
	status, _ = call(t, srv, srv.PlatformToken(), "POST "+path, fmt.Sprintf(`{"user_id":%d,"role":"owner"}`, foreign))
	assert.Equal(t, 500, status)
	for range 2 {
		status, answer = call(t, srv, srv.PlatformToken(), fmt.Sprintf("DELETE %s?user_id=%d", path, foreign), "")
		assert.Equal(t, 200, status, "also for who is no member")
		assert.Empty(t, answer)
	}
	assert.NotEmpty(t, srv.UserToken(foreign), "the user stays")
}

func TestPlatformBots(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		const bots = "/platform/api/v1/agent_bots"
		_, answer := call(t, srv, srv.PlatformToken(), "POST "+bots, `{"name":"Robo","outgoing_url":"https://bot.example"}`)
		shown := "Robo"
		if version == "4.15.1" {
			shown = "https://bot.example"
		}
		assert.Contains(t, answer, fmt.Sprintf(`"outgoing_url":%q`, shown))
		gone := created(t, srv, srv.PlatformToken(), "POST "+bots, `{"name":"x"}`)
		status, _ := call(t, srv, srv.AdminToken(), fmt.Sprintf("GET /api/v1/accounts/{account}/agent_bots/%d", gone), "")
		assert.Equal(t, 200, status, "a bot of the installation is seen in every account")
		status, _ = call(t, srv, srv.PlatformToken(), fmt.Sprintf("DELETE %s/%d", bots, gone), "")
		require.Equal(t, 200, status)
		status, _ = call(t, srv, srv.PlatformToken(), "GET "+bots, "")
		assert.Equal(t, map[string]int{"3.16.0": 500, "4.2.0": 500, "4.15.1": 200}[version], status, "the list after a deletion")
	})
}

func TestPlatformDeletesLater(t *testing.T) {
	t.Parallel()
	k := newClock()
	srv := konvertetest.NewServer(t, konvertetest.WithClock(k.read))
	account, token := platformAccount(t, srv, `{"name":"P"}`)
	path := fmt.Sprintf("/platform/api/v1/accounts/%d", account)
	status, _ := call(t, srv, srv.PlatformToken(), "DELETE "+path, "")
	require.Equal(t, 200, status)
	status, _ = call(t, srv, srv.PlatformToken(), "GET "+path, "")
	assert.Equal(t, 200, status, "right after")
	k.advance(2 * time.Second)
	status, _ = call(t, srv, srv.PlatformToken(), "GET "+path, "")
	assert.Equal(t, 404, status)
	status, _ = call(t, srv, token, fmt.Sprintf("GET /api/v1/accounts/%d/teams", account), "")
	assert.Equal(t, 404, status)
	status, _ = call(t, srv, token, "GET /api/v1/profile", "")
	assert.Equal(t, 200, status, "its users stay")
}

func TestPlatformTokenOnBotEndpoints(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		status, _ := call(t, srv, srv.PlatformToken(), "POST /api/v1/accounts/{account}/conversations/99/messages", `{"content":"x"}`)
		assert.Equal(t, map[string]int{"3.16.0": 404, "4.2.0": 404, "4.15.1": 401}[version], status)
	})
}

func TestActiveAccountIsTheOneNeverOpened(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	account, token := platformAccount(t, srv, `{"name":"P"}`)
	status, _ := call(t, srv, token, "PUT /api/v1/profile/set_active_account", fmt.Sprintf(`{"account_id":%d}`, account))
	require.Equal(t, 200, status)
	second := created(t, srv, srv.PlatformToken(), "POST /platform/api/v1/accounts", `{"name":"Q"}`)
	var profile struct {
		ID        int64
		AccountID int64 `json:"account_id"`
	}
	read := func() int64 {
		_, answer := call(t, srv, token, "GET /api/v1/profile", "")
		require.NoError(t, json.Unmarshal([]byte(answer), &profile))
		return profile.AccountID
	}
	require.Equal(t, account, read())
	created(t, srv, srv.PlatformToken(), fmt.Sprintf("POST /platform/api/v1/accounts/%d/account_users", second), fmt.Sprintf(`{"user_id":%d}`, profile.ID))
	assert.Equal(t, second, read())
}

func TestPlatformAccountsAreListed(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		accounts := srv.Client().Platform.Accounts
		made, err := accounts.Create(t.Context(), konverte.PlatformAccountCreateParams{Name: "Padaria"})
		require.NoError(t, err)
		listed, err := accounts.List(t.Context())
		if version != "4.15.1" {
			unsupported, ok := errors.AsType[*konverte.UnsupportedError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, []string{"4.15.1"}, unsupported.Seen)
			return
		}
		require.NoError(t, err)
		require.Len(t, listed, 1, "those of the app only")
		assert.Equal(t, made.ID, listed[0].ID)
	})
}
