package core

import (
	"context"
	"time"
)

// WallClock is a Clock that can be read. It paces requests and retries;
// timeouts run on the runtime's own clock, as contexts do.
type WallClock interface {
	Clock
	Now() time.Time
}

type wallClock struct{ systemClock }

func (wallClock) Now() time.Time { return time.Now() }

// sleep returns nil after d, or the context's error as soon as it ends.
func sleep(ctx context.Context, clock Clock, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if _, system := clock.(wallClock); !system {
		return await(ctx, clock.After(d))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	return await(ctx, timer.C)
}

func await(ctx context.Context, done <-chan time.Time) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-done:
		return nil
	}
}

// Sleep waits for d by the client's clock, or until the context ends.
func (c *Client) Sleep(ctx context.Context, d time.Duration) error { return sleep(ctx, c.cfg.clock, d) }
