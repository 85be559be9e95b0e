package konvertetest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerUploads(r *router) {
	r.post("undocumented:upload", "/api/v1/accounts/{account_id}/upload", uploadFile)
}

// uploadFile stores a file that was sent, or one that the server fetches.
func uploadFile(c *ctx) response {
	var b *blob
	switch {
	case !c.Params.Blank("attachment"):
		f := c.Params.File("attachment")
		if f == nil {
			return crash()
		}
		b = c.st.storeFile(f)
	case !c.Params.Blank("external_url"):
		b = c.fetchUpload(c.Params.String("external_url"))
	default:
		return failText(http.StatusUnprocessableEntity, "No file or URL provided")
	}
	signed := b.signed()
	o := obj("file_url", c.signedURL(b, signed))
	if c.atLeast("4.15.1") {
		o.Set("blob_id", signed)
		return ok(o)
	}
	o.Set("blob_key", strings.ToLower(randomText(28)))
	o.Set("blob_id", b.id)
	return ok(o)
}

// fetchUpload stores the file behind an address, or ends the request.
func (c *ctx) fetchUpload(address string) *blob {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		stop(failText(http.StatusUnprocessableEntity, "Invalid URL provided"))
	}
	f := &testserver.File{Filename: path.Base(u.Path), ContentType: "image/png"}
	switch {
	case strings.HasSuffix(u.Hostname(), ".invalid"):
		stop(c.unresolvable())
	case strings.HasPrefix(address, c.srv.URL): // it would wait for itself
		stop(unexpected())
	case isLoopback(u.Hostname()):
		fetchInto(c.Request.Context(), u, f)
	}
	return c.st.storeFile(f)
}

// unresolvable answers an address whose host has none.
func (c *ctx) unresolvable() response {
	if c.atLeast("4.15.1") {
		return unexpected()
	}
	return failText(http.StatusUnprocessableEntity, "Invalid URL provided")
}

func unexpected() response {
	return failText(http.StatusInternalServerError, "An unexpected error occurred")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

const (
	fetchTimeout = 5 * time.Second
	maxFetched   = 40 << 20
)

// fetchInto reads the file of a server on this host. Other hosts are never
// asked: each of their addresses has an empty picture.
func fetchInto(ctx context.Context, u *url.URL, f *testserver.File) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		stop(unexpected())
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		stop(unexpected())
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxFetched))
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		stop(unexpected())
	}
	if answer.StatusCode != http.StatusOK {
		stop(failText(http.StatusUnprocessableEntity, "Failed to fetch file from URL: "+answer.Status))
	}
	f.Data, f.ContentType = data, answer.Header.Get("Content-Type")
}
