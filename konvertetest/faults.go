package konvertetest

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

// JSONStatus answers with a status and {"error": text}, as the server itself
// does, and does not do what was asked.
func JSONStatus(status int, text string) Fault { return testserver.Answer(failText(status, text)) }

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

// Fault scripts faults for an operation: the name that errors of package
// konverte show ("Agents.Create"), its id in docs/operations.md
// ("add-new-agent-to-account"), a method and a path pattern
// ("GET /api/v1/profile"), or "" for every request. Of several faults that fit
// a request all delays apply, and then the first other one.
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
	if id := optable.IDOf(optable.Konverte, operation); id != "" {
		return id
	}
	for _, rt := range allRoutes() {
		if operation == rt.operation {
			return operation
		}
	}
	panic(fmt.Sprintf("konvertetest: there is no operation %q", operation))
}

// ClearFaults ends all scripts.
func (s *Server) ClearFaults() { s.http.ClearFaults() }

// Settle carries out the writes of LateWrite that are still outstanding, and
// what the server does a moment later, such as deletions in the background.
func (s *Server) Settle() {
	s.http.Settle()
	s.http.Do(func() { s.st.runScheduled(true) })
}
