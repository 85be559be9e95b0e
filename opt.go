package konverte

import (
	"encoding/json"
	"fmt"

	"github.com/konverte-go/konverte/internal/codec"
)

// Opt is a value that may be absent or null. The zero Opt is absent.
//
// In params an absent Opt leaves the field alone, [Set] sends a value, and [Null] clears the field:
//
//	konverte.ContactUpdateParams{Name: konverte.Set("Ada"), PhoneNumber: konverte.Null[string]()}
//
// In results it tells a value from null and from a key that the server did not send.
// An Opt is comparable where T is. A field of this type needs the JSON option omitzero to be left out when absent.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optSet
)

// Set returns an Opt that holds v.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, state: optSet} }

// Null returns an Opt that is null: in params, it clears the field.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value and true, or the zero value and false when o is absent or null.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optSet }

// Or returns the value, or def when o is absent or null.
func (o Opt[T]) Or(def T) T {
	if o.state == optSet {
		return o.value
	}
	return def
}

// IsSet reports whether o holds a value, be it a zero value.
func (o Opt[T]) IsSet() bool { return o.state == optSet }

// IsNull reports whether o is null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero reports whether o is absent.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// MarshalJSON implements [json.Marshaler]. An Opt that is absent or null is null; the option omitzero leaves the absent out.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	return codec.Marshal(o.value)
}

// UnmarshalJSON implements [json.Unmarshaler]. After an error o is absent.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	*o = Opt[T]{}
	if string(data) == "null" {
		o.state = optNull
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*o = Set(v)
	return nil
}

// String returns the value as [fmt.Sprint] formats it, "null" or "unset".
func (o Opt[T]) String() string { return fmt.Sprint(o) }

// Format implements [fmt.Formatter]: the value as the verb has it, or null or unset without quotes.
func (o Opt[T]) Format(f fmt.State, verb rune) {
	switch o.state {
	case optSet:
		_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), o.value)
	case optNull:
		_, _ = f.Write([]byte("null"))
	default:
		_, _ = f.Write([]byte("unset"))
	}
}

// decodeOpt reads a value that may be null. One of another kind is an issue and leaves o absent.
func decodeOpt[T any](d *codec.Decoder, o *Opt[T], fn func(*codec.Decoder, *T)) {
	*o = Opt[T]{}
	null, ok := codec.Maybe(d, &o.value, fn)
	switch {
	case null:
		o.state = optNull
	case ok:
		o.state = optSet
	}
}

// mapOpt changes the value of an Opt where there is one.
func mapOpt[T, U any](o Opt[T], fn func(T) U) Opt[U] {
	v, ok := o.Get()
	switch {
	case ok:
		return Set(fn(v))
	case o.IsNull():
		return Null[U]()
	}
	return Opt[U]{}
}
