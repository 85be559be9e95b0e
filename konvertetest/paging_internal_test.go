package konvertetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/konverte-go/konverte/internal/testserver"
)

var testTime = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func pageContext(query object, habits Habits, st *store) *ctx {
	return &ctx{
		Exchange: &testserver.Exchange{Params: testserver.ParamsOf(query), Route: &testserver.Route{Pattern: "/list"}},
		cfg:      &config{habits: habits}, st: st,
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	rows := []int{1, 2, 3, 4, 5}
	tests := map[string]struct {
		page    any
		want    []int
		current any
	}{
		"absent":   {nil, []int{1, 2}, 1},
		"second":   {"2", []int{3, 4}, "2"},
		"last":     {"3", []int{5}, "3"},
		"beyond":   {"4", []int{}, "4"},
		"zero":     {"0", []int{1, 2}, "0"},
		"negative": {"-1", []int{1, 2}, "-1"},
		"word":     {"abc", []int{1, 2}, "abc"},
		"far":      {"99999999999", []int{}, "99999999999"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := object{}
			if tt.page != nil {
				query = obj("page", tt.page)
			}
			c := pageContext(query, Habits{}, nil)
			assert.Equal(t, tt.want, page(c, rows, 2, nil))
			assert.Equal(t, tt.current, c.currentPage())
		})
	}
}

func TestHabits(t *testing.T) {
	t.Parallel()
	rows := []int{1, 2, 3, 4}
	read := func(h Habits) (seen []int) {
		st := newStore(testTime, false)
		for _, number := range []string{"1", "2"} {
			seen = append(seen, page(pageContext(obj("page", number), h, st), rows, 2, func(int, int) bool { return true })...)
		}
		return seen
	}
	assert.Equal(t, []int{1, 2, 3, 4}, read(Habits{}))
	assert.Equal(t, []int{1, 2, 2, 1}, read(Habits{LoseRowsOnTies: true}), "3 and 4 are on no page")
	assert.Equal(t, []int{1, 2, 2, 3}, read(Habits{MoveRows: true}), "4 has moved to the front")
}

func TestCollate(t *testing.T) {
	t.Parallel()
	assert.Negative(t, collate("ana", "Beto"))
	assert.Negative(t, collate("Élia", "Fábio"))
	assert.Negative(t, collate("Ana", "Ána"))
	assert.Zero(t, collate("ANA", "ana"))
}
