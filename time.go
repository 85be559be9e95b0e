package konverte

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/codec"
)

// Time is a point in time as the server sends it, in UTC. The zero Time stands for never: the server's null, "" and 0.
//
// The server writes times in several ways, by operation and by field. A Time is read from all of them: unix seconds as integer,
// as number with a fraction and as string; RFC 3339; and "2006-01-02 15:04:05", with or without " UTC" behind it.
type Time struct{ time.Time }

// wireLayouts are the ways in which the server writes a time as text. All of them take fractions of a second.
var wireLayouts = [...]string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04:05 UTC"}

// MarshalJSON implements [json.Marshaler]: RFC 3339, with the fraction of a second if there is one, or null for the zero Time.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return t.Time.MarshalJSON()
}

// UnmarshalJSON implements [json.Unmarshaler]. Anything but a time between the years 1 and 9999 is an error, and t is then
// the zero Time.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	text := bytes.TrimSpace(data)
	if string(text) == "null" {
		return nil
	}
	if len(text) > 0 && text[0] == '"' {
		return t.fromString(data)
	}
	parsed, ok := parseUnix(string(text))
	if !ok {
		return codec.Mismatch("time", data)
	}
	t.Time = parsed
	return nil
}

func (t *Time) fromString(data []byte) error {
	text, _, err := codec.Decode(data, false, codec.String[string])
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if parsed, ok := parseUnix(text); ok {
		t.Time = parsed
		return nil
	}
	for _, layout := range wireLayouts {
		parsed, err := time.Parse(layout, text)
		if err == nil && inRange(parsed.Unix()) {
			t.Time = parsed.UTC()
			return nil
		}
	}
	return codec.Mismatch("time", data)
}

// The first second of the year 1 and the last one of the year 9999: what RFC 3339 can express.
const (
	minUnix = -62135596800
	maxUnix = 253402300799
)

func inRange(seconds int64) bool { return seconds >= minUnix && seconds <= maxUnix }

// parseUnix reads unix seconds. The fraction is read digit by digit: a float64 would lose nanoseconds.
func parseUnix(text string) (time.Time, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || whole[0] == '+' {
		return parseExponent(text)
	}
	nanos, ok := parseFraction(text[len(whole):], fraction)
	if !ok {
		return parseExponent(text)
	}
	if whole[0] == '-' {
		nanos = -nanos
	}
	return unix(seconds, nanos)
}

// parseFraction returns the nanoseconds of a fraction, of which rest is the spelling with its point.
func parseFraction(rest, fraction string) (int64, bool) {
	if rest == "" {
		return 0, true
	}
	if fraction == "" {
		return 0, false
	}
	nanos, unit := int64(0), int64(time.Second)
	for _, c := range []byte(fraction) {
		if c < '0' || c > '9' {
			return 0, false
		}
		unit /= 10
		nanos += int64(c-'0') * unit
	}
	return nanos, true
}

// parseExponent reads a number such as 1.7e9.
func parseExponent(text string) (time.Time, bool) {
	if !strings.ContainsAny(text, "eE") || strings.ContainsAny(text, "xX_") {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(f)
	if whole < minUnix || whole > maxUnix {
		return time.Time{}, false
	}
	return unix(int64(whole), int64(fraction*float64(time.Second)))
}

func unix(seconds, nanos int64) (time.Time, bool) {
	if seconds == 0 && nanos == 0 {
		return time.Time{}, true
	}
	t := time.Unix(seconds, nanos).UTC()
	if !inRange(seconds) || !inRange(t.Unix()) {
		return time.Time{}, false
	}
	return t, true
}
