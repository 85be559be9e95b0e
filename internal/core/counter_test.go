package core

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// counter counts the connections that a server was asked for.
type counter struct{ n atomic.Int64 }

func newCounter() *counter { return &counter{} }

func (c *counter) note(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		c.n.Add(1)
	}
}

func (c *counter) opened() int64 { return c.n.Load() }

// quiet is a logger for servers whose complaints are part of the test.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// newCountedServer starts a server whose connections are counted.
func newCountedServer(t *testing.T, c *counter, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(handler)
	srv.Config.ConnState = c.note
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}
