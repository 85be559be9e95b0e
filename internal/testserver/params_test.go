package testserver

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func rendered(t *testing.T, p *Params) string {
	t.Helper()
	out, err := Marshal(p.AsObject())
	require.NoError(t, err)
	return string(out)
}

func TestParsePairs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"plain":             {"a=1&b=x%20y", `{"a":"1","b":"x y"}`},
		"last wins":         {"a=1&a=2", `{"a":"2"}`},
		"no value":          {"a", `{"a":null}`},
		"hash":              {"a[b]=1&a[c][d]=2", `{"a":{"b":"1","c":{"d":"2"}}}`},
		"array":             {"a[]=1&a[]=2", `{"a":["1","2"]}`},
		"array of hashes":   {"a[][x]=1&a[][y]=2&a[][x]=3", `{"a":[{"x":"1","y":"2"},{"x":"3"}]}`},
		"contradiction":     {"a=1&a[b]=2", `{"a":{"b":"2"}}`},
		"bad escape":        {"a=%zz&b=1", `{"b":"1"}`},
		"unclosed brackets": {"a[b=1", `{"a":"1"}`},
		"leading bracket":   {"[a]=1", `{"[a]":"1"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, rendered(t, parsePairs(tt.in)))
		})
	}
}

func TestParseBody(t *testing.T) {
	t.Parallel()
	multi := "--b\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\n1\r\n--b\r\n" +
		"Content-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b--\r\n"
	tests := map[string]struct{ contentType, body, want string }{
		"json":           {"application/json", `{"b":1,"a":{"c":[true,null,1.5]}}`, `{"b":1,"a":{"c":[true,null,1.5]}}`},
		"json charset":   {"application/json; charset=utf-8", `{"a":1}`, `{"a":1}`},
		"json array":     {"application/json", `[1]`, `{}`},
		"json empty":     {"application/json", ``, `{}`},
		"form":           {"application/x-www-form-urlencoded", `a[b]=1`, `{"a":{"b":"1"}}`},
		"multipart":      {"multipart/form-data; boundary=b", multi, `{"a":{"b":"1"},"f":null}`},
		"text":           {"text/plain", `{"a":1}`, `{}`},
		"no type":        {"", `{"a":1}`, `{}`},
		"vendored json":  {"application/vnd.api+json", `{"a":1}`, `{}`},
		"duplicate keys": {"application/json", `{"a":1,"a":2}`, `{"a":2}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _, err := parseBody(tt.contentType, []byte(tt.body))
			require.NoError(t, err)
			assert.Equal(t, tt.want, rendered(t, p))
		})
	}
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		p, _, err := parseBody("multipart/form-data; boundary=b", []byte(multi))
		require.NoError(t, err)
		assert.Equal(t, &File{Filename: "x.png", ContentType: "image/png", Data: []byte("PNG")}, p.File("f"))
	})
}

func TestParseBodyRefusesMalformed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ contentType, body string }{
		"json":      {"application/json", `{"a": `},
		"trailing":  {"application/json", `{} x`},
		"multipart": {"multipart/form-data; boundary=b", "--b\r\nContent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := parseBody(tt.contentType, []byte(tt.body))
			assert.ErrorIs(t, err, errBadBody)
		})
	}
}

func TestUnread(t *testing.T) {
	t.Parallel()
	p := parsePairs("seen=1&odd=2&deep[seen]=1&deep[odd]=2&list[][odd]=1&free[a]=1&skip=1")
	p.Get("seen")
	p.Hash("deep").Get("seen")
	p.List("list")
	_, isObject := p.Object("free")
	p.Ignore("skip")
	assert.True(t, isObject)
	assert.Equal(t, []string{"deep.odd", "list[0].odd", "odd"}, p.Unread())
}

func TestWrap(t *testing.T) {
	t.Parallel()
	p := ParamsOf(Object{{Key: "name", Value: "x"}, {Key: "other", Value: json.Number("1")}})
	p.wrap("team", p.Keys(), []string{"name"})
	assert.Equal(t, "x", p.Hash("team").String("name"))
	assert.Equal(t, []string{"other"}, p.Unread(), "what is read under the wrapper counts, the wrapper itself was not sent")

	sent := ParamsOf(Object{{Key: "team", Value: Object{}}, {Key: "name", Value: "x"}})
	sent.wrap("team", sent.Keys(), nil)
	assert.Zero(t, sent.Hash("team").Len(), "a wrapper that was sent stays as it is")
}

func TestCasts(t *testing.T) {
	t.Parallel()
	number := func(s string) any { return json.Number(s) }
	tests := map[string]struct {
		in                   any
		text, integer, truth any
	}{
		"null":   {nil, nil, nil, nil},
		"text":   {"abc", "abc", int64(0), true},
		"digits": {"12x", "12x", int64(12), true},
		"empty":  {"", "", nil, nil},
		"off":    {"off", "off", int64(0), false},
		"int":    {number("7"), "7", int64(7), true},
		"zero":   {number("0"), "0", int64(0), false},
		"float":  {number("7.9"), "7.9", int64(7), true},
		"huge":   {number("1e300"), "1e300", int64(0), false},
		"true":   {true, "t", int64(1), true},
		"false":  {false, "f", int64(0), false},
		"array":  {[]any{}, nil, nil, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.text, valueOf(CastString(tt.in)))
			assert.Equal(t, tt.integer, valueOf(CastInt(tt.in)))
			assert.Equal(t, tt.truth, valueOf(CastBool(tt.in)))
		})
	}
}

func valueOf[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func TestIntoNotesWrongTypes(t *testing.T) {
	t.Parallel()
	p := ParamsOf(Object{
		{Key: "n", Value: "many"}, {Key: "ok", Value: "12"}, {Key: "b", Value: "yes"}, {Key: "s", Value: []any{}},
	})
	var n, okay int64
	var b bool
	s := "kept"
	assert.True(t, p.Into("n", &n))
	assert.True(t, p.Into("ok", &okay))
	assert.True(t, p.Into("b", &b))
	assert.False(t, p.Into("s", &s), "arrays are dropped like keys that are not permitted")
	assert.False(t, p.Into("absent", &s))
	assert.Equal(t, "kept", s)
	assert.Equal(t, []string{"n: want a number", "b: want true or false", "s: want a plain value"}, p.Faults())
}
