package konvertetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Versions are the server versions that a Server can behave as, oldest first.
func Versions() []string { return slices.Clone(versions) }

var versions = []string{"3.16.0", "4.2.0", "4.15.1"}

const defaultVersion = "4.2.0"

// Option changes how a Server behaves.
type Option func(*config) error

type config struct {
	tb        testserver.TB
	version   int // index in versions
	bugs      bool
	lenient   bool
	distinct  bool
	clock     func() time.Time
	seed      Seed
	throttles *Throttles
	habits    Habits
}

func newConfig(opts []Option) (*config, error) {
	c := &config{bugs: true, clock: time.Now, seed: DefaultSeed(), version: slices.Index(versions, defaultVersion)}
	for _, opt := range opts {
		if err := opt(c); err != nil {
			return nil, fmt.Errorf("konvertetest: %w", err)
		}
	}
	return c, nil
}

// WithVersion makes the server behave as one of Versions, 4.2.0 by default.
func WithVersion(version string) Option {
	return func(c *config) error {
		i := slices.Index(versions, version)
		if i < 0 {
			return fmt.Errorf("version %q is none of %v", version, versions)
		}
		c.version = i
		return nil
	}
}

// WithoutServerBugs gives the sane answer where the real server's is a plain
// bug, such as a 500 for a missing field.
func WithoutServerBugs() Option {
	return func(c *config) error {
		c.bugs = false
		return nil
	}
}

// WithClock sets the server's clock, time.Now by default. It is read once for
// each request and must be safe for concurrent use.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return fmt.Errorf("WithClock: the clock is nil")
		}
		c.clock = now
		return nil
	}
}

// WithUnknownFields keeps requests that the real server would not understand
// (a field it does not read, a value of the wrong type) from failing the test.
func WithUnknownFields() Option {
	return func(c *config) error {
		c.lenient = true
		return nil
	}
}

// WithDistinctIDs gives each kind of record ids of its own range, so that an
// id used in the wrong place is never found by accident. Server.IDKind names
// the kind of an id.
func WithDistinctIDs() Option {
	return func(c *config) error {
		c.distinct = true
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

// WithThrottles applies the rate limits of the real server to this client too.
// The real server exempts clients on its own host unless a proxy names another
// address in X-Forwarded-For. Zero fields of t keep the real limits.
func WithThrottles(t Throttles) Option {
	return func(c *config) error {
		c.throttles = &t
		return nil
	}
}

// WithHabits turns on habits of real servers that lists have only under load.
func WithHabits(h Habits) Option {
	return func(c *config) error {
		c.habits = h
		return nil
	}
}

// Habits are what real servers do to a list while it is read.
type Habits struct {
	// LoseRowsOnTies breaks ties of the sort key differently on every page, so
	// that a row may be on two pages and another on none.
	LoseRowsOnTies bool
	// MoveRows moves the last row of the list to its front after each page.
	MoveRows bool
}

// Seed is what exists when a server starts: one account, its users and one
// platform app.
type Seed struct {
	AccountName string
	// Locale is the language of the account, "en" when empty.
	Locale string
	// Features are the names of the features that are on; nil means those that
	// a new account has.
	Features []string
	Users    []SeedUser
	// PlatformApp is the name of the platform app.
	PlatformApp string
}

// SeedUser is one user of the seeded account.
type SeedUser struct {
	Name, Email string
	// Role is "administrator" or "agent".
	Role string
}

// DefaultSeed is an account with one administrator and one agent.
func DefaultSeed() Seed {
	return Seed{
		AccountName: "Konverte",
		Locale:      "en",
		Users: []SeedUser{
			{Name: "Ana Admin", Email: "ana.admin@example.com", Role: roleAdministrator},
			{Name: "Beto Agente", Email: "beto.agente@example.com", Role: roleAgent},
		},
		PlatformApp: "SDK",
	}
}
