package core

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// redactor takes secrets out of texts that come from elsewhere.
type redactor struct {
	secrets []string
}

// shortestSecret is the length below which a secret is not looked for: it would
// match anywhere.
const shortestSecret = 4

func newRedactor(cfg *Config) redactor {
	var r redactor
	for _, s := range cfg.secrets() {
		if len(s) < shortestSecret {
			continue
		}
		r.secrets = append(r.secrets, s)
		for _, escaped := range spellings(s) {
			if escaped != s {
				r.secrets = append(r.secrets, escaped)
			}
		}
	}
	return r
}

// spellings are the forms in which a secret may come back.
func spellings(s string) []string {
	all := []string{url.QueryEscape(s), url.PathEscape(s), url.UserPassword("", s).String()[1:]}
	if quoted, err := json.Marshal(s); err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	return all
}

var (
	querySecret = regexp.MustCompile(`(?i)([?&;](?:[a-z0-9_.%-]*(?:token|secret|password|passwd|signature|hmac|api[_-]?key|access[_-]?key|auth|code|key|sig))=)[^&;#\s"'<>]+`)
	userInfo    = regexp.MustCompile(`(://)[^/?#\s"'<>]*@`)
)

// text returns s without secrets.
func (r redactor) text(s string) string {
	for _, secret := range r.secrets {
		s = strings.ReplaceAll(s, secret, redacted)
	}
	if strings.Contains(s, "=") {
		s = querySecret.ReplaceAllString(s, "${1}"+redacted)
	}
	if strings.Contains(s, "@") {
		s = userInfo.ReplaceAllString(s, "${1}"+redacted+"@")
	}
	if strings.Contains(s, badProxy) {
		s, _, _ = strings.Cut(s, badProxy)
		s += badProxy + " " + redacted
	}
	return s
}

// badProxy begins what net/http says of a proxy of the environment that it
// cannot read. What follows is the proxy, whose password may look like anything.
const badProxy = "invalid proxy address"

// bytes returns b without the client's own secrets. It is b itself when there
// are none in it.
func (r redactor) bytes(b []byte) []byte {
	s := string(b)
	clean := s
	for _, secret := range r.secrets {
		clean = strings.ReplaceAll(clean, secret, redacted)
	}
	if clean == s {
		return b
	}
	return []byte(clean)
}

// err returns an error whose text is redacted and which still answers for err.
func (r redactor) err(err error) error {
	if err == nil {
		return nil
	}
	return &safeError{text: r.text(err.Error()), err: err}
}

// safeURL is a URL without user, query and fragment.
func safeURL(u *url.URL) string {
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return bare.String()
}

// maxText bounds a foreign text inside an error's.
const maxText = 500

// oneLine makes a bounded line of a foreign text, without control characters.
func oneLine(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	clean = strings.TrimSpace(clean)
	if len(clean) <= maxText {
		return clean
	}
	cut := maxText
	for cut > 0 && !utf8.RuneStart(clean[cut]) {
		cut--
	}
	return clean[:cut] + "…"
}
