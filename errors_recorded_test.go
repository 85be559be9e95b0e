package konverte_test

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

// recordedAnswer is one line of testdata/answers/index.tsv.
type recordedAnswer struct {
	file, operation, contentType, version string
	status                                int
}

func recordedAnswers(t *testing.T) []recordedAnswer {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "answers", "index.tsv"))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comma = '\t'
	lines, err := r.ReadAll()
	require.NoError(t, err)
	var all []recordedAnswer
	for _, l := range lines[1:] {
		status, err := strconv.Atoi(l[2])
		require.NoError(t, err)
		all = append(all, recordedAnswer{file: l[0], operation: l[1], status: status, contentType: l[3], version: l[4]})
	}
	return all
}

func (a recordedAnswer) body(t *testing.T) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "answers", a.file))
	require.NoError(t, err)
	return body
}

// serve answers every request with what was recorded.
func (a recordedAnswer) serve(t *testing.T) *konverte.Client {
	t.Helper()
	body := a.body(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", a.contentType)
		w.Header().Set("X-Request-Id", "request-1")
		w.WriteHeader(a.status)
		_, _ = w.Write(body)
	}))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1),
		konverte.WithRetries(0), konverte.WithStrictDecoding())
	require.NoError(t, err)
	return c
}

// What every recorded error shape is read as.
func TestErrorShapes(t *testing.T) {
	t.Parallel()
	want := map[string]struct {
		message    string // the beginning
		attributes []string
		is         error
	}{
		"error.400.error-status-str.json":   {message: "Bad Request", is: konverte.ErrValidation},
		"error.400.html.txt":                {is: konverte.ErrValidation},
		"error.401.error-str.json":          {message: "Invalid Access Token", is: konverte.ErrUnauthorized},
		"error.401.errors.json":             {message: "You need to sign in or sign up", is: konverte.ErrUnauthorized},
		"error.403.error-str.json":          {message: "Message status update is only allowed", is: konverte.ErrForbidden},
		"error.403.message.json":            {message: "You have entered an invalid email", is: konverte.ErrForbidden},
		"error.404.empty.txt":               {is: konverte.ErrNotFound},
		"error.404.error-status-str.json":   {message: "Not Found", is: konverte.ErrNotFound},
		"error.404.error-str.json":          {message: "Resource could not be found", is: konverte.ErrNotFound},
		"error.404.html.txt":                {is: konverte.ErrNotFound},
		"error.406.error-status-str.json":   {message: "Not Acceptable"},
		"error.422.attributes-message.json": {attributes: []string{"user_id"}, is: konverte.ErrValidation},
		"error.422.empty.txt":               {is: konverte.ErrValidation},
		"error.422.error-dict.json":         {attributes: []string{"conditions"}, is: konverte.ErrValidation},
		"error.422.error-status-str.json":   {message: "Unprocessable", is: konverte.ErrValidation},
		"error.422.error-str.json":          {message: "param is missing", is: konverte.ErrValidation},
		"error.422.message.json":            {is: konverte.ErrValidation},
		"error.422.success.json":            {is: konverte.ErrValidation},
		"error.429.text.txt":                {message: "Retry later", is: konverte.ErrRateLimited},
		"error.500.error-status-str.json":   {message: "Internal Server Error", is: konverte.ErrServer},
		"error.500.error-str.json":          {is: konverte.ErrServer},
		"error.500.html.txt":                {is: konverte.ErrServer},
	}
	seen := 0
	for _, a := range recordedAnswers(t) {
		if a.status < 400 {
			continue
		}
		seen++
		t.Run(a.file, func(t *testing.T) {
			t.Parallel()
			expected, ok := want[a.file]
			require.True(t, ok, "a shape without an expectation")
			_, err := a.serve(t).Agents.List(t.Context())
			got, ok := errors.AsType[*konverte.Error](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, a.status, got.StatusCode)
			assert.Equal(t, "Agents.List", got.Operation)
			assert.Equal(t, "request-1", got.RequestID)
			assert.Equal(t, strings.TrimSpace(string(a.body(t))), strings.TrimSpace(string(got.Body)))
			assert.True(t, strings.HasPrefix(got.Message, expected.message), got.Message)
			if expected.attributes != nil {
				assert.Equal(t, expected.attributes, got.Attributes)
			}
			if expected.is != nil {
				require.ErrorIs(t, err, expected.is)
			}
			assert.NotContains(t, err.Error(), "<html")
			assert.Contains(t, err.Error(), "/api/v1/accounts/{account_id}/agents")
		})
	}
	assert.Len(t, want, seen)
}
