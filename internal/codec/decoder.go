// Package codec reads and writes the JSON of the wire.
//
// Its decoder is a scanner that generated code drives, one small function per struct. It reads a body once, without
// reflection, validates the whole of it, and is tolerant: a field of an unexpected type keeps its zero value and is
// reported as an [Issue], and the rest of the object is still read. Only what a caller could not do without, the
// shape of the root and the ids of objects, ends in an error.
package codec

import (
	"encoding/json"
	"strings"
	"sync"
)

const (
	// MaxDepth is how deep arrays and objects may nest. A deeper body is a [SyntaxError].
	MaxDepth = 1000
	// MaxIssues is how many issues of one body are kept. Those that follow are dropped.
	MaxIssues = 100
)

// Decoder scans one body. Its methods are called in the order of the body, one value after the other.
// After the first syntax error it stands still: every method returns its zero value and loops end.
type Decoder struct {
	data []byte
	pos  int
	at   openState

	depth  int
	root   int // offset of the value that is the answer; a mismatch there is an identity problem
	elem   int // offset of the latest array element
	absent int // offset of the latest value that was no object though one was wanted, -1 after a real object
	bad    int // offset of the latest mismatched value

	strict bool
	keyAt  int    // offset of the latest key
	text   []byte // scratch space for texts with escapes

	strings strings.Builder
	bytes   []byte
	ahead   *Decoder // of Probe

	notes []note
	ident *note
	err   *SyntaxError
}

type openState uint8

const (
	afterValue openState = iota
	justOpened
	notOpened
)

// note is an issue whose path is not yet known.
type note struct {
	offset  int
	end     bool   // offset is the end of the value, not its start
	member  string // a member of that value which is meant instead
	problem string
}

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// New returns a decoder that stands at the beginning of body. The body is not changed and must not be changed while
// the decoder is in use. [Decode] is what most callers want.
func New(body []byte) *Decoder {
	d := new(Decoder)
	d.reset(body)
	return d
}

// reset makes a used decoder new, keeping only the scratch space whose content nobody sees.
func (d *Decoder) reset(body []byte) {
	*d = Decoder{data: body, root: -1, elem: -1, absent: -1, bad: -1, text: d.text[:0], ahead: d.ahead}
	if d.ahead != nil {
		d.ahead.reset(nil)
	}
}

// SetStrict makes unknown keys, and null where a plain value is wanted, issues as well.
func (d *Decoder) SetStrict(strict bool) { d.strict = strict }

// Decode runs fn over the whole of body and returns what it read.
//
// The error is a [*SyntaxError] when body is not one valid JSON value, and an [*IdentityError] when the root has the
// wrong shape or an object lacks its identity; the value is then the zero value. Issues are in the order of the body.
func Decode[T any](body []byte, strict bool, fn func(*Decoder, *T)) (T, []Issue, error) {
	var v T
	issues, err := DecodeInto(body, strict, &v, fn)
	return v, issues, err
}

// DecodeInto is [Decode] into a value that the caller owns. On error *v is the zero value.
func DecodeInto[T any](body []byte, strict bool, v *T, fn func(*Decoder, *T)) ([]Issue, error) {
	d := decoders.Get().(*Decoder)
	d.reset(body)
	d.strict = strict
	d.peek()
	d.root = d.pos
	fn(d, v)
	issues, err := d.finish()
	d.reset(nil)
	decoders.Put(d)
	if err != nil {
		var zero T
		*v = zero
	}
	return issues, err
}

// finish checks that nothing follows the value and resolves what was noted on the way.
func (d *Decoder) finish() ([]Issue, error) {
	if d.err == nil {
		d.peek()
		if d.pos < len(d.data) {
			d.fail("data after the value")
		}
	}
	if d.err != nil {
		return nil, d.err
	}
	issues := d.issues()
	if d.ident != nil {
		found := resolve(d.data, []note{*d.ident})[0]
		return issues, &IdentityError{Path: found.Path, Problem: found.Problem}
	}
	return issues, nil
}

func (d *Decoder) issues() []Issue {
	if len(d.notes) == 0 {
		return nil
	}
	return resolve(d.data, d.notes)
}

// Err returns the syntax error that stopped the decoder, or nil.
func (d *Decoder) Err() error {
	if d.err == nil {
		return nil
	}
	return d.err
}

// Object opens an object. Where the next value is none, that is an issue, the value is skipped and the next call of
// More returns false.
func (d *Decoder) Object() {
	if d.peek() == '{' {
		d.open()
		return
	}
	absent := d.pos
	d.mismatch("object")
	d.absent = absent
	d.at = notOpened
}

// More reports whether the open object has another member, and closes the object when it has none.
func (d *Decoder) More() bool {
	switch d.at {
	case notOpened:
		d.at = afterValue
		return false
	case justOpened:
		d.at = afterValue
		if d.peek() != '}' {
			return d.err == nil
		}
	case afterValue:
		switch d.peek() {
		case ',':
			d.pos++
			return true
		case '}':
		default:
			d.unexpected()
			return false
		}
	}
	d.pos++
	d.depth--
	d.absent = -1
	return false
}

// Key reads the key of a member and returns it unescaped. The bytes are valid until the next call.
func (d *Decoder) Key() []byte {
	if d.peek() != '"' {
		d.unexpected()
		return nil
	}
	d.keyAt = d.pos
	raw, plain := d.scanString()
	if plain && d.pos < len(d.data) && d.data[d.pos] == ':' {
		d.pos++
		return raw
	}
	if d.peek() != ':' {
		d.unexpected()
		return nil
	}
	d.pos++
	if !plain {
		raw = unquote(nil, raw)
	}
	return raw
}

// lastKey returns what Key returned last.
func (d *Decoder) lastKey() []byte {
	if d.err != nil {
		return nil
	}
	again := Decoder{data: d.data, pos: d.keyAt}
	return again.Key()
}

// Extra keeps the value of a key that the type does not know, in a map that is made when it is first needed.
// In strict mode that is the issue "unknown key".
func (d *Decoder) Extra(m *map[string]json.RawMessage) {
	key := string(d.lastKey())
	d.peek()
	if d.strict {
		d.note(note{offset: d.pos, problem: "unknown key"})
	}
	raw := d.RawValue()
	if d.err != nil {
		return
	}
	if *m == nil {
		*m = make(map[string]json.RawMessage)
	}
	(*m)[key] = d.keepBytes(raw)
}

// Identity is called after the members of an object were read: ok says whether its identity was among them. If not,
// the body cannot be used, and decoding ends in an [*IdentityError] naming key.
//
// An empty key stands for the value that is read next, when it cannot be used at all.
//
// It says nothing of a member that is null or no object at all: that is an issue. As an element of a list, or as the
// root, such a value has no identity either.
func (d *Decoder) Identity(key string, ok bool) {
	if ok || d.err != nil || d.ident != nil {
		return
	}
	if key == "" {
		d.peek()
		d.ident = &note{offset: d.pos, problem: "missing"}
		return
	}
	if d.absent >= 0 && d.absent != d.elem {
		return
	}
	d.ident = &note{offset: d.pos, end: true, member: key, problem: "missing"}
}

// Null consumes the next value if it is null, and reports whether it was.
func (d *Decoder) Null() bool {
	if d.peek() != 'n' {
		return false
	}
	d.literal("null")
	return d.err == nil
}

// Kind returns what the next value is: '{', '[', '"', '0' (a number), 't', 'f' or 'n'. It is 0 at the end and where
// no value can begin.
func (d *Decoder) Kind() byte { return kinds[d.peek()] }

var kinds = [256]byte{
	'{': '{', '[': '[', '"': '"', 't': 't', 'f': 'f', 'n': 'n', '-': '0',
	'0': '0', '1': '0', '2': '0', '3': '0', '4': '0', '5': '0', '6': '0', '7': '0', '8': '0', '9': '0',
}

// RawValue reads the next value and returns its bytes: a view into the body, valid until Decode returns.
func (d *Decoder) RawValue() []byte {
	d.peek()
	start := d.pos
	d.Skip()
	if d.err != nil {
		return nil
	}
	return d.data[start:d.pos:d.pos]
}

// Issue records a problem with the value that is read next. The problem must not contain the value.
func (d *Decoder) Issue(problem string) {
	d.peek()
	d.note(note{offset: d.pos, problem: problem})
	d.bad = d.pos
}

func (d *Decoder) note(n note) {
	if d.err == nil && len(d.notes) < MaxIssues {
		d.notes = append(d.notes, n)
	}
}

// fatal records that the body cannot be used. The first such problem counts.
func (d *Decoder) fatal(n note) {
	if d.err == nil && d.ident == nil {
		d.ident = &n
	}
}

// mismatch skips a value of the wrong kind and records it. Null is one only in strict mode, or as the root.
func (d *Decoder) mismatch(want string) {
	kind := d.Kind()
	if kind == 0 {
		d.unexpected()
		return
	}
	start := d.pos
	if kind == 'n' {
		d.nullAt(start)
	} else {
		d.wrongAt(start, "want "+want+", got "+kindName(kind))
	}
	d.Skip()
}

func (d *Decoder) nullAt(start int) {
	d.bad = start
	if start == d.root {
		d.fatal(note{offset: start, problem: "null"})
		return
	}
	if d.strict {
		d.note(note{offset: start, problem: "null"})
	}
}

func (d *Decoder) wrongAt(start int, problem string) {
	d.bad = start
	if start == d.root {
		d.fatal(note{offset: start, problem: problem})
		return
	}
	d.note(note{offset: start, problem: problem})
}

func kindName(kind byte) string {
	switch kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 't', 'f':
		return "boolean"
	}
	return "null"
}
