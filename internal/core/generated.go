package core

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/codec"
)

// What generated code calls.

// Bounds of Faults.Range that bound nothing.
const (
	NoMin = math.MinInt64
	NoMax = math.MaxInt64
)

// PathID is a numeric id as a path segment.
func PathID[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

// UnixOf gives a time in whole seconds since 1970.
func UnixOf(t time.Time) int64 { return t.Unix() }

// DateOf gives the day of a time, in its own zone.
func DateOf(t time.Time) string { return t.Format(time.DateOnly) }

// JoinComma joins texts by commas.
func JoinComma[T ~string](values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return strings.Join(all, ",")
}

// Orders are the orders in which a list is read: the caller's alone where there
// is one.
func Orders(wanted string, orders ...string) []string {
	if wanted != "" {
		return []string{wanted}
	}
	return slices.Clone(orders)
}

// Value makes a call that answers with a value which is no object.
func Value[T any](ctx context.Context, c *Client, op *Operation, r Request, opts []Option, dec func(*codec.Decoder, *T)) (T, error) {
	v, err := One(ctx, c, op, r, opts, dec)
	if err != nil || v == nil {
		var none T
		return none, err
	}
	return *v, nil
}

// Range wants a number within bounds; NoMin and NoMax leave a side open.
func (f *Faults) Range(field string, v, low, high int64) {
	switch shown := strconv.FormatInt(v, 10); {
	case v < low:
		f.Add(field, "must be at least "+strconv.FormatInt(low, 10), shown)
	case v > high:
		f.Add(field, "must be at most "+strconv.FormatInt(high, 10), shown)
	}
}

// Under runs the checks of an object that is the value of a field.
func (f *Faults) Under(field string, check func(*Faults)) {
	var inner Faults
	check(&inner)
	for _, fault := range inner.all {
		fault.Field = field + "." + fault.Field
		f.all = append(f.all, fault)
	}
}

// Within runs the checks of one element of a list.
func (f *Faults) Within(field string, i int, check func(*Faults)) {
	f.Under(field+"["+strconv.Itoa(i)+"]", check)
}
