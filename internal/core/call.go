package core

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/konverte-go/konverte/internal/codec"
)

type callKey struct{}

// call is one call on its way. Apart from its atomic fields it belongs to one
// goroutine.
type call struct {
	client           *Client
	cfg              *Config
	op               *Operation
	ctx              context.Context
	token            []string // the header's values, nil = none
	credentialHeader string
	built            built
	upload           *multipartBody // the reading of the form that is under way

	// of the attempt under way
	sent     atomic.Bool // any part may have been written
	reached  atomic.Bool // it came past all middleware
	answered bool        // the answer was read to its end
	spent    time.Duration

	// of all attempts
	attempts  int
	faults    int  // answers with a 500 or the like
	maybeSent bool // an attempt may have been carried out
	last      *Error
	broke     error // how the last attempt broke, nil when it was answered
	wait      time.Duration
	waiting   bool

	// of the answer
	status         int
	responseHeader http.Header
	body           *bytes.Buffer
	answer         *Error // an answer that is no success
	issues         []codec.Issue
}

// Do makes one call. It hands the body of a success to read, which may be nil,
// and which is not called where null is legal and came, or nothing at all. A
// DELETE that was repeated after a lost answer and then met a 404 is done.
func (c *Client) Do(ctx context.Context, op *Operation, r Request, opts []Option, read Reader) (err error) {
	cfg, err := c.callConfig(op.Name, opts)
	if err != nil {
		return err
	}
	start := cfg.clock.Now()
	ctx, cancel := cfg.bound(ctx)
	defer cancel()
	one, err := c.prepare(ctx, cfg, op, r)
	if err != nil {
		one.report(start)
		return err
	}
	defer one.release()
	defer one.report(start)
	one.ctx = context.WithValue(ctx, callKey{}, one)
	resp, err := one.run(one.take) //nolint:bodyclose // take reads and closes it
	if err := one.conclude(resp, err); err != nil {
		return c.explain(ctx, op, err)
	}
	if one.goneAlready() {
		return nil
	}
	return one.decode(read)
}

// bound gives a context a deadline where it has none. Nil, a fault of the call,
// stays nil.
func (c *Config) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx == nil {
		return nil, func() {}
	}
	if _, has := ctx.Deadline(); has || c.TotalTimeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, c.TotalTimeout, &timeoutError{fired: TimeoutTotal, limit: c.TotalTimeout})
}

// prepare checks the arguments and builds the request. The call it returns
// beside an error can only report.
func (c *Client) prepare(ctx context.Context, cfg *Config, op *Operation, r Request) (*call, error) {
	one := &call{client: c, cfg: cfg, op: op, ctx: ctx}
	var faults Faults
	if r.Faults != nil {
		faults.all = append(faults.all, r.Faults.all...)
	}
	if ctx == nil {
		faults.Add("ctx", "must not be nil", "")
	}
	one.built = build(cfg, op, r, &faults)
	one.authenticate(&faults)
	if r.Lookup != nil && faults.Empty() {
		if err := r.Lookup(ctx, LookupScope{Account: cfg.AccountID, Known: cfg.known}, &faults); err != nil {
			return one, fmt.Errorf("%s: nothing sent: %w", op.Name, err)
		}
	}
	return one, faults.Err(op.Name)
}

// authenticate picks the token.
func (c *call) authenticate(faults *Faults) {
	api := c.client.api
	if api.Choose == nil || c.op.Auth == AuthNone {
		return
	}
	token, missing := api.Choose(c.cfg, c.op)
	if token == "" {
		if missing != "" {
			faults.Add("token", "this operation needs "+missing, "")
		}
		return
	}
	if api.FormatCredential != nil {
		token = api.FormatCredential(token)
	}
	c.credentialHeader, c.token = api.CredentialHeader(c.cfg), []string{token}
}

// request makes what net/http sends.
func (c *call) request() *http.Request {
	base := c.client.base
	escaped := base.prefix + c.built.path
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		plain = escaped
	}
	req := &http.Request{
		Method: c.op.Method,
		URL: &url.URL{
			Scheme:   base.scheme,
			Host:     base.host,
			Path:     plain,
			RawPath:  escaped,
			RawQuery: c.built.query,
		},
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     c.built.header(c.cfg, c.op),
		Host:       base.host,
	}
	return req.WithContext(c.ctx)
}

// run sends the request, as often as that is right, and has the answer read.
func (c *call) run(take retryablehttp.ResponseHandlerFunc) (*http.Response, error) {
	if c.built.form != nil {
		return c.runUpload(take)
	}
	return c.runLoop(take)
}

func (c *call) runLoop(take retryablehttp.ResponseHandlerFunc) (*http.Response, error) {
	req := &retryablehttp.Request{Request: c.request()}
	req.SetResponseHandler(take)
	if c.built.body != nil {
		if err := req.SetBody(c.built.body); err != nil {
			return nil, err
		}
	}
	return c.client.pool.retry.Do(req)
}

// runUpload sends a form that is read while it is sent, outside of the loop,
// which would hold it in memory. It is sent again only where all of it can be
// opened again.
func (c *call) runUpload(take retryablehttp.ResponseHandlerFunc) (*http.Response, error) {
	for {
		resp, err := c.sendUpload()
		again := c.again(resp, err)
		if !again && err == nil {
			err = take(resp)
			again = c.again(resp, err)
		}
		if !again {
			return resp, err
		}
		if err := c.await(c.ctx); err != nil {
			return resp, err
		}
	}
}

func (c *call) sendUpload() (*http.Response, error) {
	form := c.built.form
	c.upload = form.open()
	req := c.request()
	req.Body = c.upload
	req.ContentLength = form.size()
	resp, err := c.client.pool.http.Do(req)
	if err != nil {
		if failure := c.upload.failure.Load(); failure != nil {
			return nil, failure
		}
	}
	return resp, err
}

// begin starts an attempt.
func (c *call) begin() {
	c.sent.Store(false)
	c.reached.Store(false)
	c.answered = false
	c.spent = 0
	c.status, c.responseHeader, c.answer = 0, nil, nil
}

// goneAlready tells whether a repeated DELETE found that the first had worked.
func (c *call) goneAlready() bool { return c.status == http.StatusNotFound }

// conclude makes the error of a call that did not end in a success.
func (c *call) conclude(resp *http.Response, err error) error {
	switch {
	case c.answer != nil:
		return c.refused()
	case err != nil:
		return c.broken(err)
	case resp == nil:
		return c.broken(io.ErrUnexpectedEOF)
	}
	return nil
}

// refused is the error of an answer that is no success.
func (c *call) refused() error {
	e := c.answer
	e.MaybeSent = c.maybeSent
	repeated := c.op.Method == http.MethodDelete && c.op.Answer == AnswerEmpty && c.maybeSent
	if repeated && e.StatusCode == http.StatusNotFound {
		return nil
	}
	return e
}

// interrupted is the error of a call that ended while it waited to try again:
// the server's last answer, with the reason.
func (c *call) interrupted(reason error) error {
	e := *c.last
	e.MaybeSent = c.maybeSent
	e.cause = c.redact().err(c.endReason(reason))
	return &e
}

// broken is the error of a call that ended without an answer.
func (c *call) broken(err error) error {
	err = bareError(err)
	if held, ok := errors.AsType[*heldBackError](err); ok {
		return c.held(held)
	}
	if c.waiting && c.broke == nil && c.last != nil {
		return c.interrupted(err)
	}
	err = c.endReason(err)
	e := &TransportError{
		Operation: c.op.Name,
		Method:    c.op.Method,
		Path:      c.op.Path,
		Attempts:  c.attempts,
		MaybeSent: c.maybeSent,
		Fired:     c.fired(err),
		last:      c.last,
	}
	if c.upload != nil {
		e.BytesSent = c.upload.count.Load()
	}
	e.Hint = transportHint(err, e.Fired, c.sent.Load())
	if c.waiting && c.broke != nil {
		err = errors.Join(err, bareError(c.broke))
	}
	e.Err = c.redact().err(err)
	return e
}

// held is the error of a call that the server would have refused.
func (c *call) held(h *heldBackError) error {
	e := &Error{
		Operation:  c.op.Name,
		Method:     c.op.Method,
		Path:       c.op.Path,
		StatusCode: h.refusal.StatusCode,
		Message:    h.refusal.Message,
		Attempts:   c.attempts,
		RetryAfter: h.wait,
		MaybeSent:  c.maybeSent,
	}
	e.Hint = c.hint(e)
	return e
}

// endReason is why the context ended, or else err.
func (c *call) endReason(err error) error {
	if own, ok := errors.AsType[*timeoutError](err); ok {
		return own
	}
	if c.ctx.Err() == nil {
		return err
	}
	if own, ok := errors.AsType[*timeoutError](context.Cause(c.ctx)); ok {
		return own
	}
	if errors.Is(err, c.ctx.Err()) {
		return err
	}
	return errors.Join(c.ctx.Err(), err)
}

// fired is the timeout that an error comes from, "" when from none.
func (c *call) fired(err error) Timeout {
	if own, ok := errors.AsType[*timeoutError](err); ok {
		return own.fired
	}
	if errors.Is(c.ctx.Err(), context.DeadlineExceeded) || has[*pacingError](err) && errors.Is(err, context.DeadlineExceeded) {
		return TimeoutDeadline
	}
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	switch {
	case !ok || !timeout.Timeout():
		return ""
	case c.sent.Load():
		return TimeoutOther
	}
	return TimeoutConnect
}

// bareError takes off the wrapping that repeats method and URL.
func bareError(err error) error {
	if wrapped, ok := err.(*url.Error); ok { //nolint:errorlint // only the outermost is in the way
		return wrapped.Err
	}
	return err
}

func (c *call) redact() redactor { return newRedactor(c.cfg) }

// release gives the buffer back.
func (c *call) release() {
	releaseBuffer(c.body)
	c.body = nil
}

// report fills the caller's Response.
func (c *call) report(start time.Time) {
	into := c.cfg.into
	if into == nil {
		return
	}
	*into = Response{
		StatusCode:   c.status,
		Header:       c.responseHeader.Clone(),
		RequestID:    c.requestID(c.responseHeader),
		Attempts:     c.attempts,
		Duration:     c.cfg.clock.Now().Sub(start),
		DecodeIssues: c.issues,
	}
	switch {
	case c.answer != nil:
		into.Body = bytes.Clone(c.answer.Body)
	case c.waiting && c.broke == nil && c.last != nil:
		into.Body = bytes.Clone(c.last.Body)
	case c.body != nil:
		into.Body = bytes.Clone(c.body.Bytes())
	}
}
