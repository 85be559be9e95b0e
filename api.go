package konverte

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/core"
)

// The two spellings of the header that carries the token. The server takes them
// for the same one.
const (
	tokenHeader           = "Api-Access-Token" // #nosec G101 -- the name of a header
	tokenHeaderUnderscore = "api_access_token" // #nosec G101 -- the name of a header
)

// api is what the call path has to know about Konverte Digital.
var api = core.API{
	Name:              "konverte",
	PastedPaths:       []string{"/api/v1", "/api/v2", "/api"},
	ParseError:        parseError,
	Hint:              hint,
	CredentialHeader:  credentialHeader,
	CredentialHeaders: []string{tokenHeader, tokenHeaderUnderscore},
	Choose:            chooseToken,
	Window:            throttleWindow,
	Explain:           explainMissing,
}

func credentialHeader(cfg *core.Config) string {
	if cfg.UnderscoreHeader {
		return tokenHeaderUnderscore
	}
	return tokenHeader
}

// chooseToken picks the credential of an operation, or names the option that is
// missing.
func chooseToken(cfg *core.Config, op *core.Operation) (token, missing string) {
	switch op.Auth {
	case core.AuthNone:
		return "", ""
	case core.AuthPlatform:
		return cfg.PlatformToken.Reveal(), "WithPlatformToken"
	case core.AuthUserOrBot:
		if cfg.UserToken.IsZero() && !cfg.BotToken.IsZero() {
			return cfg.BotToken.Reveal(), ""
		}
	}
	return cfg.UserToken.Reveal(), "WithUserToken"
}

// errorBody holds every key under which the server explains a failure. Each may
// be a string, a list or an object.
type errorBody struct {
	Error      json.RawMessage `json:"error"`
	Message    json.RawMessage `json:"message"`
	Errors     json.RawMessage `json:"errors"`
	Attributes json.RawMessage `json:"attributes"`
}

// parseError reads all error shapes of the server; anything else leaves the
// message empty.
func parseError(_ int, h http.Header, body []byte) core.ErrorInfo {
	var shape errorBody
	if json.Unmarshal(body, &shape) != nil {
		return core.ErrorInfo{Message: plainText(h, body)}
	}
	info := core.ErrorInfo{Attributes: texts(shape.Attributes)}
	for _, raw := range []json.RawMessage{shape.Error, shape.Message, shape.Errors} {
		message, fields := explain(raw)
		if info.Message == "" {
			info.Message = message
		}
		if len(info.Attributes) == 0 {
			info.Attributes = fields
		}
	}
	return info
}

// explain reads one explanation: a text, a list of texts, or texts by field.
func explain(raw json.RawMessage) (message string, fields []string) {
	if list := texts(raw); list != nil {
		return strings.Join(list, ", "), nil
	}
	var byField map[string]json.RawMessage
	if json.Unmarshal(raw, &byField) != nil {
		return "", nil
	}
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(byField)) {
		fields = append(fields, field)
		parts = append(parts, field+" "+strings.Join(texts(byField[field]), ", "))
	}
	return strings.Join(parts, "; "), fields
}

// texts reads a string or a list of strings, nil for anything else.
func texts(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	return nil
}

// plainText is the body of a failure that is short plain text, as the throttle's
// is.
func plainText(h http.Header, body []byte) string {
	const longest = 200
	if len(body) > longest || !strings.HasPrefix(h.Get("Content-Type"), "text/plain") {
		return ""
	}
	return strings.TrimSpace(string(body))
}

// hint says what a person can do. The texts of the server are not looked at: some
// follow the account's language.
func hint(e *core.Error) string {
	switch e.StatusCode {
	case http.StatusUnauthorized:
		return "check the token, its rights and its account; a proxy that drops the token's header looks the same"
	case http.StatusPaymentRequired:
		return "the account's plan has no room for another one"
	case http.StatusNotFound:
		return "check the base URL, and that the id belongs to this account"
	}
	return ""
}

// windows are the lengths of the throttles' windows, which are aligned to the
// epoch. The key is the operation's window; the empty one covers everything.
var windows = map[string]time.Duration{
	"":                  time.Minute,
	"contact-search":    time.Minute,
	"conversation-meta": time.Minute,
	"reports":           time.Minute,
	"transcript":        time.Hour,
	"upload":            time.Hour,
}

// throttleWindow tells when the window ends that refused an operation. The server
// itself does not say.
func throttleWindow(op *core.Operation, now time.Time) (key string, until time.Time, known bool) {
	length, known := windows[op.Window]
	if !known {
		return "", time.Time{}, false
	}
	return op.Window, now.Truncate(length).Add(length), true
}
