package engagetest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Option changes how a Server behaves.
type Option func(*config) error

type config struct {
	tb         testserver.TB
	lenient    bool
	clock      func() time.Time
	seed       Seed
	limit      int
	authStatus int
	jobDelay   int
	older      bool
	refused    []string
	habits     Habits
}

// RateLimit is how many requests a domain takes in a minute unless
// WithRateLimit says otherwise.
const RateLimit = 500

func newConfig(opts []Option) (*config, error) {
	c := &config{clock: time.Now, seed: DefaultSeed(), limit: RateLimit, authStatus: http.StatusForbidden}
	for _, opt := range opts {
		if err := opt(c); err != nil {
			return nil, fmt.Errorf("engagetest: %w", err)
		}
	}
	return c, nil
}

// WithClock sets the server's clock, time.Now by default. It is read once for
// each request and must be safe for concurrent use.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("WithClock: the clock is nil")
		}
		c.clock = now
		return nil
	}
}

// WithUnknownFields keeps requests that the real server would not understand
// (a field it does not read, a value of the wrong type) from failing the test.
// The server ignores such fields with and without it.
func WithUnknownFields() Option {
	return func(c *config) error {
		c.lenient = true
		return nil
	}
}

// WithSeed sets what exists when the server starts, DefaultSeed by default.
func WithSeed(seed Seed) Option {
	return func(c *config) error {
		c.seed = seed
		return nil
	}
}

// WithRateLimit sets how many requests the domain takes in a minute, 500 by
// default. Zero takes the limit away. Windows begin with the full minutes of
// the server's clock; requests that are refused count too.
func WithRateLimit(perMinute int) Option {
	return func(c *config) error {
		if perMinute < 0 {
			return fmt.Errorf("WithRateLimit: %d is negative", perMinute)
		}
		c.limit = perMinute
		return nil
	}
}

// WithAuthStatus sets the status that a missing or unknown token is answered
// with: 403, which is the default and documented, or 401.
func WithAuthStatus(status int) Option {
	return func(c *config) error {
		if status != http.StatusUnauthorized && status != http.StatusForbidden {
			return fmt.Errorf("WithAuthStatus: %d is neither 401 nor 403", status)
		}
		c.authStatus = status
		return nil
	}
}

// WithSlowJobs makes background jobs take effect only after that many further
// requests: closing a thread, sending a content. By default the next request
// sees the change. Server.RunJobs ends the wait.
func WithSlowJobs(requests int) Option {
	return func(c *config) error {
		if requests < 0 {
			return fmt.Errorf("WithSlowJobs: %d is negative", requests)
		}
		c.jobDelay = requests
		return nil
	}
}

// WithOlderDomain leaves keys out of answers that older domains do not have,
// such as no_password.
func WithOlderDomain() Option {
	return func(c *config) error {
		c.older = true
		return nil
	}
}

// WithRefusedFlags names role flags that the server never sets, without a
// word, as it does with flags that the user of the token lacks.
func WithRefusedFlags(flags ...string) Option {
	return func(c *config) error {
		for _, flag := range flags {
			if !slices.Contains(roleFlags, flag) {
				return fmt.Errorf("WithRefusedFlags: no role has the flag %q", flag)
			}
		}
		c.refused = flags
		return nil
	}
}

// WithHabits turns on what some domains do and others do not.
func WithHabits(h Habits) Option {
	return func(c *config) error {
		c.habits = h
		return nil
	}
}

// Habits are what is not known to be the same on all domains. All are off by
// default.
type Habits struct {
	// InviteTakesNoPassword lets an invitation set no_password, which the API
	// description has only for other calls.
	InviteTakesNoPassword bool
	// RolesTakeLabel lets an update rename a role.
	RolesTakeLabel bool
	// UsersTakeCapacity lets an update of a user set user_capacity_id.
	UsersTakeCapacity bool
	// MoveRows moves the last row of a list to its front after each page.
	MoveRows bool
}

// Seed is what exists when a server starts: one domain with the four
// predefined roles.
type Seed struct {
	// Name is what the domain is called.
	Name string
	// Locale is the language of the domain, "en" when empty.
	Locale string
	Teams  []string
	// Sources are the channels; Type is that of Source.type.
	Sources []SeedSource
	// Categories are in an order in which parents come before children.
	Categories []SeedCategory
	// Users are in the order of their making. The first one is whom
	// Server.Token acts as.
	Users []SeedUser
}

// SeedUser is one user of the seeded domain. Users have signed in before
// unless Pending is set.
type SeedUser struct {
	FirstName, LastName, Email string
	// Role is the label of a predefined role.
	Role string
	// Teams and Leads are the names of teams that the user belongs to, or
	// leads.
	Teams, Leads []string
	// Permissions are what the user may do on every source.
	Permissions []string
	// Pending leaves the user's invitation open.
	Pending bool
}

// SeedSource is one source of the seeded domain.
type SeedSource struct{ Name, Type string }

// SeedCategory is one category of the seeded domain.
type SeedCategory struct {
	Name   string
	Parent string // a name, "" for a root
	// Unselectable categories only group others.
	Unselectable bool
}

// DefaultSeed is a domain with two sources, two teams, a small tree of
// categories, an administrator and an agent.
func DefaultSeed() Seed {
	return Seed{
		Name:    "Konverte",
		Teams:   []string{"Sales", "Support"},
		Sources: []SeedSource{{Name: "Mailbox", Type: "email"}, {Name: "Chat", Type: "engage_messaging"}},
		Categories: []SeedCategory{
			{Name: "Topic", Unselectable: true},
			{Name: "Billing", Parent: "Topic"},
			{Name: "Technical", Parent: "Topic"},
		},
		Users: []SeedUser{
			{
				FirstName: "Ana", LastName: "Admin", Email: "ana.admin@example.com", Role: "Administrator",
				Permissions: []string{"read", "reply", "initiate_discussion"},
			},
			{
				FirstName: "Beto", LastName: "Agente", Email: "beto.agente@example.com", Role: "Agent",
				Teams: []string{"Support"}, Permissions: []string{"read", "reply"},
			},
		},
	}
}
