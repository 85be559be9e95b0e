package engagetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/optable"
	"github.com/konverte-go/konverte/internal/testserver"
)

// Request is one entry of the request log. It prints without headers and
// bodies, which may carry tokens.
type Request = testserver.Request

// Fault is one scripted misbehaviour; Times, After and When narrow when it
// strikes.
type Fault = testserver.Fault

// Status answers with a status and a body of text/plain, as a proxy does, and
// does not do what was asked.
func Status(status int, body string) Fault { return testserver.Status(status, body) }

// JSONStatus answers as the API does for failures, with a status, an
// identifier such as "forbidden" and a message, and does not do what was asked.
func JSONStatus(status int, identifier, message string) Fault {
	return testserver.Answer(fail(status, identifier, message))
}

// RateLimited answers 429 with a limit in its message and does not do what was
// asked.
func RateLimited(limit int) Fault { return testserver.Answer(rateLimited(limit)) }

// HTMLPage answers with a status and an HTML page and does not do what was
// asked.
func HTMLPage(status int) Fault { return testserver.HTMLPage(status) }

// Redirect answers with a redirect to target and does not do what was asked.
func Redirect(status int, target string) Fault { return testserver.Redirect(status, target) }

// Delay waits before the request is handled.
func Delay(d time.Duration) Fault { return testserver.Delay(d) }

// DropBefore resets the connection and does not do what was asked.
func DropBefore() Fault { return testserver.DropBefore() }

// DropAfter does what was asked and resets the connection instead of answering.
func DropAfter() Fault { return testserver.DropAfter() }

// CutBody does what was asked and resets the connection after n bytes of the
// answer's body.
func CutBody(n int) Fault { return testserver.CutBody(n) }

// MalformedJSON does what was asked and answers with half of the body.
func MalformedJSON() Fault { return testserver.MalformedJSON() }

// LateWrite resets the connection at once and does what was asked d later, or
// when Settle is called; with d zero only then.
func LateWrite(d time.Duration) Fault { return testserver.LateWrite(d) }

// Fault scripts faults for an operation: the name that errors of package engage
// show ("Users.Invite"), its id in docs/engage-operations.md ("inviteUser"), a
// method and a path pattern ("GET /1.0/users/{userId}"), or "" for every request.
// Of several faults that fit a request all delays apply, and then the first other
// one.
//
// It panics where there is no such operation: a fault that never strikes would
// let a test pass that tests nothing.
func (s *Server) Fault(operation string, faults ...Fault) {
	s.http.Fault(operationID(operation), faults...)
}

// operationID is the id of an operation that goes by its Go name.
func operationID(operation string) string {
	if operation == "" || strings.Contains(operation, " ") {
		return operation
	}
	id := optable.IDOf(optable.Engage, operation)
	if id == "" {
		panic(fmt.Sprintf("engagetest: there is no operation %q", operation))
	}
	return id
}

// ClearFaults ends all scripts.
func (s *Server) ClearFaults() { s.http.ClearFaults() }

// Settle carries out the writes of LateWrite that are still outstanding.
func (s *Server) Settle() { s.http.Settle() }

// Requests lists what arrived, oldest first.
func (s *Server) Requests() []Request { return s.http.Requests() }

// ClearRequests empties the log.
func (s *Server) ClearRequests() { s.http.ClearRequests() }
