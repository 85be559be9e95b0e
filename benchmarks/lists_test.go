package benchmarks

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

const (
	listed   = 10_000
	pageSize = 15
	latency  = 20 * time.Millisecond
)

// slowList serves the contacts as the server does, each page after a delay.
func slowList(w http.ResponseWriter, r *http.Request) {
	time.Sleep(latency)
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	page = max(page, 1)
	var body bytes.Buffer
	fmt.Fprintf(&body, `{"meta":{"count":%d,"current_page":"%d"},"payload":[`, listed, page)
	for i := (page - 1) * pageSize; i < min(page*pageSize, listed); i++ {
		if i%pageSize > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"additional_attributes":{},"availability_status":"offline","email":"c%d@example.com","id":%d,"name":"Contact %d","phone_number":null,"blocked":false,"identifier":null,"thumbnail":"","custom_attributes":{},"created_at":1795323207,"contact_inboxes":[]}`, i, i+1, i)
	}
	body.WriteString("]}")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body.Bytes())
}

// BenchmarkListContacts lists 10,000 contacts at 20 ms for each request, one page after
// another and with pages read ahead. The ratio is to one page after another.
func BenchmarkListContacts(b *testing.B) {
	var connections atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(slowList))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	b.Cleanup(srv.Close)
	var sequential time.Duration
	for _, prefetch := range []int{1, 4, 8, 16} {
		b.Run(fmt.Sprintf("prefetch=%d", prefetch), func(b *testing.B) {
			for b.Loop() {
				c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1))
				require.NoError(b, err)
				connections.Store(0)
				start := time.Now()
				seen := 0
				for _, err := range c.Contacts.All(b.Context(), konverte.ContactListParams{}, konverte.WithPrefetch(prefetch)) {
					require.NoError(b, err)
					seen++
				}
				took := time.Since(start)
				c.Close()
				require.Equal(b, listed, seen)
				if prefetch == 1 {
					sequential = took
				}
				if sequential > 0 {
					b.ReportMetric(float64(took)/float64(sequential), "x-prefetch-1")
				}
				b.ReportMetric(float64(connections.Load()), "connections")
			}
		})
	}
}
