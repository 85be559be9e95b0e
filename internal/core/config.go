package core

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// Defaults of a client.
const (
	DefaultTimeout        = 30 * time.Second
	DefaultIdleTimeout    = 30 * time.Second
	DefaultTotalTimeout   = 5 * time.Minute
	DefaultRetries        = 3
	DefaultRetryWaitMin   = 500 * time.Millisecond
	DefaultRetryWaitMax   = 20 * time.Second
	DefaultMaxRetryAfter  = 90 * time.Second
	DefaultMaxRedirects   = 10
	DefaultBodyLimit      = 64 << 20
	DefaultErrorBodyLimit = 64 << 10
)

// Option changes the configuration of a client or of one call. A nil Option is
// skipped.
type Option func(*Config) error

// Config is what the options of a client, and then those of a call, come to.
// It is not changed once it is in use: a call with options has a copy.
type Config struct {
	UserToken     Token
	BotToken      Token
	PlatformToken Token
	// UnderscoreHeader asks for the token header's underscore spelling.
	UnderscoreHeader bool
	AccountID        int64

	Timeout      time.Duration // per attempt, until the answer's headers
	IdleTimeout  time.Duration // between two reads of a body
	TotalTimeout time.Duration // of a call whose context has no deadline; 0 = none

	Retries       int // attempts after the first one
	RetryWaitMin  time.Duration
	RetryWaitMax  time.Duration
	MaxRetryAfter time.Duration // longest wait that a server can ask for
	MaxRedirects  int

	BodyLimit      int64 // largest success body, in bytes
	ErrorBodyLimit int64 // how much of a failure's body is read, in bytes

	UserAgent string
	Header    http.Header // extra headers, never changed in place
	Query     Query       // extra query parameters, never changed in place
	Platform  string      // host of the platform, for APIs that locate accounts below one
	Logger    *slog.Logger
	Strict    bool

	Batching *Batching  // how a Batch spaces its items, nil = no pauses
	Paging   PageConfig // how lists are read

	// AllowHTTP permits plain http off loopback.
	AllowHTTP bool

	level     level
	operation string          // of the call, for messages
	given     map[string]bool // client options given in this layer
	into      *Response
	known     []string // what the Lookup of the call need not look up
	clock     WallClock
	net       network
	pace      pace
	batch     batchOptions
}

// level is where an option is given.
type level uint8

const (
	levelClient level = iota
	levelCall
)

// network is what the connection pool is made from. Where it changes, the pool
// does.
type network struct {
	client     *http.Client
	middleware []func(http.RoundTripper) http.RoundTripper
	tls        *tls.Config
	rootCAs    [][]byte
	certs      []tls.Certificate
	insecure   bool
	proxy      *proxyURL
	changed    bool
}

// pace is what requests are spaced by.
type pace struct {
	rate    Rate
	limiter Limiter
	changed bool
}

func defaultConfig(api *API) Config {
	return Config{
		Timeout:        DefaultTimeout,
		IdleTimeout:    DefaultIdleTimeout,
		TotalTimeout:   DefaultTotalTimeout,
		Retries:        DefaultRetries,
		RetryWaitMin:   DefaultRetryWaitMin,
		RetryWaitMax:   DefaultRetryWaitMax,
		MaxRetryAfter:  DefaultMaxRetryAfter,
		MaxRedirects:   DefaultMaxRedirects,
		BodyLimit:      DefaultBodyLimit,
		ErrorBodyLimit: DefaultErrorBodyLimit,
		UserAgent:      api.Name + "-go",
		clock:          wallClock{},
		pace:           pace{rate: api.RateLimit},
	}
}

// apply runs the options of one layer on a copy of the configuration and
// returns every fault they have.
func (c *Config) apply(at level, opts []Option) (Config, []error) {
	next := *c
	next.level = at
	next.given = nil
	next.into, next.known = nil, nil
	next.Paging.Resume = Cursor{}
	next.net.middleware = slices.Clip(next.net.middleware)
	next.net.rootCAs = slices.Clip(next.net.rootCAs)
	next.net.certs = slices.Clip(next.net.certs)
	next.net.changed, next.pace.changed = false, false

	var faults []error
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt(&next); err != nil {
			faults = append(faults, err)
		}
	}
	return next, faults
}

// fault is the error of an option that cannot be applied.
func (c *Config) fault(option, rule string) error {
	return &ArgumentError{Operation: c.where(), Faults: []Fault{{Field: option, Rule: rule}}}
}

func (c *Config) where() string {
	if c.level == levelCall {
		return c.operation
	}
	return "client"
}

// mark records a client option of this layer and tells whether it was given
// already.
func (c *Config) mark(option string) (again bool) {
	if c.given == nil {
		c.given = make(map[string]bool)
	}
	again = c.given[option]
	c.given[option] = true
	return again
}

// Secrets returns every secret the configuration holds, for redaction.
func (c *Config) secrets() []string {
	var all []string
	for _, t := range []Token{c.UserToken, c.BotToken, c.PlatformToken} {
		if !t.IsZero() {
			all = append(all, t.Reveal())
		}
	}
	if c.net.proxy != nil {
		all = append(all, c.net.proxy.secrets()...)
	}
	return all
}
