package konverte_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

const downloadToken = "hush-user-token"

// storage is a server that redirects to a second one, which stores the files. Both refuse
// a request that carries the token, or says where it came from.
func storage(t *testing.T, file http.HandlerFunc) (*konverte.Client, string) {
	t.Helper()
	guard := func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for name, values := range r.Header {
				assert.NotContains(t, strings.Join(values, " "), downloadToken, name)
			}
			assert.Empty(t, r.Header.Get("Referer"))
			assert.Empty(t, r.Header.Get("Cookie"))
			next(w, r)
		}
	}
	store := httptest.NewServer(guard(file))
	t.Cleanup(store.Close)
	front := httptest.NewServer(guard(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, store.URL+"/a.pdf?signature=hush", http.StatusFound)
	}))
	t.Cleanup(front.Close)
	c, err := konverte.NewClient(front.URL, konverte.WithUserToken(downloadToken), konverte.WithAccountID(1),
		konverte.WithRetryWait(time.Millisecond, time.Millisecond), konverte.WithHeader("X-Company", "Padaria"))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, front.URL + "/rails/active_storage/blobs/redirect/abc/a.pdf"
}

func TestDownload(t *testing.T) {
	t.Parallel()
	c, address := storage(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "hush", r.URL.Query().Get("signature"))
		assert.Empty(t, r.Header.Get("X-Company"))
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.WriteString(w, "%PDF-1.4")
	})
	file, err := c.Download(t.Context(), address)
	require.NoError(t, err)
	defer func() { assert.NoError(t, file.Close()) }()
	assert.Equal(t, "application/pdf", file.ContentType)
	assert.EqualValues(t, 8, file.Size)
	content, err := io.ReadAll(file)
	require.NoError(t, err)
	assert.Equal(t, "%PDF-1.4", string(content))
}

// A file may be announced before it is stored.
func TestDownloadTriesAgain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status, times int
		want          error
		requests      int32
	}{
		"there soon":     {status: 404, times: 2, requests: 3},
		"never there":    {status: 404, times: 99, want: konverte.ErrNotFound, requests: 4},
		"overloaded":     {status: 503, times: 1, requests: 2},
		"not allowed":    {status: 403, times: 99, want: konverte.ErrForbidden, requests: 1},
		"not built":      {status: 501, times: 99, want: konverte.ErrServer, requests: 1},
		"too many asked": {status: 429, times: 1, requests: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			c, address := storage(t, func(w http.ResponseWriter, _ *http.Request) {
				if int(requests.Add(1)) <= tc.times {
					w.WriteHeader(tc.status)
				}
			})
			file, err := c.Download(t.Context(), address)
			assert.Equal(t, tc.requests, requests.Load())
			if tc.want == nil {
				require.NoError(t, err)
				require.NoError(t, file.Close())
				return
			}
			require.ErrorIs(t, err, tc.want)
			assert.NotContains(t, err.Error(), "signature")
		})
	}
}

func TestDownloadWithoutRetries(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	c, address := storage(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusNotFound)
	})
	_, err := c.Download(t.Context(), address, konverte.WithRetries(0))
	require.ErrorIs(t, err, konverte.ErrNotFound)
	assert.EqualValues(t, 1, requests.Load())
}

func TestDownloadEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	c, address := storage(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
	})
	for limit, fails := range map[int64]bool{1000: false, 999: true} {
		file, err := c.Download(t.Context(), address, konverte.WithBodyLimit(limit))
		require.NoError(t, err)
		content, err := io.ReadAll(file)
		assert.Len(t, content, int(limit))
		_, broken := errors.AsType[*konverte.TransportError](err)
		assert.Equal(t, fails, broken, "%v", err)
		require.NoError(t, file.Close())
	}
}

// A file that is cut off is an error, not a shorter file.
func TestDownloadCutOff(t *testing.T) {
	t.Parallel()
	c, address := storage(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
	})
	file, err := c.Download(t.Context(), address)
	require.NoError(t, err)
	_, err = io.ReadAll(file)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, broken := errors.AsType[*konverte.TransportError](err)
	assert.True(t, broken)
	require.NoError(t, file.Close())
}

func TestDownloadTimesOut(t *testing.T) {
	t.Parallel()
	c, address := storage(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, err := c.Download(t.Context(), address, konverte.WithTimeout(20*time.Millisecond), konverte.WithRetries(0))
	require.ErrorIs(t, err, konverte.ErrTimeout)
	silent, address := storage(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		assert.NoError(t, http.NewResponseController(w).Flush())
		<-r.Context().Done()
	})
	file, err := silent.Download(t.Context(), address, konverte.WithIdleTimeout(20*time.Millisecond))
	require.NoError(t, err)
	_, err = io.ReadAll(file)
	require.ErrorIs(t, err, konverte.ErrTimeout)
	require.NoError(t, file.Close())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Download(ctx, address)
	require.ErrorIs(t, err, context.Canceled)
}

func TestDownloadRedirects(t *testing.T) {
	t.Parallel()
	var hops atomic.Int32
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops.Add(1)
		http.Redirect(w, r, "/again?key=hush", http.StatusFound)
	}))
	t.Cleanup(loop.Close)
	c, err := konverte.NewClient(loop.URL)
	require.NoError(t, err)
	_, err = c.Download(t.Context(), loop.URL, konverte.WithMaxRedirects(3))
	require.ErrorContains(t, err, "stopped after 3 redirects")
	assert.NotContains(t, err.Error(), "hush")
	assert.EqualValues(t, 4, hops.Load(), "and not tried again")

	for _, target := range []string{"http://127.0.0.1:1/a", "ftp://127.0.0.1/a"} {
		secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, target, http.StatusFound)
		}))
		t.Cleanup(secure.Close)
		c, err = konverte.NewClient(secure.URL, konverte.WithHTTPClient(secure.Client()))
		require.NoError(t, err)
		_, err = c.Download(t.Context(), secure.URL)
		require.ErrorContains(t, err, "is not followed")
	}
}

func TestDownloadOfNoAddress(t *testing.T) {
	t.Parallel()
	c, err := konverte.NewClient("https://example.com")
	require.NoError(t, err)
	for _, address := range []string{"", "/relative", "file:///etc/hosts", "ftp://example.com/a"} {
		_, err := c.Download(t.Context(), address)
		_, refused := errors.AsType[*konverte.ArgumentError](err)
		assert.True(t, refused, "%q: %v", address, err)
	}
}
