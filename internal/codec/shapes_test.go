package codec_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

type variant struct {
	kind  string
	raw   json.RawMessage
	name  string
	after int64
}

func decodeVariant(d *codec.Decoder, v *variant) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "who":
			kind, ok := codec.Variant(d, "type", &v.raw)
			v.kind = kind
			if ok {
				decodeName(d, &v.name)
			}
		case "after":
			codec.Int(d, &v.after)
		default:
			d.Skip()
		}
	}
}

func decodeName(d *codec.Decoder, v *string) {
	for d.Object(); d.More(); {
		if string(d.Key()) == "name" {
			codec.String(d, v)
			continue
		}
		d.Skip()
	}
}

func TestVariant(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body   string
		want   variant
		issues []codec.Issue
	}{
		"key behind other keys": {
			body: `{"who": {"name":"Ana","x":{"type":"inner"},"type":"user"}, "after": 7}`,
			want: variant{kind: "user", raw: json.RawMessage(`{"name":"Ana","x":{"type":"inner"},"type":"user"}`), name: "Ana", after: 7},
		},
		"no key": {
			body: `{"who":{"name":"Ana"},"after":7}`,
			want: variant{raw: json.RawMessage(`{"name":"Ana"}`), name: "Ana", after: 7},
		},
		"key of another type": {
			body: `{"who":{"type":3},"after":7}`,
			want: variant{raw: json.RawMessage(`{"type":3}`), after: 7},
		},
		"null": {body: `{"who":null,"after":7}`, want: variant{after: 7}},
		"no object": {
			body:   `{"who":["type"],"after":7}`,
			want:   variant{after: 7},
			issues: []codec.Issue{{Path: "who", Problem: "want object, got array"}},
		},
		"an issue inside keeps its path": {
			body:   `{"who":{"type":"user","name":5},"after":7}`,
			want:   variant{kind: "user", raw: json.RawMessage(`{"type":"user","name":5}`), after: 7},
			issues: []codec.Issue{{Path: "who.name", Problem: "want string, got number"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, issues, err := codec.Decode([]byte(test.body), false, decodeVariant)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.issues, issues)
		})
	}
}

func TestVariantReportsSyntax(t *testing.T) {
	t.Parallel()
	_, _, err := codec.Decode([]byte(`{"who":{"type":"user"`), false, decodeVariant)
	var syntax *codec.SyntaxError
	require.ErrorAs(t, err, &syntax)
}

func TestLoose(t *testing.T) {
	t.Parallel()
	type loose struct {
		flag bool
		text string
	}
	read := func(d *codec.Decoder, v *loose) {
		for d.Object(); d.More(); {
			switch string(d.Key()) {
			case "flag":
				codec.LooseBool(d, &v.flag)
			default:
				codec.LooseString(d, &v.text)
			}
		}
	}
	tests := map[string]struct {
		body   string
		want   loose
		issues []codec.Issue
	}{
		"as described":     {body: `{"flag":true,"text":"a"}`, want: loose{true, "a"}},
		"the other types":  {body: `{"flag":"true","text":1.50}`, want: loose{true, "1.50"}},
		"false as a text":  {body: `{"flag":"false","text":""}`, want: loose{}},
		"another text":     {body: `{"flag":"yes"}`, issues: []codec.Issue{{Path: "flag", Problem: "want boolean, got string"}}},
		"a flag, a number": {body: `{"flag":1}`, issues: []codec.Issue{{Path: "flag", Problem: "want boolean, got number"}}},
		"a text, an array": {body: `{"text":[1]}`, issues: []codec.Issue{{Path: "text", Problem: "want string, got array"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, issues, err := codec.Decode([]byte(test.body), false, read)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.issues, issues)
		})
	}
}
