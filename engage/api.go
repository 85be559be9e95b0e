package engage

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/core"
)

// What an error can be asked for with errors.Is, beside the sentinels of package
// konverte.
var (
	// ErrImpersonation says that the user of the token may not act as the user whom
	// Impersonate names.
	ErrImpersonation = errors.New("impersonation refused")
	// ErrDisconnected says that an agent has no status, being disconnected.
	ErrDisconnected = errors.New("agent disconnected")
)

// api is what the call path has to know about Engage Digital.
var api = core.API{
	Name:              "engage",
	Locate:            locate,
	ParseError:        parseError,
	Hint:              hint,
	CredentialHeader:  func(*core.Config) string { return "Authorization" },
	CredentialHeaders: []string{"Authorization"},
	FormatCredential:  func(token string) string { return "Bearer " + token },
	Choose: func(cfg *core.Config, _ *core.Operation) (token, missing string) {
		return cfg.UserToken.Reveal(), "an API access token"
	},
	RateLimit: rateLimit,
	Window:    window,
}

// window ends with the minute: the domain does not say when its own does.
func window(op *core.Operation, now time.Time) (key string, until time.Time, known bool) {
	return op.Window, now.Truncate(time.Minute).Add(time.Minute), true
}

// parseError reads the shapes of errors: an identifier and a message, and a list
// or an object of what was refused. Anything else leaves the message empty.
func parseError(status int, _ http.Header, body []byte) core.ErrorInfo {
	var shape struct {
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return core.ErrorInfo{}
	}
	info := core.ErrorInfo{Code: text(shape.Error), Message: text(shape.Message)}
	details, fields := refusals(shape.Errors)
	info.Attributes = fields
	if info.Message == "" {
		info.Message = strings.Join(details, ", ")
	}
	if info.Message == "" {
		info.Message = info.Code
	}
	info.Kind = kindOf(status, info.Code, info.Message)
	return info
}

// kindOf is what an identifier says beyond the status. That of a refused
// impersonation is not documented: the message may have to tell.
func kindOf(status int, code, message string) error {
	code = strings.ToLower(code)
	switch {
	case status == http.StatusForbidden && strings.Contains(code, "authentication"):
		return konverte.ErrUnauthorized
	case status == http.StatusBadRequest && strings.Contains(code+" "+strings.ToLower(message), "impersonat"):
		return ErrImpersonation
	case status == http.StatusNotFound && code == "disconnected":
		return ErrDisconnected
	}
	return nil
}

// refusals reads what was refused: texts, objects, or texts by field.
func refusals(raw json.RawMessage) (details, fields []string) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, one := range list {
			more, names := refusal(one)
			details, fields = append(details, more...), append(fields, names...)
		}
		return details, fields
	}
	var byField map[string]json.RawMessage
	if json.Unmarshal(raw, &byField) != nil {
		return nil, nil
	}
	for _, name := range slices.Sorted(maps.Keys(byField)) {
		fields = append(fields, name)
		details = append(details, name+" "+strings.Join(texts(byField[name]), ", "))
	}
	return details, fields
}

// refusal reads one element of a list of refusals.
func refusal(raw json.RawMessage) (details, fields []string) {
	if plain := text(raw); plain != "" {
		return []string{plain}, nil
	}
	var one struct {
		Field, Attribute, Message, Error string
	}
	if json.Unmarshal(raw, &one) != nil {
		return nil, nil
	}
	name, message := one.Field+one.Attribute, one.Message+one.Error
	if name != "" {
		fields = []string{name}
	}
	if detail := strings.TrimSpace(name + " " + message); detail != "" {
		details = []string{detail}
	}
	return details, fields
}

func texts(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	return []string{text(raw)}
}

func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// hint says what a person can do.
func hint(e *core.Error) string {
	switch {
	case errors.Is(e, konverte.ErrUnauthorized):
		return "check the token: it belongs to one domain, and dies with its user"
	case errors.Is(e, ErrImpersonation):
		return "the role of the token's user needs impersonate_user, and every permission of the other user"
	case e.StatusCode == http.StatusForbidden:
		return "the role of the token's user lacks a permission, or the other user has more permissions"
	case e.StatusCode == http.StatusNotFound:
		return "check the id, and whether the token's user may see it: the server answers both alike"
	case e.StatusCode == http.StatusConflict:
		return "another job is at work on it: try again in a moment"
	}
	return ""
}

var limitText = regexp.MustCompile(`\((\d+) requests per (second|minute|hour|day)\b`)

// LimitOf reads from a refusal (konverte.ErrRateLimited) how many requests the
// domain takes, as far as it says so.
func LimitOf(err error) (requests int, per time.Duration, ok bool) {
	refused, isError := errors.AsType[*konverte.Error](err)
	if !isError || refused.StatusCode != http.StatusTooManyRequests {
		return 0, 0, false
	}
	found := limitText.FindStringSubmatch(refused.Message)
	if found == nil {
		return 0, 0, false
	}
	requests, err = strconv.Atoi(found[1])
	units := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	return requests, units[found[2]], err == nil
}
