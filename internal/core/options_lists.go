package core

import "strconv"

// WithBatching sets how a Batch spaces its items: that one, or every one that
// is given the batching of the client.
func WithBatching(b Batching) Option {
	return func(c *Config) error {
		if c.level == levelCall {
			return c.fault("WithBatching", "is an option of a client or a Batch, not of one call")
		}
		if err := b.Validate(); err != nil {
			return c.fault("WithBatching", err.Error())
		}
		c.Batching = &b
		return nil
	}
}

// WithPrefetch reads up to n pages of a list ahead of the one in hand. 0 reads
// none ahead, which is the default.
func WithPrefetch(n int) Option {
	return func(c *Config) error {
		if n < 0 || n > MaxPrefetch {
			return c.fault("WithPrefetch", "must be from 0 to "+strconv.Itoa(MaxPrefetch)+", got "+strconv.Itoa(n))
		}
		c.Paging.Prefetch = n
		return nil
	}
}

// WithExtraPasses bounds how often a list is read again in other orders while
// rows are missing. 0 means never; the default is [DefaultExtraPasses].
func WithExtraPasses(n int) Option {
	return func(c *Config) error {
		if n < 0 {
			return c.fault("WithExtraPasses", "must not be negative, got "+strconv.Itoa(n))
		}
		c.Paging.ExtraPasses = n
		if n == 0 {
			c.Paging.ExtraPasses = -1
		}
		return nil
	}
}

// WithResume begins a list where an earlier reading of it ended.
func WithResume(at Cursor) Option {
	return func(c *Config) error {
		if c.level != levelCall {
			return c.fault("WithResume", "is an option of one call, not of the client")
		}
		c.Paging.Resume = at
		return nil
	}
}
