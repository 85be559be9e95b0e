package core

import (
	"fmt"
	"log/slog"
)

const redacted = "REDACTED"

// Token is a credential. It is kept in a closure, so that neither fmt nor a
// dump by reflection can show it.
type Token struct {
	reveal func() string
}

// NewToken hides a token. An empty one is the zero Token.
func NewToken(s string) Token {
	if s == "" {
		return Token{}
	}
	return Token{reveal: func() string { return s }}
}

// Reveal returns the token, "" for the zero Token.
func (t Token) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// IsZero tells whether there is no token.
func (t Token) IsZero() bool { return t.reveal == nil }

// String returns REDACTED, or "" for the zero Token.
func (t Token) String() string {
	if t.IsZero() {
		return ""
	}
	return redacted
}

// Format prints what String returns, whatever the verb.
func (t Token) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(t.String())) }

// LogValue logs what String returns.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText writes what String returns.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
