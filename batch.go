package konverte

import (
	"context"

	"github.com/konverte-go/konverte/internal/core"
)

// Batching spaces the items of a Batch, as the request options "Items per Batch" and "Batch Interval" do: the
// first Size items start together, the next Size after Interval, and so on. Its JSON is that of the platform:
// {"batch":{"batchSize":50,"batchInterval":1000}}.
type Batching = core.Batching

// BatchResult is what became of one item: its Value, its Err (nil if, and only if, it is done) and its State.
type BatchResult[R any] = core.BatchResult[R]

// BatchResults holds one result per item, in the order of the items. Its Err method is nil when all are done.
type BatchResults[R any] = core.BatchResults[R]

// BatchError sums up a Batch of which some items are not done. errors.Is and errors.As look into their errors.
type BatchError = core.BatchError

// BatchProgress is one step of a Batch: an item has ended.
type BatchProgress = core.BatchProgress

// PanicError is the error of an item whose function panicked.
type PanicError = core.PanicError

// ItemState is what became of one item of a Batch.
type ItemState = core.ItemState

// The states of an item.
const (
	ItemNotStarted = core.ItemNotStarted // the function was never called for it
	ItemDone       = core.ItemDone       // the function returned without an error
	ItemFailed     = core.ItemFailed     // the function returned an error or panicked
)

// DefaultMaxInFlight is how many items a Batch without a Batching works on at once.
const DefaultMaxInFlight = core.DefaultMaxInFlight

// ErrNotStarted is inside the error of every item of a Batch that was never begun.
var ErrNotStarted = core.ErrNotStarted

// DefaultBatching is the documented default of the batching options: 50 items per 1000 ms.
func DefaultBatching() Batching { return core.DefaultBatching() }

// WithBatching sets how items are spaced: of one Batch, or, as an option of a client, of every Batch that is
// given Client.Batching. The default is no pauses and DefaultMaxInFlight items at once.
func WithBatching(b Batching) Option { return core.WithBatching(b) }

// WithStopOnError starts no item of a Batch after one has failed. Items under way are not cancelled: they end
// as they will. The default is to go on.
func WithStopOnError() Option { return core.WithStopOnError() }

// WithProgress calls fn whenever an item of a Batch has ended, one call at a time, in the goroutine that
// called Batch. The other items wait while it runs.
func WithProgress(fn func(BatchProgress)) Option { return core.WithProgress(fn) }

// Batching gives the batching that the client was made with, as an option of a Batch. It changes nothing
// where the client has none.
func (c *Client) Batching() Option { return c.core.Batching() }

// Batch calls fn for every item and returns one result per item, in the order of the items, when all that were
// started have ended. Its options are WithBatching, WithStopOnError, WithProgress and Client.Batching; others
// are refused.
//
// Nothing is lost: after a failure, a panic or a cancellation every item is reported as done, failed or not
// started. A cancelled context ends a pause at once and starts nothing more; fn gets the same context. A panic
// in fn becomes the *PanicError of its item and is not raised again. Options at fault start nothing: the error
// of every item then is ErrNotStarted with the *ArgumentError.
func Batch[T, R any](ctx context.Context, items []T, fn func(context.Context, T) (R, error), opts ...Option) BatchResults[R] {
	cfg, err := core.BatchOptions(opts)
	if err != nil {
		return core.FailedBatch[R](len(items), err)
	}
	return core.Batch(ctx, items, fn, cfg)
}
