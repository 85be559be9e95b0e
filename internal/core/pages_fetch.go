package core

import (
	"context"
	"sync"
)

// fetcher reads pages, up to depth of them ahead of the one in hand.
type fetcher[T any] struct {
	pager  *Pager[T]
	parent context.Context
	ctx    context.Context
	cancel context.CancelFunc
	depth  int
	queue  []*pending[T] // in the order in which they are due
	wg     sync.WaitGroup
}

// pending is a page on its way. Its fields are read after done is closed.
type pending[T any] struct {
	at       Cursor
	done     chan struct{}
	page     Page[T]
	err      error
	panicked any
}

func newFetcher[T any](ctx context.Context, p *Pager[T], depth int) *fetcher[T] {
	f := &fetcher[T]{pager: p, parent: ctx, depth: depth}
	f.ctx, f.cancel = context.WithCancel(ctx)
	return f
}

// next gives the page at a position: the head of the queue, or read now. A panic of the reader is raised here.
func (f *fetcher[T]) next(at Cursor) (Page[T], error) {
	if len(f.queue) == 0 {
		return f.pager.Fetch(f.parent, at, at.Order)
	}
	head := f.queue[0]
	<-head.done
	f.queue = f.queue[1:]
	if head.panicked != nil {
		panic(head.panicked)
	}
	return head.page, head.err
}

// fill starts the page that is due next and, as far as the walker expects rows there, those behind it.
func (f *fetcher[T]) fill(due Cursor, w *walker[T]) {
	if f.depth == 0 {
		return
	}
	if len(f.queue) > 0 && f.queue[0].at != due {
		f.drop()
	}
	if len(f.queue) == 0 {
		f.start(due)
	}
	for len(f.queue) < f.depth {
		next, expected := w.ahead(f.queue[len(f.queue)-1].at)
		if !expected {
			return
		}
		f.start(next)
	}
}

func (f *fetcher[T]) start(at Cursor) {
	item := &pending[T]{at: at, done: make(chan struct{}), err: errFetchAborted}
	f.queue = append(f.queue, item)
	ctx := f.ctx
	f.wg.Go(func() {
		defer close(item.done)
		defer func() { item.panicked = recover() }()
		item.page, item.err = f.pager.Fetch(ctx, at, at.Order)
	})
}

// drop gives up the pages on their way, which stand where no page is due any more.
func (f *fetcher[T]) drop() {
	f.close()
	f.queue = nil
	f.ctx, f.cancel = context.WithCancel(f.parent)
}

// close cancels what is under way and waits for it.
func (f *fetcher[T]) close() {
	f.cancel()
	f.wg.Wait()
}
