package core

import (
	"context"
	"hash/maphash"
	"slices"
)

// walk reads a list once, from a position to its end, and shows each page in order until visit says stop.
// A page that fails is a *PageError.
func walk[T any](ctx context.Context, p *Pager[T], from Cursor, depth int, visit func(Page[T]) bool) error {
	w := newWalker(p, from)
	f := newFetcher(ctx, p, depth)
	defer f.close()
	for at := from; ; {
		if err := ctx.Err(); err != nil {
			return &PageError{Resume: at, Err: err}
		}
		page, err := f.next(at)
		if err == nil {
			err = w.take(&page, at)
		}
		if err != nil {
			return &PageError{Resume: at, Err: err}
		}
		if !page.Last {
			f.fill(page.Cursor, w)
		}
		if !visit(page) || page.Last {
			return nil
		}
		at = page.Cursor
	}
}

// walker knows how far a pass has come, and when it ends.
type walker[T any] struct {
	pager *Pager[T]
	rows  int64 // rows up to and with the last page, those before the beginning of the pass included
	step  int64 // rows of the first page
	count int64
	prev  []rowKey

	pages map[uint64]bool // hashes of the pages so far
	again int             // pages in a row that came before
}

func newWalker[T any](p *Pager[T], from Cursor) *walker[T] {
	rows := from.Offset
	if p.Paging == PageNumbers {
		rows = int64(from.Page-1) * int64(p.Size)
	}
	return &walker[T]{pager: p, rows: rows, count: NoCount}
}

// take places a page in the pass: its own position, the next one, and whether it is the last.
func (w *walker[T]) take(page *Page[T], at Cursor) error {
	page.At, page.Cursor = at, at
	w.count = page.Count
	if len(page.Items) == 0 {
		page.Last = true
		return nil
	}
	page.Cursor = w.after(at, page.Items)
	if w.repeats(page.Items) || !w.advances(at, page.Cursor) {
		if !w.counted() {
			return ErrRepeatedPage
		}
		page.Items, page.Last = nil, true
		return nil
	}
	w.rows += int64(len(page.Items))
	if w.step == 0 {
		w.step = int64(len(page.Items))
	}
	page.Last = w.ends(len(page.Items))
	return nil
}

func (w *walker[T]) counted() bool { return w.count >= 0 && w.rows >= w.count }

// ends applies the stop rule: a short page ends a list unless its count says that more must come (the server's
// pages may be smaller than known), and a trusted count ends it at once.
func (w *walker[T]) ends(rows int) bool {
	if w.pager.Paging == Unpaged {
		return true
	}
	if rows < w.pager.Size {
		return w.count < 0 || w.rows >= w.count
	}
	return w.pager.TrustCount && w.counted()
}

func (w *walker[T]) after(at Cursor, items []T) Cursor {
	switch w.pager.Paging {
	case PageNumbers, Unpaged:
		at.Page++
	case Offsets:
		at.Offset += int64(len(items))
	case BeforeIDs:
		at.Before = w.edge(items, func(a, b int64) bool { return a < b })
	case AfterIDs:
		at.After = w.edge(items, func(a, b int64) bool { return a > b })
	}
	return at
}

func (w *walker[T]) edge(items []T, beats func(a, b int64) bool) int64 {
	best := w.pager.ID(&items[0])
	for i := range items {
		if id := w.pager.ID(&items[i]); beats(id, best) {
			best = id
		}
	}
	return best
}

// advances is false for an id cursor that the server did not follow.
func (w *walker[T]) advances(at, next Cursor) bool {
	switch w.pager.Paging {
	case BeforeIDs:
		return next.Before > 0 && (at.Before == 0 || next.Before < at.Before)
	case AfterIDs:
		return next.After > at.After
	}
	return true
}

// pageSeed keeps a server from making pages that look alike.
var pageSeed = maphash.MakeSeed()

// cycles reports whether the pages have been those of before for too long.
func (w *walker[T]) cycles(keys []rowKey) bool {
	var h maphash.Hash
	h.SetSeed(pageSeed)
	for _, key := range keys {
		maphash.WriteComparable(&h, key)
	}
	if w.pages == nil {
		w.pages = make(map[uint64]bool)
	}
	page := h.Sum64()
	w.again++
	if !w.pages[page] {
		w.again = 0
	}
	w.pages[page] = true
	return w.again >= maxBarrenPages
}

// repeats reports whether a page has the rows of the one before it, or whether the same few pages come over and over.
func (w *walker[T]) repeats(items []T) bool {
	if !w.pager.identified() {
		return false
	}
	keys := make([]rowKey, len(items))
	for i := range items {
		keys[i] = w.pager.key(&items[i])
	}
	same := slices.Equal(keys, w.prev) || w.cycles(keys)
	w.prev = keys
	return same
}

// ahead gives the page behind a position before it is known, and whether the count lets one expect rows there.
func (w *walker[T]) ahead(at Cursor) (next Cursor, expected bool) {
	var before int64
	switch w.pager.Paging {
	case PageNumbers:
		before = int64(at.Page) * w.step
		at.Page++
	case Offsets:
		at.Offset += w.step
		before = at.Offset
	default:
		return at, false
	}
	return at, w.step > 0 && (w.count < 0 || before < w.count)
}

// rowKey is the identity of a row: a number, or a text where ids are text.
type rowKey struct {
	id   int64
	text string
}

func (p *Pager[T]) key(row *T) rowKey {
	if p.Key != nil {
		return rowKey{text: p.Key(row)}
	}
	return rowKey{id: p.ID(row)}
}

// idSet holds the identities seen, with the pass that saw them last.
type idSet struct {
	ids   map[int64]int32
	texts map[string]int32
}

// add notes an identity: unseen in any pass, and unseen in this one.
func (s *idSet) add(k rowKey, pass int32) (unseen, fresh bool) {
	if k.text != "" {
		return mark(&s.texts, k.text, pass)
	}
	return mark(&s.ids, k.id, pass)
}

func mark[K comparable](m *map[K]int32, key K, pass int32) (unseen, fresh bool) {
	if *m == nil {
		*m = make(map[K]int32)
	}
	last, known := (*m)[key]
	(*m)[key] = pass
	return !known, !known || last != pass
}
