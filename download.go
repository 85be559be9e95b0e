package konverte

import (
	"context"
	"io"

	"github.com/konverte-go/konverte/internal/core"
)

// Download is a file that is being read. It must be closed.
type Download struct {
	io.ReadCloser
	ContentType string // as whoever stores the file says, "" when nothing is said
	Size        int64  // in bytes, -1 when nothing is said
}

// Download opens a file by its address: Attachment.DataURL or ThumbURL, the avatar of a
// contact, the file of an automation rule. The address redirects to where the file is
// stored, which may be another host and is good for some minutes only: keep the address,
// not what it redirects to.
//
// The token is sent nowhere, not even to the server itself, which does not ask for it.
// Redirects are followed to other hosts, never from https to http; WithMaxRedirects bounds
// them. A file that is not there yet (404), 408, 429, 5xx and lost connections are tried
// again up to three times, as WithRetries and WithRetryWait say. Reading more than
// WithBodyLimit bytes (64 MiB by default) ends in an error, and so does silence for longer
// than WithIdleTimeout. Proxy, TLS and middleware options of the client count; its rate
// limit, headers and cookies do not.
//
// Errors are an *ArgumentError for an address that is no http or https URL, an *Error for a
// status that is no success (ErrNotFound for 404), and a *TransportError, while reading
// too. None shows the address, which may hold a signature. Addresses from webhooks of
// unknown senders lead anywhere, into the own network too: check the host first.
func (c *Client) Download(ctx context.Context, address string, opts ...CallOption) (*Download, error) {
	var f core.Faults
	f.Required("address", address)
	f.URL("address", address)
	if err := f.Err("Download"); err != nil {
		return nil, err
	}
	resp, err := c.core.Fetch(ctx, "Download", address, opts) //nolint:bodyclose // the caller closes the Download
	if err != nil {
		return nil, err
	}
	return &Download{ReadCloser: resp.Body, ContentType: resp.Header.Get("Content-Type"), Size: resp.ContentLength}, nil
}
