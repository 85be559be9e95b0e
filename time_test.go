package konverte

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

func TestTimeUnmarshalJSON(t *testing.T) {
	t.Parallel()
	at := func(nanos int) time.Time { return time.Date(2026, 11, 22, 5, 15, 14, nanos, time.UTC) }
	for text, want := range map[string]time.Time{
		`1795324514`:                      at(0),
		` 1795324514 `:                    at(0),
		`1795324514.4562502`:              at(456250200),
		`1795324514.0`:                    at(0),
		`1.795324514e9`:                   at(0),
		`"1795324514"`:                    at(0),
		`"1795324514.435"`:                at(435e6),
		`"2026-11-22T05:15:14Z"`:          at(0),
		`"2026-11-22T05:15:14.435Z"`:      at(435e6),
		`"2026-11-22T02:15:14.435-03:00"`: at(435e6),
		`"2026-11-22 05:15:14"`:           at(0),
		`"2026-11-22 05:15:14 UTC"`:       at(0),
		`"2026-11-22 05:15:14.435 UTC"`:   at(435e6),
		`" 2026-11-22 05:15:14 "`:         at(0),
		`"2026-11-22\u002005:15:14"`:      at(0),
		`-1.5`:                            time.Unix(-1, -5e8).UTC(),
		`-0.5`:                            time.Unix(0, -5e8).UTC(),
		`0.25`:                            time.Unix(0, 25e7).UTC(),
		`253402300799`:                    time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		`null`:                            {},
		`""`:                              {},
		`" "`:                             {},
		`0`:                               {},
		`0.0`:                             {},
		`-0`:                              {},
		`"0"`:                             {},
	} {
		got := Time{time.Unix(1, 0)}
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		assert.Equal(t, Time{want}, got, text)
	}
}

func TestTimeUnmarshalJSONErrors(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		`"yesterday"`:                 "want time, got string",
		`"2026-11-22"`:                "want time, got string",
		`"2026-13-22T05:15:14Z"`:      "want time, got string",
		`"1795324514."`:               "want time, got string",
		`"+1795324514"`:               "want time, got string",
		`"1_000"`:                     "want time, got string",
		`"1e"`:                        "want time, got string",
		`"0x1p3"`:                     "want time, got string",
		`"NaN"`:                       "want time, got string",
		`"."`:                         "want time, got string",
		`"0000-12-31T00:00:00Z"`:      "want time, got string",
		`"9999-12-31T23:59:59-01:00"`: "want time, got string",
		`1795324514000`:               "want time, got number",
		`253402300800`:                "want time, got number",
		`-62135596801`:                "want time, got number",
		`99999999999999999999`:        "want time, got number",
		`1e300`:                       "want time, got number",
		`true`:                        "want time, got boolean",
		`{}`:                          "want time, got object",
		`[1]`:                         "want time, got array",
	} {
		got := Time{time.Unix(1, 0)}
		err := json.Unmarshal([]byte(text), &got)
		var mismatch *codec.MismatchError
		require.ErrorAs(t, err, &mismatch, text)
		assert.Equal(t, problem, mismatch.Problem, text)
		assert.Zero(t, got, text)
	}
	var got Time
	require.Error(t, got.UnmarshalJSON([]byte(`"x`)))
	require.Error(t, got.UnmarshalJSON(nil))
}

func TestTimeMarshalJSON(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]time.Time{
		`null`:                       {},
		`"2026-11-22T05:15:14Z"`:     time.Unix(1795324514, 0).UTC(),
		`"2026-11-22T05:15:14.435Z"`: time.Unix(1795324514, 435e6).UTC(),
	} {
		got, err := json.Marshal(Time{value})
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}

// What was read is a time that can be written, and reads back as the same instant.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		`1795324514`, `1795324514.4562502`, `"1795324514"`, `"2026-11-22T05:15:14.435Z"`, `"2026-11-22 05:15:14 UTC"`, `null`, `""`, `0`, `-1.5`,
		`1e9`, `"0001-01-01T00:00:00+14:00"`, `"9999-12-31T23:59:59-14:00"`, `-62135596800.5`, `253402300799.999999999`, `"`, `{}`, `-`, ``, `"-.5"`, `1e-400`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var read Time
		if err := read.UnmarshalJSON(data); err != nil {
			require.Zero(t, read)
			return
		}
		text, err := json.Marshal(read)
		require.NoError(t, err)
		var back Time
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, read, back)
	})
}
