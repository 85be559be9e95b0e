package codec

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// peek skips white space and returns the next byte, 0 at the end.
func (d *Decoder) peek() byte {
	if d.pos < len(d.data) {
		if c := d.data[d.pos]; c > ' ' {
			return c
		}
	}
	return d.peekSpace()
}

func (d *Decoder) peekSpace() byte {
	for ; d.pos < len(d.data); d.pos++ {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// fail records a syntax error at the current byte and moves to the end, where nothing can be read any more.
func (d *Decoder) fail(problem string) {
	if d.err == nil {
		d.err = &SyntaxError{Offset: int64(d.pos), Problem: problem}
	}
	d.pos = len(d.data)
	d.at = notOpened
}

func (d *Decoder) unexpected() {
	if d.pos >= len(d.data) {
		d.fail("unexpected end")
		return
	}
	d.fail("unexpected character")
}

// open consumes the bracket of an array or object.
func (d *Decoder) open() {
	if d.depth >= MaxDepth {
		d.fail("nested too deeply")
		return
	}
	d.depth++
	d.pos++
	d.at = justOpened
}

// next reports whether the open array has another element, and closes the array when it has none.
func (d *Decoder) next() bool {
	if d.at == notOpened {
		d.at = afterValue
		return false
	}
	c := d.peek()
	first := d.at == justOpened
	d.at = afterValue
	switch {
	case c == ']':
		d.pos++
		d.depth--
		return false
	case first:
		return d.err == nil
	case c == ',':
		d.pos++
		return true
	}
	d.unexpected()
	return false
}

// Skip reads the next value and forgets it. Its syntax is checked.
func (d *Decoder) Skip() {
	switch d.Kind() {
	case '{':
		d.skipObject()
	case '[':
		d.skipArray()
	case '"':
		d.scanString()
	case '0':
		d.scanNumber()
	case 't':
		d.literal("true")
	case 'f':
		d.literal("false")
	case 'n':
		d.literal("null")
	default:
		d.unexpected()
	}
}

func (d *Decoder) skipObject() {
	for d.open(); d.More(); {
		if d.peek() != '"' {
			d.unexpected()
			return
		}
		d.scanString()
		if d.peek() != ':' {
			d.unexpected()
			return
		}
		d.pos++
		d.Skip()
	}
}

func (d *Decoder) skipArray() {
	for d.open(); d.next(); {
		d.Skip()
	}
}

func (d *Decoder) literal(word string) {
	rest := d.data[d.pos:]
	if len(rest) >= len(word) && string(rest[:len(word)]) == word {
		d.pos += len(word)
		return
	}
	for i := 0; i < len(word) && i < len(rest) && rest[i] == word[i]; i++ {
		d.pos++
	}
	d.unexpected()
}

// scanNumber consumes a number and reports whether it is written as an integer.
func (d *Decoder) scanNumber() (integer bool) {
	if d.byteAt() == '-' {
		d.pos++
	}
	if d.byteAt() == '0' {
		d.pos++
	} else if !d.digits() {
		return false
	}
	integer = true
	if d.byteAt() == '.' {
		integer = false
		d.pos++
		if !d.digits() {
			return false
		}
	}
	if c := d.byteAt(); c == 'e' || c == 'E' {
		integer = false
		d.pos++
		if c := d.byteAt(); c == '+' || c == '-' {
			d.pos++
		}
		d.digits()
	}
	return integer
}

// digits consumes one digit or more.
func (d *Decoder) digits() bool {
	start := d.pos
	for d.pos < len(d.data) && isDigit(d.data[d.pos]) {
		d.pos++
	}
	if d.pos == start {
		d.unexpected()
		return false
	}
	return true
}

func (d *Decoder) byteAt() byte {
	if d.pos < len(d.data) {
		return d.data[d.pos]
	}
	return 0
}

func isDigit(c byte) bool { return c-'0' <= 9 }

const (
	ones     = 0x0101010101010101
	highs    = 0x8080808080808080
	spaces   = ' ' * ones
	quotes   = '"' * ones
	reverses = '\\' * ones
)

// scanString consumes a string and returns what stands between its quotes. It is plain when that is the string
// itself: nothing escaped, and valid UTF-8.
func (d *Decoder) scanString() (raw []byte, plain bool) {
	data := d.data
	start := d.pos + 1
	for i := start; i+8 <= len(data); i += 8 {
		x := binary.LittleEndian.Uint64(data[i : i+8])
		// As in stops, except that bytes beyond ASCII stop too, which makes masking them out needless.
		special := ((x - spaces) | (x ^ quotes - ones) | (x ^ reverses - ones) | x) & highs
		if special == 0 {
			continue
		}
		i += bits.TrailingZeros64(special) >> 3
		if data[i] != '"' {
			break
		}
		d.pos = i + 1
		return data[start:i], true
	}
	return d.scanRareString()
}

// stops has the high bit of the lowest byte set that is a quote, a backslash or a control character. Bits above that
// one mean nothing.
func stops(x uint64) uint64 {
	q, r := x^quotes, x^reverses
	return ((x-spaces)&^x | (q-ones)&^q | (r-ones)&^r) & highs
}

// scanRareString is scanString for escapes, text beyond ASCII, errors and the end of the body.
func (d *Decoder) scanRareString() (raw []byte, plain bool) {
	d.pos++
	start := d.pos
	plain = true
	seen := uint64(0)
	for {
		seen |= d.runAhead()
		if d.pos >= len(d.data) {
			d.fail("unexpected end")
			return nil, true
		}
		switch c := d.data[d.pos]; {
		case c == '"':
			raw = d.data[start:d.pos]
			d.pos++
			if plain && seen&highs != 0 {
				plain = utf8.Valid(raw)
			}
			return raw, plain
		case c != '\\':
			d.fail("control character in a string")
			return nil, true
		}
		plain = false
		if !d.escape() {
			return nil, true
		}
	}
}

// runAhead moves to the next quote, backslash or control character, eight bytes at a time. What it returns has a high
// bit set if any byte on the way may have had one.
func (d *Decoder) runAhead() (seen uint64) {
	data, i := d.data, d.pos
	for ; i+8 <= len(data); i += 8 {
		x := binary.LittleEndian.Uint64(data[i : i+8])
		seen |= x
		if hit := stops(x); hit != 0 {
			d.pos = i + bits.TrailingZeros64(hit)>>3
			return seen
		}
	}
	for ; i < len(data); i++ {
		c := data[i]
		if c < ' ' || c == '"' || c == '\\' {
			break
		}
		seen |= uint64(c)
	}
	d.pos = i
	return seen
}

// escape consumes one escape sequence.
func (d *Decoder) escape() bool {
	d.pos++
	switch d.byteAt() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		d.pos++
		return true
	case 'u':
		d.pos++
		return d.hexDigits()
	}
	d.badEscape()
	return false
}

func (d *Decoder) hexDigits() bool {
	for end := d.pos + 4; d.pos < end; d.pos++ {
		if hexValue(d.byteAt()) < 0 {
			d.badEscape()
			return false
		}
	}
	return true
}

func (d *Decoder) badEscape() {
	if d.pos >= len(d.data) {
		d.fail("unexpected end")
		return
	}
	d.fail("invalid escape sequence")
}

func hexValue(c byte) rune {
	switch {
	case isDigit(c):
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return -1
}

// unquote appends to dst the text of a scanned string. Half a surrogate pair and bytes that are no UTF-8 become U+FFFD.
func unquote(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\\' && raw[i+1] == 'u':
			r, n := unicodeEscape(raw[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		case c == '\\':
			dst = append(dst, unescaped(raw[i+1]))
			i += 2
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(raw[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unicodeEscape reads \uXXXX, or two of them that are a surrogate pair, and returns how many bytes that took.
func unicodeEscape(raw []byte) (rune, int) {
	r := hexRune(raw)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if pair := utf16.DecodeRune(r, hexRune(raw[6:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

func hexRune(raw []byte) rune {
	return hexValue(raw[2])<<12 | hexValue(raw[3])<<8 | hexValue(raw[4])<<4 | hexValue(raw[5])
}
