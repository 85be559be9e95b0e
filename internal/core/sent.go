package core

import (
	"net/http/httptrace"
	"sync/atomic"
)

// sentWatch finds out whether any part of one request may have been written.
type sentWatch struct {
	// resets tells that a second connection is asked for only when nothing was
	// written to the first.
	resets bool

	asked   atomic.Bool // a connection was asked for
	got     atomic.Bool // there was one, so that writing may have begun
	written atomic.Bool // the request was written to its end
}

func (w *sentWatch) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) {
			w.asked.Store(true)
			if w.resets {
				w.got.Store(false)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { w.got.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				w.written.Store(true)
			}
		},
	}
}

// maybeSent is false only where it is certain: the transport asked for a
// connection and never got one.
func (w *sentWatch) maybeSent() bool {
	return !w.asked.Load() || w.got.Load() || w.written.Load()
}
