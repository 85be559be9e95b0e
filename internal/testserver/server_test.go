package testserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counter is a toy API: POST /things counts, GET /things/{id} echoes.
type counter struct {
	mu   sync.Mutex
	hits int
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hits
}

func (c *counter) routes() []Route {
	return []Route{
		{Operation: "add-thing", Method: "POST", Pattern: "/things", Handle: func(e *Exchange) Response {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.hits++
			e.Params.Get("name")
			return Response{Status: 200, Type: "application/json", Body: []byte(`{"name":"thing"}`)}
		}},
		{Operation: "get-thing", Method: "GET", Pattern: "/things/{id}", Handle: func(e *Exchange) Response {
			return Response{Status: 200, Type: "text/plain", Body: []byte(e.Path["id"] + e.Format)}
		}},
		{Operation: "get-fixed", Method: "GET", Pattern: "/things/fixed", Handle: func(*Exchange) Response {
			return Response{Status: 204}
		}},
		{Operation: "panic", Method: "GET", Pattern: "/panic", Handle: func(*Exchange) Response { panic("boom") }},
	}
}

// recorder is a TB that keeps what it is told.
type recorder struct {
	mu     sync.Mutex
	errors []string
}

func (r *recorder) Helper()        {}
func (r *recorder) Cleanup(func()) {}
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.errors, "\n")
}

func startToy(t *testing.T, tb TB) (*Server, *counter) {
	t.Helper()
	c := &counter{}
	plain := func(status int) Response { return Response{Status: status, Type: "text/plain", Body: []byte("x")} }
	s, err := Start(Config{
		TB: tb, Routes: c.routes(),
		NoRoute: func(*Exchange) Response { return plain(404) },
		BadBody: func(*Exchange) Response { return plain(400) },
		Crash:   func() Response { return plain(500) },
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, c
}

// send sends one request; body "" sends none.
func send(s *Server, method, path, body string, header ...string) (status int, answer string, h http.Header, err error) {
	req, err := http.NewRequestWithContext(context.Background(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), resp.Header, err
}

func post(s *Server, body string) (status int, answer string, err error) {
	status, answer, _, err = send(s, "POST", "/things", body)
	return status, answer, err
}

func TestRouting(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path   string
		status int
		body   string
	}{
		"parameter":     {"/things/12", 200, "12"},
		"trailing":      {"/things/12/", 200, "12"},
		"escaped":       {"/things/a%2Fb", 200, "a/b"},
		"format":        {"/things/12.csv", 200, "12csv"},
		"fixed wins":    {"/things/fixed", 204, ""},
		"unknown":       {"/nothing", 404, "x"},
		"wrong method":  {"/things", 404, "x"},
		"missing value": {"/things//", 404, "x"},
	}
	s, _ := startToy(t, nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body, _, err := send(s, "GET", tt.path, "")
			require.NoError(t, err)
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.body, body)
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  Fault
		status int // 0: the call fails
		body   string
		writes int
	}{
		"status":      {Status(502, "bad gateway"), 502, "bad gateway", 0},
		"page":        {HTMLPage(503), 503, "", 0},
		"drop before": {DropBefore(), 0, "", 0},
		"drop after":  {DropAfter(), 0, "", 1},
		"cut":         {CutBody(3), 0, "", 1},
		"malformed":   {MalformedJSON(), 200, `{"name":`, 1},
		"late":        {LateWrite(0), 0, "", 0},
		"delay":       {Delay(time.Millisecond), 200, `{"name":"thing"}`, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := startToy(t, nil)
			s.Fault("add-thing", tt.fault.Times(1))
			status, body, err := post(s, `{"name":"x"}`)
			assert.Equal(t, tt.writes, c.count())
			if tt.status == 0 {
				require.Error(t, err)
			} else {
				require.NoError(t, err)
				assert.Equal(t, tt.status, status)
			}
			if tt.body != "" {
				assert.Equal(t, tt.body, body)
			}
			_, body, err = post(s, `{"name":"x"}`)
			require.NoError(t, err, "the fault strikes once")
			assert.JSONEq(t, `{"name":"thing"}`, body)
		})
	}
}

func TestLateWriteArrives(t *testing.T) {
	t.Parallel()
	s, c := startToy(t, nil)
	s.Fault("POST /things", LateWrite(0).Times(1))
	_, _, err := post(s, `{}`)
	require.Error(t, err)
	require.Zero(t, c.count())
	s.Settle()
	assert.Equal(t, 1, c.count())
	s.Settle()
	assert.Equal(t, 1, c.count(), "a late write is done once")
}

func TestFaultSelection(t *testing.T) {
	t.Parallel()
	s, _ := startToy(t, nil)
	s.Fault("add-thing", Status(429, "").After(1).Times(1),
		Status(503, "").When(func(r Request) bool { return bytes.Contains(r.Body, []byte("odd")) }))
	s.Fault("another", Status(500, ""))
	var got []int
	for _, body := range []string{`{}`, `{}`, `{}`, `{"name":"odd"}`} {
		status, _, err := post(s, body)
		require.NoError(t, err)
		got = append(got, status)
	}
	s.ClearFaults()
	status, _, err := post(s, `{"name":"odd"}`)
	require.NoError(t, err)
	got = append(got, status)
	assert.Equal(t, []int{200, 429, 200, 503, 200}, got)
}

func TestDelayEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s, _ := startToy(t, nil)
	arrived := make(chan struct{})
	s.Fault("", Delay(time.Hour).When(func(Request) bool {
		close(arrived)
		return true
	}))
	done := make(chan error)
	go func() {
		_, _, err := post(s, `{}`)
		done <- err
	}()
	<-arrived
	s.Close()
	assert.Error(t, <-done)
}

func TestRedirectFault(t *testing.T) {
	t.Parallel()
	s, _ := startToy(t, nil)
	s.Fault("get-thing", Redirect(302, "http://elsewhere.example/"))
	status, _, h, err := send(s, "GET", "/things/1", "")
	require.NoError(t, err)
	assert.Equal(t, 302, status)
	assert.Equal(t, "http://elsewhere.example/", h.Get("Location"))
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	s, _ := startToy(t, nil)
	_, _, _, err := send(s, "POST", "/things?q=1", `{"name":"x"}`, "Api-Access-Token", "planted-token")
	require.NoError(t, err)
	log := s.Requests()
	require.Len(t, log, 1)
	assert.Equal(t, "add-thing", log[0].Operation)
	assert.Equal(t, "1", log[0].Query.Get("q"))
	assert.JSONEq(t, `{"name":"x"}`, string(log[0].Body))
	assert.Equal(t, 200, log[0].Status)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", log, log, log), "planted-token")
	s.ClearRequests()
	assert.Empty(t, s.Requests())
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"understood":    {`{"name":"x"}`, ""},
		"unknown field": {`{"name":"x","colour":"y"}`, "the server does not read colour"},
		"no object":     {`[1]`, "the body is no object"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := &recorder{}
			s, _ := startToy(t, tb)
			_, _, err := post(s, tt.body)
			require.NoError(t, err)
			s.Close()
			if tt.want == "" {
				assert.Empty(t, tb.all())
				return
			}
			assert.Contains(t, tb.all(), tt.want)
		})
	}
}

func TestHandlerPanic(t *testing.T) {
	t.Parallel()
	tb := &recorder{}
	s, _ := startToy(t, tb)
	status, _, _, err := send(s, "GET", "/panic", "")
	require.NoError(t, err)
	assert.Equal(t, 500, status)
	assert.Contains(t, tb.all(), "boom")
}

func TestEntityTag(t *testing.T) {
	t.Parallel()
	s, _ := startToy(t, nil)
	_, _, h, err := send(s, "GET", "/things/1", "")
	require.NoError(t, err)
	status, body, _, err := send(s, "GET", "/things/1", "", "If-None-Match", h.Get("ETag"))
	require.NoError(t, err)
	assert.Equal(t, 304, status)
	assert.Empty(t, body)
}

func TestWindows(t *testing.T) {
	t.Parallel()
	var w Windows
	at := time.Unix(1_800_000_030, 0)
	var over []bool
	for range 3 {
		over = append(over, w.Hit("x", at, time.Minute, 2))
	}
	assert.Equal(t, []bool{false, false, true}, over)
	assert.False(t, w.Hit("other", at, time.Minute, 2))
	assert.False(t, w.Hit("x", at.Add(30*time.Second), time.Minute, 2), "windows begin at full minutes")
	assert.False(t, w.Hit("none", at, time.Minute, 0))
}

func TestObject(t *testing.T) {
	t.Parallel()
	o := Object{{Key: "b", Value: 1}, {Key: "a", Value: Object{{Key: "x", Value: "<&>"}}}}
	o.Set("b", nil)
	o.Set("c", Float(2))
	kept := o.Clone()
	o.Merge(Object{{Key: "d", Value: []any{Float(1.5)}}})
	o.Delete("a")
	out, err := Marshal(o)
	require.NoError(t, err)
	assert.Equal(t, "{`b`:null,`c`:2.0,`d`:[1.5]}", quoted(out))
	out, err = Marshal(kept)
	require.NoError(t, err)
	assert.Equal(t, "{`b`:null,`a`:{`x`:`<&>`},`c`:2.0}", quoted(out))
	_, err = ParseJSON([]byte(strings.Repeat("[", 200)))
	assert.Error(t, err)
}

// quoted makes a JSON text comparable byte by byte: order and number format
// count.
func quoted(out []byte) string { return strings.ReplaceAll(string(out), `"`, "`") }
