package engage_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/konverte-go/konverte"
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
