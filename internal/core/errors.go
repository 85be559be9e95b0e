package core

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What an error can be asked for with errors.Is.
var (
	ErrUnauthorized    = errors.New("unauthorized")     // 401
	ErrPaymentRequired = errors.New("payment required") // 402
	ErrForbidden       = errors.New("forbidden")        // 403
	ErrNotFound        = errors.New("not found")        // 404, 410
	ErrConflict        = errors.New("conflict")         // 409, or a look-up found that it exists
	ErrValidation      = errors.New("validation failed")
	ErrRateLimited     = errors.New("rate limited") // 429
	ErrServer          = errors.New("server error") // 5xx and above
	ErrTimeout         = errors.New("timeout")      // any of the timeouts fired
)

// Error is an answer of the server that is no success.
type Error struct {
	Operation  string // the Go name, "Agents.Create"
	Method     string
	Path       string // the template, without ids
	StatusCode int
	Message    string   // what the server says, in whatever language
	Attributes []string // names of the fields that were refused
	Code       string   // machine-readable code, where the API has them
	RequestID  string
	Location   string // target of a redirect that was not followed, without query
	// Attempts is how often the request was sent. It is 0 when the call was
	// held back because the server had just refused another one.
	Attempts int
	// RetryAfter is how long the server asks to wait, 0 when it does not say.
	RetryAfter time.Duration
	// Body is the beginning of the answer's body.
	Body []byte
	// MaybeSent is true when a write may have been carried out nevertheless.
	MaybeSent bool
	// Hint is what a person can do about it.
	Hint string

	// kind is a sentinel that the status does not tell.
	kind error
	// cause is what ended the call while it waited to try again.
	cause error
}

// NewConflict returns an error that answers to ErrConflict: a look-up found
// that the object exists already. The refusal that led to the look-up is kept.
func NewConflict(refusal *Error) *Error {
	e := *refusal
	e.kind = ErrConflict
	return &e
}

// Is answers errors.Is for the sentinels of this package.
func (e *Error) Is(target error) bool {
	return target != nil && (target == e.kind || target == statusKind(e.StatusCode))
}

// Unwrap returns what ended the call while it waited to try again, if anything.
func (e *Error) Unwrap() error { return e.cause }

func statusKind(status int) error {
	switch status {
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusPaymentRequired:
		return ErrPaymentRequired
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound, http.StatusGone:
		return ErrNotFound
	case http.StatusConflict:
		return ErrConflict
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return ErrValidation
	case http.StatusTooManyRequests:
		return ErrRateLimited
	}
	if status >= 500 {
		return ErrServer
	}
	return nil
}

// Error says what was called, what the server answered, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	writeCall(&b, e.Operation, e.Method, e.Path)
	b.WriteString(": " + e.summary())
	if len(e.Attributes) > 0 {
		b.WriteString(" [" + strings.Join(e.Attributes, ", ") + "]")
	}
	if e.Location != "" {
		b.WriteString(", to " + e.Location)
	}
	if e.RetryAfter > 0 {
		b.WriteString(", retry after " + e.RetryAfter.Round(time.Millisecond).String())
	}
	writeTail(&b, e.MaybeSent, e.Attempts, e.RequestID, e.Hint)
	if e.cause != nil {
		b.WriteString(" (gave up waiting: " + oneLine(e.cause.Error()) + ")")
	}
	return b.String()
}

// summary is status and message.
func (e *Error) summary() string {
	text := strings.TrimSpace(strconv.Itoa(e.StatusCode) + " " + http.StatusText(e.StatusCode))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// GoString returns what Error does.
func (e *Error) GoString() string { return e.Error() }

// LogValue gives the fields, without the body.
func (e *Error) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation),
		slog.Int("status", e.StatusCode),
		slog.String("message", e.Message),
		slog.String("request_id", e.RequestID),
		slog.Int("attempts", e.Attempts),
		slog.Duration("retry_after", e.RetryAfter),
		slog.Bool("maybe_sent", e.MaybeSent),
	)
}

func writeCall(b *strings.Builder, operation, method, path string) {
	b.WriteString(operation)
	if method != "" && operation != method+" "+path {
		fmt.Fprintf(b, " (%s %s)", method, path)
	}
}

func writeTail(b *strings.Builder, maybeSent bool, attempts int, requestID, hint string) {
	if maybeSent {
		b.WriteString("; it may have been carried out nevertheless")
	}
	if attempts > 1 {
		fmt.Fprintf(b, "; %d attempts", attempts)
	}
	if requestID != "" {
		b.WriteString("; request id " + requestID)
	}
	if hint != "" {
		b.WriteString("; " + hint)
	}
}
