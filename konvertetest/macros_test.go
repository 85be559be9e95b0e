package konvertetest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// openConversation makes an API inbox with a contact and a conversation in it.
func openConversation(t *testing.T, srv *konvertetest.Server) (inboxID, number int64) {
	t.Helper()
	const base = "/api/v1/accounts/{account}/"
	status, answer := call(t, srv, srv.AdminToken(), "POST "+base+"inboxes", `{"name":"API","channel":{"type":"api","webhook_url":""}}`)
	require.Equal(t, 200, status, answer)
	inboxID = answerID(t, answer)
	status, answer = call(t, srv, srv.AdminToken(), "POST "+base+"contacts", fmt.Sprintf(`{"inbox_id":%d,"name":"Caio"}`, inboxID))
	require.Equal(t, 200, status, answer)
	status, answer = call(t, srv, srv.AdminToken(), "POST "+base+"conversations",
		fmt.Sprintf(`{"source_id":"s1","inbox_id":%d,"contact_id":1}`, inboxID))
	require.Equal(t, 200, status, answer)
	return inboxID, answerID(t, answer)
}

func TestMacroRunsOnConversations(t *testing.T) {
	t.Parallel()
	for _, version := range konvertetest.Versions() {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		_, number := openConversation(t, srv)
		const macros = "/api/v1/accounts/{account}/macros"
		status, answer := call(t, srv, srv.AdminToken(), "POST "+macros, `{"name":"Fim","visibility":"global","actions":[
			{"action_name":"change_priority","action_params":["urgent"]},
			{"action_name":"add_private_note","action_params":["feito"]},
			{"action_name":"assign_agent","action_params":["self"]},
			{"action_name":"resolve_conversation","action_params":[]}]}`)
		require.Equal(t, 200, status, answer)
		status, answer = call(t, srv, srv.AdminToken(), "POST "+macros+"/1/execute", fmt.Sprintf(`{"conversation_ids":[%d]}`, number))
		require.Equal(t, 200, status)
		assert.Empty(t, answer)
		conversation := fmt.Sprintf("GET /api/v1/accounts/{account}/conversations/%d", number)
		_, answer = call(t, srv, srv.AdminToken(), conversation, "")
		assert.Contains(t, answer, `"status":"resolved"`)
		assert.Contains(t, answer, `"priority":"urgent"`)
		assert.Contains(t, answer, `"name":"Ana Admin"`)
		_, answer = call(t, srv, srv.AdminToken(), conversation+"/messages", "")
		assert.Contains(t, answer, `"content":"feito"`)
	}
}

func TestMacroVisibilityIsClearedByUpdates(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	const macros = "/api/v1/accounts/{account}/macros"
	_, answer := call(t, srv, srv.AdminToken(), "POST "+macros, `{"name":"Fim","visibility":"global","actions":[]}`)
	require.Contains(t, answer, `"visibility":"global"`)
	_, answer = call(t, srv, srv.AdminToken(), "PATCH "+macros+"/1", `{"name":"Outro"}`)
	assert.Contains(t, answer, `"visibility":null`)
	status, answer := call(t, srv, srv.AdminToken(), "GET "+macros+"/99", "")
	assert.Equal(t, 404, status)
	assert.Empty(t, answer)
	status, _ = call(t, srv, srv.AdminToken(), "DELETE "+macros+"/99", "")
	assert.Equal(t, 500, status)
}

func TestBulkActionTypes(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{"3.16.0": 422, "4.2.0": 422, "4.15.1": 200} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		_, number := openConversation(t, srv)
		const bulk = "POST /api/v1/accounts/{account}/bulk_actions"
		status, _ := call(t, srv, srv.AdminToken(), bulk, `{"type":"conversation","ids":[1]}`)
		assert.Equal(t, want, status, version)
		status, _ = call(t, srv, srv.AdminToken(), bulk,
			fmt.Sprintf(`{"type":"Conversation","ids":["%d",99],"fields":{"status":"resolved"},"labels":{"add":["vip"]}}`, number))
		assert.Equal(t, 200, status)
		_, answer := call(t, srv, srv.AdminToken(), fmt.Sprintf("GET /api/v1/accounts/{account}/conversations/%d", number), "")
		assert.Contains(t, answer, `"status":"resolved"`)
		assert.Contains(t, answer, `"labels":["vip"]`)
	}
}

func TestNotificationsOfAssignmentAndMessages(t *testing.T) {
	t.Parallel()
	for _, version := range konvertetest.Versions() {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		inboxID, number := openConversation(t, srv)
		agent := srv.UserIDs()[1]
		const base = "/api/v1/accounts/{account}/"
		status, _ := call(t, srv, srv.AdminToken(), "POST "+base+"inbox_members", fmt.Sprintf(`{"inbox_id":%d,"user_ids":[%d]}`, inboxID, agent))
		require.Equal(t, 200, status)
		conversation := fmt.Sprintf("%sconversations/%d", base, number)
		status, _ = call(t, srv, srv.AdminToken(), "POST "+conversation+"/assignments", fmt.Sprintf(`{"assignee_id":%d}`, agent))
		require.Equal(t, 200, status)
		_, answer := call(t, srv, srv.AgentToken(), "GET "+base+"notifications", "")
		assert.Contains(t, answer, `"notification_type":"conversation_assignment"`, version)
		status, _ = call(t, srv, srv.AdminToken(), "POST "+conversation+"/messages", `{"content":"oi","message_type":"incoming"}`)
		require.Equal(t, 200, status)
		_, answer = call(t, srv, srv.AgentToken(), "GET "+base+"notifications", "")
		assert.Contains(t, answer, `"count":1`, "a newer notification takes the place of an older one")
		assert.Contains(t, answer, `"notification_type":"assigned_conversation_new_message"`)
		status, _ = call(t, srv, srv.AgentToken(), "POST "+base+"notifications/read_all", "")
		require.Equal(t, 200, status)
		_, answer = call(t, srv, srv.AgentToken(), "GET "+base+"notifications/unread_count", "")
		assert.Equal(t, "0", answer)
	}
}
