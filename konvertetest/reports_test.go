package konvertetest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// answerID is the id that an answer begins with.
func answerID(t *testing.T, answer string) int64 {
	t.Helper()
	var body struct {
		ID int64 `json:"id"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &body), answer)
	return body.ID
}

// steppedClock is a clock that a test moves.
type steppedClock struct{ now time.Time }

func (c *steppedClock) Now() time.Time { return c.now }

func TestReportsCountWhatHappened(t *testing.T) {
	t.Parallel()
	clock := &steppedClock{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	for _, version := range konvertetest.Versions() {
		clock := &steppedClock{now: clock.now}
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version), konvertetest.WithClock(clock.Now))
		do := func(request, body string) string {
			status, answer := call(t, srv, srv.AdminToken(), request, body)
			require.Equal(t, 200, status, "%s: %s", request, answer)
			return answer
		}
		const base = "/api/v1/accounts/{account}/"
		inboxID := answerID(t, do("POST "+base+"inboxes", `{"name":"API","channel":{"type":"api","webhook_url":""}}`))
		do("POST "+base+"contacts", fmt.Sprintf(`{"inbox_id":%d,"name":"Caio"}`, inboxID))
		number := answerID(t, do("POST "+base+"conversations", fmt.Sprintf(`{"source_id":"s1","inbox_id":%d,"contact_id":1}`, inboxID)))
		clock.now = clock.now.Add(90 * time.Second)
		conversation := fmt.Sprintf("%sconversations/%d", base, number)
		do("POST "+conversation+"/messages", `{"content":"oi","message_type":"outgoing"}`)
		clock.now = clock.now.Add(30 * time.Second)
		do("POST "+conversation+"/toggle_status", `{"status":"resolved"}`)
		do("POST "+conversation+"/toggle_status", `{"status":"open"}`)

		window := fmt.Sprintf("since=%d&until=%d", clock.now.AddDate(0, 0, -1).Unix(), clock.now.Unix()+1)
		var summary map[string]any
		answer := do("GET /api/v2/accounts/{account}/reports/summary?type=account&"+window, "")
		require.NoError(t, json.Unmarshal([]byte(answer), &summary))
		assert.EqualValues(t, 1, summary["conversations_count"], version)
		assert.EqualValues(t, 90, summary["avg_first_response_time"], version)
		assert.EqualValues(t, 120, summary["avg_resolution_time"], version)
		assert.Nil(t, summary["reply_time"], version)
		resolutions := map[string]float64{"3.16.0": 0, "4.2.0": 0, "4.15.1": 1}[version]
		assert.InDelta(t, resolutions, summary["resolutions_count"], 0, "only newer servers count what was opened again")

		daily := do("GET /api/v2/accounts/{account}/reports?metric=conversations_count&type=account&"+window, "")
		assert.JSONEq(t, fmt.Sprintf(`[{"value":0,"timestamp":%d},{"value":1,"timestamp":%d}]`,
			time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Unix()), daily)
		hourly := do("GET /api/v2/accounts/{account}/reports?metric=avg_first_response_time&type=account&group_by=year&timezone_offset=-3&"+window, "")
		assert.JSONEq(t, fmt.Sprintf(`[{"value":90.0,"timestamp":%d,"count":1}]`, time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC).Unix()), hourly)
	}
}

func TestReportsRefuse(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	const reports = "GET /api/v2/accounts/{account}/reports"
	for query, want := range map[string]struct {
		status int
		answer string
	}{
		"":                                   {500, `{"status":500,"error":"Internal Server Error"}`},
		"?type=account&metric=nothing":       {200, `{}`},
		"?type=account&metric=reply_time":    {200, `[]`},
		"?type=agent&metric=reply_time&id=9": {404, `{"error":"Resource could not be found"}`},
		"?type=account&metric=reply_time&since=ontem&until=1": {500, `{"status":500,"error":"Internal Server Error"}`},
	} {
		status, answer := call(t, srv, srv.AdminToken(), reports+query, "")
		assert.Equal(t, want.status, status, query)
		assert.JSONEq(t, want.answer, answer, query)
	}
	status, _ := call(t, srv, srv.AgentToken(), reports+"?type=account&metric=reply_time", "")
	assert.Equal(t, 401, status)
	status, answer := call(t, srv, srv.AdminToken(), reports+"/conversations", "")
	assert.Equal(t, 422, status)
	assert.Empty(t, answer)
}

// A conversation that was resolved on two days counts on both, and once in a
// period of both where a conversation counts once.
func TestResolutionsOfTwoDays(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		n := d.conversation("")
		toggle := fmt.Sprintf("POST conversations/%d/toggle_status", n)
		day := func() int64 { return d.clock.read().Truncate(24 * time.Hour).Unix() }
		first := day()
		d.must(toggle, `{"status":"resolved"}`)
		d.must(toggle, `{"status":"open"}`)
		d.clock.advance(24 * time.Hour)
		d.must(toggle, `{"status":"resolved"}`)
		read := func(path string) any {
			status, answer := call(t, d.srv, d.srv.AdminToken(), "GET /api/v2/accounts/{account}/"+path, "")
			require.Equal(t, 200, status, answer)
			var v any
			require.NoError(t, json.Unmarshal([]byte(answer), &v))
			return v
		}
		second := day()
		today := fmt.Sprintf("since=%d&until=%d", second, second+86400)
		both := fmt.Sprintf("since=%d&until=%d", first, second+86400)
		assert.InDelta(t, 1, in(t, read("reports/summary?type=account&"+today), "resolutions_count"), 0)
		assert.InDelta(t, map[string]int{"4.15.1": 2, "4.2.0": 1, "3.16.0": 1}[version], in(t, read("reports/summary?type=account&"+both), "resolutions_count"), 0)
		daily := read("reports?metric=resolutions_count&type=account&" + both).([]any)
		require.Len(t, daily, 2)
		assert.InDelta(t, 1, in(t, daily[0], "value"), 0)
		assert.InDelta(t, 1, in(t, daily[1], "value"), 0)
	})
}
