package core

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipeTransport connects to a handler over pipes in memory, so that a test's
// clock stands still while anything moves.
func pipeTransport(t *testing.T, handler http.HandlerFunc) *http.Transport {
	t.Helper()
	return &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			srv := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour}
			listener := &oneConn{conn: far, done: make(chan struct{})}
			go func() { _ = srv.Serve(listener) }()
			t.Cleanup(func() { _ = srv.Close() })
			return near, nil
		},
	}
}

// oneConn listens for one connection.
type oneConn struct {
	conn net.Conn
	done chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.done
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error {
	close(l.done)
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// pipeClient makes a client of a handler on the bubble's clock.
func pipeClient(t *testing.T, handler http.HandlerFunc, opts ...Option) *Client {
	t.Helper()
	transport := pipeTransport(t, handler)
	t.Cleanup(transport.CloseIdleConnections)
	opts = append([]Option{WithUserToken(planted), WithInsecureHTTP(), WithHTTPClient(&http.Client{Transport: transport})}, opts...)
	c, err := New("http://desk.example.com", deskAPI(), opts)
	require.NoError(t, err)
	return c
}

// slow answers after a while, and goes on slowly.
func slow(headers time.Duration, pauses ...time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if pause(r.Context(), headers) != nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":7`)
		_ = http.NewResponseController(w).Flush()
		for _, d := range pauses {
			if pause(r.Context(), d) != nil {
				return
			}
			_, _ = io.WriteString(w, " ")
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = io.WriteString(w, `}`)
	}
}

func pause(ctx context.Context, d time.Duration) error { return sleep(ctx, wallClock{}, d) }

func TestTimeouts(t *testing.T) {
	t.Parallel()
	second := time.Second
	tests := []struct {
		name    string
		handler http.HandlerFunc
		opts    []Option
		ctx     time.Duration // of the caller's context, 0 = none
		op      *Operation
		fired   Timeout // "" = it works
		after   time.Duration
		tries   int
	}{
		{"headers in time", slow(9 * second), []Option{WithTimeout(10 * second)}, 0, createThing, "", 9 * second, 1},
		{"headers too late, a write", slow(11 * second), []Option{WithTimeout(10 * second)}, 0, createThing, TimeoutHeaders, 10 * second, 1},
		{"headers too late, a read", slow(11 * second), []Option{WithTimeout(10 * second), WithRetries(2), WithRetryWait(0, 0)}, 0, getThing, TimeoutHeaders, 30 * second, 3},
		{"no limit for headers", slow(time.Hour), []Option{WithTimeout(0), WithTotalTimeout(0)}, 0, createThing, "", time.Hour, 1},
		{"default for headers", slow(31 * second), nil, 0, createThing, TimeoutHeaders, 30 * second, 1},
		{"a body that drips", slow(0, 2*second, 2*second, 2*second), []Option{WithTimeout(3 * second), WithIdleTimeout(3 * second)}, 0, createThing, "", 6 * second, 1},
		{"a body that stops", slow(0, 2*second, 4*second), []Option{WithIdleTimeout(3 * second)}, 0, createThing, TimeoutIdle, 5 * second, 1},
		{"no limit for pauses", slow(0, time.Hour), []Option{WithIdleTimeout(0), WithTotalTimeout(0)}, 0, createThing, "", time.Hour, 1},
		{"the whole call", slow(20 * second), []Option{WithTotalTimeout(15 * second)}, 0, createThing, TimeoutTotal, 15 * second, 1},
		{"the whole call while the body comes", slow(0, 2*second, 2*second, 2*second), []Option{WithTotalTimeout(5 * second)}, 0, createThing, TimeoutTotal, 5 * second, 1},
		{"default for the whole call", slow(400 * second), []Option{WithTimeout(0)}, 0, createThing, TimeoutTotal, 300 * second, 1},
		{"the caller's deadline", slow(20 * second), nil, 7 * second, createThing, TimeoutDeadline, 7 * second, 1},
		{"the caller's deadline in place of the total", slow(400 * second), []Option{WithTimeout(0)}, time.Hour, createThing, "", 400 * second, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := pipeClient(t, tt.handler, tt.opts...)
				ctx := context.Background()
				if tt.ctx > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.ctx)
					defer cancel()
				}
				start := time.Now()
				var resp Response
				_, err := One(ctx, c, tt.op, Request{Path: pathFor(tt.op)}, []Option{Into(&resp)}, decodeThing)
				assert.Equal(t, tt.after, time.Since(start))
				assert.Equal(t, tt.tries, resp.Attempts)
				assert.Equal(t, tt.after, resp.Duration)
				if tt.fired == "" {
					require.NoError(t, err)
					return
				}
				assertTimeout(t, err, tt.fired)
				assert.Equal(t, tt.op == createThing, asError[*TransportError](t, err).MaybeSent)
			})
		})
	}
}

func assertTimeout(t *testing.T, err error, fired Timeout) {
	t.Helper()
	e := asError[*TransportError](t, err)
	assert.Equal(t, fired, e.Fired)
	require.ErrorIs(t, err, ErrTimeout)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	var netErr net.Error
	require.ErrorAs(t, err, &netErr)
	assert.True(t, netErr.Timeout())
	options := map[Timeout]string{
		TimeoutHeaders: "WithTimeout", TimeoutIdle: "WithIdleTimeout",
		TimeoutTotal: "WithTotalTimeout", TimeoutDeadline: "context",
	}
	assert.ErrorContains(t, err, options[fired], "the text says what to change")
}

// TestTimeoutSpansRedirects has each hop in time, and both together not.
func TestTimeoutSpansRedirects(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
			_ = pause(r.Context(), 4*time.Second)
			http.Redirect(w, r, "/again", http.StatusFound)
		}, WithTimeout(10*time.Second), WithRetries(0))
		start := time.Now()
		_, err := get(t, c)
		assertTimeout(t, err, TimeoutHeaders)
		assert.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestCancelledCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, slow(time.Minute))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		_, err := One(ctx, c, putThing, Request{Path: []string{"7"}}, nil, decodeThing)
		e := asError[*TransportError](t, err)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, ErrTimeout)
		assert.Equal(t, 1, e.Attempts)
		assert.True(t, e.MaybeSent)
		assert.Empty(t, e.Fired)
	})
}

// TestConnectTimeout is one that nothing was sent before.
func TestConnectTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		}}
		c, err := New("https://desk.example.com", deskAPI(), []Option{
			WithUserToken(planted), WithHTTPClient(&http.Client{Transport: transport}), WithRetries(2), WithRetryWait(0, 0),
		})
		require.NoError(t, err)
		_, err = create(t, c)
		assertTimeout(t, err, TimeoutConnect)
		e := asError[*TransportError](t, err)
		assert.Equal(t, 3, e.Attempts, "nothing was sent")
		assert.False(t, e.MaybeSent)
	})
}

// TestTimeoutOfTheGivenClient honours what the HTTP client brings along.
func TestTimeoutOfTheGivenClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		transport := pipeTransport(t, slow(time.Minute))
		t.Cleanup(transport.CloseIdleConnections)
		given := &http.Client{Transport: transport, Timeout: 2 * time.Second}
		c, err := New("http://desk.example.com", deskAPI(), []Option{WithUserToken(planted), WithInsecureHTTP(), WithHTTPClient(given)})
		require.NoError(t, err)
		_, err = create(t, c)
		e := asError[*TransportError](t, err)
		assert.Equal(t, TimeoutOther, e.Fired)
		require.ErrorIs(t, err, ErrTimeout)
	})
}

func TestStreamTimeouts(t *testing.T) {
	t.Parallel()
	download := &Operation{Name: "Things.Download", Method: "GET", Path: "/file", Idempotent: true, Answer: AnswerStream}
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, slow(time.Second, 9*time.Second, 9*time.Second, 11*time.Second),
			WithTotalTimeout(5*time.Second), WithIdleTimeout(10*time.Second))
		start := time.Now()
		body, err := c.Stream(context.Background(), download, Request{}, nil)
		require.NoError(t, err)
		assert.Equal(t, time.Second, time.Since(start))
		_, err = io.ReadAll(body)
		assertTimeout(t, err, TimeoutIdle)
		assert.Equal(t, 29*time.Second, time.Since(start), "the total timeout ended with the headers")
		require.NoError(t, body.Close())

		_, err = c.Stream(context.Background(), download, Request{}, []Option{WithTotalTimeout(500 * time.Millisecond)})
		assertTimeout(t, err, TimeoutTotal)
	})
}

func TestStreamClosedWhileItIsRead(t *testing.T) {
	t.Parallel()
	download := &Operation{Name: "Things.Download", Method: "GET", Path: "/file", Idempotent: true, Answer: AnswerStream}
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, slow(0, time.Hour))
		body, err := c.Stream(context.Background(), download, Request{}, nil)
		require.NoError(t, err)
		time.AfterFunc(time.Second, func() { _ = body.Close() })
		_, err = io.ReadAll(body)
		require.Error(t, err)
		assert.NotErrorIs(t, err, io.EOF)
	})
}
