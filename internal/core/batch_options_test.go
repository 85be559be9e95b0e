package core

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBatchOptions(t *testing.T) {
	t.Parallel()
	batching := Batching{Size: 2, Interval: time.Second}
	cfg, err := BatchOptions([]Option{nil, WithBatching(DefaultBatching()), WithBatching(batching), WithStopOnError()})
	require.NoError(t, err)
	assert.Equal(t, BatchConfig{Batching: &batching, StopOnError: true}, cfg)

	var steps int
	cfg, err = BatchOptions([]Option{WithProgress(func(BatchProgress) { steps++ })})
	require.NoError(t, err)
	cfg.Progress(BatchProgress{})
	assert.Equal(t, 1, steps)
	assert.False(t, cfg.StopOnError)
}

func TestBatchOptionsRefuse(t *testing.T) {
	t.Parallel()
	broken := func(*Config) error { return errors.New("broken") }
	_, err := BatchOptions([]Option{
		WithBatching(Batching{Size: -2}), WithPrefetch(4), WithStopOnError(), broken, WithResume(Cursor{Page: 2}),
	})
	var fault *ArgumentError
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, []Fault{
		{Field: "WithBatching", Rule: "batching: size -2 is below -1"},
		{Field: "opts[1]", Rule: "is no option of a Batch"},
		{Field: "opts[3]", Rule: "broken"},
		{Field: "WithResume", Rule: "is an option of one call, not of the client"},
	}, fault.Faults)
}

func TestBatchOptionsBelongToABatch(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]Option{
		"WithStopOnError": WithStopOnError(),
		"WithProgress":    WithProgress(func(BatchProgress) {}),
	} {
		for _, at := range []level{levelClient, levelCall} {
			var fault *ArgumentError
			require.ErrorAs(t, opt(&Config{level: at}), &fault)
			assert.Equal(t, name, fault.Faults[0].Field)
		}
	}
}

func TestBatchingIsNoOptionOfOneCall(t *testing.T) {
	t.Parallel()
	var fault *ArgumentError
	require.ErrorAs(t, WithBatching(DefaultBatching())(&Config{level: levelCall}), &fault)
	assert.Equal(t, "WithBatching", fault.Faults[0].Field)
}

func TestFailedBatch(t *testing.T) {
	t.Parallel()
	results := FailedBatch[int](2, errOdd)
	require.Len(t, results, 2)
	for _, r := range results {
		assert.Equal(t, ItemNotStarted, r.State)
		require.ErrorIs(t, r.Err, ErrNotStarted)
		require.ErrorIs(t, r.Err, errOdd)
	}
}
