package core

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rawServer answers every request with text as it is, and leaves the connection
// open until the test ends.
func rawServer(t *testing.T, text string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go answerRaw(conn, text)
		}
	}()
	return "http://" + listener.Addr().String()
}

func answerRaw(conn net.Conn, text string) {
	in := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		_, _ = io.WriteString(conn, text)
	}
}

// A status that no server should end with says nothing of what became of a write,
// and a connection that was switched is not read: it heeds no timeout.
func TestStrangeStatus(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text   string
		status int
	}{
		"switched":            {"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", 101},
		"switched to nothing": {"HTTP/1.1 101 Switching Protocols\r\n\r\n", 101},
		"below 100":           {"HTTP/1.1 020 Eh\r\nContent-Length: 0\r\n\r\n", 20},
		"multiple choices":    {"HTTP/1.1 300 Multiple Choices\r\nContent-Length: 0\r\n\r\n", 300},
		"not modified":        {"HTTP/1.1 304 Not Modified\r\n\r\n", 304},
		"unknown redirect":    {"HTTP/1.1 399 Eh\r\nContent-Length: 0\r\n\r\n", 399},
		"beyond 599":          {"HTTP/1.1 999 Eh\r\nContent-Length: 0\r\n\r\n", 999},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t, rawServer(t, tt.text), WithRetries(0))
			_, err := create(t, c)
			e := asError[*Error](t, err)
			assert.Equal(t, tt.status, e.StatusCode)
			assert.True(t, e.MaybeSent)
			_, err = get(t, c)
			e = asError[*Error](t, err)
			assert.False(t, e.MaybeSent, "a read writes nothing")
		})
	}
}

// A context that has ended before the call sends nothing, and so wrote nothing.
func TestEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer stop()
	tests := map[string]struct {
		ctx   context.Context
		is    error
		fired Timeout
	}{
		"cancelled": {cancelled, context.Canceled, ""},
		"too late":  {late, ErrTimeout, TimeoutDeadline},
	}
	for name, tt := range tests {
		for _, r := range []Request{{}, {Files: []File{{Field: "f", Upload: UploadReader("a", strings.NewReader("x"))}}}} {
			err := None(tt.ctx, client(t, srv.URL), uploadThing, r, nil)
			e := asError[*TransportError](t, err)
			require.ErrorIs(t, err, tt.is, name)
			assert.Equal(t, tt.fired, e.Fired)
			assert.False(t, e.MaybeSent, name)
			assert.Zero(t, e.Attempts)
		}
	}
	assert.Empty(t, seen.requests())
}

// What a middleware or a transport of the caller's gets wrong is an error, not a
// panic.
func TestBrokenMiddleware(t *testing.T) {
	t.Parallel()
	tests := map[string]func() (*http.Response, error){
		"nothing at all": func() (*http.Response, error) { return nil, nil },
		"no body": func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}}, nil
		},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rt := roundTripper(func(*http.Request) (*http.Response, error) { return answer() })
			for _, opt := range []Option{
				WithMiddleware(func(http.RoundTripper) http.RoundTripper { return rt }),
				WithHTTPClient(&http.Client{Transport: rt}),
			} {
				c := client(t, "http://127.0.0.1:1", opt)
				_, err := get(t, c)
				require.Error(t, err)
				_, err = create(t, c)
				require.ErrorContains(t, err, "may have been carried out")
			}
		})
	}
}

func TestListsAndBatchWantAContext(t *testing.T) {
	t.Parallel()
	var none context.Context
	c := listClient(t)
	l := &fakeList{size: 2, orders: oneOrder(idsTo(5))}
	_, all := Collect(AllOf(none, c, nil, l.pager(PageNumbers)), 0)
	_, pages := Collect(PagesOf(none, c, nil, l.pager(PageNumbers)), 0)
	same := func(_ context.Context, i int) (int, error) { return i, nil }
	batch := Batch(none, []int{1, 2}, same, BatchConfig{})
	noFunc := Batch[int, int](t.Context(), []int{1, 2}, nil, BatchConfig{})
	for field, errs := range map[string][]error{"ctx": {all, pages, batch.Err()}, "fn": {noFunc.Err()}} {
		for _, err := range errs {
			e := asError[*ArgumentError](t, err)
			assert.Equal(t, field, e.Faults[0].Field)
		}
	}
	require.ErrorIs(t, batch.Err(), ErrNotStarted)
	assert.Empty(t, l.requests())
}

// An option that means nothing to a Batch is refused also where it sets a zero.
func TestBatchRefusesZeroOptions(t *testing.T) {
	t.Parallel()
	for i, opt := range []Option{
		WithTimeout(0), WithIdleTimeout(0), WithTotalTimeout(0), WithRetries(0), WithRetryWait(0, 0), WithMaxRetryAfter(0),
		WithMaxRedirects(0), WithPrefetch(0), WithLogger(nil), WithResume(Cursor{}), WithProxy(""), WithRateLimit(0, 0),
	} {
		_, err := BatchOptions([]Option{nil, opt})
		require.Error(t, err, "%d", i)
	}
}

// Readers and openers that are not there, and paths that are none.
func TestUploadOfNothing(t *testing.T) {
	t.Parallel()
	before := map[string]struct {
		upload Upload
		rule   string
	}{
		"nil reader":       {UploadReader("a", nil), "has no content"},
		"nil bytes.Reader": {UploadReader("a", (*bytes.Reader)(nil)), "has no content"},
		"nil file":         {UploadReader("a", (*os.File)(nil)), "has no content"},
		"nil opener":       {UploadOpener("a", nil), "has no content"},
		"no path":          {UploadFile(""), "has no path"},
	}
	for name, tt := range before {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, seen := script(t, answer{status: 200, body: okThing})
			err := uploadOne(t, client(t, srv.URL), tt.upload)
			e := asError[*ArgumentError](t, err)
			assert.Contains(t, e.Error(), tt.rule)
			assert.Empty(t, seen.requests())
		})
	}
	t.Run("opener of nothing", func(t *testing.T) {
		t.Parallel()
		srv, _ := script(t, answer{status: 200, body: okThing})
		err := uploadOne(t, client(t, srv.URL), UploadOpener("a", func() (io.ReadCloser, error) { return nil, nil }))
		asError[*UploadError](t, err)
		asError[*TransportError](t, err)
	})
}

func uploadOne(t *testing.T, c *Client, u Upload) error {
	t.Helper()
	return None(t.Context(), c, uploadThing, Request{Files: []File{{Field: "f", Upload: u}}}, nil)
}

// Readers that do something else than to read.
func TestUploadOfBadReaders(t *testing.T) {
	t.Parallel()
	tests := map[string]func(p []byte) (int, error){
		"gives nothing for ever": func([]byte) (int, error) { return 0, nil },
		"panics":                 func([]byte) (int, error) { panic("planted") },
		"counts wrong":           func(p []byte) (int, error) { return 1 << 20, nil },
		"counts backwards":       func([]byte) (int, error) { return -1, io.EOF },
	}
	for name, read := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
			u := UploadReader("a", readerFunc(read))
			u.size = 5
			err := uploadOne(t, client(t, srv.URL), u)
			asError[*UploadError](t, err)
			assert.True(t, asError[*TransportError](t, err).MaybeSent)
		})
	}
}

// A reader or an open function that does not return does not hold up the call.
func TestUploadThatHangs(t *testing.T) {
	t.Parallel()
	forGood := make(chan struct{})
	t.Cleanup(func() { close(forGood) })
	tests := map[string]Upload{
		"reader": UploadReader("a", readerFunc(func([]byte) (int, error) { <-forGood; return 0, io.EOF })),
		"opener": UploadOpener("a", func() (io.ReadCloser, error) { <-forGood; return nil, io.EOF }),
	}
	for name, u := range tests {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", name, http2), func(t *testing.T) {
				t.Parallel()
				srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
				}))
				srv.EnableHTTP2 = http2
				srv.StartTLS()
				t.Cleanup(srv.Close)
				c := client(t, srv.URL, WithIgnoreSSLIssues(), WithTimeout(50*time.Millisecond))
				assert.Equal(t, TimeoutHeaders, asError[*TransportError](t, uploadOne(t, c, u)).Fired)
			})
		}
	}
}

// A server that answers before it has read everything ends the reading: what is
// open is closed, and what is not is not opened any more.
func TestUploadAnsweredEarly(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.CopyN(io.Discard, r.Body, 1<<15) // the first file is open then
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}))
			srv.EnableHTTP2 = http2
			srv.StartTLS()
			t.Cleanup(srv.Close)
			c := client(t, srv.URL, WithIgnoreSSLIssues())
			endless := &endlessFile{closed: make(chan struct{})}
			files := []File{
				{Field: "f", Upload: UploadOpener("a", func() (io.ReadCloser, error) { return endless, nil })},
				{Field: "f", Upload: UploadOpener("b", func() (io.ReadCloser, error) {
					t.Error("opened after the end")
					return nil, io.EOF
				})},
			}
			err := None(t.Context(), c, uploadThing, Request{Files: files}, nil)
			require.Error(t, err)
			<-endless.closed
		})
	}
}

type endlessFile struct{ closed chan struct{} }

func (f *endlessFile) Read(p []byte) (int, error) { return len(p), nil }

func (f *endlessFile) Close() error {
	close(f.closed)
	return nil
}

// A proxy of the environment that cannot be read is not shown, whatever its
// password looks like.
func TestEnvironmentProxyIsNotShown(t *testing.T) {
	t.Parallel()
	for _, proxy := range []string{"http://user:pla/nted@host:80", "http://user:pla nted@host:80", "http://user:pla\"nted#?@host", "user:planted@h:%zz"} {
		_, parseErr := url.Parse(proxy)
		cause := fmt.Errorf("invalid proxy address %q: %w", proxy, errors.Join(parseErr, errors.New(proxy)))
		assertHidden(t, "nted", redactor{}.text("proxyconnect: "+cause.Error()))
		_, err := hiddenFault(nil, cause)
		assertHidden(t, "nted", fmt.Sprintf("%v %+v %#v", err, err, err))
		require.ErrorContains(t, err, "HTTPS_PROXY")
	}
	bad := WithHTTPClient(&http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
		return hiddenFault(nil, errors.New("planted"))
	}}})
	_, err := create(t, client(t, "http://127.0.0.1:1", bad))
	e := asError[*TransportError](t, err)
	assert.False(t, e.MaybeSent, "it went nowhere")
	assert.Equal(t, 1, e.Attempts, "it would fail again")
}

// A proxy knows the header that its password came in.
func TestProxyHeaderIsRedacted(t *testing.T) {
	t.Parallel()
	c := client(t, "http://127.0.0.1:1", WithProxy("http://user:proxy-password@127.0.0.1:1"))
	text := newRedactor(c.cfg).text("407 Basic dXNlcjpwcm94eS1wYXNzd29yZA== refused")
	assertHidden(t, "dXNlcjpwcm94eS1wYXNzd29yZA", text)
}

// Text is as little a result as JSON is when it is not there.
func TestTextThatIsNone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		media, body string
		text, html  bool // is an answer
	}{
		"csv":      {"text/csv", "a,b\n1,2\n", true, true},
		"nothing":  {"text/csv", "", false, false},
		"blank":    {"text/html", " \n", false, false},
		"an error": {"application/json; charset=utf-8", `{"error":"boom"}`, false, false},
		"a page":   {"text/html", "<html>", false, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _ := script(t, answer{status: 200, header: map[string]string{"Content-Type": tt.media}, body: tt.body})
			for kind, ok := range map[AnswerKind]bool{AnswerText: tt.text, AnswerHTML: tt.html} {
				op := &Operation{Name: "Things.Text", Method: "GET", Path: "/things", Idempotent: true, Answer: kind}
				got, err := Text(t.Context(), client(t, srv.URL), op, Request{}, nil)
				if ok {
					require.NoError(t, err)
					assert.Equal(t, tt.body, got)
				} else {
					asError[*DecodeError](t, err)
					assert.Empty(t, got)
				}
				if ok || kind == AnswerHTML || strings.TrimSpace(tt.body) != tt.body {
					continue
				}
				var resp Response
				stream, err := client(t, srv.URL).Stream(t.Context(), op, Request{}, []Option{Into(&resp)})
				assert.Nil(t, stream)
				assert.Equal(t, tt.body, string(asError[*DecodeError](t, err).Body))
				assert.Equal(t, tt.body, string(resp.Body))
			}
		})
	}
}

func TestHugeWaits(t *testing.T) {
	t.Parallel()
	assert.GreaterOrEqual(t, jitter(math.MaxInt64), time.Duration(0))
	for _, value := range []string{"9223372036854775807", "99999999999999999999999999"} {
		srv, seen := script(t, answer{status: 503, header: map[string]string{"Retry-After": value}})
		_, err := get(t, client(t, srv.URL))
		assert.Equal(t, forever, asError[*Error](t, err).RetryAfter)
		assert.Len(t, seen.requests(), 1, "so long is not waited for")
	}
}

// A server that gives the same few pages over and over does not make Pages endless.
func TestPagesOfACycle(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pages, count int64
		paging       Paging
		ends         bool
	}{
		"two, no count":           {2, NoCount, PageNumbers, false},
		"two, more must come":     {2, 1000, PageNumbers, false},
		"three, more must come":   {3, 1000, Offsets, false},
		"three, all were counted": {3, 6, PageNumbers, true},
		"many":                    {40, NoCount, PageNumbers, false},
	}
	for name, tt := range tests {
		for _, prefetch := range []int{0, 4} {
			t.Run(fmt.Sprintf("%s, prefetch %d", name, prefetch), func(t *testing.T) {
				t.Parallel()
				p := Pager[listRow]{Paging: tt.paging, Size: 2, ID: listRowID}
				p.Fetch = func(_ context.Context, at Cursor, _ string) (Page[listRow], error) {
					id := (int64(at.Page)+at.Offset/2)%tt.pages*2 + 1
					return Page[listRow]{Items: listRows(id, id+1), Count: tt.count}, nil
				}
				pages, err := Collect(Pages(t.Context(), p, PageConfig{Prefetch: prefetch}), 1000)
				assert.Less(t, len(pages), 100)
				if tt.ends {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, ErrRepeatedPage)
				assert.GreaterOrEqual(t, len(pages), int(tt.pages))
			})
		}
	}
}
