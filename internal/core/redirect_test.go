package core

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// anyHost is a transport that finds every host name on loopback, by its port.
func anyHost(trust *x509.Certificate) *http.Transport {
	roots := x509.NewCertPool()
	roots.AddCert(trust)
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com"},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
	}
}

func portOf(t *testing.T, raw string) string {
	t.Helper()
	u, err := url.Parse(raw)
	require.NoError(t, err)
	return u.Port()
}

// TestRedirectToAnotherOrigin sends a token to a server that points elsewhere,
// in every way, and looks for it there.
func TestRedirectToAnotherOrigin(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, where := range []string{"other host", "other port", "other scheme", "sub-domain"} {
			for _, op := range []*Operation{getThing, createThing, putThing, deleteThing} {
				t.Run(fmt.Sprintf("%d %s %s", status, where, op.Method), func(t *testing.T) {
					t.Parallel()
					testRedirectAway(t, status, where, op)
				})
			}
		}
	}
}

func testRedirectAway(t *testing.T, status int, where string, op *Operation) {
	t.Helper()
	elsewhere := &recorder{}
	note := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere.add(r)
		_, _ = w.Write([]byte(okThing))
	})
	secure := httptest.NewTLSServer(note)
	t.Cleanup(secure.Close)
	other := serve(t, note)

	home := &recorder{}
	var target string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		home.add(r)
		if r.Host != "api.example.com:"+portOf(t, "http://"+r.Host) || len(home.requests()) > 1 {
			note(w, r)
			return
		}
		w.Header().Set("Location", target+"/things/7?api_access_token=querysecret")
		w.WriteHeader(status)
	})
	port := portOf(t, srv.URL)
	target = map[string]string{
		"other host":   "http://other.example.org:" + port,
		"other port":   "http://api.example.com:" + portOf(t, other.URL),
		"other scheme": "https://api.example.com:" + portOf(t, secure.URL),
		"sub-domain":   "http://sub.api.example.com:" + port,
	}[where]

	transport := anyHost(secure.Certificate())
	t.Cleanup(transport.CloseIdleConnections)
	c := client(t, "http://api.example.com:"+port, WithInsecureHTTP(), WithHTTPClient(&http.Client{Transport: transport}))
	err := None(t.Context(), c, op, Request{Path: pathFor(op)}, nil)

	require.Len(t, home.requests(), 1, "the request arrives once")
	assert.Equal(t, planted, home.requests()[0].Header.Get("Api-Access-Token"))
	assert.Empty(t, elsewhere.requests(), "nothing goes elsewhere at all")
	e := asError[*Error](t, err)
	assert.Equal(t, status, e.StatusCode)
	assert.Equal(t, target+"/things/7", e.Location)
	assert.Contains(t, err.Error(), "base URL")
	assertHidden(t, "querysecret", fmt.Sprintf("%v %+v %#v", err, err, err))
	assertHidden(t, planted, fmt.Sprintf("%v %+v %#v", err, err, err))
}

func pathFor(op *Operation) []string {
	if op.Path == "/things" {
		return nil
	}
	return []string{"7"}
}

func TestRedirectInsideTheOrigin(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, op := range []*Operation{getThing, createThing, putThing, deleteThing} {
			t.Run(fmt.Sprintf("%d %s", status, op.Method), func(t *testing.T) {
				t.Parallel()
				srv, seen := script(t, answer{status: status, header: map[string]string{"Location": "/moved"}}, answer{status: 200, body: okThing})
				err := None(t.Context(), client(t, srv.URL), op, Request{Path: pathFor(op)}, nil)
				if op.Method == http.MethodGet {
					require.NoError(t, err)
					require.Len(t, seen.requests(), 2)
					assert.Equal(t, "/moved", seen.requests()[1].URI)
					assert.Equal(t, planted, seen.requests()[1].Header.Get("Api-Access-Token"))
					return
				}
				require.Len(t, seen.requests(), 1, "a write follows no redirect")
				e := asError[*Error](t, err)
				assert.Equal(t, srv.URL+"/moved", e.Location)
				assert.Equal(t, status == 302 || status == 303, e.MaybeSent)
			})
		}
	}
}

func TestRedirectLimits(t *testing.T) {
	t.Parallel()
	loop := answer{status: 302, header: map[string]string{"Location": "/things/7"}}
	tests := []struct {
		name string
		opts []Option
		want int
		hint string
	}{
		{"default", nil, DefaultMaxRedirects + 1, "stopped after 10 redirects"},
		{"two", []Option{WithMaxRedirects(2)}, 3, "stopped after 2 redirects"},
		{"none", []Option{WithMaxRedirects(0)}, 1, "switched off"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, seen := script(t, loop)
			_, err := get(t, client(t, srv.URL), tt.opts...)
			assert.Len(t, seen.requests(), tt.want)
			require.ErrorContains(t, err, tt.hint)
			assert.Equal(t, 1, asError[*Error](t, err).Attempts)
		})
	}
}

func TestRedirectWithoutLocation(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 302})
	_, err := get(t, client(t, srv.URL))
	assert.Equal(t, 302, asError[*Error](t, err).StatusCode)
}

// TestMiddlewareCannotLeadTheTokenAway rewrites the host below the client.
func TestMiddlewareCannotLeadTheTokenAway(t *testing.T) {
	t.Parallel()
	foreign := &recorder{}
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		foreign.add(r)
		_, _ = w.Write([]byte(okThing))
	})
	home, _ := script(t, answer{status: 200, body: okThing})
	rewrite := func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			assert.Empty(t, r.Header.Get("Api-Access-Token"), "middleware does not see the token")
			moved := r.Clone(r.Context())
			moved.URL.Host = other.Listener.Addr().String()
			return next.RoundTrip(moved)
		})
	}
	_, err := get(t, client(t, home.URL, WithMiddleware(rewrite)))
	require.NoError(t, err)
	require.Len(t, foreign.requests(), 1)
	assertHidden(t, planted, fmt.Sprintf("%+v", foreign.requests()))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
