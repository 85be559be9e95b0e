package engagetest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/engage/engagetest"
)

const (
	form = "application/x-www-form-urlencoded"
	js   = "application/json"
)

// reply is what the server answered.
type reply struct {
	status int
	text   string
	t      *testing.T
}

// send sends one request with a body of a content type; "" sends none.
func send(t *testing.T, srv *engagetest.Server, token, request, contentType, body string) reply {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	out, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return reply{status: resp.StatusCode, text: string(out), t: t}
}

// call sends a form to the API.
func call(t *testing.T, srv *engagetest.Server, token, request, body string) reply {
	t.Helper()
	contentType := ""
	if body != "" {
		contentType = form
	}
	return send(t, srv, token, strings.Replace(request, " ", " /1.0", 1), contentType, body)
}

// ok wants a success and returns the object of the answer.
func (r reply) ok() map[string]any {
	r.t.Helper()
	require.Equal(r.t, http.StatusOK, r.status, r.text)
	return r.object()
}

func (r reply) object() map[string]any {
	r.t.Helper()
	var out map[string]any
	require.NoError(r.t, json.Unmarshal([]byte(r.text), &out), r.text)
	return out
}

// fails wants a failure in the shape of the API.
func (r reply) fails(status int, identifier, message string) {
	r.t.Helper()
	require.Equal(r.t, status, r.status, r.text)
	got := r.object()
	require.Equal(r.t, identifier, got["error"], r.text)
	require.Contains(r.t, got["message"], message)
	require.InDelta(r.t, float64(status), got["status"], 0)
}

// rows are the records of a page.
func (r reply) rows() []map[string]any {
	r.t.Helper()
	var out struct{ Records []map[string]any }
	r.ok()
	require.NoError(r.t, json.Unmarshal([]byte(r.text), &out))
	return out.Records
}

// column lists one key of the records of a page.
func (r reply) column(key string) []any {
	r.t.Helper()
	out := []any{}
	for _, row := range r.rows() {
		out = append(out, row[key])
	}
	return out
}
