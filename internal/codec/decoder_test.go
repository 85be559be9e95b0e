package codec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

// item has one field of every kind that generated code reads.
type item struct {
	ID      int64
	Name    string
	On      bool
	Count   int
	Score   float64
	Page    int64
	Even    even
	Raw     json.RawMessage
	Attrs   json.RawMessage
	Tags    []string
	Flags   map[string]bool
	Parent  *item
	Role    *int64
	Child   child
	Related []child
	Extra   map[string]json.RawMessage
}

type child struct {
	ID   int64
	Name string
}

// even reads even numbers, and words its own problem for odd ones.
type even int64

func (e *even) UnmarshalJSON(data []byte) error {
	var n int64
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	if n%2 != 0 {
		return fmt.Errorf("even: %w", &codec.MismatchError{Problem: "want even number, got odd number"})
	}
	*e = even(n)
	return nil
}

func decodeChild(d *codec.Decoder, v *child) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "id":
			codec.ID(d, &v.ID)
		case "name":
			codec.String(d, &v.Name)
		default:
			d.Skip()
		}
	}
	d.Identity("id", v.ID != 0)
}

func decodeItem(d *codec.Decoder, v *item) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "id":
			codec.ID(d, &v.ID)
		case "name":
			codec.String(d, &v.Name)
		case "on":
			codec.Bool(d, &v.On)
		case "count":
			codec.Int(d, &v.Count)
		case "score":
			codec.Float(d, &v.Score)
		case "page":
			codec.LooseInt(d, &v.Page)
		case "even":
			codec.Value(d, &v.Even)
		case "raw":
			codec.Raw(d, &v.Raw)
		case "attrs":
			codec.RawObject(d, &v.Attrs)
		case "tags":
			codec.Slice(d, &v.Tags, codec.String[string])
		case "flags":
			codec.Map(d, &v.Flags, codec.Bool[bool])
		case "parent":
			codec.Ptr(d, &v.Parent, decodeItem)
		case "role":
			codec.Ptr(d, &v.Role, codec.Int[int64])
		case "child":
			decodeChild(d, &v.Child)
		case "related":
			codec.Slice(d, &v.Related, decodeChild)
		default:
			d.Extra(&v.Extra)
		}
	}
	d.Identity("id", v.ID != 0)
}

func TestDecodeRecordedBodies(t *testing.T) {
	t.Parallel()
	t.Run("agents", func(t *testing.T) { t.Parallel(); sameAsJSON(t, "agents", decodeAgents) })
	t.Run("contacts", func(t *testing.T) { t.Parallel(); sameAsJSON(t, "contacts", decodeContactPage) })
	t.Run("conversations", func(t *testing.T) { t.Parallel(); sameAsJSON(t, "conversations", decodeConversationPage) })
}

func sameAsJSON[T any](t *testing.T, name string, fn func(*codec.Decoder, *T)) {
	body := readBody(t, name)
	var want T
	require.NoError(t, json.Unmarshal(body, &want))

	got, issues, err := codec.Decode(body, true, fn)

	require.NoError(t, err)
	require.Empty(t, issues)
	require.True(t, reflect.DeepEqual(want, got))
}

const everyKind = ` { "id" : 7 , "name":"Olá \"\u0041\ud83d\ude00\/\b\f\n\r\t\\", "on":true,"count":-12,"score":-1.5e2,
		"page":"3","even":4,"raw":[1, {"a":null}],"attrs":{"k":"v"},"tags":["a","","ção"],"flags":{"x":true,"y":false},
		"parent":{"id":8,"parent":null},"role":null,"child":{"id":1,"name":"c","more":[{}]},"related":[{"id":2},{"id":3}],
		"n\u0065w":{"deep":[true,false,null]} } `

func TestDecodeEveryKind(t *testing.T) {
	t.Parallel()
	got, issues, err := codec.Decode([]byte(everyKind), false, decodeItem)

	require.NoError(t, err)
	assert.Empty(t, issues)
	assert.Equal(t, item{
		ID: 7, Name: "Olá \"A😀/\b\f\n\r\t\\", On: true, Count: -12, Score: -150, Page: 3, Even: 4,
		Raw: json.RawMessage(`[1, {"a":null}]`), Attrs: json.RawMessage(`{"k":"v"}`), Tags: []string{"a", "", "ção"},
		Flags: map[string]bool{"x": true, "y": false}, Parent: &item{ID: 8}, Child: child{ID: 1, Name: "c"},
		Related: []child{{ID: 2}, {ID: 3}}, Extra: map[string]json.RawMessage{"new": json.RawMessage(`{"deep":[true,false,null]}`)},
	}, got)
}

func TestDecodeIsTolerant(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		member string
		want   item
		issue  codec.Issue
	}{
		"string":             {member: `"name":7`, issue: codec.Issue{Path: "name", Problem: "want string, got number"}},
		"boolean":            {member: `"on":"true"`, issue: codec.Issue{Path: "on", Problem: "want boolean, got string"}},
		"integer as string":  {member: `"count":"7"`, issue: codec.Issue{Path: "count", Problem: "want integer, got string"}},
		"integer 1.0":        {member: `"count":1.0`, issue: codec.Issue{Path: "count", Problem: "want integer, got number with a fraction"}},
		"integer 1e3":        {member: `"count":1e3`, issue: codec.Issue{Path: "count", Problem: "want integer, got number with a fraction"}},
		"integer too large":  {member: `"count":9223372036854775808`, issue: codec.Issue{Path: "count", Problem: "number out of range"}},
		"integer too small":  {member: `"count":-9223372036854775809`, issue: codec.Issue{Path: "count", Problem: "number out of range"}},
		"integer huge":       {member: `"count":100000000000000000000`, issue: codec.Issue{Path: "count", Problem: "number out of range"}},
		"float":              {member: `"score":[1,[2]]`, issue: codec.Issue{Path: "score", Problem: "want number, got array"}},
		"float out of range": {member: `"score":1e999`, issue: codec.Issue{Path: "score", Problem: "number out of range"}},
		"loose word":         {member: `"page":"x"`, issue: codec.Issue{Path: "page", Problem: "want integer, got string"}},
		"loose fraction":     {member: `"page":2.5`, issue: codec.Issue{Path: "page", Problem: "want integer, got number with a fraction"}},
		"value's own words":  {member: `"even":3`, issue: codec.Issue{Path: "even", Problem: "want even number, got odd number"}},
		"value":              {member: `"even":{}`, issue: codec.Issue{Path: "even", Problem: "unreadable object"}},
		"attributes":         {member: `"attrs":"x"`, issue: codec.Issue{Path: "attrs", Problem: "want object, got string"}},
		"attributes array":   {member: `"attrs":[{"a":1}]`, issue: codec.Issue{Path: "attrs", Problem: "want object, got array"}},
		"slice":              {member: `"tags":{"a":1}`, issue: codec.Issue{Path: "tags", Problem: "want array, got object"}},
		"element": {
			member: `"tags":["a",1,"b"]`, want: item{Tags: []string{"a", "", "b"}},
			issue: codec.Issue{Path: "tags[1]", Problem: "want string, got number"},
		},
		"map": {member: `"flags":[]`, issue: codec.Issue{Path: "flags", Problem: "want object, got array"}},
		"map element": {
			member: `"flags":{"a b":1,"c":true}`, want: item{Flags: map[string]bool{"a b": false, "c": true}},
			issue: codec.Issue{Path: `flags["a b"]`, Problem: "want boolean, got number"},
		},
		"pointer":       {member: `"parent":"x"`, issue: codec.Issue{Path: "parent", Problem: "want object, got string"}},
		"scalar or not": {member: `"role":"x"`, issue: codec.Issue{Path: "role", Problem: "want integer, got string"}},
		"object":        {member: `"child":true`, issue: codec.Issue{Path: "child", Problem: "want object, got boolean"}},
		"deep": {
			member: `"parent":{"id":1,"parent":{"id":2,"tags":[["x"]]}}`,
			want:   item{Parent: &item{ID: 1, Parent: &item{ID: 2, Tags: []string{""}}}},
			issue:  codec.Issue{Path: "parent.parent.tags[0]", Problem: "want string, got array"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.want.ID, tt.want.Extra = 5, map[string]json.RawMessage{"z": json.RawMessage("1")}

			got, issues, err := codec.Decode([]byte(`{"id":5,`+tt.member+`,"z":1}`), false, decodeItem)

			require.NoError(t, err)
			assert.Equal(t, []codec.Issue{tt.issue}, issues)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestDecodeIssuesInOrder(t *testing.T) {
	t.Parallel()
	body := []byte(`{"payload":[{"id":1},{"id":2,"name":1,"tags":[1,"a",2],"child":{"id":3,"name":[]}},{"id":4,"on":0}]}`)

	got, issues, err := codec.Decode(body, false, codec.At("payload", func(d *codec.Decoder, v *[]item) {
		codec.Slice(d, v, decodeItem)
	}))

	require.NoError(t, err)
	assert.Len(t, got, 3)
	assert.Equal(t, []codec.Issue{
		{Path: "payload[1].name", Problem: "want string, got number"},
		{Path: "payload[1].tags[0]", Problem: "want string, got number"},
		{Path: "payload[1].tags[2]", Problem: "want string, got number"},
		{Path: "payload[1].child.name", Problem: "want string, got array"},
		{Path: "payload[2].on", Problem: "want boolean, got number"},
	}, issues)
}

func TestDecodeOddKeysInPaths(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 100)
	body := `[{"":1,"a.b":1,"a\"b":1,"é":1,"a-b_9":1,"` + long + `":1}]`

	_, issues, err := codec.Decode([]byte(body), false, func(d *codec.Decoder, v *[]map[string]string) {
		codec.Slice(d, v, func(d *codec.Decoder, v *map[string]string) { codec.Map(d, v, codec.String[string]) })
	})

	require.NoError(t, err)
	paths := make([]string, 0, len(issues))
	for _, i := range issues {
		paths = append(paths, i.Path)
	}
	assert.Equal(t, []string{`[0][""]`, `[0]["a.b"]`, `[0]["a\"b"]`, `[0]["é"]`, `[0].a-b_9`, `[0]["` + long[:64] + `…"]`}, paths)
}

func TestDecodeAtMostMaxIssues(t *testing.T) {
	t.Parallel()
	body := []byte("[" + strings.Repeat("1,", 250) + "1]")

	got, issues, err := codec.Decode(body, false, func(d *codec.Decoder, v *[]string) { codec.Slice(d, v, codec.String[string]) })

	require.NoError(t, err)
	assert.Len(t, got, 251)
	require.Len(t, issues, codec.MaxIssues)
	assert.Equal(t, codec.Issue{Path: "[99]", Problem: "want string, got number"}, issues[99])
}

func TestDecodeStrict(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":5,"name":null,"on":null,"count":null,"score":null,"page":null,"even":null,"raw":null,"attrs":null,
		"tags":null,"flags":null,"parent":null,"role":null,"child":null,"new":{"id":1}}`)
	want := item{ID: 5, Extra: map[string]json.RawMessage{"new": json.RawMessage(`{"id":1}`)}}

	got, issues, err := codec.Decode(body, false, decodeItem)
	require.NoError(t, err)
	assert.Empty(t, issues)
	assert.Equal(t, want, got)

	got, issues, err = codec.Decode(body, true, decodeItem)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, []codec.Issue{
		{Path: "name", Problem: "null"}, {Path: "on", Problem: "null"}, {Path: "count", Problem: "null"},
		{Path: "score", Problem: "null"}, {Path: "page", Problem: "null"}, {Path: "child", Problem: "null"},
		{Path: "new", Problem: "unknown key"},
	}, issues)
}

func TestDecodeNullAndMistypedClearWhatWasThere(t *testing.T) {
	t.Parallel()
	full := item{Name: "x", On: true, Count: 1, Score: 1, Page: 1, Even: 2, Raw: json.RawMessage("1"), Attrs: json.RawMessage("{}"),
		Tags: []string{"a"}, Flags: map[string]bool{"a": true}, Parent: &item{}, Role: new(int64)}
	for _, value := range []string{"null", `[0]`, `[[]]`} {
		got := full
		members := []string{"name", "on", "count", "score", "page", "even", "attrs", "flags", "parent", "role"}
		body := `{"id":1,"` + strings.Join(members, `":`+value+`,"`) + `":` + value + `,"raw":null,"tags":null}`

		_, err := codec.DecodeInto([]byte(body), false, &got, decodeItem)

		require.NoError(t, err)
		got.Even = 0 // whose UnmarshalJSON, like most, leaves the value alone on null
		assert.Equal(t, item{ID: 1}, got, value)
	}
}

func TestDecodeIdentity(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body          string
		path, problem string
	}{
		"missing":               {`[{"id":1},{"name":"x"}]`, "[1].id", "missing"},
		"empty object":          {`[{}]`, "[0].id", "missing"},
		"zero":                  {`[{"id":0}]`, "[0].id", "missing"},
		"null":                  {`[{"id":null}]`, "[0].id", "null"},
		"mistyped":              {`[{"id":1},{"id":2},{"id":"3"}]`, "[2].id", "want integer, got string"},
		"too large":             {`[{"id":99999999999999999999}]`, "[0].id", "number out of range"},
		"nested":                {`[{"id":1,"child":{"name":"x"}}]`, "[0].child.id", "missing"},
		"nested in list":        {`[{"id":1,"related":[{"id":1},{}]}]`, "[0].related[1].id", "missing"},
		"null element":          {`[{"id":1},null]`, "[1].id", "missing"},
		"element of other kind": {`["x"]`, "[0].id", "missing"},
		"root object":           {`{"id":1}`, "", "want array, got object"},
		"root null":             {` null`, "", "null"},
		"root string":           {`"x"`, "", "want array, got string"},
		"first of two mistyped": {`[{"id":null},{"id":"x"}]`, "[0].id", "null"},
		"null inside":           {`[{"name":"x","child":null}]`, "[0].id", "missing"},
		"first of several":      {`[{"id":1,"child":{}},{}]`, "[0].child.id", "missing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := codec.Decode([]byte(tt.body), false, func(d *codec.Decoder, v *[]item) { codec.Slice(d, v, decodeItem) })

			var identity *codec.IdentityError
			require.ErrorAs(t, err, &identity)
			assert.Equal(t, codec.IdentityError{Path: tt.path, Problem: tt.problem}, *identity)
			assert.Nil(t, got)
		})
	}
}

func TestDecodeRootOfTheWrongShape(t *testing.T) {
	t.Parallel()
	identity := func(t *testing.T, err error, problem string) {
		t.Helper()
		var found *codec.IdentityError
		require.ErrorAs(t, err, &found)
		assert.Equal(t, codec.IdentityError{Problem: problem}, *found)
	}
	for body, kind := range map[string]string{`[]`: "array", `1`: "number", `false`: "boolean", `"x"`: "string"} {
		_, _, err := codec.Decode([]byte(body), false, decodeItem)
		identity(t, err, "want object, got "+kind)
		_, _, err = codec.Decode([]byte(body), false, decodeConversationPage)
		identity(t, err, "want object, got "+kind)
	}
	for _, body := range []string{"null", " null "} {
		_, _, err := codec.Decode([]byte(body), false, decodeItem)
		identity(t, err, "null")
		_, _, err = codec.Decode([]byte(body), false, codec.String[string])
		identity(t, err, "null")
		_, _, err = codec.Decode([]byte(body), false, func(d *codec.Decoder, v *map[string]int) { codec.Map(d, v, codec.Int[int]) })
		identity(t, err, "null")
	}
	_, _, err := codec.Decode([]byte(`"7"`), false, codec.Int[int])
	identity(t, err, "want integer, got string")
	lists := func(d *codec.Decoder, v *map[string][]string) {
		codec.Map(d, v, func(d *codec.Decoder, v *[]string) { codec.Slice(d, v, codec.String[string]) })
	}
	_, _, err = codec.Decode([]byte(`{"a":["x"],"error":"forbidden"}`), false, lists)
	require.EqualError(t, err, "error: of the wrong kind")
	got, _, err := codec.Decode([]byte(`{"a":["x",7],"b":null}`), false, lists)
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"a": {"x", ""}, "b": nil}, got)
}

func TestIdentityOfTheNextValue(t *testing.T) {
	t.Parallel()
	for body, path := range map[string]string{` null`: "", `{"x":{"y":1}}`: "", `[ {"y":1}]`: "[0]"} {
		_, _, err := codec.Decode([]byte(body), false, func(d *codec.Decoder, v *[]item) {
			if d.Kind() != '[' {
				d.Identity("", false)
			}
			codec.Slice(d, v, func(d *codec.Decoder, v *item) {
				d.Identity("", false)
				decodeItem(d, v)
			})
		})
		var identity *codec.IdentityError
		require.ErrorAs(t, err, &identity)
		assert.Equal(t, codec.IdentityError{Path: path, Problem: "missing"}, *identity, body)
	}
}

func TestDecodeRootThatMayBeNull(t *testing.T) {
	t.Parallel()
	read := func(d *codec.Decoder, v **item) { codec.Ptr(d, v, decodeItem) }

	got, issues, err := codec.Decode([]byte("null"), true, read)
	require.NoError(t, err)
	assert.Empty(t, issues)
	assert.Nil(t, got)

	got, _, err = codec.Decode([]byte(`{"id":1}`), true, read)
	require.NoError(t, err)
	assert.Equal(t, &item{ID: 1}, got)
}

func TestAt(t *testing.T) {
	t.Parallel()
	ok := map[string]struct{ key, body string }{
		"first":         {"payload", `{"payload":{"id":1},"meta":{"id":[]}}`},
		"last":          {"payload", ` { "meta" : [ {} ] , "payload" : {"id":1} } `},
		"dotted":        {"data.payload", `{"x":1,"data":{"y":{},"payload":{"id":1},"z":null}}`},
		"last one wins": {"payload", `{"payload":{"id":9,"name":"x"},"payload":{"id":1}}`},
	}
	for name, tt := range ok {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, issues, err := codec.Decode([]byte(tt.body), true, codec.At(tt.key, decodeItem))
			require.NoError(t, err)
			assert.Empty(t, issues)
			assert.Equal(t, item{ID: 1}, got)
		})
	}
	bad := map[string]struct{ key, body, path, problem string }{
		"no object":        {"payload", `[]`, "", "want object, got array"},
		"null":             {"payload", `null`, "", "null"},
		"missing":          {"payload", `{"Payload":{"id":1}}`, "payload", "missing"},
		"dotted, outer":    {"data.payload", `{"payload":{"id":1}}`, "data", "missing"},
		"dotted, inner":    {"data.payload", `{"data":{"meta":{}}}`, "data.payload", "missing"},
		"dotted, shape":    {"data.payload", `{"data":[]}`, "data", "want object, got array"},
		"value's shape":    {"payload", `{"payload":"x"}`, "payload", "want object, got string"},
		"value null":       {"payload", `{"payload":null}`, "payload", "null"},
		"value's identity": {"payload", `{"payload":{}}`, "payload.id", "missing"},
	}
	for name, tt := range bad {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := codec.Decode([]byte(tt.body), false, codec.At(tt.key, decodeItem))
			var identity *codec.IdentityError
			require.ErrorAs(t, err, &identity)
			assert.Equal(t, codec.IdentityError{Path: tt.path, Problem: tt.problem}, *identity)
			assert.Zero(t, got)
		})
	}
}

func TestMaybeAt(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"envelope":      `{"meta":{"id":[]},"payload":{"id":1}}`,
		"root":          `{"id":1}`,
		"last one wins": `{"payload":{"id":9,"name":"x"},"payload":{"id":1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, issues, err := codec.Decode([]byte(body), true, codec.MaybeAt("payload", decodeItem))
			require.NoError(t, err)
			assert.Empty(t, issues)
			assert.Equal(t, item{ID: 1}, got)
		})
	}
	for name, tt := range map[string]struct{ body, path string }{
		"neither":      {`{"meta":1}`, "id"},
		"null inside":  {`{"payload":null}`, "payload"},
		"empty inside": {`{"payload":{}}`, "payload.id"},
		"array":        {`[]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := codec.Decode([]byte(tt.body), false, codec.MaybeAt("payload", decodeItem))
			var identity *codec.IdentityError
			require.ErrorAs(t, err, &identity)
			assert.Equal(t, tt.path, identity.Path)
		})
	}
	_, _, err := codec.Decode([]byte(`{"payload":`), false, codec.MaybeAt("payload", decodeItem))
	var syntax *codec.SyntaxError
	require.ErrorAs(t, err, &syntax)
}

func TestDecodeSyntaxErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body    string
		offset  int64
		problem string
	}{
		"empty":                 {"", 0, "unexpected end"},
		"white space":           {" \n", 2, "unexpected end"},
		"html":                  {"<html>", 0, "unexpected character"},
		"trailing junk":         {`{"id":1} x`, 9, "data after the value"},
		"second value":          {`{"id":1}{}`, 8, "data after the value"},
		"NUL behind":            {"{\"id\":1}\x00", 8, "data after the value"},
		"cut in object":         {`{"id":1`, 7, "unexpected end"},
		"cut after brace":       {`{`, 1, "unexpected end"},
		"cut in key":            {`{"i`, 3, "unexpected end"},
		"cut after key":         {`{"id"`, 5, "unexpected end"},
		"cut after colon":       {`{"id":`, 6, "unexpected end"},
		"cut in array":          {`{"id":1,"tags":["a"`, 19, "unexpected end"},
		"cut in word":           {`{"id":1,"on":tru`, 16, "unexpected end"},
		"cut in escape":         {`{"id":1,"name":"\`, 17, "unexpected end"},
		"cut in unicode escape": {`{"id":1,"name":"\u00`, 20, "unexpected end"},
		"misspelt word":         {`{"id":1,"on":trie}`, 15, "unexpected character"},
		"comma before end":      {`{"id":1,}`, 8, "unexpected character"},
		"comma first":           {`{,"id":1}`, 1, "unexpected character"},
		"comma in array":        {`{"tags":["a",]}`, 13, "unexpected character"},
		"two commas":            {`{"tags":["a",,"b"]}`, 13, "unexpected character"},
		"no comma":              {`{"id":1 "on":true}`, 8, "unexpected character"},
		"no colon":              {`{"id" 1}`, 6, "unexpected character"},
		"wrong bracket":         {`{"tags":["a"}`, 12, "unexpected character"},
		"key without quotes":    {`{id:1}`, 1, "unexpected character"},
		"leading zero":          {`{"id":007}`, 7, "unexpected character"},
		"plus":                  {`{"id":+7}`, 6, "unexpected character"},
		"lone minus":            {`{"id":-}`, 7, "unexpected character"},
		"no digits behind .":    {`{"score":1.}`, 11, "unexpected character"},
		"no digits behind e":    {`{"score":1e+}`, 12, "unexpected character"},
		"control character":     {"{\"name\":\"a\tb\"}", 10, "control character in a string"},
		"control in long text":  {"{\"name\":\"0123456789\x1f\"}", 19, "control character in a string"},
		"bad escape":            {`{"name":"\x"}`, 10, "invalid escape sequence"},
		"bad unicode escape":    {`{"name":"\u12g4"}`, 13, "invalid escape sequence"},
		"in what is skipped":    {`{"id":1,"child":{"id":1,"zzz":[{"a" 1}]}}`, 36, "unexpected character"},
		"unknown white space":   {"{\"id\":1,\v\"on\":true}", 8, "unexpected character"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.False(t, json.Valid([]byte(tt.body)))

			got, issues, err := codec.Decode([]byte(tt.body), true, decodeItem)

			var syntax *codec.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, codec.SyntaxError{Offset: tt.offset, Problem: tt.problem}, *syntax)
			assert.Zero(t, got)
			assert.Empty(t, issues)
		})
	}
}

// A body that was cut short is never anything but a syntax error, wherever the cut is.
func TestDecodeEveryPrefix(t *testing.T) {
	t.Parallel()
	cutShort(t, readBody(t, "contacts")[:6000], decodeContactPage)
	cutShort(t, []byte(strings.TrimSpace(everyKind)), decodeItem)
	cutShort(t, []byte(`{"id":1,"attrs":[[],{}],"page":"x","even":[1,{}],"name":[0]}`), decodeItem)
}

func cutShort[T any](t *testing.T, body []byte, fn func(*codec.Decoder, *T)) {
	t.Helper()
	for n := range body {
		got, issues, err := codec.Decode(body[:n:n], true, fn)
		var syntax *codec.SyntaxError
		require.ErrorAs(t, err, &syntax)
		require.EqualValues(t, n, syntax.Offset)
		require.Zero(t, got)
		require.Empty(t, issues)
	}
}

// A syntax error behind an identity problem is what counts: the body as a whole is worth nothing.
func TestDecodeSyntaxBeforeIdentity(t *testing.T) {
	t.Parallel()
	_, _, err := codec.Decode([]byte(`{"name":"x"`), false, decodeItem)
	var syntax *codec.SyntaxError
	require.ErrorAs(t, err, &syntax)
}

func TestDecodeDepth(t *testing.T) {
	t.Parallel()
	nest := func(open, end string, n int) []byte {
		return []byte(`{"id":1,"raw":` + strings.Repeat(open, n) + "1" + strings.Repeat(end, n) + "}")
	}
	for _, brackets := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		_, _, err := codec.Decode(nest(brackets[0], brackets[1], codec.MaxDepth-1), false, decodeItem)
		require.NoError(t, err)

		_, _, err = codec.Decode(nest(brackets[0], brackets[1], codec.MaxDepth), false, decodeItem)
		var syntax *codec.SyntaxError
		require.ErrorAs(t, err, &syntax)
		assert.Equal(t, "nested too deeply", syntax.Problem)
	}
	_, _, err := codec.Decode(nest(`{"id":1,"parent":`, "}", codec.MaxDepth), false, decodeItem)
	require.ErrorContains(t, err, "nested too deeply")
}

func TestDecodeOddText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"invalid UTF-8":            "a\xffb",
		"invalid, long":            "0123456789abcdef\xc3 0123456789",
		"cut rune":                 "ol\xc3",
		"overlong":                 "\xc0\xaf",
		"encoded surrogate":        "\xed\xa0\x80",
		"lone high surrogate":      `\ud800`,
		"lone low surrogate":       `x\udc00y`,
		"two high surrogates":      `\ud800\ud83d\ude00`,
		"high surrogate, then not": `\ud800\u0041`,
		"escape and invalid UTF-8": "\\n\xff",
		"delete and NUL":           "\x7f\\u0000",
		"upper case hex":           `\u00E9\uABCD`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := []byte(`{"id":1,"name":"` + text + `","z` + text + `":1}`)
			var want struct{ Name string }
			require.NoError(t, json.Unmarshal(body, &want))
			var keys map[string]any
			require.NoError(t, json.Unmarshal(body, &keys))

			got, issues, err := codec.Decode(body, false, decodeItem)

			require.NoError(t, err)
			assert.Empty(t, issues)
			assert.Equal(t, want.Name, got.Name)
			for key := range got.Extra {
				assert.Contains(t, keys, key)
			}
			assert.Len(t, got.Extra, 1)
		})
	}
}

func TestDecodeDuplicateAndFoldedKeys(t *testing.T) {
	t.Parallel()
	got, _, err := codec.Decode([]byte(`{"id":1,"name":"a","NAME":"b","tags":["x","y"],"tags":["z"],"name":"c","id":2}`), false, decodeItem)
	require.NoError(t, err)
	assert.Equal(t, item{ID: 2, Name: "c", Tags: []string{"z"}, Extra: map[string]json.RawMessage{"NAME": json.RawMessage(`"b"`)}}, got)
}

func TestRawObjectReadsEmptyArrayAsObject(t *testing.T) {
	t.Parallel()
	got, issues, err := codec.Decode([]byte(`{"id":1,"attrs":[ ]}`), true, decodeItem)
	require.NoError(t, err)
	assert.Empty(t, issues)
	assert.Equal(t, "{}", string(got.Attrs))
}

// Nothing that was read may change with the body, which goes back to a pool, or with a neighbour.
func TestDecodeCopies(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"short", strings.Repeat("long", 100)} {
		body := []byte(`{"id":1,"name":"` + text + `","tags":["` + text + `"],"raw":["` + text + `"],"attrs":{"` + text + `":1},"flags":{"` +
			text + `":true},"zz":["` + text + `"]}`)
		got, _, err := codec.Decode(body, false, decodeItem)
		require.NoError(t, err)
		for i := range body {
			body[i] = '!'
		}
		_ = append(got.Raw, "overwritten?"...)

		assert.Equal(t, item{
			ID: 1, Name: text, Tags: []string{text}, Raw: json.RawMessage(`["` + text + `"]`), Attrs: json.RawMessage(`{"` + text + `":1}`),
			Flags: map[string]bool{text: true}, Extra: map[string]json.RawMessage{"zz": json.RawMessage(`["` + text + `"]`)},
		}, got)
	}
}

func TestDecodeKeepsOrderOfManyElements(t *testing.T) {
	t.Parallel()
	var want []child
	for i := range 300 {
		want = append(want, child{ID: int64(i + 1), Name: strings.Repeat(string(rune('a'+i%26)), i)})
	}
	body, err := json.Marshal(want)
	require.NoError(t, err)
	body = []byte(strings.NewReplacer("ID", "id", "Name", "name").Replace(string(body)))

	got, issues, err := codec.Decode(body, true, func(d *codec.Decoder, v *[]child) { codec.Slice(d, v, decodeChild) })

	require.NoError(t, err)
	assert.Empty(t, issues)
	assert.Equal(t, want, got)
}

func TestMaybe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body     string
		null, ok bool
		want     string
		issues   int
	}{
		"value":  {`["x"]`, false, true, "x", 0},
		"empty":  {`[""]`, false, true, "", 0},
		"null":   {`[null]`, true, false, "", 0},
		"number": {`[1]`, false, false, "", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			type result struct {
				null, ok bool
				text     string
			}
			got, issues, err := codec.Decode([]byte(tt.body), true, func(d *codec.Decoder, v *[]result) {
				codec.Slice(d, v, func(d *codec.Decoder, v *result) { v.null, v.ok = codec.Maybe(d, &v.text, codec.String[string]) })
			})
			require.NoError(t, err)
			assert.Equal(t, []result{{tt.null, tt.ok, tt.want}}, got)
			assert.Len(t, issues, tt.issues)
		})
	}
}

// What is wrong inside a value that may be null does not make the value itself absent.
func TestMaybeKeepsObjectWithIssues(t *testing.T) {
	t.Parallel()
	got, issues, err := codec.Decode([]byte(`{"id":1,"parent":{"id":2,"name":1}}`), false, decodeItem)
	require.NoError(t, err)
	assert.Equal(t, &item{ID: 2}, got.Parent)
	assert.Equal(t, []codec.Issue{{Path: "parent.name", Problem: "want string, got number"}}, issues)
}

func TestKindRawValueAndIssue(t *testing.T) {
	t.Parallel()
	var kinds strings.Builder
	got, issues, err := codec.Decode([]byte(`[ {"a":1}, [ ], "s", -1, 2, true, false, null ]`), false,
		func(d *codec.Decoder, v *[]string) {
			codec.Slice(d, v, func(d *codec.Decoder, v *string) {
				kinds.WriteByte(d.Kind())
				if d.Kind() == '"' {
					d.Issue("no strings")
				}
				*v = string(d.RawValue())
			})
		})
	require.NoError(t, err)
	assert.Equal(t, `{["00tfn`, kinds.String())
	assert.Equal(t, []string{`{"a":1}`, `[ ]`, `"s"`, `-1`, `2`, `true`, `false`, `null`}, got)
	assert.Equal(t, []codec.Issue{{Path: "[2]", Problem: "no strings"}}, issues)
}

func TestDecoderStandsStillAfterAnError(t *testing.T) {
	t.Parallel()
	d := codec.New([]byte(`{"a":1`))
	d.SetStrict(true)
	for d.Object(); d.More(); {
		d.Key()
		d.Skip()
	}
	require.Error(t, d.Err())
	before := d.Err()

	var s string
	var m map[string]json.RawMessage
	codec.String(d, &s)
	codec.Slice(d, &[]string{}, codec.String[string])
	d.Extra(&m)
	d.Issue("x")
	d.Identity("id", false)
	d.Object()

	assert.False(t, d.More())
	assert.Empty(t, d.Key())
	assert.Nil(t, d.RawValue())
	assert.False(t, d.Null())
	assert.Zero(t, d.Kind())
	assert.Nil(t, m)
	assert.Same(t, before, d.Err())
	require.NoError(t, codec.New([]byte("1")).Err())
}

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "invalid JSON at offset 3: unexpected end", (&codec.SyntaxError{Offset: 3, Problem: "unexpected end"}).Error())
	assert.Equal(t, "a.id: missing", (&codec.IdentityError{Path: "a.id", Problem: "missing"}).Error())
	assert.Equal(t, "the root: null", (&codec.IdentityError{Problem: "null"}).Error())
	assert.Equal(t, "a[0]: unknown key", codec.Issue{Path: "a[0]", Problem: "unknown key"}.String())
	assert.Equal(t, "want time, got boolean", codec.Mismatch("time", []byte(" true")).Error())
	assert.NotErrorIs(t, errors.New("x"), codec.Mismatch("x", nil))
}

// The number of allocations is part of what the decoder promises.
func TestDecodeAllocations(t *testing.T) {
	for name, tt := range map[string]struct {
		most   float64
		decode func(body []byte) error
	}{
		"agents":        {5, func(b []byte) error { _, _, err := codec.Decode(b, false, decodeAgents); return err }},
		"contacts":      {40, func(b []byte) error { _, _, err := codec.Decode(b, false, decodeContactPage); return err }},
		"conversations": {80, func(b []byte) error { _, _, err := codec.Decode(b, false, decodeConversationPage); return err }},
	} {
		body := readBody(t, name)
		assert.LessOrEqual(t, testing.AllocsPerRun(20, func() { _ = tt.decode(body) }), tt.most, name)
	}
}
