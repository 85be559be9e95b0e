package core

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// part is a part of a form as a server reads it.
type part struct{ Field, File, Type, Content string }

func readForm(t *testing.T, r request) []part {
	t.Helper()
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	require.NoError(t, err)
	reader := multipart.NewReader(strings.NewReader(r.Body), params["boundary"])
	var parts []part
	for {
		p, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		require.NoError(t, err)
		content, err := io.ReadAll(p)
		require.NoError(t, err)
		parts = append(parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(content)})
	}
}

func upload(t *testing.T, c *Client, files []File) error {
	t.Helper()
	body := map[string]any{"content": "Olá", "private": true, "meta": map[string]any{"a": []int{1, 2}}}
	_, err := One(t.Context(), c, uploadThing, Request{Body: body, Files: files}, nil, decodeThing)
	return err
}

func TestUpload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.pdf")
	require.NoError(t, os.WriteFile(path, []byte("from a file"), 0o600))
	typed := UploadReader("c.bin", strings.NewReader("typed"))
	typed.ContentType = "image/x-own"
	tests := []struct {
		name   string
		upload Upload
		want   part
		length bool // known before sending
	}{
		{"file", UploadFile(path), part{"files[]", "a.pdf", "application/pdf", "from a file"}, true},
		{"reader of known length", UploadReader("b.png", strings.NewReader("bytes")), part{"files[]", "b.png", "image/png", "bytes"}, true},
		{"reader of unknown length", UploadReader("b", iotest.OneByteReader(strings.NewReader("bytes"))), part{"files[]", "b", "application/octet-stream", "bytes"}, false},
		{"content type", typed, part{"files[]", "c.bin", "image/x-own", "typed"}, true},
		{"empty", UploadReader("e.png", strings.NewReader("")), part{"files[]", "e.png", "image/png", ""}, true},
		{"opener", UploadOpener("o.png", func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("opened")), nil }), part{"files[]", "o.png", "image/png", "opened"}, false},
		{"odd name", UploadReader("a\"b\r\nX-Evil: 1.png", strings.NewReader("x")), part{"files[]", "a%22b%0D%0AX-Evil: 1.png", "image/png", "x"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, seen := script(t, answer{status: 200, body: okThing})
			files := []File{{Field: "files[]", Upload: tt.upload}}
			require.NoError(t, upload(t, client(t, srv.URL), files))
			require.Len(t, seen.requests(), 1)
			r := seen.requests()[0]
			assert.Equal(t, tt.length, r.Header.Get("Content-Length") != "")
			assert.Equal(t, planted, r.Header.Get("Api-Access-Token"))
			parts := readForm(t, r)
			require.Len(t, parts, 5)
			assert.Equal(t, tt.want, parts[4])
			assert.ElementsMatch(t, []part{
				{"content", "", "", "Olá"}, {"private", "", "", "true"}, {"meta[a][]", "", "", "1"}, {"meta[a][]", "", "", "2"},
			}, parts[:4])
		})
	}
}

func TestUploadWithoutFilesIsJSON(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	require.NoError(t, upload(t, client(t, srv.URL), nil))
	assert.Equal(t, "application/json", seen.requests()[0].Header.Get("Content-Type"))
}

func TestUploadFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := UploadReader("x", strings.NewReader("x"))
	bad.ContentType = "text/plain\r\nX-Evil: 1"
	tests := []struct {
		name   string
		upload Upload
		rule   string
	}{
		{"nothing", Upload{Name: "x"}, "no content"},
		{"no name", UploadReader("", strings.NewReader("x")), "no file name"},
		{"no such file", UploadFile(filepath.Join(dir, "missing.pdf")), "no such file"},
		{"a directory", UploadFile(dir), "regular file"},
		{"content type with a line break", bad, "content type"},
	}
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL)
	for _, tt := range tests {
		err := upload(t, c, []File{{Field: "files[]", Upload: tt.upload}})
		require.ErrorContains(t, err, tt.rule, tt.name)
		asError[*ArgumentError](t, err)
	}
	_, err := One(t.Context(), c, createThing, Request{Files: []File{{Field: "f", Upload: UploadFile(dir)}}}, nil, decodeThing)
	require.ErrorContains(t, err, "cannot be sent with this operation")
	assert.Empty(t, seen.requests())
}

// TestUploadThatBreaksOff says what was sent.
func TestUploadThatBreaksOff(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	long := strings.Repeat("x", 300_000)
	growing := filepath.Join(t.TempDir(), "grow")
	require.NoError(t, os.WriteFile(growing, []byte("12345"), 0o600))
	shrunk := UploadReader("s", strings.NewReader("12345"))
	shrunk.size = 10
	tests := []struct {
		name   string
		upload Upload
		least  int64
		text   string
	}{
		{"reader", UploadReader("r.bin", io.MultiReader(strings.NewReader(long), iotest.ErrReader(broken))), 300_000, "disk on fire"},
		{"opener", UploadOpener("o.bin", func() (io.ReadCloser, error) { return nil, broken }), 100, "disk on fire"},
		{"shorter than it was", shrunk, 100, "shorter"},
		{"longer than it was", longer("g", "1234567890", 5), 100, "longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
			err := upload(t, client(t, srv.URL), []File{{Field: "files[]", Upload: tt.upload}})
			e := asError[*TransportError](t, err)
			require.ErrorContains(t, err, tt.text)
			failure := asError[*UploadError](t, err)
			assert.Equal(t, tt.upload.Name, failure.Name)
			assert.GreaterOrEqual(t, failure.Read, tt.least)
			assert.GreaterOrEqual(t, e.BytesSent, tt.least)
			assert.Equal(t, 1, e.Attempts)
			assert.True(t, e.MaybeSent)
			if tt.text == broken.Error() {
				require.ErrorIs(t, err, broken)
			}
		})
	}
}

// longer is an upload that gives more than was known before.
func longer(name, content string, size int64) Upload {
	u := UploadReader(name, strings.NewReader(content))
	u.size = size
	return u
}

// TestUploadIsSentAgain only where all of it can be opened again.
func TestUploadIsSentAgain(t *testing.T) {
	t.Parallel()
	opened := 0
	opener := UploadOpener("o.png", func() (io.ReadCloser, error) {
		opened++
		return io.NopCloser(strings.NewReader("opened")), nil
	})
	reader := func() Upload { return UploadReader("r.png", strings.NewReader("read")) }
	tests := []struct {
		name  string
		step  answer
		files []Upload
		want  int
		kind  error
	}{
		{"opener, 429", answer{status: 429}, []Upload{opener}, 2, nil},
		{"reader, 429", answer{status: 429}, []Upload{reader()}, 1, ErrRateLimited},
		{"both, 429", answer{status: 429}, []Upload{opener, reader()}, 1, ErrRateLimited},
		{"opener, 502", answer{status: 502}, []Upload{opener}, 1, ErrServer},
	}
	for _, tt := range tests {
		srv, seen := script(t, tt.step, answer{status: 200, body: okThing})
		opened = 0
		var files []File
		for _, u := range tt.files {
			files = append(files, File{Field: "files[]", Upload: u})
		}
		err := upload(t, client(t, srv.URL), files)
		require.ErrorIs(t, err, tt.kind, tt.name)
		assert.Len(t, seen.requests(), tt.want, tt.name)
		for _, r := range seen.requests() {
			assert.Len(t, readForm(t, r), 4+len(files), tt.name)
		}
	}
}

// TestUploadIsStreamed sends more than could be held in memory by mistake, and
// lets the server answer only once it has seen that the rest is not read yet.
func TestUploadIsStreamed(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	source := io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), waitReader(arrived), strings.NewReader("end"))
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 1<<19)
		close(arrived) // before the source has ended
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, okThing)
	})
	require.NoError(t, upload(t, client(t, srv.URL), []File{{Field: "files[]", Upload: UploadReader("big", source)}}))
}

// waitReader is an empty reader that ends when the channel is closed.
func waitReader(done <-chan struct{}) io.Reader {
	return readerFunc(func([]byte) (int, error) {
		<-done
		return 0, io.EOF
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestUploadMayTakeLong counts the time for the headers from the last byte.
func TestUploadMayTakeLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_ = pause(r.Context(), 9*time.Second)
			_, _ = io.WriteString(w, okThing)
		}, WithTimeout(10*time.Second))
		dripping := func(pauses int, each time.Duration) io.Reader {
			return readerFunc(func(p []byte) (int, error) {
				if pauses == 0 {
					return 0, io.EOF
				}
				pauses--
				time.Sleep(each)
				p[0] = 'x'
				return 1, nil
			})
		}
		start := time.Now()
		require.NoError(t, upload(t, c, []File{{Field: "f", Upload: UploadReader("slow", dripping(9, 9*time.Second))}}))
		assert.Equal(t, 90*time.Second, time.Since(start))

		err := upload(t, c, []File{{Field: "f", Upload: UploadReader("stuck", dripping(9, 11*time.Second))}})
		assertTimeout(t, err, TimeoutHeaders)
		time.Sleep(time.Second) // the call did not wait for the reader, the test does
	})
}
