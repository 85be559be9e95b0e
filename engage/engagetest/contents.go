package engagetest

import (
	"html"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// hiddenCompose marks sources on which no conversation can be started.
const hiddenCompose = "compose disabled"

var contentRules = rules{
	handlers: map[string]handler{
		"createContent": createContent, "ignoreContent": ignoreContent, "categorizeContent": categorizeContent,
		"updateCustomScore": scoreContent, "createAttachment": createAttachment,
	},
	needs: map[string][]string{"search_event": {"getAllEvents", "getEvent"}},
	sight: map[string]func(*ctx, *record) bool{"Content": onReadableSource},
	filters: map[string]func(*ctx, *record, string) bool{
		"getAllContents q": searched,
		"getAllEvents q":   searched,
		"getAllAttachments extension": func(_ *ctx, r *record, value string) bool {
			return strings.EqualFold(strings.TrimPrefix(path.Ext(r.text("filename")), "."), strings.TrimPrefix(value, "."))
		},
		"getAllAttachments created_before": func(_ *ctx, r *record, value string) bool { return r.text("created_at") < instant(value) },
		"getAllAttachments created_after":  func(_ *ctx, r *record, value string) bool { return r.text("created_at") > instant(value) },
	},
	orders: map[string]func(a, b *record) int{"Content": newestFirst, "Event": newestFirst, "Attachment": newestFirst},
}

func createContent(c *ctx) response {
	values := c.body(true, checkText)
	r := &record{kind: "Content", body: blank("Content"), hidden: map[string]any{}}
	if id := textOf(values, "in_reply_to_id"); id != "" {
		c.reply(r, id, values)
	} else {
		c.initiate(r, values)
	}
	c.write(r, values)
	c.st.insert(r)
	c.countReply(r)
	c.joinThread(r, values)
	return c.inBackground(r, func() {
		r.set("synchronization_status", "success")
		r.set("published", true)
	})
}

// checkText wants a text unless something else says what to send.
func checkText(values object, p *problems) {
	for _, key := range []string{"body", "structured_content", "template_name"} {
		if v, _ := values.Get(key); !testserver.Blank(v) {
			return
		}
	}
	p.add("body", "can't be blank")
}

// reply fills in what follows from the content that is answered.
func (c *ctx) reply(r *record, id string, values object) {
	question := c.st.find("Content", id)
	if question == nil || !c.visible(question) {
		stop(notFound())
	}
	sourceID := question.text("source_id")
	if given := textOf(values, "source_id"); given != "" && given != sourceID {
		refuse("source_id", "must be that of the content in reply to")
	}
	if !c.allowed(sourceID, "reply") {
		stop(forbidden("You may not reply on the source"))
	}
	intervention := c.st.find("Intervention", question.text("intervention_id"))
	if intervention == nil || intervention.flag("closed") {
		refuse("in_reply_to_id", "must have an open intervention")
	}
	question.set("status", "replied")
	r.set("source_id", sourceID)
	r.set("in_reply_to_author_id", question.get("author_id"))
	r.set("intervention_id", intervention.id)
	r.set("thread_id", question.get("thread_id"))
	r.set("status", "user_reply")
}

// countReply counts a new content in the intervention that it answers in.
func (c *ctx) countReply(r *record) {
	intervention := c.st.find("Intervention", r.text("intervention_id"))
	if intervention == nil {
		return
	}
	intervention.set("user_replies_count", intervention.number("user_replies_count")+1)
	if intervention.get("first_user_reply_id") == nil {
		intervention.set("first_user_reply_id", r.id)
	}
}

// initiate fills in what follows from the source on which a conversation is
// started.
func (c *ctx) initiate(r *record, values object) {
	source := c.st.find("Source", textOf(values, "source_id"))
	switch {
	case source == nil:
		refuse("source_id", "can't be blank")
	case !c.allowed(source.id, "initiate_discussion"):
		stop(forbidden("You may not initiate a discussion on the source"))
	case source.is(hiddenCompose) || !source.flag("active"):
		stop(fail(http.StatusUnprocessableEntity, "compose_disabled_on_source", "Composing is disabled on the source"))
	}
	thread := &record{kind: "Thread", body: blank("Thread")}
	thread.set("source_id", source.id)
	thread.set("title", orNull(textOf(values, "title")))
	r.set("thread_id", c.st.insert(thread).id)
	r.set("first_in_thread", true)
	r.set("status", "user_initiated")
}

// write fills in what the request says.
func (c *ctx) write(r *record, values object) {
	source := c.st.find("Source", firstText(r.text("source_id"), textOf(values, "source_id")))
	c.attach(r, listOf(values, "attachment_ids"))
	r.assign(values)
	text, format := r.text("body"), firstText(textOf(values, "body_format"), "text")
	r.set("source_type", source.text("type"))
	r.set("creator_id", c.user.id)
	r.set("body_input_format", format)
	r.set("body_formatted", obj("text", text, "html", htmlOf(text, format)))
	r.set("created_from", "api")
	r.set("type", "message")
	r.set("synchronization_status", "pending")
	if private, sent := values.Get("private"); sent {
		r.set("private_message", private)
	}
	r.set("approval_required", slices.Contains(c.st.permissions[c.user.id][source.id], "approval_required"))
}

func firstText(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func htmlOf(text, format string) string {
	if format == "html" {
		return text
	}
	return "<p>" + html.EscapeString(text) + "</p>"
}

func (c *ctx) attach(r *record, ids []string) {
	var views []any
	for _, id := range ids {
		if a := c.st.find("Attachment", id); a != nil {
			views = append(views, a.body)
		}
	}
	if views != nil {
		r.set("attachments", views)
	}
	r.set("attachments_count", int64(len(views)))
}

// joinThread counts a new content in its thread.
func (c *ctx) joinThread(r *record, values object) {
	thread := c.st.find("Thread", r.text("thread_id"))
	if thread == nil {
		return
	}
	if thread.get("title") == nil {
		thread.set("title", r.text("body"))
	}
	if off, _ := values.Get("disable_text_input_on_thread"); off == true {
		thread.set("disable_text_input", true)
	}
	thread.set("contents_count", thread.number("contents_count")+1)
	thread.set("last_content_at", stamp(c.st.now))
	c.st.touch(thread)
}

func ignoreContent(c *ctx) response {
	r := c.target()
	r.set("status", "ignored")
	c.st.touch(r)
	return c.ok(r)
}

func categorizeContent(c *ctx) response {
	r := c.target()
	r.assign(c.body(true, c.checkSelectable))
	c.st.touch(r)
	return c.ok(r)
}

// scoreContent wants a number; no answer shows it.
func scoreContent(c *ctx) response {
	r := c.target()
	v, _ := c.Params.Get("custom_score")
	score, problem := castNumber(v)
	if problem != "" || score == nil {
		stop(badRequest("custom_score must be a number"))
	}
	c.st.touch(r)
	return c.ok(r)
}

// hiddenFile is the content of an attachment.
const hiddenFile = "file"

func createAttachment(c *ctx) response {
	values := c.body(false)
	v, _ := values.Get("file")
	file, isFile := v.(*testserver.File)
	if !isFile {
		refuse("file", "can't be blank")
	}
	private, _ := values.Get("private")
	r := &record{kind: "Attachment", body: blank("Attachment"), hidden: map[string]any{hiddenFile: file}}
	r.set("content_type", file.ContentType)
	r.set("filename", file.Filename)
	r.set("size", int64(len(file.Data)))
	r.set("public?", private != true)
	c.st.insert(r)
	r.set("url", c.srv.URL+"/attachments/"+r.id)
	return c.ok(r)
}

// download is the operation beside the API that hands out uploaded files.
var download = operation{ID: "downloadAttachment", Method: http.MethodGet, Path: "/attachments/{attachmentId}", Answer: "Attachment", Status: http.StatusOK}

func downloadAttachment(c *ctx) response {
	r := c.target()
	file, isFile := r.hidden[hiddenFile].(*testserver.File)
	if !isFile {
		return notFound()
	}
	return response{Status: http.StatusOK, Type: firstText(file.ContentType, "application/octet-stream"), Body: file.Data}
}
