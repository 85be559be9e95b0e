package core

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
)

// Cursor is a position in a list. It can be compared, and kept as text or JSON; the zero value is the
// beginning. A cursor belongs to the list and the parameters it came from.
type Cursor struct {
	// Page is a page number, counted from 1.
	Page int
	// Offset is the number of rows before the page.
	Offset int64
	// Before is the id before which the page ends.
	Before int64
	// After is the id after which the page begins.
	After int64
	// Order is the order in which the list is read, "" = the server's own.
	Order string
}

// CursorError is a text that is no cursor, or a cursor that does not fit the list it was given to.
type CursorError struct {
	// Cursor is the text of the cursor.
	Cursor string
	// Problem says what is wrong with it.
	Problem string
}

// Error names the cursor and the problem.
func (e *CursorError) Error() string { return fmt.Sprintf("cursor %q: %s", e.Cursor, e.Problem) }

// IsZero reports whether the cursor is the beginning of a list.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// String is the cursor as text, which ParseCursor reads: "page=3&order=created_at". The zero cursor is "".
func (c Cursor) String() string {
	var parts []string
	add := func(key, value string) { parts = append(parts, key+"="+value) }
	number := func(key string, n int64) {
		if n != 0 {
			add(key, strconv.FormatInt(n, 10))
		}
	}
	number("page", int64(c.Page))
	number("offset", c.Offset)
	number("before", c.Before)
	number("after", c.After)
	if c.Order != "" {
		add("order", url.QueryEscape(c.Order))
	}
	return strings.Join(parts, "&")
}

// MarshalText is String.
func (c Cursor) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText is ParseCursor. On an error the cursor is left as it was.
func (c *Cursor) UnmarshalText(text []byte) error {
	parsed, err := ParseCursor(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// ParseCursor reads the text of a cursor, "" being the beginning of a list. Any other text is a *CursorError.
func ParseCursor(text string) (Cursor, error) {
	var c Cursor
	if text == "" {
		return c, nil
	}
	seen := make(map[string]bool)
	for part := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(part, "=")
		if seen[key] {
			return Cursor{}, &CursorError{Cursor: text, Problem: "a key comes twice"}
		}
		seen[key] = true
		if err := c.set(key, value); err != nil {
			return Cursor{}, &CursorError{Cursor: text, Problem: err.Error()}
		}
	}
	return c, nil
}

var (
	errCursorKey    = errors.New("unknown key")
	errCursorNumber = errors.New("want a whole number above 0")
	errCursorOrder  = errors.New("malformed order")
)

func (c *Cursor) set(key, value string) (err error) {
	switch key {
	case "page":
		var n int64
		n, err = cursorNumber(value, math.MaxInt32)
		c.Page = int(n)
	case "offset":
		c.Offset, err = cursorNumber(value, math.MaxInt64)
	case "before":
		c.Before, err = cursorNumber(value, math.MaxInt64)
	case "after":
		c.After, err = cursorNumber(value, math.MaxInt64)
	case "order":
		c.Order, err = url.QueryUnescape(value)
		if err != nil || c.Order == "" {
			err = errCursorOrder
		}
	default:
		err = errCursorKey
	}
	return err
}

func cursorNumber(text string, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || n > most || strconv.FormatInt(n, 10) != text {
		return 0, errCursorNumber
	}
	return n, nil
}
