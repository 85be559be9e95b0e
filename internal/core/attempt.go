package core

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// attempt is the topmost layer. It paces each request, counts attempts and sets
// their timeouts.
type attempt struct {
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return a.next.RoundTrip(req)
	}
	first := req.Response == nil // a redirect carries the answer it comes from
	if first {
		c.begin()
	}
	err := c.pace(ctx)
	if err == nil {
		err = ctx.Err() // the transport would not tell that it has sent nothing
	}
	if err != nil {
		closeBody(req)
		return nil, err
	}
	if first {
		c.attempts++
	}
	return a.hop(c, req)
}

// hop sends one request of an attempt, within what is left of its time.
func (a *attempt) hop(c *call, req *http.Request) (*http.Response, error) {
	start := time.Now()
	dog := watch(req.Context(), c.cfg.Timeout-c.spent, c.cfg)
	if c.upload != nil {
		c.upload.progress = dog.extend
		context.AfterFunc(dog.ctx, c.upload.abort)
	}
	resp, err := a.next.RoundTrip(req.WithContext(dog.ctx))
	if resp == nil && err == nil {
		err = errNoAnswer
	}
	dog.arrived()
	c.spent += time.Since(start)
	if err != nil {
		if !c.reached.Load() {
			c.sent.Store(true) // nobody knows what the middleware did
		}
		err = dog.explain(err)
		dog.cancel(nil)
		return nil, err
	}
	resp.Body = newIdleBody(readable(resp), dog)
	return resp, nil
}

// errNoAnswer is what a transport or a middleware of the caller's may do.
var errNoAnswer = errors.New("the transport or a middleware returned neither an answer nor an error")

// readable is the body of an answer, where reading it ends. A connection that the
// server has switched to a protocol which nobody asked for heeds neither timeout
// nor context any more.
func readable(resp *http.Response) io.ReadCloser {
	switch {
	case resp.Body == nil:
		return http.NoBody
	case resp.StatusCode == http.StatusSwitchingProtocols:
		_ = resp.Body.Close()
		return http.NoBody
	}
	return resp.Body
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// pacingError is a request that was not sent because the limiter said no.
type pacingError struct{ err error }

func (e *pacingError) Error() string { return "held back by the rate limit: " + e.err.Error() }

func (e *pacingError) Unwrap() error { return e.err }

// heldBackError is a request that was not sent because the server had just refused
// another one for longer than this call can wait.
type heldBackError struct {
	wait    time.Duration
	refusal *Error
}

func (e *heldBackError) Error() string { return "held back: " + e.refusal.Error() }

// pace waits until the request may be sent.
func (c *call) pace(ctx context.Context) error {
	if err := c.waitForWindows(ctx); err != nil {
		return err
	}
	limiter := c.client.limits.limiter
	if limiter == nil {
		return nil
	}
	if err := limiter.Wait(ctx); err != nil {
		return &pacingError{err: err}
	}
	return nil
}

func (c *call) waitForWindows(ctx context.Context) error {
	for {
		wait, refusal := c.client.limits.windows.busy(c.cfg.clock.Now(), generalWindow, c.window())
		if wait == 0 {
			return nil
		}
		if wait > c.cfg.MaxRetryAfter || wait > remaining(ctx) {
			return &heldBackError{wait: wait, refusal: refusal}
		}
		if err := sleep(ctx, c.cfg.clock, wait+jitter(c.cfg.RetryWaitMin)); err != nil {
			return &pacingError{err: err}
		}
	}
}

// window is the key of the window that covers the call beside the general one.
func (c *call) window() string {
	if c.client.api.Window == nil {
		return generalWindow
	}
	key, _, known := c.client.api.Window(c.op, c.cfg.clock.Now())
	if !known {
		return generalWindow
	}
	return windowKey(key, c.cfg.AccountID)
}
