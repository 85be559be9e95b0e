package konvertetest

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerContacts(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/contacts", "/api/v1/accounts/{account_id}/contacts/{id}"
	r.get("contactList", all, listContacts)
	r.post("contactCreate", all, createContact)
	r.get("contactSearch", all+"/search", searchContacts)
	r.post("contactFilter", all+"/filter", filterContactList)
	r.get("undocumented:contact-active", all+"/active", listActiveContacts)
	r.post("undocumented:contact-import", all+"/import", importContacts)
	r.post("undocumented:contact-export", all+"/export", exportContacts)
	r.get("contactDetails", one, showContact)
	r.patch("contactUpdate", one, updateContact)
	r.delete("contactDelete", one, deleteContact)
	r.post("undocumented:contact-destroy-custom-attributes", one+"/destroy_custom_attributes", destroyContactAttributes)
	r.delete("undocumented:contact-avatar-delete", one+"/avatar", deleteContactAvatar)
	r.get("contactableInboxesGet", one+"/contactable_inboxes", listContactableInboxes)
	r.post("contactMerge", "/api/v1/accounts/{account_id}/actions/contact_merge", mergeContacts)
	r.post("undocumented:contact-inbox-filter", "/api/v1/accounts/{account_id}/contact_inboxes/filter", filterContactInboxes)

	const below = "/api/v1/accounts/{account_id}/contacts/{contact_id}"
	r.get("contactConversations", below+"/conversations", listContactConversations)
	r.get("undocumented:contact-attachments", below+"/attachments", listContactAttachments)
	r.post("contactInboxCreation", below+"/contact_inboxes", createContactInbox)
	r.get("list-all-labels-of-a-contact", below+"/labels", listContactLabels)
	r.post("contact-add-labels", below+"/labels", replaceContactLabels)
	registerNotes(r)
}

// contactView is a contact without its inboxes, as in conversations and
// messages.
func (c *ctx) contactView(v *contact) object {
	availability := "offline"
	if c.st.contactOnline(v.id) {
		availability = "online"
	}
	o := obj(
		"additional_attributes", orEmpty(v.additionalAttributes),
		"availability_status", availability,
		"email", v.email,
		"id", v.id,
		"name", v.name,
		"phone_number", v.phoneNumber,
	)
	if c.atLeast("4.2.0") {
		o.Set("blocked", v.blocked)
	}
	o.Set("identifier", v.identifier)
	o.Set("thumbnail", c.thumbURL(v.avatar))
	o.Set("custom_attributes", orEmpty(v.customAttributes))
	if !v.lastActivityAt.IsZero() {
		o.Set("last_activity_at", epoch(v.lastActivityAt))
	}
	o.Set("created_at", epoch(v.createdAt))
	return o
}

// contactInboxesView is a contact with its inboxes, as in the contacts API.
func (c *ctx) contactInboxesView(v *contact) object {
	o := c.contactView(v)
	o.Set("contact_inboxes", list(c.st.contactInboxesOf(v.id), c.contactInboxView))
	return o
}

// contactRow is what include_contact_inboxes asks for: anything but "true"
// leaves the inboxes out, and a blank value or false counts as absent.
func (c *ctx) contactRow() func(*contact) object {
	v, _ := c.Params.Get("include_contact_inboxes")
	if testserver.Blank(v) || v == "true" {
		return c.contactInboxesView
	}
	return c.contactView
}

// resolved reports whether lists show a contact: only those with an e-mail, a
// phone number or an identifier.
func (v *contact) resolved() bool {
	return filled(v.email) || filled(v.phoneNumber) || filled(v.identifier)
}

func filled(p *string) bool { return p != nil && *p != "" }

func (c *ctx) findContact(param string) *contact {
	c.runDue()
	v := contacts.find(c.st, c.id(param))
	if v == nil || v.accountID != c.account.id {
		stop(notFound())
	}
	return v
}

// accountContacts lists the contacts of the account, all of them or only the
// resolved ones.
func (c *ctx) accountContacts(resolvedOnly bool) []*contact {
	c.runDue()
	return contacts.where(c.st, func(v *contact) bool {
		return v.accountID == c.account.id && (!resolvedOnly || v.resolved())
	})
}

// withLabels keeps the contacts that have any of the labels that the request
// asks for.
func (c *ctx) withLabels(rows []*contact) []*contact {
	if c.Params.Blank("labels") {
		return rows
	}
	v, _ := c.Params.Get("labels")
	var wanted []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			text, _ := e.(string)
			wanted = append(wanted, strings.ToLower(strings.TrimSpace(text)))
		}
	case string:
		for text := range strings.SplitSeq(v, ",") {
			wanted = append(wanted, strings.ToLower(strings.TrimSpace(text)))
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(v *contact) bool {
		return !slices.ContainsFunc(v.labels, func(l string) bool { return slices.Contains(wanted, strings.ToLower(l)) })
	})
}

const contactsPerPage = 15

// contactPage answers one page of rows with their number.
func (c *ctx) contactPage(rows []*contact) response {
	rows, tied := c.sortContacts(rows)
	return ok(obj(
		"meta", obj("count", len(rows), "current_page", c.currentPage()),
		"payload", list(page(c, rows, contactsPerPage, tied), c.contactRow()),
	))
}

func listContacts(c *ctx) response { return c.contactPage(c.withLabels(c.accountContacts(true))) }

func listActiveContacts(c *ctx) response {
	rows := slices.DeleteFunc(c.accountContacts(false), func(v *contact) bool { return !c.st.contactOnline(v.id) })
	return c.contactPage(rows)
}

func filterContactList(c *ctx) response {
	return c.contactPage(c.filterContacts(c.accountContacts(c.atLeast("4.15.1"))))
}

// searchContacts answers a blank search with an empty page, although it means
// to refuse it. Newer servers also find contacts that no list shows, and count
// only the page.
func searchContacts(c *ctx) response {
	newest := c.atLeast("4.15.1")
	if c.Params.Blank("q") {
		return c.blankSearch()
	}
	like := likePattern("%" + strings.TrimSpace(c.Params.String("q")) + "%")
	exact := regexp.MustCompile(strings.Replace(like.String(), "(?is)", "(?s)", 1))
	rows := slices.DeleteFunc(c.withLabels(c.accountContacts(!newest)), func(v *contact) bool {
		company, _ := attributeText(v.additionalAttributes, "company_name").(string)
		return !matches(like, v.name) && !matches(like, v.email) && !matches(like, v.phoneNumber) &&
			!matches(exact, v.identifier) && (company == "" || !like.MatchString(company))
	})
	if !newest {
		return c.contactPage(rows)
	}
	return c.searchPage(rows)
}

func matches(pattern *regexp.Regexp, text *string) bool {
	return text != nil && pattern.MatchString(*text)
}

func (c *ctx) blankSearch() response {
	if !c.bugs() {
		return failText(422, "Specify search string with parameter q")
	}
	c.Params.Ignore("sort", "labels", "include_contact_inboxes")
	meta := obj("count", nil, "current_page", c.currentPage())
	if c.atLeast("4.15.1") {
		meta.Set("has_more", nil)
	}
	return ok(obj("meta", meta, "payload", []object{}))
}

// searchPage is a page of newer servers, which compute the offset themselves
// and fail for pages below 1.
func (c *ctx) searchPage(rows []*contact) response {
	if v, sent := c.Params.Get("page"); sent && v != nil && c.bugs() {
		if n := testserver.CastInt(v); n == nil || *n < 1 {
			return crash()
		}
	}
	rows, tied := c.sortContacts(rows)
	shown := page(c, rows, contactsPerPage, tied)
	return ok(obj(
		"meta", obj("count", len(shown), "current_page", c.currentPage(), "has_more", c.pageNumber()*contactsPerPage < len(rows)),
		"payload", list(shown, c.contactRow()),
	))
}

func showContact(c *ctx) response { return ok(obj("payload", c.contactRow()(c.findContact("id")))) }

func createContact(c *ctx) response {
	empty := ""
	v := &contact{accountID: c.account.id, name: &empty, contactType: "visitor"}
	avatar := c.readContact(v)
	c.checkContact(v, avatar).stopIf()
	c.saveContact(v, *v, avatar)
	link := c.newContactInbox(v)
	linkView := obj("inbox", nil, "source_id", nil)
	if link != nil {
		linkView = obj("inbox", c.inboxRow(inboxes.find(c.st, link.inboxID)), "source_id", link.sourceID)
	}
	return ok(obj("payload", obj("contact", c.contactInboxesView(v), "contact_inbox", linkView)))
}

// readContact reads the columns of a contact and returns an uploaded avatar.
// Custom attributes are merged into those it has; so are additional attributes
// on newer servers.
func (c *ctx) readContact(v *contact) *testserver.File {
	p := c.Params
	p.Into("name", &v.name)
	if p.Into("email", &v.email) {
		v.email = lowered(v.email)
	}
	p.Into("phone_number", &v.phoneNumber)
	p.Into("identifier", &v.identifier)
	var blocked *bool
	if p.Into("blocked", &blocked) {
		if blocked == nil {
			stop(crash())
		}
		v.blocked = *blocked
	}
	if custom, sent := p.Object("custom_attributes"); sent {
		v.customAttributes = merged(v.customAttributes, custom)
	}
	if additional, sent := p.Object("additional_attributes"); sent {
		if !c.atLeast("4.2.0") {
			v.additionalAttributes = nil
		}
		v.additionalAttributes = merged(v.additionalAttributes, additional)
	}
	if picture, _ := p.Get("avatar"); picture != nil && picture != "" && p.File("avatar") == nil {
		stop(crash())
	}
	return p.File("avatar")
}

func merged(old, more object) object {
	out := orEmpty(old.Clone())
	out.Merge(more)
	return out
}

// lowered is how e-mails and domains are stored: in lower case, none for "".
func lowered(text *string) *string {
	if text == nil || strings.TrimSpace(*text) == "" {
		return nil
	}
	lower := strings.ToLower(*text)
	return &lower
}

var e164 = regexp.MustCompile(`\+[1-9]\d{1,14}\z`)

// checkContact notes what is wrong with a contact and its new avatar. A second
// contact with the identifier "" ends the request with 500.
func (c *ctx) checkContact(v *contact, avatar *testserver.File) problems {
	var faults problems
	faults.checkLength("name", textOf(v.name), maxString)
	faults.checkLength("email", textOf(v.email), maxString)
	faults.checkLength("phone_number", textOf(v.phoneNumber), maxString)
	faults.checkLength("identifier", textOf(v.identifier), maxString)
	if present(v.email) {
		c.checkTaken(&faults, v, "email", func(o *contact) *string { return o.email })
		if !emailShape.MatchString(*v.email) {
			faults.add("email", "Invalid email")
		}
	}
	if present(v.identifier) {
		c.checkTaken(&faults, v, "identifier", func(o *contact) *string { return o.identifier })
	}
	if present(v.phoneNumber) {
		c.checkTaken(&faults, v, "phone_number", func(o *contact) *string { return o.phoneNumber })
		if !e164.MatchString(*v.phoneNumber) {
			faults.add("phone_number", "should be in e164 format")
		}
	}
	if avatar != nil {
		faults.checkAvatar(avatar)
	}
	if len(faults) == 0 && v.identifier != nil && *v.identifier == "" {
		c.checkTaken(&faults, v, "identifier", func(o *contact) *string { return o.identifier })
		if len(faults) > 0 && c.bugs() {
			stop(crash())
		}
	}
	return faults
}

func present(p *string) bool { return p != nil && strings.TrimSpace(*p) != "" }

func (c *ctx) checkTaken(faults *problems, v *contact, attribute string, read func(*contact) *string) {
	value := *read(v)
	other := contacts.first(c.st, func(o *contact) bool {
		theirs := read(o)
		return o.accountID == v.accountID && o.id != v.id && theirs != nil && *theirs == value
	})
	if other != nil {
		faults.add(attribute, "has already been taken")
	}
}

// alike reports whether saving one contact in the place of the other would
// change nothing.
func (v contact) alike(o contact) bool {
	v.customAttributes, o.customAttributes = orEmpty(v.customAttributes), orEmpty(o.customAttributes)
	v.additionalAttributes, o.additionalAttributes = orEmpty(v.additionalAttributes), orEmpty(o.additionalAttributes)
	return reflect.DeepEqual(v, o)
}

// saveContact stores a new contact, or next in the place of one, its avatar
// and, on newer servers, its company. avatar_url is fetched in the background.
func (c *ctx) saveContact(v *contact, next contact, avatar *testserver.File) {
	changed := avatar != nil || !v.alike(next)
	*v = next
	switch {
	case v.id == 0:
		contacts.insert(c.st, v)
	case changed:
		contacts.touch(c.st, v)
	}
	if avatar != nil {
		v.avatar = c.st.storeFile(avatar)
	}
	c.joinCompany(v)
	c.fetchAvatar(v, c.Params.String("avatar_url"))
}

const avatarDelay = 300 * time.Millisecond

// fetchAvatar gives a contact the picture behind an address, a moment later.
// Nothing is fetched: any address has one, except on port 9, where nobody
// answers. Newer servers note what they have tried to fetch.
func (c *ctx) fetchAvatar(v *contact, address string) {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return
	}
	noted := c.atLeast("4.15.1")
	name := address[strings.LastIndexByte(address, '/')+1:]
	at := c.Now.Add(avatarDelay)
	target, err := url.Parse(address)
	reachable := err == nil && target.Port() != "9"
	c.schedule(avatarDelay, func(st *store) {
		if reachable {
			v.avatar = st.storeFile(&testserver.File{Filename: name, ContentType: "image/png"})
		}
		if noted {
			v.additionalAttributes = merged(v.additionalAttributes, obj(
				"last_avatar_sync_at", at.UTC().Format(time.RFC3339),
				"avatar_url_hash", fmt.Sprintf("%x", sha256.Sum256([]byte(address))),
			))
		}
	})
}

func updateContact(c *ctx) response {
	v := c.findContact("id")
	next := *v
	avatar := c.readContact(&next)
	c.checkContact(&next, avatar).stopIf()
	c.saveContact(v, next, avatar)
	return ok(obj("payload", c.contactRow()(v)))
}

// contactDeleted is told when a contact is gone, before the next request.
// Groups whose records name contacts add a function here.
var contactDeleted = []func(st *store, contactID int64){
	deleteContactInboxes,
	deleteContactConversations,
	deleteContactNotes,
}

func deleteContact(c *ctx) response {
	c.adminOnly()
	v := c.findContact("id")
	if c.st.contactOnline(v.id) {
		return failMessage(422, capitalize(v.name)+" is Online, please try again later")
	}
	contacts.remove(c.st, v)
	c.Later(func() {
		for _, deleted := range contactDeleted {
			deleted(c.st, v.id)
		}
	})
	return done()
}

// capitalize is Ruby's: the first letter large, all others small.
func capitalize(name *string) string {
	if name == nil || *name == "" {
		return ""
	}
	letters := []rune(strings.ToLower(*name))
	return strings.ToUpper(string(letters[:1])) + string(letters[1:])
}

func deleteContactConversations(st *store, contactID int64) {
	for _, v := range conversations.where(st, func(v *conversation) bool { return v.contactID == contactID }) {
		st.deleteConversation(v)
	}
}

func destroyContactAttributes(c *ctx) response {
	v := c.findContact("id")
	v.customAttributes = c.withoutKeys(v.customAttributes)
	contacts.touch(c.st, v)
	return ok(obj("payload", c.contactInboxesView(v)))
}

// withoutKeys removes the keys that the request gives, as a list or as one
// text.
func (c *ctx) withoutKeys(attributes object) object {
	sent, _ := c.Params.Get("custom_attributes")
	keys, isList := sent.([]any)
	if !isList {
		keys = []any{sent}
	}
	out := attributes.Clone()
	for _, key := range keys {
		if text, isText := key.(string); isText {
			out.Delete(text)
		}
	}
	return out
}

func deleteContactAvatar(c *ctx) response {
	v := c.findContact("id")
	v.avatar = nil
	return ok(obj("payload", c.contactView(v)))
}
