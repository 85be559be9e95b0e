package core

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCursorText(t *testing.T) {
	t.Parallel()
	tests := map[string]Cursor{
		"":                           {},
		"page=3":                     {Page: 3},
		"page=3&order=created_at":    {Page: 3, Order: "created_at"},
		"offset=150":                 {Offset: 150},
		"before=9223372036854775807": {Before: 9223372036854775807},
		"after=7":                    {After: 7},
		"order=a%26b%3Dc":            {Order: "a&b=c"},
		"page=1&offset=2&before=3&after=4&order=-x": {Page: 1, Offset: 2, Before: 3, After: 4, Order: "-x"},
	}
	for text, cursor := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, text, cursor.String())
			parsed, err := ParseCursor(text)
			require.NoError(t, err)
			assert.Equal(t, cursor, parsed)
			assert.Equal(t, text == "", cursor.IsZero())
		})
	}
}

func TestParseCursorRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"3", "page", "page=", "page=0", "page=-1", "page=+1", "page=01", "page=1.5", "page=2147483648", "page=1&page=2",
		"Page=1", "page=1&", "&page=1", "offset=9223372036854775808", "before=x", "after= 1", "order=", "order=%zz", "cursor=1",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			parsed, err := ParseCursor(text)
			var fault *CursorError
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, text, fault.Cursor)
			assert.Contains(t, err.Error(), fault.Problem)
			assert.Zero(t, parsed)
		})
	}
}

func TestCursorInJSON(t *testing.T) {
	t.Parallel()
	type job struct {
		Resume Cursor `json:"resume"`
	}
	kept, err := json.Marshal(job{Cursor{Page: 3}})
	require.NoError(t, err)
	require.JSONEq(t, `{"resume":"page=3"}`, string(kept))

	back := job{Cursor{Page: 9}}
	require.Error(t, json.Unmarshal([]byte(`{"resume":"nonsense"}`), &back))
	assert.Equal(t, 9, back.Resume.Page)
	require.NoError(t, json.Unmarshal(kept, &back))
	assert.Equal(t, 3, back.Resume.Page)
}

func FuzzParseCursor(f *testing.F) {
	for _, text := range []string{"", "page=3&order=created_at", "before=1", "order=%26", "page=1&page=1", "after=99999999999999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cursor, err := ParseCursor(text)
		if err != nil {
			require.Zero(t, cursor)
			return
		}
		again, err := ParseCursor(cursor.String())
		require.NoError(t, err)
		require.Equal(t, cursor, again)
	})
}
