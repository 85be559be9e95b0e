package recordings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

const seed = `{"op":"seed","account":{"id":1,"name":"A"}}` + "\n"

func TestParse(t *testing.T) {
	t.Parallel()
	rec, err := recordings.Parse(strings.NewReader(seed + `{"op":"x","case":"ok","request":{"method":"GET","path":"/a","query":[["b[]",1],["b[]","2"]]},"response":{"status":200,"headers":{"content-type":"text/csv"},"body":"a,b"}}`))
	require.NoError(t, err)
	require.Len(t, rec.Exchanges, 1)
	e := rec.Exchanges[0]
	assert.Equal(t, 2, e.Line)
	assert.Equal(t, "text/csv", e.ResponseHeader("Content-Type"))
	assert.Equal(t, "a,b", string(e.AnswerBody()))
	pairs, err := e.QueryPairs()
	require.NoError(t, err)
	assert.Equal(t, [][2]string{{"b[]", "1"}, {"b[]", "2"}}, pairs)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":      "",
		"no account":   `{"op":"seed"}`,
		"no exchanges": seed,
		"no JSON":      seed + "{",
	} {
		_, err := recordings.Parse(strings.NewReader(text))
		assert.Error(t, err, name)
	}
}

func TestEmptyAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response string
		empty    bool
	}{
		"text":           {`{"body":""}`, true},
		"null of size 0": {`{"body":null,"size":0}`, true},
		"null":           {`{"body":null}`, false},
		"null of size 4": {`{"body":null,"size":4}`, false},
		"object":         {`{"body":{}}`, false},
	}
	for name, tt := range tests {
		rec, err := recordings.Parse(strings.NewReader(seed + `{"request":{"method":"GET"},"response":` + tt.response + `}`))
		require.NoError(t, err, name)
		assert.Equal(t, tt.empty, rec.Exchanges[0].Empty(), name)
	}
}

func TestSent(t *testing.T) {
	t.Parallel()
	sent := func(body string) recordings.Sent {
		rec, err := recordings.Parse(strings.NewReader(seed + `{"request":{"method":"POST","body":` + body + `}}`))
		require.NoError(t, err)
		s, err := rec.Exchanges[0].Sent()
		require.NoError(t, err)
		return s
	}
	assert.Equal(t, recordings.Sent{}, sent("null"))
	assert.Equal(t, "{", sent(`{"_raw":"{"}`).Raw)
	assert.NotNil(t, sent(`{"a":1}`).JSON)
	parts := []recordings.Part{{Name: "a", Value: "b"}, {Name: "f", Filename: "x.png", ContentType: "image/png", Size: 3}}
	assert.Equal(t, parts, sent(`{"_multipart":{"fields":[["a","b"]],"files":[{"name":"f","filename":"x.png","content_type":"image/png","size":3}]}}`).Parts)
	assert.Equal(t, parts, sent(`{"multipart":[{"name":"a","value":"b"},{"name":"f","filename":"x.png","content_type":"image/png","size":3}]}`).Parts)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	folder, err := recordings.Folder()
	require.NoError(t, err)
	files, err := recordings.Files(folder)
	require.NoError(t, err)
	require.Len(t, files, 9, "three versions, three kinds")
	versions := map[string]int{}
	for _, file := range files {
		rec, err := recordings.Load(file)
		require.NoError(t, err)
		assert.Greater(t, len(rec.Exchanges), 300, file)
		versions[recordings.VersionOf(file)]++
	}
	assert.Equal(t, map[string]int{"3.16.0": 3, "4.2.0": 3, "4.15.1": 3}, versions)
}

func TestRestoredBody(t *testing.T) {
	t.Parallel()
	in, err := testserver.ParseJSON([]byte(`{"truncated":"{\"content\": \"hh","size":25}`))
	require.NoError(t, err)
	got, err := recordings.Restored(in)
	require.NoError(t, err)
	out, err := testserver.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"content":"hhhhhhhhhh"}`, string(out)) // 25 bytes with the blank that the client sent

	for _, bad := range []string{`{"truncated":"{","size":"x"}`, `{"truncated":"","size":9}`, `{"truncated":"{\"a\":\"b","size":3}`} {
		in, err := testserver.ParseJSON([]byte(bad))
		require.NoError(t, err)
		_, err = recordings.Restored(in)
		require.Error(t, err, bad)
	}
}
