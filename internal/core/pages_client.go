package core

import (
	"context"
	"iter"
)

// AllOf is All with the paging options of a client and of a call. Options at fault are the only thing it yields.
func AllOf[T any](ctx context.Context, c *Client, opts []Option, p Pager[T]) iter.Seq2[T, error] {
	cfg, err := c.paging(ctx, opts)
	if err != nil {
		return FailedList[T](err)
	}
	return All(ctx, p, cfg)
}

// PagesOf is Pages with the paging options of a client and of a call, as AllOf.
func PagesOf[T any](ctx context.Context, c *Client, opts []Option, p Pager[T]) iter.Seq2[Page[T], error] {
	cfg, err := c.paging(ctx, opts)
	if err != nil {
		return FailedList[Page[T]](err)
	}
	return Pages(ctx, p, cfg)
}

func (c *Client) paging(ctx context.Context, opts []Option) (PageConfig, error) {
	cfg, err := c.callConfig("list", opts)
	if err != nil {
		return PageConfig{}, err
	}
	if ctx == nil {
		return PageConfig{}, nilContext("list")
	}
	if cfg.into != nil && cfg.Paging.Prefetch > 0 {
		return PageConfig{}, cfg.fault("Into", "takes one answer at a time, so not together with WithPrefetch")
	}
	return cfg.Paging, nil
}

// Batching gives the client's own batching as an option of a Batch. It changes nothing where there
// is none.
func (c *Client) Batching() Option {
	return func(cfg *Config) error {
		if c.cfg.Batching != nil {
			cfg.Batching = c.cfg.Batching
		}
		return nil
	}
}
