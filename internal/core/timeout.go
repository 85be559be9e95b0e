package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// Timeout names the timeout that ended a call.
type Timeout string

// The timeouts.
const (
	TimeoutHeaders  Timeout = "headers"  // WithTimeout: the answer's headers did not come
	TimeoutIdle     Timeout = "idle"     // WithIdleTimeout: the answer's body stopped coming
	TimeoutTotal    Timeout = "total"    // WithTotalTimeout: the whole call took too long
	TimeoutDeadline Timeout = "deadline" // the deadline of the caller's context
	TimeoutConnect  Timeout = "connect"  // no connection, or no TLS on it
	TimeoutOther    Timeout = "other"    // of the HTTP client or a middleware that was given
)

// timeoutError is the end of an attempt or of a call by one of our timeouts.
type timeoutError struct {
	fired Timeout
	limit time.Duration
}

// Error names the timeout and its option.
func (e *timeoutError) Error() string {
	switch e.fired {
	case TimeoutHeaders:
		return fmt.Sprintf("timeout: no answer within %s (WithTimeout)", e.limit)
	case TimeoutIdle:
		return fmt.Sprintf("timeout: the answer's body stopped coming for %s (WithIdleTimeout)", e.limit)
	}
	return fmt.Sprintf("timeout: the call did not end within %s (WithTotalTimeout)", e.limit)
}

// Timeout and Temporary make it a net.Error.
func (e *timeoutError) Timeout() bool { return true }

// Temporary is part of net.Error.
func (e *timeoutError) Temporary() bool { return true }

// Is answers for ErrTimeout, and for a deadline, which it is.
func (e *timeoutError) Is(target error) bool {
	return target == ErrTimeout || target == context.DeadlineExceeded
}

// watchdog ends one hop of an attempt when nothing comes for too long: first the
// answer's headers, then more of its body.
type watchdog struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	headers time.Duration // limits, 0 = none
	idle    time.Duration
	inBody  atomic.Bool
	timer   *time.Timer // nil = no limit at all
}

// watch begins to wait for an answer's headers, for what is left of their limit.
func watch(ctx context.Context, left time.Duration, cfg *Config) *watchdog {
	w := &watchdog{headers: cfg.Timeout, idle: cfg.IdleTimeout}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	switch {
	case w.headers > 0:
		w.timer = time.AfterFunc(max(left, 0), w.bite)
	case w.idle > 0:
		w.timer = time.AfterFunc(forever, w.bite)
		w.timer.Stop()
	}
	return w
}

func (w *watchdog) bite() {
	if w.inBody.Load() {
		w.cancel(&timeoutError{fired: TimeoutIdle, limit: w.idle})
		return
	}
	w.cancel(&timeoutError{fired: TimeoutHeaders, limit: w.headers})
}

// extend begins the wait for the headers anew, unless it has ended.
func (w *watchdog) extend() {
	if w.timer != nil && w.headers > 0 && w.timer.Stop() {
		w.timer.Reset(w.headers)
	}
}

// arrived ends the wait for the headers.
func (w *watchdog) arrived() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

// explain replaces an error that a timeout has caused.
func (w *watchdog) explain(err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // a Reader ends with io.EOF itself
		return err
	}
	if cause, ok := errors.AsType[*timeoutError](context.Cause(w.ctx)); ok {
		return cause
	}
	return err
}

// idleBody ends the reading of a body that stops coming.
type idleBody struct {
	body   io.ReadCloser
	dog    *watchdog
	closed atomic.Bool
}

func newIdleBody(body io.ReadCloser, dog *watchdog) *idleBody {
	dog.inBody.Store(true)
	return &idleBody{body: body, dog: dog}
}

// Read implements io.Reader.
func (b *idleBody) Read(p []byte) (int, error) {
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.dog.idle == 0 {
		n, err := b.body.Read(p)
		return n, b.dog.explain(err)
	}
	b.dog.timer.Reset(b.dog.idle)
	n, err := b.body.Read(p)
	b.dog.timer.Stop()
	return n, b.dog.explain(err)
}

// Close implements io.Closer. It may be called more than once.
func (b *idleBody) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	err := b.body.Close()
	b.dog.cancel(nil)
	return err
}
