package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logBuffer is a log that may be written by several goroutines.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func debugLog() (*logBuffer, *slog.Logger) {
	buf := &logBuffer{}
	return buf, slog.New(slog.NewJSONHandler(buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// shown is every way in which an error can be printed.
func shown(t *testing.T, err error) []string {
	t.Helper()
	var texts []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			texts = append(texts, fmt.Sprintf(verb, e))
		}
		marshalled, marshalErr := json.Marshal(any(e))
		require.NoError(t, marshalErr)
		texts = append(texts, string(marshalled))
	}
	buf, logger := debugLog()
	logger.Error("x", slog.Any("error", err))
	texts = append(texts, buf.String(), fmt.Sprintf("%+v", struct{ Err error }{err}))
	if e, ok := errors.AsType[*Error](err); ok {
		texts = append(texts, string(e.Body), e.Message, e.Location, e.RequestID, e.Hint)
	}
	if e, ok := errors.AsType[*DecodeError](err); ok {
		texts = append(texts, string(e.Body))
	}
	return texts
}

// TestPlantedTokenIsNeverShown has a server, a proxy and a middleware throw the
// token back in every way they can.
func TestPlantedTokenIsNeverShown(t *testing.T) {
	t.Parallel()
	secret := "tok/PLANTED+%&=0123456789"
	escaped := url.QueryEscape(secret)
	echo := func(status int, media string) answer {
		return answer{status: status, header: map[string]string{
			"Content-Type": media,
			"X-Request-Id": secret,
			"Location":     "https://" + escaped + ":" + escaped + "@other.example.com/" + escaped + "?api_access_token=" + escaped + "#" + escaped,
		}, body: `{"error":"bad token ` + secret + ` (` + escaped + `)","id":"` + secret + `"}`}
	}
	failing := func(err error) Option {
		return WithMiddleware(func(http.RoundTripper) http.RoundTripper {
			return roundTripper(func(*http.Request) (*http.Response, error) { return nil, err })
		})
	}
	inner := &url.Error{Op: "Get", URL: "https://x.example.com/?api_access_token=" + escaped, Err: errors.New("token " + secret)}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	proxyPassword := url.PathEscape(secret)

	tests := []struct {
		name string
		step answer
		opts []Option
	}{
		{"refused", echo(401, "application/json"), nil},
		{"refused as text", echo(403, "text/plain"), nil},
		{"failed", echo(500, "text/html"), nil},
		{"redirected", echo(302, "application/json"), nil},
		{"not decodable", echo(200, "application/json"), nil},
		{"no JSON", echo(200, "text/html"), nil},
		{"broken off", answer{drop: true}, nil},
		{"middleware", answer{}, []Option{failing(inner)}},
		{"middleware wraps", answer{}, []Option{failing(fmt.Errorf("while sending: %w", inner))}},
		{"proxy", answer{}, []Option{WithProxy("http://user:" + proxyPassword + "@" + closed.Listener.Addr().String())}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, _ := script(t, tt.step)
			log, logger := debugLog()
			opts := append([]Option{WithUserToken(secret), WithClock(newSkippingClock()), WithLogger(logger)}, tt.opts...)
			c, err := New(srv.URL, deskAPI(), opts)
			require.NoError(t, err)
			t.Cleanup(c.Close)
			var query Query
			query.Add("api_access_token", secret)
			for _, op := range []*Operation{getThing, createThing} {
				var resp Response
				_, err = One(t.Context(), c, op, Request{Path: pathFor(op), Query: query}, []Option{Into(&resp), WithStrictDecoding()}, decodeThing)
				require.Error(t, err)
				texts := append(shown(t, err), log.String(), fmt.Sprintf("%v %+v %#v", resp, &resp, resp))
				i := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, "PLANTED") })
				if i >= 0 {
					assert.Fail(t, "the token is shown", texts[i])
				}
			}
			assert.Contains(t, log.String(), "Things.Get")
		})
	}
}

// TestLog looks at what is logged, and at what is not.
func TestLog(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 503, header: map[string]string{"Retry-After": "3"}}, answer{status: 200, body: `{"id":7,"name":12345}`})
	log, logger := debugLog()
	c := client(t, srv.URL, WithLogger(logger), WithRetryWait(0, 0))
	_, err := One(t.Context(), c, getThing, Request{Path: []string{"personal-id"}}, nil, decodeThing)
	require.NoError(t, err)

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 3)
	var entries []map[string]any
	for _, line := range lines {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		entries = append(entries, entry)
	}
	assert.Equal(t, []any{"INFO", "DEBUG", "WARN"}, []any{entries[0]["level"], entries[1]["level"], entries[2]["level"]})
	assert.InDelta(t, 3e9, entries[0]["wait"], 0)
	assert.InDelta(t, 503, entries[0]["status"], 0)
	assert.InDelta(t, 2, entries[1]["attempt"], 0)
	assert.Equal(t, "/things/{id}", entries[1]["path"])
	assert.Equal(t, []any{"name: want string, got number"}, entries[2]["issues"])
	assertHidden(t, planted, log.String())
	assertHidden(t, "personal-id", log.String())
	assertHidden(t, "12345", log.String())
}

func TestNothingIsLoggedByDefault(t *testing.T) {
	t.Parallel()
	log, logger := debugLog()
	srv, _ := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL, WithLogger(logger))
	_, err := get(t, c, WithLogger(nil))
	require.NoError(t, err)
	assert.Empty(t, log.String())
}

// TestErrorsKeepTheirCause unwraps what is redacted.
func TestErrorsKeepTheirCause(t *testing.T) {
	t.Parallel()
	cause := &customError{code: 5}
	wrapped := fmt.Errorf("with %s: %w", planted, cause)
	c := client(t, "https://desk.example.com", WithMiddleware(func(http.RoundTripper) http.RoundTripper {
		return roundTripper(func(*http.Request) (*http.Response, error) { return nil, wrapped })
	}))
	_, err := create(t, c)
	require.ErrorIs(t, err, cause)
	assert.Equal(t, 5, asError[*customError](t, err).code)
	e := asError[*TransportError](t, err)
	assert.True(t, e.MaybeSent, "nobody knows what a middleware does")
	var whole *url.Error
	assert.NotErrorAs(t, err, &whole)
}

type customError struct{ code int }

func (e *customError) Error() string { return "custom" }

func TestNilContext(t *testing.T) {
	t.Parallel()
	var none context.Context
	_, err := One(none, client(t, "https://desk.example.com"), createThing, Request{}, nil, decodeThing)
	require.ErrorContains(t, err, "ctx: must not be nil")
}
