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

	AgentStatus            AgentStatusService            // who is connected and takes tasks
	Attachments            AttachmentsService            // uploaded files
	Bots                   BotsService                   // what bots do with interventions
	Categories             CategoriesService             // what messages are about
	Channels               ChannelsService               // groups of sources for the routing
	Communities            CommunitiesService            // populations of customers
	Contents               ContentsService               // messages
	CustomFields           CustomFieldsService           // further fields of customers and interventions
	Events                 EventsService                 // the journal
	Folders                FoldersService                // saved searches
	Identities             IdentitiesService             // customers on one channel
	IdentityGroups         IdentityGroupsService         // customers across channels
	InterventionComments   InterventionCommentsService   // notes on interventions
	Interventions          InterventionsService          // the work of agents on threads
	Locales                LocalesService                // languages of the interface and of messages
	Permissions            PermissionsService            // what a user may do on each source
	PresenceStatuses       PresenceStatusesService       // reasons for being away
	ReplyAssistantEntries  ReplyAssistantEntriesService  // prepared answers
	ReplyAssistantGroups   ReplyAssistantGroupsService   // groups of prepared answers
	ReplyAssistantVersions ReplyAssistantVersionsService // wordings of prepared answers
	Roles                  RolesService                  // what users may do
	Settings               SettingsService               // of the domain
	Signatures             SignaturesService             // of users
	Sources                SourcesService                // channels through which customers write
	SurveyResponses        SurveyResponsesService        // answers to surveys
	Surveys                SurveysService                // questions to customers
	Tags                   TagsService                   // marks on customers
	Tasks                  TasksService                  // what the routing gives to agents
	Teams                  TeamsService                  // groups of users
	Threads                ThreadsService                // conversations
	TimeSheets             TimeSheetsService             // business hours
	Timezones              TimezonesService              // names of time zones
	Topologies             TopologiesService             // plans of the routing
	UserCapacities         UserCapacitiesService         // how many tasks users handle at once
	Users                  UsersService                  // users as the API has them
	Webhooks               WebhooksService               // addresses that the domain tells what happens
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
