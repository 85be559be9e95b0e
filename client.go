package konverte

import (
	"errors"
	"log/slog"
	"os"
	"strconv"

	"github.com/konverte-go/konverte/internal/core"
)

// Environment variables that NewClientFromEnv reads. Nothing else in this
// package reads the environment, except the standard proxy variables.
const (
	EnvBaseURL       = "KONVERTE_BASE_URL"       // required
	EnvAPIToken      = "KONVERTE_API_TOKEN"      // #nosec G101 -- the name of a variable, not a token
	EnvPlatformToken = "KONVERTE_PLATFORM_TOKEN" // #nosec G101 -- the name of a variable, not a token
	EnvAccountID     = "KONVERTE_ACCOUNT_ID"     // the account's number
)

// Client speaks to one server. It is made by NewClient, safe for use by many
// goroutines at once, and never changed: Account and With make cheap copies
// that share its connections and limits.
type Client struct {
	core *core.Client

	// Services are its methods: client.Agents, client.Conversations, client.Platform.Users
	// and so on.
	Services
}

// NewClient makes a client of the server at baseURL, such as
// "https://support.example.com". A sub-path is kept; a trailing slash and a
// pasted "/api/v1" are taken off. Plain http is refused off loopback unless
// WithInsecureHTTP is given. Nothing is sent.
//
// The error lists everything that is wrong with the URL and the options: each
// part of it is an *ArgumentError.
func NewClient(baseURL string, opts ...Option) (*Client, error) {
	c, err := core.New(baseURL, api, opts)
	if err != nil {
		return nil, err
	}
	return newClient(c), nil
}

// NewClientFromEnv is NewClient with the base URL, the user token, the platform
// token and the account of the environment (see EnvBaseURL and its
// neighbours). Of these only the base URL is required. The options given win.
func NewClientFromEnv(opts ...Option) (*Client, error) {
	base := os.Getenv(EnvBaseURL)
	var faults []error
	if base == "" {
		faults = append(faults, &ArgumentError{
			Operation: "client",
			Faults:    []ArgumentFault{{Field: EnvBaseURL, Rule: "is not set: it is the address of the server"}},
		})
	}
	var env []Option
	if token := os.Getenv(EnvAPIToken); token != "" {
		env = append(env, WithUserToken(token))
	}
	if token := os.Getenv(EnvPlatformToken); token != "" {
		env = append(env, WithPlatformToken(token))
	}
	if account := os.Getenv(EnvAccountID); account != "" {
		id, err := strconv.ParseInt(account, 10, 64)
		if err != nil {
			faults = append(faults, &ArgumentError{
				Operation: "client",
				Faults:    []ArgumentFault{{Field: EnvAccountID, Rule: "must be a number", Value: account}},
			})
		} else {
			env = append(env, WithAccountID(AccountID(id)))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return NewClient(base, append(env, opts...)...)
}

func newClient(c *core.Client) *Client {
	client := &Client{core: c}
	client.bind()
	return client
}

// Account returns a client of another account of the same server. It shares
// everything with c. An id that is not positive ends every call in an
// *ArgumentError.
func (c *Client) Account(id AccountID) *Client {
	return newClient(c.core.Account(int64(id)))
}

// AccountID returns the account that the client is set to, 0 for none.
func (c *Client) AccountID() AccountID { return AccountID(c.core.AccountID()) }

// With returns a client with more options, which win over those of c. It shares
// connections and limits with c, except where the options change them: TLS,
// proxy, transport and limiter options make new ones.
func (c *Client) With(opts ...Option) (*Client, error) {
	next, err := c.core.With(opts...)
	if err != nil {
		return nil, err
	}
	return newClient(next), nil
}

// Close ends the idle connections of the client and of every client that shares
// them. They can be used afterwards: new connections are made then.
func (c *Client) Close() { c.core.Close() }

// BaseURL returns the address of the server as the client uses it.
func (c *Client) BaseURL() string { return c.core.BaseURL() }

// String names the server and the account. It shows no credential.
func (c *Client) String() string {
	return "konverte client of " + c.BaseURL() + ", account " + strconv.FormatInt(int64(c.AccountID()), 10)
}

// GoString returns what String does.
func (c *Client) GoString() string { return c.String() }

// LogValue gives the server and the account.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }
