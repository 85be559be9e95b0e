package core

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
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
	progress func()
}

// Read implements io.Reader.
func (b *multipartBody) Read(p []byte) (int, error) {
	n, err := b.all.Read(p)
	b.count.Add(int64(n))
	if b.progress != nil {
		b.progress()
	}
	return n, err
}

// Close closes the files that were opened.
func (b *multipartBody) Close() error {
	var faults []error
	for _, s := range b.sources {
		faults = append(faults, s.close())
	}
	return errors.Join(faults...)
}

// uploadSource opens its file when its turn comes.
type uploadSource struct {
	upload Upload
	body   *multipartBody
	file   io.ReadCloser
	read   int64
}

var errUploadShrank = errors.New("it is shorter than it was before")

var errUploadGrew = errors.New("it is longer than it was before")

// Read implements io.Reader.
func (s *uploadSource) Read(p []byte) (int, error) {
	if s.file == nil {
		file, err := s.upload.content()
		if err != nil {
			return 0, s.fail(err)
		}
		s.file = file
	}
	n, err := s.file.Read(p)
	s.read += int64(n)
	switch {
	case s.upload.size >= 0 && s.read > s.upload.size:
		return 0, s.fail(errUploadGrew)
	case err == io.EOF && s.read < s.upload.size:
		return n, s.fail(errUploadShrank)
	case err != nil && err != io.EOF:
		return n, s.fail(err)
	}
	return n, err
}

func (s *uploadSource) fail(err error) error {
	failure := &UploadError{Name: s.upload.Name, Read: s.body.count.Load(), Err: err}
	s.body.failure.CompareAndSwap(nil, failure)
	return failure
}

func (s *uploadSource) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
