package core

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func listClient(t *testing.T, opts ...Option) *Client {
	t.Helper()
	c, err := New("http://127.0.0.1:1", API{Name: "toy"}, opts)
	require.NoError(t, err)
	return c
}

func TestListsTakeTheOptionsOfClientAndCall(t *testing.T) {
	t.Parallel()
	at := Cursor{Page: 2}
	c := listClient(t, WithPrefetch(4), WithExtraPasses(0))
	cfg, err := c.paging(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, PageConfig{Prefetch: 4, ExtraPasses: -1}, cfg)
	cfg, err = c.paging(t.Context(), []Option{WithPrefetch(0), WithResume(at), WithExtraPasses(7)})
	require.NoError(t, err)
	assert.Equal(t, PageConfig{ExtraPasses: 7, Resume: at}, cfg)
}

func TestListsOfAClient(t *testing.T) {
	t.Parallel()
	c := listClient(t)
	l := &fakeList{size: 2, orders: oneOrder(idsTo(5))}
	rows, err := Collect(AllOf(t.Context(), c, []Option{WithResume(Cursor{Page: 2})}, l.pager(PageNumbers)), 0)
	require.NoError(t, err)
	assert.Equal(t, listRows(3, 4, 5), rows)

	pages, err := Collect(PagesOf(t.Context(), c, nil, l.pager(PageNumbers)), 0)
	require.NoError(t, err)
	assert.Len(t, pages, 3)
}

func TestListsRefuseOptions(t *testing.T) {
	t.Parallel()
	tests := map[string][]Option{
		"WithPrefetch":    {WithPrefetch(-1)},
		"WithExtraPasses": {WithExtraPasses(-1)},
		"Into":            {WithPrefetch(1), Into(&Response{})},
	}
	for field, opts := range tests {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			c := listClient(t)
			l := &fakeList{size: 2, orders: oneOrder(idsTo(5))}
			var fault *ArgumentError
			_, err := Collect(AllOf(t.Context(), c, opts, l.pager(PageNumbers)), 0)
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, field, fault.Faults[0].Field)
			_, err = Collect(PagesOf(t.Context(), c, opts, l.pager(PageNumbers)), 0)
			require.ErrorAs(t, err, &fault)
			assert.Empty(t, l.requests())
		})
	}
	_, err := New("http://127.0.0.1:1", API{Name: "toy"}, []Option{WithResume(Cursor{Page: 2})})
	require.ErrorContains(t, err, "WithResume")
}

func TestBatchingOfAClient(t *testing.T) {
	t.Parallel()
	batching := DefaultBatching()
	cfg, err := BatchOptions([]Option{listClient(t, WithBatching(batching)).Batching()})
	require.NoError(t, err)
	assert.Equal(t, &batching, cfg.Batching)

	cfg, err = BatchOptions([]Option{WithBatching(batching), listClient(t).Batching()})
	require.NoError(t, err)
	assert.Equal(t, &batching, cfg.Batching, "a client without batching takes none away")
}
