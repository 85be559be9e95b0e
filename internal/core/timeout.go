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

// watchdog ends one hop of an attempt when nothing comes for too long.
type watchdog struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	headers *time.Timer // nil = no limit
}

// watch begins to wait for an answer's headers, for what is left of a limit. A
// limit of 0 is none.
func watch(ctx context.Context, left, limit time.Duration) *watchdog {
	w := &watchdog{}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.headers = w.timer(left, &timeoutError{fired: TimeoutHeaders, limit: limit})
	return w
}

func (w *watchdog) timer(after time.Duration, cause *timeoutError) *time.Timer {
	if cause.limit == 0 {
		return nil
	}
	return time.AfterFunc(max(after, 0), func() { w.cancel(cause) })
}

// extend begins the wait for the headers anew, unless it has ended.
func (w *watchdog) extend(limit time.Duration) {
	if w.headers != nil && w.headers.Stop() {
		w.headers.Reset(limit)
	}
}

// arrived ends the wait for the headers.
func (w *watchdog) arrived() {
	if w.headers != nil {
		w.headers.Stop()
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
	limit  time.Duration
	timer  *time.Timer // nil = no limit; runs while a Read does
	closed atomic.Bool
}

func newIdleBody(body io.ReadCloser, dog *watchdog, limit time.Duration) *idleBody {
	b := &idleBody{body: body, dog: dog, limit: limit}
	b.timer = dog.timer(limit, &timeoutError{fired: TimeoutIdle, limit: limit})
	if b.timer != nil {
		b.timer.Stop()
	}
	return b
}

// Read implements io.Reader.
func (b *idleBody) Read(p []byte) (int, error) {
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.timer == nil {
		n, err := b.body.Read(p)
		return n, b.dog.explain(err)
	}
	b.timer.Reset(b.limit)
	n, err := b.body.Read(p)
	b.timer.Stop()
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
