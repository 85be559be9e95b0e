package konverte_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

const plantedToken = "planted-token-4711"

// thief records every request that carries the planted token.
type thief struct {
	mu    sync.Mutex
	found []string
	hits  int
}

func (th *thief) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.hits++
	var dump bytes.Buffer
	_ = r.Write(&dump)
	if strings.Contains(dump.String(), plantedToken) {
		th.found = append(th.found, r.URL.String())
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`[]`))
}

// A redirect to another origin never carries the token, whatever its status, and a
// write follows none at all.
func TestTokenStaysWithItsOrigin(t *testing.T) {
	t.Parallel()
	plain, secure := &thief{}, &thief{}
	other := httptest.NewServer(plain)
	t.Cleanup(other.Close)
	tls := httptest.NewTLSServer(secure)
	t.Cleanup(tls.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(other.URL, "http://"), ":")
	origins := map[string]string{
		"other port":   other.URL,
		"other host":   "http://localhost:" + port,
		"other scheme": tls.URL,
		"sub-domain":   "http://sub.localhost:" + port,
	}
	for name, origin := range origins {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(fmt.Sprintf("%s %d", name, status), func(t *testing.T) {
				t.Parallel()
				first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, origin+r.URL.Path+"?api_access_token="+r.Header.Get("Api-Access-Token"), status)
				}))
				t.Cleanup(first.Close)
				var log bytes.Buffer
				c, err := konverte.NewClient(first.URL, konverte.WithUserToken(plantedToken), konverte.WithAccountID(1),
					konverte.WithIgnoreSSLIssues(), konverte.WithRetries(0),
					konverte.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
				require.NoError(t, err)
				var resp konverte.Response
				_, err = c.Agents.List(t.Context(), konverte.Into(&resp))
				require.Error(t, err)
				_, writeErr := c.Agents.Create(t.Context(), konverte.AgentCreateParams{Name: "Ana", Email: "a@example.com", Role: konverte.RoleAgent})
				require.Error(t, writeErr)

				marshalled, jsonErr := json.Marshal([]any{err, writeErr, c})
				require.NoError(t, jsonErr)
				for _, text := range []string{
					err.Error(), writeErr.Error(), fmt.Sprintf("%v %+v %#v", err, err, err), fmt.Sprintf("%v %+v %#v", writeErr, writeErr, writeErr),
					fmt.Sprintf("%v %+v %#v", c, c, c), fmt.Sprintf("%+v", resp), string(marshalled), log.String(),
				} {
					assert.NotContains(t, text, plantedToken)
				}
			})
		}
	}
	t.Cleanup(func() {
		assert.Empty(t, plain.found)
		assert.Empty(t, secure.found)
	})
}

// A token that the server hands out in an answer does not show either.
func TestSecretsInResultsDoNotShow(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"id":1,"access_token":"` + plantedToken + `","pubsub_token":"` + plantedToken + `","email":"a@example.com"}`))
	}))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"))
	require.NoError(t, err)
	profile, err := c.Profile.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, plantedToken, profile.AccessToken.Reveal())
	marshalled, err := json.Marshal(profile)
	require.NoError(t, err)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", profile, *profile, *profile), string(marshalled)} {
		assert.NotContains(t, text, plantedToken)
	}
}
