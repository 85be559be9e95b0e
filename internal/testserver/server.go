package testserver

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"
)

// TB is what a test server needs of testing.TB.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Response is one answer.
type Response struct {
	Status int
	// Type is the Content-Type; "" sends none.
	Type   string
	Body   []byte
	Header http.Header
}

// Exchange is one request while it is handled.
type Exchange struct {
	Request *http.Request
	// Path holds the values of the {names} in the route's pattern, unescaped.
	Path map[string]string
	// Format is the suffix of the path that names a format, without its dot.
	Format string
	// Query holds the parameters of the query alone, Params those of the
	// query and the body together, the body's on top.
	Query, Params *Params
	// Body is the raw body.
	Body []byte
	// NonObject is set for a JSON body that is no object, which counts as an
	// empty one.
	NonObject bool
	// Route is nil when no route takes the request.
	Route *Route
	// Now is the server's time, the same for the whole exchange.
	Now time.Time

	after []func()
}

// Later runs fn after the answer is made and before the next request is
// handled: the background jobs of the real server.
func (e *Exchange) Later(fn func()) { e.after = append(e.after, fn) }

// Config is what makes a server of one API.
type Config struct {
	// Clock gives the time; nil means time.Now.
	Clock func() time.Time
	// TB is told of panics in handlers and of requests that the real server
	// would not understand; nil in a program.
	TB TB
	// Lenient keeps fields that no handler read, and values of wrong type,
	// from failing TB.
	Lenient bool
	// Before may answer ahead of everything else; nil lets every request pass.
	Before func(*Exchange) (Response, bool)
	// NoRoute answers what no route takes, BadBody malformed bodies, Crash
	// takes the place of an answer when a handler panics.
	NoRoute, BadBody func(*Exchange) Response
	Crash            func() Response
	// Recover turns the value of a panic into an answer; ok is false for
	// panics that are faults of the test server itself.
	Recover func(value any) (r Response, ok bool)
	Routes  []Route
}

// Server is a running test server.
type Server struct {
	// URL is the base of the server, without a trailing slash.
	URL string

	cfg    Config
	router *router
	http   *http.Server
	closed context.Context
	close  context.CancelFunc
	wg     sync.WaitGroup

	handling sync.Mutex // one request at a time

	mu      sync.Mutex
	scripts []*script
	log     []Request
	late    []func()
	done    bool
}

// Start listens on a free loopback port and serves until Close.
func Start(cfg Config) (*Server, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("test server: %w", err)
	}
	s := &Server{cfg: cfg, router: newRouter(cfg.Routes), URL: "http://" + listener.Addr().String()}
	s.closed, s.close = context.WithCancel(context.Background())
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.wg.Go(func() { _ = s.http.Serve(listener) })
	return s, nil
}

// Close stops the server, ends scripted delays and drops writes that are still
// late. It may be called more than once.
func (s *Server) Close() {
	s.mu.Lock()
	s.done = true
	s.mu.Unlock()
	s.close()
	_ = s.http.Close()
	s.wg.Wait()
}

// Do runs fn while no request is handled, so that it may touch the state.
func (s *Server) Do(fn func()) {
	s.handling.Lock()
	defer s.handling.Unlock()
	fn()
}

// Fault scripts faults for an operation: an operation id, a method and a path
// pattern ("GET /api/v1/profile"), or "" for every request. Of several faults
// that fit, all delays apply, and then the first other one.
func (s *Server) Fault(operation string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.scripts = append(s.scripts, &script{operation: operation, fault: f})
	}
}

// ClearFaults ends all scripts.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts = nil
}

// Settle carries out the writes that are still late.
func (s *Server) Settle() {
	s.mu.Lock()
	late := s.late
	s.late = nil
	s.mu.Unlock()
	for _, write := range late {
		write()
	}
}

// Requests lists what arrived, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// ClearRequests empties the log.
func (s *Server) ClearRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// enter counts a request in, so that Close can wait for it; it reports false
// when the server is closed.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return false
	}
	s.wg.Add(1)
	return true
}

// ServeHTTP handles one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.wg.Done()
	body, err := readBody(w, r)
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	e := s.exchange(r, body)
	index, faults := s.record(e)
	s.carryOut(w, e, index, faults)
}

func (s *Server) exchange(r *http.Request, body []byte) *Exchange {
	e := &Exchange{Request: r, Body: body, Now: s.cfg.Clock()}
	method := r.Method
	switch {
	case method == http.MethodHead:
		method = http.MethodGet
	case method == http.MethodPost && r.Header.Get("X-HTTP-Method-Override") != "":
		method = r.Header.Get("X-HTTP-Method-Override")
	}
	found := s.router.find(method, r.URL.EscapedPath())
	e.Route, e.Path, e.Format = found.route, found.values, found.format
	return e
}

// record logs the request and picks the faults that strike it.
func (s *Server) record(e *Exchange) (index int, faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry := newRequest(e)
	index = len(s.log)
	s.log = append(s.log, entry)
	for _, script := range s.scripts {
		if script.fault.kind != faultDelay && slices.ContainsFunc(faults, notDelay) {
			continue
		}
		if script.strikes(entry) {
			faults = append(faults, script.fault)
		}
	}
	return index, faults
}

func notDelay(f Fault) bool { return f.kind != faultDelay }

func (s *Server) carryOut(w http.ResponseWriter, e *Exchange, index int, faults []Fault) {
	var fault Fault
	for _, f := range faults {
		if f.kind == faultDelay {
			s.wait(e.Request.Context(), f.delay)
			s.abortWhenClosed()
			continue
		}
		fault = f
	}
	switch fault.kind {
	case faultAnswer:
		s.write(w, e, index, fault.answer)
	case faultDropBefore:
		reset(w)
	case faultDropAfter:
		s.handle(e)
		reset(w)
	case faultLateWrite:
		reset(w)
		s.postpone(e, fault.delay)
	case faultCut:
		cut(w, s.handle(e), fault.cut)
	case faultMalformed:
		answer := s.handle(e)
		answer.Body = answer.Body[:len(answer.Body)/2]
		s.write(w, e, index, answer)
	default:
		s.write(w, e, index, s.handle(e))
	}
}

func (s *Server) abortWhenClosed() {
	if s.closed.Err() != nil {
		panic(http.ErrAbortHandler)
	}
}

func (s *Server) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.closed.Done():
	}
}

func (s *Server) postpone(e *Exchange, d time.Duration) {
	write := sync.OnceFunc(func() { s.handle(e) })
	s.mu.Lock()
	s.late = append(s.late, write)
	s.mu.Unlock()
	if d <= 0 || !s.enter() {
		return
	}
	go func() {
		defer s.wg.Done()
		s.wait(s.closed, d)
		if s.closed.Err() == nil {
			write()
		}
	}()
}

// handle does what was asked and returns the answer.
func (s *Server) handle(e *Exchange) (answer Response) {
	s.handling.Lock()
	defer s.handling.Unlock()
	defer func() {
		if v := recover(); v != nil {
			answer = s.recovered(v)
		}
		for i := 0; i < len(e.after); i++ {
			e.after[i]() // which may add more
		}
	}()
	if s.cfg.Before != nil {
		if r, done := s.cfg.Before(e); done {
			return r
		}
	}
	if e.Route == nil {
		return s.cfg.NoRoute(e)
	}
	if !e.parse() {
		return s.cfg.BadBody(e)
	}
	answer = e.Route.Handle(e)
	s.complain(e, answer)
	return answer
}

func (s *Server) recovered(v any) Response {
	if s.cfg.Recover != nil {
		if r, ok := s.cfg.Recover(v); ok {
			return r
		}
	}
	if s.cfg.TB != nil {
		s.cfg.TB.Errorf("test server: handler panicked: %v\n%s", v, debug.Stack())
	}
	return s.cfg.Crash()
}

func (e *Exchange) parse() bool {
	body, isJSON, err := parseBody(e.Request.Header.Get("Content-Type"), e.Body)
	e.NonObject = err == nil && isJSON && len(body.Faults()) > 0
	if err != nil {
		return false
	}
	e.Query = parsePairs(e.Request.URL.RawQuery)
	e.Params = mergeParams(e.Query, body)
	if isJSON {
		e.Params.wrap(e.Route.Wrap, body.keys, e.Route.WrapOnly)
	}
	return true
}

// complain fails the test for what a successful request said and the real
// server would not understand.
func (s *Server) complain(e *Exchange, answer Response) {
	if s.cfg.TB == nil || s.cfg.Lenient || answer.Status < 200 || answer.Status > 299 {
		return
	}
	s.cfg.TB.Helper()
	for _, path := range e.Params.Unread() {
		s.cfg.TB.Errorf("test server: %s %s: the server does not read %s", e.Request.Method, e.Route.Pattern, path)
	}
	for _, fault := range e.Params.Faults() {
		s.cfg.TB.Errorf("test server: %s %s: %s", e.Request.Method, e.Route.Pattern, fault)
	}
}

func (s *Server) write(w http.ResponseWriter, e *Exchange, index int, answer Response) {
	s.mu.Lock()
	if index < len(s.log) {
		s.log[index].Status = answer.Status
	}
	s.mu.Unlock()
	if notModified(e.Request, &answer) {
		answer = Response{Status: http.StatusNotModified, Header: answer.Header}
	}
	setHeaders(w.Header(), answer)
	w.WriteHeader(answer.Status)
	if e.Request.Method != http.MethodHead {
		_, _ = w.Write(answer.Body)
	}
}

// notModified adds the weak entity tag that a GET with a body gets, and
// reports whether the client has that body already.
func notModified(r *http.Request, answer *Response) bool {
	if r.Method != http.MethodGet || answer.Status != http.StatusOK || len(answer.Body) == 0 {
		return false
	}
	sum := md5.Sum(answer.Body)
	tag := `W/"` + hex.EncodeToString(sum[:]) + `"`
	answer.Header = answer.Header.Clone()
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	answer.Header.Set("ETag", tag)
	return r.Header.Get("If-None-Match") == tag
}

func setHeaders(h http.Header, answer Response) {
	for key, values := range answer.Header {
		h[key] = values
	}
	if answer.Type == "" {
		h["Content-Type"] = nil
	} else {
		h.Set("Content-Type", answer.Type)
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("X-Request-Id", UUID())
	h.Set("X-Runtime", "0.001000")
}

// reset closes the connection with a TCP reset and no answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// cut sends the head and n bytes of the body, then resets the connection.
func cut(w http.ResponseWriter, answer Response, n int) {
	setHeaders(w.Header(), answer)
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.Body)))
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body[:min(n, len(answer.Body))])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// UUID returns a random UUID of version 4.
func UUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Request is one entry of the request log.
type Request struct {
	// Operation and Pattern are those of the route, "" when none took it.
	Operation, Pattern string
	Method, Path       string
	Query              url.Values
	Header             http.Header
	Body               []byte
	// Status is what was answered, 0 when the connection was dropped or cut.
	Status int
	// At is the server's time of arrival.
	At time.Time
}

func newRequest(e *Exchange) Request {
	r := Request{
		Method: e.Request.Method, Path: e.Request.URL.EscapedPath(), Query: e.Request.URL.Query(),
		Header: e.Request.Header.Clone(), Body: e.Body, At: e.Now,
	}
	if e.Route != nil {
		r.Operation, r.Pattern = e.Route.Operation, e.Route.Pattern
	}
	return r
}

// String shows method and path. Headers, query and body stay out, since they
// may carry tokens.
func (r Request) String() string { return fmt.Sprintf("%s %s -> %d", r.Method, r.Path, r.Status) }

// GoString is String.
func (r Request) GoString() string { return r.String() }
