package konvertetest_test

import (
	"net/http"
	"net/http/httptest"
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
