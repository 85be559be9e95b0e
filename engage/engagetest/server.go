package engagetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Server is a running test server. Its methods are safe for concurrent use.
type Server struct {
	// URL is the base of the server, without the version of the API and
	// without a trailing slash. The API is below URL + "/1.0".
	URL string

	cfg     *config
	st      *store
	http    *testserver.Server
	adminID string
	windows testserver.Windows
}

// NewServer starts a server that is closed when the test ends. It fails the
// test at once when an option is wrong or no port is free, and later for
// requests that the real server would not understand (see WithUnknownFields).
func NewServer(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := start(t, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server outside a test. The caller closes it.
func Start(opts ...Option) (*Server, error) { return start(nil, opts) }

func start(tb testserver.TB, opts []Option) (*Server, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	cfg.tb = tb
	s := &Server{cfg: cfg, st: newStore(cfg.clock())}
	if err := s.plant(cfg.seed); err != nil {
		return nil, fmt.Errorf("engagetest: %w", err)
	}
	s.http, err = testserver.Start(testserver.Config{
		Clock: cfg.clock, TB: tb, Lenient: cfg.lenient, Routes: s.routes(),
		Before: s.before, NoRoute: noRoute, BadBody: badBody, Crash: crash, Recover: recovered,
	})
	if err != nil {
		return nil, err
	}
	s.URL = s.http.URL
	return s, nil
}

// Close stops the server. It may be called more than once.
func (s *Server) Close() { s.http.Close() }

// before keeps the time of the request, applies the rate limit and carries out
// the background jobs that are due.
func (s *Server) before(e *testserver.Exchange) (response, bool) {
	s.st.now = e.Now
	if s.windows.Hit("domain", e.Now, time.Minute, s.cfg.limit) {
		return rateLimited(s.cfg.limit), true
	}
	s.st.tick()
	return response{}, false
}

func (s *Server) routes() []testserver.Route {
	out := []testserver.Route{{
		Operation: "downloadAttachment", Method: "GET", Pattern: "/attachments/{attachmentId}", Handle: s.handler(&download, downloadAttachment),
	}}
	for i := range api.Operations {
		op := &api.Operations[i]
		out = append(out, testserver.Route{
			Operation: op.ID, Method: op.Method, Pattern: apiRoot + op.Path, Handle: s.handler(op, handlerOf(op)),
		})
	}
	return out
}

func (s *Server) handler(op *operation, handle handler) func(*testserver.Exchange) response {
	return func(e *testserver.Exchange) response {
		c := &ctx{Exchange: e, srv: s, cfg: s.cfg, st: s.st, op: op}
		for _, name := range op.Query { // understood, also where no row is there to be compared with it
			c.Params.Ignore(queryKey(name))
		}
		c.authenticate()
		c.authorize()
		return handle(c)
	}
}

// Operation is one operation that this package serves.
type Operation struct {
	// ID is the operation id, Group the group it belongs to in the
	// documentation, Method and Pattern its route.
	ID, Group, Method, Pattern string
	// Shape is set for operations that keep what they are sent and answer in
	// the shape of the schemas, with few of the real server's rules or none.
	Shape bool
}

// Operations lists what this package serves.
func Operations() []Operation {
	out := make([]Operation, len(api.Operations))
	for i, op := range api.Operations {
		out[i] = Operation{
			ID: op.ID, Group: op.Group, Method: op.Method, Pattern: apiRoot + op.Path, Shape: slices.Contains(shapeGroups, op.Group),
		}
	}
	return out
}

// shapeGroups are the groups of operations of which little more is known than
// the schemas.
var shapeGroups = []string{
	"Bots", "Communities", "CustomFields", "Identities", "Identity Groups", "Reply Assistant Entries",
	"Reply Assistant Groups", "Reply Assistant Versions", "Survey Responses", "Surveys", "Tasks", "Time Sheets",
	"Topologies", "User Capacities", "Webhooks",
}

// Token is an API token that acts as the first seeded user.
func (s *Server) Token() string { return s.UserToken(s.adminID) }

// UserToken is an API token that acts as a user, "" when there is no such
// user. It stops working when the user is disabled or deleted.
func (s *Server) UserToken(userID string) (text string) {
	s.http.Do(func() {
		if s.st.find("User", userID) != nil {
			text = s.st.tokenOf(userID)
		}
	})
	return text
}

// ID finds what a test knows by name: the user with an e-mail address, the
// role with a label, the team, source, category, tag or other record with a
// name. kind is the name of the object in the API description. It is "" when
// there is none.
func (s *Server) ID(kind, name string) (id string) {
	s.http.Do(func() {
		for _, key := range []string{"name", "label", "email", "title", "body"} {
			if r := s.st.named(kind, key, name); r != nil {
				id = r.id
				return
			}
		}
	})
	return id
}

// Add makes a record behind the API's back, a customer's content for example,
// and returns its id. kind is the name of its object in the API description
// ("Content"), fields are keys of that object; what is not given is blank.
func (s *Server) Add(kind string, fields map[string]any) (id string, err error) {
	s.http.Do(func() {
		if !stored[kind] {
			err = fmt.Errorf("engagetest: Add: there are no records of kind %q", kind)
			return
		}
		r := &record{kind: kind, body: blank(kind)}
		if err = r.fill(fields); err != nil {
			return
		}
		s.st.now = s.cfg.clock()
		id = s.st.insert(r).id
	})
	return id, err
}

// stored are the kinds of records that are kept.
var stored = func() map[string]bool {
	kinds := map[string]bool{}
	for _, op := range api.Operations {
		if api.field(op.Answer, "id") != nil {
			kinds[op.Answer] = true
		}
	}
	return kinds
}()

// Change sets fields of a record behind the API's back.
func (s *Server) Change(kind, id string, fields map[string]any) (err error) {
	s.http.Do(func() {
		r := s.st.find(kind, id)
		if r == nil {
			err = fmt.Errorf("engagetest: Change: no %s has the id %q", kind, id)
			return
		}
		if err = r.fill(fields); err == nil {
			s.st.touch(r)
		}
	})
	return err
}

// fill sets fields given as Go values, as far as JSON knows them.
func (r *record) fill(fields map[string]any) error {
	text, err := testserver.Marshal(fields)
	if err != nil {
		return fmt.Errorf("engagetest: %w", err)
	}
	parsed, err := testserver.ParseJSON(text)
	if err != nil {
		return fmt.Errorf("engagetest: %w", err)
	}
	values, _ := parsed.(object) // null is none
	for _, m := range values {
		f := api.field(r.kind, m.Key)
		if f == nil {
			return fmt.Errorf("engagetest: %s has no key %q", r.kind, m.Key)
		}
		v, problem := settle(f.kind, m.Value)
		if problem != "" {
			return fmt.Errorf("engagetest: %s.%s: %s", r.kind, m.Key, problem)
		}
		r.set(m.Key, v)
	}
	return nil
}

// settle turns a parsed JSON value into the form in which records keep it.
func settle(k kind, v any) (any, string) {
	switch k.is {
	case "integer", "number", "boolean", "string", "enum":
		if v == nil && !k.nullable {
			return nil, "null"
		}
		return castPlain(k, v)
	default:
		return v, ""
	}
}

// Mail is an e-mail that the domain would have sent.
type Mail struct {
	To string
	// Kind is "invitation".
	Kind string
}

// Mails lists the e-mails that were sent, oldest first.
func (s *Server) Mails() (out []Mail) {
	s.http.Do(func() { out = slices.Clone(s.st.mails) })
	return out
}

// RunJobs carries out the background jobs that are outstanding.
func (s *Server) RunJobs() { s.http.Do(s.st.runJobs) }

// AcceptInvitation does what a user does who follows the link in the
// invitation: chooses a password and signs in. It is an error when no
// invitation is open, or when the user is disabled.
func (s *Server) AcceptInvitation(userID string) error {
	return s.visit(userID, func(u *record) error {
		if !u.flag("invitation_pending") {
			return fmt.Errorf("engagetest: user %q has no open invitation", userID)
		}
		u.set("invitation_pending", false)
		s.st.touch(u)
		return nil
	})
}

// SignIn does what a user does who signs in with a password or single sign-on.
// It is an error when the invitation has not been accepted, or when the user is
// disabled.
func (s *Server) SignIn(userID string) error {
	return s.visit(userID, func(u *record) error {
		if u.flag("invitation_pending") {
			return fmt.Errorf("engagetest: user %q has not accepted the invitation", userID)
		}
		return nil
	})
}

// visit signs a user in after a check. Who is signed in is connected: GET
// /status shows it.
func (s *Server) visit(userID string, check func(u *record) error) (err error) {
	s.http.Do(func() {
		s.st.now = s.cfg.clock()
		u := s.st.find("User", userID)
		switch {
		case u == nil:
			err = fmt.Errorf("engagetest: no user has the id %q", userID)
			return
		case !u.flag("enabled"):
			err = fmt.Errorf("engagetest: user %q is disabled", userID)
			return
		}
		if err = check(u); err != nil {
			return
		}
		u.hidden[hiddenSignedIn] = true
		s.st.connect(u)
		s.st.event("session.created", u.id, obj("user_id", u.id))
	})
	return err
}

// SignOut disconnects a user.
func (s *Server) SignOut(userID string) { s.http.Do(func() { s.st.disconnect(userID) }) }
