package core

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// DefaultMaxInFlight is how many items a Batch without a Batching works on at once.
const DefaultMaxInFlight = 8

// ErrNotStarted is inside the error of every item of a Batch that was never begun.
var ErrNotStarted = errors.New("not started")

// ItemState is what became of one item of a Batch.
type ItemState uint8

// The states of an item. The zero state is ItemNotStarted.
const (
	ItemNotStarted ItemState = iota // the function was never called for it
	ItemDone                        // the function returned without an error
	ItemFailed                      // the function returned an error, panicked or left its goroutine
)

// String is "done", "failed" or "not started".
func (s ItemState) String() string {
	switch s {
	case ItemDone:
		return "done"
	case ItemFailed:
		return "failed"
	default:
		return "not started"
	}
}

// BatchResult is what became of one item.
type BatchResult[R any] struct {
	// Value is what the function returned, also beside an error.
	Value R
	// Err is nil if, and only if, State is ItemDone. For an item that was not started it is ErrNotStarted with
	// the reason, the context's error included.
	Err error
	// State is what became of the item.
	State ItemState
}

// BatchResults holds one result per item, in the order of the items.
type BatchResults[R any] []BatchResult[R]

// Err is nil when every item is done, and a *BatchError otherwise.
func (r BatchResults[R]) Err() error {
	failure := BatchError{First: -1}
	for i, item := range r {
		switch item.State {
		case ItemDone:
			failure.Done++
			continue
		case ItemFailed:
			failure.Failed++
		default:
			failure.NotStarted++
		}
		if failure.First < 0 || item.State == ItemFailed && r[failure.First].State != ItemFailed {
			failure.First = i
		}
		failure.errs = append(failure.errs, item.Err)
	}
	if failure.First < 0 {
		return nil
	}
	failure.first = r[failure.First].Err
	return &failure
}

// BatchError sums up a Batch of which some items are not done. errors.Is and errors.As find the error of
// each item in it.
type BatchError struct {
	// Done, Failed and NotStarted count the items.
	Done, Failed, NotStarted int
	// First is the index of the first failed item, or of the first one not started where none failed.
	First int

	first error
	errs  []error
}

// Error counts the items and quotes the first failure.
func (e *BatchError) Error() string {
	return fmt.Sprintf("batch: of %d items %d failed and %d were not started; item %d: %v",
		e.Done+e.Failed+e.NotStarted, e.Failed, e.NotStarted, e.First, e.first)
}

// Unwrap gives the errors of the items, in the order of the items.
func (e *BatchError) Unwrap() []error { return e.errs }

// PanicError is the error of an item whose function panicked.
type PanicError struct {
	// Value is what the function panicked with; nil where it left its goroutine with runtime.Goexit.
	Value any
	// Stack is the stack of the panic.
	Stack []byte
}

// Error quotes the value, not the stack.
func (e *PanicError) Error() string {
	if e.Value == nil {
		return "the function ended its goroutine"
	}
	return fmt.Sprintf("the function panicked: %v", e.Value)
}

// Unwrap gives the value where it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// BatchProgress is one step of a Batch: an item has ended.
type BatchProgress struct {
	// Index is the item that has ended.
	Index int
	// Err is its error, nil when it is done.
	Err error
	// Done and Failed count the items that have ended so far, this one included.
	Done, Failed int
	// Total is the number of items.
	Total int
}

// Clock tells a Batch the time.
type Clock interface {
	// After sends the time once the duration has passed.
	After(d time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// BatchConfig is how a Batch runs. The zero value works on DefaultMaxInFlight items at once, without pauses,
// and goes on after errors.
type BatchConfig struct {
	// Batching spaces the items; nil = no pauses, DefaultMaxInFlight at once.
	Batching *Batching
	// StopOnError starts no item after one has failed. Those under way are not cancelled: they end as they will.
	StopOnError bool
	// Progress is called when an item has ended, one call at a time, in the goroutine that called Batch.
	// Items wait while it runs. Items that are not started are not reported.
	Progress func(BatchProgress)
	// Clock replaces the system's clock in tests; nil = the system's.
	Clock Clock
}

// Batch calls fn for every item, as BatchConfig says, and returns one result per item, in their order, when
// all that were started have ended. Nothing is lost: after a failure, a panic or a cancellation every item
// is reported as done, failed or not started.
//
// Items start in their order. A cancelled context ends a pause at once and starts nothing more; the functions
// that run get the same context and are waited for. A panic in fn is kept as the *PanicError of its item and
// not raised again. A Batching that is not valid starts nothing.
func Batch[T, R any](ctx context.Context, items []T, fn func(context.Context, T) (R, error), cfg BatchConfig) BatchResults[R] {
	b := newBatch[R](ctx, len(items), cfg)
	err := b.batching.Validate()
	switch {
	case ctx == nil:
		err = nilContext("Batch")
	case fn == nil:
		err = &ArgumentError{Operation: "Batch", Faults: []Fault{{Field: "fn", Rule: "must not be nil"}}}
	}
	if err != nil {
		return b.finish(err)
	}
	for i := range items {
		if reason := b.await(i); reason != nil {
			return b.finish(reason)
		}
		b.start(i, func() (R, error) { return fn(ctx, items[i]) })
	}
	return b.finish(nil)
}

// batch is a Batch that runs. All fields belong to the goroutine that called Batch; a started item owns its
// result until its index has come through ended.
type batch[R any] struct {
	ctx      context.Context
	cfg      BatchConfig
	batching Batching
	results  BatchResults[R]
	ended    chan int
	begun    int
	done     int
	failed   int
	stop     error
}

func newBatch[R any](ctx context.Context, n int, cfg BatchConfig) *batch[R] {
	if cfg.Clock == nil {
		cfg.Clock = systemClock{}
	}
	batching := Batching{Size: -1, MaxInFlight: DefaultMaxInFlight}
	if cfg.Batching != nil {
		batching = *cfg.Batching
	}
	return &batch[R]{ctx: ctx, cfg: cfg, batching: batching, results: make(BatchResults[R], n), ended: make(chan int, n)}
}

func (b *batch[R]) inFlight() int { return b.begun - b.done - b.failed }

// await returns when item i may start, or the reason why it will not.
func (b *batch[R]) await(i int) error {
	if b.batching.pausesBefore(i) {
		b.pause()
	}
	for b.batching.MaxInFlight > 0 && b.inFlight() >= b.batching.MaxInFlight {
		b.settle(<-b.ended)
	}
	b.settleEnded()
	return b.blocked()
}

func (b *batch[R]) blocked() error {
	if b.stop != nil {
		return b.stop
	}
	return b.ctx.Err()
}

func (b *batch[R]) pause() {
	over := b.cfg.Clock.After(b.batching.Interval)
	for b.blocked() == nil {
		select {
		case <-over:
			return
		case i := <-b.ended:
			b.settle(i)
		case <-b.ctx.Done():
		}
	}
}

func (b *batch[R]) settleEnded() {
	for {
		select {
		case i := <-b.ended:
			b.settle(i)
		default:
			return
		}
	}
}

func (b *batch[R]) settle(i int) {
	result := &b.results[i]
	if result.Err == nil {
		b.done++
	} else {
		b.failed++
		if b.cfg.StopOnError && b.stop == nil {
			b.stop = fmt.Errorf("stopped after item %d failed", i)
		}
	}
	if b.cfg.Progress != nil {
		b.cfg.Progress(BatchProgress{Index: i, Err: result.Err, Done: b.done, Failed: b.failed, Total: len(b.results)})
	}
}

func (b *batch[R]) start(i int, run func() (R, error)) {
	b.begun++
	go func() {
		result := &b.results[i]
		result.State, result.Err = ItemFailed, &PanicError{}
		defer func() {
			if value := recover(); value != nil {
				result.Err = &PanicError{Value: value, Stack: debug.Stack()}
			}
			b.ended <- i
		}()
		result.Value, result.Err = run()
		if result.Err == nil {
			result.State = ItemDone
		}
	}()
}

// finish waits for the items under way and marks the others.
func (b *batch[R]) finish(reason error) BatchResults[R] {
	for b.inFlight() > 0 {
		b.settle(<-b.ended)
	}
	for i := b.begun; i < len(b.results); i++ {
		b.results[i].Err = fmt.Errorf("%w: %w", ErrNotStarted, reason)
	}
	return b.results
}
