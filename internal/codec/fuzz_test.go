package codec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

func addSeeds(f *testing.F) {
	f.Helper()
	for _, name := range []string{"agents", "contacts", "conversations"} {
		body := readBody(f, name)
		f.Add(body[:min(len(body), 1200)])
		f.Add(body[:min(len(body), 517)])
	}
	for _, seed := range []string{
		``, ` `, `null`, `[]`, `{}`, `"x"`, `-0`, `1.5e+3`, `007`, `1e999`, `[1,]`, `{"a":1,}`, `{"a":1,"a":{"b":[null]}}`, `[[[[]]]]`,
		`{"s":"\ud83d\ude00 \ud800 \u00e9","b":true,"i":-9223372036854775808,"n":7,"f":1.25,"l":["a",1,null],"m":{"x":1,"y":"2"},"r":[ 1 ]}`,
		`{"S":"x","s":1,"i":1.0,"n":"7","f":"x","b":0,"l":{},"m":[],"r":null}`, "{\"s\":\"a\xff\xc3(\"}", "\"0123456\x1f\"", "[\"\\x\"]",
		`{"i":9223372036854775808,"f":1e400,"n":-1}`, `tru`, `nulll`, `"\u12"`, strings.Repeat("[", 1001) + strings.Repeat("]", 1001),
	} {
		f.Add([]byte(seed))
	}
}

// decodeAny reads what json.Unmarshal reads into an any, numbers as json.Number.
func decodeAny(d *codec.Decoder, v *any) {
	switch d.Kind() {
	case '{':
		var m map[string]any
		codec.Map(d, &m, decodeAny)
		*v = m
	case '[':
		var s []any
		codec.Slice(d, &s, decodeAny)
		*v = s
	case '"':
		var s string
		codec.String(d, &s)
		*v = s
	case 't', 'f':
		var b bool
		codec.Bool(d, &b)
		*v = b
	case '0':
		*v = json.Number(d.RawValue())
	default:
		*v = nil
		if !d.Null() {
			d.Skip()
		}
	}
}

func depth(body []byte) int {
	deepest, now := 0, 0
	dec := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := dec.Token()
		if err != nil {
			return deepest
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			now++
		case json.Delim(']'), json.Delim('}'):
			now--
		}
		deepest = max(deepest, now)
	}
}

func readable(body []byte) bool { return json.Valid(body) && depth(body) <= codec.MaxDepth }

func FuzzDecode(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		sameAny(t, body)
		sameFields(t, body)
		agreeOnSyntax(t, body)
	})
}

func sameAny(t *testing.T, body []byte) {
	got, issues, err := codec.Decode(body, true, decodeAny)
	if !readable(body) {
		var syntax *codec.SyntaxError
		require.ErrorAs(t, err, &syntax)
		require.GreaterOrEqual(t, int64(len(body)), syntax.Offset)
		require.Nil(t, got)
		return
	}
	require.NoError(t, err)
	require.Empty(t, issues)
	var want any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&want))
	require.Equal(t, want, got)
}

// agreeOnSyntax runs the decoders that skip, mistype and complain.
func agreeOnSyntax(t *testing.T, body []byte) {
	decoders := map[string]func() ([]codec.Issue, error){
		"item": func() ([]codec.Issue, error) {
			_, issues, err := codec.Decode(body, true, decodeItem)
			return issues, err
		},
		"page": func() ([]codec.Issue, error) {
			_, issues, err := codec.Decode(body, true, decodeContactPage)
			return issues, err
		},
		"skip": func() ([]codec.Issue, error) {
			_, issues, err := codec.Decode(body, true, func(d *codec.Decoder, _ *struct{}) { d.Skip() })
			return issues, err
		},
		"conversations": func() ([]codec.Issue, error) {
			_, issues, err := codec.Decode(body, false, decodeConversationPage)
			return issues, err
		},
	}
	for name, decode := range decoders {
		issues, err := decode()
		var syntax *codec.SyntaxError
		require.Equal(t, !readable(body), errors.As(err, &syntax), name)
		require.LessOrEqual(t, len(issues), codec.MaxIssues)
	}
}

type fields struct {
	S string
	B bool
	I int64
	N int
	F float64
	L []string
	M map[string]int64
	R json.RawMessage
}

func decodeFields(d *codec.Decoder, v *fields) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "s":
			codec.String(d, &v.S)
		case "b":
			codec.Bool(d, &v.B)
		case "i":
			codec.Int(d, &v.I)
		case "n":
			codec.Int(d, &v.N)
		case "f":
			codec.Float(d, &v.F)
		case "l":
			codec.Slice(d, &v.L, codec.String[string])
		case "m":
			codec.Map(d, &v.M, codec.Int[int64])
		case "r":
			codec.Raw(d, &v.R)
		default:
			d.Skip()
		}
	}
}

// sameFields compares with encoding/json field by field, since its keys match in any case and its duplicates merge.
func sameFields(t *testing.T, body []byte) {
	var members map[string]json.RawMessage
	if !readable(body) || json.Unmarshal(body, &members) != nil || members == nil {
		return
	}
	var want fields
	read := func(key string, into any) {
		if raw, ok := members[key]; ok && string(raw) != "null" {
			_ = json.Unmarshal(raw, into) // a mistyped value is left at zero by both
		}
	}
	read("s", &want.S)
	read("b", &want.B)
	read("i", &want.I)
	read("n", &want.N)
	read("f", &want.F)
	read("l", &want.L)
	read("m", &want.M)
	read("r", &want.R)

	got, _, err := codec.Decode(body, false, decodeFields)

	require.NoError(t, err)
	require.Equal(t, want, got)
}

func FuzzFormFields(f *testing.F) {
	addSeeds(f)
	f.Add([]byte(`{"a":{"b":[{"c":1,"d":[true,null]},[],{}]},"j":{"x":[1, 2]},"e":[],"o":{},"k[]":"v"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := codec.FormFields(body, "j")

		trimmed := bytes.TrimLeft(body, " \t\r\n")
		if !readable(body) || trimmed[0] != '{' {
			require.Error(t, err)
			require.Nil(t, got)
			return
		}
		require.NoError(t, err)
		want, err := slowForm(body)
		require.NoError(t, err)
		require.Equal(t, want, withoutJSONText(got))
	})
}

// withoutJSONText blanks the fields whose text encoding/json does not hand out as it was written.
func withoutJSONText(fields [][2]string) [][2]string {
	fields = slices.Clone(fields)
	for i := range fields {
		if fields[i][0] == "j" {
			fields[i][1] = ""
		}
	}
	return fields
}

// slowForm does what FormFields does, by the tokens of encoding/json, with the fields named j left empty.
func slowForm(body []byte) ([][2]string, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var out [][2]string
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		if key == "j" {
			var skipped any
			if err := dec.Decode(&skipped); err != nil {
				return nil, err
			}
			out = append(out, [2]string{"j", ""})
			continue
		}
		if out, err = slowValue(dec, key.(string), out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func slowValue(dec *json.Decoder, name string, out [][2]string) ([][2]string, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	text := ""
	switch v := token.(type) {
	case json.Delim:
		return slowNested(dec, v, name, out)
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text = map[bool]string{true: "true", false: "false"}[v]
	}
	return append(out, [2]string{name, text}), nil
}

func slowNested(dec *json.Decoder, open json.Delim, name string, out [][2]string) ([][2]string, error) {
	if open == '[' && !dec.More() {
		out = append(out, [2]string{name + "[]", ""})
	}
	for dec.More() {
		member := name + "[]"
		if open == '{' {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			member = name + "[" + key.(string) + "]"
		}
		var err error
		if out, err = slowValue(dec, member, out); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	return out, err
}
