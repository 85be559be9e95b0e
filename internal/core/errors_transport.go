package core

import (
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
)

// TransportError is a call that ended without a usable answer.
type TransportError struct {
	Operation string
	Method    string
	Path      string // the template, without ids
	Attempts  int
	// MaybeSent is true when any part of a write may have reached the server.
	MaybeSent bool
	// BytesSent is how much of a streamed upload was read for sending.
	BytesSent int64
	// Fired is the timeout that ended the call, "" when none did.
	Fired Timeout
	Hint  string
	// Err is the cause, without anything secret in its text.
	Err error

	// last is the server's last answer, from an earlier attempt.
	last *Error
}

// Error says what happened, and what to do.
func (e *TransportError) Error() string {
	var b strings.Builder
	writeCall(&b, e.Operation, e.Method, e.Path)
	b.WriteString(": " + oneLine(e.Err.Error()))
	writeTail(&b, e.MaybeSent, e.Attempts, "", e.Hint)
	if e.last != nil {
		b.WriteString("; before that: " + e.last.summary())
	}
	return b.String()
}

// Unwrap returns the cause and, if there was one, the server's last answer.
func (e *TransportError) Unwrap() []error {
	if e.last == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.last}
}

// Is answers errors.Is(err, ErrTimeout).
func (e *TransportError) Is(target error) bool { return target == ErrTimeout && e.Timeout() }

// Timeout tells whether a timeout ended the call; with Temporary it makes the
// error a net.Error.
func (e *TransportError) Timeout() bool {
	if e.Fired != "" {
		return true
	}
	cause, ok := errors.AsType[net.Error](e.Err)
	return ok && cause.Timeout()
}

// Temporary tells whether the call can be made again without harm.
func (e *TransportError) Temporary() bool { return !e.MaybeSent && e.Timeout() }

// GoString returns what Error does.
func (e *TransportError) GoString() string { return e.Error() }

// LogValue gives the fields.
func (e *TransportError) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation),
		slog.String("error", oneLine(e.Err.Error())),
		slog.String("timeout", string(e.Fired)),
		slog.Int("attempts", e.Attempts),
		slog.Bool("maybe_sent", e.MaybeSent),
	)
}

// safeError shows a redacted text and still answers for what it wraps.
type safeError struct {
	text string
	err  error
}

func (e *safeError) Error() string { return e.text }

func (e *safeError) GoString() string { return e.text }

func (e *safeError) Is(target error) bool { return errors.Is(e.err, target) }

// As hands out what is wrapped, except errors whose text is a whole URL.
func (e *safeError) As(target any) bool {
	if _, whole := target.(**url.Error); whole {
		return false
	}
	return errors.As(e.err, target)
}
