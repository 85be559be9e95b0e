package core

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// checkRetry is asked by the loop after every attempt, and once more after the
// answer was read.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	c, ok := ctx.Value(callKey{}).(*call)
	return ok && c.again(resp, err), nil
}

// noBackoff leaves waiting to waitForRetry, which can be cancelled and runs on
// the client's clock.
func noBackoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return 0 }

// waitForRetry waits as long as again has found to be right.
func waitForRetry(req *http.Request) error {
	c, ok := req.Context().Value(callKey{}).(*call)
	if !ok {
		return nil
	}
	return c.await(req.Context())
}

func (c *call) await(ctx context.Context) error {
	if err := sleep(ctx, c.cfg.clock, c.wait); err != nil {
		return err
	}
	c.waiting = false
	return nil
}

// again tells whether the request is to be sent once more, and keeps what has
// to be remembered of the attempt.
func (c *call) again(resp *http.Response, err error) bool {
	if err == nil && c.answered {
		return false
	}
	c.noteSent(resp, err)
	wait, safe := c.repeatable(resp, err)
	repeat := safe && c.attempts <= c.cfg.Retries && c.built.repeatable() && wait <= remaining(c.ctx) && c.ctx.Err() == nil
	c.logAttempt(resp, err, repeat, wait)
	if !repeat {
		return false
	}
	c.wait, c.waiting, c.broke = wait, true, err
	if err == nil {
		c.status, c.responseHeader = resp.StatusCode, resp.Header
		c.last = c.failure(resp)
	}
	return true
}

// repeatable tells whether sending again is safe and of use, and after which
// wait.
func (c *call) repeatable(resp *http.Response, err error) (time.Duration, bool) {
	if err != nil {
		return c.backoff(), !permanent(err) && (!c.sent.Load() || c.op.Idempotent)
	}
	asked, known := c.askedWait(resp)
	if resp.StatusCode == http.StatusTooManyRequests && known {
		c.shareWindow(resp, asked)
	}
	if asked > c.cfg.MaxRetryAfter || !c.repeatableStatus(resp.StatusCode) {
		return asked, false
	}
	if known {
		return asked + jitter(c.cfg.RetryWaitMin), true
	}
	return c.backoff(), true
}

func (c *call) repeatableStatus(status int) bool {
	switch {
	case status == http.StatusTooManyRequests:
		return true
	case !c.op.Idempotent:
		return false
	}
	switch status {
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusNotImplemented:
		return false
	}
	if status < 500 {
		return false
	}
	c.faults++
	return c.faults == 1
}

// noteSent remembers whether a write may have been carried out.
func (c *call) noteSent(resp *http.Response, err error) {
	if c.op.reads() {
		return
	}
	if err != nil {
		c.maybeSent = c.maybeSent || c.sent.Load()
		return
	}
	c.maybeSent = c.maybeSent || statusMaybeSent(resp)
}

func statusMaybeSent(resp *http.Response) bool {
	switch status := resp.StatusCode; {
	case status == http.StatusRequestTimeout:
		return true
	case status == http.StatusNotImplemented:
		return false
	case status < 200:
		return true // no server that knows what it does ends with one of these
	case status >= 300 && status < 400:
		return redirectMaybeSent(status, resp.Request.URL, redirectTarget(resp))
	default:
		return status >= 500
	}
}

// permanent tells whether an attempt would fail in the same way again.
func permanent(err error) bool {
	if isCertificate(err) || errors.Is(err, context.Canceled) {
		return true
	}
	switch {
	case has[environmentProxyError](err), has[*pacingError](err), has[*heldBackError](err), has[*bodyTooLargeError](err), has[*UploadError](err):
		return true
	}
	return false
}

func has[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func isCertificate(err error) bool {
	return has[*tls.CertificateVerificationError](err) || has[x509.UnknownAuthorityError](err) ||
		has[x509.HostnameError](err) || has[x509.CertificateInvalidError](err) || isCertificateAlert(err)
}

// isCertificateAlert tells whether the server has refused our certificate, or
// the lack of one. crypto/tls has no type for that.
func isCertificateAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error" && strings.Contains(op.Err.Error(), "certificate")
}

// askedWait is how long the server asks to wait, by Retry-After or by the end
// of its throttle window.
func (c *call) askedWait(resp *http.Response) (time.Duration, bool) {
	now := c.cfg.clock.Now()
	if wait, ok := retryAfter(resp.Header, now); ok {
		return wait, true
	}
	if resp.StatusCode != http.StatusTooManyRequests || c.client.api.Window == nil {
		return 0, false
	}
	server := serverTime(resp.Header, now)
	_, until, known := c.client.api.Window(c.op, server)
	if !known {
		return 0, false
	}
	return max(until.Sub(server), 0), true
}

// shareWindow holds back the other calls that the same window covers. A wait
// beyond the limit is not believed for others.
func (c *call) shareWindow(resp *http.Response, wait time.Duration) {
	if c.client.api.Window == nil || wait > c.cfg.MaxRetryAfter {
		return
	}
	now := c.cfg.clock.Now()
	key, _, known := c.client.api.Window(c.op, serverTime(resp.Header, now))
	if !known {
		return
	}
	refusal := &Error{StatusCode: resp.StatusCode, Message: "the server has just refused another call of this client"}
	c.client.limits.windows.close(windowKey(key, c.cfg.AccountID), now.Add(wait), refusal)
}

// backoff is a random wait below a bound that doubles with every attempt.
func (c *call) backoff() time.Duration {
	bound := c.cfg.RetryWaitMin
	for i := 1; i < c.attempts && bound < c.cfg.RetryWaitMax; i++ {
		bound *= 2
	}
	return jitter(min(bound, c.cfg.RetryWaitMax))
}

// jitter is a random duration from 0 to limit.
func jitter(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(min(limit, forever-1) + 1) //nolint:gosec // spreading load needs no secrecy
}
