package core

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// Batching spaces the items of a Batch, as the request options "Items per Batch" and "Batch Interval" do: the
// first Size items start together, the next Size after Interval, and so on. The pause lies between starts:
// a batch does not wait for the one before it to end. There is none before the first item or after the last.
type Batching struct {
	// Size is the number of items that start together: 0 counts as 1, -1 is unlimited. (The platform node's
	// code takes -1 for 1, against its own documentation.)
	Size int
	// Interval is the pause between the starts of two batches; 0 = none.
	Interval time.Duration
	// MaxInFlight bounds the items under way at once; 0 = unbounded, as in the platform node. A batch whose
	// turn has come waits while that many items are under way.
	MaxInFlight int
}

// The defaults of the batching options, also for keys that their JSON leaves out.
const (
	defaultBatchSize     = 50
	defaultBatchInterval = time.Second
)

// DefaultBatching is the documented default of the batching options: 50 items per 1000 ms.
func DefaultBatching() Batching {
	return Batching{Size: defaultBatchSize, Interval: defaultBatchInterval}
}

// Validate reports every field that is out of range.
func (b Batching) Validate() error {
	var faults []error
	if b.Size < -1 {
		faults = append(faults, fmt.Errorf("batching: size %d is below -1", b.Size))
	}
	if b.Interval < 0 {
		faults = append(faults, fmt.Errorf("batching: interval %v is negative", b.Interval))
	}
	if b.MaxInFlight < 0 {
		faults = append(faults, fmt.Errorf("batching: max in flight %d is negative", b.MaxInFlight))
	}
	return errors.Join(faults...)
}

func (b Batching) pausesBefore(i int) bool {
	return i > 0 && b.Interval > 0 && b.Size != -1 && i%max(b.Size, 1) == 0
}

// batchingJSON is the form of the platform's exports. maxInFlight is our own addition to it.
type batchingJSON struct {
	Batch *batchJSON `json:"batch"`
}

type batchJSON struct {
	Size        *int     `json:"batchSize"`
	Interval    *float64 `json:"batchInterval"`
	MaxInFlight int      `json:"maxInFlight,omitzero"`
}

// MarshalJSON writes the platform's form, {"batch":{"batchSize":50,"batchInterval":1000}}, the interval in
// milliseconds, and "maxInFlight" beside them where it is set.
func (b Batching) MarshalJSON() ([]byte, error) {
	ms := float64(b.Interval) / float64(time.Millisecond)
	return json.Marshal(batchingJSON{&batchJSON{Size: &b.Size, Interval: &ms, MaxInFlight: b.MaxInFlight}})
}

// UnmarshalJSON reads the value of the platform's "batching" option, {"batch":{"batchSize":2}}, or the options
// object around it. Keys that "batch" leaves out have their defaults, 50 and 1000 ms, as in the platform,
// which leaves out what equals the default. An object without "batch" is an error there and here. null
// changes nothing. On an error the value is left as it was.
func (b *Batching) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return nil
	}
	var options struct {
		Batching *batchingJSON `json:"batching"`
		batchingJSON
	}
	if err := json.Unmarshal(data, &options); err != nil {
		return fmt.Errorf("batching: %w", err)
	}
	form := options.batchingJSON
	if form.Batch == nil && options.Batching != nil {
		form = *options.Batching
	}
	if form.Batch == nil {
		return errors.New(`batching: the object has no "batch"`)
	}
	read, err := form.Batch.batching()
	if err != nil {
		return err
	}
	*b = read
	return nil
}

func (j batchJSON) batching() (Batching, error) {
	b := DefaultBatching()
	if j.Size != nil {
		b.Size = *j.Size
	}
	if j.Interval != nil {
		ns := math.Round(*j.Interval * float64(time.Millisecond))
		if ns >= math.MaxInt64 {
			return b, fmt.Errorf("batching: interval of %g ms is too long", *j.Interval)
		}
		b.Interval = time.Duration(ns)
	}
	b.MaxInFlight = j.MaxInFlight
	return b, b.Validate()
}
