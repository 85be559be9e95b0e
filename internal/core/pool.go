package core

import (
	"errors"
	"math"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
)

// pool is a set of connections and the loop that sends over them.
type pool struct {
	http  *http.Client
	retry *retryablehttp.Client
	// closeIdle ends idle connections; nil where they are the caller's.
	closeIdle func()
}

// newPool builds the layers, from the loop down: attempt (pacing, timeouts),
// middleware, origin (credential), transport.
func newPool(cfg *Config, base baseURL, api *API) (*pool, []error) {
	transport, rules := cfg.net.transport()
	if len(rules) > 0 {
		faults := make([]error, len(rules))
		for i, rule := range rules {
			faults[i] = errors.New(rule)
		}
		return nil, faults
	}
	_, standard := transport.(*http.Transport)
	lowest := &origin{next: transport, base: base, names: spellingsOf(api.CredentialHeaders), standard: standard}

	layers := cfg.net.wrap(lowest)
	if layers == nil {
		return nil, []error{errors.New("WithMiddleware: a function returned nil")}
	}
	client := &http.Client{}
	if cfg.net.client != nil {
		own := *cfg.net.client
		client = &own
	}
	client.Transport = &attempt{next: layers}
	client.CheckRedirect = checkRedirect

	p := &pool{http: client, retry: newLoop(client)}
	if closer, ok := transport.(interface{ CloseIdleConnections() }); ok && !cfg.net.borrowed() {
		p.closeIdle = closer.CloseIdleConnections
	}
	return p, nil
}

// newLoop makes the loop do nothing but loop: what is sent again, and when, is
// decided by the call that is in the request's context. The attempt layer has
// no CloseIdleConnections, which keeps the loop from emptying the pool after
// every failure.
func newLoop(client *http.Client) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:   client,
		RetryMax:     math.MaxInt,
		CheckRetry:   checkRetry,
		Backoff:      noBackoff,
		PrepareRetry: waitForRetry,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}
