package core

import (
	"errors"
	"fmt"
)

// ErrRepeatedPage says that a server gave the same rows again where the next page was due, which would make
// reading endless. It is inside a *PageError.
var ErrRepeatedPage = errors.New("the server repeats a page: it may ignore the page parameter")

var (
	errNoIdentity   = errors.New("paging: rows of a paged list need an identity")
	errFetchAborted = errors.New("paging: reading a page was aborted")
)

// PageError is a page that could not be read. The rows before it have been yielded.
type PageError struct {
	// Resume is the position of the page that failed.
	Resume Cursor
	// Err is what went wrong: an error of the call, the context's error, or ErrRepeatedPage.
	Err error
}

// Error names the position and the cause.
func (e *PageError) Error() string {
	if at := e.Resume.String(); at != "" {
		return fmt.Sprintf("reading the list at %s: %v", at, e.Err)
	}
	return fmt.Sprintf("reading the list: %v", e.Err)
}

// Unwrap gives the cause.
func (e *PageError) Unwrap() error { return e.Err }

// IncompleteError ends a list of which the server did not give every row, or that changed while it was read.
// The rows that were found have been yielded.
type IncompleteError struct {
	// Seen is the number of distinct rows yielded.
	Seen int64
	// Count is the server's count at the end of the last pass.
	Count int64
	// First is the server's count at the beginning of the last pass. Where it differs from Count, rows were
	// made or deleted meanwhile, and Seen may even exceed Count.
	First int64
	// Passes is how often the list was read.
	Passes int
}

// Error says how many rows are missing, or how the count moved.
func (e *IncompleteError) Error() string {
	if e.First != e.Count {
		return fmt.Sprintf("list incomplete: its count went from %d to %d while it was read; %d distinct rows seen in %s",
			e.First, e.Count, e.Seen, passes(e.Passes))
	}
	return fmt.Sprintf("list incomplete: %d of %d rows seen in %s", e.Seen, e.Count, passes(e.Passes))
}

func passes(n int) string {
	if n == 1 {
		return "1 pass"
	}
	return fmt.Sprintf("%d passes", n)
}
