package engage_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	. "github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
)

// lying puts a body in place of that of every success of an operation.
func lying(srv *engagetest.Server, operation, body string) konverte.Option {
	return konverte.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return trip(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			all := srv.Requests()
			if err == nil && resp.StatusCode < 300 && all[len(all)-1].Operation == operation {
				_ = resp.Body.Close()
				resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			}
			return resp, err
		})
	})
}

// An answer about somebody else has nothing done to them.
func TestAnswersAboutOthers(t *testing.T) {
	t.Parallel()
	other := func(w *world) string {
		return fmt.Sprintf(`{"id":%q,"email":"beto.agente@example.com","firstname":"Beto","lastname":"Agente","enabled":true,"invitation_pending":true}`, w.agent())
	}
	for operation, call := range map[string]func(*world, AgentID) (*Agent, error){
		"getUser":    func(w *world, id AgentID) (*Agent, error) { return w.Agents.Reinvite(w.ctx, id) },
		"updateUser": func(w *world, id AgentID) (*Agent, error) { return w.Agents.Enable(w.ctx, id) },
	} {
		w := newWorld(t)
		id := w.invite().ID
		w.Client = w.srv.Client(lying(w.srv, operation, other(w)))
		agent, err := call(w, id)
		var wrong *WrongAgentError
		require.ErrorAs(t, err, &wrong, operation)
		assert.Nil(t, agent)
		_, err = w.Agents.FindByEmail(w.ctx, nova().Email)
		require.NoError(t, err, "nobody was deleted")
	}

	w := newWorld(t)
	w.Client = w.srv.Client(lying(w.srv, "inviteUser", other(w)))
	agent, err := w.Agents.Invite(w.ctx, nova())
	require.NoError(t, err, "a look-up finds the right one")
	assert.Equal(t, nova().Email, agent.Email)

	w = newWorld(t)
	w.Client = w.srv.Client(lying(w.srv, "updateUser", other(w)))
	n := newcomer()
	n.SSOOnly = true
	d, err := w.Agents.Duplicate(w.ctx, w.agent(), n, DuplicateOptions{Rollback: true})
	require.Error(t, err)
	assert.True(t, d.RolledBack)
	_, err = w.Agents.FindByEmail(w.ctx, "beto.agente@example.com")
	require.NoError(t, err, "is not rolled back in place of the copy")
	_, err = w.Agents.FindByEmail(w.ctx, "nova@example.com")
	require.ErrorIs(t, err, konverte.ErrNotFound)
	_, err = w.Agents.Get(w.ctx, "me")
	require.NoError(t, err)
}

// No operation takes for a success what is none, though the status says so: no zero
// value comes without an error.
func TestSuccessesThatAreNone(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"null": `null`, "nothing": ``, "page of a proxy": `<html></html>`, "number": `7`, "rows of null": `[null]`,
		"report of an error": `{"error":"forbidden","message":"no","status":403}`, "envelope": `{"data":{"id":"1"}}`,
	}
	showTheirStatus := map[string]bool{"botComplete": true, "handoverFromBotToAgent": true}
	for id, call := range calls {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for name, body := range bodies {
				if showTheirStatus[id] && name == "report of an error" {
					continue
				}
				w := &world{T: t, ctx: t.Context(), srv: engagetest.NewServer(t)}
				w.Client = w.srv.Client(lying(w.srv, id, body), konverte.WithRetries(0))
				assert.Error(t, call(w), name)
			}
		})
	}
}
