package conformance

import (
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// stage is a server that gives one recorded answer at a time and keeps what it
// was asked. It is used by one goroutine.
type stage struct {
	version string
	server  *httptest.Server
	client  *konverte.Client

	mu  sync.Mutex
	op  *Operation
	now *recordings.Exchange
	got *wire
}

// wire is a request as it arrived.
type wire struct {
	method, path, contentType string
	query                     [][2]string
	body                      []byte
	parts                     []recordings.Part
	err                       error
}

func newStage(version string) (*stage, error) {
	s := &stage{version: version}
	s.server = httptest.NewServer(s)
	client, err := konverte.NewClient(s.server.URL,
		konverte.WithUserToken("user-token"), konverte.WithPlatformToken("platform-token"),
		konverte.WithRetries(0), konverte.WithMaxRedirects(0), konverte.WithStrictDecoding())
	if err != nil {
		s.server.Close()
		return nil, err
	}
	s.client = client
	return s, nil
}

func (s *stage) close() { s.server.Close() }

// set makes an exchange the one that is played, and forgets what came before.
func (s *stage) set(op *Operation, e *recordings.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.op, s.now, s.got = op, e, nil
}

// seen is the request of the operation that arrived last, nil for none.
func (s *stage) seen() *wire {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

// ServeHTTP answers the operation as recorded. Beside it methods may ask for the
// version, and look up the agents and labels that the recorded request names.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ours := segmentsOf(s.op.Path, r.URL.EscapedPath())
	switch {
	case ours && r.Method == s.op.Method:
		s.got = readWire(r)
		answer(w, s.now)
	case r.URL.Path == "/api":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"version":"`+s.version+`"}`)
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/agents"):
		writeJSON(w, agentRows(leavesOf(s.now)))
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/labels"):
		writeJSON(w, map[string]any{"payload": labelRows(leavesOf(s.now))})
	default:
		http.NotFound(w, r)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

// leavesOf are the texts and numbers in the body of a recorded request.
func leavesOf(e *recordings.Exchange) []string {
	sent, err := e.Sent()
	if err != nil {
		return nil
	}
	return plainLeaves(sent.JSON)
}

func plainLeaves(v any) []string {
	var out []string
	switch v := v.(type) {
	case testserver.Object:
		for _, m := range v {
			out = append(out, plainLeaves(m.Value)...)
		}
	case []any:
		for _, one := range v {
			out = append(out, plainLeaves(one)...)
		}
	default:
		out = []string{recordings.Plain(v)}
	}
	return out
}

// agentRows has an agent for each number.
func agentRows(leaves []string) []map[string]any {
	rows := []map[string]any{}
	for _, leaf := range leaves {
		if id, err := strconv.ParseInt(leaf, 10, 64); err == nil && id > 0 {
			rows = append(rows, map[string]any{"id": id})
		}
	}
	return rows
}

// labelRows has a label for each text.
func labelRows(leaves []string) []map[string]any {
	rows := []map[string]any{}
	for i, leaf := range leaves {
		rows = append(rows, map[string]any{"id": i + 1, "title": leaf})
	}
	return rows
}

// hopHeaders belong to the recorded connection.
var hopHeaders = []string{"Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Date"}

func answer(w http.ResponseWriter, e *recordings.Exchange) {
	w.Header()["Content-Type"] = nil
	for key, value := range e.Response.Headers {
		if key = http.CanonicalHeaderKey(key); !slices.Contains(hopHeaders, key) {
			w.Header().Set(key, value)
		}
	}
	if e.Response.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "0") // what comes next is another exchange, not this one again
	}
	w.WriteHeader(e.Response.Status)
	_, _ = w.Write(e.AnswerBody())
}

func readWire(r *http.Request) *wire {
	got := &wire{method: r.Method, path: r.URL.EscapedPath(), contentType: r.Header.Get("Content-Type")}
	got.query, got.err = splitQuery(r.URL.RawQuery)
	media, params, _ := mime.ParseMediaType(got.contentType)
	if media == "multipart/form-data" {
		got.parts, got.err = readParts(multipart.NewReader(r.Body, params["boundary"]))
		return got
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		got.err = err
	}
	got.body = body
	return got
}

// splitQuery keeps the order of the query, which url.Values does not.
func splitQuery(raw string) ([][2]string, error) {
	var out [][2]string
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err != nil {
			return nil, err
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			return nil, err
		}
		out = append(out, [2]string{key, value})
	}
	return out, nil
}

func readParts(r *multipart.Reader) ([]recordings.Part, error) {
	var out []recordings.Part
	for {
		p, err := r.NextPart()
		if err == io.EOF { //nolint:errorlint // the reader returns it bare
			return out, nil
		}
		if err != nil {
			return out, err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return out, err
		}
		part := recordings.Part{Name: p.FormName(), Filename: p.FileName()}
		if part.Filename == "" {
			part.Value = string(content)
		} else {
			part.ContentType, part.Size = p.Header.Get("Content-Type"), len(content)
		}
		out = append(out, part)
	}
}
