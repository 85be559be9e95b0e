package core

import (
	"strconv"
	"strings"
)

// WithUserToken sets the API token of a user (an agent or an administrator).
func WithUserToken(token string) Option {
	return tokenOption("WithUserToken", token, func(c *Config, t Token) { c.UserToken = t })
}

// WithBotToken sets the API token of an agent bot.
func WithBotToken(token string) Option {
	return tokenOption("WithBotToken", token, func(c *Config, t Token) { c.BotToken = t })
}

// WithPlatformToken sets the API token of a platform app.
func WithPlatformToken(token string) Option {
	return tokenOption("WithPlatformToken", token, func(c *Config, t Token) { c.PlatformToken = t })
}

// WithToken is WithUserToken for APIs that know one kind of token.
func WithToken(token string) Option {
	return tokenOption("token", token, func(c *Config, t Token) { c.UserToken = t })
}

func tokenOption(name, token string, set func(*Config, Token)) Option {
	return func(c *Config) error {
		if rule := tokenRule(token); rule != "" {
			return c.fault(name, rule)
		}
		set(c, NewToken(token))
		return nil
	}
}

// tokenRule returns the rule that a token breaks, "" when it is usable.
func tokenRule(token string) string {
	switch {
	case strings.TrimSpace(token) == "":
		return "the token is empty"
	case strings.ContainsAny(token, "\r\n"):
		return "the token has a line break: was it read from a file?"
	case strings.TrimSpace(token) != token:
		return "the token begins or ends with a space"
	case !validHeaderValue(token):
		return "the token has characters that no header can carry"
	}
	return ""
}

// WithUnderscoreTokenHeader sends the token under the header's underscore
// spelling. Some proxies drop such headers.
func WithUnderscoreTokenHeader() Option {
	return func(c *Config) error {
		c.UnderscoreHeader = true
		return nil
	}
}

// WithAccountID sets the account of every call that is made within one.
func WithAccountID(id int64) Option {
	return func(c *Config) error {
		if id <= 0 {
			return c.fault("WithAccountID", "must be positive, got "+strconv.FormatInt(id, 10))
		}
		c.AccountID = id
		return nil
	}
}
