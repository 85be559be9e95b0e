package konverte

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

const hush = "hush-hush"

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	s := NewSecret(hush)
	values := map[string]any{
		"value":             s,
		"pointer":           &s,
		"exported field":    struct{ Token Secret }{s},
		"unexported field":  struct{ token Secret }{s},
		"pointer to struct": &struct{ token Secret }{s},
		"slice":             []Secret{s},
		"map":               map[Secret]Secret{s: s},
		"opt":               Set(s),
		"unexported opt":    struct{ token Opt[Secret] }{Set(s)},
		"interface":         []any{s, &s},
	}
	for name, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%#q", "%# x", "%10.3s", "%p", "%w", "%!"} {
			text := fmt.Sprintf(verb, value)
			assert.NotContains(t, text, hush, "%s %s", name, verb)
			assert.NotContains(t, text, "687573682d68757368", "%s %s", name, verb)
			assert.NotContains(t, text, "hus", "%s %s", name, verb)
		}
		assert.NotContains(t, fmt.Sprint(value)+fmt.Sprintln(value), hush, name)
	}
	assert.Equal(t, "REDACTED", fmt.Sprintf("%s", s))
	assert.Equal(t, "REDACTED", fmt.Sprintf("%x", s))
	assert.Equal(t, `"REDACTED"`, fmt.Sprintf("%q", s))
	assert.Equal(t, `konverte.Secret("REDACTED")`, fmt.Sprintf("%#v", s))
	assert.Equal(t, `konverte.Secret("REDACTED")`, s.GoString())
	assert.Equal(t, "{REDACTED}", fmt.Sprintf("%v", struct{ Token Secret }{s}))
}

func TestSecretNeverLogs(t *testing.T) {
	t.Parallel()
	s := NewSecret(hush)
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).With("with", s).Info("m", "a", s, "b", &s, slog.Any("c", struct{ Token Secret }{s}), slog.Group("g", "d", []Secret{s}))
	}
	assert.NotContains(t, out.String(), "hus")
	assert.Contains(t, out.String(), "REDACTED")
}

func TestSecretNeverMarshals(t *testing.T) {
	t.Parallel()
	s := NewSecret(hush)
	text, err := json.Marshal(map[string]any{"a": s, "b": &s, "c": map[Secret]int{s: 1}, "d": Set(s)})
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"REDACTED","b":"REDACTED","c":{"REDACTED":1},"d":"REDACTED"}`, string(text))

	text, err = s.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "REDACTED", string(text))

	text, err = xml.Marshal(struct {
		XMLName xml.Name `xml:"x"`
		Token   Secret   `xml:"token"`
		Attr    Secret   `xml:"a,attr"`
	}{Token: s, Attr: s})
	require.NoError(t, err)
	assert.Equal(t, `<x a="REDACTED"><token>REDACTED</token></x>`, string(text))
}

func TestSecretReveal(t *testing.T) {
	t.Parallel()
	s := NewSecret(hush)
	assert.Equal(t, hush, s.Reveal())
	assert.False(t, s.IsZero())
	assert.Contains(t, map[Secret]bool{s: true}, NewSecret("hush-"+"hush"))
	assert.NotContains(t, map[Secret]bool{s: true}, NewSecret("other"))

	for _, empty := range []Secret{{}, NewSecret("")} {
		assert.True(t, empty.IsZero())
		assert.Empty(t, empty.Reveal())
		assert.Empty(t, empty.String())
		assert.Equal(t, `konverte.Secret("")`, fmt.Sprintf("%#v", empty))
		text, err := json.Marshal(empty)
		require.NoError(t, err)
		assert.Equal(t, `""`, string(text))
		assert.Empty(t, empty.LogValue().String())
	}
}

func TestSecretUnmarshalJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`"` + hush + `"`: hush, `null`: "", `""`: "", `"\u0061\""`: `a"`} {
		s := NewSecret("old")
		require.NoError(t, json.Unmarshal([]byte(text), &s))
		assert.Equal(t, want, s.Reveal())
	}
	for text, kind := range map[string]string{`7`: "number", `["hush-hush"]`: "array", `{}`: "object", `true`: "boolean"} {
		s := NewSecret("old")
		err := json.Unmarshal([]byte(text), &s)
		var mismatch *codec.MismatchError
		require.ErrorAs(t, err, &mismatch)
		assert.Equal(t, "want string, got "+kind, mismatch.Problem)
		assert.True(t, s.IsZero())
	}
}
