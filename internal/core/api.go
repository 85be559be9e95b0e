package core

import (
	"context"
	"net/http"
	"time"
)

// API is what makes a client of one API out of the call path.
type API struct {
	// Name stands in error texts and, with "-go" behind it, in the user agent.
	Name string
	// PastedPaths are paths that people paste along with the base URL, such as
	// "/api/v1". One of them at the end of a base URL is taken off.
	PastedPaths []string
	// Locate makes a base URL of what a client is given in its place, the name of
	// an account for example; rule is why it cannot. Nil takes it as it is.
	Locate func(cfg *Config, given string) (base, rule string)
	// ParseError reads the body of an answer that is no success. The body may
	// be cut, empty, or no JSON at all. Nil means that nothing can be read.
	ParseError func(status int, h http.Header, body []byte) ErrorInfo
	// Hint says what a person can do about an error, "" when nothing
	// particular. The call path has general hints of its own.
	Hint func(*Error) string
	// CredentialHeader names the header that carries the token.
	CredentialHeader func(cfg *Config) string
	// CredentialHeaders are all names under which the server would take a
	// token. None of them can be set by hand.
	CredentialHeaders []string
	// FormatCredential makes the header's value from the token. Nil sends the
	// token itself.
	FormatCredential func(token string) string
	// Choose picks the token for an operation. Where it returns none, it names
	// the option that is missing; both empty sends the operation without one.
	Choose func(cfg *Config, op *Operation) (token, missing string)
	// Explain may replace the error of a call by one that says more, and may ask
	// the server for that. Nil leaves every error as it is.
	Explain func(ctx context.Context, c *Client, op *Operation, err error) error
	// RateLimit is the limit of a client that is given none. Zero is no limit.
	RateLimit Rate
	// Window tells when the throttle window ends that refused an operation at
	// now, for a 429 without Retry-After. The empty key is the window that
	// covers every operation; any other key covers the operations for which
	// Window returns the same one, within one account.
	Window func(op *Operation, now time.Time) (key string, until time.Time, known bool)
}

// ErrorInfo is what an API's error body says.
type ErrorInfo struct {
	Message    string
	Attributes []string // names of the fields that were refused
	Code       string   // machine-readable code, where the API has them
	// Kind is what errors.Is finds beside what the status tells, nil for nothing.
	Kind error
}

// Auth is the kind of credential that an operation takes.
type Auth uint8

// The kinds of credential.
const (
	AuthUser      Auth = iota // a user's token
	AuthUserOrBot             // a user's or a bot's token
	AuthPlatform              // the platform's token
	AuthNone                  // no token is sent
)

// BodyKind is how the body of a request is encoded.
type BodyKind uint8

// The kinds of request bodies.
const (
	BodyNone            BodyKind = iota
	BodyJSON                     // application/json
	BodyForm                     // application/x-www-form-urlencoded
	BodyMultipart                // multipart/form-data
	BodyJSONOrMultipart          // multipart when there are files, JSON otherwise
)

// AnswerKind is what a success is expected to carry.
type AnswerKind uint8

// The kinds of answers.
const (
	AnswerJSON   AnswerKind = iota // a JSON value
	AnswerEmpty                    // nothing that matters: whatever comes is dropped
	AnswerText                     // text or CSV
	AnswerStream                   // any bytes, read by the caller
	AnswerHTML                     // an HTML page
)

// Operation is what is known about one operation before it is called. It is
// shared by all calls and never changed.
type Operation struct {
	ID         string     // the documented operation id
	Name       string     // the Go name, "Agents.Create"
	Method     string     // the HTTP method
	Path       string     // the path template, "/api/v1/accounts/{account_id}/agents/{id}"
	Auth       Auth       // the credential it takes
	Idempotent bool       // sending it twice leaves what sending it once does
	Body       BodyKind   // how the request's body is encoded
	Answer     AnswerKind // what a success carries
	NullOK     bool       // null or nothing at all is a legal answer
	Window     string     // key of the throttle window, "" is the general one
	Seen       []string   // server versions that have it
	FormJSON   []string   // fields of a form that are sent as JSON text
	Confirm    string     // how a lost answer can be settled: "", "key", "marker", "evidence"
}

// reads tells whether the operation changes nothing: a GET that may not be sent
// twice does.
func (op *Operation) reads() bool {
	return op.Idempotent && (op.Method == http.MethodGet || op.Method == http.MethodHead)
}
