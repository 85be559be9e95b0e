package konverte

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

func TestOptStates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		opt                 Opt[string]
		value               string
		set, null, zero     bool
		or, text, inPercent string
	}{
		"absent": {opt: Opt[string]{}, zero: true, or: "def", text: "unset", inPercent: "unset"},
		"null":   {opt: Null[string](), null: true, or: "def", text: "null", inPercent: "null"},
		"set":    {opt: Set("x"), value: "x", set: true, or: "x", text: "x", inPercent: `"x"`},
		"empty":  {opt: Set(""), set: true, or: "", text: "", inPercent: `""`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, ok := tt.opt.Get()
			assert.Equal(t, tt.value, value)
			assert.Equal(t, tt.set, ok)
			assert.Equal(t, tt.set, tt.opt.IsSet())
			assert.Equal(t, tt.null, tt.opt.IsNull())
			assert.Equal(t, tt.zero, tt.opt.IsZero())
			assert.Equal(t, tt.or, tt.opt.Or("def"))
			assert.Equal(t, tt.text, tt.opt.String())
			assert.Equal(t, tt.text, fmt.Sprintf("%v", tt.opt))
			assert.Equal(t, tt.inPercent, fmt.Sprintf("%q", tt.opt))
		})
	}
	names := map[Opt[int]]string{Set(7): "seven", Set(0): "zero", Null[int](): "null", {}: "unset"}
	assert.Len(t, names, 4)
	assert.Equal(t, "seven", names[Set(3+4)])
	assert.Equal(t, "007 +2.50", fmt.Sprintf("%03d %+.2f", Set(7), Set(2.5)))
	assert.Equal(t, `"x"`, fmt.Sprintf("%#v", Set("x")))
	assert.Equal(t, "{7 unset null}", fmt.Sprint(struct{ A, B, C Opt[int] }{A: Set(7), C: Null[int]()}))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", Set(NewSecret("hush")), Set(NewSecret("hush")), Set(NewSecret("hush")), Set(NewSecret("hush"))), "hush")
}

type optBody struct {
	Name  Opt[string]  `json:"name,omitzero"`
	Count Opt[int]     `json:"count,omitzero"`
	Tags  Opt[[]int]   `json:"tags,omitzero"`
	Role  Opt[optRole] `json:"role,omitzero"`
}

type optRole struct {
	Name string `json:"name"`
}

func TestOptJSON(t *testing.T) {
	t.Parallel()
	for text, value := range map[string]optBody{
		`{}`:                              {},
		`{"name":null}`:                   {Name: Null[string]()},
		`{"name":"<&>","count":0}`:        {Name: Set("<&>"), Count: Set(0)},
		`{"tags":[]}`:                     {Tags: Set([]int{})},
		`{"tags":[1],"role":{"name":""}}`: {Tags: Set([]int{1}), Role: Set(optRole{})},
	} {
		got, err := codec.Marshal(value)
		require.NoError(t, err)
		assert.Equal(t, text, string(got))

		var back optBody
		require.NoError(t, json.Unmarshal([]byte(text), &back))
		assert.Equal(t, value, back)
	}
	got, err := json.Marshal([]Opt[int]{Set(1), Null[int](), {}})
	require.NoError(t, err)
	assert.Equal(t, `[1,null,null]`, string(got))
}

func TestOptJSONErrors(t *testing.T) {
	t.Parallel()
	o := Set(5)
	require.Error(t, json.Unmarshal([]byte(`"x"`), &o))
	assert.True(t, o.IsZero())

	_, err := json.Marshal(Set(make(chan int)))
	require.Error(t, err)
}

func TestDecodeOpt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body   string
		want   Opt[int64]
		issues []codec.Issue
	}{
		"value":    {`[7]`, Set[int64](7), nil},
		"zero":     {`[0]`, Set[int64](0), nil},
		"null":     {`[null]`, Null[int64](), nil},
		"mistyped": {`["7"]`, Opt[int64]{}, []codec.Issue{{Path: "[0]", Problem: "want integer, got string"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, issues, err := codec.Decode([]byte(tt.body), true, func(d *codec.Decoder, v *[]Opt[int64]) {
				codec.Slice(d, v, func(d *codec.Decoder, v *Opt[int64]) { decodeOpt(d, v, codec.Int[int64]) })
			})
			require.NoError(t, err)
			assert.Equal(t, []Opt[int64]{tt.want}, got)
			assert.Equal(t, tt.issues, issues)
		})
	}
}

func TestDecodeOptReplacesEarlierValue(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Opt[string]{`null`: Null[string](), `"new"`: Set("new")} {
		got := Set("old")
		_, err := codec.DecodeInto([]byte(body), true, &got, func(d *codec.Decoder, v *Opt[string]) { decodeOpt(d, v, codec.String[string]) })
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}
