package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
	"github.com/konverte-go/konverte/konvertetest"
)

// session plays one recording against one test server.
type session struct {
	rec    *recording
	server *konvertetest.Server
	names  *names
	client *http.Client

	started time.Time
	elapsed atomic.Int64 // milliseconds

	seeded map[string]int64
	// tokens are the last credentials that a caller was known by.
	tokens    map[string]string
	inboxKeys map[string]string
	hashes    map[string]string
	// password is the password that the recording shows as current_password;
	// elsewhere it hides passwords.
	password string
	shapes   map[string]bool

	undelivered undelivered
	// signs are the times at which contacts gave a sign of life.
	signs map[int64]time.Time
}

// outcome is what became of one exchange.
type outcome struct {
	exchange    *exchange
	notBuilt    bool
	leftOut     string
	differences []difference
}

func newSession(rec *recording, version string) (*session, error) {
	s := &session{
		rec: rec, started: startOf(rec), seeded: map[string]int64{}, tokens: map[string]string{},
		inboxKeys: map[string]string{}, hashes: map[string]string{}, shapes: map[string]bool{}, undelivered: undelivered{},
		signs:  map[int64]time.Time{},
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	seed := konvertetest.Seed{
		AccountName: rec.Seed.Account.Name, Locale: rec.Seed.Account.Locale,
		Features: features(rec), PlatformApp: rec.Seed.PlatformApp.Name,
	}
	for _, u := range rec.Seed.Users {
		seed.Users = append(seed.Users, konvertetest.SeedUser{Name: u.Name, Email: u.Email, Role: u.Role})
	}
	server, err := konvertetest.Start(
		konvertetest.WithVersion(version), konvertetest.WithSeed(seed),
		konvertetest.WithDistinctIDs(), konvertetest.WithClock(s.now),
	)
	if err != nil {
		return nil, err
	}
	s.server = server
	s.names = newNames(server.URL, server.IDKind)
	s.names.sameID(rec.Seed.Account.ID, server.AccountID(), true)
	for i, id := range server.UserIDs() {
		s.seeded[rec.Seed.Users[i].As] = id
		s.names.sameID(rec.Seed.Users[i].ID, id, true)
	}
	for _, op := range konvertetest.Operations() {
		s.shapes[op.ID] = op.Shape
	}
	s.password = shownPassword(rec)
	return s, nil
}

func (s *session) now() time.Time {
	return s.started.Add(time.Duration(s.elapsed.Load()) * time.Millisecond)
}

// shownPassword is the text that the recording sends most as current_password.
func shownPassword(rec *recording) string {
	counts, best := map[string]int{}, ""
	for i := range rec.Exchanges {
		v, err := testserver.ParseJSON(rec.Exchanges[i].Request.Body)
		if err != nil {
			continue
		}
		walk(v, func(o testserver.Object) {
			p, _ := o.Get("current_password")
			if shown := text(p); shown != "" {
				counts[shown]++
				if counts[shown] > counts[best] {
					best = shown
				}
			}
		})
	}
	return best
}

// walk visits every object of a JSON value.
func walk(v any, visit func(testserver.Object)) {
	switch v := v.(type) {
	case testserver.Object:
		visit(v)
		for _, m := range v {
			walk(m.Value, visit)
		}
	case []any:
		for _, e := range v {
			walk(e, visit)
		}
	}
}

// play sends every exchange in order and compares what comes back.
func (s *session) play() []outcome {
	defer s.server.Close()
	out := make([]outcome, len(s.rec.Exchanges))
	for i := range s.rec.Exchanges {
		out[i] = s.playOne(&s.rec.Exchanges[i])
	}
	return out
}

// playOne sends one exchange and compares what comes back. A request that
// cannot be sent differs.
func (s *session) playOne(e *exchange) outcome {
	s.elapsed.Store(max(e.AtMS, s.elapsed.Load()))
	o := outcome{exchange: e, leftOut: leftOut(s.rec.Name, e)}
	s.noteSigns(e)
	got, err := s.send(e)
	switch {
	case err != nil:
		o.differences = []difference{{kind: kindStatus, text: fmt.Sprintf("no answer: %v, recorded %d", err, e.Response.Status)}}
	case s.notBuilt(e, got.status):
		o.notBuilt = true
	default:
		s.noteKeys(got.body)
		o.differences = s.compare(e, got)
	}
	return o
}

// answer is what the test server answered.
type answer struct {
	status      int
	contentType string
	body        []byte
}

// send sends the request of an exchange and reads the answer to its end.
func (s *session) send(e *exchange) (answer, error) {
	req, err := s.request(e)
	if err != nil {
		return answer{}, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), body: body}, err
}

// notBuilt reports whether the test server has no such operation: it says so,
// or has no route where the real server has one, or lacks the caller because
// the operation that makes him is not built.
func (s *session) notBuilt(e *exchange, status int) bool {
	requests := s.server.Requests()
	s.server.ClearRequests()
	routed := len(requests) > 0 && requests[len(requests)-1].Pattern != ""
	switch {
	case status == http.StatusNotImplemented:
		return e.Response.Status != http.StatusNotImplemented
	case !routed && e.Request.Method != http.MethodOptions:
		return !isRouterAnswer(e)
	default:
		return strings.Contains(e.As, ":") && s.token(e.As) == ""
	}
}

// isRouterAnswer reports whether the recorded answer is what the framework
// says where there is no route.
func isRouterAnswer(e *exchange) bool {
	var framework struct{ Status int }
	isHTML := strings.HasPrefix(e.ResponseHeader("Content-Type"), "text/html")
	isJSON := json.Unmarshal(e.Response.Body, &framework) == nil && framework.Status == http.StatusNotFound
	return e.Response.Status == http.StatusNotFound && (isHTML || isJSON)
}

// noteKeys remembers the identity keys of inboxes that an answer shows.
func (s *session) noteKeys(body []byte) {
	v, err := testserver.ParseJSON(body)
	if err != nil {
		return
	}
	walk(v, func(o testserver.Object) {
		identifier, _ := o.Get("inbox_identifier")
		key, _ := o.Get("hmac_token")
		if text(identifier) != "" && text(key) != "" {
			s.inboxKeys[text(identifier)] = text(key)
		}
	})
}

func (s *session) compare(e *exchange, got answer) []difference {
	c := &comparison{names: s.names, op: e.Op, shape: s.shapes[e.Op], sort: sortOf(e), learn: true, undelivered: s.undelivered}
	if got.status != e.Response.Status {
		c.add(kindStatus, "", "%d, recorded %d: %s", got.status, e.Response.Status, show(string(got.body)))
		return c.found
	}
	if recorded := e.ResponseHeader("Content-Type"); !strings.EqualFold(recorded, got.contentType) {
		c.add(kindType, "Content-Type", "%q, recorded %q", got.contentType, recorded)
	}
	s.compareBody(c, e, got.contentType, got.body)
	return c.found
}

func (s *session) compareBody(c *comparison, e *exchange, contentType string, body []byte) {
	recorded := bytes.TrimSpace(e.Response.Body)
	empty := len(recorded) == 0 || string(recorded) == `""` || string(recorded) == "null" && e.Response.Size != nil && *e.Response.Size == 0
	if empty || len(body) == 0 {
		if !empty || len(body) > 0 {
			c.add(kindType, "$", "%s, recorded %s", show(string(body)), show(json.RawMessage(recorded)))
		}
		return
	}
	if !strings.Contains(contentType, "json") {
		s.compareText(c, recorded, contentType, string(body))
		return
	}
	want, err := testserver.ParseJSON(recorded)
	if err != nil {
		c.add(kindType, "$", "the recording has no JSON: %v", err)
		return
	}
	got, err := testserver.ParseJSON(body)
	if err != nil {
		c.add(kindType, "$", "no JSON: %v", err)
		return
	}
	c.cut = isCut(want)
	c.values("$", want, got)
}

// compareText compares answers that are no JSON. The text of the framework's
// HTML error pages is not compared.
func (s *session) compareText(c *comparison, recorded []byte, contentType, body string) {
	var want string
	if json.Unmarshal(recorded, &want) != nil {
		c.add(kindType, "$", "%s, recorded %s", show(body), show(json.RawMessage(recorded)))
		return
	}
	const page = "<!DOCTYPE html>"
	if strings.HasPrefix(want, page) && strings.HasPrefix(body, page) {
		return
	}
	if strings.HasPrefix(contentType, "text/csv") {
		c.csv(want, body)
		return
	}
	if !c.shape && !s.names.sameText(want, body, true) {
		c.add(kindValue, "$", "%s, recorded %s", show(body), show(want))
	}
}
