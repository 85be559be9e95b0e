package engage

import (
	"log/slog"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/core"
)

// Option changes how a client works, or how one call does. The options are those
// of package konverte, beside WithPlatform and Impersonate.
type Option = konverte.Option

// CallOption is an Option given to one call.
type CallOption = konverte.CallOption

// Client speaks to one domain. It is made by NewClient, safe for use by many
// goroutines at once, and never changed: With makes cheap copies that share its
// connections and limits.
type Client struct {
	core *core.Client

	// Agents is the work on agents that the admin guide describes.
	Agents AgentsService

	// Services are the operations of the API: client.Users, client.Roles and so on.
	Services
}

// NewClient makes a client of a domain. The account is its name, the first label
// of the web address that its users see ("acme"); its host, on one of the
// platforms ("acme.engagement.dimelo.com"); or a full URL, such as a web address
// of a known platform that was pasted, or that of a test server. A plain name is
// looked for on PlatformDigital unless WithPlatform says otherwise.
//
// The token is an API access token. It is bound to a user of the domain, who is
// taken to have done what the client does. Nothing is sent: Users.Me tells
// whether the token works.
//
// At most DefaultRateLimit requests a minute are sent, since the domain refuses
// what is beyond; konverte.WithRateLimit and konverte.WithLimiter change that.
//
// The error lists everything that is wrong with the account, the token and the
// options: each part of it is a *konverte.ArgumentError.
func NewClient(account, token string, opts ...Option) (*Client, error) {
	all := append([]Option{core.WithToken(token)}, opts...)
	c, err := core.New(account, api, append(all, refuseForeign))
	if err != nil {
		return nil, err
	}
	return newClient(c), nil
}

func newClient(c *core.Client) *Client {
	client := &Client{core: c}
	client.bind()
	client.Agents = AgentsService{client}
	return client
}

// With returns a client with more options, which win over those of c. It shares
// connections and limits with c, except where the options change them.
func (c *Client) With(opts ...Option) (*Client, error) {
	next, err := c.core.With(append(opts[:len(opts):len(opts)], refuseForeign, refusePlatform(c.core))...)
	if err != nil {
		return nil, err
	}
	return newClient(next), nil
}

// Close ends the idle connections of the client and of every client that shares
// them. They can be used afterwards: new connections are made then.
func (c *Client) Close() { c.core.Close() }

// BaseURL returns the address of the API as the client uses it, with the version.
func (c *Client) BaseURL() string { return c.core.BaseURL() }

// String names the address. It shows no credential.
func (c *Client) String() string { return "engage client of " + c.BaseURL() }

// GoString returns what String does.
func (c *Client) GoString() string { return c.String() }

// LogValue gives the address.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }
