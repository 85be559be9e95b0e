package core

import (
	"context"

	"github.com/konverte-go/konverte/internal/codec"
)

// One makes a call that answers with one value. The result is nil without an
// error only where the operation permits null, and null came.
func One[T any](ctx context.Context, c *Client, op *Operation, r Request, opts []Option, dec func(*codec.Decoder, *T)) (*T, error) {
	var out *T
	err := c.Do(ctx, op, r, opts, func(body []byte, strict bool) ([]codec.Issue, error) {
		var null bool
		v, issues, err := codec.Decode(body, strict, func(d *codec.Decoder, v *T) {
			if d.Kind() != 'n' {
				dec(d, v)
				return
			}
			null = true
			d.Identity("", op.NullOK)
			d.Skip()
		})
		if err == nil && !null {
			out = &v
		}
		return issues, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// List makes a call that answers with an array. The result is never nil without
// an error.
func List[T any](ctx context.Context, c *Client, op *Operation, r Request, opts []Option, dec func(*codec.Decoder, *T)) ([]T, error) {
	return list(ctx, c, op, r, opts, array(dec))
}

// ListAt makes a call that answers with an array under a key of an object. A
// dotted key descends.
func ListAt[T any](ctx context.Context, c *Client, op *Operation, r Request, opts []Option, key string, dec func(*codec.Decoder, *T)) ([]T, error) {
	return list(ctx, c, op, r, opts, codec.At(key, array(dec)))
}

// ListMaybeAt is ListAt where the answer is an object with the key, and List where
// it has no envelope.
func ListMaybeAt[T any](ctx context.Context, c *Client, op *Operation, r Request, opts []Option, key string, dec func(*codec.Decoder, *T)) ([]T, error) {
	return list(ctx, c, op, r, opts, codec.MaybeAt(key, array(dec)))
}

func list[T any](ctx context.Context, c *Client, op *Operation, r Request, opts []Option, dec func(*codec.Decoder, *[]T)) ([]T, error) {
	out, err := One(ctx, c, op, r, opts, dec)
	if err != nil {
		return nil, err
	}
	if out == nil || *out == nil {
		return []T{}, nil
	}
	return *out, nil
}

// array insists on an array, where codec.Slice would be content with an issue.
func array[T any](dec func(*codec.Decoder, *T)) func(*codec.Decoder, *[]T) {
	return func(d *codec.Decoder, v *[]T) {
		if d.Kind() != '[' {
			d.Identity("", false)
		}
		codec.Slice(d, v, dec)
	}
}

// Text makes a call that answers with text, which is returned as it came.
func Text(ctx context.Context, c *Client, op *Operation, r Request, opts []Option) (string, error) {
	var text string
	err := c.Do(ctx, op, r, opts, func(body []byte, _ bool) ([]codec.Issue, error) {
		text = string(body)
		return nil, nil
	})
	return text, err
}

// None makes a call whose answer says no more than that it worked.
func None(ctx context.Context, c *Client, op *Operation, r Request, opts []Option) error {
	return c.Do(ctx, op, r, opts, nil)
}
