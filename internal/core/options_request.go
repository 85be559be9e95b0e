package core

import (
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WithTimeout limits each attempt, from its start until the headers of its
// answer, redirects included. While a streamed upload is being sent, the time
// counts from the last byte that was read from it. 0 means no limit; the
// default is [DefaultTimeout].
func WithTimeout(d time.Duration) Option {
	return durationOption("WithTimeout", d, func(c *Config) { c.Timeout = d })
}

// WithIdleTimeout limits the silence between two reads of an answer's body. 0
// means no limit; the default is [DefaultIdleTimeout].
func WithIdleTimeout(d time.Duration) Option {
	return durationOption("WithIdleTimeout", d, func(c *Config) { c.IdleTimeout = d })
}

// WithTotalTimeout limits a whole call, retries and waits included, where its
// context has no deadline. 0 means no limit; the default is
// [DefaultTotalTimeout].
func WithTotalTimeout(d time.Duration) Option {
	return durationOption("WithTotalTimeout", d, func(c *Config) { c.TotalTimeout = d })
}

func durationOption(name string, d time.Duration, set func(*Config)) Option {
	return func(c *Config) error {
		if d < 0 {
			return c.fault(name, "must not be negative, got "+d.String())
		}
		set(c)
		return nil
	}
}

// WithRetries sets how often a request is sent again after the first attempt,
// where that is safe. 0 means never; the default is [DefaultRetries].
func WithRetries(n int) Option {
	return func(c *Config) error {
		if n < 0 {
			return c.fault("WithRetries", "must not be negative, got "+strconv.Itoa(n))
		}
		c.Retries = n
		return nil
	}
}

// WithRetryWait bounds the waits between attempts: each is random, at least 0
// and at most first, doubled with every attempt up to limit.
func WithRetryWait(first, limit time.Duration) Option {
	return func(c *Config) error {
		if first < 0 || limit < first {
			return c.fault("WithRetryWait", "wants 0 <= first <= limit, got "+first.String()+" and "+limit.String())
		}
		c.RetryWaitMin, c.RetryWaitMax = first, limit
		return nil
	}
}

// WithMaxRetryAfter sets the longest wait that a server can ask for. A longer
// one is not begun: the call ends with the server's answer. The default is
// [DefaultMaxRetryAfter].
func WithMaxRetryAfter(d time.Duration) Option {
	return durationOption("WithMaxRetryAfter", d, func(c *Config) { c.MaxRetryAfter = d })
}

// WithMaxRedirects sets how many redirects a read follows; all of them must
// stay within the origin of the base URL. 0 means none; the default is
// [DefaultMaxRedirects]. A write never follows one.
func WithMaxRedirects(n int) Option {
	return func(c *Config) error {
		if n < 0 {
			return c.fault("WithMaxRedirects", "must not be negative, got "+strconv.Itoa(n))
		}
		c.MaxRedirects = n
		return nil
	}
}

// WithBodyLimit sets the size, in bytes, beyond which the body of a success is
// refused. The default is [DefaultBodyLimit].
func WithBodyLimit(n int64) Option {
	return limitOption("WithBodyLimit", n, func(c *Config) { c.BodyLimit = min(n, mostBytes) })
}

// WithErrorBodyLimit sets how much of a failure's body is read, in bytes. The
// default is [DefaultErrorBodyLimit].
func WithErrorBodyLimit(n int64) Option {
	return limitOption("WithErrorBodyLimit", n, func(c *Config) { c.ErrorBodyLimit = min(n, mostBytes) })
}

// mostBytes leaves room for the byte that tells that a body goes on.
const mostBytes = math.MaxInt64 - 1

func limitOption(name string, n int64, set func(*Config)) Option {
	return func(c *Config) error {
		if n <= 0 {
			return c.fault(name, "must be positive, got "+strconv.FormatInt(n, 10))
		}
		set(c)
		return nil
	}
}

// WithUserAgent replaces the user agent.
func WithUserAgent(agent string) Option {
	return func(c *Config) error {
		switch {
		case strings.TrimSpace(agent) == "":
			return c.fault("WithUserAgent", "must not be empty")
		case !validHeaderValue(agent):
			return c.fault("WithUserAgent", "has a line break or another character that no header can carry")
		}
		c.UserAgent = agent
		return nil
	}
}

// WithHeader sets a header on every request, in place of an earlier value.
// Headers that the call path itself sets are refused.
func WithHeader(name, value string) Option {
	return func(c *Config) error {
		if rule := headerRule(name, value); rule != "" {
			return c.fault("WithHeader", rule)
		}
		next := c.Header.Clone()
		if next == nil {
			next = make(http.Header, 1)
		}
		next.Set(name, value)
		c.Header = next
		return nil
	}
}

// WithQuery adds a query parameter to every request, in place of an earlier
// value of that name.
func WithQuery(name, value string) Option {
	return func(c *Config) error {
		next := slices.DeleteFunc(slices.Clone(c.Query), func(p [2]string) bool { return p[0] == name })
		next.Add(name, value)
		c.Query = next
		return nil
	}
}

// WithPlatform names the host below which an API locates its accounts. Only for
// a new client.
func WithPlatform(host string) Option {
	return clientOption("WithPlatform", func(c *Config) error {
		c.Platform = host
		return nil
	})
}

// WithLogger logs every attempt at Debug, every repetition at Info, and what
// could not be decoded at Warn. Bodies, headers and paths with ids in them are
// never logged. Nil switches logging off, which is the default.
func WithLogger(logger *slog.Logger) Option {
	return func(c *Config) error {
		c.Logger = logger
		return nil
	}
}

// WithStrictDecoding makes an error of everything in an answer that its type
// does not foresee: unknown keys, values of another type, nulls.
func WithStrictDecoding() Option {
	return func(c *Config) error {
		c.Strict = true
		return nil
	}
}

// Into fills resp with what came of the call, on success and on failure. It is
// an option of one call.
func Into(resp *Response) Option {
	return func(c *Config) error {
		switch {
		case c.level != levelCall:
			return c.fault("Into", "is an option of one call, not of the client")
		case resp == nil:
			return c.fault("Into", "wants a *Response, got nil")
		}
		c.into = resp
		return nil
	}
}

// WithKnown gives the Lookup of one call names that exist.
func WithKnown(names []string) Option {
	return func(c *Config) error {
		c.known = names
		return nil
	}
}
