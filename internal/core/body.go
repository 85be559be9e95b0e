package core

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// drainLimit is how much of a body that nobody wants is read so that its
// connection can be used again.
const drainLimit = 256 << 10

// largestPooled keeps a rare large body from staying in memory.
const largestPooled = 4 << 20

// presized is how much is allocated on the word of a Content-Length alone.
const presized = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func releaseBuffer(b *bytes.Buffer) {
	if b == nil || b.Cap() > largestPooled {
		return
	}
	b.Reset()
	buffers.Put(b)
}

// bodyTooLargeError is a success whose body is beyond the limit.
type bodyTooLargeError struct {
	limit int64
}

func (e *bodyTooLargeError) Error() string {
	return fmt.Sprintf("the answer's body is larger than %d bytes (WithBodyLimit)", e.limit)
}

// readBody reads a whole body of at most limit bytes, and closes it.
func readBody(resp *http.Response, limit int64, into *bytes.Buffer) error {
	defer func() { _ = resp.Body.Close() }()
	if resp.ContentLength > limit {
		return &bodyTooLargeError{limit: limit}
	}
	if resp.ContentLength > 0 {
		into.Grow(int(min(resp.ContentLength, presized)) + bytes.MinRead)
	}
	n, err := into.ReadFrom(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return err
	}
	if n > limit {
		return &bodyTooLargeError{limit: limit}
	}
	return nil
}

// readSample reads the beginning of a body, as far as it comes, drops a bounded
// rest and closes it.
func readSample(resp *http.Response, limit int64) []byte {
	defer func() { _ = resp.Body.Close() }()
	sample, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	if err == nil {
		_, _ = io.CopyN(io.Discard, resp.Body, drainLimit)
	}
	return sample
}
