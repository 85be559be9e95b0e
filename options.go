package konverte

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"time"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// Option changes how a client works, or how one call does. A nil Option is
// skipped. What makes no sense where it is given is refused by name: an option
// that needs its own connections on one call, or Into on a client.
type Option = core.Option

// CallOption is an Option given to one call.
type CallOption = Option

// Limiter decides when a request may be sent. Wait returns when it may, or with
// the error that ends the call.
type Limiter = core.Limiter

// Response is what came of a call beside its result. See Into.
type Response = core.Response

// DecodeIssue is something in an answer that its type does not foresee. It never
// holds the value.
type DecodeIssue = codec.Issue

// Defaults of a client.
const (
	DefaultTimeout        = core.DefaultTimeout        // of an attempt, until the headers of its answer
	DefaultIdleTimeout    = core.DefaultIdleTimeout    // between two reads of a body
	DefaultTotalTimeout   = core.DefaultTotalTimeout   // of a call whose context has no deadline
	DefaultRetries        = core.DefaultRetries        // attempts after the first one
	DefaultMaxRetryAfter  = core.DefaultMaxRetryAfter  // the longest wait that a server can ask for
	DefaultMaxRedirects   = core.DefaultMaxRedirects   // that a read follows
	DefaultBodyLimit      = core.DefaultBodyLimit      // bytes of a success
	DefaultErrorBodyLimit = core.DefaultErrorBodyLimit // bytes of a failure
)

// WithUserToken sets the API token of an agent or administrator, as the profile
// page of the server shows it. Most operations need it.
func WithUserToken(token string) Option { return core.WithUserToken(token) }

// WithBotToken sets the API token of an agent bot. The few operations that a bot
// may use take it where no user token is set.
func WithBotToken(token string) Option { return core.WithBotToken(token) }

// WithPlatformToken sets the API token of a platform app, which the operations
// under Client.Platform need.
func WithPlatformToken(token string) Option { return core.WithPlatformToken(token) }

// WithUnderscoreTokenHeader sends the token as api_access_token, the documented
// spelling. The default is Api-Access-Token, which the server takes alike and
// which survives proxies that drop header names with underscores.
func WithUnderscoreTokenHeader() Option { return core.WithUnderscoreTokenHeader() }

// WithAccountID sets the account of all calls that are made within one.
func WithAccountID(id AccountID) Option { return core.WithAccountID(int64(id)) }

// WithHTTPClient sends requests through a copy of client: its transport, cookie
// jar and timeout. The client itself is never changed. TLS and proxy options can
// stand beside it only while its transport is nil or an *http.Transport, which is
// cloned then. A CheckRedirect of its own is refused. Not for one call.
func WithHTTPClient(client *http.Client) Option { return core.WithHTTPClient(client) }

// WithMiddleware wraps the transport; what is given first is outermost. The token
// is attached below all middleware, which never sees it. Not for one call.
func WithMiddleware(wrap func(next http.RoundTripper) http.RoundTripper) Option {
	return core.WithMiddleware(wrap)
}

// WithTLSConfig uses a copy of config for every connection. Not for one call.
func WithTLSConfig(config *tls.Config) Option { return core.WithTLSConfig(config) }

// WithRootCAs trusts the certificates in pem beside those of the system. It may
// be given more than once. Not for one call.
func WithRootCAs(pem []byte) Option { return core.WithRootCAs(pem) }

// WithClientCertificate presents cert to servers that ask for one. Not for one
// call.
func WithClientCertificate(cert tls.Certificate) Option { return core.WithClientCertificate(cert) }

// WithIgnoreSSLIssues accepts any certificate, that of an https proxy included.
// Whoever sits on the way can then read and change everything, the token too. Not
// for one call.
func WithIgnoreSSLIssues() Option { return core.WithIgnoreSSLIssues() }

// WithProxy sends every request through the proxy, whatever NO_PROXY says:
// http://user:password@host:port, or https, socks5 or socks5h. Host and port are
// required; user and password are percent-decoded. The empty string goes by
// HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment, which is the default.
// Not for one call.
func WithProxy(proxy string) Option { return core.WithProxy(proxy) }

// WithInsecureHTTP permits a base URL with plain http off loopback. The token can
// be read on the way then. Not for one call.
func WithInsecureHTTP() Option { return core.WithInsecureHTTP() }

// WithRateLimit spaces all requests of a client, repetitions included: at most
// requests in any stretch of per. WithRateLimit(0, 0) lifts the limit, which is
// the default. Not for one call.
func WithRateLimit(requests int, per time.Duration) Option { return core.WithRateLimit(requests, per) }

// WithLimiter lets limiter decide when each request may be sent, in place of
// WithRateLimit. One that several processes share keeps them within one quota.
// Not for one call.
func WithLimiter(limiter Limiter) Option { return core.WithLimiter(limiter) }

// WithTimeout limits each attempt, from its start until the headers of its
// answer, redirects included. 0 means no limit; the default is DefaultTimeout.
func WithTimeout(d time.Duration) Option { return core.WithTimeout(d) }

// WithIdleTimeout limits the silence between two reads of an answer's body. 0
// means no limit; the default is DefaultIdleTimeout.
func WithIdleTimeout(d time.Duration) Option { return core.WithIdleTimeout(d) }

// WithTotalTimeout limits a whole call, retries and waits included, where its
// context has no deadline. 0 means no limit; the default is DefaultTotalTimeout.
func WithTotalTimeout(d time.Duration) Option { return core.WithTotalTimeout(d) }

// WithRetries sets how often a request is sent again after the first attempt,
// where that is safe. 0 means never; the default is DefaultRetries.
func WithRetries(n int) Option { return core.WithRetries(n) }

// WithRetryWait bounds the waits between attempts: each is random, at most first
// before the second attempt, doubled with every further one up to limit. The
// default is half a second and 20 seconds.
func WithRetryWait(first, limit time.Duration) Option { return core.WithRetryWait(first, limit) }

// WithMaxRetryAfter sets the longest wait that a server can ask for. A longer one
// is not begun: the call ends with the server's answer. The default is
// DefaultMaxRetryAfter.
func WithMaxRetryAfter(d time.Duration) Option { return core.WithMaxRetryAfter(d) }

// WithMaxRedirects sets how many redirects a read follows, all within the origin
// of the base URL. 0 means none; the default is DefaultMaxRedirects. A write
// never follows one.
func WithMaxRedirects(n int) Option { return core.WithMaxRedirects(n) }

// WithBodyLimit sets the size in bytes beyond which the body of a success is
// refused. The default is DefaultBodyLimit.
func WithBodyLimit(n int64) Option { return core.WithBodyLimit(n) }

// WithErrorBodyLimit sets how many bytes of a failure's body are read. The
// default is DefaultErrorBodyLimit.
func WithErrorBodyLimit(n int64) Option { return core.WithErrorBodyLimit(n) }

// WithUserAgent replaces the user agent, "konverte-go" by default.
func WithUserAgent(agent string) Option { return core.WithUserAgent(agent) }

// WithHeader sets a header on every request. Headers that the client itself sets,
// those of the token among them, are refused.
func WithHeader(name, value string) Option { return core.WithHeader(name, value) }

// WithLogger logs every attempt at Debug, every repetition at Info, and what
// could not be decoded at Warn. Tokens, bodies and headers are never logged. Nil
// switches logging off, which is the default.
func WithLogger(logger *slog.Logger) Option { return core.WithLogger(logger) }

// WithStrictDecoding makes a *DecodeError of everything in an answer that its type
// does not foresee: unknown keys, values of another type, nulls. It is meant for
// tests.
func WithStrictDecoding() Option { return core.WithStrictDecoding() }

// Into fills resp with what came of one call: status, headers, request id,
// attempts, duration, raw body and decoding issues, on failure too. Only for one
// call.
func Into(resp *Response) Option { return core.Into(resp) }
