package konvertetest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

func TestAutomationRules(t *testing.T) {
	t.Parallel()
	const rules = "/api/v1/accounts/{account}/automation_rules"
	for _, version := range konvertetest.Versions() {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		status, answer := call(t, srv, srv.AdminToken(), "POST "+rules,
			`{"name":"r","event_name":"message_created","conditions":[{"attribute_key":"content","filter_operator":"contains","values":["x"]}],"actions":[]}`)
		require.Equal(t, 200, status)
		assert.NotContains(t, answer, `"payload"`, "the answer of a creation has no envelope")
		_, answer = call(t, srv, srv.AdminToken(), "POST "+rules+"/1/clone", "")
		assert.Contains(t, answer, `{"payload":{"id":2,`)
		for _, tt := range []struct {
			request, body string
			status        int
			answer        string
		}{
			{"POST " + rules, `{"name":"r","event_name":"e","actions":[]}`, 500, ""},
			{"POST " + rules, `{"name":"r","event_name":"e","conditions":[],"actions":[{"action_name":"voar"}]}`, 422,
				`{"error":{"actions":["Automation actions voar not supported."]}}`},
			{"POST " + rules, `{"name":"r","event_name":"e","conditions":[{"attribute_key":"content"},{"attribute_key":"email"}],"actions":[]}`, 422,
				`{"error":{"conditions":["Automation conditions should have query operator."]}}`},
			{"PATCH " + rules + "/1", `{"name":null}`, 422, `{"error":{}}`},
			{"GET " + rules + "/9", "", 500, ""},
		} {
			status, answer := call(t, srv, srv.AdminToken(), tt.request, tt.body)
			assert.Equal(t, tt.status, status, tt.body)
			if tt.answer != "" {
				assert.JSONEq(t, tt.answer, answer)
			}
		}
		status, _ = call(t, srv, srv.AgentToken(), "GET "+rules, "")
		assert.Equal(t, 401, status)
	}
	srv := konvertetest.NewServer(t, konvertetest.WithoutServerBugs())
	status, _ := call(t, srv, srv.AdminToken(), "GET "+rules+"/9", "")
	assert.Equal(t, 404, status)
}

func TestUploadFetchesFromThisHost(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	const upload = "POST /api/v1/accounts/{account}/upload"
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/foto.png" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		_, err := w.Write([]byte("PNG"))
		assert.NoError(t, err)
	}))
	t.Cleanup(files.Close)
	status, answer := call(t, srv, srv.AdminToken(), upload, `{"external_url":"`+files.URL+`/foto.png"}`)
	require.Equal(t, 200, status, answer)
	assert.Contains(t, answer, "/foto.png")
	status, answer = call(t, srv, srv.AdminToken(), upload, `{"external_url":"`+files.URL+`/nada"}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"error":"Failed to fetch file from URL: 404 Not Found"}`, answer)
	status, _ = call(t, srv, srv.AdminToken(), upload, `{"external_url":"`+srv.URL+`/x.png"}`)
	assert.Equal(t, 500, status)
	status, answer = call(t, srv, srv.AdminToken(), upload, `{"external_url":"ftp://example.com/x"}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"error":"Invalid URL provided"}`, answer)
}

func TestAutomationRulesAct(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		event, conditions, actions string
		acts                       bool
		seen                       func(t *testing.T, d *desk, n int64) any
		want                       any
	}{
		"label by content": {
			"message_created", `{"attribute_key":"content","filter_operator":"contains","values":["Preço"]}`,
			`{"action_name":"add_label","action_params":["vendas"]}`, true, seenLabels, []any{"vendas"},
		},
		"other content": {
			"message_created", `{"attribute_key":"content","filter_operator":"contains","values":["nada"]}`,
			`{"action_name":"add_label","action_params":["vendas"]}`, false, seenLabels, []any{},
		},
		"type of the message": {
			"message_created", `{"attribute_key":"message_type","filter_operator":"equal_to","values":["outgoing"]}`,
			`{"action_name":"add_label","action_params":["vendas"]}`, false, seenLabels, []any{},
		},
		"two conditions": {
			"message_created", `{"attribute_key":"status","filter_operator":"equal_to","values":["open"],"query_operator":"and"},{"attribute_key":"email","filter_operator":"equal_to","values":["MARIA@example.com"]}`,
			`{"action_name":"change_priority","action_params":["high"]}`, true, seen("priority"), "high",
		},
		"without conditions": {
			"conversation_created", ``, `{"action_name":"resolve_conversation","action_params":[]}`, true, seen("status"), "resolved",
		},
		"an operator that the key does not have": {
			"conversation_created", `{"attribute_key":"status","filter_operator":"contains","values":["op"]}`,
			`{"action_name":"resolve_conversation","action_params":[]}`, false, seen("status"), "open",
		},
		"custom attribute of the contact": {
			"conversation_created", `{"attribute_key":"plan","custom_attribute_type":"contact_attribute","filter_operator":"equal_to","values":["gold"]}`,
			`{"action_name":"snooze_conversation","action_params":[]}`, true, seen("status"), "snoozed",
		},
		"what a rule does sets off no rule": {
			"conversation_updated", `{"attribute_key":"status","filter_operator":"equal_to","values":["open"]}`,
			`{"action_name":"add_label","action_params":["vendas"]}`, false, seenLabels, []any{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.must("POST custom_attribute_definitions", `{"attribute_display_name":"Plan","attribute_key":"plan","attribute_model":1}`)
			d.must(fmt.Sprintf("PATCH contacts/%d", d.contact), `{"custom_attributes":{"plan":"Gold"}}`)
			rule := fmt.Sprintf(`{"name":"r","event_name":%q,"conditions":[%s],"actions":[%s]}`, tt.event, tt.conditions, tt.actions)
			d.must("POST automation_rules", rule)
			d.must("POST automation_rules", strings.Replace(rule, `"name":"r"`, `"name":"off","active":false`, 1))
			n := d.conversation(`"message":{"content":"qual o preço?","message_type":"incoming"}`)
			assert.Equal(t, tt.want, tt.seen(t, d, n))
			if tt.acts {
				assert.Contains(t, fmt.Sprint(d.texts(n)), "Automation System", "the activity names no user")
			}
		})
	}
}

func seen(key string) func(t *testing.T, d *desk, n int64) any {
	return func(t *testing.T, d *desk, n int64) any {
		t.Helper()
		return in(t, d.must(fmt.Sprintf("GET conversations/%d", n), ""), key)
	}
}

func seenLabels(t *testing.T, d *desk, n int64) any {
	t.Helper()
	return seen("labels")(t, d, n)
}

func TestAutomationRulesSend(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.create("automation_rules", `{"name":"r","event_name":"message_created","conditions":[{"attribute_key":"content","filter_operator":"equal_to","values":["oi"]}],"actions":[{"action_name":"send_message","action_params":["Olá {{contact.first_name}}"]}]}`, "id")
	n := d.conversation("")
	d.sent(n, `{"content":"oi","message_type":"incoming"}`)
	var last any
	for _, m := range in(t, d.must(fmt.Sprintf("GET conversations/%d/messages", n), ""), "payload").([]any) {
		last = m
	}
	assert.Equal(t, "Olá Maria", in(t, last, "content"))
	assert.Equal(t, map[string]any{"automation_rule_id": float64(id)}, in(t, last, "content_attributes"))
	assert.NotContains(t, last, "sender")
	assert.InDelta(t, 0, in(t, d.must(fmt.Sprintf("GET conversations/%d", n), ""), "first_reply_created_at"), 0, "a rule's message is no reply")
}

func TestMessagesOfContactsReopen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	d.must(fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"resolved"}`)
	d.sent(n, `{"content":"ainda aí?","message_type":"incoming"}`)
	assert.Equal(t, "open", seen("status")(t, d, n))
	assert.Contains(t, d.texts(n), "System reopened the conversation due to a new incoming message.")
}
