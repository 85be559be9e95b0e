package konvertetest

import (
	"slices"
	"strings"
	"unicode"
)

// freeMail are domains that say nothing of a company.
var freeMail = []string{
	"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "aol.com",
	"proton.me", "protonmail.com", "gmx.com", "gmx.net", "mail.com", "zoho.com", "yandex.com",
}

// joinCompany gives a contact with an e-mail the company of its domain, made
// when there is none, and writes the company's name into the contact.
func (c *ctx) joinCompany(v *contact) {
	if !c.atLeast("4.15.1") {
		return
	}
	if v.companyID == nil {
		v.companyID = c.companyFor(v)
	}
	if v.companyID == nil {
		return
	}
	if of := companies.find(c.st, *v.companyID); of != nil {
		v.additionalAttributes = v.additionalAttributes.Clone()
		v.additionalAttributes.Set("company_name", of.name)
	}
}

func (c *ctx) companyFor(v *contact) *int64 {
	_, domain, found := strings.Cut(textOf(v.email), "@")
	if !found || slices.Contains(freeMail, domain) {
		return nil
	}
	of := companies.first(c.st, func(o *company) bool {
		return o.accountID == v.accountID && o.domain != nil && *o.domain == domain
	})
	if of == nil {
		of = companies.insert(c.st, &company{accountID: v.accountID, name: companyName(v, domain), domain: &domain})
	}
	return &of.id
}

// companyName is what the contact says, else made of the domain.
func companyName(v *contact, domain string) string {
	if name, _ := attributeText(v.additionalAttributes, "company_name").(string); strings.TrimSpace(name) != "" {
		return name
	}
	first, _, _ := strings.Cut(domain, ".")
	words := strings.FieldsFunc(first, func(r rune) bool { return r == '-' || r == '_' })
	for i, w := range words {
		letters := []rune(w)
		letters[0] = unicode.ToUpper(letters[0])
		words[i] = string(letters)
	}
	return strings.Join(words, " ")
}
