package core

import (
	"errors"
	"fmt"
	"log/slog"
)

// Client is one configuration of an API's client. It is safe for concurrent
// use and never changes.
type Client struct {
	api    *API
	base   baseURL
	cfg    *Config
	pool   *pool
	limits *limits
	memo   *memo
}

// limits are shared by all clients that were made from one another.
type limits struct {
	windows *windows
	limiter Limiter // nil = none
}

// New makes a client of an API at a base URL. All faults come back together.
func New(base string, api API, opts []Option) (*Client, error) {
	defaults := defaultConfig(&api)
	cfg, faults := defaults.apply(levelClient, opts)
	faults = append(faults, cfg.conflicts()...)
	faults = append(faults, cfg.headerFaults(&api)...)
	base, rule := api.locate(&cfg, base)
	where, rules := parseBase(base, &api, cfg.AllowHTTP)
	if rule != "" {
		rules = []string{rule}
	}
	for _, rule := range rules {
		faults = append(faults, cfg.fault("base URL", rule))
	}
	pool, more := newPool(&cfg, where, &api)
	faults = append(faults, cfg.name(more)...)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	cfg.given = nil
	limits := &limits{windows: &windows{}, limiter: cfg.newLimiter()}
	return &Client{api: &api, base: where, cfg: &cfg, pool: pool, limits: limits, memo: &memo{}}, nil
}

func (a *API) locate(cfg *Config, given string) (base, rule string) {
	if a.Locate == nil {
		return given, ""
	}
	return a.Locate(cfg, given)
}

// With returns a client with further options. It shares the connections and
// the limits of c, except where the options ask for others.
func (c *Client) With(opts ...Option) (*Client, error) {
	cfg, faults := c.cfg.apply(levelClient, opts)
	faults = append(faults, cfg.conflicts()...)
	faults = append(faults, cfg.headerFaults(c.api)...)
	next := *c
	next.cfg = &cfg
	if cfg.net.changed {
		pool, more := newPool(&cfg, c.base, c.api)
		faults = append(faults, cfg.name(more)...)
		next.pool = pool
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if cfg.pace.changed {
		next.limits = &limits{windows: c.limits.windows, limiter: cfg.newLimiter()}
	}
	cfg.given = nil
	return &next, nil
}

// Close ends idle connections, those of every client that shares them. Clients
// can be used on. The connections of an HTTP client that was given are left
// alone.
func (c *Client) Close() {
	if c.pool.closeIdle != nil {
		c.pool.closeIdle()
	}
}

// Config returns the configuration with further call options, for reading.
func (c *Client) Config(opts ...Option) (*Config, error) {
	return c.callConfig("options", opts)
}

// callConfig copies the configuration only where a call has options.
func (c *Client) callConfig(operation string, opts []Option) (*Config, error) {
	if len(opts) == 0 {
		return c.cfg, nil
	}
	shared := *c.cfg
	shared.operation = operation
	cfg, faults := shared.apply(levelCall, opts)
	faults = append(faults, cfg.headerFaults(c.api)...)
	if len(faults) > 0 {
		return nil, mergeFaults(operation, faults)
	}
	return &cfg, nil
}

// mergeFaults makes one error of everything that is wrong with the options of a
// call.
func mergeFaults(operation string, errs []error) error {
	merged := &ArgumentError{Operation: operation}
	for _, err := range errs {
		if e, ok := errors.AsType[*ArgumentError](err); ok {
			merged.Faults = append(merged.Faults, e.Faults...)
			continue
		}
		merged.Faults = append(merged.Faults, Fault{Field: "option", Rule: err.Error()})
	}
	return merged
}

// BaseURL is the base URL as it is used, without a pasted path.
func (c *Client) BaseURL() string { return c.base.String() }

// String names API, base URL and account, and nothing secret.
func (c *Client) String() string {
	if c == nil {
		return "no client"
	}
	if c.cfg.AccountID == 0 {
		return fmt.Sprintf("%s client of %s", c.api.Name, c.base)
	}
	return fmt.Sprintf("%s client of %s, account %d", c.api.Name, c.base, c.cfg.AccountID)
}

// Format prints what String returns, whatever the verb.
func (c *Client) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(c.String())) }

// LogValue logs what String returns.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// conflicts are the options of one layer that exclude each other.
func (c *Config) conflicts() []error {
	if c.given["WithLimiter"] && c.given["WithRateLimit"] {
		return []error{c.fault("WithLimiter", "contradicts WithRateLimit: one of them decides")}
	}
	return nil
}

func (c *Config) headerFaults(api *API) []error {
	if rule := credentialRule(c.Header, api); rule != "" {
		return []error{c.fault("WithHeader", rule)}
	}
	return nil
}

// name makes faults of what the options break together.
func (c *Config) name(errs []error) []error {
	named := make([]error, len(errs))
	for i, err := range errs {
		named[i] = c.fault("options", err.Error())
	}
	return named
}

func (c *Config) newLimiter() Limiter {
	switch {
	case c.pace.limiter != nil:
		return c.pace.limiter
	case c.pace.rate.IsZero():
		return nil
	}
	return newTokenBucket(c.pace.rate, c.clock)
}
