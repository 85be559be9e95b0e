package core

import (
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
)

// hint is what a person can do about an answer.
func (c *call) hint(e *Error) string {
	if c.client.api.Hint != nil {
		if hint := c.client.api.Hint(e); hint != "" {
			return c.redact().text(hint)
		}
	}
	if e.Message == "an HTML page" {
		return "check the base URL, and whether a proxy stands in between"
	}
	switch e.StatusCode {
	case http.StatusUnauthorized:
		return "check the token, and what it may do"
	case http.StatusForbidden:
		return "the token's owner may not do this"
	case http.StatusNotFound:
		return "check the id, and whether it belongs to another account"
	case http.StatusTooManyRequests:
		return "slow down: see WithRateLimit and WithBatching"
	case http.StatusProxyAuthRequired:
		return "the proxy wants other credentials: see WithProxy"
	}
	return ""
}

// transportHint is what a person can do about a call without an answer.
func transportHint(err error, fired Timeout, sent bool) string {
	if hint := timeoutHint(fired); hint != "" {
		return hint
	}
	if isCertificate(err) {
		return certificateHint(err)
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "the server speaks plain HTTP on this port: check the base URL's scheme and port"
	case strings.Contains(text, "Proxy Authentication Required"):
		return "the proxy wants other credentials: see WithProxy"
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "the host is not known: check the base URL"
	}
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || sent {
		return ""
	}
	switch op.Op {
	case "proxyconnect":
		return "the proxy cannot be reached: check WithProxy, or HTTPS_PROXY"
	case "remote error":
		return "the server refuses the TLS handshake: does it want WithClientCertificate?"
	case "dial":
		return "nothing answers there: check the base URL and the network"
	}
	return ""
}

func timeoutHint(fired Timeout) string {
	switch fired {
	case TimeoutHeaders:
		return "WithTimeout sets this limit"
	case TimeoutIdle:
		return "WithIdleTimeout sets this limit"
	case TimeoutTotal:
		return "WithTotalTimeout, or a context with a deadline, sets this limit"
	case TimeoutDeadline:
		return "the deadline of the context that was given has passed"
	case TimeoutConnect:
		return "no connection came about in time: check the base URL, the network and the proxy"
	case TimeoutOther:
		return "the limit comes from the HTTP client or the middleware that was given"
	}
	return ""
}

func certificateHint(err error) string {
	switch {
	case has[x509.HostnameError](err):
		return "the certificate is for another host: check the base URL"
	case isCertificateAlert(err):
		return "the server refuses the client's certificate, or wants one: see WithClientCertificate"
	}
	return "the certificate is not trusted: add its authority with WithRootCAs, or, for a test, use WithIgnoreSSLIssues"
}
