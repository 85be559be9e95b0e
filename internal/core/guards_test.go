package core

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

// TestForeignTransportIsNotTrusted has a transport that does not tell whether
// it has sent anything.
func TestForeignTransportIsNotTrusted(t *testing.T) {
	t.Parallel()
	calls := 0
	silent := roundTripper(func(*http.Request) (*http.Response, error) {
		calls++
		return nil, errors.New("something went wrong")
	})
	c := client(t, "https://desk.example.com", WithHTTPClient(&http.Client{Transport: silent}))
	err := do(t, c, createThing)
	assert.True(t, asError[*TransportError](t, err).MaybeSent)
	assert.Equal(t, 1, calls)
}

// TestSecretsOfOthersAreRedacted finds secrets that the client does not know.
func TestSecretsOfOthersAreRedacted(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Get https://x/?a=1&api_access_token=abc&b=2": "Get https://x/?a=1&api_access_token=REDACTED&b=2",
		"https://x/?hmac=abc#f":                       "https://x/?hmac=REDACTED#f",
		"proxy http://user:p@ss@proxy:1 refused":      "proxy http://REDACTED@proxy:1 refused",
		"mail to ana@example.com?x=1":                 "mail to ana@example.com?x=1",
	}
	for text, want := range tests {
		assert.Equal(t, want, redactor{}.text(text))
	}
}

// TestScalarAnswer has another type than a scalar that is the whole answer.
func TestScalarAnswer(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 200, body: "7"})
	v, err := One(t.Context(), client(t, srv.URL), listThings, Request{}, nil, codec.String[string])
	require.ErrorContains(t, err, "want string")
	assert.Nil(t, v)
	n, err := One(t.Context(), client(t, srv.URL), listThings, Request{}, nil, codec.Int[int64])
	require.NoError(t, err)
	assert.Equal(t, int64(7), *n)
}

// TestFailureLeavesOthersConnections lets one call fail for good while the
// connection of another lies idle.
func TestFailureLeavesOthersConnections(t *testing.T) {
	t.Parallel()
	connections := newCounter()
	srv := newCountedServer(t, connections, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, okThing) })
	c := client(t, srv.URL)
	for range 3 {
		_, err := get(t, c)
		require.NoError(t, err)
		elsewhere := *c
		elsewhere.base, err = parsed(t, "http://127.0.0.1:1")
		require.NoError(t, err)
		require.Error(t, do(t, &elsewhere, getThing))
	}
	assert.Equal(t, int64(1), connections.opened())
}

func parsed(t *testing.T, raw string) (baseURL, error) {
	t.Helper()
	api := deskAPI()
	base, rules := parseBase(raw, &api, false)
	if len(rules) > 0 {
		return base, errors.New(rules[0])
	}
	return base, nil
}
