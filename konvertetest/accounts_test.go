package konvertetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

func TestAccountUpdates(t *testing.T) {
	t.Parallel()
	const account = "/api/v1/accounts/{account}"
	for _, tt := range []struct {
		version, body string
		status        int
		answer        string
	}{
		{"3.16.0", `{"name":""}`, 200, ""},
		{"4.2.0", `{"name":null}`, 500, ""},
		{"4.15.1", `{"name":null}`, 422, `{"message":"Name can't be blank","attributes":["name"]}`},
		{"3.16.0", `{"auto_resolve_duration":"abc"}`, 422, `{"message":"Auto resolve duration is not a number","attributes":["auto_resolve_duration"]}`},
		{"3.16.0", `{"auto_resolve_after":5}`, 200, ""},
		{"4.2.0", `{"auto_resolve_after":5}`, 422, `{"message":"Auto resolve after must be greater than or equal to 10","attributes":["auto_resolve_after"]}`},
		{"4.2.0", `{"auto_resolve_after":"60"}`, 422, `{"message":"Auto resolve after must be of type type","attributes":["auto_resolve_after"]}`},
		{"4.2.0", `{"locale":"xx"}`, 500, ""},
	} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(tt.version))
		status, answer := call(t, srv, srv.AdminToken(), "PATCH "+account, tt.body)
		assert.Equal(t, tt.status, status, "%s %s", tt.version, tt.body)
		if tt.answer != "" {
			assert.JSONEq(t, tt.answer, answer)
		}
	}
	srv := konvertetest.NewServer(t)
	status, _ := call(t, srv, srv.AgentToken(), "PATCH "+account, `{"name":"x"}`)
	assert.Equal(t, 401, status)
	status, _ = call(t, srv, srv.AdminToken(), "GET /api/v1/accounts/99999", "")
	assert.Equal(t, 404, status)
}

func TestCacheKeysFollowLabels(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	const keys = "GET /api/v1/accounts/{account}/cache_keys"
	_, answer := call(t, srv, srv.AdminToken(), keys, "")
	assert.JSONEq(t, `{"cache_keys":{"label":"0000000000000","inbox":"0000000000000","team":"0000000000000"}}`, answer)
	status, _ := call(t, srv, srv.AdminToken(), "POST /api/v1/accounts/{account}/labels", `{"title":"vip"}`)
	require.Equal(t, 200, status)
	_, answer = call(t, srv, srv.AdminToken(), keys, "")
	assert.NotContains(t, answer, `"label":"0000000000000"`)
	assert.Contains(t, answer, `"team":"0000000000000"`)
}

func TestAuditLogsNeedTheFeature(t *testing.T) {
	t.Parallel()
	const logs, macro = "GET /api/v1/accounts/{account}/audit_logs", `{"name":"Fim","visibility":"global","actions":[]}`
	for _, features := range [][]string{nil, {"audit_logs"}} {
		seed := konvertetest.DefaultSeed()
		seed.Features = features
		srv := konvertetest.NewServer(t, konvertetest.WithSeed(seed))
		status, _ := call(t, srv, srv.AdminToken(), "POST /api/v1/accounts/{account}/macros", macro)
		require.Equal(t, 200, status)
		_, answer := call(t, srv, srv.AdminToken(), logs, "")
		if features == nil {
			assert.Contains(t, answer, `"total_entries":0`)
			continue
		}
		assert.Contains(t, answer, `"auditable_type":"Macro"`)
		assert.Contains(t, answer, `"action":"create"`)
	}
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	const request, body = "POST /api/v1/accounts", `{"account_name":"Empresa","email":"dona@example.com","password":"S3cret!pw"}`
	srv := konvertetest.NewServer(t)
	status, answer := call(t, srv, "", request, body)
	assert.Equal(t, 200, status, answer)
	assert.Contains(t, answer, `"role":"administrator"`)
	status, _ = call(t, srv, "", request, body)
	assert.Equal(t, 403, status)
	srv = konvertetest.NewServer(t, konvertetest.WithVersion("4.15.1"))
	status, _ = call(t, srv, "", request, body)
	assert.Equal(t, 404, status, "sign-up is off on the newest version")
}
