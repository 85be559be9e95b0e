package codec

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// String reads a string.
func String[T ~string](d *Decoder, v *T) {
	if d.peek() != '"' {
		*v = ""
		d.mismatch("string")
		return
	}
	*v = T(d.string())
}

// Bool reads true or false.
func Bool[T ~bool](d *Decoder, v *T) {
	*v = false
	switch d.peek() {
	case 't':
		d.literal("true")
		*v = d.err == nil
	case 'f':
		d.literal("false")
	default:
		d.mismatch("boolean")
	}
}

// Int reads a number that is written as an integer and fits.
func Int[T ~int64 | ~int](d *Decoder, v *T) {
	d.peek()
	start := d.pos
	n, problem := d.readInt()
	if problem == "" && int64(T(n)) != n {
		n, problem = 0, tooLarge
	}
	*v = T(n)
	switch problem {
	case "":
	case "null":
		d.nullAt(start)
	default:
		d.wrongAt(start, problem)
	}
}

// ID reads the identity of an object, an integer. Anything else, null too, ends in an [*IdentityError].
func ID[T ~int64](d *Decoder, v *T) {
	d.peek()
	start := d.pos
	n, problem := d.readInt()
	*v = T(n)
	if problem != "" {
		d.bad = start
		d.fatal(note{offset: start, problem: problem})
	}
}

// Float reads a number.
func Float[T ~float64](d *Decoder, v *T) {
	*v = 0
	if d.Kind() != '0' {
		d.mismatch("number")
		return
	}
	start := d.pos
	d.scanNumber()
	if d.err != nil {
		return
	}
	f, err := strconv.ParseFloat(string(d.data[start:d.pos]), 64)
	if err != nil {
		d.wrongAt(start, tooLarge)
		return
	}
	*v = T(f)
}

// LooseInt reads an integer that some answers write as a string. A string of anything but an integer is an issue.
func LooseInt[T ~int64 | ~int](d *Decoder, v *T) {
	if d.peek() != '"' {
		Int(d, v)
		return
	}
	*v = 0
	start := d.pos
	raw, _ := d.scanString()
	if d.err != nil {
		return
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || int64(T(n)) != n {
		d.wrongAt(start, "want integer, got string")
		return
	}
	*v = T(n)
}

// Value reads a value by its own UnmarshalJSON, which is given null too. An error of that method is an issue, worded
// by a [*MismatchError] if it is one.
func Value[T any, P interface {
	*T
	json.Unmarshaler
}](d *Decoder, v *T) {
	d.peek()
	start := d.pos
	raw := d.RawValue()
	if d.err != nil {
		return
	}
	err := P(v).UnmarshalJSON(raw)
	if err == nil {
		return
	}
	var zero T
	*v = zero
	var mismatch *MismatchError
	if errors.As(err, &mismatch) {
		d.wrongAt(start, mismatch.Problem)
		return
	}
	d.wrongAt(start, "unreadable "+kindName(New(raw).Kind()))
}

// Raw copies a value of any shape as it is written. Null gives nil.
func Raw[T ~[]byte](d *Decoder, v *T) {
	*v = nil
	if d.Null() {
		return
	}
	raw := d.RawValue()
	if d.err == nil {
		*v = d.keepBytes(raw)
	}
}

// RawObject copies an object as it is written. Null gives nil, and [], which is how the server writes some empty
// objects, gives {}.
func RawObject[T ~[]byte](d *Decoder, v *T) {
	switch d.Kind() {
	case '{', 'n':
		Raw(d, v)
	case '[':
		*v = d.emptyArray()
	default:
		*v = nil
		d.mismatch("object")
	}
}

// emptyArray reads an array in the place of an object: {} when it is empty, an issue when it is not.
func (d *Decoder) emptyArray() []byte {
	start := d.pos
	elements := 0
	for d.open(); d.next(); elements++ {
		d.Skip()
	}
	if d.err != nil {
		return nil
	}
	if elements > 0 {
		d.wrongAt(start, "want object, got array")
		return nil
	}
	return d.keepBytes([]byte("{}"))
}

// Slice reads an array, each element by fn. Null gives nil, an empty array an empty slice.
func Slice[T any, S ~[]T](d *Decoder, v *S, fn func(*Decoder, *T)) {
	*v = nil
	switch d.peek() {
	case '[':
	case 'n':
		d.nullList()
		return
	default:
		d.mismatch("array")
		return
	}
	list := S{}
	first := d.pos
	for d.open(); d.next(); {
		d.peek()
		d.elem = d.pos
		if len(list) == cap(list) {
			list = grown(list, d.siblings(d.pos-first, len(list)))
		}
		var zero T
		list = append(list, zero)
		fn(d, &list[len(list)-1])
	}
	if d.err == nil {
		*v = list
	}
}

// nullList consumes null in the place of an array or map: nothing unusual, except as the root.
func (d *Decoder) nullList() {
	if d.pos == d.root {
		d.fatal(note{offset: d.pos, problem: "null"})
	}
	d.literal("null")
}

// siblings guesses from the size of its first elements how many more a list will have. Only lists near the root, of
// objects large enough to be worth it, get a guess: what follows in the body is then mostly theirs.
func (d *Decoder) siblings(size, elements int) int {
	const (
		nearRoot = 3
		large    = 128
		most     = 100
	)
	if d.depth > nearRoot || size < elements*large || elements == 0 {
		return 0
	}
	return min((len(d.data)-d.pos)*elements/size+1, most)
}

func grown[T any, S ~[]T](list S, more int) S {
	if more == 0 {
		return list
	}
	roomy := make(S, len(list), len(list)+more)
	copy(roomy, list)
	return roomy
}

// Map reads an object with keys of the account's choosing, each value by fn. Null gives nil. As the root it has no
// key by which one could tell it from the report of an error, and so a value of the wrong kind ends in an
// [*IdentityError].
func Map[T any, M ~map[string]T](d *Decoder, v *M, fn func(*Decoder, *T)) {
	*v = nil
	switch d.peek() {
	case '{':
	case 'n':
		d.nullList()
		return
	default:
		d.mismatch("object")
		return
	}
	m := M{}
	isRoot := d.pos == d.root
	var zero, element T
	for d.open(); d.More(); {
		key := d.keep(d.Key())
		element = zero
		d.peek()
		start := d.pos
		d.bad = -1
		fn(d, &element)
		if isRoot && d.bad == start {
			d.fatal(note{offset: start, problem: "of the wrong kind"})
		}
		m[key] = element
	}
	if d.err == nil {
		*v = m
	}
}

// Ptr reads a value that may be null by fn. Null, and a value of another kind, give nil.
func Ptr[T any](d *Decoder, v **T, fn func(*Decoder, *T)) {
	*v = nil
	if d.Null() {
		return
	}
	p := new(T)
	if _, ok := Maybe(d, p, fn); ok {
		*v = p
	}
}

// Maybe reads a value that may be null by fn. It reports whether the value was null, and whether fn could read it: both
// are false when it is of another kind, which is an issue, and *v is then the zero value.
func Maybe[T any](d *Decoder, v *T, fn func(*Decoder, *T)) (null, ok bool) {
	if d.Null() {
		return true, false
	}
	start := d.pos
	d.bad = -1
	fn(d, v)
	if d.err != nil || d.bad == start {
		var zero T
		*v = zero
		return false, false
	}
	return false, true
}

// At returns a function that reads, by fn, the value under one key of an object, the envelope, and skips all others.
// A key with dots descends: data.payload. A missing key ends in an [*IdentityError], and so does a value of the
// wrong shape, as it does at the root.
func At[T any](key string, fn func(*Decoder, *T)) func(*Decoder, *T) {
	outer, inner, nested := strings.Cut(key, ".")
	if nested {
		fn = At(inner, fn)
	}
	return func(d *Decoder, v *T) {
		d.peek()
		d.root = d.pos
		found := false
		for d.Object(); d.More(); {
			if string(d.Key()) != outer {
				d.Skip()
				continue
			}
			d.peek()
			d.root = d.pos
			var zero T
			*v = zero
			fn(d, v)
			found = true
		}
		d.Identity(outer, found)
	}
}

// MaybeAt is [At] where the object has the key, and fn itself where it has not: for an envelope that only some servers
// put around a result.
func MaybeAt[T any](key string, fn func(*Decoder, *T)) func(*Decoder, *T) {
	inside := At(key, fn)
	return func(d *Decoder, v *T) {
		if d.lookAhead(key) != nil {
			inside(d, v)
			return
		}
		fn(d, v)
	}
}

const (
	wantInteger = "want integer, got number with a fraction"
	tooLarge    = "number out of range"
)

// readInt consumes one value and returns the integer it is, or what it is instead.
func (d *Decoder) readInt() (n int64, problem string) {
	if c := d.peek(); c >= '1' && c <= '9' {
		return d.readPositive()
	}
	switch kind := d.Kind(); kind {
	case '0':
		return d.readNumber()
	case 0:
		d.unexpected()
		return 0, ""
	case 'n':
		d.literal("null")
		return 0, "null"
	default:
		d.Skip()
		return 0, "want integer, got " + kindName(kind)
	}
}

// readPositive is readNumber for what nearly all integers are: positive, of less than 19 digits, and not at the end.
func (d *Decoder) readPositive() (n int64, problem string) {
	const safe = 18
	rest := d.data[d.pos:min(len(d.data), d.pos+safe+1)]
	for i, c := range rest {
		if isDigit(c) {
			n = n*10 + int64(c-'0')
			continue
		}
		if c == '.' || c|0x20 == 'e' {
			break
		}
		d.pos += i
		return n, ""
	}
	return d.readNumber()
}

func (d *Decoder) readNumber() (n int64, problem string) {
	start := d.pos
	if !d.scanNumber() {
		return 0, wantInteger
	}
	return parseInt(d.data[start:d.pos])
}

// parseInt reads what was scanned as an integer.
func parseInt(text []byte) (n int64, problem string) {
	digits := text
	if text[0] == '-' {
		digits = text[1:]
	}
	if len(digits) > len("9223372036854775808") {
		return 0, tooLarge
	}
	var u uint64
	for _, c := range digits {
		u = u*10 + uint64(c-'0')
	}
	switch {
	case len(digits) == len(text) && u <= math.MaxInt64:
		return int64(u), ""
	case len(digits) < len(text) && u <= 1<<63:
		return -int64(u), ""
	}
	return 0, tooLarge
}

// string reads the string that begins at the current byte.
func (d *Decoder) string() string {
	raw, plain := d.scanString()
	if d.err != nil {
		return ""
	}
	if plain {
		return d.keep(raw)
	}
	d.text = unquote(d.text[:0], raw)
	return d.keep(d.text)
}

const (
	chunk = 1024 // what short values are copied into together, and so the most that one of them keeps alive
	short = 128
)

// keep copies text out of the body. Short texts share a chunk.
func (d *Decoder) keep(text []byte) string {
	n := len(text)
	if n == 0 {
		return ""
	}
	if n > short {
		return string(text)
	}
	if d.strings.Cap()-d.strings.Len() < n {
		d.strings.Reset()
		d.strings.Grow(max(n, d.chunkSize()))
	}
	start := d.strings.Len()
	d.strings.Write(text)
	return d.strings.String()[start:]
}

// keepBytes copies raw out of the body. Short values share a chunk, each with no room to grow into its neighbour.
func (d *Decoder) keepBytes(raw []byte) []byte {
	n := len(raw)
	if n > short {
		return append([]byte(nil), raw...)
	}
	if cap(d.bytes)-len(d.bytes) < n {
		d.bytes = make([]byte, 0, max(n, d.chunkSize()))
	}
	start := len(d.bytes)
	d.bytes = append(d.bytes, raw...)
	return d.bytes[start : start+n : start+n]
}

// chunkSize is smaller towards the end of a body, where less is left to copy.
func (d *Decoder) chunkSize() int { return min(chunk, (len(d.data)-d.pos)/2) }
