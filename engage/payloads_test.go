package engage

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

const payloads = "../testdata/engage-payloads"

// strictly wants a payload to fit its type to the letter.
func strictly[T any](decode func(*codec.Decoder, *T)) func(*testing.T, []byte) {
	return func(t *testing.T, body []byte) {
		t.Helper()
		_, issues, err := codec.Decode(body, true, decode)
		require.NoError(t, err)
		assert.Empty(t, issues)
	}
}

func eachStrictly[T any](decode func(*codec.Decoder, *T)) func(*testing.T, []byte) {
	return strictly(func(d *codec.Decoder, v *[]T) { codec.Slice(d, v, decode) })
}

// sendable wants params that can be read from the payload and marshal to it again.
func sendable(t *testing.T, body []byte) {
	t.Helper()
	var p ContentCreateParams
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&p))
	text, err := codec.Marshal(p)
	require.NoError(t, err)
	assert.JSONEq(t, string(body), string(text))
}

// failure wants an error of which code and message are read.
func failure(t *testing.T, body []byte) {
	t.Helper()
	var want struct{ Error, Message string }
	require.NoError(t, json.Unmarshal(body, &want))
	info := parseError(http.StatusBadRequest, nil, body)
	assert.Equal(t, want.Error, info.Code)
	assert.Equal(t, want.Message, info.Message)
	assert.NotEmpty(t, info.Code+info.Message)
}

// kinds say by the beginning of its name what a payload is.
var kinds = []struct {
	prefix string
	fits   func(*testing.T, []byte)
}{
	{"agent_status.list", eachStrictly(decodeAgentStatus)},
	{"attachment.", strictly(decodeAttachment)},
	{"bots.", strictly(decodeBotAnswer)},
	{"category.", strictly(decodeCategory)},
	{"content.", strictly(decodeContent)},
	{"intervention.", strictly(decodeIntervention)},
	{"role.", strictly(decodeRole)},
	{"settings.", strictly(decodeSettings)},
	{"thread.", strictly(decodeThread)},
	{"user.", strictly(decodeUser)},
	{"webhook.content.", strictly(decodeDelivery)},
	{"webhook.intervention.", strictly(decodeDelivery)},
	{"request.contents.", sendable},
	{"request.sources_permissions_put", sendsPermissions},
	{"error.oauth_all", eachFailure},
	{"error.", failure},
	{"pagination.envelope", isEnvelope},
}

// exceptions are payloads that no type of this package takes, with the reason.
var exceptions = map[string]string{
	"oauth.token_post.json":         "the web host answers with it, when an app asks for a token; it is no part of the API",
	"webhook.verification_get.json": "describes a request and its answer in words, and is itself sent by nobody",
}

func TestPayloads(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(payloads + "/*.json")
	require.NoError(t, err)
	require.Len(t, files, 47)
	used := map[string]bool{}
	for _, file := range files {
		name := filepath.Base(file)
		if reason := exceptions[name]; reason != "" {
			t.Logf("%s: %s", name, reason)
			used[name] = true
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file) //nolint:gosec // a file of the tests
			require.NoError(t, err)
			for _, kind := range kinds {
				if strings.HasPrefix(name, kind.prefix) {
					kind.fits(t, body)
					return
				}
			}
			require.Fail(t, "nothing decodes it")
		})
	}
	assert.Len(t, used, len(exceptions))
}

func eachFailure(t *testing.T, body []byte) {
	t.Helper()
	var all []struct{ Body json.RawMessage }
	require.NoError(t, json.Unmarshal(body, &all))
	require.NotEmpty(t, all)
	for _, one := range all {
		failure(t, one.Body)
	}
}

// isEnvelope decodes the envelope with rows that have ids: those of the example are
// empty.
func isEnvelope(t *testing.T, body []byte) {
	t.Helper()
	_, _, err := codec.Decode(body, true, decodeTagPage)
	var identity *codec.IdentityError
	require.ErrorAs(t, err, &identity)
	assert.Equal(t, "records[0].id", identity.Path, "it is all that is missing")
	filled := bytes.ReplaceAll(body, []byte("{}"), []byte(`{"id":"1"}`))
	page, issues, err := codec.Decode(filled, true, decodeTagPage)
	require.NoError(t, err)
	assert.Empty(t, issues)
	assert.Equal(t, []int64{4320, 90, 30, 2}, []int64{page.Count, page.Offset, page.Limit, int64(len(page.Records))})
}

// sendsPermissions wants Permissions.Set to send the form of the example.
func sendsPermissions(t *testing.T, body []byte) {
	t.Helper()
	var want struct {
		Path string
		Form map[string]string
	}
	require.NoError(t, json.Unmarshal(body, &want))
	permissions, form := SourcesPermissions{}, url.Values{}
	for source, list := range want.Form {
		form.Set(source, list)
		for name := range strings.SplitSeq(list, ",") {
			permissions[SourceID(source)] = append(permissions[SourceID(source)], SourcePermission(name))
		}
	}
	var path, got string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, _ := io.ReadAll(r.Body); r.Method == http.MethodPut {
			path, got = r.URL.Path, string(text)
		}
		_, _ = io.WriteString(w, `{"<source_id>":["read","reply","approval_threshold_50"]}`)
	}))
	t.Cleanup(srv.Close)
	client, err := NewClient(srv.URL, "token")
	require.NoError(t, err)
	_, err = client.Permissions.Set(t.Context(), "7", permissions)
	require.NoError(t, err)
	assert.Equal(t, strings.Replace(want.Path, "{userId}", "7", 1), path)
	assert.Equal(t, form.Encode(), got)
}
