package konvertetest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// newestServer is a server of the newest version with features on, and a strict
// client of its administrator.
func newestServer(t *testing.T, features ...string) (*konvertetest.Server, *konverte.Client) {
	t.Helper()
	seed := konvertetest.DefaultSeed()
	seed.Features = append([]string{"help_center"}, features...)
	srv := konvertetest.NewServer(t, konvertetest.WithVersion("4.15.1"), konvertetest.WithSeed(seed), konvertetest.WithDistinctIDs())
	return srv, srv.Client(konverte.WithStrictDecoding())
}

func assertStatus(t *testing.T, want int, err error) {
	t.Helper()
	var failed *konverte.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, want, failed.StatusCode, err)
}

func names(companies []konverte.Company) []string {
	out := make([]string, len(companies))
	for i, of := range companies {
		out[i], _ = of.Name.Get()
	}
	return out
}

func TestCompanyLifecycle(t *testing.T) {
	t.Parallel()
	_, c := newestServer(t, "companies")
	ctx := t.Context()
	acme, err := c.Companies.Create(ctx, konverte.CompanyCreateParams{
		Name: "Acme", Domain: konverte.Set("ACME.example"), CustomAttributes: konverte.Attributes(`{"plan":"gold","size":7}`),
	})
	require.NoError(t, err)
	assert.Equal(t, konverte.Set("acme.example"), acme.Domain)
	_, err = c.Companies.Create(ctx, konverte.CompanyCreateParams{Name: "Zebra"})
	require.NoError(t, err)

	page, err := c.Companies.List(ctx, konverte.CompanyListParams{Sort: konverte.CompanySortNameDescending})
	require.NoError(t, err)
	assert.Equal(t, []string{"Zebra", "Acme"}, names(page.Companies))
	found, err := c.Companies.Search(ctx, konverte.CompanySearchParams{Query: "ACM"})
	require.NoError(t, err)
	assert.Equal(t, []string{"Acme"}, names(found.Companies))

	_, err = c.Companies.Update(ctx, acme.ID, konverte.CompanyUpdateParams{Description: konverte.Set("anvils")})
	require.NoError(t, err)
	require.NoError(t, c.Companies.DeleteCustomAttributes(ctx, acme.ID, []string{"size"}))
	require.NoError(t, c.Companies.DeleteAvatar(ctx, acme.ID))
	acme, err = c.Companies.Get(ctx, acme.ID)
	require.NoError(t, err)
	assert.Equal(t, konverte.Set("Acme"), acme.Name, "left alone")
	assert.Equal(t, konverte.Set("anvils"), acme.Description)
	assert.JSONEq(t, `{"plan":"gold"}`, string(acme.CustomAttributes))

	require.NoError(t, c.Companies.Delete(ctx, acme.ID))
	_, err = c.Companies.Get(ctx, acme.ID)
	assertStatus(t, http.StatusNotFound, err)
}

func TestCompanyContacts(t *testing.T) {
	t.Parallel()
	_, c := newestServer(t, "companies")
	ctx := t.Context()
	of, err := c.Companies.Create(ctx, konverte.CompanyCreateParams{Name: "Acme"})
	require.NoError(t, err)
	box, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{Name: "Loja", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI}})
	require.NoError(t, err)
	created, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{Name: konverte.Set("Maria"), InboxID: konverte.Set(box.ID)})
	require.NoError(t, err)
	maria := created.ID
	_, err = c.Conversations.Create(ctx, konverte.ConversationCreateParams{InboxID: box.ID, ContactID: maria})
	require.NoError(t, err)
	_, err = c.Contacts.CreateNote(ctx, maria, "prefers mail")
	require.NoError(t, err)

	contactIDs := func(rows []konverte.Contact, err error) []konverte.ContactID {
		require.NoError(t, err)
		ids := []konverte.ContactID{}
		for _, k := range rows {
			ids = append(ids, k.ID)
		}
		return ids
	}
	search := konverte.CompanySearchContactsParams{Query: "mari"}
	assert.Equal(t, []konverte.ContactID{maria}, contactIDs(c.Companies.SearchContacts(ctx, of.ID, search)))
	assert.Empty(t, contactIDs(c.Companies.Contacts(ctx, of.ID, konverte.CompanyContactsParams{})))

	require.NoError(t, c.Companies.AddContact(ctx, of.ID, maria))
	assert.Empty(t, contactIDs(c.Companies.SearchContacts(ctx, of.ID, search)), "it is there already")
	assert.Equal(t, []konverte.ContactID{maria}, contactIDs(c.Companies.Contacts(ctx, of.ID, konverte.CompanyContactsParams{})))
	conversations, err := c.Companies.Conversations(ctx, of.ID, konverte.CompanyConversationsParams{})
	require.NoError(t, err)
	assert.Len(t, conversations, 1)
	notes, err := c.Companies.Notes(ctx, of.ID, konverte.CompanyNotesParams{})
	require.NoError(t, err)
	require.Len(t, notes, 1)
	assert.Equal(t, "prefers mail", notes[0].Content)
	of, err = c.Companies.Get(ctx, of.ID)
	require.NoError(t, err)
	assert.Equal(t, konverte.Set[int64](1), of.ContactsCount)

	require.NoError(t, c.Companies.RemoveContact(ctx, of.ID, maria))
	assertStatus(t, http.StatusNotFound, c.Companies.RemoveContact(ctx, of.ID, maria))
	assert.Empty(t, contactIDs(c.Companies.Contacts(ctx, of.ID, konverte.CompanyContactsParams{})))
	notes, err = c.Companies.Notes(ctx, of.ID, konverte.CompanyNotesParams{})
	require.NoError(t, err)
	assert.Empty(t, notes)

	require.NoError(t, c.Companies.AddContact(ctx, of.ID, maria))
	require.NoError(t, c.Companies.Delete(ctx, of.ID))
	other, err := c.Companies.Create(ctx, konverte.CompanyCreateParams{Name: "Outra"})
	require.NoError(t, err)
	assert.Equal(t, []konverte.ContactID{maria}, contactIDs(c.Companies.SearchContacts(ctx, other.ID, search)), "free again")
}

// Contacts with an e-mail make the company of its domain.
func TestCompanyOfDomain(t *testing.T) {
	t.Parallel()
	_, c := newestServer(t, "companies")
	for _, email := range []string{"a@acme.example", "b@acme.example", "c@gmail.com"} {
		_, err := c.Contacts.Create(t.Context(), konverte.ContactCreateParams{Email: konverte.Set(email)})
		require.NoError(t, err)
	}
	page, err := c.Companies.List(t.Context(), konverte.CompanyListParams{})
	require.NoError(t, err)
	require.Equal(t, []string{"Acme"}, names(page.Companies))
	assert.Equal(t, konverte.Set[int64](2), page.Companies[0].ContactsCount)
}

func TestCompanyRefusals(t *testing.T) {
	t.Parallel()
	srv, c := newestServer(t, "companies")
	_, err := c.Companies.Create(t.Context(), konverte.CompanyCreateParams{Name: "Acme", Domain: konverte.Set("acme.example")})
	require.NoError(t, err)
	const all = "/api/v1/accounts/{account}/companies"
	const missing = `{"error":"Resource could not be found"}`
	id := srvCompany(t, srv)
	for _, tt := range []struct {
		request, body string
		status        int
		answer        string
	}{
		{"POST " + all, `{}`, 422, `{"error":"param is missing or the value is empty: company"}`},
		{"PATCH " + all + "/" + id, `{}`, 422, `{"error":"param is missing or the value is empty: company"}`},
		{"POST " + all, `{"name":" "}`, 422, `{"message":"Name can't be blank","attributes":["name"]}`},
		{"POST " + all, `{"name":"` + strings.Repeat("x", 101) + `"}`, 422, `{"message":"Name is too long (maximum is 100 characters)","attributes":["name"]}`},
		{"POST " + all, `{"name":"x","domain":"no domain"}`, 422, `{"message":"Domain is invalid","attributes":["domain"]}`},
		{"POST " + all, `{"name":"x","domain":"Acme.example"}`, 422, `{"message":"Domain has already been taken","attributes":["domain"]}`},
		{"GET " + all + "/search", "", 422, `{"error":"Specify search string with parameter q"}`},
		{"GET " + all + "/9", "", 404, missing},
		{"PATCH " + all + "/9", `{"name":"x"}`, 404, missing},
		{"DELETE " + all + "/9", "", 404, missing},
		{"DELETE " + all + "/9/avatar", "", 404, missing},
		{"POST " + all + "/9/destroy_custom_attributes", `{"custom_attributes":["a"]}`, 404, missing},
		{"GET " + all + "/9/contacts", "", 404, missing},
		{"GET " + all + "/9/contacts/search?q=a", "", 404, missing},
		{"GET " + all + "/9/conversations", "", 404, missing},
		{"GET " + all + "/9/notes", "", 404, missing},
		{"POST " + all + "/" + id + "/contacts", `{"contact_id":9}`, 404, missing},
		{"POST " + all + "/" + id + "/contacts", `{}`, 422, `{"error":"param is missing or the value is empty: contact_id"}`},
		{"DELETE " + all + "/" + id + "/contacts/9", "", 404, missing},
	} {
		status, answer := call(t, srv, srv.AdminToken(), tt.request, tt.body)
		assert.Equal(t, tt.status, status, "%s %s", tt.request, tt.body)
		assert.JSONEq(t, tt.answer, answer, "%s %s", tt.request, tt.body)
	}
}

// srvCompany is the number of the only company, as a path has it.
func srvCompany(t *testing.T, srv *konvertetest.Server) string {
	t.Helper()
	_, answer := call(t, srv, srv.AdminToken(), "GET /api/v1/accounts/{account}/companies", "")
	var page struct{ Payload []struct{ ID json.Number } }
	require.NoError(t, json.Unmarshal([]byte(answer), &page))
	require.Len(t, page.Payload, 1)
	return page.Payload[0].ID.String()
}

func TestCompaniesAreOffAtFirst(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{"3.16.0": 404, "4.2.0": 404, "4.15.1": 403} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		_, err := srv.Client().Companies.List(t.Context(), konverte.CompanyListParams{})
		assertStatus(t, want, err)
		_, err = srv.Client().Companies.Create(t.Context(), konverte.CompanyCreateParams{Name: "x"})
		assertStatus(t, want, err)
		_, err = srv.Client().Companies.Get(t.Context(), 1)
		assertStatus(t, want, err)
	}
}

// A field that companies do not have fails the test that sends it.
func TestCompanyUnknownField(t *testing.T) {
	t.Parallel()
	tb := &fakeTB{TB: t}
	seed := konvertetest.DefaultSeed()
	seed.Features = []string{"companies"}
	srv := konvertetest.NewServer(tb, konvertetest.WithVersion("4.15.1"), konvertetest.WithSeed(seed))
	status, _ := call(t, srv, srv.AdminToken(), "POST /api/v1/accounts/{account}/companies", `{"name":"x","city":"Natal"}`)
	srv.Close()
	assert.Equal(t, 200, status)
	assert.Contains(t, tb.text, "does not read city")
}
