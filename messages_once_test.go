package konverte_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

// unreliable is a server that loses a fifth of all requests, in four ways in turn.
type unreliable struct {
	mu      sync.Mutex
	calls   int
	arrived map[string]int // messages written, by content
}

func (u *unreliable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Content string `json:"content"`
	}
	err := json.NewDecoder(r.Body).Decode(&message)
	u.mu.Lock()
	u.calls++
	call := u.calls
	u.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if call%5 != 0 {
		u.write(message.Content)
		u.answer(w, message.Content)
		return
	}
	switch call / 5 % 4 {
	case 0: // lost before the write
		u.reset(w)
	case 1: // lost after the write
		u.write(message.Content)
		u.reset(w)
	case 2: // a proxy answers for a server that never saw it
		w.WriteHeader(http.StatusBadGateway)
	default: // a proxy answers for a server that wrote it
		u.write(message.Content)
		w.WriteHeader(http.StatusBadGateway)
	}
}

func (u *unreliable) write(content string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.arrived[content]++
}

func (u *unreliable) answer(w http.ResponseWriter, content string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = fmt.Fprintf(w, `{"id":1,"content":%q,"conversation_id":1,"message_type":1}`, content)
}

// reset hangs up in the middle of the exchange.
func (u *unreliable) reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func TestMessagesAreNeverDoubled(t *testing.T) {
	t.Parallel()
	const messages = 1000
	server := &unreliable{arrived: map[string]int{}}
	srv := httptest.NewServer(server)
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1))
	require.NoError(t, err)

	contents := make([]string, messages)
	for i := range contents {
		contents[i] = fmt.Sprintf("message %d", i)
	}
	results := konverte.Batch(t.Context(), contents, func(ctx context.Context, content string) (*konverte.Message, error) {
		return c.Messages.Create(ctx, 1, konverte.MessageCreateParams{Content: content})
	}, konverte.WithBatching(konverte.Batching{Size: messages, MaxInFlight: 16}))

	srv.Close() // waits for what is still on its way
	server.mu.Lock()
	defer server.mu.Unlock()
	unknown := 0
	for i, r := range results {
		content := contents[i]
		assert.LessOrEqual(t, server.arrived[content], 1, "%s arrived twice", content)
		if r.Err == nil {
			assert.Equal(t, 1, server.arrived[content], "%s was reported as sent", content)
			continue
		}
		require.True(t, maybeSent(r.Err), "%s: %v", content, r.Err)
		unknown++
	}
	assert.Equal(t, messages, server.calls, "every message is sent once")
	assert.Equal(t, messages/5, unknown)
}

func maybeSent(err error) bool {
	if e, ok := errors.AsType[*konverte.Error](err); ok {
		return e.MaybeSent
	}
	if e, ok := errors.AsType[*konverte.TransportError](err); ok {
		return e.MaybeSent
	}
	return false
}
