package konvertetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

func TestSearchFailsOnConversationsWithoutMessages(t *testing.T) {
	t.Parallel()
	for _, bugs := range []bool{true, false} {
		opts := []konvertetest.Option{konvertetest.WithVersion("4.2.0")}
		want := 500
		if !bugs {
			opts, want = append(opts, konvertetest.WithoutServerBugs()), 200
		}
		srv := konvertetest.NewServer(t, opts...)
		openConversation(t, srv)
		status, _ := call(t, srv, srv.AdminToken(), "GET /api/v1/accounts/{account}/search/conversations?q=caio", "")
		assert.Equal(t, want, status)
		status, _ = call(t, srv, srv.AdminToken(), "POST /api/v1/accounts/{account}/conversations/1/messages", `{"content":"50% de desconto"}`)
		require.Equal(t, 200, status)
		status, answer := call(t, srv, srv.AdminToken(), "GET /api/v1/accounts/{account}/search/conversations?q=caio", "")
		assert.Equal(t, 200, status)
		assert.Contains(t, answer, `"content":"50% de desconto"`)
	}
}

func TestCustomRoleOpensReports(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	const base = "/api/v1/accounts/{account}/"
	status, answer := call(t, srv, srv.AdminToken(), "POST "+base+"custom_roles", `{"name":"Supervisor","permissions":["report_manage"]}`)
	require.Equal(t, 200, status, answer)
	const metrics = "GET /api/v2/accounts/{account}/live_reports/conversation_metrics"
	status, _ = call(t, srv, srv.AgentToken(), metrics, "")
	assert.Equal(t, 401, status)
	status, answer = call(t, srv, srv.AdminToken(), "PATCH "+base+"agents/2", `{"role":"agent","custom_role_id":1}`)
	require.Equal(t, 200, status, answer)
	status, _ = call(t, srv, srv.AgentToken(), metrics, "")
	assert.Equal(t, 200, status)
	status, answer = call(t, srv, srv.AdminToken(), "POST "+base+"custom_roles", `{"name":"x","permissions":["voar"]}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"message":"Permissions is not included in the list","attributes":["permissions"]}`, answer)
}
