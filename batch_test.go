package konverte_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

func double(_ context.Context, n int) (int, error) { return 2 * n, nil }

func TestBatch(t *testing.T) {
	t.Parallel()
	var steps int
	results := konverte.Batch(t.Context(), []int{1, 2, 3}, double,
		konverte.WithBatching(konverte.DefaultBatching()), konverte.WithStopOnError(),
		konverte.WithProgress(func(konverte.BatchProgress) { steps++ }))
	require.NoError(t, results.Err())
	assert.Equal(t, 6, results[2].Value)
	assert.Equal(t, 3, steps)
}

func TestBatchRefusesOtherOptions(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]konverte.Option{
		"token":    konverte.WithUserToken("t"),
		"prefetch": konverte.WithPrefetch(2),
		"size":     konverte.WithBatching(konverte.Batching{Size: -2}),
		"header":   konverte.WithHeader("X-A", "b"),
		"strict":   konverte.WithStrictDecoding(),
		"retries":  konverte.WithRetries(2),
		"into":     konverte.Into(&konverte.Response{}),
		"proxy":    konverte.WithProxy("http://127.0.0.1:3128"),
		"timeout":  konverte.WithTimeout(1),
		"account":  konverte.WithAccountID(1),
		"insecure": konverte.WithIgnoreSSLIssues(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results := konverte.Batch(t.Context(), []int{1, 2}, double, opt)
			require.Len(t, results, 2)
			for _, r := range results {
				var fault *konverte.ArgumentError
				require.ErrorAs(t, r.Err, &fault)
				require.ErrorIs(t, r.Err, konverte.ErrNotStarted)
				assert.Equal(t, konverte.ItemNotStarted, r.State)
			}
		})
	}
}

func TestBatchTakesTheBatchingOfAClient(t *testing.T) {
	t.Parallel()
	c, err := konverte.NewClient("http://127.0.0.1:1", konverte.WithBatching(konverte.Batching{Size: 1, MaxInFlight: 1}))
	require.NoError(t, err)
	var order []int
	results := konverte.Batch(t.Context(), []int{1, 2, 3}, func(_ context.Context, n int) (int, error) {
		order = append(order, n)
		return n, nil
	}, c.Batching())
	require.NoError(t, results.Err())
	assert.Equal(t, []int{1, 2, 3}, order)
}
