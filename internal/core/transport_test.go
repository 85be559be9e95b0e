package core

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// identity is a certificate that nobody but itself vouches for.
type identity struct {
	cert tls.Certificate
	pem  []byte
}

func selfSigned(t *testing.T) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "test"},
		NotBefore:             time.Unix(0, 0),
		NotAfter:              time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA:                  true,
		BasicConstraintsValid: true,
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return identity{
		cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}
}

// secureServer answers with a thing over TLS.
func secureServer(t *testing.T, config *tls.Config) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, okThing)
	}))
	srv.TLS = config
	srv.EnableHTTP2 = true
	srv.Config.ErrorLog = quiet()
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv
}

func TestTLSOptions(t *testing.T) {
	t.Parallel()
	server, stranger, person := selfSigned(t), selfSigned(t), selfSigned(t)
	people := x509.NewCertPool()
	people.AppendCertsFromPEM(person.pem)
	open := secureServer(t, &tls.Config{Certificates: []tls.Certificate{server.cert}, MinVersion: tls.VersionTLS12})
	closed := secureServer(t, &tls.Config{
		Certificates: []tls.Certificate{server.cert}, ClientCAs: people, ClientAuth: tls.RequireAndVerifyClientCert,
		MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, // the refusal is part of the handshake
	})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.pem)
	trusting := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}

	tests := []struct {
		name string
		base string
		opts []Option
		hint string // "" = it works
	}{
		{"unknown certificate", open.URL, nil, "WithRootCAs"},
		{"another certificate is trusted", open.URL, []Option{WithRootCAs(stranger.pem)}, "WithRootCAs"},
		{"trusted", open.URL, []Option{WithRootCAs(server.pem)}, ""},
		{"trusted beside another", open.URL, []Option{WithRootCAs(stranger.pem), WithRootCAs(server.pem)}, ""},
		{"trusted by a configuration", open.URL, []Option{WithTLSConfig(trusting)}, ""},
		{"trusted by a configuration beside another", open.URL, []Option{WithTLSConfig(trusting), WithRootCAs(stranger.pem)}, ""},
		{"not checked", open.URL, []Option{WithIgnoreSSLIssues()}, ""},
		{"for another host", strings.Replace(open.URL, "127.0.0.1", "localhost", 1), []Option{WithRootCAs(server.pem)}, "another host"},
		{"client certificate", closed.URL, []Option{WithRootCAs(server.pem), WithClientCertificate(person.cert)}, ""},
		{"no client certificate", closed.URL, []Option{WithRootCAs(server.pem)}, "WithClientCertificate"},
		{"wrong client certificate", closed.URL, []Option{WithRootCAs(server.pem), WithTLSConfig(&tls.Config{
			MinVersion:           tls.VersionTLS12,
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &stranger.cert, nil },
		})}, "WithClientCertificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := get(t, client(t, tt.base, tt.opts...))
			if tt.hint == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.hint)
			attempts := 1 // trying again would not help
			if strings.Contains(err.Error(), "handshake failure") {
				attempts = 4 // which says nothing of certificates
			}
			assert.Equal(t, attempts, asError[*TransportError](t, err).Attempts)
		})
	}
	assert.Nil(t, trusting.Certificates, "the configuration that was given is not changed")
}

func TestHTTP2IsSpokenWithOptions(t *testing.T) {
	t.Parallel()
	id := selfSigned(t)
	var proto string
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto = r.Proto
		_, _ = io.WriteString(w, okThing)
	}))
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{id.cert}, MinVersion: tls.VersionTLS12}
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	_, err := get(t, client(t, srv.URL, WithRootCAs(id.pem)))
	require.NoError(t, err)
	assert.Equal(t, "HTTP/2.0", proto)
}

// TestBurstReusesConnections sends several rounds of parallel requests.
func TestBurstReusesConnections(t *testing.T) {
	t.Parallel()
	const width, rounds = 16, 5
	connections := newCounter()
	var round sync.WaitGroup
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		round.Done()
		round.Wait() // until all of a round are there
		_, _ = io.WriteString(w, okThing)
	}))
	srv.Config.ConnState = connections.note
	srv.Start()
	t.Cleanup(srv.Close)
	c := client(t, srv.URL)
	for range rounds {
		round.Add(width)
		var calls sync.WaitGroup
		for range width {
			calls.Go(func() { _, _ = One(t.Context(), c, getThing, Request{Path: []string{"7"}}, nil, decodeThing) })
		}
		calls.Wait()
	}
	assert.LessOrEqual(t, connections.opened(), int64(width))
}

func TestParseProxy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw                  string
		host, user, password string
		rule                 string
	}{
		{"http://proxy.example.com:3128", "proxy.example.com:3128", "", "", ""},
		{"http://proxy.example.com:80/", "proxy.example.com:80", "", "", ""},
		{"HTTPS://proxy.example.com:443", "proxy.example.com:443", "", "", ""},
		{"socks5://127.0.0.1:1080", "127.0.0.1:1080", "", "", ""},
		{"socks5h://127.0.0.1:1080", "127.0.0.1:1080", "", "", ""},
		{"http://[::1]:3128", "[::1]:3128", "", "", ""},
		{"http://user:pass@myproxy:3128", "myproxy:3128", "user", "pass", ""},
		{"http://user:pa:ss@myproxy:3128", "myproxy:3128", "user", "pa:ss", ""},
		{"http://us%40er:p%3Ass@myproxy:3128", "myproxy:3128", "us@er", "p:ss", ""},
		{"http://user:p@ss@myproxy:3128", "myproxy:3128", "user", "p@ss", ""},
		{"http://user:p%40s%2Fs%25@myproxy:3128", "myproxy:3128", "user", "p@s/s%", ""},
		{"http://user:p/s#s?x@myproxy:3128", "myproxy:3128", "user", "p/s#s?x", ""},
		{"http://user@myproxy:3128", "myproxy:3128", "user", "", ""},
		{"http://myproxy", "", "", "", `value for "port"`},
		{"http://user:pass@myproxy", "", "", "", `value for "port"`},
		{"http://myproxy:", "", "", "", `value for "port"`},
		{"http://myproxy:0", "", "", "", `value for "port"`},
		{"http://myproxy:70000", "", "", "", `value for "port"`},
		{"http://myproxy:abc", "", "", "", `value for "port"`},
		{"127.0.0.1:9128", "", "", "", `value for "port"`},
		{"not a url", "", "", "", `value for "host"`},
		{"http://", "", "", "", `value for "host"`},
		{"http://:3128", "", "", "", `value for "host"`},
		{"ftp://myproxy:21", "", "", "", "scheme"},
		{"http://myproxy:3128/path", "", "", "", "behind the port"},
		{"http://myproxy:3128?x=1", "", "", "", "behind the port"},
		{"http://user:pa%zz@myproxy:3128", "", "", "", "%25"},
		{"http://:pass@myproxy:3128", "", "", "", "user is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			parsed, rule := parseProxy(tt.raw)
			if tt.rule != "" {
				assert.Contains(t, rule, "the proxy is not valid")
				assert.Contains(t, rule, tt.rule)
				return
			}
			require.Empty(t, rule)
			u := parsed.reveal()
			password, _ := u.User.Password()
			assert.Equal(t, []string{tt.host, tt.user, tt.password}, []string{u.Host, u.User.Username(), password})
		})
	}
}

// httpProxy relays CONNECT and plain requests, and keeps what it was told.
type httpProxy struct {
	*httptest.Server

	mu   sync.Mutex
	auth []string
	seen []string
}

func startProxy(t *testing.T, config *tls.Config) *httpProxy {
	t.Helper()
	p := &httpProxy{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
	p.Server = srv
	if config != nil {
		srv.TLS = config
		srv.StartTLS()
	} else {
		srv.Start()
	}
	t.Cleanup(srv.Close)
	return p
}

func (p *httpProxy) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.auth = append(p.auth, r.Header.Get("Proxy-Authorization"))
	p.seen = append(p.seen, r.Method+" "+r.RequestURI)
	p.mu.Unlock()
	if r.Method != http.MethodConnect {
		_, _ = io.WriteString(w, okThing)
		return
	}
	target, err := new(net.Dialer).DialContext(r.Context(), "tcp", r.Host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	relay(conn, buffered, target) // the server may have read on already
}

func relay(a net.Conn, fromA io.Reader, b net.Conn) {
	go func() { _, _ = io.Copy(a, b); _ = a.Close() }()
	_, _ = io.Copy(b, fromA)
	_ = b.Close()
}

func TestProxy(t *testing.T) {
	t.Parallel()
	id := selfSigned(t)
	config := &tls.Config{Certificates: []tls.Certificate{id.cert}, MinVersion: tls.VersionTLS12}
	secure := secureServer(t, config)
	plain, direct := script(t, answer{status: 200, body: okThing})
	tests := []struct {
		name   string
		target string
		proxy  *httpProxy
		opts   []Option
		seen   string
	}{
		{"plain request", plain.URL, startProxy(t, nil), nil, "GET " + plain.URL + "/things/7"},
		{"tunnel", secure.URL, startProxy(t, nil), []Option{WithRootCAs(id.pem)}, "CONNECT " + secure.Listener.Addr().String()},
		{"tunnel, certificate not checked", secure.URL, startProxy(t, nil), []Option{WithIgnoreSSLIssues()}, "CONNECT " + secure.Listener.Addr().String()},
		{"https proxy", secure.URL, startProxy(t, config), []Option{WithIgnoreSSLIssues()}, "CONNECT " + secure.Listener.Addr().String()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := strings.Replace(tt.proxy.URL, "://", "://us%40er:p:a%3Ass@", 1)
			_, err := get(t, client(t, tt.target, append(tt.opts, WithProxy(proxy))...))
			require.NoError(t, err)
			assert.Equal(t, []string{tt.seen}, tt.proxy.seen, "loopback goes through the proxy as well")
			want := "Basic " + base64.StdEncoding.EncodeToString([]byte("us@er:p:a:ss"))
			assert.Equal(t, []string{want}, tt.proxy.auth)
			assert.Empty(t, direct.requests())
		})
	}
}

func TestSocksProxy(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	credentials := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		credentials <- serveSocks(conn, srv.Listener.Addr().String())
	}()
	_, err = get(t, client(t, srv.URL, WithProxy("socks5://user:pass@"+listener.Addr().String())))
	require.NoError(t, err)
	assert.Len(t, seen.requests(), 1)
	assert.Equal(t, "user:pass", <-credentials)
}

// serveSocks speaks as much of SOCKS 5 as one connection needs.
func serveSocks(conn net.Conn, target string) string {
	r := bufio.NewReader(conn)
	read := func(n int) []byte {
		b := make([]byte, n)
		_, _ = io.ReadFull(r, b)
		return b
	}
	read(int(read(2)[1]))           // methods
	_, _ = conn.Write([]byte{5, 2}) // user and password
	user := string(read(int(read(2)[1])))
	password := string(read(int(read(1)[0])))
	_, _ = conn.Write([]byte{1, 0})
	read(4 + 4 + 2) // the request for an IPv4 address
	_, _ = conn.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 0})
	upstream, err := new(net.Dialer).DialContext(background, "tcp", target)
	if err != nil {
		return err.Error()
	}
	go relay(conn, conn, upstream)
	return fmt.Sprintf("%s:%s", user, password)
}
