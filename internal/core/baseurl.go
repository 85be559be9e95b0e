package core

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// baseURL is where an API lives.
type baseURL struct {
	scheme string
	host   string // with port, as it is sent
	prefix string // sub-path without trailing slash, escaped
	origin string
}

// parseBase reads a base URL and returns every rule it breaks.
func parseBase(raw string, api *API, allowHTTP bool) (baseURL, []string) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return baseURL{}, []string{"cannot be parsed: " + parseReason(err)}
	}
	if rule := absoluteRule(u); rule != "" {
		return baseURL{}, []string{rule}
	}
	var rules []string
	if u.User != nil {
		rules = append(rules, "must not carry a user or password")
	}
	if u.RawQuery != "" || u.ForceQuery {
		rules = append(rules, "must not carry a query")
	}
	if u.Fragment != "" || strings.HasSuffix(raw, "#") {
		rules = append(rules, "must not carry a fragment")
	}
	if climbs(u.Path) {
		rules = append(rules, `must not have "." or ".." in its path`)
	}
	if u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()) {
		rules = append(rules, "is plain http, which would show the token to everybody on the way: use https, or WithInsecureHTTP")
	}
	return baseURL{
		scheme: u.Scheme,
		host:   strings.ToLower(u.Host),
		prefix: trimPasted(u.EscapedPath(), api.PastedPaths),
		origin: originOf(u),
	}, rules
}

// absoluteRule is what a URL lacks to be the base of anything.
func absoluteRule(u *url.URL) string {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "must begin with https:// (or http://)"
	case u.Hostname() == "":
		return "has no host"
	case strings.HasSuffix(u.Host, ":") || !validPort(u.Port()):
		return "has no valid port behind the colon"
	}
	return ""
}

// parseReason is why a URL cannot be parsed, without the URL.
func parseReason(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if escape, ok := errors.AsType[url.EscapeError](err); ok {
		return "invalid percent escape " + string(escape)
	}
	if strings.Contains(err.Error(), "port") {
		return "the port is not a number"
	}
	return "it is not a URL"
}

func trimPasted(path string, pasted []string) string {
	path = strings.TrimRight(path, "/")
	for _, p := range pasted {
		if trimmed, ok := strings.CutSuffix(path, p); ok {
			return strings.TrimRight(trimmed, "/")
		}
	}
	return path
}

func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// originOf is scheme, host and port in one comparable form.
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// isHome tells whether a URL is within the origin of the base.
func (b baseURL) isHome(u *url.URL) bool {
	return u.Scheme == b.scheme && u.Host == b.host || originOf(u) == b.origin
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}

// String is the base URL as it is used.
func (b baseURL) String() string { return b.scheme + "://" + b.host + b.prefix }
