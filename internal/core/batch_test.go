package core

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func millis(times ...int) []time.Duration {
	durations := make([]time.Duration, len(times))
	for i, n := range times {
		durations[i] = time.Duration(n) * time.Millisecond
	}
	return durations
}

// starts runs n items that take a while each, and gives the times at which they started and the most at once.
func startTimes(t *testing.T, n int, work time.Duration, batching *Batching) (at []time.Duration, most int64) {
	t.Helper()
	at = make([]time.Duration, n)
	var running, peak atomic.Int64
	begin := time.Now()
	results := Batch(t.Context(), at, func(context.Context, time.Duration) (time.Duration, error) {
		started := time.Since(begin)
		peak.Store(max(peak.Load(), running.Add(1)))
		time.Sleep(work)
		running.Add(-1)
		return started, nil
	}, BatchConfig{Batching: batching})
	require.NoError(t, results.Err())
	for i, r := range results {
		at[i] = r.Value
	}
	return at, peak.Load()
}

func TestBatchStartTimes(t *testing.T) {
	t.Parallel()
	second := time.Second
	interval := 100 * time.Millisecond
	tests := map[string]struct {
		items    int
		work     time.Duration
		batching *Batching
		want     []time.Duration
		most     int64
	}{
		"fast server":         {5, 0, &Batching{Size: 2, Interval: interval}, millis(0, 0, 100, 100, 200), 2},
		"slow server":         {5, second, &Batching{Size: 2, Interval: interval}, millis(0, 0, 100, 100, 200), 5},
		"size 1":              {3, second, &Batching{Size: 1, Interval: interval}, millis(0, 100, 200), 3},
		"size 0 is 1":         {3, second, &Batching{Size: 0, Interval: interval}, millis(0, 100, 200), 3},
		"size -1 is no limit": {3, second, &Batching{Size: -1, Interval: interval}, millis(0, 0, 0), 3},
		"no interval":         {5, second, &Batching{Size: 2}, millis(0, 0, 0, 0, 0), 5},
		"full last batch":     {4, 0, &Batching{Size: 2, Interval: interval}, millis(0, 0, 100, 100), 2},
		"one item":            {1, 0, &Batching{Size: 1, Interval: interval}, millis(0), 1},
		"bounded in flight":   {4, second, &Batching{Size: -1, MaxInFlight: 2}, millis(0, 0, 1000, 1000), 2},
		"bounded and spaced":  {4, 250 * time.Millisecond, &Batching{Size: 2, Interval: interval, MaxInFlight: 2}, millis(0, 0, 250, 250), 2},
		"one by one":          {3, second, &Batching{Size: -1, MaxInFlight: 1}, millis(0, 1000, 2000), 1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				at, most := startTimes(t, tc.items, tc.work, tc.batching)
				assert.Equal(t, tc.want, at)
				assert.LessOrEqual(t, most, tc.most)
				assert.Equal(t, tc.want[tc.items-1]+tc.work, time.Since(begin), "no pause after the last item")
			})
		})
	}
}

func TestBatchDefaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		batching := DefaultBatching()
		at, _ := startTimes(t, 52, 5*time.Second, &batching)
		assert.Zero(t, at[49])
		assert.Equal(t, millis(1000, 1000), at[50:])
	})
	synctest.Test(t, func(t *testing.T) {
		at, most := startTimes(t, DefaultMaxInFlight+1, time.Second, nil)
		assert.EqualValues(t, DefaultMaxInFlight, most)
		assert.Zero(t, at[DefaultMaxInFlight-1])
		assert.Equal(t, time.Second, at[DefaultMaxInFlight])
	})
}

// stepClock is a clock that a test moves by hand: each pause is announced and waits to be let go.
type stepClock struct{ pauses chan heldPause }

type heldPause struct {
	length time.Duration
	over   chan time.Time
}

func (c stepClock) After(d time.Duration) <-chan time.Time {
	over := make(chan time.Time)
	c.pauses <- heldPause{d, over}
	return over
}

func TestBatchOnAnotherClock(t *testing.T) {
	t.Parallel()
	clock := stepClock{make(chan heldPause)}
	var mu sync.Mutex
	var order []int
	started := make(chan struct{}, 3)
	finished := make(chan BatchResults[int])
	go func() {
		finished <- Batch(t.Context(), []int{0, 1, 2}, func(_ context.Context, i int) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, i)
			started <- struct{}{}
			return i * i, nil
		}, BatchConfig{Clock: clock, Batching: &Batching{Size: 1, Interval: time.Hour}})
	}()
	<-started
	for range 2 {
		p := <-clock.pauses
		assert.Equal(t, time.Hour, p.length)
		assert.Empty(t, started)
		p.over <- time.Time{}
		<-started
	}
	results := <-finished
	require.NoError(t, results.Err())
	assert.Equal(t, []int{0, 1, 2}, order)
	assert.Equal(t, 4, results[2].Value)
}

var errOdd = errors.New("odd")

func failOdd(_ context.Context, n int) (string, error) {
	if n%2 == 1 {
		return "partly", errOdd
	}
	return fmt.Sprint(n), nil
}

func itemsTo(n int) []int {
	items := make([]int, n)
	for i := range items {
		items[i] = i
	}
	return items
}

func TestBatchContinuesOnError(t *testing.T) {
	t.Parallel()
	results := Batch(t.Context(), itemsTo(4), failOdd, BatchConfig{})
	assert.Equal(t, BatchResults[string]{
		{Value: "0", State: ItemDone},
		{Value: "partly", Err: errOdd, State: ItemFailed},
		{Value: "2", State: ItemDone},
		{Value: "partly", Err: errOdd, State: ItemFailed},
	}, results)

	err := results.Err()
	require.ErrorIs(t, err, errOdd)
	var sum *BatchError
	require.ErrorAs(t, err, &sum)
	assert.Equal(t, [4]int{2, 2, 0, 1}, [4]int{sum.Done, sum.Failed, sum.NotStarted, sum.First})
	assert.Equal(t, "batch: of 4 items 2 failed and 0 were not started; item 1: odd", err.Error())
	assert.Len(t, sum.Unwrap(), 2)
}

func TestBatchStopsOnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		results := Batch(t.Context(), itemsTo(6), func(ctx context.Context, n int) (string, error) {
			if n == 2 {
				time.Sleep(2 * time.Second)
				if err := ctx.Err(); err != nil {
					return "", err
				}
			}
			return failOdd(ctx, n+2*(n%2)*(n/3)) // fails for 1, 3, 5
		}, BatchConfig{StopOnError: true, Batching: &Batching{Size: 3, Interval: time.Hour}})
		states := make([]ItemState, len(results))
		for i, r := range results {
			states[i] = r.State
		}
		assert.Equal(t, []ItemState{ItemDone, ItemFailed, ItemDone, ItemNotStarted, ItemNotStarted, ItemNotStarted}, states)
		assert.Equal(t, 2*time.Second, time.Since(begin), "the pause ends, what runs is waited for")
		require.ErrorIs(t, results[3].Err, ErrNotStarted)
		require.NotErrorIs(t, results[3].Err, errOdd)
		assert.Equal(t, "not started: stopped after item 1 failed", results[3].Err.Error())
	})
}

func TestBatchStopsOnErrorWithOneAtATime(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	results := Batch(t.Context(), itemsTo(5), func(ctx context.Context, n int) (string, error) {
		calls.Add(1)
		return failOdd(ctx, n)
	}, BatchConfig{StopOnError: true, Batching: &Batching{Size: -1, MaxInFlight: 1}})
	assert.EqualValues(t, 2, calls.Load())
	assert.Equal(t, ItemFailed, results[1].State)
	assert.Equal(t, ItemNotStarted, results[2].State)
}

func TestBatchStopsOnAFailureDuringProgress(t *testing.T) {
	t.Parallel()
	for name, firstToFail := range map[string]int{"stopped after item 0 failed": 0, "stopped after item 1 failed": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				results := Batch(t.Context(), itemsTo(4), func(_ context.Context, n int) (int, error) {
					time.Sleep(time.Duration(n+1) * time.Second)
					if n >= firstToFail {
						return 0, errOdd
					}
					return n, nil
				}, BatchConfig{
					StopOnError: true,
					Batching:    &Batching{Size: -1, MaxInFlight: 2},
					Progress:    func(BatchProgress) { time.Sleep(time.Minute) },
				})
				assert.Equal(t, firstToFail == 1, results[0].State == ItemDone)
				assert.Equal(t, ItemFailed, results[1].State)
				for _, r := range results[2:] {
					assert.Equal(t, ItemNotStarted, r.State)
					require.ErrorContains(t, r.Err, name)
				}
			})
		})
	}
}

func TestBatchCancelled(t *testing.T) {
	t.Parallel()
	work := func(ctx context.Context, n int) (int, error) {
		select {
		case <-time.After(time.Duration(n) * 400 * time.Millisecond):
			return n, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	tests := map[string]struct {
		batching Batching
		want     []ItemState
	}{
		"in a pause":           {Batching{Size: 3, Interval: time.Hour}, []ItemState{ItemDone, ItemDone, ItemDone, ItemNotStarted}},
		"while items run":      {Batching{Size: -1}, []ItemState{ItemDone, ItemDone, ItemDone, ItemFailed}},
		"waiting for a place":  {Batching{Size: -1, MaxInFlight: 1}, []ItemState{ItemDone, ItemDone, ItemFailed, ItemNotStarted}},
		"pause and running":    {Batching{Size: 2, Interval: 900 * time.Millisecond}, []ItemState{ItemDone, ItemDone, ItemFailed, ItemFailed}},
		"pause before the end": {Batching{Size: 1, Interval: 600 * time.Millisecond}, []ItemState{ItemDone, ItemDone, ItemNotStarted, ItemNotStarted}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
				defer cancel()
				begin := time.Now()
				results := Batch(ctx, itemsTo(4), work, BatchConfig{Batching: &tc.batching})
				assert.LessOrEqual(t, time.Since(begin), 1100*time.Millisecond)
				for i, r := range results {
					assert.Equal(t, tc.want[i], r.State, "item %d", i)
					assert.Equal(t, r.State == ItemDone, r.Err == nil, "item %d", i)
					assert.Equal(t, r.State == ItemNotStarted, errors.Is(r.Err, ErrNotStarted), "item %d", i)
				}
				require.ErrorIs(t, results.Err(), context.DeadlineExceeded)
			})
		})
	}
	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		results := Batch(ctx, itemsTo(3), failOdd, BatchConfig{})
		for _, r := range results {
			assert.Equal(t, ItemNotStarted, r.State)
			require.ErrorIs(t, r.Err, context.Canceled)
		}
		assert.Equal(t, "batch: of 3 items 0 failed and 3 were not started; item 0: not started: context canceled", results.Err().Error())
	})
}

func TestBatchSurvivesPanics(t *testing.T) {
	t.Parallel()
	results := Batch(t.Context(), itemsTo(4), func(_ context.Context, n int) (int, error) {
		switch n {
		case 1:
			panic("broken")
		case 2:
			runtime.Goexit()
		case 3:
			panic(fmt.Errorf("wrapped: %w", errOdd))
		}
		return 7, nil
	}, BatchConfig{})
	assert.Equal(t, BatchResult[int]{Value: 7, State: ItemDone}, results[0])
	for i, text := range []string{1: "the function panicked: broken", 2: "the function ended its goroutine", 3: "the function panicked: wrapped: odd"} {
		if i == 0 {
			continue
		}
		var caught *PanicError
		require.ErrorAs(t, results[i].Err, &caught)
		assert.Equal(t, ItemFailed, results[i].State)
		assert.Equal(t, text, caught.Error())
	}
	require.ErrorIs(t, results[3].Err, errOdd)
	var caught *PanicError
	require.ErrorAs(t, results[1].Err, &caught)
	assert.Contains(t, string(caught.Stack), "TestBatchSurvivesPanics")
}

func TestBatchProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var steps []BatchProgress
		Batch(t.Context(), itemsTo(3), func(ctx context.Context, n int) (string, error) {
			time.Sleep(time.Duration(3-n) * time.Second)
			return failOdd(ctx, n)
		}, BatchConfig{Progress: func(p BatchProgress) { steps = append(steps, p) }})
		assert.Equal(t, []BatchProgress{
			{Index: 2, Done: 1, Total: 3},
			{Index: 1, Err: errOdd, Done: 1, Failed: 1, Total: 3},
			{Index: 0, Done: 2, Failed: 1, Total: 3},
		}, steps)
	})
}

func TestBatchWithoutItems(t *testing.T) {
	t.Parallel()
	results := Batch(t.Context(), nil, failOdd, BatchConfig{})
	assert.Empty(t, results)
	require.NoError(t, results.Err())
}

func TestBatchRefusesBatchingOutOfRange(t *testing.T) {
	t.Parallel()
	results := Batch(t.Context(), itemsTo(2), failOdd, BatchConfig{Batching: &Batching{Size: -2, Interval: -1, MaxInFlight: -1}})
	for _, r := range results {
		assert.Equal(t, ItemNotStarted, r.State)
		require.ErrorIs(t, r.Err, ErrNotStarted)
		require.ErrorContains(t, r.Err, "size -2 is below -1")
		require.ErrorContains(t, r.Err, "interval -1ns is negative")
		require.ErrorContains(t, r.Err, "max in flight -1 is negative")
	}
}

func TestItemStateText(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "done, failed, not started", fmt.Sprintf("%v, %v, %v", ItemDone, ItemFailed, ItemNotStarted))
}
