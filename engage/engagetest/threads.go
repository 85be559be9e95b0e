package engagetest

import (
	"cmp"
	"net/http"
	"slices"
)

var threadRules = rules{
	handlers: map[string]handler{
		"closeThread":            closeThread,
		"openThread":             openThread,
		"archiveThread":          archiveThread,
		"categorizeThread":       categorizeThread,
		"disableThreadTextInput": func(c *ctx) response { return setTextInput(c, true) },
		"enableThreadTextInput":  func(c *ctx) response { return setTextInput(c, false) },
	},
	needs:   map[string][]string{"close_content_thread": {"closeThread"}, "open_content_thread": {"openThread"}},
	sight:   map[string]func(*ctx, *record) bool{"Thread": onReadableSource},
	filters: map[string]func(*ctx, *record, string) bool{"getAllThreads q": searched},
	orders: map[string]func(a, b *record) int{"Thread": func(a, b *record) int {
		return cmp.Or(cmp.Compare(b.text("last_content_at"), a.text("last_content_at")), newestFirst(a, b))
	}},
}

// onReadableSource shows what stands on sources whose messages the user may
// read.
func onReadableSource(c *ctx, r *record) bool { return c.allowed(r.text("source_id"), "read") }

// inBackground does something to the record of an answer after the answer is
// made, so that the answer shows the state before.
func (c *ctx) inBackground(r *record, change func()) response {
	before := c.ok(r)
	c.st.later(r.id, c.cfg.jobDelay, func() {
		change()
		c.st.touch(r)
	})
	return before
}

// closable are the types of sources whose threads can be closed and opened.
var closable = []string{"email", "answers", "ideas", "facebook_messenger", "lithium", "engage_messaging", "dimelo_chat"}

// closableThread finds the thread of the path, or ends the request when its
// source does not know closed threads.
func (c *ctx) closableThread() *record {
	r := c.target()
	source := c.st.find("Source", r.text("source_id"))
	if source == nil || !slices.Contains(closable, source.text("type")) {
		stop(forbidden("Threads of this source can be neither closed nor opened"))
	}
	return r
}

func closeThread(c *ctx) response {
	r := c.closableThread()
	if r.flag("closed") {
		stop(forbidden("The thread is closed already"))
	}
	return c.inBackground(r, func() { r.set("closed", true) })
}

// openThread changes the thread although the method is GET.
func openThread(c *ctx) response {
	r := c.closableThread()
	if !r.flag("closed") {
		stop(forbidden("The thread is open already"))
	}
	return c.inBackground(r, func() { r.set("closed", false) })
}

func archiveThread(c *ctx) response {
	r := c.target()
	if c.st.busy(r.id) {
		stop(busy())
	}
	return c.inBackground(r, func() {
		for _, content := range c.st.where("Content", func(o *record) bool { return o.text("thread_id") == r.id }) {
			content.set("status", "ignored")
		}
	})
}

func categorizeThread(c *ctx) response {
	r := c.target()
	if c.st.busy(r.id) {
		stop(busy())
	}
	values := c.body(true, c.checkSelectable)
	ids := listOf(values, "thread_category_ids")
	return c.inBackground(r, func() {
		old := r.list("thread_category_ids")
		all := slices.DeleteFunc(r.list("category_ids"), func(id string) bool { return slices.Contains(old, id) })
		for _, id := range ids {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
		r.setList("thread_category_ids", ids)
		r.setList("category_ids", all)
	})
}

// setTextInput turns the customer's input off or on, at once.
func setTextInput(c *ctx, off bool) response {
	r := c.target()
	source := c.st.find("Source", r.text("source_id"))
	switch {
	case source == nil || source.text("type") != "engage_messaging":
		stop(notFound())
	case !c.allowed(source.id, "reply"):
		stop(forbidden("You may not reply on the source"))
	case r.flag("disable_text_input") == off:
		stop(fail(http.StatusForbidden, "forbidden", "The text input is in that state already"))
	}
	r.set("disable_text_input", off)
	c.st.touch(r)
	return c.ok(r)
}
