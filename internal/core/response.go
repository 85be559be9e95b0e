package core

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/konverte-go/konverte/internal/codec"
)

// Response is what came of a call beside its result. See [Into].
type Response struct {
	StatusCode int // 0 when there was no answer
	Header     http.Header
	RequestID  string
	Attempts   int           // how often the request was sent
	Duration   time.Duration // of the whole call, waits included
	Body       []byte        // a copy of the body, as far as it was read
	// DecodeIssues are the parts of the answer that did not fit its type and
	// were left at their zero value.
	DecodeIssues []codec.Issue
}

// String is a summary without header and body.
func (r Response) String() string {
	return fmt.Sprintf("status %d, request id %q, %d attempts in %s, %d bytes, %d decode issues",
		r.StatusCode, r.RequestID, r.Attempts, r.Duration, len(r.Body), len(r.DecodeIssues))
}

// Format prints what String returns, whatever the verb.
func (r Response) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(r.String())) }

// LogValue logs a summary without header and body.
func (r Response) LogValue() slog.Value { return slog.StringValue(r.String()) }
