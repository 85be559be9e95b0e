package core

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// Stream makes a call whose success is read by the caller, who must close it.
// The total timeout ends with the answer's headers; from then on the idle
// timeout and the context bound it.
func (c *Client) Stream(ctx context.Context, op *Operation, r Request, opts []Option) (io.ReadCloser, error) {
	cfg, err := c.callConfig(op.Name, opts)
	if err != nil {
		return nil, err
	}
	start := cfg.clock.Now()
	one, err := c.prepare(ctx, cfg, op, r)
	defer one.report(start)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(one.ctx)
	settled := cfg.limitTotal(ctx, cancel)
	one.ctx = context.WithValue(ctx, callKey{}, one)
	resp, err := one.run(one.takeStream) //nolint:bodyclose // the caller of Stream closes it
	settled()
	if err := one.conclude(resp, err); err != nil {
		cancel(nil)
		return nil, err
	}
	if problem := one.noStream(resp); problem != "" {
		defer cancel(nil)
		one.body = bytes.NewBuffer(readSample(resp, cfg.ErrorBodyLimit))
		return nil, one.undecodable(problem, nil)
	}
	return &stream{call: one, body: resp.Body, cancel: cancel}, nil
}

// noStream is why the body of a success cannot be what was asked for, as far as
// its headers tell.
func (c *call) noStream(resp *http.Response) string {
	if c.op.Answer == AnswerText && resp.ContentLength == 0 {
		return "the body is empty"
	}
	return c.wrongType(nil)
}

// limitTotal ends a context without a deadline after the total timeout, unless
// the function it returns is called before.
func (c *Config) limitTotal(ctx context.Context, cancel context.CancelCauseFunc) (settled func()) {
	if _, has := ctx.Deadline(); has || c.TotalTimeout == 0 {
		return func() {}
	}
	cause := &timeoutError{fired: TimeoutTotal, limit: c.TotalTimeout}
	timer := time.AfterFunc(c.TotalTimeout, func() { cancel(cause) })
	return func() { timer.Stop() }
}

// takeStream leaves the body of a success unread.
func (c *call) takeStream(resp *http.Response) error {
	if !isSuccess(resp.StatusCode) {
		return c.take(resp)
	}
	c.status, c.responseHeader, c.answered = resp.StatusCode, resp.Header, true
	return nil
}

// stream is the body of an answer, with errors of this package.
type stream struct {
	call   *call
	body   io.ReadCloser
	cancel context.CancelCauseFunc
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.body.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a Reader ends with io.EOF itself
		err = s.call.broken(err)
	}
	return n, err
}

// Close implements io.Closer.
func (s *stream) Close() error {
	err := s.body.Close()
	s.cancel(nil)
	return err
}
