package konverte

import (
	"io"

	"github.com/konverte-go/konverte/internal/core"
)

// Upload is a file to be sent. It is read while it is sent and never held in
// memory. Name and ContentType can be changed; an empty content type goes by the
// extension of the name.
type Upload = core.Upload

// UploadFile sends the file at path under its base name. A file that cannot be read
// is an *ArgumentError of the call.
func UploadFile(path string) Upload { return core.UploadFile(path) }

// UploadReader sends what r gives, once: a request that has one is never sent again. A
// call that ends early, because its context does, leaves r in the middle of a Read.
func UploadReader(name string, r io.Reader) Upload { return core.UploadReader(name, r) }

// UploadOpener sends what open gives. It is called for every attempt.
func UploadOpener(name string, open func() (io.ReadCloser, error)) Upload {
	return core.UploadOpener(name, open)
}
