package core

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shop keeps what was created, and loses answers.
type shop struct {
	mu      sync.Mutex
	created map[string]int
	calls   int
}

// ServeHTTP fails one request of five, each time in another way.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls++
	n := s.calls
	s.mu.Unlock()
	failure := n / 5 % 6
	if n%5 != 0 {
		failure = -1
	}
	switch failure {
	case 0: // before the body was read
		hijackAndClose(w)
		return
	case 1:
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	s.keep(r)
	switch failure {
	case 2:
		hijackAndClose(w)
	case 3:
		w.WriteHeader(http.StatusBadGateway)
	case 4:
		w.WriteHeader(http.StatusInternalServerError)
	case 5:
		panic(http.ErrAbortHandler)
	default:
		_, _ = io.WriteString(w, okThing)
	}
}

func (s *shop) keep(r *http.Request) {
	var body struct{ Name string }
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created[body.Name]++
}

// TestNothingIsCreatedTwice creates through a server that loses answers, over
// both versions of HTTP.
func TestNothingIsCreatedTwice(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		t.Run("HTTP/2 "+strconv.FormatBool(http2), func(t *testing.T) {
			t.Parallel()
			testNothingIsCreatedTwice(t, http2)
		})
	}
}

func testNothingIsCreatedTwice(t *testing.T, http2 bool) {
	t.Helper()
	const width, each = 8, 50
	stock := &shop{created: make(map[string]int)}
	srv := httptest.NewUnstartedServer(stock)
	srv.Config.ErrorLog = quiet()
	srv.EnableHTTP2 = http2
	srv.StartTLS()
	t.Cleanup(srv.Close)
	c := client(t, srv.URL, WithIgnoreSSLIssues(), WithRetryWait(0, 0))

	var mu sync.Mutex
	unknown := make(map[string]bool) // by name, what the error said
	failed := make(map[string]bool)
	var workers sync.WaitGroup
	for worker := range width {
		workers.Go(func() {
			for i := range each {
				name := strconv.Itoa(worker*each + i)
				_, err := One(t.Context(), c, createThing, Request{Body: map[string]string{"name": name}}, nil, decodeThing)
				if err == nil {
					continue
				}
				mu.Lock()
				failed[name], unknown[name] = true, maybeSent(err)
				mu.Unlock()
			}
		})
	}
	workers.Wait()

	stock.mu.Lock()
	defer stock.mu.Unlock()
	for i := range width * each {
		name := strconv.Itoa(i)
		arrived := stock.created[name]
		require.LessOrEqual(t, arrived, 1, "created twice")
		switch {
		case !failed[name]:
			assert.Equal(t, 1, arrived, "said to be there")
		case !unknown[name]:
			assert.Zero(t, arrived, "said not to be there")
		}
	}
	assert.NotEmpty(t, unknown)
}

func maybeSent(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok && e.MaybeSent {
		return true
	}
	if e, ok := errors.AsType[*DecodeError](err); ok && e.MaybeSent {
		return true
	}
	e, ok := errors.AsType[*TransportError](err)
	return ok && e.MaybeSent
}
