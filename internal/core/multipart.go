package core

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
)

// multipartForm is the body of an upload: fields, then files, read as it is
// sent.
type multipartForm struct {
	fields   [][2]string
	files    []File
	boundary string
}

func newMultipartForm(fields [][2]string, files []File) *multipartForm {
	return &multipartForm{fields: fields, files: files, boundary: rand.Text() + rand.Text()}
}

func (m *multipartForm) contentType() string {
	return "multipart/form-data; boundary=" + m.boundary
}

// once tells whether the form can be sent only once.
func (m *multipartForm) once() bool {
	for _, f := range m.files {
		if f.once() {
			return true
		}
	}
	return false
}

// size is the length of the body, -1 when it is not known.
func (m *multipartForm) size() int64 {
	total := int64(len(m.head()) + len(m.tail()))
	for _, f := range m.files {
		if f.size < 0 {
			return -1
		}
		total += int64(len(m.fileHead(f))) + f.size + int64(len(lineBreak))
	}
	return total
}

const lineBreak = "\r\n"

func (m *multipartForm) head() string {
	var b strings.Builder
	for _, f := range m.fields {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
			m.boundary, quoted(f[0]), f[1])
	}
	return b.String()
}

func (m *multipartForm) fileHead(f File) string {
	return fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n",
		m.boundary, quoted(f.Field), quoted(f.Name), f.mediaType())
}

func (m *multipartForm) tail() string { return "--" + m.boundary + "--\r\n" }

// quoted escapes as browsers do what would end a quoted name.
func quoted(s string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(s)
}

// open starts the body anew.
func (m *multipartForm) open() *multipartBody {
	parts := make([]io.Reader, 0, 2+3*len(m.files))
	parts = append(parts, strings.NewReader(m.head()))
	body := &multipartBody{}
	for _, f := range m.files {
		source := &uploadSource{upload: f.Upload, body: body}
		source.from, source.to = io.Pipe()
		body.sources = append(body.sources, source)
		parts = append(parts, strings.NewReader(m.fileHead(f)), source, strings.NewReader(lineBreak))
	}
	body.all = io.MultiReader(append(parts, strings.NewReader(m.tail()))...)
	return body
}

// multipartBody is one reading of a form.
type multipartBody struct {
	all      io.Reader
	sources  []*uploadSource
	count    atomic.Int64
	failure  atomic.Pointer[UploadError]
	over     atomic.Bool // nothing is read any more
	progress func()
}

// Read implements io.Reader.
func (b *multipartBody) Read(p []byte) (int, error) {
	n, err := b.all.Read(p)
	b.count.Add(int64(n))
	if b.progress != nil && n > 0 {
		b.progress()
	}
	return n, err
}

// Close lets go of the files that were opened. What is being read at that moment
// is closed as soon as the reader returns.
func (b *multipartBody) Close() error {
	b.abort()
	return nil
}

// abort ends all reading, also while a reader or an open function does not return.
func (b *multipartBody) abort() {
	b.over.Store(true)
	for _, s := range b.sources {
		_ = s.from.Close()
	}
}

// uploadSource is one file. A goroutine of its own opens and reads it when its
// turn comes, so that a reader that does not return can be left behind.
type uploadSource struct {
	upload  Upload
	body    *multipartBody
	from    *io.PipeReader
	to      *io.PipeWriter
	started bool
	read    int64
}

var (
	errUploadShrank = errors.New("it is shorter than it was before")
	errUploadGrew   = errors.New("it is longer than it was before")
	errUploadNil    = errors.New("its open function returned nothing to read")
)

// Read implements io.Reader.
func (s *uploadSource) Read(p []byte) (int, error) {
	if !s.started && !s.body.over.Load() {
		s.started = true
		go s.pump()
	}
	n, err := s.from.Read(p)
	s.read += int64(n)
	switch {
	case s.body.over.Load():
		return n, os.ErrClosed
	case s.upload.size >= 0 && s.read > s.upload.size:
		return 0, s.fail(errUploadGrew)
	case ended(err) && s.read < s.upload.size:
		return n, s.fail(errUploadShrank)
	case err != nil && err != io.EOF: //nolint:errorlint // as above
		return n, s.fail(err)
	}
	return n, err
}

// pump hands on what the file gives, its error last.
func (s *uploadSource) pump() {
	var err error
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("its reader panicked: %v", value)
		}
		_ = s.to.CloseWithError(err)
	}()
	err = s.copy()
}

// mostEmptyReads is how often in a row a reader may give nothing.
const mostEmptyReads = 100

func (s *uploadSource) copy() error {
	file, err := s.upload.content()
	switch {
	case err != nil:
		return fmt.Errorf("open: %w", err)
	case file == nil:
		return errUploadNil
	}
	defer func() { _ = file.Close() }()
	buf := make([]byte, 32<<10)
	for empty := 0; empty < mostEmptyReads; empty++ {
		n, err := file.Read(buf)
		if n > 0 {
			empty = 0
			if _, err := s.to.Write(buf[:n]); err != nil {
				return err
			}
		}
		switch {
		case ended(err):
			return nil
		case err != nil:
			return err
		}
	}
	return io.ErrNoProgress
}

func (s *uploadSource) fail(err error) error {
	failure := &UploadError{Name: s.upload.Name, Read: s.body.count.Load(), Err: err}
	s.body.failure.CompareAndSwap(nil, failure)
	return failure
}

// ended tells whether a Reader came to its end. A wrapped io.EOF is a failure: what it
// wraps is not where the content ends.
func ended(err error) bool {
	return err == io.EOF //nolint:errorlint // see above
}
