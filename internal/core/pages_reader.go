package core

import "context"

// maxBarrenPages is how many pages in a row may hold nothing but rows that the same pass has seen.
const maxBarrenPages = 10

// reader reads a whole list, in as many passes as it takes.
type reader[T any] struct {
	ctx   context.Context
	pager *Pager[T]
	depth int
	yield func(T, error) bool

	seen    idSet
	rows    int64 // rows yielded
	stopped bool  // by the caller
	pass    tally
	steady  bool  // the count has been the same in all passes
	total   int64 // that count
}

// tally is what one pass saw.
type tally struct {
	number      int32
	fresh       int64 // distinct rows
	barren      int   // pages in a row without one
	first, last int64 // counts
	looping     bool
	at          Cursor
}

func (r *reader[T]) run(cfg PageConfig) error {
	from, whole, err := r.pager.start(cfg.Resume)
	if err != nil {
		return err
	}
	r.steady, r.total = true, NoCount
	if err := r.read(from); err != nil || r.stopped || !whole || r.complete() {
		return err
	}
	for _, order := range r.others(cfg.extraPasses()) {
		if err := r.read(r.pager.begin(order)); err != nil || r.stopped || r.complete() {
			return err
		}
	}
	return &IncompleteError{Seen: r.rows, Count: r.pass.last, First: r.pass.first, Passes: int(r.pass.number)}
}

func (r *reader[T]) others(most int) []string {
	if len(r.pager.Orders) < 2 {
		return nil
	}
	others := r.pager.Orders[1:]
	return others[:min(most, len(others))]
}

func (r *reader[T]) read(from Cursor) error {
	r.pass = tally{number: r.pass.number + 1, first: NoCount, last: NoCount}
	err := walk(r.ctx, r.pager, from, r.depth, r.visit)
	if err == nil && r.pass.looping {
		return &PageError{Resume: r.pass.at, Err: ErrRepeatedPage}
	}
	return err
}

func (r *reader[T]) visit(page Page[T]) bool {
	r.count(page.Count)
	fresh := r.pass.fresh
	for i := range page.Items {
		row := &page.Items[i]
		if r.pager.Reverse {
			row = &page.Items[len(page.Items)-1-i]
		}
		if !r.show(row) {
			return false
		}
	}
	return !r.settled() && !r.loops(page.At, r.pass.fresh > fresh)
}

func (r *reader[T]) show(row *T) bool {
	if r.pager.identified() {
		unseen, fresh := r.seen.add(r.pager.key(row), r.pass.number)
		if fresh {
			r.pass.fresh++
		}
		if !unseen {
			return true
		}
	} else {
		r.pass.fresh++
	}
	r.rows++
	r.stopped = !r.yield(*row, nil)
	return !r.stopped
}

func (r *reader[T]) count(n int64) {
	if n < 0 {
		return
	}
	if r.pass.first < 0 {
		r.pass.first = n
	}
	if r.total < 0 {
		r.total = n
	}
	r.pass.last = n
	r.steady = r.steady && n == r.total
}

// settled ends an extra pass early, when it has found what was missing.
func (r *reader[T]) settled() bool {
	return r.pass.number > 1 && r.steady && r.total >= 0 && r.rows >= r.total
}

func (r *reader[T]) loops(at Cursor, progress bool) bool {
	r.pass.barren++
	if progress {
		r.pass.barren = 0
	}
	r.pass.looping, r.pass.at = r.pass.barren >= maxBarrenPages, at
	return r.pass.looping
}

// complete reports whether the rows are proved to be all: the count stood still through every pass and all
// passes together reached it, or one pass did so by itself. A list without a count has nothing to compare.
func (r *reader[T]) complete() bool {
	if r.pass.last < 0 {
		return true
	}
	if r.pass.first != r.pass.last {
		return false
	}
	return r.pass.fresh >= r.pass.last || r.steady && r.rows >= r.total
}
