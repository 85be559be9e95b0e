package testserver

import (
	"net/http"
	"strings"
	"time"
)

// faultKind is what a scripted fault does.
type faultKind int

const (
	faultAnswer faultKind = iota + 1
	faultDelay
	faultDropBefore
	faultDropAfter
	faultCut
	faultMalformed
	faultLateWrite
)

// Fault is one scripted misbehaviour. Make it with one of the constructors;
// the methods narrow when it strikes. By default it strikes every request of
// its operation.
type Fault struct {
	kind   faultKind
	answer Response
	delay  time.Duration
	cut    int
	skip   int
	times  int
	when   func(Request) bool
}

// Answer answers with r and does not do what was asked.
func Answer(r Response) Fault { return Fault{kind: faultAnswer, answer: r} }

// Status answers with a status and a body of text/plain, as a proxy does, and
// does not do what was asked.
func Status(status int, body string) Fault {
	return Answer(Response{Status: status, Type: "text/plain", Body: []byte(body)})
}

// HTMLPage answers with a status and an HTML page, as a proxy or a login
// screen does, and does not do what was asked.
func HTMLPage(status int) Fault {
	page := "<!DOCTYPE html>\n<html><head><title>" + http.StatusText(status) + "</title></head><body><h1>" +
		http.StatusText(status) + "</h1></body></html>\n"
	return Answer(Response{Status: status, Type: "text/html; charset=UTF-8", Body: []byte(page)})
}

// Redirect answers with a redirect to target and does not do what was asked.
func Redirect(status int, target string) Fault {
	return Answer(Response{Status: status, Header: http.Header{"Location": {target}}})
}

// Delay waits before the request is handled. It ends early when the client
// goes away or the server is closed.
func Delay(d time.Duration) Fault { return Fault{kind: faultDelay, delay: d} }

// DropBefore resets the connection and does not do what was asked.
func DropBefore() Fault { return Fault{kind: faultDropBefore} }

// DropAfter does what was asked and resets the connection instead of answering.
func DropAfter() Fault { return Fault{kind: faultDropAfter} }

// CutBody does what was asked, announces the whole answer and resets the
// connection after n bytes of its body.
func CutBody(n int) Fault { return Fault{kind: faultCut, cut: n} }

// MalformedJSON does what was asked and answers with the first half of the
// body, well framed, so that only a decoder notices.
func MalformedJSON() Fault { return Fault{kind: faultMalformed} }

// LateWrite resets the connection at once and does what was asked d later, or
// when Settle is called; with d zero only then. It is the write that arrives
// after its connection was lost.
func LateWrite(d time.Duration) Fault { return Fault{kind: faultLateWrite, delay: d} }

// Times limits the fault to n requests.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// After spares the first n requests.
func (f Fault) After(n int) Fault {
	f.skip = n
	return f
}

// When limits the fault to requests for which cond holds. Requests that it
// spares do not count for Times and After.
func (f Fault) When(cond func(Request) bool) Fault {
	f.when = cond
	return f
}

// script is a fault in use.
type script struct {
	operation string
	fault     Fault
	seen, hit int
}

func (s *script) strikes(r Request) bool {
	if !matchesOperation(s.operation, r) {
		return false
	}
	f := s.fault
	if f.when != nil && !f.when(r) {
		return false
	}
	s.seen++
	if s.seen <= f.skip || (f.times > 0 && s.hit >= f.times) {
		return false
	}
	s.hit++
	return true
}

// matchesOperation takes "" for every request, an operation id, or a method
// and a path pattern.
func matchesOperation(want string, r Request) bool {
	if want == "" || want == r.Operation {
		return true
	}
	method, pattern, ok := strings.Cut(want, " ")
	return ok && method == r.Method && pattern == r.Pattern
}
