package core

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type listRow struct {
	ID   int64
	Name string
}

func listRowID(r *listRow) int64 { return r.ID }

func listRows(ids ...int64) []listRow {
	rows := make([]listRow, len(ids))
	for i, id := range ids {
		rows[i].ID = id
	}
	return rows
}

func idsTo(n int64) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(i) + 1
	}
	return ids
}

// fakeList is a server's list: what each order holds, cut into pages.
type fakeList struct {
	orders map[string][]int64
	size   int
	count  func(at Cursor) int64
	fail   map[Cursor]error
	delay  time.Duration

	mu      sync.Mutex
	asked   []Cursor
	running atomic.Int64
	most    atomic.Int64
}

func (l *fakeList) pager(paging Paging, orders ...string) Pager[listRow] {
	return Pager[listRow]{Fetch: l.fetch(paging), Paging: paging, Size: l.size, ID: listRowID, Orders: orders}
}

func (l *fakeList) fetch(paging Paging) func(context.Context, Cursor, string) (Page[listRow], error) {
	return func(ctx context.Context, at Cursor, order string) (Page[listRow], error) {
		l.note(at)
		defer l.running.Add(-1)
		if l.delay > 0 {
			select {
			case <-time.After(l.delay):
			case <-ctx.Done():
				return Page[listRow]{}, ctx.Err()
			}
		}
		if err := l.fail[at]; err != nil {
			return Page[listRow]{}, err
		}
		page := Page[listRow]{Items: listRows(l.cut(paging, at, l.orders[order])...), Count: NoCount}
		if l.count != nil {
			page.Count = l.count(at)
		}
		return page, nil
	}
}

func (l *fakeList) note(at Cursor) {
	running := l.running.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, at)
	l.most.Store(max(l.most.Load(), running))
}

func (l *fakeList) requests() []Cursor {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.asked)
}

func (l *fakeList) cut(paging Paging, at Cursor, ids []int64) []int64 {
	switch paging {
	case PageNumbers:
		return cutFrom(ids, (at.Page-1)*l.size, l.size)
	case Offsets:
		return cutFrom(ids, int(at.Offset), l.size)
	case BeforeIDs:
		older := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return at.Before > 0 && id >= at.Before })
		return older[max(0, len(older)-l.size):]
	case AfterIDs:
		newer := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id <= at.After })
		return newer[:min(l.size, len(newer))]
	default:
		return ids
	}
}

func cutFrom(ids []int64, from, size int) []int64 {
	from = min(from, len(ids))
	return ids[from:min(from+size, len(ids))]
}

func fixedCount(n int64) func(Cursor) int64 { return func(Cursor) int64 { return n } }

func oneOrder(ids []int64) map[string][]int64 { return map[string][]int64{"": ids} }

func readAll(t *testing.T, p Pager[listRow], cfg PageConfig) ([]int64, error) {
	t.Helper()
	var ids []int64
	rows, err := Collect(All(t.Context(), p, cfg), 0)
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}

func TestAllReadsEveryKindOfList(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		paging   Paging
		reverse  bool
		want     []int64
		requests []Cursor
	}{
		"page numbers": {paging: PageNumbers, want: idsTo(7), requests: []Cursor{{Page: 1}, {Page: 2}, {Page: 3}}},
		"offsets":      {paging: Offsets, want: idsTo(7), requests: []Cursor{{}, {Offset: 3}, {Offset: 6}}},
		"before": {
			paging: BeforeIDs, want: []int64{5, 6, 7, 2, 3, 4, 1},
			requests: []Cursor{{}, {Before: 5}, {Before: 2}},
		},
		"before, newest first": {
			paging: BeforeIDs, reverse: true, want: []int64{7, 6, 5, 4, 3, 2, 1},
			requests: []Cursor{{}, {Before: 5}, {Before: 2}},
		},
		"after":   {paging: AfterIDs, want: idsTo(7), requests: []Cursor{{}, {After: 3}, {After: 6}}},
		"unpaged": {paging: Unpaged, want: idsTo(7), requests: []Cursor{{Page: 1}}},
	}
	for name, tc := range tests {
		for _, prefetch := range []int{0, 1, 4} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				l := &fakeList{orders: oneOrder(idsTo(7)), size: 3}
				p := l.pager(tc.paging)
				p.Reverse = tc.reverse
				got, err := readAll(t, p, PageConfig{Prefetch: prefetch})
				require.NoError(t, err)
				assert.Equal(t, tc.want, got)
				if prefetch <= 1 {
					assert.Equal(t, tc.requests, l.requests())
				}
			})
		}
	}
}

func TestStopRule(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows     int64
		count    int64
		trust    bool
		size     int // what the pager takes for a full page; the server cuts by 3
		requests int
	}{
		"short page":                           {rows: 5, count: NoCount, size: 3, requests: 2},
		"full last page, no count":             {rows: 6, count: NoCount, size: 3, requests: 3},
		"full last page, count is a hint":      {rows: 6, count: 6, size: 3, requests: 3},
		"full last page, trusted count":        {rows: 6, count: 6, trust: true, size: 3, requests: 2},
		"no rows":                              {rows: 0, count: 0, trust: true, size: 3, requests: 1},
		"page size unknown":                    {rows: 5, count: NoCount, requests: 3},
		"page size unknown, trusted count":     {rows: 5, count: 5, trust: true, requests: 2},
		"pages smaller than known, with count": {rows: 8, count: 8, size: 15, requests: 3},
		"one page, untrusted":                  {rows: 2, count: 2, size: 3, requests: 1},
		"trusted count below the rows":         {rows: 6, count: 3, trust: true, size: 3, requests: 1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &fakeList{orders: oneOrder(idsTo(tc.rows)), size: 3, count: fixedCount(tc.count)}
			p := l.pager(PageNumbers)
			p.Size, p.TrustCount = tc.size, tc.trust
			_, err := readAll(t, p, PageConfig{})
			require.NoError(t, err)
			assert.Len(t, l.requests(), tc.requests)
		})
	}
}

func TestAllFindsRowsThatAnOrderLoses(t *testing.T) {
	t.Parallel()
	orders := func() map[string][]int64 {
		return map[string][]int64{
			"name":  {1, 2, 3, 3, 2, 1},    // 4, 5 and 6 lost
			"-name": {1, 2, 3, 3, 4, 5},    // 6 lost
			"email": {1, 1, 2, 2, 3, 6, 5}, // has 6
			"id":    {1, 2, 3, 4, 5, 6},
		}
	}
	all := []string{"name", "-name", "email", "id"}
	tests := map[string]struct {
		orders []string
		cfg    PageConfig
		want   []int64
		err    error
		passes []string
	}{
		"other orders": {
			orders: all, want: idsTo(6), passes: []string{"name", "-name", "email"},
		},
		"bounded": {
			orders: all, cfg: PageConfig{ExtraPasses: 1}, want: idsTo(5), passes: []string{"name", "-name"},
			err: &IncompleteError{Seen: 5, Count: 6, First: 6, Passes: 2},
		},
		"no extra pass": {
			orders: all, cfg: PageConfig{ExtraPasses: -1}, want: idsTo(3), passes: []string{"name"},
			err: &IncompleteError{Seen: 3, Count: 6, First: 6, Passes: 1},
		},
		"one order only": {
			orders: []string{"-name"}, want: idsTo(5), passes: []string{"-name"},
			err: &IncompleteError{Seen: 5, Count: 6, First: 6, Passes: 1},
		},
		"nothing missing": {
			orders: []string{"id", "name"}, want: idsTo(6), passes: []string{"id"},
		},
	}
	for name, tc := range tests {
		for _, prefetch := range []int{0, 3} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				l := &fakeList{orders: orders(), size: 2, count: fixedCount(6)}
				cfg := tc.cfg
				cfg.Prefetch = prefetch
				got, err := readAll(t, l.pager(PageNumbers, tc.orders...), cfg)
				assert.Equal(t, tc.want, got)
				assert.Equal(t, tc.err, err)
				var passes []string
				for _, at := range l.requests() {
					passes = append(passes, at.Order)
				}
				assert.Equal(t, tc.passes, slices.Compact(passes))
			})
		}
	}
}

func TestExtraPassStopsWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	l := &fakeList{size: 2, count: fixedCount(6), orders: map[string][]int64{"a": {1, 2, 3, 4, 5, 5}, "b": {6, 5, 4, 3, 2, 1}}}
	got, err := readAll(t, l.pager(PageNumbers, "a", "b"), PageConfig{})
	require.NoError(t, err)
	assert.Equal(t, idsTo(6), got)
	asked := l.requests()
	assert.Equal(t, Cursor{Page: 1, Order: "b"}, asked[len(asked)-1])
}

func TestCountThatMoves(t *testing.T) {
	t.Parallel()
	moving := func(at Cursor) int64 {
		if at.Order == "a" && at.Page == 1 {
			return 6
		}
		return 5
	}
	ids := idsTo(5)
	l := &fakeList{size: 2, count: moving, orders: map[string][]int64{"a": ids, "b": ids}}

	t.Run("ends in an error although no row is missing", func(t *testing.T) {
		t.Parallel()
		got, err := readAll(t, l.pager(PageNumbers, "a"), PageConfig{})
		assert.Equal(t, ids, got)
		assert.Equal(t, &IncompleteError{Seen: 5, Count: 5, First: 6, Passes: 1}, err)
	})
	t.Run("a pass in peace settles it", func(t *testing.T) {
		t.Parallel()
		got, err := readAll(t, l.pager(PageNumbers, "a", "b"), PageConfig{})
		require.NoError(t, err)
		assert.Equal(t, ids, got)
	})
	t.Run("rows of an older count do not stand in for new ones", func(t *testing.T) {
		t.Parallel()
		l := &fakeList{size: 10, orders: map[string][]int64{"a": {1, 2, 3}, "b": {2, 3, 4}}, count: func(at Cursor) int64 {
			if at.Order == "a" {
				return 4
			}
			return 5
		}}
		got, err := readAll(t, l.pager(PageNumbers, "a", "b"), PageConfig{})
		assert.Equal(t, idsTo(4), got)
		assert.Equal(t, &IncompleteError{Seen: 4, Count: 5, First: 5, Passes: 2}, err)
	})
}

func TestRepeatedPages(t *testing.T) {
	t.Parallel()
	stuck := func(ids ...int64) func(context.Context, Cursor, string) (Page[listRow], error) {
		return func(context.Context, Cursor, string) (Page[listRow], error) {
			return Page[listRow]{Items: listRows(ids...), Count: NoCount}, nil
		}
	}
	swinging := func(_ context.Context, at Cursor, _ string) (Page[listRow], error) {
		if at.Page%2 == 0 {
			return Page[listRow]{Items: listRows(1, 2), Count: NoCount}, nil
		}
		return Page[listRow]{Items: listRows(2, 1), Count: NoCount}, nil
	}
	tests := map[string]struct {
		pager Pager[listRow]
		at    Cursor
	}{
		"page ignored":   {Pager[listRow]{Fetch: stuck(1, 2), Size: 2, ID: listRowID}, Cursor{Page: 2}},
		"offset ignored": {Pager[listRow]{Fetch: stuck(1, 2), Paging: Offsets, Size: 2, ID: listRowID}, Cursor{Offset: 2}},
		"before ignored": {Pager[listRow]{Fetch: stuck(8, 9), Paging: BeforeIDs, Size: 2, ID: listRowID}, Cursor{Before: 8}},
		"after ignored":  {Pager[listRow]{Fetch: stuck(8, 9), Paging: AfterIDs, Size: 2, ID: listRowID}, Cursor{After: 9}},
		"swinging":       {Pager[listRow]{Fetch: swinging, Size: 2, ID: listRowID}, Cursor{Page: maxBarrenPages + 1}},
	}
	for name, tc := range tests {
		for _, prefetch := range []int{0, 2} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got, err := readAll(t, tc.pager, PageConfig{Prefetch: prefetch})
				require.ErrorIs(t, err, ErrRepeatedPage)
				var at *PageError
				require.ErrorAs(t, err, &at)
				assert.Equal(t, tc.at, at.Resume)
				assert.Len(t, got, 2)
			})
		}
	}
	t.Run("id cursor that goes the wrong way", func(t *testing.T) {
		t.Parallel()
		ids := []int64{10, 20}
		p := Pager[listRow]{Paging: BeforeIDs, Size: 1, ID: listRowID}
		p.Fetch = func(context.Context, Cursor, string) (Page[listRow], error) {
			id := ids[0]
			ids = ids[1:]
			return Page[listRow]{Items: listRows(id), Count: NoCount}, nil
		}
		_, err := readAll(t, p, PageConfig{})
		require.ErrorIs(t, err, ErrRepeatedPage)
	})
	t.Run("a list that is whole in one answer ends by its count", func(t *testing.T) {
		t.Parallel()
		p := Pager[listRow]{Size: 2, ID: listRowID}
		p.Fetch = func(context.Context, Cursor, string) (Page[listRow], error) {
			return Page[listRow]{Items: listRows(1, 2, 3), Count: 3}, nil
		}
		got, err := readAll(t, p, PageConfig{})
		require.NoError(t, err)
		assert.Equal(t, idsTo(3), got)
	})
}

func TestFailedPageSaysWhereToResume(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, prefetch := range []int{0, 1, 4} {
		l := &fakeList{
			size: 2, count: fixedCount(7), orders: map[string][]int64{"id": idsTo(7)},
			fail: map[Cursor]error{{Page: 3, Order: "id"}: broken},
		}
		p := l.pager(PageNumbers, "id")
		got, err := readAll(t, p, PageConfig{Prefetch: prefetch})
		require.ErrorIs(t, err, broken)
		assert.Equal(t, idsTo(4), got)
		var failed *PageError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, "reading the list at page=3&order=id: broken", err.Error())

		kept, err := ParseCursor(failed.Resume.String())
		require.NoError(t, err)
		l.fail = nil
		rest, err := readAll(t, p, PageConfig{Prefetch: prefetch, Resume: kept})
		require.NoError(t, err, "a resumed list compares nothing")
		assert.Equal(t, []int64{5, 6, 7}, rest)
	}
}

func TestResume(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		paging  Paging
		orders  []string
		at      Cursor
		want    []int64
		problem string
	}{
		"offset":             {paging: Offsets, at: Cursor{Offset: 4}, want: []int64{5, 6, 7}},
		"before":             {paging: BeforeIDs, at: Cursor{Before: 3}, want: []int64{1, 2}},
		"after":              {paging: AfterIDs, at: Cursor{After: 5}, want: []int64{6, 7}},
		"default order":      {orders: []string{"id", "name"}, at: Cursor{Page: 3}, want: []int64{5, 6, 7}},
		"named order":        {orders: []string{"id", "name"}, at: Cursor{Page: 3, Order: "name"}, want: []int64{3, 2, 1}},
		"order, first page":  {orders: []string{"id", "name"}, at: Cursor{Order: "name"}, want: []int64{7, 6, 5, 4, 3, 2, 1}},
		"beyond the end":     {at: Cursor{Page: 9}},
		"order of no list":   {orders: []string{"id"}, at: Cursor{Page: 3, Order: "x"}, problem: "the list is not read in this order"},
		"id for page number": {at: Cursor{After: 3}, problem: "the list is not read by this kind of position"},
		"page for id":        {paging: AfterIDs, at: Cursor{Page: 3}, problem: "the list is not read by this kind of position"},
		"negative page":      {at: Cursor{Page: -1}, problem: "the list is not read by this kind of position"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &fakeList{size: 2, orders: map[string][]int64{"": idsTo(7), "id": idsTo(7), "name": {7, 6, 5, 4, 3, 2, 1}}}
			p := l.pager(tc.paging, tc.orders...)
			got, err := readAll(t, p, PageConfig{Resume: tc.at})
			assert.Equal(t, tc.want, got)
			if tc.problem == "" {
				require.NoError(t, err)
				return
			}
			var fault *CursorError
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, tc.problem, fault.Problem)
			assert.Empty(t, l.requests())
			for _, err := range Pages(t.Context(), p, PageConfig{Resume: tc.at}) {
				require.ErrorAs(t, err, &fault)
			}
		})
	}
}

func TestResumeAtTheBeginningIsAWholeList(t *testing.T) {
	t.Parallel()
	l := &fakeList{size: 2, count: fixedCount(4), orders: map[string][]int64{"a": {1, 2, 3}, "b": {4}}}
	got, err := readAll(t, l.pager(PageNumbers, "a", "b"), PageConfig{Resume: Cursor{Page: 1, Order: "a"}})
	require.NoError(t, err)
	assert.Equal(t, idsTo(4), got)
}

func TestContextEndsBetweenPages(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := &fakeList{size: 2, orders: oneOrder(idsTo(9))}
		var got []int64
		var last error
		for r, err := range All(ctx, l.pager(PageNumbers), PageConfig{Prefetch: prefetch}) {
			if last = err; err != nil {
				break
			}
			got = append(got, r.ID)
			if r.ID == 4 {
				cancel()
			}
		}
		require.ErrorIs(t, last, context.Canceled)
		var at *PageError
		require.ErrorAs(t, last, &at)
		assert.Equal(t, Cursor{Page: 3}, at.Resume)
		assert.Equal(t, idsTo(4), got)
	}
}

func TestCancelledWhileAPageIsOnItsWay(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			l := &fakeList{size: 2, orders: oneOrder(idsTo(9)), delay: time.Second}
			begin := time.Now()
			rows, err := Collect(All(ctx, l.pager(PageNumbers), PageConfig{Prefetch: prefetch}), 0)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Len(t, rows, 2)
			assert.Equal(t, 1500*time.Millisecond, time.Since(begin))
		})
	}
}

// A goroutine that outlives the iteration fails the synctest bubble; what is under way must also be cancelled,
// or the clock would move.
func TestBreakLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			l := &fakeList{size: 2, orders: oneOrder(idsTo(100)), delay: time.Second}
			begin := time.Now()
			for r, err := range All(t.Context(), l.pager(PageNumbers), PageConfig{Prefetch: prefetch}) {
				require.NoError(t, err)
				require.EqualValues(t, 1, r.ID)
				break
			}
			assert.Equal(t, time.Second, time.Since(begin))
			assert.Zero(t, l.running.Load())
			assert.LessOrEqual(t, len(l.requests()), 1+prefetch)
		})
	}
}

func TestBreakWaitsForPagesThatAreSlowToStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &fakeList{size: 2, orders: oneOrder(idsTo(100))}
		p := l.pager(PageNumbers)
		fetch := p.Fetch
		var running atomic.Int64
		p.Fetch = func(ctx context.Context, at Cursor, order string) (Page[listRow], error) {
			running.Add(1)
			defer running.Add(-1)
			if at.Page > 1 {
				<-ctx.Done()
				time.Sleep(time.Second)
			}
			return fetch(ctx, at, order)
		}
		for range All(t.Context(), p, PageConfig{Prefetch: 3}) {
			synctest.Wait()
			assert.EqualValues(t, 3, running.Load())
			break
		}
		assert.Zero(t, running.Load())
	})
}

func TestTrustedCountOfAResumedList(t *testing.T) {
	t.Parallel()
	for paging, at := range map[Paging]Cursor{PageNumbers: {Page: 2}, Offsets: {Offset: 2}} {
		l := &fakeList{size: 2, orders: oneOrder(idsTo(4)), count: fixedCount(4)}
		p := l.pager(paging)
		p.TrustCount = true
		got, err := readAll(t, p, PageConfig{Resume: at})
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 4}, got)
		assert.Equal(t, []Cursor{at}, l.requests())
	}
}

func TestPrefetch(t *testing.T) {
	t.Parallel()
	const pages = 20
	tests := map[string]struct {
		prefetch int
		counted  bool
		took     time.Duration
		extra    int // requests behind the end
	}{
		"none":             {prefetch: 0, counted: true, took: 20 * time.Second},
		"one ahead":        {prefetch: 1, counted: true, took: 20 * time.Second},
		"four":             {prefetch: 4, counted: true, took: 6 * time.Second},
		"more than pages":  {prefetch: 64, counted: true, took: 2 * time.Second},
		"without a count":  {prefetch: 4, took: 6 * time.Second, extra: 3},
		"beyond the limit": {prefetch: 1 << 30, counted: true, took: 2 * time.Second},
	}
	for name, tc := range tests {
		for _, paging := range []Paging{PageNumbers, Offsets} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					l := &fakeList{size: 5, orders: oneOrder(idsTo(5*pages - 1)), delay: time.Second}
					if tc.counted {
						l.count = fixedCount(5*pages - 1)
					}
					begin := time.Now()
					got, err := readAll(t, l.pager(paging), PageConfig{Prefetch: tc.prefetch})
					require.NoError(t, err)
					assert.Equal(t, idsTo(5*pages-1), got)
					assert.Equal(t, tc.took, time.Since(begin))
					assert.LessOrEqual(t, l.most.Load(), int64(max(tc.prefetch, 1)))
					assert.LessOrEqual(t, len(l.requests()), pages+tc.extra)
				})
			})
		}
	}
}

func TestPrefetchReadsWhileTheCallerWorks(t *testing.T) {
	t.Parallel()
	for _, paging := range []Paging{PageNumbers, BeforeIDs, AfterIDs} {
		synctest.Test(t, func(t *testing.T) {
			l := &fakeList{size: 1, orders: oneOrder(idsTo(10)), delay: time.Second}
			begin := time.Now()
			for _, err := range All(t.Context(), l.pager(paging), PageConfig{Prefetch: 1}) {
				require.NoError(t, err)
				time.Sleep(time.Second)
			}
			assert.Equal(t, 11*time.Second, time.Since(begin))
		})
	}
}

func TestPrefetchKeepsOrderWhenLaterPagesArriveFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &fakeList{size: 2, orders: oneOrder(idsTo(20)), count: fixedCount(20)}
		p := l.pager(PageNumbers)
		fetch := p.Fetch
		p.Fetch = func(ctx context.Context, at Cursor, order string) (Page[listRow], error) {
			time.Sleep(time.Duration(20-at.Page) * time.Second)
			return fetch(ctx, at, order)
		}
		got, err := readAll(t, p, PageConfig{Prefetch: 8})
		require.NoError(t, err)
		assert.Equal(t, idsTo(20), got)
	})
}

// A server may cut the pages in the middle of a list shorter than its first.
func TestPrefetchFollowsOffsetsThatDoNotComeOut(t *testing.T) {
	t.Parallel()
	p := Pager[listRow]{Paging: Offsets, ID: listRowID, TrustCount: true}
	p.Fetch = func(_ context.Context, at Cursor, _ string) (Page[listRow], error) {
		size := 4
		if at.Offset > 0 {
			size = 3
		}
		return Page[listRow]{Items: listRows(cutFrom(idsTo(20), int(at.Offset), size)...), Count: 20}, nil
	}
	got, err := readAll(t, p, PageConfig{Prefetch: 4})
	require.NoError(t, err)
	assert.Equal(t, idsTo(20), got)
}

func TestPanicOfAPrefetchedPageReachesTheCaller(t *testing.T) {
	t.Parallel()
	l := &fakeList{size: 2, orders: oneOrder(idsTo(9))}
	p := l.pager(PageNumbers)
	fetch := p.Fetch
	p.Fetch = func(ctx context.Context, at Cursor, order string) (Page[listRow], error) {
		if at.Page == 3 {
			panic("broken middleware")
		}
		return fetch(ctx, at, order)
	}
	for _, prefetch := range []int{0, 4} {
		assert.PanicsWithValue(t, "broken middleware", func() { _, _ = readAll(t, p, PageConfig{Prefetch: prefetch}) })
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	read := func(t *testing.T, l *fakeList, cfg PageConfig) (pages []Page[listRow]) {
		t.Helper()
		for page, err := range Pages(t.Context(), l.pager(PageNumbers, "name", "id"), cfg) {
			require.NoError(t, err)
			pages = append(pages, page)
		}
		return pages
	}
	at := func(n int) Cursor { return Cursor{Page: n, Order: "name"} }

	t.Run("as the server has them", func(t *testing.T) {
		t.Parallel()
		l := &fakeList{size: 2, count: fixedCount(4), orders: map[string][]int64{"name": {1, 2, 2, 1}, "id": idsTo(4)}}
		want := []Page[listRow]{
			{Items: listRows(1, 2), Count: 4, At: at(1), Cursor: at(2)},
			{Items: listRows(2, 1), Count: 4, At: at(2), Cursor: at(3)},
		}
		for _, prefetch := range []int{0, 2} {
			assert.Equal(t, want, read(t, l, PageConfig{Prefetch: prefetch}))
		}
		assert.Equal(t, want[1:], read(t, l, PageConfig{Resume: want[0].Cursor}))
	})
	t.Run("last page", func(t *testing.T) {
		t.Parallel()
		pages := read(t, &fakeList{size: 2, orders: map[string][]int64{"name": {1, 2, 3}}}, PageConfig{})
		require.Len(t, pages, 2)
		assert.False(t, pages[0].Last)
		assert.True(t, pages[1].Last)
	})
	t.Run("empty list", func(t *testing.T) {
		t.Parallel()
		pages := read(t, &fakeList{size: 2, count: fixedCount(0)}, PageConfig{})
		require.Len(t, pages, 1)
		assert.Zero(t, pages[0].Count)
		assert.True(t, pages[0].Last)
	})
	t.Run("failure", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		l := &fakeList{size: 2, orders: map[string][]int64{"name": idsTo(4)}, fail: map[Cursor]error{at(2): broken}}
		var failed *PageError
		for page, err := range Pages(t.Context(), l.pager(PageNumbers, "name"), PageConfig{}) {
			if err != nil {
				require.ErrorAs(t, err, &failed)
				require.Zero(t, page)
			}
		}
		require.NotNil(t, failed)
		assert.Equal(t, at(2), failed.Resume)
		require.ErrorIs(t, failed, broken)
	})
	t.Run("break", func(t *testing.T) {
		t.Parallel()
		l := &fakeList{size: 2, orders: map[string][]int64{"name": idsTo(9)}}
		for range Pages(t.Context(), l.pager(PageNumbers, "name"), PageConfig{}) {
			break
		}
		assert.Len(t, l.requests(), 1)
	})
}

func TestSequenceCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	l := &fakeList{size: 2, count: fixedCount(5), orders: oneOrder(idsTo(5))}
	p := l.pager(PageNumbers)
	seq := All(t.Context(), p, PageConfig{})
	for range 2 {
		rows, err := Collect(seq, 0)
		require.NoError(t, err)
		assert.Equal(t, listRows(idsTo(5)...), rows)
	}
}

func TestRowsWithTextIDs(t *testing.T) {
	t.Parallel()
	p := Pager[listRow]{Size: 2, Key: func(r *listRow) string { return r.Name }}
	p.Fetch = func(_ context.Context, at Cursor, _ string) (Page[listRow], error) {
		pages := [][]listRow{{{Name: "a"}, {Name: "b"}}, {{Name: "b"}, {Name: "c"}}, {}}
		return Page[listRow]{Items: pages[at.Page-1], Count: 3}, nil
	}
	rows, err := Collect(All(t.Context(), p, PageConfig{}), 0)
	require.NoError(t, err)
	assert.Equal(t, []listRow{{Name: "a"}, {Name: "b"}, {Name: "c"}}, rows)
}

func TestRowsWithoutIDs(t *testing.T) {
	t.Parallel()
	fetch := func(context.Context, Cursor, string) (Page[listRow], error) {
		return Page[listRow]{Items: listRows(0, 0), Count: NoCount}, nil
	}
	rows, err := Collect(All(t.Context(), Pager[listRow]{Fetch: fetch, Paging: Unpaged}, PageConfig{}), 0)
	require.NoError(t, err)
	assert.Len(t, rows, 2)

	text := func(*listRow) string { return "x" }
	for _, p := range []Pager[listRow]{
		{Fetch: fetch, Size: 2},
		{Fetch: fetch, Paging: Offsets},
		{Fetch: fetch, Paging: BeforeIDs, Key: text},
		{Fetch: fetch, Paging: AfterIDs, Key: text},
	} {
		_, err = Collect(All(t.Context(), p, PageConfig{}), 0)
		require.ErrorIs(t, err, errNoIdentity)
	}
}

func TestCollect(t *testing.T) {
	t.Parallel()
	l := &fakeList{size: 2, orders: oneOrder(idsTo(9))}
	rows, err := Collect(All(t.Context(), l.pager(PageNumbers), PageConfig{}), 3)
	require.NoError(t, err)
	assert.Equal(t, listRows(1, 2, 3), rows)
	assert.Len(t, l.requests(), 2)

	broken := errors.New("broken")
	rows, err = Collect(FailedList[listRow](broken), 3)
	require.ErrorIs(t, err, broken)
	assert.Empty(t, rows)
}

func TestIncompleteErrorText(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "list incomplete: 2343 of 3000 rows seen in 4 passes",
		(&IncompleteError{Seen: 2343, Count: 3000, First: 3000, Passes: 4}).Error())
	assert.Equal(t, "list incomplete: its count went from 10 to 11 while it was read; 11 distinct rows seen in 1 pass",
		(&IncompleteError{Seen: 11, Count: 11, First: 10, Passes: 1}).Error())
	assert.Equal(t, "reading the list: x", (&PageError{Err: errors.New("x")}).Error())
}
