package konvertetest

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"

	"github.com/konverte-go/konverte/internal/testserver"
)

// blob is a stored file.
type blob struct {
	record
	filename, contentType string
	data                  []byte
}

var blobs = newTable[blob]("blob")

func (st *store) storeFile(f *testserver.File) *blob {
	return blobs.insert(st, &blob{filename: f.Filename, contentType: f.ContentType, data: f.Data})
}

// imageTypes are the content types that avatars may have.
var imageTypes = []string{"image/png", "image/jpeg", "image/gif"}

const maxAvatar = 15 << 20

// checkAvatar notes the problems of an uploaded avatar.
func (p *problems) checkAvatar(f *testserver.File) {
	if len(f.Data) > maxAvatar {
		p.add("avatar", "is too big")
	}
	if !slices.Contains(imageTypes, f.ContentType) {
		p.add("avatar", "filetype not supported")
	}
}

// signed is the reference to a blob in a URL.
func (b *blob) signed() string {
	return base64.RawURLEncoding.EncodeToString([]byte("blob/"+strconv.FormatInt(b.id, 10))) + "--" + randomHex(20)
}

// fileURL is the address of a stored file.
func (c *ctx) fileURL(b *blob) string {
	return c.signedURL(b, b.signed())
}

// signedURL is the address of a stored file by a reference that was made before.
func (c *ctx) signedURL(b *blob, signed string) string {
	return c.srv.URL + storage + "/blobs/redirect/" + signed + "/" + url.PathEscape(b.filename)
}

// thumbURL is the address of a reduced picture, "" for no file.
func (c *ctx) thumbURL(b *blob) string {
	if b == nil {
		return ""
	}
	variation := base64.RawURLEncoding.EncodeToString([]byte("resize_to_fill")) + "--" + randomHex(20)
	return c.srv.URL + storage + "/representations/redirect/" + b.signed() + "/" + variation + "/" + url.PathEscape(b.filename)
}
