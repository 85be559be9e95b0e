package core

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"os"
	"path/filepath"
	"reflect"
)

// Upload is a file to be sent. It is read while it is sent, never held in
// memory.
type Upload struct {
	// Name is the file name that the server is told.
	Name string
	// ContentType is the media type; "" goes by the extension of Name.
	ContentType string

	open   func() (io.ReadCloser, error)
	reader io.Reader
	path   *string // of a file, nil = none
	size   int64   // -1 = unknown
}

// UploadFile sends the file at path under its base name.
func UploadFile(path string) Upload {
	return Upload{
		Name: filepath.Base(path),
		open: func() (io.ReadCloser, error) { return os.Open(path) },
		path: &path,
		size: -1,
	}
}

// UploadReader sends what r gives, once: such a request is never sent again. A call
// that ends early does not wait for r: a Read may be under way for as long as r
// takes.
func UploadReader(name string, r io.Reader) Upload {
	u := Upload{Name: name, reader: r, size: -1}
	if value := reflect.ValueOf(r); value.Kind() == reflect.Pointer && value.IsNil() {
		u.reader = nil
		return u
	}
	if sized, ok := r.(interface{ Len() int }); ok {
		u.size = int64(sized.Len())
	}
	return u
}

// UploadOpener sends what open gives. It is called for every attempt.
func UploadOpener(name string, open func() (io.ReadCloser, error)) Upload {
	return Upload{Name: name, open: open, size: -1}
}

// String names the file.
func (u Upload) String() string { return fmt.Sprintf("upload %q", u.Name) }

// Format prints what String returns, whatever the verb.
func (u Upload) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(u.String())) }

// LogValue names the file.
func (u Upload) LogValue() slog.Value { return slog.StringValue(u.String()) }

// IsZero tells whether there is nothing to send.
func (u Upload) IsZero() bool { return u.open == nil && u.reader == nil }

// once tells whether the content can be read only once.
func (u Upload) once() bool { return u.open == nil }

// check finds out what can be found out before sending, and the size.
func (u *Upload) check(field string, faults *Faults) {
	switch {
	case u.IsZero():
		faults.Add(field, "has no content: use UploadFile, UploadReader or UploadOpener", u.Name)
	case u.Name == "":
		faults.Add(field, "has no file name", "")
	}
	if !validHeaderValue(u.ContentType) {
		faults.Add(field, "has a content type that no header can carry", "")
	}
	if u.path == nil {
		return
	}
	info, err := os.Stat(*u.path)
	switch {
	case *u.path == "":
		faults.Add(field, "has no path", "")
	case err != nil:
		faults.Add(field, "cannot be read: "+statReason(err), *u.path)
	case !info.Mode().IsRegular():
		faults.Add(field, "is not a regular file", *u.path)
	default:
		u.size = info.Size()
	}
}

func statReason(err error) string {
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return "the file is not there"
}

func (u Upload) content() (io.ReadCloser, error) {
	if u.open != nil {
		return u.open()
	}
	return io.NopCloser(u.reader), nil
}

func (u Upload) mediaType() string {
	if u.ContentType != "" {
		return u.ContentType
	}
	if byName := mime.TypeByExtension(filepath.Ext(u.Name)); byName != "" {
		return byName
	}
	return "application/octet-stream"
}

// File is one upload under the name of its form field.
type File struct {
	Field string // "attachments[]"
	Upload
}

// UploadError says that the content of an upload could not be read to its end.
type UploadError struct {
	Name string // the file's name
	Read int64  // bytes of the whole request body that were read for sending
	Err  error
}

// Error says how far it got.
func (e *UploadError) Error() string {
	return fmt.Sprintf("upload %q broke off after %d bytes of the request's body: %v", e.Name, e.Read, e.Err)
}

// Unwrap returns the reader's error.
func (e *UploadError) Unwrap() error { return e.Err }
