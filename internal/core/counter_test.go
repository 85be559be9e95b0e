package core

import (
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
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
