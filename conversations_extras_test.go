package konverte_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestMergeCustomAttributes(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		_, _, conv := desk(t, c)
		merge := func(changes string) string {
			got, err := c.Conversations.MergeCustomAttributes(ctx, conv.ID, konverte.Attributes(changes))
			require.NoError(t, err)
			return string(got)
		}
		assert.JSONEq(t, `{"plan":"gold","seats":3}`, merge(`{"plan":"gold","seats":3}`))
		assert.JSONEq(t, `{"plan":"gold","seats":4,"note":{"a":1}}`, merge(`{"seats":4,"note":{"a":1}}`))
		assert.JSONEq(t, `{"plan":"gold","seats":4}`, merge(`{"note":null}`))
		stored, err := c.Conversations.Get(ctx, conv.ID)
		require.NoError(t, err)
		assert.JSONEq(t, `{"plan":"gold","seats":4}`, string(stored.CustomAttributes))

		srv.ClearRequests()
		merge(`{"seats":4,"note":null}`)
		assert.Len(t, srv.Requests(), 1, "nothing to change, nothing written")
		merge(``)
		_, err = c.Conversations.MergeCustomAttributes(ctx, conv.ID, konverte.Attributes(`[1]`))
		_, refused := errors.AsType[*konverte.ArgumentError](err)
		assert.True(t, refused, "%v", err)
	})
}

// typingRoute is what the test server calls the operation.
func typingRoute(t *testing.T) string {
	t.Helper()
	for _, op := range konvertetest.Operations() {
		if strings.HasSuffix(op.Pattern, "/toggle_typing_status") {
			return op.ID
		}
	}
	require.Fail(t, "the test server knows no typing")
	return ""
}

// typing is what the server was told, in order.
func typing(t *testing.T, srv *konvertetest.Server) []string {
	t.Helper()
	var told []string
	for _, r := range srv.Requests() {
		if r.Operation != typingRoute(t) {
			continue
		}
		var body struct {
			Status string `json:"typing_status"`
		}
		require.NoError(t, json.Unmarshal(r.Body, &body))
		told = append(told, body.Status)
	}
	return told
}

func TestWithTyping(t *testing.T) {
	t.Parallel()
	failed := errors.New("out of ideas")
	cases := map[string]struct {
		work   func(ctx context.Context, cancel func()) error
		want   error
		panics bool
	}{
		"done":      {work: func(context.Context, func()) error { return nil }},
		"failed":    {work: func(context.Context, func()) error { return failed }, want: failed},
		"panics":    {work: func(context.Context, func()) error { panic("lost") }, panics: true},
		"cancelled": {work: func(ctx context.Context, cancel func()) error { cancel(); return ctx.Err() }, want: context.Canceled},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
				_, _, conv := desk(t, c)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				run := func() error {
					return c.Conversations.WithTyping(ctx, conv.ID, func(ctx context.Context) error {
						assert.Equal(t, []string{"on"}, typing(t, srv))
						return tc.work(ctx, cancel)
					})
				}
				if tc.panics {
					assert.Panics(t, func() { _ = run() })
				} else {
					require.ErrorIs(t, run(), tc.want)
				}
				assert.Equal(t, []string{"on", "off"}, typing(t, srv))
			})
		})
	}
}

// What may have been switched on is switched off, and work does not run.
func TestWithTypingThatFails(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client(konverte.WithRetries(0))
	_, _, conv := desk(t, c)
	run := func() error {
		return c.Conversations.WithTyping(t.Context(), conv.ID, func(context.Context) error {
			assert.Fail(t, "work ran")
			return nil
		})
	}
	operation := typingRoute(t)
	srv.Fault(operation, konvertetest.DropAfter().Times(1))
	require.Error(t, run())
	assert.Equal(t, []string{"on", "off"}, typing(t, srv))

	srv.ClearFaults()
	srv.ClearRequests()
	srv.Fault(operation, konvertetest.JSONStatus(404, "no such conversation").Times(1))
	require.ErrorIs(t, run(), konverte.ErrNotFound)
	assert.Equal(t, []string{"on"}, typing(t, srv))

	srv.ClearFaults()
	srv.ClearRequests()
	err := c.Conversations.WithTyping(t.Context(), conv.ID, func(context.Context) error {
		srv.Fault(operation, konvertetest.Status(500, "").Times(1))
		return nil
	})
	require.ErrorIs(t, err, konverte.ErrServer, "it could not be switched off")
}
