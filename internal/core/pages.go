package core

import (
	"context"
	"iter"
	"slices"
)

// NoCount is the Page.Count of a list whose server gives no total.
const NoCount int64 = -1

// DefaultExtraPasses is how many times All reads a list again, in other orders, while rows are missing.
const DefaultExtraPasses = 3

// MaxPrefetch is the largest number of pages that can be read ahead.
const MaxPrefetch = 100

// Paging is how a list is cut into pages.
type Paging uint8

// The ways in which the servers cut lists.
const (
	PageNumbers Paging = iota // Cursor.Page, counted from 1
	Offsets                   // Cursor.Offset, advancing by the rows received
	BeforeIDs                 // Cursor.Before: each page ends before the smallest id of the last one
	AfterIDs                  // Cursor.After: each page begins after the largest id of the last one
	Unpaged                   // everything in one answer
)

// Page is one page of a list as the server gave it: in the server's order, with the rows that other pages
// may have repeated.
type Page[T any] struct {
	// Items are the rows of the page.
	Items []T
	// Count is the server's total for the list at the moment of this page, NoCount (-1) where it gives none.
	Count int64
	// Meta is what the list says beside its rows, in the list's own type; nil where it says nothing.
	Meta any
	// At is the position of this page.
	At Cursor
	// Cursor is the position after this page: keep it when the page has been dealt with, and resume there.
	Cursor Cursor
	// Last tells that the list ended with this page when it was read.
	Last bool
}

// Pager describes one list to the paging engine. The engine only reads it.
type Pager[T any] struct {
	// Fetch reads the page at a position, in an order ("" = the server's own; always equal to at.Order).
	// It fills Items, Count and Meta, and may be called from several goroutines when pages are prefetched.
	Fetch func(ctx context.Context, at Cursor, order string) (Page[T], error)
	// Paging is how the list is cut.
	Paging Paging
	// Size is the number of rows of a full page; 0 = unknown, then only an empty page ends the list.
	Size int
	// ID is the identity of a row. It may be nil where Key is set, or for unpaged lists without ids.
	ID func(*T) int64
	// Key is the identity of a row in lists whose ids are text; ID then serves id cursors only.
	Key func(*T) string
	// Orders are the orders in which the list can be read. The first is the default; All tries the others
	// while rows are missing. Empty = one pass without an order.
	Orders []string
	// TrustCount lets the list end when Count rows were read, without asking for the empty page behind them.
	TrustCount bool
	// Reverse makes All yield the rows of each page from last to first.
	Reverse bool
}

// PageConfig is how a list is read. The zero value reads page by page with DefaultExtraPasses.
type PageConfig struct {
	// Prefetch is the number of pages read ahead of the one in hand, and so the largest number of requests
	// under way at once; 0 = none, at most MaxPrefetch. Lists with id cursors can be one page ahead.
	Prefetch int
	// ExtraPasses bounds how often All reads the list again in other orders while rows are missing:
	// 0 = DefaultExtraPasses, negative = never. No order is read twice.
	ExtraPasses int
	// Resume is where to begin; the zero Cursor is the beginning.
	Resume Cursor
}

func (c PageConfig) depth() int { return min(max(c.Prefetch, 0), MaxPrefetch) }

func (c PageConfig) extraPasses() int {
	if c.ExtraPasses == 0 {
		return DefaultExtraPasses
	}
	return max(c.ExtraPasses, 0)
}

// All yields every row of a list, no identity twice.
//
// Where the server counts its rows, All compares the distinct rows with that count. While some are missing,
// or the count moved between the first page and the last, it reads the list again in the other orders that
// the pager knows, and yields the rows that are new. When the rows still fall short, or the count did not
// stand still during the last pass, the last value yielded is an *IncompleteError. A failed page ends the
// iteration with a *PageError, which says where to resume.
//
// An iteration that was resumed behind the beginning reads the rest in one pass and compares nothing: it
// cannot know what came before, so rows that moved may come again or be missed.
//
// The context is checked before every page. Breaking off cancels the requests that are under way and waits
// for them. Every use of the returned sequence reads the list anew. Memory grows by one identity a row.
func All[T any](ctx context.Context, p Pager[T], cfg PageConfig) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		r := reader[T]{ctx: ctx, pager: &p, depth: cfg.depth(), yield: yield}
		if err := r.run(cfg); err != nil {
			var none T
			yield(none, err)
		}
	}
}

// Pages yields the pages of a list as the server has them, in the first order of the pager or that of the
// cursor: rows may come twice, and rows that moved may be missing. Nothing is read again. A list without
// rows yields one empty page; an empty page behind others is left out. Errors, prefetching and breaking off
// are those of All.
func Pages[T any](ctx context.Context, p Pager[T], cfg PageConfig) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		from, _, err := p.start(cfg.Resume)
		if err != nil {
			yield(Page[T]{}, err)
			return
		}
		first := true
		err = walk(ctx, &p, from, cfg.depth(), func(page Page[T]) bool {
			if len(page.Items) == 0 && !first {
				return false
			}
			first = false
			return yield(page, nil)
		})
		if err != nil {
			yield(Page[T]{}, err)
		}
	}
}

// FailedList is a list that yields nothing but an error, for calls whose arguments are at fault.
func FailedList[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}

// Collect gathers the rows of a list, at most limit of them (0 or less = all), and stops reading there. With
// an error come the rows before it.
func Collect[T any](seq iter.Seq2[T, error], limit int) ([]T, error) {
	var rows []T
	for row, err := range seq {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
		if limit > 0 && len(rows) >= limit {
			break
		}
	}
	return rows, nil
}

func (p *Pager[T]) identified() bool { return p.ID != nil || p.Key != nil }

// canPage reports whether rows can be told apart as far as the kind of list asks for it.
func (p *Pager[T]) canPage() bool {
	switch p.Paging {
	case Unpaged:
		return true
	case BeforeIDs, AfterIDs:
		return p.ID != nil
	default:
		return p.identified()
	}
}

func (p *Pager[T]) defaultOrder() string {
	if len(p.Orders) == 0 {
		return ""
	}
	return p.Orders[0]
}

func (p *Pager[T]) begin(order string) Cursor {
	at := Cursor{Order: order}
	if p.Paging == PageNumbers || p.Paging == Unpaged {
		at.Page = 1
	}
	return at
}

// start gives the position at which a first pass begins, and whether that is the list's beginning.
func (p *Pager[T]) start(resume Cursor) (at Cursor, whole bool, err error) {
	if !p.canPage() {
		return at, false, errNoIdentity
	}
	if resume.Order != "" && !slices.Contains(p.Orders, resume.Order) {
		return at, false, &CursorError{Cursor: resume.String(), Problem: "the list is not read in this order"}
	}
	if !p.fits(resume) {
		return at, false, &CursorError{Cursor: resume.String(), Problem: "the list is not read by this kind of position"}
	}
	begin := p.begin(p.defaultOrder())
	if resume == (Cursor{}) {
		return begin, true, nil
	}
	if resume.Order == "" && !slices.Contains(p.Orders, "") {
		resume.Order = begin.Order
	}
	if begin.Page == 1 {
		resume.Page = max(resume.Page, 1)
	}
	return resume, resume == begin, nil
}

func (p *Pager[T]) fits(at Cursor) bool {
	if at.Page < 0 || at.Offset < 0 || at.Before < 0 || at.After < 0 {
		return false
	}
	switch at.Order = ""; p.Paging {
	case PageNumbers, Unpaged:
		return at == Cursor{Page: at.Page}
	case Offsets:
		return at == Cursor{Offset: at.Offset}
	case BeforeIDs:
		return at == Cursor{Before: at.Before}
	case AfterIDs:
		return at == Cursor{After: at.After}
	}
	return false
}
