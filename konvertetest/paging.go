package konvertetest

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// farthestPage is beyond the end of every list; the database cannot count the
// rows before the pages that follow it.
const farthestPage = 1 << 50

// pageNumber is the page that the request asks for: words, zero and negative
// numbers count as 1. A number that is too large ends the request.
func (c *ctx) pageNumber() int {
	v, _ := c.Params.Get("page")
	text := textOf(testserver.CastString(v))
	digits := strings.TrimLeft(text, " +0")
	long := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
	n := testserver.LeadingInt(text)
	switch {
	case (long > maxPageDigits || n > farthestPage) && c.bugs():
		stop(crash())
	case long > maxPageDigits || n > farthestPage:
		return farthestPage
	}
	return int(max(n, 1))
}

const maxPageDigits = 18

// currentPage is what the meta of a list shows: the page as it was sent, and
// the number 1 when none was.
func (c *ctx) currentPage() any {
	v, sent := c.Params.Get("page")
	switch v.(type) {
	case string, json.Number:
		return v
	}
	if sent && v != nil {
		return testserver.AsJSON(v)
	}
	return 1
}

// page cuts the asked page out of rows in the order of the list, and applies
// the habits of real servers. tied reports whether two neighbours have the
// same sort key; nil says that the order is total. rows is left as it is.
func page[T any](c *ctx, rows []T, size int, tied func(a, b T) bool) []T {
	rows = slices.Clone(rows)
	number := c.pageNumber()
	if c.cfg.habits.LoseRowsOnTies && tied != nil && number%2 == 0 {
		reverseTies(rows, tied)
	}
	if c.cfg.habits.MoveRows {
		rows = rotate(rows, c.st.pagesRead(c.Route.Pattern))
	}
	from := min((number-1)*size, len(rows))
	return rows[from:min(from+size, len(rows))]
}

// pagesRead counts the pages read of a list before this one.
func (st *store) pagesRead(list string) int {
	st.reads[list]++
	return st.reads[list] - 1
}

// reverseTies turns every run of tied neighbours around.
func reverseTies[T any](rows []T, tied func(a, b T) bool) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && tied(rows[from], rows[to]) {
			to++
		}
		slices.Reverse(rows[from:to])
		from = to
	}
}

// rotate moves the last n rows to the front, one after the other.
func rotate[T any](rows []T, n int) []T {
	if len(rows) == 0 {
		return rows
	}
	cut := len(rows) - n%len(rows)
	return append(slices.Clone(rows[cut:]), rows[:cut]...)
}
