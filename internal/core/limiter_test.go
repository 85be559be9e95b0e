package core

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type countingLimiter struct {
	n   atomic.Int64
	err error
}

func (l *countingLimiter) Wait(context.Context) error {
	l.n.Add(1)
	return l.err
}

func TestTokenBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bucket := newTokenBucket(Rate{Requests: 3, Per: 3 * time.Second}, wallClock{})
		start := time.Now()
		var at []time.Duration
		for range 6 {
			require.NoError(t, bucket.Wait(context.Background()))
			at = append(at, time.Since(start))
		}
		assert.Equal(t, []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 3 * time.Second}, at)
		time.Sleep(time.Minute)
		start = time.Now()
		for range 3 {
			require.NoError(t, bucket.Wait(context.Background()))
		}
		assert.Zero(t, time.Since(start), "the burst is there again, and no more than it")
		require.NoError(t, bucket.Wait(context.Background()))
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestTokenBucketAndContexts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bucket := newTokenBucket(Rate{Requests: 1, Per: time.Minute}, wallClock{})
		require.NoError(t, bucket.Wait(context.Background()))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, bucket.Wait(ctx), context.DeadlineExceeded)
		assert.Zero(t, time.Since(start), "a wait that cannot fit is not begun")

		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		require.ErrorIs(t, bucket.Wait(ctx), context.Canceled)
		require.ErrorIs(t, bucket.Wait(ctx), context.Canceled)
	})
}

func TestRateLimitCountsRepetitions(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 503}, answer{status: 503}, answer{status: 200, body: okThing})
	limiter := &countingLimiter{}
	c := client(t, srv.URL, WithLimiter(limiter))
	_, err := get(t, c)
	require.NoError(t, err)
	assert.Equal(t, int64(3), limiter.n.Load())
}

func TestRateLimitPacesOneClientAndItsCopies(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	clock := newSkippingClock()
	c := client(t, srv.URL, WithClock(clock), WithRateLimit(2, 2*time.Second))
	other, err := c.With(WithAccountID(9))
	require.NoError(t, err)
	for range 2 {
		_, err := get(t, c)
		require.NoError(t, err)
		_, err = get(t, other)
		require.NoError(t, err)
	}
	assert.Len(t, seen.requests(), 4)
	assert.Equal(t, []time.Duration{time.Second, time.Second}, clock.waited())
}

func TestLimiterThatRefuses(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	refusal := errors.New("quota used up, token " + planted)
	limiter := &countingLimiter{err: refusal}
	c := client(t, srv.URL, WithLimiter(limiter))
	_, err := create(t, c)
	e := asError[*TransportError](t, err)
	require.ErrorIs(t, err, refusal)
	assert.False(t, e.MaybeSent)
	assert.Zero(t, e.Attempts)
	assert.Equal(t, int64(1), limiter.n.Load(), "it is not asked again")
	assert.Empty(t, seen.requests())
	assertHidden(t, planted, err.Error())
}

func TestDefaultRateOfAnAPI(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 200, body: okThing})
	api := deskAPI()
	api.RateLimit = Rate{Requests: 1, Per: time.Second}
	clock := newSkippingClock()
	c, err := New(srv.URL, api, []Option{WithUserToken(planted), WithClock(clock)})
	require.NoError(t, err)
	free, err := c.With(WithRateLimit(0, 0))
	require.NoError(t, err)
	for range 2 {
		_, err = get(t, c)
		require.NoError(t, err)
	}
	assert.Len(t, clock.waited(), 1)
	for range 3 {
		_, err = get(t, free)
		require.NoError(t, err)
	}
	assert.Len(t, clock.waited(), 1, "the limit can be lifted")
}
