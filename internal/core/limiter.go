package core

import (
	"context"
	"sync"
	"time"
)

// Limiter decides when a request may be sent. Wait returns nil when it may, or
// an error when it may not any more; it must heed the context. It is called
// once for every request, repetitions and followed redirects included, from
// several goroutines at once.
type Limiter interface {
	Wait(ctx context.Context) error
}

// Rate is a number of requests in a stretch of time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// IsZero tells whether the rate limits nothing.
func (r Rate) IsZero() bool { return r == Rate{} }

func (r Rate) valid() bool {
	return r.IsZero() || r.Requests > 0 && r.Per > 0
}

// tokenBucket holds as many tokens as the rate has requests, and gains them
// evenly.
type tokenBucket struct {
	clock    WallClock
	interval time.Duration // between two tokens
	burst    time.Duration // time in which an empty bucket fills

	mu   sync.Mutex
	full time.Time // when the bucket is full again
}

func newTokenBucket(rate Rate, clock WallClock) *tokenBucket {
	interval := max(rate.Per/time.Duration(rate.Requests), 1)
	return &tokenBucket{clock: clock, interval: interval, burst: interval * time.Duration(rate.Requests)}
}

// Wait takes a token, and waits for it where there is none. A wait that the
// context's deadline cuts short is not begun.
func (b *tokenBucket) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	wait, ok := b.reserve(remaining(ctx))
	if !ok {
		return context.DeadlineExceeded
	}
	return sleep(ctx, b.clock, wait)
}

// reserve takes a token that is there after wait, unless that is longer than
// limit.
func (b *tokenBucket) reserve(limit time.Duration) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	full := b.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(b.interval)
	wait = full.Sub(now) - b.burst
	if wait > limit {
		return 0, false
	}
	b.full = full
	return max(wait, 0), true
}

// forever is longer than any wait.
const forever = time.Duration(1<<63 - 1)

// remaining is the time until the context's deadline.
func remaining(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return forever
	}
	return time.Until(deadline)
}
