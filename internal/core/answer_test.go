package core

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

// decodeLoose is a type without identity, which nothing but its shape protects.
func decodeLoose(d *codec.Decoder, v *thing) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "name":
			codec.String(d, &v.Name)
		default:
			d.Skip()
		}
	}
}

// TestAnswers has every answer end in a result or in a typed error.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const html = "<!DOCTYPE html><html><body>Sign in</body></html>"
	tests := []struct {
		name    string
		status  int
		media   string
		body    string
		problem string // "" = it works
	}{
		{"JSON", 200, "application/json", okThing, ""},
		{"JSON with charset", 200, "application/json; charset=utf-8", okThing, ""},
		{"a JSON dialect", 200, "application/hal+json", okThing, ""},
		{"JSON as text", 200, "text/plain", okThing, ""},
		{"JSON as anything", 200, "application/octet-stream", okThing, ""},
		{"JSON as nonsense", 200, ";;", okThing, ""},
		{"201", 201, "application/json", okThing, ""},
		{"204", 204, "", "", "empty"},
		{"nothing", 200, "application/json", "", "empty"},
		{"spaces", 200, "application/json", " \n", "empty"},
		{"null", 200, "application/json", "null", "missing"},
		{"HTML", 200, "text/html", html, "HTML page"},
		{"HTML as JSON", 200, "application/json", html, "invalid JSON"},
		{"HTML as text", 200, "text/plain", html, "HTML page"},
		{"JSON as HTML", 200, "text/html", okThing, "HTML page"},
		{"text", 200, "text/plain", "ok", "no JSON"},
		{"cut short", 200, "application/json", `{"id":7,"name":`, "invalid JSON"},
		{"more behind it", 200, "application/json", okThing + "x", "invalid JSON"},
		{"two of them", 200, "application/json", okThing + okThing, "invalid JSON"},
		{"an array", 200, "application/json", "[" + okThing + "]", "root"},
		{"a string", 200, "application/json", `"id"`, "root"},
		{"a number", 200, "application/json", `7`, "root"},
		{"deep", 200, "application/json", strings.Repeat("[", 100000), "invalid JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.media}
				w.Header().Set("X-Request-Id", "req-1")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			})
			for _, dec := range []func(*codec.Decoder, *thing){decodeThing, decodeLoose} {
				var resp Response
				v, err := One(t.Context(), client(t, srv.URL), createThing, Request{}, []Option{Into(&resp)}, dec)
				assert.Equal(t, tt.status, resp.StatusCode)
				assert.Equal(t, tt.body, string(resp.Body))
				assert.Equal(t, "req-1", resp.RequestID)
				if tt.problem == "" {
					require.NoError(t, err)
					assert.Equal(t, "x", v.Name)
					continue
				}
				assert.Nil(t, v)
				e := asError[*DecodeError](t, err)
				assert.Contains(t, e.Error(), tt.problem)
				assert.Equal(t, tt.body, string(e.Body))
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "Sign in")
			}
		})
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body string
		key  string
		want int // -1 = an error
	}{
		{"bare", "[" + okThing + "," + okThing + "]", "", 2},
		{"bare and empty", "[]", "", 0},
		{"bare null", "null", "", -1},
		{"an object in place of it", okThing, "", -1},
		{"under a key", `{"meta":{},"payload":[` + okThing + `]}`, "payload", 1},
		{"under a key and empty", `{"payload":[]}`, "payload", 0},
		{"deeper", `{"data":{"payload":[` + okThing + `]}}`, "data.payload", 1},
		{"null under a key", `{"payload":null}`, "payload", -1},
		{"an object under a key", `{"payload":{}}`, "payload", -1},
		{"the key is missing", `{"other":[]}`, "payload", -1},
		{"no object", `[]`, "payload", -1},
		{"an element without identity", `[{"name":"x"}]`, "", -1},
		{"an element of another shape", `[7]`, "", -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, _ := script(t, answer{status: 200, body: tt.body})
			c := client(t, srv.URL)
			var got []thing
			var err error
			if tt.key == "" {
				got, err = List(t.Context(), c, listThings, Request{}, nil, decodeThing)
			} else {
				got, err = ListAt(t.Context(), c, listThings, Request{}, nil, tt.key, decodeThing)
			}
			if tt.want < 0 {
				asError[*DecodeError](t, err)
				assert.Nil(t, got)
				return
			}
			require.NoError(t, err)
			assert.NotNil(t, got)
			assert.Len(t, got, tt.want)
		})
	}
}

func TestNullThatIsLegal(t *testing.T) {
	t.Parallel()
	op := *createThing
	op.NullOK = true
	for _, body := range []string{"null", " null ", "", "\n"} {
		srv, _ := script(t, answer{status: 200, body: body})
		v, err := One(t.Context(), client(t, srv.URL), &op, Request{}, nil, decodeThing)
		require.NoError(t, err)
		assert.Nil(t, v)
	}
	srv, _ := script(t, answer{status: 200, body: okThing})
	v, err := One(t.Context(), client(t, srv.URL), &op, Request{}, nil, decodeThing)
	require.NoError(t, err)
	assert.Equal(t, int64(7), v.ID)
}

func TestTolerantAndStrictDecoding(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 200, body: `{"id":7,"name":5,"color":"red"}`})
	c := client(t, srv.URL)
	var resp Response
	v, err := get(t, c, Into(&resp))
	require.NoError(t, err)
	assert.Equal(t, thing{ID: 7}, *v)
	require.Len(t, resp.DecodeIssues, 1)
	assert.Equal(t, "name", resp.DecodeIssues[0].Path)

	_, err = get(t, c, Into(&resp), WithStrictDecoding())
	e := asError[*DecodeError](t, err)
	assert.Len(t, e.Issues, 2)
	assert.Len(t, resp.DecodeIssues, 2)
	require.ErrorContains(t, err, "color")
	assert.NotContains(t, err.Error(), "red")
}

func TestAnswersThatAreNotRead(t *testing.T) {
	t.Parallel()
	for _, step := range []answer{
		{status: 200, body: ""}, {status: 204}, {status: 200, body: okThing},
		{status: 200, body: "<html>", header: map[string]string{"Content-Type": "text/html"}},
		{status: 200, body: "{", cut: true},
	} {
		srv, seen := script(t, step)
		require.NoError(t, None(t.Context(), client(t, srv.URL), deleteThing, Request{Path: []string{"7"}}, nil))
		assert.Len(t, seen.requests(), 1)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	report := &Operation{Name: "Reports.CSV", Method: "GET", Path: "/report", Idempotent: true, Answer: AnswerText}
	page := &Operation{Name: "Survey.Page", Method: "GET", Path: "/survey", Idempotent: true, Answer: AnswerHTML}
	tests := []struct {
		name  string
		op    *Operation
		media string
		ok    bool
	}{
		{"CSV", report, "text/csv", true},
		{"a login page in place of CSV", report, "text/html; charset=utf-8", false},
		{"HTML", page, "text/html", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, seen := script(t, answer{status: 200, body: "a,b\n", header: map[string]string{"Content-Type": tt.media}})
			text, err := Text(t.Context(), client(t, srv.URL), tt.op, Request{}, nil)
			assert.Equal(t, accept[tt.op.Answer][0], seen.requests()[0].Header.Get("Accept"))
			if !tt.ok {
				asError[*DecodeError](t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "a,b\n", text)
		})
	}
}

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	long := `{"id":7,"name":"` + strings.Repeat("x", 5000) + `"}`
	tests := []struct {
		name    string
		chunked bool
	}{{"announced", false}, {"chunked", true}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				requests++
				if tt.chunked {
					_ = http.NewResponseController(w).Flush()
				} else {
					w.Header().Set("Content-Length", fmt.Sprint(len(long)))
				}
				_, _ = w.Write([]byte(long))
			})
			_, err := get(t, client(t, srv.URL), WithBodyLimit(1000))
			require.ErrorContains(t, err, "larger than 1000 bytes")
			assert.Equal(t, 1, requests, "it would be as large again")
			_, err = get(t, client(t, srv.URL), WithBodyLimit(int64(len(long))))
			require.NoError(t, err)
		})
	}
}

// TestCompressedBodyLimit counts what is unpacked.
func TestCompressedBodyLimit(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"id":7,"name":"` + strings.Repeat("x", 1<<20) + `"}`))
	require.NoError(t, w.Close())
	srv, _ := script(t, answer{status: 200, body: packed.String(), header: map[string]string{"Content-Encoding": "gzip"}})
	_, err := get(t, client(t, srv.URL), WithBodyLimit(10_000))
	require.ErrorContains(t, err, "larger than 10000 bytes")
	v, err := get(t, client(t, srv.URL))
	require.NoError(t, err)
	assert.Len(t, v.Name, 1<<20)
}

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("y", 100_000)
	tests := []struct {
		name    string
		media   string
		body    string
		message string
	}{
		{"JSON", "application/json", `{"error":"Name can't be blank","attributes":["name"]}`, "Name can't be blank"},
		{"JSON of another shape", "application/json", `{"x":1}`, ""},
		{"broken JSON", "application/json", `{"error":`, ""},
		{"text", "text/plain", "Retry later\n", "Retry later"},
		{"HTML", "text/html", "<html><title>502</title></html>", "an HTML page"},
		{"HTML without a type", "", "<html>", "an HTML page"},
		{"nothing", "", "", ""},
		{"bytes", "application/octet-stream", "\xff\x00\x1b[31mred", "\uFFFD  [31mred"},
		{"long", "text/plain", long, strings.Repeat("y", maxText) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, _ := script(t, answer{status: 422, body: tt.body, header: map[string]string{"Content-Type": tt.media, "X-Request-Id": "req-2"}})
			var resp Response
			_, err := create(t, client(t, srv.URL), Into(&resp))
			e := asError[*Error](t, err)
			assert.Equal(t, tt.message, e.Message)
			assert.Equal(t, "req-2", e.RequestID)
			assert.LessOrEqual(t, len(e.Body), DefaultErrorBodyLimit)
			assert.True(t, strings.HasPrefix(tt.body, string(e.Body)))
			assert.Equal(t, e.Body, resp.Body)
			assert.Equal(t, 422, resp.StatusCode)
			assert.Equal(t, 1, resp.Attempts)
			require.ErrorIs(t, err, ErrValidation)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestErrorKinds(t *testing.T) {
	t.Parallel()
	all := []error{ErrUnauthorized, ErrPaymentRequired, ErrForbidden, ErrNotFound, ErrConflict, ErrValidation, ErrRateLimited, ErrServer, ErrTimeout}
	kinds := map[int]error{
		400: ErrValidation, 401: ErrUnauthorized, 402: ErrPaymentRequired, 403: ErrForbidden, 404: ErrNotFound,
		405: nil, 409: ErrConflict, 410: ErrNotFound, 418: nil, 422: ErrValidation, 429: ErrRateLimited,
		301: nil, 500: ErrServer, 503: ErrServer, 599: ErrServer, 901: ErrServer,
	}
	for status, want := range kinds {
		for _, kind := range all {
			if errors.Is(kind, want) {
				require.ErrorIs(t, &Error{StatusCode: status}, kind, status)
				continue
			}
			require.NotErrorIs(t, &Error{StatusCode: status}, kind, status)
		}
	}
	conflict := NewConflict(&Error{StatusCode: 422, Message: "taken"})
	assert.True(t, conflict.Is(ErrConflict) && conflict.Is(ErrValidation))
	assert.Equal(t, "taken", conflict.Message)
}

func TestHints(t *testing.T) {
	t.Parallel()
	hints := map[int]string{401: "token", 403: "may not", 404: "another account", 429: "WithRateLimit"}
	for status, want := range hints {
		srv, _ := script(t, answer{status: status})
		_, err := create(t, client(t, srv.URL, WithRetries(0)))
		require.ErrorContains(t, err, want)
	}
	api := deskAPI()
	api.Hint = func(e *Error) string {
		return fmt.Sprintf("hint for %d of %s with %s", e.StatusCode, e.Operation, planted)
	}
	srv, _ := script(t, answer{status: 404})
	c, err := New(srv.URL, api, []Option{WithUserToken(planted)})
	require.NoError(t, err)
	_, err = get(t, c)
	require.ErrorContains(t, err, "hint for 404 of Things.Get with REDACTED")
}

func TestResponseIsFilledWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{drop: true})
	resp := Response{StatusCode: 1, Body: []byte("old")}
	_, err := create(t, client(t, srv.URL), Into(&resp))
	require.Error(t, err)
	assert.Zero(t, resp.StatusCode)
	assert.Equal(t, 1, resp.Attempts)
	assert.Nil(t, resp.Body)

	resp = Response{StatusCode: 1}
	_, err = One(t.Context(), client(t, srv.URL), getThing, Request{Path: []string{""}}, []Option{Into(&resp)}, decodeThing)
	asError[*ArgumentError](t, err)
	assert.Zero(t, resp.StatusCode)
	assert.Zero(t, resp.Attempts)
}

// TestResponseBodyIsACopy reads the body after its buffer went to another call.
func TestResponseBodyIsACopy(t *testing.T) {
	t.Parallel()
	first := `{"id":1,"name":"` + strings.Repeat("a", 100) + `"}`
	second := `{"id":2,"name":"` + strings.Repeat("b", 100) + `"}`
	srv, _ := script(t, answer{status: 200, body: first}, answer{status: 200, body: second})
	c := client(t, srv.URL)
	var resp Response
	v, err := get(t, c, Into(&resp))
	require.NoError(t, err)
	for range 20 {
		_, err = get(t, c)
		require.NoError(t, err)
	}
	assert.True(t, json.Valid(resp.Body))
	assert.Equal(t, first, string(resp.Body))
	assert.Equal(t, strings.Repeat("a", 100), v.Name)
}
