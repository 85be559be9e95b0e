package core

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw  string
		want string // "" = refused
		rule string
	}{
		{"https://desk.example.com", "https://desk.example.com", ""},
		{"https://desk.example.com/", "https://desk.example.com", ""},
		{" https://desk.example.com// ", "https://desk.example.com", ""},
		{"https://DESK.example.com/api/v1", "https://desk.example.com", ""},
		{"https://desk.example.com/api/v1/", "https://desk.example.com", ""},
		{"https://desk.example.com/api/", "https://desk.example.com", ""},
		{"https://desk.example.com/support/", "https://desk.example.com/support", ""},
		{"https://desk.example.com/support/api/v1", "https://desk.example.com/support", ""},
		{"https://desk.example.com/a%20b", "https://desk.example.com/a%20b", ""},
		{"https://desk.example.com:8443", "https://desk.example.com:8443", ""},
		{"HTTPS://desk.example.com", "https://desk.example.com", ""},
		{"http://127.0.0.1:3000", "http://127.0.0.1:3000", ""},
		{"http://[::1]:3000", "http://[::1]:3000", ""},
		{"http://localhost:3000", "http://localhost:3000", ""},
		{"http://desk.localhost", "http://desk.localhost", ""},
		{"http://desk.example.com", "", "plain http"},
		{"http://localhost.example.com", "", "plain http"},
		{"http://127.0.0.1.example.com", "", "plain http"},
		{"", "", "must begin with https://"},
		{"desk.example.com", "", "must begin with https://"},
		{"ftp://desk.example.com", "", "must begin with https://"},
		{"https://", "", "has no host"},
		{"https:///api/v1", "", "has no host"},
		{"https://desk.example.com:", "", "port"},
		{"https://desk.example.com:99999", "", "port"},
		{"https://desk.example.com:abc", "", "port is not a number"},
		{"https://desk.example.com/%zz", "", "percent escape"},
		{"https://desk example.com", "", "cannot be parsed"},
		{"https://user:pass@desk.example.com", "", "user or password"},
		{"https://desk.example.com?api_access_token=x", "", "query"},
		{"https://desk.example.com?", "", "query"},
		{"https://desk.example.com#x", "", "fragment"},
		{"https://desk.example.com#", "", "fragment"},
		{"https://desk.example.com/a/../b", "", `".."`},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			c, err := New(tt.raw, deskAPI(), nil)
			if tt.want == "" {
				require.ErrorContains(t, err, tt.rule)
				asError[*ArgumentError](t, err)
				assertHidden(t, "pass@", err.Error())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, c.BaseURL())
		})
	}
}

func TestInsecureHTTPCanBeAllowed(t *testing.T) {
	t.Parallel()
	_, err := New("http://desk.example.com", deskAPI(), []Option{WithInsecureHTTP()})
	require.NoError(t, err)
}

// TestEveryFaultComesAtOnce makes a client that has everything wrong.
func TestEveryFaultComesAtOnce(t *testing.T) {
	t.Parallel()
	_, err := New("http://user@desk.example.com?x", deskAPI(), []Option{
		nil,
		WithUserToken("a\nb"), WithBotToken(""), WithPlatformToken(" x"),
		WithAccountID(0), WithTimeout(-1), WithIdleTimeout(-1), WithTotalTimeout(-1),
		WithRetries(-1), WithRetryWait(2, 1), WithMaxRetryAfter(-1), WithMaxRedirects(-1),
		WithBodyLimit(0), WithErrorBodyLimit(-1), WithUserAgent("a\rb"), WithHeader("Host", "x"),
		WithHTTPClient(nil), WithMiddleware(nil), WithTLSConfig(nil), WithRootCAs([]byte("junk")),
		WithClientCertificate(tls.Certificate{}), WithProxy("http://proxy"), WithLimiter(nil),
		WithRateLimit(1, 0), WithClock(nil), WithBatching(Batching{Size: -2}), WithPrefetch(-1),
		WithExtraPasses(-1), WithResume(Cursor{}), Into(nil),
	})
	require.Error(t, err)
	for _, name := range []string{
		"WithUserToken", "WithBotToken", "WithPlatformToken", "WithAccountID", "WithTimeout",
		"WithIdleTimeout", "WithTotalTimeout", "WithRetries", "WithRetryWait", "WithMaxRetryAfter",
		"WithMaxRedirects", "WithBodyLimit", "WithErrorBodyLimit", "WithUserAgent", "WithHeader",
		"WithHTTPClient", "WithMiddleware", "WithTLSConfig", "WithRootCAs", "WithClientCertificate",
		"WithProxy", "WithLimiter", "WithRateLimit", "WithClock", "WithBatching", "WithPrefetch",
		"WithExtraPasses", "WithResume", "Into", "user or password", "query", "plain http",
	} {
		assert.ErrorContains(t, err, name)
	}
}

func TestClientOptionsAreRefusedOnOneCall(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL)
	only := map[string]Option{
		"WithHTTPClient":        WithHTTPClient(&http.Client{}),
		"WithMiddleware":        WithMiddleware(func(rt http.RoundTripper) http.RoundTripper { return rt }),
		"WithTLSConfig":         WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13}),
		"WithRootCAs":           WithRootCAs(nil),
		"WithClientCertificate": WithClientCertificate(tls.Certificate{}),
		"WithIgnoreSSLIssues":   WithIgnoreSSLIssues(),
		"WithProxy":             WithProxy("http://127.0.0.1:1"),
		"WithInsecureHTTP":      WithInsecureHTTP(),
		"WithRateLimit":         WithRateLimit(1, time.Second),
		"WithLimiter":           WithLimiter(&countingLimiter{}),
		"WithClock":             WithClock(newSkippingClock()),
	}
	var all []Option
	for name, opt := range only {
		_, err := get(t, c, opt)
		e := asError[*ArgumentError](t, err)
		require.Len(t, e.Faults, 1)
		assert.Equal(t, name, e.Faults[0].Field)
		assert.Equal(t, "Things.Get", e.Operation)
		all = append(all, opt)
	}
	_, err := get(t, c, all...)
	assert.Len(t, asError[*ArgumentError](t, err).Faults, len(only), "all of them come together")
	assert.Empty(t, seen.requests())
}

func TestCallOptionsDoNotStay(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL, WithHeader("X-A", "client"))
	_, err := get(t, c, WithHeader("X-A", "call"), WithHeader("X-B", "call"), WithUserToken("another-token"), WithUserAgent("call/1"))
	require.NoError(t, err)
	_, err = get(t, c)
	require.NoError(t, err)

	first, second := seen.requests()[0].Header, seen.requests()[1].Header
	assert.Equal(t, []string{"call"}, first.Values("X-A"))
	assert.Equal(t, "call", first.Get("X-B"))
	assert.Equal(t, "another-token", first.Get("Api-Access-Token"))
	assert.Equal(t, "call/1", first.Get("User-Agent"))
	assert.Equal(t, "client", second.Get("X-A"))
	assert.Empty(t, second.Get("X-B"))
	assert.Equal(t, planted, second.Get("Api-Access-Token"))
	assert.Equal(t, "desk-go", second.Get("User-Agent"))
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, value, rule string }{
		{"X-Trace", "1", ""},
		{"Authorization", "Basic eA==", ""},
		{"", "1", "name"},
		{"X Y", "1", "name"},
		{"X:Y", "1", "name"},
		{"X-Ü", "1", "name"},
		{"X-Trace", "a\nb", "line break"},
		{"X-Trace", "a\x00b", "line break"},
		{"Host", "x", "base URL"},
		{"content-length", "1", "body"},
		{"Content-Type", "x", "body"},
		{"Transfer-Encoding", "x", "transport"},
		{"Connection", "x", "transport"},
		{"Accept", "*/*", "server answers best"},
		{"Accept-Encoding", "br", "transport"},
		{"User-Agent", "x", "WithUserAgent"},
		{"Proxy-Authorization", "x", "WithProxy"},
		{"Idempotency-Key", "x", "ignored by the server"},
		{"idempotency_key", "x", "ignored by the server"},
		{"X-Idempotency-Key", "x", "ignored by the server"},
		{"Api-Access-Token", planted, "options of their own"},
		{"api_access_token", planted, "options of their own"},
		{"API_ACCESS-TOKEN", planted, "options of their own"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.rule, func(t *testing.T) {
			t.Parallel()
			_, err := New("https://desk.example.com", deskAPI(), []Option{WithHeader(tt.name, tt.value)})
			c := client(t, "https://desk.example.com")
			_, callErr := c.Config(WithHeader(tt.name, tt.value))
			if tt.rule == "" {
				require.NoError(t, err)
				require.NoError(t, callErr)
				return
			}
			require.ErrorContains(t, err, tt.rule)
			require.ErrorContains(t, callErr, tt.rule)
			assertHidden(t, planted, err.Error(), callErr.Error())
		})
	}
}

func TestTokenSpelling(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL, WithUnderscoreTokenHeader())
	_, err := get(t, c)
	require.NoError(t, err)
	assert.Empty(t, seen.requests()[0].Header.Get("Api-Access-Token"))
	assert.Equal(t, planted, seen.requests()[0].Header.Get("Api_access_token"))
}

func TestMissingToken(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	c, err := New(srv.URL, deskAPI(), nil)
	require.NoError(t, err)
	_, err = get(t, c)
	require.ErrorContains(t, err, "WithUserToken")
	asError[*ArgumentError](t, err)
	assert.Empty(t, seen.requests())

	open := *getThing
	open.Auth = AuthNone
	_, err = One(t.Context(), client(t, srv.URL), &open, Request{Path: []string{"7"}}, nil, decodeThing)
	require.NoError(t, err)
	assert.Empty(t, seen.requests()[0].Header.Get("Api-Access-Token"), "an operation without credential gets none")
}

func TestContradictions(t *testing.T) {
	t.Parallel()
	foreign := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("unused") })}
	standard := &http.Client{Transport: &http.Transport{}}
	dialer := &http.Client{Transport: &http.Transport{DialTLSContext: (&tls.Dialer{}).DialContext}}
	redirecting := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	pem := selfSigned(t).pem
	tests := []struct {
		name string
		opts []Option
		ok   bool
	}{
		{"own transport and TLS", []Option{WithHTTPClient(foreign), WithIgnoreSSLIssues()}, false},
		{"own transport and proxy", []Option{WithHTTPClient(foreign), WithProxy("http://127.0.0.1:1")}, false},
		{"own transport alone", []Option{WithHTTPClient(foreign)}, true},
		{"standard transport and TLS", []Option{WithHTTPClient(standard), WithIgnoreSSLIssues()}, true},
		{"standard transport and proxy", []Option{WithHTTPClient(standard), WithProxy("http://127.0.0.1:1")}, true},
		{"transport that dials TLS and TLS", []Option{WithHTTPClient(dialer), WithRootCAs(pem)}, false},
		{"transport that dials TLS and proxy", []Option{WithHTTPClient(dialer), WithProxy("http://127.0.0.1:1")}, true},
		{"no transport and TLS", []Option{WithHTTPClient(&http.Client{}), WithRootCAs(pem)}, true},
		{"own redirects", []Option{WithHTTPClient(redirecting)}, false},
		{"roots and no check", []Option{WithRootCAs(pem), WithIgnoreSSLIssues()}, false},
		{"limiter and rate limit", []Option{WithLimiter(&countingLimiter{}), WithRateLimit(1, 1)}, false},
		{"middleware that is nil", []Option{WithMiddleware(func(http.RoundTripper) http.RoundTripper { return nil })}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := New("https://desk.example.com", deskAPI(), tt.opts)
			_, withErr := client(t, "https://desk.example.com").With(tt.opts...)
			if tt.ok {
				require.NoError(t, err)
				require.NoError(t, withErr)
				return
			}
			require.Error(t, err)
			require.Error(t, withErr)
		})
	}
}

func TestContradictionAcrossLayers(t *testing.T) {
	t.Parallel()
	foreign := &http.Client{Transport: roundTripper(nil)}
	c := client(t, "https://desk.example.com", WithHTTPClient(foreign))
	_, err := c.With(WithIgnoreSSLIssues())
	require.Error(t, err)
	_, err = c.With(WithLimiter(&countingLimiter{}))
	require.NoError(t, err)
}

func TestGivenClientIsNotChanged(t *testing.T) {
	t.Parallel()
	transport := &http.Transport{}
	given := &http.Client{Transport: transport, Timeout: time.Minute}
	c := client(t, "https://desk.example.com", WithHTTPClient(given), WithIgnoreSSLIssues(), WithProxy("http://127.0.0.1:1"))
	require.NotNil(t, c)
	assert.Same(t, transport, given.Transport)
	assert.Nil(t, given.CheckRedirect)
	assert.Nil(t, transport.Proxy)
	for _, shared := range []http.RoundTripper{transport, http.DefaultTransport} {
		config := shared.(*http.Transport).TLSClientConfig
		assert.True(t, config == nil || !config.InsecureSkipVerify)
	}
}

func TestWithSharesConnectionsAndLimits(t *testing.T) {
	t.Parallel()
	limiter := &countingLimiter{}
	c := client(t, "https://desk.example.com", WithLimiter(limiter))
	tests := []struct {
		name         string
		opt          Option
		pool, limits bool // shared
	}{
		{"token", WithUserToken("another"), true, true},
		{"account", WithAccountID(3), true, true},
		{"timeout", WithTimeout(1), true, true},
		{"proxy", WithProxy("http://127.0.0.1:1"), false, true},
		{"TLS", WithIgnoreSSLIssues(), false, true},
		{"middleware", WithMiddleware(func(rt http.RoundTripper) http.RoundTripper { return rt }), false, true},
		{"rate", WithRateLimit(1, 1), true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			next, err := c.With(tt.opt)
			require.NoError(t, err)
			assert.Equal(t, tt.pool, next.pool == c.pool)
			assert.Equal(t, tt.limits, next.limits == c.limits)
			assert.Same(t, c.limits.windows, next.limits.windows, "the server's windows are the same for all")
		})
	}
	assert.Equal(t, planted, c.cfg.UserToken.Reveal(), "the client itself never changes")
}

// TestWithDoesNotShareSlices makes two clients from one, neither of which may
// see the other's options.
func TestWithDoesNotShareSlices(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	mark := func(value string) Option {
		return WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				r = r.Clone(r.Context())
				r.Header.Add("X-Layer", value)
				return next.RoundTrip(r)
			})
		})
	}
	base := client(t, srv.URL, mark("a"), mark("b"), mark("c"))
	one, err := base.With(mark("one"))
	require.NoError(t, err)
	two, err := base.With(mark("two"))
	require.NoError(t, err)
	for _, c := range []*Client{one, two, base} {
		_, err := get(t, c)
		require.NoError(t, err)
	}
	layers := func(i int) string { return strings.Join(seen.requests()[i].Header.Values("X-Layer"), " ") }
	assert.Equal(t, "a b c one", layers(0))
	assert.Equal(t, "a b c two", layers(1))
	assert.Equal(t, "a b c", layers(2))
}

func TestClientPrintsNothingSecret(t *testing.T) {
	t.Parallel()
	c := client(t, "https://desk.example.com/sub", WithProxy("http://u:proxypassword@127.0.0.1:1"), WithAccountID(3), WithHeader("Authorization", "headersecret"))
	outer := struct {
		C *Client
		T Token
		K Config
	}{c, c.cfg.UserToken, *c.cfg}
	var texts []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, c), fmt.Sprintf(verb, outer.T), fmt.Sprintf(verb, *c), fmt.Sprintf(verb, outer.C))
	}
	texts = append(texts, fmt.Sprintf("%+v", outer), fmt.Sprintf("%#v", outer))
	assertHidden(t, planted, texts...)
	assertHidden(t, "proxypassword", texts...)
	assert.Contains(t, texts[0], "https://desk.example.com/sub")
	assert.Contains(t, texts[0], "account 3")
}
