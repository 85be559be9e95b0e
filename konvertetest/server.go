package konvertetest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Server is a running test server. Its methods are safe for concurrent use.
type Server struct {
	// URL is the base of the server, without a trailing slash.
	URL string

	cfg  *config
	st   *store
	http *testserver.Server

	accountID               int64
	adminID, agentID, appID int64
	windows                 testserver.Windows
}

// NewServer starts a server that is closed when the test ends. It fails the
// test at once when an option is wrong or no port is free, and later for
// requests that the real server would not understand (see WithUnknownFields).
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s, err := start(tb, opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
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
	s := &Server{cfg: cfg, st: newStore(cfg.clock(), cfg.distinct)}
	s.plant(cfg.seed)
	s.http, err = testserver.Start(testserver.Config{
		Clock: cfg.clock, TB: tb, Lenient: cfg.lenient, Routes: s.serve(),
		Before: s.before, NoRoute: s.noRoute, BadBody: badBody, Crash: crash, Recover: recovered,
	})
	if err != nil {
		return nil, err
	}
	s.URL = s.http.URL
	return s, nil
}

// Close stops the server. It may be called more than once.
func (s *Server) Close() { s.http.Close() }

// Version is the version that the server behaves as.
func (s *Server) Version() string { return versions[s.cfg.version] }

// AccountID is the id of the seeded account.
func (s *Server) AccountID() int64 { return s.accountID }

// AdminToken is the API token of the first seeded administrator, "" when the
// seed has none.
func (s *Server) AdminToken() string { return s.UserToken(s.adminID) }

// AgentToken is the API token of the first seeded agent, "" when the seed has
// none.
func (s *Server) AgentToken() string { return s.UserToken(s.agentID) }

// PlatformToken is the API token of the platform app.
func (s *Server) PlatformToken() string { return s.token(tokenOwner{kind: ownerPlatform, id: s.appID}) }

// UserToken is the API token of a user, "" when there is no such user.
func (s *Server) UserToken(id int64) string { return s.token(tokenOwner{kind: ownerUser, id: id}) }

// BotToken is the API token of an agent bot, "" when there is no such bot.
func (s *Server) BotToken(id int64) string { return s.token(tokenOwner{kind: ownerBot, id: id}) }

func (s *Server) token(owner tokenOwner) (token string) {
	s.http.Do(func() { token = s.st.tokenOf(owner) })
	return token
}

// UserIDs are the ids of the seeded users, in the order of the seed.
func (s *Server) UserIDs() (ids []int64) {
	s.http.Do(func() {
		for i, m := range accountUsers.where(s.st, func(m *accountUser) bool { return m.accountID == s.accountID }) {
			if i < len(s.cfg.seed.Users) {
				ids = append(ids, m.userID)
			}
		}
	})
	return ids
}

// IDKind names what an id stands for, such as "contact", on a server with
// WithDistinctIDs; "" for numbers that are no id, and on other servers.
func (s *Server) IDKind(id int64) string {
	i := id/idRange - 1
	if !s.cfg.distinct || i < 0 || i >= int64(len(kinds)) {
		return ""
	}
	return kinds[i]
}

// Requests lists what arrived, oldest first.
func (s *Server) Requests() []Request { return s.http.Requests() }

// ClearRequests empties the log.
func (s *Server) ClearRequests() { s.http.ClearRequests() }

// before keeps the time of the request, answers CORS preflights and applies
// the rate limits.
func (s *Server) before(e *testserver.Exchange) (response, bool) {
	s.st.now = e.Now
	s.st.runScheduled(false)
	if r, over := s.throttle(e); over {
		return r, true
	}
	return preflight(e)
}

func preflight(e *testserver.Exchange) (response, bool) {
	h := e.Request.Header
	if e.Request.Method != http.MethodOptions || h.Get("Origin") == "" || h.Get("Access-Control-Request-Method") == "" ||
		!strings.HasPrefix(e.Request.URL.Path, "/public/api/") {
		return response{}, false
	}
	return response{Status: http.StatusOK, Header: http.Header{
		"Access-Control-Allow-Origin":   {"*"},
		"Access-Control-Allow-Methods":  {"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
		"Access-Control-Expose-Headers": {""},
		"Access-Control-Max-Age":        {"7200"},
	}}, true
}

// wantsJSON reports whether the framework answers its own errors as JSON: only
// when the Accept header begins with application/json and takes no */*.
func wantsJSON(e *testserver.Exchange) bool {
	accept := e.Request.Header.Get("Accept")
	return strings.HasPrefix(accept, "application/json") && !strings.Contains(accept, "*/*")
}

const notFoundPage = "<!DOCTYPE html>\n<html>\n<head>\n  <title>The page you were looking for doesn't exist (404)</title>\n</head>\n" +
	"<body>\n  <h1>The page you were looking for doesn't exist.</h1>\n</body>\n</html>\n"

func (s *Server) noRoute(e *testserver.Exchange) response {
	if wantsJSON(e) {
		return railsError(http.StatusNotFound)
	}
	return response{Status: http.StatusNotFound, Type: typeHTML, Body: []byte(notFoundPage)}
}

// badBody answers malformed JSON.
func badBody(e *testserver.Exchange) response {
	if wantsJSON(e) {
		return railsError(http.StatusBadRequest)
	}
	return response{Status: http.StatusBadRequest, Type: typeHTML}
}

func recovered(v any) (response, bool) {
	h, isHalt := v.(halt)
	return h.answer, isHalt
}

// Operation is one operation that this package serves.
type Operation struct {
	// ID is the operation id, Method and Pattern its route.
	ID, Method, Pattern string
	// Versions are the server versions that have the route.
	Versions []string
	// Shape is set for operations whose answers have the right status, keys
	// and types, with little state behind them or none.
	Shape bool
}

// Operations lists what this package serves. PATCH and PUT of one operation
// are two entries.
func Operations() []Operation {
	var out []Operation
	for _, rt := range allRoutes() {
		op := Operation{ID: rt.operation, Method: rt.method, Pattern: rt.pattern, Shape: rt.shape}
		for i, v := range versions {
			if rt.existsIn(i) {
				op.Versions = append(op.Versions, v)
			}
		}
		out = append(out, op)
	}
	return out
}

// plant makes the seed.
func (s *Server) plant(seed Seed) {
	st := s.st
	if seed.Features == nil {
		seed.Features = s.cfg.initialFeatures()
	}
	acc := st.newAccount(seed.AccountName, seed.Locale, seed.Features)
	s.accountID = acc.id
	for _, su := range seed.Users {
		u := st.newUser(su.Name, su.Email)
		u.confirmed = true
		st.join(acc.id, u.id, su.Role)
		switch {
		case su.Role == roleAdministrator && s.adminID == 0:
			s.adminID = u.id
		case su.Role == roleAgent && s.agentID == 0:
			s.agentID = u.id
		}
	}
	app := platformApps.insert(st, &platformApp{name: seed.PlatformApp})
	st.issueToken(tokenOwner{kind: ownerPlatform, id: app.id})
	s.appID = app.id
}

// presenceTimeout is how long a sign of life of a user counts.
const presenceTimeout = 20 * time.Second
