package core

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRetryTable is the table of the design: what is sent again, how often, and
// what is said of a write whose outcome is not known.
func TestRetryTable(t *testing.T) {
	t.Parallel()
	status := func(code int) answer { return answer{status: code} }
	tests := []struct {
		name       string
		step       answer
		idempotent int // attempts of an operation that can be repeated
		other      int // attempts of one that cannot
		maybeSent  bool
	}{
		{"400", status(400), 1, 1, false},
		{"401", status(401), 1, 1, false},
		{"402", status(402), 1, 1, false},
		{"403", status(403), 1, 1, false},
		{"404", status(404), 1, 1, false},
		{"408", status(408), 4, 1, true},
		{"409", status(409), 1, 1, false},
		{"422", status(422), 1, 1, false},
		{"429", status(429), 4, 4, false},
		{"500", status(500), 2, 1, true},
		{"501", status(501), 1, 1, false},
		{"502", status(502), 4, 1, true},
		{"503", status(503), 4, 1, true},
		{"504", status(504), 4, 1, true},
		{"505", status(505), 2, 1, true},
		{"599", status(599), 2, 1, true},
		{"901", status(901), 2, 1, true},
		{"dropped", answer{drop: true}, 4, 1, true},
		{"cut short", answer{status: 200, body: `{"id":`, cut: true}, 4, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, op := range []*Operation{getThing, putThing, deleteThing, createThing} {
				if op == deleteThing && (tt.step.cut || tt.step.status == 404) {
					continue // its answer is not read
				}
				srv, seen := script(t, tt.step)
				err := do(t, client(t, srv.URL), op)
				want := tt.idempotent
				if !op.Idempotent {
					want = tt.other
				}
				assert.Len(t, seen.requests(), want, op.Method)
				attempts, maybeSent := outcome(t, err)
				assert.Equal(t, want, attempts, op.Method)
				assert.Equal(t, tt.maybeSent && op.Method != http.MethodGet, maybeSent, op.Method)
			}
		})
	}
}

// do calls an operation whose answer is a thing.
func do(t *testing.T, c *Client, op *Operation, opts ...Option) error {
	t.Helper()
	r := Request{Path: pathFor(op)}
	if op.Body != BodyNone {
		r.Body = map[string]string{"name": "x"}
	}
	_, err := One(t.Context(), c, op, r, opts, decodeThing)
	return err
}

// outcome reads what an *Error and a *TransportError have in common.
func outcome(t *testing.T, err error) (attempts int, maybeSent bool) {
	t.Helper()
	if e, ok := errors.AsType[*TransportError](err); ok {
		return e.Attempts, e.MaybeSent
	}
	e := asError[*Error](t, err)
	return e.Attempts, e.MaybeSent
}

// TestRetryNeverSent repeats whatever was surely not sent.
func TestRetryNeverSent(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	noTLS := serve(t, func(http.ResponseWriter, *http.Request) {})
	// Nothing is ever written after a handshake that breaks off.
	breaking, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = breaking.Close() })
	go func() {
		for {
			conn, err := breaking.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	refusing := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })

	tests := []struct {
		name string
		base string
		opts []Option
	}{
		{"nothing listens", closed.URL, nil},
		{"host not found", "https://nowhere.invalid", nil},
		{"no TLS there", "https://" + noTLS.Listener.Addr().String(), nil},
		{"TLS handshake breaks off", "https://" + breaking.Addr().String(), nil},
		{"proxy refuses", "https://desk.example.com", []Option{WithProxy("http://user:wrong@" + refusing.Listener.Addr().String())}},
		{"proxy does not listen", "https://desk.example.com", []Option{WithProxy(closed.URL)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := do(t, client(t, tt.base, tt.opts...), createThing, WithRetries(2))
			e := asError[*TransportError](t, err)
			assert.Equal(t, 3, e.Attempts)
			assert.False(t, e.MaybeSent)
			assert.NotEmpty(t, e.Hint+e.Err.Error())
		})
	}
}

func TestRetryUntilItWorks(t *testing.T) {
	t.Parallel()
	// On a connection that was used before, net/http itself would repeat the read.
	srv, seen := script(t, answer{drop: true}, answer{status: 503}, answer{status: 200, body: okThing})
	var resp Response
	v, err := get(t, client(t, srv.URL), Into(&resp))
	require.NoError(t, err)
	assert.Equal(t, int64(7), v.ID)
	assert.Equal(t, 3, resp.Attempts)
	assert.Len(t, seen.requests(), 3)
	for _, r := range seen.requests() {
		assert.Equal(t, planted, r.Header.Get("Api-Access-Token"))
	}
}

func TestRetrySendsTheSameBody(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 429}, answer{status: 200, body: okThing})
	_, err := create(t, client(t, srv.URL))
	require.NoError(t, err)
	require.Len(t, seen.requests(), 2)
	for _, r := range seen.requests() {
		assert.JSONEq(t, `{"name":"x"}`, r.Body)
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
	}
}

// TestMaybeSentIsRemembered keeps what an earlier attempt may have done, however
// the call ends.
func TestMaybeSentIsRemembered(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{drop: true}, answer{status: 422, body: `{"error":"no"}`})
	err := do(t, client(t, srv.URL), putThing)
	e := asError[*Error](t, err)
	assert.Equal(t, 422, e.StatusCode)
	assert.True(t, e.MaybeSent)
}

// TestLastAnswerSurvives keeps what the server said when a later attempt breaks.
func TestLastAnswerSurvives(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 503, body: `{"error":"down for repairs"}`}, answer{drop: true})
	err := do(t, client(t, srv.URL), getThing)
	assert.Equal(t, 4, asError[*TransportError](t, err).Attempts)
	assert.Equal(t, 503, asError[*Error](t, err).StatusCode)
	require.ErrorIs(t, err, ErrServer)
	assert.ErrorContains(t, err, "down for repairs")
}

func TestRepeatedDelete(t *testing.T) {
	t.Parallel()
	gone := answer{status: 404, body: `{"error":"gone"}`}
	tests := []struct {
		name  string
		steps []answer
		done  bool
	}{
		{"after a lost answer", []answer{{drop: true}, gone}, true},
		{"after a 502", []answer{{status: 502}, gone}, true},
		{"after a 429", []answer{{status: 429}, gone}, false},
		{"at once", []answer{gone}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, _ := script(t, tt.steps...)
			err := None(t.Context(), client(t, srv.URL), deleteThing, Request{Path: []string{"7"}}, nil)
			if tt.done {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ErrNotFound)
		})
	}
}

func TestRetriesCanBeSetForOneCall(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 503})
	c := client(t, srv.URL, WithRetries(1))
	require.Error(t, do(t, c, getThing))
	require.Len(t, seen.requests(), 2)
	require.Error(t, do(t, c, getThing, WithRetries(0)))
	require.Len(t, seen.requests(), 3)
	require.Error(t, do(t, c, getThing))
	require.Len(t, seen.requests(), 5, "the client's own setting has not changed")
}

func TestWaits(t *testing.T) {
	t.Parallel()
	clock := newSkippingClock()
	in := func(d time.Duration) string { return clock.Now().Add(d).Format(http.TimeFormat) }
	tests := []struct {
		name     string
		status   int
		header   map[string]string
		opts     []Option
		attempts int
		least    time.Duration // of the first wait
		most     time.Duration
	}{
		{"seconds", 429, map[string]string{"Retry-After": "7"}, nil, 2, 7 * time.Second, 7 * time.Second},
		{"seconds on a 503", 503, map[string]string{"Retry-After": "7"}, nil, 2, 7 * time.Second, 7 * time.Second},
		{"a date", 429, map[string]string{"Retry-After": in(9 * time.Second), "Date": in(0)}, nil, 2, 9 * time.Second, 9 * time.Second},
		{"a date by a clock that is wrong", 429, map[string]string{"Retry-After": in(time.Hour + 9*time.Second), "Date": in(time.Hour)}, nil, 2, 9 * time.Second, 9 * time.Second},
		{"a date that has passed", 429, map[string]string{"Retry-After": in(-time.Hour), "Date": in(0)}, nil, 2, 0, 0},
		{"the end of the window", 429, map[string]string{"Date": in(0)}, nil, 2, 40 * time.Second, 40 * time.Second},
		{"beyond the cap", 429, map[string]string{"Retry-After": "91"}, nil, 1, 0, 0},
		{"far beyond the cap", 429, map[string]string{"Retry-After": "99999999999999999"}, nil, 1, 0, 0},
		{"a cap of one's own", 429, map[string]string{"Retry-After": "91"}, []Option{WithMaxRetryAfter(2 * time.Minute)}, 2, 91 * time.Second, 91 * time.Second},
		{"no number", 503, map[string]string{"Retry-After": "7 junk"}, []Option{WithRetryWait(time.Second, time.Second)}, 2, 0, time.Second},
		{"negative", 503, map[string]string{"Retry-After": "-7"}, []Option{WithRetryWait(time.Second, time.Second)}, 2, 0, time.Second},
		{"none", 503, nil, []Option{WithRetryWait(time.Second, time.Second)}, 2, 0, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, seen := script(t, answer{status: tt.status, header: tt.header}, answer{status: 200, body: okThing})
			clock := newSkippingClock()
			opts := append([]Option{WithClock(clock), WithRetryWait(0, 0)}, tt.opts...)
			err := do(t, client(t, srv.URL, opts...), getThing)
			require.Len(t, seen.requests(), tt.attempts)
			if tt.attempts == 1 {
				require.ErrorIs(t, err, ErrRateLimited)
				assert.Greater(t, asError[*Error](t, err).RetryAfter, 90*time.Second)
				assert.Empty(t, clock.waited())
				return
			}
			require.NoError(t, err)
			var waited time.Duration
			for _, d := range clock.waited() {
				waited += d
			}
			assert.GreaterOrEqual(t, waited, tt.least)
			assert.LessOrEqual(t, waited, tt.most)
		})
	}
}

// TestBackoffGrows looks at the bounds, between which the waits are random.
func TestBackoffGrows(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 503})
	bounds := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}
	seen := make([]time.Duration, len(bounds))
	for range 200 {
		clock := newSkippingClock()
		c := client(t, srv.URL, WithClock(clock), WithRetries(len(bounds)), WithRetryWait(time.Second, 5*time.Second))
		require.Error(t, do(t, c, getThing))
		for i, d := range clock.waited() {
			seen[i] = max(seen[i], d)
			assert.LessOrEqual(t, d, bounds[i])
		}
	}
	for i, bound := range bounds {
		assert.Greater(t, seen[i], bound/2, "waits use the whole range")
	}
}

// TestWaitBeyondTheDeadline gives the real answer at once.
func TestWaitBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 429, header: map[string]string{"Retry-After": "30"}, body: `{"error":"slow down"}`})
	clock := newSkippingClock()
	c := client(t, srv.URL, WithClock(clock))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := One(ctx, c, getThing, Request{Path: []string{"7"}}, nil, decodeThing)
	e := asError[*Error](t, err)
	assert.Equal(t, 429, e.StatusCode)
	assert.Equal(t, 30*time.Second, e.RetryAfter)
	assert.Equal(t, "slow down", e.Message)
	assert.Len(t, seen.requests(), 1)
	assert.Empty(t, clock.waited())
}

// blockingClock never lets a wait end, and tells when one has begun.
type blockingClock struct {
	skippingClock
	waiting chan time.Duration
}

func (c *blockingClock) After(d time.Duration) <-chan time.Time {
	c.waiting <- d
	return nil
}

// TestCancelledWait ends with what the server said last, and with the reason.
func TestCancelledWait(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 429, header: map[string]string{"Retry-After": "30"}, body: `{"error":"slow down"}`})
	clock := &blockingClock{waiting: make(chan time.Duration, 1)}
	c := client(t, srv.URL, WithClock(clock))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-clock.waiting
		cancel()
	}()
	var resp Response
	_, err := One(ctx, c, getThing, Request{Path: []string{"7"}}, []Option{Into(&resp)}, decodeThing)
	assert.Equal(t, 429, asError[*Error](t, err).StatusCode)
	assert.Equal(t, 429, resp.StatusCode)
	assert.JSONEq(t, `{"error":"slow down"}`, string(resp.Body))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, ErrRateLimited)
	require.ErrorContains(t, err, "slow down")
	assert.Len(t, seen.requests(), 1)
}

func TestCancelledWaitAfterALostConnection(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{drop: true})
	clock := &blockingClock{waiting: make(chan time.Duration, 1)}
	c := client(t, srv.URL, WithClock(clock), WithRetryWait(time.Hour, time.Hour), WithTotalTimeout(0))
	ctx, cancel := context.WithCancel(background)
	go func() {
		<-clock.waiting
		cancel()
	}()
	_, err := One(ctx, c, putThing, Request{Path: []string{"7"}}, nil, decodeThing)
	e := asError[*TransportError](t, err)
	assert.True(t, e.MaybeSent)
	assert.Equal(t, 1, e.Attempts)
	assert.ErrorIs(t, err, context.Canceled)
}

// TestWindowIsShared holds back every call that the same window covers.
func TestWindowIsShared(t *testing.T) {
	t.Parallel()
	search := &Operation{Name: "Things.Search", Method: "GET", Path: "/search", Idempotent: true, Window: "search"}
	start := newSkippingClock().Now()
	left := 40 * time.Second // of the minute
	tests := []struct {
		name         string
		first, other *Operation
		wait         time.Duration
	}{
		{"general holds back general", listThings, getThing, left},
		{"general holds back particular", listThings, search, left},
		{"particular holds back itself", search, search, left},
		{"particular leaves general alone", search, getThing, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refuse := answer{status: 429, header: map[string]string{"Date": start.Format(http.TimeFormat)}}
			srv, seen := script(t, refuse, answer{status: 200, body: okThing})
			clock := newSkippingClock()
			c := client(t, srv.URL, WithClock(clock), WithRetryWait(0, 0), WithAccountID(3))
			require.ErrorIs(t, None(t.Context(), c, tt.first, Request{}, []Option{WithRetries(0)}), ErrRateLimited)
			require.Empty(t, clock.waited())

			shared, err := c.With(WithHeader("X-Other", "client"))
			require.NoError(t, err)
			r := Request{}
			if tt.other == getThing {
				r.Path = []string{"7"}
			}
			require.NoError(t, None(t.Context(), shared, tt.other, r, nil))
			assert.Len(t, seen.requests(), 2)
			assert.Equal(t, tt.wait, clock.Now().Sub(start))
		})
	}
}

// TestWindowOfAnotherAccount stays open.
func TestWindowOfAnotherAccount(t *testing.T) {
	t.Parallel()
	search := &Operation{Name: "Things.Search", Method: "GET", Path: "/search", Idempotent: true, Window: "search"}
	srv, _ := script(t, answer{status: 429}, answer{status: 200, body: okThing})
	clock := newSkippingClock()
	c := client(t, srv.URL, WithClock(clock), WithAccountID(3))
	require.ErrorIs(t, None(t.Context(), c, search, Request{}, []Option{WithRetries(0)}), ErrRateLimited)
	require.NoError(t, None(t.Context(), c, search, Request{}, []Option{WithAccountID(4)}))
	assert.Empty(t, clock.waited())
}

// TestHeldBack is a call that is not sent, because it cannot wait as long as
// the server has just asked another one to.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 429, header: map[string]string{"Date": "Wed, 04 Mar 2026 05:06:20 GMT"}})
	clock := newSkippingClock()
	c := client(t, srv.URL, WithClock(clock))
	require.ErrorIs(t, do(t, c, getThing, WithRetries(0)), ErrRateLimited)
	err := do(t, c, createThing, WithMaxRetryAfter(time.Second))
	require.ErrorIs(t, err, ErrRateLimited)
	e := asError[*Error](t, err)
	assert.Zero(t, e.Attempts)
	assert.False(t, e.MaybeSent)
	assert.Positive(t, e.RetryAfter)
	assert.Equal(t, "Things.Create", e.Operation)
	assert.Len(t, seen.requests(), 1)
}

// TestConnectionsSurviveFailures counts connections while every call fails.
func TestConnectionsSurviveFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		step answer
	}{
		{"refused", answer{status: 422, body: `{"error":"no"}`}},
		{"failed", answer{status: 503, body: fmt.Sprintf("%070000d", 0)}},
		{"undecodable", answer{status: 200, body: `{"id":`}},
		{"not wanted", answer{status: 200, body: okThing}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			connections := newCounter()
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.step.status)
				_ = http.NewResponseController(w).Flush() // chunked
				_, _ = w.Write([]byte(tt.step.body))
			}))
			srv.Config.ConnState = connections.note
			srv.Start()
			t.Cleanup(srv.Close)
			c := client(t, srv.URL)
			for range 5 {
				_ = do(t, c, getThing)
				_ = None(t.Context(), c, deleteThing, Request{Path: []string{"7"}}, nil)
			}
			assert.Equal(t, int64(1), connections.opened())
		})
	}
}
