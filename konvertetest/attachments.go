package konvertetest

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // reads the size of pictures
	_ "image/jpeg" // reads the size of pictures
	_ "image/png"  // reads the size of pictures
	"path"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

const attachmentsPerPage = 100

const (
	fileImage = "image"
	fileAudio = "audio"
	fileVideo = "video"
	filePlain = "file"
)

// fileTypeOf is the kind of attachment of a content type.
func fileTypeOf(contentType string) string {
	for _, kind := range []string{fileImage, fileVideo, fileAudio} {
		if strings.HasPrefix(contentType, kind+"/") {
			return kind
		}
	}
	return filePlain
}

func (c *ctx) newAttachment(b *blob) *attachment {
	return &attachment{accountID: c.account.id, fileType: fileTypeOf(b.contentType), file: b, meta: object{}}
}

// attachmentView is an attachment inside a message.
func (c *ctx) attachmentView(a *attachment) object {
	o := obj("id", a.id, "message_id", a.messageID, "file_type", a.fileType, "account_id", a.accountID)
	if c.atLeast("4.2.0") && !c.atLeast("4.15.1") {
		o.Set("meta", orEmpty(a.meta))
	}
	if a.file == nil {
		o.Set("data_url", a.externalURL)
		o.Set("fallback_title", a.fallbackTitle)
		return o
	}
	o.Set("extension", c.extension(a))
	if c.atLeast("4.15.1") {
		o.Set("content_type", a.file.contentType)
	}
	o.Set("data_url", c.dataURL(a))
	o.Set("thumb_url", c.previewURL(a))
	o.Set("file_size", len(a.file.data))
	o.Set("width", a.width)
	o.Set("height", a.height)
	if a.fileType == fileAudio && c.atLeast("4.2.0") {
		o.Set("transcribed_text", "")
	}
	return o
}

// extension is the suffix of the file's name, which older servers never fill.
func (c *ctx) extension(a *attachment) any {
	suffix := strings.TrimPrefix(path.Ext(a.file.filename), ".")
	if !c.atLeast("4.15.1") || suffix == "" {
		return nil
	}
	return suffix
}

func (c *ctx) dataURL(a *attachment) string {
	if a.fileType == fileAudio && c.atLeast("4.15.1") {
		return c.fileURL(a.file) + "?disposition=inline"
	}
	return c.fileURL(a.file)
}

// previewURL is the address of a small picture, "" for what has none.
func (c *ctx) previewURL(a *attachment) string {
	if a.fileType != fileImage {
		return ""
	}
	return c.thumbURL(a.file)
}

// analyse reads the size of a picture, as a background job does.
func (a *attachment) analyse() {
	if a.file == nil || a.fileType != fileImage {
		return
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(a.file.data))
	if err != nil {
		return
	}
	width, height := int64(cfg.Width), int64(cfg.Height)
	a.width, a.height = &width, &height
}

// readAttachments reads what a message brings along: uploaded files, or the
// signed ids of stored ones.
func (c *ctx) readAttachments(p *params) ([]*attachment, *messageFault) {
	if p.Blank("attachments") {
		return nil, nil
	}
	sent, _ := p.Get("attachments")
	values, isList := sent.([]any)
	if !isList {
		return nil, textFault("undefined method `each' for an instance of " + rubyClass(sent))
	}
	var out []*attachment
	for _, v := range values {
		b, fault := c.attachable(v)
		if fault != nil {
			return nil, fault
		}
		out = append(out, c.newAttachment(b))
	}
	c.markRecordings(p, out)
	return out, nil
}

// attachable is the file that one entry stands for. Uploads are stored later,
// when the message is sound.
func (c *ctx) attachable(v any) (*blob, *messageFault) {
	switch v := v.(type) {
	case *testserver.File:
		return &blob{filename: v.Filename, contentType: v.ContentType, data: v.Data}, nil
	case string:
		if b := c.st.signedBlob(v); b != nil {
			return b, nil
		}
		return nil, textFault("mismatched digest")
	default:
		return nil, textFault(fmt.Sprintf("Could not find or build blob: expected attachable, got <%s>", rubyClass(v)))
	}
}

// signedBlob finds a stored file by its signed id, nil for an unknown one.
func (st *store) signedBlob(signed string) *blob {
	reference, _, _ := strings.Cut(signed, "--")
	return blobs.first(st, func(b *blob) bool {
		own, _, _ := strings.Cut(b.signed(), "--")
		return own == reference
	})
}

func rubyClass(v any) string {
	switch v.(type) {
	case string:
		return "String"
	case *testserver.File:
		return "ActionDispatch::Http::UploadedFile"
	case *params:
		return "ActionController::Parameters"
	case bool:
		return "TrueClass"
	case []any:
		return "Array"
	default:
		return "Integer"
	}
}

// markRecordings notes which files were recorded in the client, on the version
// that knows them.
func (c *ctx) markRecordings(p *params, files []*attachment) {
	if !c.atLeast("4.2.0") || c.atLeast("4.15.1") {
		return
	}
	sent, _ := p.Get("is_recorded_audio")
	names := recordedNames(sent)
	for _, a := range files {
		if sent == true || slices.Contains(names, a.file.filename) {
			a.meta = obj("is_recorded_audio", true)
		}
	}
}

func recordedNames(sent any) []string {
	if text, isText := sent.(string); isText {
		v, err := testserver.ParseJSON([]byte(text))
		if err != nil {
			return nil
		}
		sent = v
	}
	values, _ := sent.([]any)
	var names []string
	for _, v := range values {
		names = append(names, textOf(testserver.CastString(v)))
	}
	return names
}

// listAttachments goes by message, and shows the newest file of each first.
// The oldest server neither sorts nor pages.
func listAttachments(c *ctx) response {
	v := c.findConversation("id")
	type row struct {
		m *message
		a *attachment
	}
	var rows []row
	for _, m := range c.st.sortedMessages(v) {
		own := slices.Clone(m.attachments)
		if c.atLeast("4.2.0") {
			slices.Reverse(own)
		}
		for _, a := range own {
			rows = append(rows, row{m, a})
		}
	}
	view := func(r row) object { return c.attachmentRow(r.m, r.a) }
	if !c.atLeast("4.2.0") {
		c.Params.Ignore("page")
		return ok(obj("payload", list(rows, view)))
	}
	shown := page(c, rows, attachmentsPerPage, nil)
	return ok(obj("meta", obj("total_count", len(rows)), "payload", list(shown, view)))
}

func (c *ctx) attachmentRow(m *message, a *attachment) object {
	o := object{}
	if c.atLeast("4.15.1") {
		o.Set("id", a.id)
	}
	o.Set("message_id", a.messageID)
	for _, member := range c.attachmentView(a) {
		switch member.Key {
		case "thumb_url", "data_url", "file_size", "file_type", "extension", "width", "height":
			o.Set(member.Key, member.Value)
		}
	}
	o.Set("created_at", epoch(m.createdAt))
	if sender := c.pushSender(m); sender != nil {
		o.Set("sender", sender)
	}
	return o
}
