package conformance

import (
	"context"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
)

// legalNothing are operations whose empty answer means something.
var legalNothing = map[string]bool{"Messages.Translate": true}

// Whatever a server says in the place of a recorded success, the client neither
// panics nor makes a result of nothing without an error.
func TestLiesAreErrors(t *testing.T) {
	t.Parallel()
	s, err := newStage("4.2.0")
	require.NoError(t, err)
	t.Cleanup(s.close)
	s.client, err = konverte.NewClient(s.server.URL, konverte.WithRetries(0), konverte.WithMaxRedirects(0),
		konverte.WithUserToken("user-token"), konverte.WithPlatformToken("platform-token"))
	require.NoError(t, err)
	played := 0
	for op, e := range recordedSuccesses(t) {
		if op.resultType() == nil {
			continue
		}
		played++
		for name, lie := range lies(t, e.AnswerBody()) {
			if lie == "" && legalNothing[op.Go()] {
				continue
			}
			a, err := read(op, e)
			require.NoError(t, err)
			a.complete()
			told := *e
			told.Response.Body = json.RawMessage(marshal(t, lie))
			s.set(op, &told)
			require.NotPanics(t, func() {
				got, err := a.say(s.client)(context.Background())
				assert.False(t, err == nil && s.seen() != nil && isNothing(got), "%s: %s: %#v and no error", op.Go(), name, got)
			}, "%s: %s", op.Go(), name)
		}
	}
	assert.Greater(t, played, 150, "the recordings are found")
}

// recordedSuccesses has one recorded success of each operation.
func recordedSuccesses(t *testing.T) map[*Operation]*recordings.Exchange {
	t.Helper()
	folder, err := recordings.Folder()
	require.NoError(t, err)
	files, err := recordings.Files(folder)
	require.NoError(t, err)
	known := newTable(Operations())
	out := map[*Operation]*recordings.Exchange{}
	for _, file := range files {
		rec, err := recordings.Load(file)
		require.NoError(t, err)
		for i := range rec.Exchanges {
			e := &rec.Exchanges[i]
			op := known.find(e)
			if op != nil && op.HasMethod() && e.Response.Status < 300 && out[op] == nil {
				out[op] = e
			}
		}
	}
	return out
}

// lies are answers that no operation has, made from a recorded one.
func lies(t *testing.T, body []byte) map[string]string {
	t.Helper()
	out := map[string]string{
		"nothing": "", "blank": " \n", "null": "null", "empty object": "{}", "text": `"x"`, "number": "17", "true": "true",
		"list of null": "[null]", "list of text": `["x"]`, "null payload": `{"payload":null}`, "null data": `{"data":null}`,
		"null payload in data": `{"data":{"payload":null}}`, "error": `{"error":"no"}`, "unknown key": `{"foo":1}`,
		"page": "<html><body>Welcome</body></html>", "half": string(body[:len(body)/2]), "twice": string(body) + string(body),
		"very deep": strings.Repeat("[", 20_000),
	}
	var v any
	if json.Unmarshal(body, &v) == nil {
		out["mistyped"] = marshal(t, replaced(v, mistyped))
		out["all null"] = marshal(t, replaced(v, func(any) any { return nil }))
		out["wrapped"] = marshal(t, map[string]any{"wrapper": v})
		out["in a list"] = marshal(t, []any{v})
	}
	return out
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// replaced copies a JSON value with other leaves.
func replaced(v any, leaf func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, one := range v {
			out[key] = replaced(one, leaf)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = replaced(one, leaf)
		}
		return out
	default:
		return leaf(v)
	}
}

func mistyped(v any) any {
	switch v.(type) {
	case string:
		return 5
	case float64:
		return "five"
	case bool:
		return "perhaps"
	default:
		return []any{1}
	}
}

// isNothing reports whether a result holds nothing that was decoded.
func isNothing(got any) bool {
	if stream, ok := got.(io.ReadCloser); ok {
		return stream.Close() != nil
	}
	v := reflect.ValueOf(got)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Slice:
		return v.Len() == 0 || isBlank(v.Index(0))
	default:
		return isBlank(v)
	}
}

// isBlank reports whether a value has no field but keys that nobody knows.
func isBlank(v reflect.Value) bool {
	if v.Kind() != reflect.Struct {
		return v.IsZero()
	}
	for i := range v.NumField() {
		if v.Type().Field(i).Name != "Extra" && !v.Field(i).IsZero() {
			return false
		}
	}
	return true
}
