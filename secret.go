package konverte

import (
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"unique"

	"github.com/konverte-go/konverte/internal/codec"
)

const redacted = "REDACTED"

// Secret is a token, a password, a key or a link that signs in whoever follows it, as results carry them.
//
// It prints, logs and marshals as REDACTED, by any verb and in any encoding, so that a result can be logged as it is.
// [Secret.Reveal] gives the text. The zero Secret is empty, and shows as empty. Secrets of the same text are equal (==).
type Secret struct {
	// Package fmt cannot call methods on unexported fields of other packages' structs. What it would print there is a pointer.
	text unique.Handle[string]
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: unique.Make(text)}
}

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.text.Value()
}

// IsZero reports whether s is empty.
func (s Secret) IsZero() bool { return s == Secret{} }

// String returns REDACTED, or an empty text for an empty Secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString implements [fmt.GoStringer] and is as silent as String.
func (s Secret) GoString() string { return "konverte.Secret(" + strconv.Quote(s.String()) + ")" }

// Format implements [fmt.Formatter]: whatever the verb, it writes what String or, for %#v, GoString returns.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	switch {
	case verb == 'v' && f.Flag('#'):
		text = s.GoString()
	case verb == 'q':
		text = strconv.Quote(text)
	}
	_, _ = io.WriteString(f, text)
}

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements [encoding.TextMarshaler] and is as silent as String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON implements [json.Marshaler] and is as silent as String. A Secret can therefore not be sent.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(s.String())), nil }

// UnmarshalJSON implements [json.Unmarshaler]. It takes a string or null; after an error s is empty.
func (s *Secret) UnmarshalJSON(data []byte) error {
	*s = Secret{}
	if string(data) == "null" {
		return nil
	}
	text, _, err := codec.Decode(data, false, codec.String[string])
	if err != nil {
		return codec.Mismatch("string", data)
	}
	*s = NewSecret(text)
	return nil
}
