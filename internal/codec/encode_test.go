package codec_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

func TestMarshal(t *testing.T) {
	t.Parallel()
	got, err := codec.Marshal(map[string]any{"html": "<a&b>", "raw": json.RawMessage(`{ "x": "<>" }`), "new": "line\n"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"html":"<a&b>","new":"line\n","raw":{"x":"<>"}}`, string(got))
	assert.Contains(t, string(got), "<a&b>")
	assert.Contains(t, string(got), "<>")
	assert.NotEqual(t, byte('\n'), got[len(got)-1])

	got, err = codec.Marshal(math.NaN())
	require.Error(t, err)
	assert.Nil(t, got)
}

func TestFormFields(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		json []string
		want [][2]string
	}{
		"empty":   {`{}`, nil, nil},
		"scalars": {`{"z":"é\n","a":1.50,"b":true,"c":false,"n":null}`, nil, [][2]string{{"z", "é\n"}, {"a", "1.50"}, {"b", "true"}, {"c", "false"}, {"n", ""}}},
		"nested":  {`{"a":{"b":{"c":1},"d":2}}`, nil, [][2]string{{"a[b][c]", "1"}, {"a[d]", "2"}}},
		"array":   {`{"a":[1,"x",null]}`, nil, [][2]string{{"a[]", "1"}, {"a[]", "x"}, {"a[]", ""}}},
		"objects in array": {
			`{"channels":[{"id":"A","max":1},{"id":"B","max":2}]}`, nil,
			[][2]string{{"channels[][id]", "A"}, {"channels[][max]", "1"}, {"channels[][id]", "B"}, {"channels[][max]", "2"}},
		},
		"array in object": {`{"role":{"only":["a","b"]}}`, nil, [][2]string{{"role[only][]", "a"}, {"role[only][]", "b"}}},
		"array in array":  {`{"a":[[1],[2]]}`, nil, [][2]string{{"a[][]", "1"}, {"a[][]", "2"}}},
		"cleared list":    {`{"a":[],"b":{}}`, nil, [][2]string{{"a[]", ""}}},
		"as JSON": {
			`{"a":{"a":[1, 2]},"b":{"a":1},"c":[]}`, []string{"a", "c", "missing"},
			[][2]string{{"a", `{"a":[1, 2]}`}, {"b[a]", "1"}, {"c", "[]"}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := codec.FormFields([]byte(tt.body), tt.json...)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestFormFieldsErrors(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, ` `, `{`, `{"a":`, `{"a":1} x`, `[1`, `{"a":[}`, `x`, `{"j":[1}`} {
		got, err := codec.FormFields([]byte(body), "j")
		var syntax *codec.SyntaxError
		require.ErrorAs(t, err, &syntax, body)
		assert.Nil(t, got)
	}
	for body, kind := range map[string]string{`[]`: "array", `null`: "null", `"x"`: "string", `1`: "number", `true`: "boolean"} {
		got, err := codec.FormFields([]byte(body))
		require.EqualError(t, err, "form fields: want object, got "+kind)
		assert.Nil(t, got)
	}
}
