package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// How often a file is asked for, at most: it may be announced before it is stored.
const fetchAttempts = 4

// Fetch reads a file from any address over the connections of c: through its proxy and
// with its TLS settings, but without its token, headers, cookies and pacing. Redirects are
// followed to other origins too, though never from https to http. Answers of 404, 408, 429
// and 5xx, and lost connections, are tried again a few times. The timeouts are those of c;
// a body of more than BodyLimit bytes ends in an error.
func (c *Client) Fetch(ctx context.Context, operation, address string, opts []Option) (*http.Response, error) {
	cfg, err := c.callConfig(operation, opts)
	if err != nil {
		return nil, err
	}
	if ctx == nil {
		return nil, nilContext(operation)
	}
	f := fetch{operation: operation, cfg: cfg, http: &http.Client{
		Transport:     c.pool.http.Transport,
		CheckRedirect: followAnywhere(cfg.MaxRedirects),
	}}
	return f.run(ctx, address)
}

// followAnywhere follows up to limit redirects.
func followAnywhere(limit int) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		switch {
		case len(via) > limit:
			return &redirectError{fmt.Sprintf("stopped after %d redirects (WithMaxRedirects)", limit)}
		case req.URL.Scheme != "https" && (req.URL.Scheme != "http" || via[len(via)-1].URL.Scheme == "https"):
			return &redirectError{"the redirect from " + via[len(via)-1].URL.Scheme + " to " + req.URL.Scheme + " is not followed"}
		}
		req.Header.Del("Referer") // it may hold the signature of the address before
		return nil
	}
}

// redirectError is a redirect that was not followed, and would come again.
type redirectError struct{ reason string }

func (e *redirectError) Error() string { return e.reason }

// fetch is one file on its way.
type fetch struct {
	operation string
	cfg       *Config
	http      *http.Client
	attempts  int
}

func (f *fetch) run(ctx context.Context, address string) (*http.Response, error) {
	for {
		f.attempts++
		resp, err := f.try(ctx, address)
		again := f.attempts < min(f.cfg.Retries+1, fetchAttempts) && ctx.Err() == nil
		switch {
		case err != nil && (!again || permanent(err) || has[*redirectError](err)):
			return nil, f.failed(err)
		case err == nil && isSuccess(resp.StatusCode):
			return resp, nil
		case err == nil && (!again || !passing(resp.StatusCode)):
			return nil, f.refused(resp)
		case err == nil:
			_ = resp.Body.Close()
		}
		wait := min(f.cfg.RetryWaitMin<<(f.attempts-1), f.cfg.RetryWaitMax)
		if err := sleep(ctx, f.cfg.clock, wait/2+jitter(wait/2)); err != nil {
			return nil, f.failed(err)
		}
	}
}

// passing tells whether a refusal may be over soon.
func passing(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return status >= http.StatusInternalServerError
}

func (f *fetch) try(ctx context.Context, address string) (*http.Response, error) {
	dog := watch(ctx, f.cfg.Timeout, f.cfg)
	req, err := http.NewRequestWithContext(dog.ctx, http.MethodGet, address, nil)
	if err != nil {
		dog.cancel(nil)
		return nil, err
	}
	resp, err := f.http.Do(req)
	dog.arrived()
	if err != nil {
		err = dog.explain(err)
		dog.cancel(nil)
		return nil, err
	}
	resp.Body = &limitedBody{
		ReadCloser: newIdleBody(resp.Body, dog), left: f.cfg.BodyLimit, limit: f.cfg.BodyLimit, fetch: f,
	}
	return resp, nil
}

// refused is an answer that is no success. It shows nothing of the address.
func (f *fetch) refused(resp *http.Response) error {
	defer func() { _ = resp.Body.Close() }()
	return &Error{
		Operation: f.operation, Method: http.MethodGet, StatusCode: resp.StatusCode,
		Message: http.StatusText(resp.StatusCode), Attempts: f.attempts,
	}
}

func (f *fetch) failed(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // the rest is the address, with its signature
	}
	safe := newRedactor(f.cfg).err(err)
	e := &TransportError{Operation: f.operation, Method: http.MethodGet, Attempts: f.attempts, Err: safe}
	if timeout, ok := errors.AsType[*timeoutError](err); ok {
		e.Fired = timeout.fired
	}
	return e
}

// limitedBody ends in an error behind the largest size that is wanted.
type limitedBody struct {
	io.ReadCloser
	left, limit int64
	fetch       *fetch
}

// Read implements io.Reader.
func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, b.fetch.failed(&bodyTooLargeError{limit: b.limit})
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, b.fetch.failed(&bodyTooLargeError{limit: b.limit})
	}
	if err != nil && err != io.EOF { //nolint:errorlint // a Reader ends with io.EOF itself
		err = b.fetch.failed(err)
	}
	return n, err
}
