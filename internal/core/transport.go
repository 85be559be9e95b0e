package core

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// The pool is made for bursts: net/http keeps two idle connections to a host,
// and would dial anew for most of the requests of one.
const (
	maxIdleConns        = 512
	maxIdleConnsPerHost = 256
	idleConnTimeout     = 90 * time.Second
	dialTimeout         = 10 * time.Second
	keepAlive           = 30 * time.Second
	handshakeTimeout    = 10 * time.Second
	continueTimeout     = time.Second
	pingAfter           = 15 * time.Second
)

// newTransport returns a pool of connections with the tuned settings.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	return &http.Transport{
		Proxy:                 environmentProxy,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          maxIdleConns,
		MaxIdleConnsPerHost:   maxIdleConnsPerHost,
		IdleConnTimeout:       idleConnTimeout,
		TLSHandshakeTimeout:   handshakeTimeout,
		ExpectContinueTimeout: continueTimeout,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingAfter},
	}
}

// environmentProxyError is a proxy of the environment that cannot be read. The
// text of the cause would show it, password and all.
type environmentProxyError struct{}

func (environmentProxyError) Error() string {
	return "the proxy in HTTP_PROXY or HTTPS_PROXY is not valid: it must be a URL with a host, special characters in its password written as %XX"
}

// environmentProxy is the proxy that the environment names, nil for none.
func environmentProxy(req *http.Request) (*url.URL, error) {
	return hiddenFault(http.ProxyFromEnvironment(req))
}

func hiddenFault(proxy *url.URL, err error) (*url.URL, error) {
	if err != nil {
		return nil, environmentProxyError{}
	}
	return proxy, nil
}

// needsOwn tells whether an option can only be honoured by a transport of the
// client's own making.
func (n *network) needsOwn() bool { return n.customTLS() || n.proxy != nil }

// borrowed tells whether the transport is the caller's own.
func (n *network) borrowed() bool {
	return n.client != nil && n.client.Transport != nil && !n.needsOwn()
}

// transport returns the transport that the options describe, and the rules they
// break together.
func (n *network) transport() (http.RoundTripper, []string) {
	rules := n.contradictions()
	base, rule := n.base()
	if rule != "" {
		rules = append(rules, rule)
	}
	if len(rules) > 0 {
		return nil, rules
	}
	if !n.needsOwn() {
		return base, nil
	}
	own := base.(*http.Transport)
	if n.proxy != nil {
		own.Proxy = http.ProxyURL(n.proxy.reveal())
	}
	if n.customTLS() {
		own.TLSClientConfig = n.tlsConfig(own.TLSClientConfig)
	}
	return own, nil
}

// base is the transport before the options are applied. It can be changed
// where they need that.
func (n *network) base() (http.RoundTripper, string) {
	if n.borrowed() {
		return n.client.Transport, ""
	}
	if n.client == nil || n.client.Transport == nil {
		return newTransport(), ""
	}
	given, standard := n.client.Transport.(*http.Transport)
	switch {
	case !standard:
		return nil, "WithHTTPClient: its transport is no *http.Transport, so it cannot take TLS or proxy options"
	case n.customTLS() && dialsTLS(given):
		return nil, "WithHTTPClient: its transport dials TLS by itself, so it cannot take TLS options"
	}
	return given.Clone(), ""
}

func dialsTLS(t *http.Transport) bool {
	//nolint:staticcheck // DialTLS is deprecated, and takes precedence where it is set.
	return t.DialTLSContext != nil || t.DialTLS != nil
}

// wrap puts the middleware around a transport, the first one outermost. It
// returns nil where one of them does.
func (n *network) wrap(rt http.RoundTripper) http.RoundTripper {
	for _, middleware := range slices.Backward(n.middleware) {
		if rt = middleware(rt); rt == nil {
			return nil
		}
	}
	return rt
}
