package konvertetest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func listContactLabels(c *ctx) response {
	return ok(obj("payload", append([]string{}, c.findContact("contact_id").labels...)))
}

// replaceContactLabels replaces the whole list; what is no list clears it.
func replaceContactLabels(c *ctx) response {
	v := c.findContact("contact_id")
	sent, _ := c.Params.List("labels")
	v.labels = labelList(sent)
	return listContactLabels(c)
}

// labelList reads the entries of a list of labels: split at commas and trimmed;
// of those that differ only in case the first counts.
func labelList(sent []any) []string {
	labels := []string{}
	for _, e := range sent {
		text := testserver.CastString(e)
		if text == nil {
			continue
		}
		for label := range strings.SplitSeq(*text, ",") {
			label = strings.TrimSpace(label)
			known := slices.ContainsFunc(labels, func(l string) bool { return strings.EqualFold(l, label) })
			if label != "" && !known {
				labels = append(labels, label)
			}
		}
	}
	return labels
}

// recentConversations is how many conversations of a contact are listed.
const recentConversations = 20

// contactConversations lists those of a contact that the caller may see, the
// one active last first; on the oldest servers the newest first.
func (c *ctx) contactConversations() []*conversation {
	k := c.findContact("contact_id")
	rows := selectConversations(c.visibleConversations(), func(v *conversation) bool { return v.contactID == k.id })
	if !c.atLeast("4.2.0") {
		slices.Reverse(rows)
		return rows
	}
	slices.SortStableFunc(rows, descending(byTime(func(v *conversation) time.Time { return v.lastActivityAt })))
	return rows
}

func listContactConversations(c *ctx) response {
	rows := c.contactConversations()
	return ok(obj("payload", list(rows[:min(len(rows), recentConversations)], c.conversationView)))
}

// listContactAttachments lists the files of all conversations of a contact,
// newest first.
func listContactAttachments(c *ctx) response {
	type row struct {
		m *message
		a *attachment
	}
	rows := []row{}
	for _, v := range c.contactConversations() {
		for _, m := range c.st.conversationMessages(v) {
			for _, a := range m.attachments {
				rows = append(rows, row{m, a})
			}
		}
	}
	slices.SortStableFunc(rows, func(x, y row) int {
		return cmp.Or(y.m.createdAt.Compare(x.m.createdAt), cmp.Compare(y.a.id, x.a.id))
	})
	shown := page(c, rows, attachmentsPerPage, nil)
	return ok(obj("meta", obj("total_count", len(rows)), "payload", list(shown, func(r row) object { return c.attachmentRow(r.m, r.a) })))
}

// mergeContacts moves everything of one contact to another, fills what that
// one lacks, and deletes the first.
func mergeContacts(c *ctx) response {
	base, other := c.contactParam("base_contact_id"), c.contactParam("mergee_contact_id")
	if base != other {
		c.moveContact(base, other)
	}
	return ok(c.contactView(base))
}

func (c *ctx) contactParam(key string) *contact {
	v := contacts.find(c.st, c.Params.Int(key))
	if v == nil || v.accountID != c.account.id {
		stop(notFound())
	}
	return v
}

func (c *ctx) moveContact(base, other *contact) {
	for v := range conversations.all(c.st) {
		if v.contactID == other.id {
			v.contactID = base.id
		}
	}
	for m := range messages.all(c.st) {
		if m.senderType == senderContact && m.senderID == other.id {
			m.senderID = base.id
		}
	}
	for _, l := range c.st.contactInboxesOf(other.id) {
		l.contactID = base.id
	}
	for n := range notes.all(c.st) {
		if n.contactID == other.id {
			n.contactID = base.id
		}
	}
	contacts.remove(c.st, other)
	base.name = firstFilled(base.name, other.name)
	base.email = firstFilled(base.email, other.email)
	base.phoneNumber = firstFilled(base.phoneNumber, other.phoneNumber)
	base.identifier = firstFilled(base.identifier, other.identifier)
	base.customAttributes = deepMerged(other.customAttributes, base.customAttributes)
	base.additionalAttributes = deepMerged(other.additionalAttributes, base.additionalAttributes)
	contacts.touch(c.st, base)
	c.joinCompany(base)
}

func firstFilled(a, b *string) *string {
	if present(a) || !present(b) {
		return a
	}
	return b
}

// deepMerged lays over over under, object by object.
func deepMerged(under, over object) object {
	out := orEmpty(under.Clone())
	for _, m := range over {
		old, _ := out.Get(m.Key)
		oldObject, bothOld := old.(object)
		newObject, bothNew := m.Value.(object)
		if bothOld && bothNew {
			out.Set(m.Key, deepMerged(oldObject, newObject))
			continue
		}
		out.Set(m.Key, m.Value)
	}
	return out
}

// dueJob is work that the real server does some time after a request.
type dueJob struct {
	at  time.Time
	run func(st *store)
}

type dueJobsKey struct{}

// schedule has fn done by the first request on contacts after d.
func (c *ctx) schedule(d time.Duration, fn func(st *store)) {
	jobs, _ := c.st.extra[dueJobsKey{}].([]dueJob)
	c.st.extra[dueJobsKey{}] = append(jobs, dueJob{at: c.Now.Add(d), run: fn})
}

// runDue does the work whose time has come.
func (c *ctx) runDue() {
	jobs, _ := c.st.extra[dueJobsKey{}].([]dueJob)
	var waiting, due []dueJob
	for _, j := range jobs {
		if j.at.After(c.Now) {
			waiting = append(waiting, j)
		} else {
			due = append(due, j)
		}
	}
	c.st.extra[dueJobsKey{}] = waiting
	for _, j := range due {
		j.run(c.st)
	}
}

const importDelay = time.Minute

// importContacts takes any file and reads it a minute later.
func importContacts(c *ctx) response {
	c.adminOnly()
	if c.Params.Blank("import_file") {
		return failText(422, "File is blank")
	}
	file := c.Params.File("import_file")
	if file == nil {
		return crash()
	}
	c.schedule(importDelay, func(*store) { c.importRows(file.Data) })
	return done()
}

// importRows makes a contact of every sound row under the header of a CSV
// file. Columns that are none of a contact become custom attributes.
func (c *ctx) importRows(data []byte) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return
	}
	for _, row := range rows[1:] {
		c.importRow(rows[0], row)
	}
}

func (c *ctx) importRow(header, row []string) {
	v := &contact{accountID: c.account.id, contactType: "visitor"}
	for i, column := range header {
		if i < len(row) {
			v.setColumn(strings.TrimSpace(column), row[i])
		}
	}
	if faults := c.checkContact(v, nil); len(faults) > 0 {
		return
	}
	c.joinCompany(contacts.insert(c.st, v))
}

func (v *contact) setColumn(column, value string) {
	switch {
	case column == "name":
		v.name = &value
	case value == "" || column == "":
	case column == "email":
		v.email = lowered(&value)
	case column == "identifier":
		v.identifier = &value
	case column == "phone_number":
		phone := "+" + strings.TrimPrefix(value, "+")
		v.phoneNumber = &phone
	default:
		v.customAttributes.Set(column, value)
	}
}

// exportContacts mails a file, so that nothing of it is seen here.
func exportContacts(c *ctx) response {
	c.adminOnly()
	c.Params.Ignore("column_names", "label")
	if conditions, isList := c.Params.List("payload"); isList {
		for _, e := range conditions {
			if p, isHash := e.(*params); isHash {
				p.IgnoreAll()
			}
		}
	}
	return done()
}

type onlineContactsKey struct{}

// presenceOf is when contacts showed a sign of life last.
func (st *store) presenceOf() map[int64]time.Time {
	seen, kept := st.extra[onlineContactsKey{}].(map[int64]time.Time)
	if !kept {
		seen = map[int64]time.Time{}
		st.extra[onlineContactsKey{}] = seen
	}
	return seen
}

// ContactSeen gives a contact a sign of life, as a real server notes one when
// the contact's browser subscribes on the real-time connection and whenever it
// reports its presence there. For 20 seconds of the server's clock the contact
// counts as online, and cannot be deleted. Nothing else makes a contact online,
// not even its own calls of the public API. An id that no contact has changes
// nothing.
func (s *Server) ContactSeen(id int64) {
	s.http.Do(func() {
		if contacts.find(s.st, id) != nil {
			s.st.presenceOf()[id] = s.cfg.clock()
		}
	})
}

// contactOnline reports whether a contact has shown a sign of life lately.
func (st *store) contactOnline(id int64) bool {
	seen, known := st.presenceOf()[id]
	return known && st.now.Sub(seen) < presenceTimeout
}
