package konverte

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

func TestAttributes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		attributes Attributes
		keys       []string
		b          string
		hasB, zero bool
		decoded    map[string]any
	}{
		"absent":      {attributes: nil, zero: true, decoded: map[string]any{}},
		"empty":       {attributes: Attributes(`{}`), decoded: map[string]any{}},
		"empty array": {attributes: Attributes(`[]`), decoded: map[string]any{}},
		"some": {
			attributes: Attributes(` { "z":1, "b" : {"c":[1, 2]}, "a\u0041":"x" } `), keys: []string{"z", "b", "aA"}, b: `{"c":[1, 2]}`, hasB: true,
			decoded: map[string]any{"z": 1.0, "b": map[string]any{"c": []any{1.0, 2.0}}, "aA": "x"},
		},
		"null in it": {attributes: Attributes(`{"b":null}`), keys: []string{"b"}, b: `null`, hasB: true, decoded: map[string]any{"b": nil}},
		"duplicate":  {attributes: Attributes(`{"b":1,"a":2,"b":3}`), keys: []string{"b", "a"}, b: `3`, hasB: true, decoded: map[string]any{"b": 3.0, "a": 2.0}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.keys, tt.attributes.Keys())
			assert.Equal(t, len(tt.keys), tt.attributes.Len())
			assert.Equal(t, tt.zero, tt.attributes.IsZero())
			assert.Equal(t, string(tt.attributes), tt.attributes.String())
			got, ok := tt.attributes.Get("b")
			assert.Equal(t, tt.b, string(got))
			assert.Equal(t, tt.hasB, ok)
			_, ok = tt.attributes.Get("B")
			assert.False(t, ok)
			var decoded map[string]any
			require.NoError(t, tt.attributes.Decode(&decoded))
			assert.Equal(t, tt.decoded, decoded)
		})
	}
}

func TestAttributesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"x"`, `[1]`, `7`, `{"b":1`, `{"b":1}x`, `x`} {
		a := Attributes(text)
		assert.Nil(t, a.Keys(), text)
		_, ok := a.Get("b")
		assert.False(t, ok, text)
		var m map[string]any
		require.Error(t, a.Decode(&m), text)
		_, err := json.Marshal(a)
		require.Error(t, err, text)
	}
}

func TestAttributesOf(t *testing.T) {
	t.Parallel()
	a, err := AttributesOf(map[string]any{"plan": "pro <&>", "seats": 3})
	require.NoError(t, err)
	assert.JSONEq(t, `{"plan":"pro <&>","seats":3}`, a.String())
	assert.Contains(t, a.String(), "<&>")

	a, err = AttributesOf(map[string]any{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, a.String())
	assert.False(t, a.IsZero())

	a, err = AttributesOf(nil)
	require.NoError(t, err)
	assert.True(t, a.IsZero())

	_, err = AttributesOf(map[string]any{"f": func() {}})
	require.Error(t, err)
}

func TestAttributesJSON(t *testing.T) {
	t.Parallel()
	type body struct {
		Custom Attributes `json:"custom,omitzero"`
	}
	for text, want := range map[string]string{
		`{"custom":{"a":[1,"<x>"]}}`: `{"custom":{"a":[1,"<x>"]}}`,
		`{"custom":{}}`:              `{"custom":{}}`,
		`{"custom":[]}`:              `{"custom":{}}`,
		`{"custom":null}`:            `{}`,
		`{}`:                         `{}`,
	} {
		got := body{Custom: Attributes("old")}
		if text == `{}` {
			got.Custom = nil
		}
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		back, err := codec.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, want, string(back))
	}
	back, err := json.Marshal(Attributes(nil))
	require.NoError(t, err)
	assert.Equal(t, `null`, string(back))

	for text, kind := range map[string]string{`"x"`: "string", `[1]`: "array", `7`: "number", `false`: "boolean"} {
		a := Attributes("old")
		err := json.Unmarshal([]byte(text), &a)
		var mismatch *codec.MismatchError
		require.ErrorAs(t, err, &mismatch, text)
		assert.Equal(t, "want object, got "+kind, mismatch.Problem)
		assert.Nil(t, a)
	}
	var a Attributes
	require.Error(t, a.UnmarshalJSON([]byte(`{`)))
}

func TestAttributesAreCopied(t *testing.T) {
	t.Parallel()
	data := []byte(`{"a":1}`)
	var a Attributes
	require.NoError(t, a.UnmarshalJSON(data))
	copy(data, `{"b":2}`)
	assert.Equal(t, `{"a":1}`, fmt.Sprint(a))
}
