package konvertetest

import (
	"regexp"
	"slices"
	"strings"
)

// label is a label that an account offers. Contacts and conversations carry
// titles, whether or not the account has such a label.
type label struct {
	record
	accountID     int64
	title         string
	description   *string
	color         string
	showOnSidebar *bool
}

var labels = newTable[label]("label")

var labelColumns = []string{"id", "title", "description", "color", "show_on_sidebar", "account_id", "created_at", "updated_at"}

func registerLabels(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/labels", "/api/v1/accounts/{account_id}/labels/{id}"
	r.get("undocumented:label-list", all, listLabels)
	r.post("undocumented:label-create", all, createLabel, wrap("label", labelColumns...))
	r.get("undocumented:label-show", one, showLabel)
	r.patch("undocumented:label-update", one, updateLabel, wrap("label", labelColumns...))
	r.delete("undocumented:label-delete", one, deleteLabel)
}

func labelView(l *label) object {
	return obj("id", l.id, "title", l.title, "description", l.description, "color", l.color, "show_on_sidebar", l.showOnSidebar)
}

func listLabels(c *ctx) response {
	rows := labels.where(c.st, func(l *label) bool { return l.accountID == c.account.id })
	slices.SortStableFunc(rows, func(a, b *label) int { return collate(a.title, b.title) })
	return ok(obj("payload", list(rows, labelView)))
}

// findLabel finds a label of the account for an administrator.
func (c *ctx) findLabel() *label {
	l := labels.find(c.st, c.id("id"))
	if l == nil || l.accountID != c.account.id {
		stop(notFound())
	}
	c.adminOnly()
	return l
}

func showLabel(c *ctx) response { return ok(labelView(c.findLabel())) }

func createLabel(c *ctx) response {
	c.adminOnly()
	l := label{accountID: c.account.id, color: "#1f93ff"}
	c.readLabel(&l)
	return ok(labelView(labels.insert(c.st, &l)))
}

// updateLabel renames, in the background, the label on everything that
// carries it.
func updateLabel(c *ctx) response {
	l := c.findLabel()
	next := *l
	c.readLabel(&next)
	old := l.title
	*l = next
	labels.touch(c.st, l)
	if old != l.title {
		c.Later(func() { c.st.renameLabel(l.accountID, old, l.title) })
	}
	return ok(labelView(l))
}

// labelShape is what a title must look like: a letter or digit first, two
// characters at least.
var labelShape = regexp.MustCompile(`^[\p{L}\p{N}]+[\p{L}\p{N}_-]+\n?$`)

func (c *ctx) readLabel(l *label) {
	p := c.require("label")
	p.Into("title", &l.title)
	p.Into("description", &l.description)
	color := &l.color
	p.Into("color", &color)
	p.Into("show_on_sidebar", &l.showOnSidebar)
	l.title = strings.ToLower(l.title)
	var faults problems
	faults.checkLength("title", l.title, maxString)
	faults.checkLength("description", textOf(l.description), maxText)
	faults.checkLength("color", textOf(color), maxString)
	if strings.TrimSpace(l.title) == "" {
		faults.add("title", "must not be blank")
	}
	if !labelShape.MatchString(l.title) {
		faults.add("title", "is invalid")
	}
	if labels.first(c.st, func(o *label) bool { return o.accountID == l.accountID && o.id != l.id && o.title == l.title }) != nil {
		faults.add("title", "has already been taken")
	}
	if color == nil && len(faults) == 0 && c.bugs() {
		stop(crash())
	}
	if color == nil {
		faults.add("color", "can't be blank")
	}
	faults.stopIf()
	l.color = *color
}

func (st *store) renameLabel(accountID int64, old, title string) {
	rename := func(titles []string) []string {
		i := slices.Index(titles, old)
		if i < 0 {
			return titles
		}
		rest := slices.Delete(slices.Clone(titles), i, i+1)
		if slices.Contains(rest, title) {
			return rest
		}
		return append(rest, title)
	}
	for v := range conversations.all(st) {
		if v.accountID == accountID {
			v.labels = rename(v.labels)
		}
	}
	for k := range contacts.all(st) {
		if k.accountID == accountID {
			k.labels = rename(k.labels)
		}
	}
}

// deleteLabel leaves the title on what carries it; newer servers take it off in
// the background.
func deleteLabel(c *ctx) response {
	l := c.findLabel()
	labels.remove(c.st, l)
	if c.atLeast("4.15.1") {
		c.Later(func() { c.st.takeLabelOff(l.accountID, l.title) })
	}
	return done()
}

func (st *store) takeLabelOff(accountID int64, title string) {
	without := func(titles []string) []string {
		return slices.DeleteFunc(slices.Clone(titles), func(t string) bool { return t == title })
	}
	for v := range conversations.all(st) {
		if v.accountID == accountID {
			v.labels = without(v.labels)
		}
	}
	for k := range contacts.all(st) {
		if k.accountID == accountID {
			k.labels = without(k.labels)
		}
	}
}
