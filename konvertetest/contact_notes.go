package konvertetest

import (
	"slices"
	"strings"
)

type note struct {
	record
	contactID, userID int64
	content           string
}

var notes = newTable[note]("note")

func registerNotes(r *router) {
	const all = "/api/v1/accounts/{account_id}/contacts/{contact_id}/notes"
	const one = all + "/{id}"
	columns := []string{"id", "content", "account_id", "contact_id", "user_id", "created_at", "updated_at"}
	r.get("undocumented:contact-note-list", all, listNotes)
	r.post("undocumented:contact-note-create", all, createNote, wrap("note", columns...))
	r.get("undocumented:contact-note-show", one, showNote)
	r.patch("undocumented:contact-note-update", one, updateNote, wrap("note", columns...))
	r.delete("undocumented:contact-note-delete", one, deleteNote)
}

// noteView shows no account and no contact, though the note has both.
func (c *ctx) noteView(n *note) object {
	o := obj("id", n.id, "content", n.content, "account_id", nil, "contact_id", nil)
	if !c.bugs() {
		o.Set("account_id", c.account.id)
		o.Set("contact_id", n.contactID)
	}
	if u := users.find(c.st, n.userID); u != nil {
		o.Set("user", c.agentView(u))
	}
	o.Set("created_at", epoch(n.createdAt))
	o.Set("updated_at", epoch(n.updatedAt))
	return o
}

func (c *ctx) contactNotes() []*note {
	v := c.findContact("contact_id")
	return notes.where(c.st, func(n *note) bool { return n.contactID == v.id })
}

func (c *ctx) findNote() *note {
	id := c.id("id")
	for _, n := range c.contactNotes() {
		if n.id == id {
			return n
		}
	}
	stop(notFound())
	return nil
}

// listNotes lists the newest first.
func listNotes(c *ctx) response {
	rows := c.contactNotes()
	slices.Reverse(rows)
	return ok(list(rows, c.noteView))
}

func createNote(c *ctx) response {
	v := c.findContact("contact_id")
	p := c.require("note")
	n := &note{contactID: v.id, userID: c.user.id, content: p.String("content")}
	checkNote(n).stopIf()
	return ok(c.noteView(notes.insert(c.st, n)))
}

func checkNote(n *note) problems {
	var faults problems
	faults.checkLength("content", n.content, maxText)
	if strings.TrimSpace(n.content) == "" {
		faults.add("content", "can't be blank")
	}
	return faults
}

func showNote(c *ctx) response { return ok(c.noteView(c.findNote())) }

// updateNote makes the caller the author. Blank content is answered as if it
// had been stored, and is not.
func updateNote(c *ctx) response {
	n := c.findNote()
	p := c.require("note")
	next := *n
	p.Into("content", &next.content)
	next.userID = c.user.id
	if faults := checkNote(&next); len(faults) > 0 {
		if c.bugs() {
			return ok(c.noteView(&next))
		}
		return faults.fail()
	}
	notes.save(c.st, n, next)
	return ok(c.noteView(n))
}

func deleteNote(c *ctx) response {
	notes.remove(c.st, c.findNote())
	return done()
}

func deleteContactNotes(st *store, contactID int64) {
	notes.removeWhere(st, func(n *note) bool { return n.contactID == contactID })
}
