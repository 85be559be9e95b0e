package core

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

// planted is the token that must never be seen anywhere.
const planted = "tok-PLANTED-0123456789"

// deskAPI is an API like those of the real servers.
func deskAPI() API {
	return API{
		Name:              "desk",
		PastedPaths:       []string{"/api/v1", "/api"},
		CredentialHeaders: []string{"Api-Access-Token", "api_access_token"},
		CredentialHeader: func(cfg *Config) string {
			if cfg.UnderscoreHeader {
				return "api_access_token"
			}
			return "Api-Access-Token"
		},
		Choose: func(cfg *Config, _ *Operation) (string, string) {
			return cfg.UserToken.Reveal(), "WithUserToken"
		},
		ParseError: func(_ int, _ http.Header, body []byte) ErrorInfo {
			var shape struct {
				Error      string
				Attributes []string
			}
			_ = json.Unmarshal(body, &shape)
			return ErrorInfo{Message: shape.Error, Attributes: shape.Attributes}
		},
		Window: func(op *Operation, now time.Time) (string, time.Time, bool) {
			return op.Window, now.Truncate(time.Minute).Add(time.Minute), true
		},
	}
}

type thing struct {
	ID   int64
	Name string
}

func decodeThing(d *codec.Decoder, v *thing) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "id":
			codec.ID(d, &v.ID)
		case "name":
			codec.String(d, &v.Name)
		default:
			d.Extra(new(map[string]json.RawMessage))
		}
	}
	d.Identity("id", v.ID != 0)
}

var (
	getThing    = &Operation{Name: "Things.Get", Method: "GET", Path: "/things/{id}", Idempotent: true}
	listThings  = &Operation{Name: "Things.List", Method: "GET", Path: "/things", Idempotent: true}
	createThing = &Operation{Name: "Things.Create", Method: "POST", Path: "/things", Body: BodyJSON}
	putThing    = &Operation{Name: "Things.Put", Method: "PUT", Path: "/things/{id}", Body: BodyJSON, Idempotent: true}
	deleteThing = &Operation{Name: "Things.Delete", Method: "DELETE", Path: "/things/{id}", Idempotent: true, Answer: AnswerEmpty}
	uploadThing = &Operation{Name: "Things.Upload", Method: "POST", Path: "/things", Body: BodyJSONOrMultipart}
)

// skippingClock is a clock on which every wait is over at once. It remembers
// the waits.
type skippingClock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func newSkippingClock() *skippingClock {
	return &skippingClock{now: time.Date(2026, 3, 4, 5, 6, 20, 0, time.UTC)}
}

func (c *skippingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *skippingClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, d)
	c.now = c.now.Add(d)
	done := make(chan time.Time, 1)
	done <- c.now
	return done
}

func (c *skippingClock) waited() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waits
}

// serve starts a server for the test.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	return srv
}

// client makes a client with the planted token that never waits.
func client(t *testing.T, base string, opts ...Option) *Client {
	t.Helper()
	opts = append([]Option{WithUserToken(planted), WithClock(newSkippingClock())}, opts...)
	c, err := New(base, deskAPI(), opts)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func get(t *testing.T, c *Client, opts ...Option) (*thing, error) {
	t.Helper()
	return One(t.Context(), c, getThing, Request{Path: []string{"7"}}, opts, decodeThing)
}

func create(t *testing.T, c *Client, opts ...Option) (*thing, error) {
	t.Helper()
	return One(t.Context(), c, createThing, Request{Body: map[string]string{"name": "x"}}, opts, decodeThing)
}

// request is what a server saw.
type request struct {
	Method, URI, Host string
	Header            http.Header
	Body              string
}

// recorder keeps every request.
type recorder struct {
	mu  sync.Mutex
	all []request
}

func (r *recorder) add(req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	seen := request{Method: req.Method, URI: req.RequestURI, Host: req.Host, Header: req.Header.Clone(), Body: string(body)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, seen)
}

func (r *recorder) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all
}

// answer is one step of a script.
type answer struct {
	status int
	header map[string]string
	body   string
	drop   bool // close the connection without an answer
	cut    bool // announce more than is sent
}

// script answers requests in order; the last step is repeated.
func script(t *testing.T, steps ...answer) (*httptest.Server, *recorder) {
	t.Helper()
	seen := &recorder{}
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen.add(r)
		step := steps[min(len(seen.requests()), len(steps))-1]
		if step.drop {
			hijackAndClose(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		for name, value := range step.header {
			w.Header().Set(name, value)
		}
		if step.cut {
			w.Header().Set("Content-Length", "1000")
		}
		w.WriteHeader(step.status)
		_, _ = io.WriteString(w, step.body)
		if step.cut {
			_ = http.NewResponseController(w).Flush()
			hijackAndClose(w)
		}
	})
	return srv, seen
}

// hijackAndClose ends the connection, or the stream of an HTTP/2 connection.
func hijackAndClose(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_ = conn.Close()
}

func asError[E error](t *testing.T, err error) E {
	t.Helper()
	var target E
	require.ErrorAs(t, err, &target)
	return target
}

// assertHidden looks for the planted token, and for any other secret, in texts.
func assertHidden(t *testing.T, secret string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		assert.NotContains(t, text, secret)
		assert.NotContains(t, strings.ToLower(text), strings.ToLower(secret))
	}
}

// background is a context without a deadline, which t.Context is as well.
var background = context.Background()

const okThing = `{"id":7,"name":"x"}`
