package konvertetest

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// company is a company of newer servers: one for each e-mail domain.
type company struct {
	record
	accountID        int64
	name             string
	domain           *string
	description      *string
	avatar           *blob
	customAttributes object
}

var companies = newTable[company]("company")

var companyColumns = []string{
	"id", "name", "domain", "description", "account_id", "created_at", "updated_at", "contacts_count", "custom_attributes",
}

func registerCompanies(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/companies", "/api/v1/accounts/{account_id}/companies/{id}"
	r.get("undocumented:company-list", all, listCompanies, shape())
	r.post("undocumented:company-create", all, createCompany, shape(), wrap("company", companyColumns...))
	r.get("undocumented:company-search", all+"/search", searchCompanies, shape())
	r.get("undocumented:company-show", one, showCompany, shape())
	r.patch("undocumented:company-update", one, updateCompany, shape(), wrap("company", companyColumns...))
	r.delete("undocumented:company-delete", one, deleteCompany, shape())
	r.delete("undocumented:company-avatar-delete", one+"/avatar", deleteCompanyAvatar, shape())
	r.post("undocumented:company-destroy-custom-attributes", one+"/destroy_custom_attributes", destroyCompanyAttributes, shape())

	const below = "/api/v1/accounts/{account_id}/companies/{company_id}"
	r.get("undocumented:company-contacts", below+"/contacts", listCompanyContacts, shape())
	r.post("undocumented:company-contact-add", below+"/contacts", addCompanyContact, shape())
	r.get("undocumented:company-contact-search", below+"/contacts/search", searchCompanyContacts, shape())
	r.delete("undocumented:company-contact-remove", below+"/contacts/{id}", removeCompanyContact, shape())
	r.get("undocumented:company-conversations", below+"/conversations", listCompanyConversations, shape())
	r.get("undocumented:company-notes", below+"/notes", listCompanyNotes, shape())
}

// needCompanies ends the request where companies are switched off, as they are
// in a new account.
func (c *ctx) needCompanies() {
	if !c.account.features["companies"] {
		stop(failText(http.StatusForbidden, "Companies are not enabled for this account"))
	}
}

func (c *ctx) findCompany(param string) *company {
	c.needCompanies()
	of := companies.find(c.st, c.id(param))
	if of == nil || of.accountID != c.account.id {
		stop(notFound())
	}
	return of
}

func (c *ctx) contactsOf(of *company) []*contact {
	return slices.DeleteFunc(c.accountContacts(false), func(v *contact) bool { return !same(v.companyID, &of.id) })
}

func (c *ctx) companyView(of *company) object {
	return obj(
		"id", of.id, "name", of.name, "domain", of.domain, "description", of.description,
		"avatar_url", c.thumbURL(of.avatar), "contacts_count", len(c.contactsOf(of)),
		"custom_attributes", orEmpty(of.customAttributes), "created_at", iso(of.createdAt), "updated_at", iso(of.updatedAt),
	)
}

func (c *ctx) accountCompanies(wanted func(*company) bool) []*company {
	return companies.where(c.st, func(of *company) bool { return of.accountID == c.account.id && wanted(of) })
}

const companiesPerPage = 25

// companyPage answers one page of rows with their number.
func (c *ctx) companyPage(rows []*company) response {
	order := c.companyOrder()
	slices.SortStableFunc(rows, order)
	shown := page(c, rows, companiesPerPage, func(a, b *company) bool { return order(a, b) == 0 })
	return ok(obj("meta", obj("total_count", len(rows), "page", c.pageNumber()), "payload", list(shown, c.companyView)))
}

// companyOrder is by name unless the request names another column.
func (c *ctx) companyOrder() func(a, b *company) int {
	column, down := strings.CutPrefix(c.Params.String("sort"), "-")
	order := func(a, b *company) int { return strings.Compare(a.name, b.name) }
	switch column {
	case "domain":
		order = func(a, b *company) int { return strings.Compare(textOf(a.domain), textOf(b.domain)) }
	case "created_at":
		order = func(a, b *company) int { return a.createdAt.Compare(b.createdAt) }
	case "contacts_count":
		order = func(a, b *company) int { return cmp.Compare(len(c.contactsOf(a)), len(c.contactsOf(b))) }
	}
	if !down {
		return order
	}
	return func(a, b *company) int { return order(b, a) }
}

func listCompanies(c *ctx) response {
	c.needCompanies()
	return c.companyPage(c.accountCompanies(func(*company) bool { return true }))
}

func searchCompanies(c *ctx) response {
	c.needCompanies()
	c.needQuery()
	like := c.searchPattern()
	return c.companyPage(c.accountCompanies(func(of *company) bool { return matches(like, &of.name) || matches(like, of.domain) }))
}

// needQuery ends the request that looks for nothing.
func (c *ctx) needQuery() {
	if c.Params.Blank("q") {
		stop(failText(http.StatusUnprocessableEntity, "Specify search string with parameter q"))
	}
}

func showCompany(c *ctx) response { return ok(obj("payload", c.companyView(c.findCompany("id")))) }

func createCompany(c *ctx) response {
	c.needCompanies()
	of := company{accountID: c.account.id}
	c.readCompany(&of)
	return ok(obj("payload", c.companyView(companies.insert(c.st, &of))))
}

func updateCompany(c *ctx) response {
	of := c.findCompany("id")
	next := *of
	c.readCompany(&next)
	*of = next
	companies.touch(c.st, of)
	return ok(obj("payload", c.companyView(of)))
}

// readCompany reads and checks the columns.
func (c *ctx) readCompany(of *company) {
	p := c.require("company")
	p.Into("name", &of.name)
	p.Into("description", &of.description)
	if p.Into("domain", &of.domain) {
		of.domain = lowered(of.domain)
	}
	if custom, sent := p.Object("custom_attributes"); sent {
		of.customAttributes = merged(of.customAttributes, custom)
	}
	avatar := p.File("avatar")
	faults := c.checkCompany(of)
	if avatar != nil {
		faults.checkAvatar(avatar)
	}
	faults.stopIf()
	if avatar != nil {
		of.avatar = c.st.storeFile(avatar)
	}
}

const (
	longestCompanyName        = 100
	longestCompanyDescription = 1000
)

var domainShape = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)

func (c *ctx) checkCompany(of *company) problems {
	var faults problems
	if strings.TrimSpace(of.name) == "" {
		faults.add("name", "can't be blank")
	}
	faults.checkLength("name", of.name, longestCompanyName)
	if of.domain != nil && !domainShape.MatchString(*of.domain) {
		faults.add("domain", "is invalid")
	}
	taken := c.accountCompanies(func(o *company) bool { return o.id != of.id && of.domain != nil && same(o.domain, of.domain) })
	if len(taken) > 0 {
		faults.add("domain", "has already been taken")
	}
	faults.checkLength("description", textOf(of.description), longestCompanyDescription)
	return faults
}

// deleteCompany leaves the contacts without one.
func deleteCompany(c *ctx) response {
	of := c.findCompany("id")
	for _, v := range c.contactsOf(of) {
		v.companyID = nil
	}
	companies.remove(c.st, of)
	return done()
}

func deleteCompanyAvatar(c *ctx) response {
	c.findCompany("id").avatar = nil
	return done()
}

func destroyCompanyAttributes(c *ctx) response {
	of := c.findCompany("id")
	of.customAttributes = c.withoutKeys(of.customAttributes)
	companies.touch(c.st, of)
	return ok(obj("payload", c.companyView(of)))
}

// companyContactPage answers one page of the contacts that a company has, or
// could have.
func (c *ctx) companyContactPage(rows []*contact) response {
	shown := page(c, rows, contactsPerPage, nil)
	return ok(obj("meta", obj("total_count", len(rows), "page", c.pageNumber()), "payload", list(shown, c.contactView)))
}

func listCompanyContacts(c *ctx) response {
	return c.companyContactPage(c.contactsOf(c.findCompany("company_id")))
}

// searchCompanyContacts finds contacts that are not of the company yet.
func searchCompanyContacts(c *ctx) response {
	of := c.findCompany("company_id")
	c.needQuery()
	like := c.searchPattern()
	return c.companyContactPage(slices.DeleteFunc(c.accountContacts(false), func(v *contact) bool {
		found := matches(like, v.name) || matches(like, v.email) || matches(like, v.phoneNumber) || matches(like, v.identifier)
		return !found || same(v.companyID, &of.id)
	}))
}

func addCompanyContact(c *ctx) response {
	of := c.findCompany("company_id")
	if c.Params.Blank("contact_id") {
		return missingParam("contact_id")
	}
	v := contacts.find(c.st, c.Params.Int("contact_id"))
	if v == nil || v.accountID != c.account.id {
		return notFound()
	}
	v.companyID = &of.id
	c.joinCompany(v)
	return ok(obj("payload", c.contactView(v)))
}

func removeCompanyContact(c *ctx) response {
	of := c.findCompany("company_id")
	v := c.findContact("id")
	if !same(v.companyID, &of.id) {
		return notFound()
	}
	v.companyID = nil
	return done()
}

// listCompanyConversations lists those that the caller may see, the one active
// last first.
func listCompanyConversations(c *ctx) response {
	of := c.findCompany("company_id")
	rows := selectConversations(c.visibleConversations(), func(v *conversation) bool {
		k := contacts.find(c.st, v.contactID)
		return k != nil && same(k.companyID, &of.id)
	})
	slices.SortStableFunc(rows, descending(byActivity))
	return ok(obj("payload", list(page(c, rows, conversationsPerPage, nil), c.conversationView)))
}

const companyNotesPerPage = 15

// listCompanyNotes lists the newest first.
func listCompanyNotes(c *ctx) response {
	of := c.findCompany("company_id")
	rows := notes.where(c.st, func(n *note) bool {
		k := contacts.find(c.st, n.contactID)
		return k != nil && same(k.companyID, &of.id)
	})
	slices.Reverse(rows)
	return ok(obj("payload", list(page(c, rows, companyNotesPerPage, nil), c.noteView)))
}
