package core

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
)

// DecodeError is a success of the server whose body cannot be used. A write
// that ends in one was carried out.
type DecodeError struct {
	Operation   string
	Method      string
	Path        string // the template, without ids
	StatusCode  int
	ContentType string
	RequestID   string
	Attempts    int
	MaybeSent   bool          // it was a write, which was carried out
	Problem     string        // never contains anything from the body
	Issues      []codec.Issue // what does not fit, in strict decoding
	Body        []byte        // a copy, whole
	Hint        string
	Err         error // the decoder's error, if that is what it was
}

// maxIssuesShown is how many issues an error's text lists.
const maxIssuesShown = 5

// Error says what is wrong with the body, without showing it.
func (e *DecodeError) Error() string {
	var b strings.Builder
	writeCall(&b, e.Operation, e.Method, e.Path)
	fmt.Fprintf(&b, ": the answer (%d", e.StatusCode)
	if e.ContentType != "" {
		b.WriteString(", " + e.ContentType)
	}
	fmt.Fprintf(&b, ", %d bytes) cannot be used: %s", len(e.Body), e.Problem)
	for i, issue := range e.Issues {
		if i == maxIssuesShown {
			fmt.Fprintf(&b, "; and %d more", len(e.Issues)-i)
			break
		}
		b.WriteString("; " + issue.String())
	}
	writeTail(&b, e.MaybeSent, e.Attempts, e.RequestID, e.Hint)
	return b.String()
}

// Unwrap returns the decoder's error.
func (e *DecodeError) Unwrap() error { return e.Err }

// GoString returns what Error does.
func (e *DecodeError) GoString() string { return e.Error() }

// LogValue gives the fields, without the body.
func (e *DecodeError) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation),
		slog.Int("status", e.StatusCode),
		slog.String("problem", e.Problem),
		slog.Int("issues", len(e.Issues)),
		slog.Int("bytes", len(e.Body)),
		slog.String("request_id", e.RequestID),
	)
}
