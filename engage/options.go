package engage

import (
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/core"
)

// The platforms on which domains live.
const (
	PlatformDigital    = "digital.ringcentral.com" // the default
	PlatformEngagement = "engagement.dimelo.com"   // of older domains
)

// DefaultRateLimit is how many requests a minute a client sends at most: what a
// domain takes unless it was configured otherwise.
const DefaultRateLimit = 500

// WithPlatform names the platform of an account that is given by its name:
// PlatformDigital by default. Only for NewClient.
func WithPlatform(host string) Option { return core.WithPlatform(host) }

// impersonated is the query parameter that every operation takes.
const impersonated = "impersonated_user_id"

// everywhere are the parameters that every operation takes.
var everywhere = []string{impersonated, "access_token"}

// Impersonate makes a call, or every call of a client, act as another user. The
// user of the token needs a role that may impersonate; where it may not, the
// error answers errors.Is(err, ErrImpersonation). The last one given wins.
func Impersonate(user UserID) Option {
	return func(cfg *core.Config) error {
		var f core.Faults
		f.PathText("user", string(user))
		if err := f.Err("Impersonate"); err != nil {
			return err
		}
		return core.WithQuery(impersonated, string(user))(cfg)
	}
}

// refuseForeign refuses options that mean nothing here, and would be forgotten
// without a word.
func refuseForeign(cfg *core.Config) error {
	var f core.Faults
	for _, option := range []struct {
		name  string
		given bool
	}{
		{"WithBotToken", !cfg.BotToken.IsZero()},
		{"WithPlatformToken", !cfg.PlatformToken.IsZero()},
		{"WithUnderscoreTokenHeader", cfg.UnderscoreHeader},
		{"WithAccountID", cfg.AccountID != 0},
	} {
		if option.given {
			f.Add(option.name, "is an option of Konverte Digital, not of Engage Digital", "")
		}
	}
	return f.Err("client")
}

// refusePlatform refuses to move a client to another platform.
func refusePlatform(c *core.Client) Option {
	return func(cfg *core.Config) error {
		before, err := c.Config()
		if err == nil && before.Platform != cfg.Platform {
			var f core.Faults
			f.Add("WithPlatform", "is an option of NewClient", "")
			err = f.Err("client")
		}
		return err
	}
}

// locate makes the address of the API of an account.
func locate(cfg *core.Config, account string) (base, rule string) {
	account = strings.TrimSpace(account)
	platform := cfg.Platform
	if platform == "" {
		platform = PlatformDigital
	}
	switch {
	case account == "":
		return "", "is empty: it is the name of the account, or the address of the domain"
	case strings.Contains(account, "://"):
		if cfg.Platform != "" {
			return "", "is an address, which WithPlatform contradicts"
		}
		return fromURL(account)
	case !plainHost(platform):
		return "", "cannot be found: WithPlatform wants a host, such as " + PlatformDigital
	case !plainHost(account):
		return "", "must be a name of letters, digits and dashes, a host, or a URL"
	case strings.Contains(account, "."):
		return fromURL("https://" + account)
	}
	return "https://" + strings.ToLower(account) + ".api." + strings.ToLower(platform) + version, ""
}

// plainHost tells whether s has only what names of hosts have.
func plainHost(s string) bool {
	if strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// version is the path below which the API is.
const version = "/1.0"

// fromURL is the address of the API at a URL. A web address on a known platform
// becomes that of its API, without the page that it leads to. The platform itself is
// no domain: its host would get the token for nothing.
func fromURL(raw string) (base, rule string) {
	scheme, rest, _ := strings.Cut(raw, "://")
	host, path, _ := strings.Cut(rest, "/")
	for _, platform := range []string{PlatformDigital, PlatformEngagement} {
		account, known := strings.CutSuffix("."+strings.ToLower(host), "."+platform)
		if !known {
			continue
		}
		account = strings.TrimPrefix(strings.TrimSuffix(account, ".api"), ".")
		if account == "" {
			return "", "names a platform without an account: it begins with the name of the account"
		}
		return scheme + "://" + account + ".api." + platform + version, ""
	}
	path = strings.TrimRight(path, "/")
	path = strings.TrimSuffix("/"+path, version)
	return scheme + "://" + host + strings.TrimRight(path, "/") + version, ""
}

// rateLimit is the limit of a client that is given none.
var rateLimit = core.Rate{Requests: DefaultRateLimit, Per: time.Minute}
