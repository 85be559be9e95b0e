package core

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strconv"
	"time"
)

// clientOption is an option that cannot be given to one call.
func clientOption(name string, apply func(*Config) error) Option {
	return func(c *Config) error {
		if c.level == levelCall {
			return c.fault(name, "is an option of the client, not of one call: use With")
		}
		c.mark(name)
		return apply(c)
	}
}

// networkOption is a client option that needs a connection pool of its own.
func networkOption(name string, apply func(*Config) error) Option {
	return clientOption(name, func(c *Config) error {
		c.net.changed = true
		return apply(c)
	})
}

// WithHTTPClient sends requests through a copy of client: its transport, its
// cookie jar and its timeout. The client itself is never changed. TLS and proxy
// options can be given with it only while its transport is nil or a
// *http.Transport, which is cloned then.
func WithHTTPClient(client *http.Client) Option {
	return networkOption("WithHTTPClient", func(c *Config) error {
		switch {
		case client == nil:
			return c.fault("WithHTTPClient", "wants a client, got nil")
		case client.CheckRedirect != nil:
			return c.fault("WithHTTPClient", "the client's CheckRedirect cannot be honoured: see WithMaxRedirects")
		}
		own := *client
		c.net.client = &own
		return nil
	})
}

// WithMiddleware wraps the transport. What is given first is outermost. The
// token is attached below all middleware, which never sees it.
func WithMiddleware(wrap func(next http.RoundTripper) http.RoundTripper) Option {
	return networkOption("WithMiddleware", func(c *Config) error {
		if wrap == nil {
			return c.fault("WithMiddleware", "wants a function, got nil")
		}
		c.net.middleware = append(c.net.middleware, wrap)
		return nil
	})
}

// WithTLSConfig uses a copy of config for every connection.
func WithTLSConfig(config *tls.Config) Option {
	return networkOption("WithTLSConfig", func(c *Config) error {
		if config == nil {
			return c.fault("WithTLSConfig", "wants a configuration, got nil")
		}
		c.net.tls = config.Clone()
		return nil
	})
}

// WithRootCAs trusts the certificates in pem beside those of the system.
func WithRootCAs(pem []byte) Option {
	return networkOption("WithRootCAs", func(c *Config) error {
		if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return c.fault("WithRootCAs", "no certificate in PEM form found")
		}
		c.net.rootCAs = append(c.net.rootCAs, pem)
		return nil
	})
}

// WithClientCertificate presents cert to servers that ask for one.
func WithClientCertificate(cert tls.Certificate) Option {
	return networkOption("WithClientCertificate", func(c *Config) error {
		if len(cert.Certificate) == 0 || cert.PrivateKey == nil {
			return c.fault("WithClientCertificate", "wants a certificate and its private key")
		}
		c.net.certs = append(c.net.certs, cert)
		return nil
	})
}

// WithIgnoreSSLIssues accepts any certificate, that of an https proxy
// included. Whoever sits on the way can then read and change everything, the
// token too.
func WithIgnoreSSLIssues() Option {
	return networkOption("WithIgnoreSSLIssues", func(c *Config) error {
		c.net.insecure = true
		return nil
	})
}

// WithProxy sends every request through a proxy, NO_PROXY or not:
// http://user:password@host:port, or https, socks5 or socks5h. User and
// password are percent-decoded. The empty string goes by the environment
// (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), which is the default.
func WithProxy(proxy string) Option {
	return networkOption("WithProxy", func(c *Config) error {
		if proxy == "" {
			c.net.proxy = nil
			return nil
		}
		parsed, rule := parseProxy(proxy)
		if rule != "" {
			return c.fault("WithProxy", rule)
		}
		c.net.proxy = parsed
		return nil
	})
}

// WithInsecureHTTP permits a base URL with plain http off loopback. The token
// is then readable on the way.
func WithInsecureHTTP() Option {
	return clientOption("WithInsecureHTTP", func(c *Config) error {
		c.AllowHTTP = true
		return nil
	})
}

// WithRateLimit spaces all requests of a client, repetitions included: at most
// requests in any stretch of per, spread evenly after a burst of the same size.
// WithRateLimit(0, 0) lifts the limit.
func WithRateLimit(requests int, per time.Duration) Option {
	return clientOption("WithRateLimit", func(c *Config) error {
		rate := Rate{Requests: requests, Per: per}
		if !rate.valid() {
			return c.fault("WithRateLimit", "wants a positive number of requests and a positive time, got "+strconv.Itoa(requests)+" and "+per.String())
		}
		c.pace = pace{rate: rate, changed: true}
		return nil
	})
}

// WithLimiter lets limiter decide when each request may be sent, in place of a
// rate limit. One that is shared by several processes keeps them within one
// quota.
func WithLimiter(limiter Limiter) Option {
	return clientOption("WithLimiter", func(c *Config) error {
		if limiter == nil {
			return c.fault("WithLimiter", "wants a limiter, got nil")
		}
		c.pace = pace{limiter: limiter, changed: true}
		return nil
	})
}

// WithClock paces requests and retries by another clock.
func WithClock(clock WallClock) Option {
	return clientOption("WithClock", func(c *Config) error {
		if clock == nil {
			return c.fault("WithClock", "wants a clock, got nil")
		}
		c.clock = clock
		return nil
	})
}
