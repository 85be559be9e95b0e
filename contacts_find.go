package konverte

import (
	"context"
	"errors"
	"strings"

	"github.com/konverte-go/konverte/internal/core"
)

// MatchedBy tells by which key a contact was found.
type MatchedBy string

// The keys by which FindOrCreate looks, in this order.
const (
	MatchedByNothing    MatchedBy = ""
	MatchedByIdentifier MatchedBy = "identifier"
	MatchedByEmail      MatchedBy = "email"
	MatchedByPhone      MatchedBy = "phone_number"
)

// FoundContact is what FindOrCreate found or made.
type FoundContact struct {
	Contact   *Contact
	Created   bool      // false when it was there already
	MatchedBy MatchedBy // by what it was found, empty when it was created
}

// ContactConflictError says that the keys of one contact belong to several: the e-mail
// to one and the phone number to another, for example. Nothing was written. It answers
// errors.Is(err, ErrConflict).
type ContactConflictError struct {
	// Matches are the contacts, by the key that matches.
	Matches map[MatchedBy]ContactID
	// Err is the server's refusal, where it refused.
	Err error
}

// Error names the keys.
func (e *ContactConflictError) Error() string {
	var parts []string
	for _, by := range []MatchedBy{MatchedByIdentifier, MatchedByEmail, MatchedByPhone} {
		if id, ok := e.Matches[by]; ok {
			parts = append(parts, string(by)+" belongs to "+assigned("contact", int64(id)))
		}
	}
	if len(parts) == 0 {
		return "Contacts.FindOrCreate: a key is taken by a contact that no look-up finds: " + e.Err.Error()
	}
	return "Contacts.FindOrCreate: the keys belong to different contacts: " + strings.Join(parts, ", ")
}

// Is answers for ErrConflict.
func (e *ContactConflictError) Is(target error) bool { return target == ErrConflict }

// Unwrap returns the server's refusal.
func (e *ContactConflictError) Unwrap() error { return e.Err }

// FindOrCreate returns the contact with the identifier, e-mail or phone number of p, in
// this order, and creates it from p where there is none. What it finds is compared
// exactly, and is not changed. At least one of the three keys is required: without them
// there is nothing to find a contact by.
//
// Keys that belong to different contacts are a *ContactConflictError. When someone else
// creates the contact in between, theirs is found.
//
// API: POST /api/v1/accounts/{account_id}/contacts/filter, once for each key, then POST
// …/contacts. Needs a user token. The creation is never sent twice, but calling
// FindOrCreate again after a lost answer finds what arrived.
func (s ContactsService) FindOrCreate(ctx context.Context, p ContactCreateParams, opts ...CallOption) (*FoundContact, error) {
	var f core.Faults
	p.check(&f)
	keys := p.keys()
	if len(keys) == 0 {
		f.Add("identifier, email, phone_number", "one of them is required to find a contact", "")
	}
	if err := f.Err("Contacts.FindOrCreate"); err != nil {
		return nil, err
	}
	found, err := s.findByKeys(ctx, keys, opts)
	if err != nil || found != nil {
		return found, err
	}
	made, err := s.Create(ctx, p, opts...)
	if err == nil {
		return &FoundContact{Contact: made, Created: true}, nil
	}
	refusal, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(err, ErrValidation) || !takenKey(refusal, keys) {
		return nil, err
	}
	if found, findErr := s.findByKeys(ctx, keys, opts); findErr != nil || found != nil {
		return found, findErr
	}
	return nil, &ContactConflictError{Err: core.NewConflict(refusal)}
}

// contactKey is one of the values by which a contact can be found.
type contactKey struct {
	by    MatchedBy
	value string
}

func (p ContactCreateParams) keys() []contactKey {
	var keys []contactKey
	for _, k := range []contactKey{
		{MatchedByIdentifier, p.Identifier.Or("")},
		{MatchedByEmail, p.Email.Or("")},
		{MatchedByPhone, p.PhoneNumber.Or("")},
	} {
		if strings.TrimSpace(k.value) != "" {
			keys = append(keys, k)
		}
	}
	return keys
}

// takenKey tells whether a refusal is about one of the keys.
func takenKey(refusal *Error, keys []contactKey) bool {
	for _, attribute := range refusal.Attributes {
		for _, k := range keys {
			if attribute == string(k.by) {
				return true
			}
		}
	}
	return false
}

// findByKeys looks by every key, since they may belong to different contacts.
func (s ContactsService) findByKeys(ctx context.Context, keys []contactKey, opts []CallOption) (*FoundContact, error) {
	var found *FoundContact
	matches := map[MatchedBy]ContactID{}
	for _, k := range keys {
		c, err := s.findBy(ctx, k, opts)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		matches[k.by] = c.ID
		if found == nil {
			found = &FoundContact{Contact: c, MatchedBy: k.by}
		}
		if c.ID != found.Contact.ID {
			return nil, &ContactConflictError{Matches: matches}
		}
	}
	return found, nil
}

// findBy asks for equality and compares again: the first row is not trusted.
func (s ContactsService) findBy(ctx context.Context, k contactKey, opts []CallOption) (*Contact, error) {
	values := []any{k.value}
	if k.by == MatchedByPhone {
		values = []any{strings.TrimPrefix(k.value, "+")}
	}
	c, err := s.firstEqual(ctx, k, values, opts)
	if c != nil || err != nil || k.by != MatchedByPhone {
		return c, err
	}
	// 4.15.1 compares phone numbers as they are written.
	return s.firstEqual(ctx, k, []any{k.value}, opts)
}

func (s ContactsService) firstEqual(ctx context.Context, k contactKey, values []any, opts []CallOption) (*Contact, error) {
	p := ContactFilterParams{Conditions: Where(string(k.by)).Is(values...).Conditions()}
	for c, err := range s.FilterAll(ctx, p, opts...) {
		if err != nil {
			if page, ok := errors.AsType[*PageError](err); ok {
				return nil, page.Err
			}
			return nil, err
		}
		if k.equals(c) {
			return &c, nil
		}
	}
	return nil, nil
}

func (k contactKey) equals(c Contact) bool {
	switch k.by {
	case MatchedByIdentifier:
		return c.Identifier.Or("") == k.value
	case MatchedByEmail:
		return strings.EqualFold(c.Email.Or(""), k.value)
	case MatchedByPhone:
		return c.PhoneNumber.Or("") == k.value
	}
	return false
}

// FindByPhone returns the contact with a phone number in E.164 form, "+5511999990000". A
// contact who is not there is a *NotFoundError, and so ErrNotFound.
//
// API: POST /api/v1/accounts/{account_id}/contacts/filter. Needs a user token.
func (s ContactsService) FindByPhone(ctx context.Context, phone string, opts ...CallOption) (*Contact, error) {
	var f core.Faults
	if !e164(phone) {
		f.Add("phone_number", "must be in E.164 form: a plus sign and up to 15 digits", phone)
	}
	if err := f.Err("Contacts.FindByPhone"); err != nil {
		return nil, err
	}
	c, err := s.findBy(ctx, contactKey{MatchedByPhone, phone}, opts)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, &NotFoundError{Operation: "Contacts.FindByPhone", Kind: "contact", Key: "phone_number", Value: phone}
	}
	return c, nil
}

// e164 tells whether a phone number has the form that the server stores.
func e164(phone string) bool {
	digits, plus := strings.CutPrefix(phone, "+")
	if !plus || len(digits) < 2 || len(digits) > 15 || digits[0] == '0' {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}
