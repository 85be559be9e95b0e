package core

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// proxyURL is a proxy with its credentials, hidden from printing.
type proxyURL struct {
	reveal func() *url.URL
}

func (p *proxyURL) secrets() []string {
	user := p.reveal().User
	password, set := user.Password()
	if !set || password == "" {
		return nil
	}
	header := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
	return []string{password, header}
}

const (
	proxyInvalid = "the proxy is not valid: "
	proxyNoHost  = proxyInvalid + `The proxy URL does not contain a valid value for "host"`
	proxyNoPort  = proxyInvalid + `The proxy URL does not contain a valid value for "port"`
)

// parseProxy reads scheme://user:password@host:port, where the password may
// contain colons and at signs. It returns the rule that raw breaks, which never
// quotes it.
func parseProxy(raw string) (*proxyURL, string) {
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return nil, withoutScheme(raw)
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return nil, proxyInvalid + "its scheme must be http, https, socks5 or socks5h"
	}
	var userInfo string
	hasUser := false
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		userInfo, rest, hasUser = rest[:at], rest[at+1:], true
	}
	host, rule := proxyHost(rest)
	if rule != "" {
		return nil, rule
	}
	u := &url.URL{Scheme: scheme, Host: host}
	if hasUser {
		if u.User, rule = proxyUser(userInfo); rule != "" {
			return nil, rule
		}
	}
	return &proxyURL{reveal: func() *url.URL { return u }}, ""
}

// withoutScheme tells a host and port whose scheme was forgotten from text that
// is no proxy at all.
func withoutScheme(raw string) string {
	if strings.ContainsAny(raw, " \t") || !strings.Contains(raw, ":") {
		return proxyNoHost
	}
	return proxyNoPort + ": it must begin with a scheme, as in http://host:port"
}

// proxyHost checks what stands behind the credentials: host:port, and at most a
// slash.
func proxyHost(rest string) (string, string) {
	u, err := url.Parse("//" + rest)
	switch {
	case err != nil && strings.Contains(err.Error(), "port"):
		return "", proxyNoPort
	case err != nil || u.Hostname() == "":
		return "", proxyNoHost
	case u.Port() == "" || !validPort(u.Port()):
		return "", proxyNoPort
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return "", proxyInvalid + "nothing can stand behind the port"
	}
	return u.Host, ""
}

// validPort accepts no port at all.
func validPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 1 && n <= 65535
}

func proxyUser(info string) (*url.Userinfo, string) {
	rawName, rawPassword, hasPassword := strings.Cut(info, ":")
	name, nameErr := url.PathUnescape(rawName)
	password, passwordErr := url.PathUnescape(rawPassword)
	switch {
	case nameErr != nil || passwordErr != nil:
		return nil, proxyInvalid + "a percent sign in its user or password must be written %25"
	case name == "":
		return nil, proxyInvalid + "its user is empty"
	case !hasPassword:
		return url.User(name), ""
	}
	return url.UserPassword(name, password), ""
}
