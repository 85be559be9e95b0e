package konverte_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

func countdown(from int, last error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for n := from; n > 0; n-- {
			if !yield(n, nil) {
				return
			}
		}
		if last != nil {
			yield(0, last)
		}
	}
}

func TestCollect(t *testing.T) {
	t.Parallel()
	rows, err := konverte.Collect(countdown(3, nil), 0)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 2, 1}, rows)

	rows, err = konverte.Collect(countdown(3, nil), 2)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 2}, rows)

	missing := &konverte.IncompleteError{Seen: 3, Count: 4, First: 4, Passes: 1}
	rows, err = konverte.Collect(countdown(3, missing), 0)
	require.ErrorIs(t, err, missing)
	assert.Equal(t, []int{3, 2, 1}, rows)
}

func TestResumeIsAnOptionOfOneCall(t *testing.T) {
	t.Parallel()
	_, err := konverte.NewClient("http://127.0.0.1:1", konverte.WithResume(konverte.Cursor{Page: 2}))
	require.ErrorContains(t, err, "WithResume")
}
