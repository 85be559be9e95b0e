package konverte

import (
	"encoding/json"
	"errors"

	"github.com/konverte-go/konverte/internal/codec"
)

// Attributes is a JSON object with keys of the account's choosing: custom, additional and content attributes.
// It is kept as it was written and decoded when asked. The nil Attributes are absent; in params, they leave the field
// alone, while {} is sent.
type Attributes []byte

// AttributesOf returns m as Attributes. A nil map gives nil. The error is that of [json.Marshal].
func AttributesOf(m map[string]any) (Attributes, error) {
	if m == nil {
		return nil, nil
	}
	return codec.Marshal(m)
}

// Get returns the JSON of one key, and whether it is there. What it returns is a view into a, not a copy.
func (a Attributes) Get(key string) (json.RawMessage, bool) {
	var found json.RawMessage
	a.each(func(name, value []byte) {
		if string(name) == key {
			found = value
		}
	})
	return found, found != nil
}

// Decode reads a into v, a pointer to a struct or map, as [json.Unmarshal] does. Absent Attributes are read as {}.
func (a Attributes) Decode(v any) error {
	if a.IsZero() {
		return json.Unmarshal([]byte("{}"), v)
	}
	return json.Unmarshal(a.object(), v)
}

// Keys returns the keys in the order in which they were written, each once. It is nil when there are none.
func (a Attributes) Keys() []string {
	var keys []string
	seen := map[string]bool{}
	a.each(func(name, _ []byte) {
		key := string(name)
		if !seen[key] {
			keys = append(keys, key)
		}
		seen[key] = true
	})
	return keys
}

// Len returns how many keys there are.
func (a Attributes) Len() int { return len(a.Keys()) }

// IsZero reports whether a is absent. Attributes without keys, {}, are not.
func (a Attributes) IsZero() bool { return len(a) == 0 }

// String returns the JSON text, which is empty for absent Attributes.
func (a Attributes) String() string { return string(a) }

// MarshalJSON implements [json.Marshaler]. Absent Attributes are null. What is no JSON object is an error.
func (a Attributes) MarshalJSON() ([]byte, error) {
	if a.IsZero() {
		return []byte("null"), nil
	}
	return readAttributes(a)
}

// UnmarshalJSON implements [json.Unmarshaler]. It takes an object, null, and [], which is how the server writes some
// empty objects. Anything else is an error, and a is then nil.
func (a *Attributes) UnmarshalJSON(data []byte) error {
	read, err := readAttributes(data)
	*a = read
	return err
}

func readAttributes(data []byte) (Attributes, error) {
	read, _, err := codec.Decode(data, false, codec.RawObject[Attributes])
	var identity *codec.IdentityError
	if errors.As(err, &identity) {
		return nil, codec.Mismatch("object", data)
	}
	return read, err
}

// object returns a, or {} for the [] that stands for it.
func (a Attributes) object() []byte {
	read, err := readAttributes(a)
	if err != nil || read == nil {
		return a
	}
	return read
}

// each calls fn for every member of a, with its key and its JSON. Of invalid Attributes it calls it for none.
func (a Attributes) each(fn func(key, value []byte)) {
	type member struct{ key, value []byte }
	members, _, err := codec.Decode(a, false, func(d *codec.Decoder, found *[]member) {
		for d.Object(); d.More(); {
			key := append([]byte(nil), d.Key()...)
			*found = append(*found, member{key, d.RawValue()})
		}
	})
	if err != nil {
		return
	}
	for _, m := range members {
		fn(m.key, m.value)
	}
}
