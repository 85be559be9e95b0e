package konvertetest

import (
	"encoding/json"
	"strconv"

	"github.com/konverte-go/konverte/internal/testserver"
)

// ownedFile attaches a stored file to a record: the files of automation rules
// and macros, and the logos of portals.
type ownedFile struct {
	record
	file *blob
}

var ownedFiles = newTable[ownedFile]("owned file")

func (st *store) own(b *blob) *ownedFile { return ownedFiles.insert(st, &ownedFile{file: b}) }

// ownedFileView is an attached file; owner is the key under which its record
// is named.
func (c *ctx) ownedFileView(f *ownedFile, owner string, id int64) object {
	return obj(
		"id", f.id, owner, id, "file_type", f.file.contentType, "account_id", c.account.id,
		"file_url", c.fileURL(f.file), "blob_id", f.file.id, "filename", f.file.filename,
	)
}

// takeFiles attaches the stored files that the actions send, and puts the
// numbers of the files in the place of their signed ids. It returns the files
// with the new ones behind them.
func (st *store) takeFiles(c *ctx, actions []any, files []*ownedFile) []*ownedFile {
	for _, step := range actions {
		action := step.(object)
		name, _ := action.Get("action_name")
		sent, _ := action.Get("action_params")
		values, isList := sent.([]any)
		if name != "send_attachment" || !isList || len(values) == 0 {
			continue
		}
		b := c.storedFile(values[0])
		if b == nil {
			continue
		}
		values[0] = json.Number(strconv.FormatInt(b.id, 10))
		files = append(files, st.own(b))
	}
	return files
}

// storedFile finds an uploaded file by what upload calls its blob_id: the
// number, and on newer servers the signed id. nil when there is none.
func (c *ctx) storedFile(v any) *blob {
	if c.atLeast("4.15.1") {
		signed, _ := v.(string)
		return c.st.signedBlob(signed)
	}
	if n := testserver.CastInt(v); n != nil {
		return blobs.find(c.st, *n)
	}
	return nil
}
