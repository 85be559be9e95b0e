package konvertetest

import (
	"encoding/base64"
	"html"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	storage     = "/rails/active_storage"
	blobRoute   = storage + "/blobs/redirect/{signed}/{filename}"
	thumbRoute  = storage + "/representations/redirect/{signed}/{variation}/{filename}"
	diskRoute   = storage + "/disk/{key}/{filename}"
	opFile      = "file"
	opThumbnail = "file-thumbnail"
	opDisk      = "file-content"
)

func registerFiles(r *router) {
	r.extra(http.MethodGet, opFile, blobRoute, redirectToFile, withoutToken())
	r.extra(http.MethodGet, opThumbnail, thumbRoute, redirectToFile, withoutToken())
	r.extra(http.MethodGet, opDisk, diskRoute, serveFile, withoutToken())
}

// redirectToFile sends the reader on to where a file is stored. Nobody needs a
// token. A thumbnail is the picture itself: nothing is made smaller.
func redirectToFile(c *ctx) response {
	c.Params.Ignore("disposition")
	b := c.st.signedBlob(c.Path["signed"])
	if b == nil {
		return c.srv.noRoute(c.Exchange)
	}
	address := "http://" + c.Request.Host + storage + "/disk/" + b.diskKey() + "/" + url.PathEscape(b.filename)
	r := response{
		Status: http.StatusFound, Type: "text/html; charset=utf-8",
		Header: http.Header{"Location": {address}, "Cache-Control": {"max-age=300, private"}},
	}
	if !c.atLeast("4.2.0") {
		r.Body = []byte(`<html><body>You are being <a href="` + html.EscapeString(address) + `">redirected</a>.</body></html>`)
	}
	return r
}

// serveFile answers with the bytes of a stored file.
func serveFile(c *ctx) response {
	b := c.st.blobAt(c.Path["key"])
	if b == nil {
		return response{Status: http.StatusNotFound}
	}
	return response{
		Status: http.StatusOK, Type: b.contentType, Body: b.data,
		Header: http.Header{"Content-Disposition": {mime.FormatMediaType("inline", map[string]string{"filename": b.filename})}},
	}
}

const diskPrefix = "disk/"

func (b *blob) diskKey() string {
	return base64.RawURLEncoding.EncodeToString([]byte(diskPrefix+strconv.FormatInt(b.id, 10))) + "--" + randomHex(20)
}

// blobAt finds a stored file by its place on the disk, nil for an unknown one.
func (st *store) blobAt(key string) *blob {
	reference, _, _ := strings.Cut(key, "--")
	text, err := base64.RawURLEncoding.DecodeString(reference)
	if err != nil {
		return nil
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(string(text), diskPrefix), 10, 64)
	if err != nil {
		return nil
	}
	return blobs.find(st, id)
}
