package konvertetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// get sends a request that has to succeed and decodes its answer.
func get[T any](t *testing.T, srv *konvertetest.Server, request, body string) T {
	t.Helper()
	status, answer := call(t, srv, srv.AdminToken(), request, body)
	require.Less(t, status, 300, answer)
	var v T
	if answer != "" {
		require.NoError(t, json.Unmarshal([]byte(answer), &v), answer)
	}
	return v
}

type contactRow struct {
	ID                   int64          `json:"id"`
	Name                 string         `json:"name"`
	Email                *string        `json:"email"`
	Phone                *string        `json:"phone_number"`
	Thumbnail            string         `json:"thumbnail"`
	AdditionalAttributes map[string]any `json:"additional_attributes"`
	CustomAttributes     map[string]any `json:"custom_attributes"`
	ContactInboxes       []struct {
		SourceID string `json:"source_id"`
	} `json:"contact_inboxes"`
}

type contactPage struct {
	Meta struct {
		Count   *int64 `json:"count"`
		Current any    `json:"current_page"`
		HasMore *bool  `json:"has_more"`
	} `json:"meta"`
	Payload []contactRow `json:"payload"`
}

func (p contactPage) names() string {
	names := make([]string, len(p.Payload))
	for i, row := range p.Payload {
		names[i] = row.Name
	}
	return strings.Join(names, " ")
}

const contactsPath = "/api/v1/accounts/{account}/contacts"

func newContact(t *testing.T, srv *konvertetest.Server, body string) contactRow {
	t.Helper()
	type answer struct {
		Payload struct {
			Contact contactRow `json:"contact"`
		} `json:"payload"`
	}
	return get[answer](t, srv, "POST "+contactsPath, body).Payload.Contact
}

func newAPIInbox(t *testing.T, srv *konvertetest.Server) int64 {
	t.Helper()
	return get[struct{ ID int64 }](t, srv, "POST /api/v1/accounts/{account}/inboxes", `{"name":"API","channel":{"type":"api","webhook_url":""}}`).ID
}

// filterServer has four contacts and a definition for most types.
func filterServer(t *testing.T, version string) *konvertetest.Server {
	t.Helper()
	now := time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)
	srv := konvertetest.NewServer(t, konvertetest.WithVersion(version), konvertetest.WithClock(func() time.Time { return now }))
	for _, kind := range []string{"text", "number", "date", "checkbox", "currency", "list"} {
		get[any](t, srv, "POST /api/v1/accounts/{account}/custom_attribute_definitions",
			fmt.Sprintf(`{"attribute_display_name":%q,"attribute_display_type":%q,"attribute_key":"my_%s","attribute_model":1}`, kind, kind, kind))
	}
	get[any](t, srv, "POST /api/v1/accounts/{account}/custom_attribute_definitions",
		`{"attribute_display_name":"C","attribute_display_type":"text","attribute_key":"of_conversations","attribute_model":0}`)
	ana := newContact(t, srv, `{"name":"Ana","email":"Ana@one.example","phone_number":"+5511999990001","identifier":"ID-1",
		"additional_attributes":{"city":"Campinas","country_code":"BR"},
		"custom_attributes":{"my_text":"Gold","my_number":7,"my_date":"2026-01-05","my_checkbox":true}}`)
	newContact(t, srv, `{"name":"Bia","email":"bia@two.example","additional_attributes":{"city":"100%"},"custom_attributes":{"my_text":"silver","my_number":30}}`)
	newContact(t, srv, `{"name":"Caio","phone_number":"+5511999990003","blocked":true}`)
	newContact(t, srv, `{"name":"Dora"}`)
	get[any](t, srv, fmt.Sprintf("POST "+contactsPath+"/%d/labels", ana.ID), `{"labels":["vip","new"]}`)
	return srv
}

func condition(key, operator, values, join string) string {
	return fmt.Sprintf(`{"attribute_key":%q,"filter_operator":%q,"values":%s,"query_operator":%s}`, key, operator, values, join)
}

func TestContactFilter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, conditions string
		// want are the names that match, or the status; each for the versions
		// in their order, the last one for those that are not given.
		want []string
	}{
		{"everything", ``, []string{"Ana Bia Caio Dora", "Ana Bia Caio Dora", "Ana Bia Caio"}},
		{"text in any case", condition("email", "equal_to", `["ANA@ONE.example"]`, "null"), []string{"Ana"}},
		{"only the first value", condition("name", "equal_to", `["ana","bia"]`, "null"), []string{"Ana"}},
		{"not equal leaves out null", condition("email", "not_equal_to", `["ana@one.example"]`, "null"), []string{"Bia"}},
		{"contains any value", condition("name", "contains", `["an"," BI "]`, "null"), []string{"Ana Bia"}},
		{"does not contain leaves out null", condition("email", "does_not_contain", `["one"]`, "null"), []string{"Bia"}},
		{"wildcards", condition("name", "contains", `["a_a"]`, "null"), []string{"Ana"}},
		{"escaped wildcard", condition("city", "contains", `["\\%"]`, "null"), []string{"Bia"}},
		{"phone without plus", condition("phone_number", "equal_to", `["5511999990001"]`, "null"), []string{"Ana"}},
		{"phone with plus", condition("phone_number", "equal_to", `["+5511999990001"]`, "null"), []string{"", "", "Ana"}},
		{"starts_with compares whole", condition("phone_number", "starts_with", `["5511"]`, "null"), []string{""}},
		{"country code", condition("country_code", "equal_to", `["br"]`, "null"), []string{"Ana"}},
		{"blocked", condition("blocked", "equal_to", `[true]`, "null"), []string{"Caio"}},
		{"blocked as text", condition("blocked", "not_equal_to", `["true"]`, "null"), []string{"Ana Bia Dora", "Ana Bia Dora", "Ana Bia"}},
		{"blocked as number", condition("blocked", "equal_to", `[1]`, "null"), []string{"500"}},
		{"label", condition("labels", "equal_to", `["VIP"]`, "null"), []string{"Ana"}},
		{"not the label", condition("labels", "not_equal_to", `["vip"]`, "null"), []string{"Bia Caio Dora", "Bia Caio Dora", "Bia Caio"}},
		{"any label", condition("labels", "is_present", `[]`, "null"), []string{"Ana"}},
		{"labels without values", `{"attribute_key":"labels","filter_operator":"is_present"}`, []string{"500"}},
		{"after a day", condition("created_at", "is_greater_than", `["2026-03-09"]`, "null"), []string{"Ana Bia Caio Dora", "Ana Bia Caio Dora", "Ana Bia Caio"}},
		{"the day itself is not after", condition("created_at", "is_greater_than", `["2026-03-10"]`, "null"), []string{""}},
		{"timestamp", condition("created_at", "is_less_than", `["2026-03-11T00:00:00Z"]`, "null"), []string{"Ana Bia Caio Dora", "Ana Bia Caio Dora", "Ana Bia Caio"}},
		{"day in words", condition("created_at", "is_greater_than", `["yesterday"]`, "null"), []string{"Ana Bia Caio Dora", "Ana Bia Caio Dora", "422"}},
		{"no day", condition("created_at", "is_greater_than", `["soon"]`, "null"), []string{"500", "500", "422"}},
		{"epoch seconds", condition("created_at", "is_greater_than", `[1795324445]`, "null"), []string{"500", "500", "422"}},
		{"days before", condition("created_at", "days_before", `[0]`, "null"), []string{"", "", "500"}},
		{"company", condition("company", "equal_to", `["x"]`, "null"), []string{"", "", "422"}},
		{"company_name", condition("company_name", "equal_to", `["one"]`, "null"), []string{"422", "422", "Ana"}},
		{"custom text", condition("my_text", "equal_to", `["gold"]`, "null"), []string{"Ana"}},
		{"custom not equal counts null", condition("my_text", "not_equal_to", `["gold"]`, "null"), []string{"Bia Caio Dora", "Bia Caio Dora", "Bia Caio"}},
		{"custom present", condition("my_number", "is_present", `[]`, "null"), []string{"Ana Bia"}},
		{"custom number", condition("my_number", "is_greater_than", `["9"]`, "null"), []string{"Bia"}},
		{"custom number against text", condition("my_number", "equal_to", `["x"]`, "null"), []string{"500"}},
		{"custom number contains", condition("my_number", "contains", `["7"]`, "null"), []string{"500"}},
		{"custom date", condition("my_date", "is_less_than", `["2026-02-01"]`, "null"), []string{"Ana"}},
		{"custom checkbox", condition("my_checkbox", "equal_to", `[true]`, "null"), []string{"Ana"}},
		{"custom currency", condition("my_currency", "equal_to", `["1"]`, "null"), []string{"500"}},
		{"custom currency compared", condition("my_currency", "is_greater_than", `["1"]`, "null"), []string{"500", "500", "422"}},
		{"custom of the other model", condition("of_conversations", "equal_to", `["x"]`, "null"), []string{"422"}},
		{"and before or", condition("name", "equal_to", `["Caio"]`, `"or"`) + "," + condition("name", "equal_to", `["Ana"]`, `"AND"`) + "," + condition("email", "equal_to", `["none"]`, "null"), []string{"Caio"}},
		{"operator missing between", condition("name", "equal_to", `["Caio"]`, `null`) + "," + condition("name", "equal_to", `["Ana"]`, `""`), []string{"500"}},
		{"operator at the end", condition("name", "equal_to", `["Caio"]`, `"AND"`), []string{"500"}},
		{"unknown join", condition("name", "equal_to", `["Caio"]`, `"XOR"`), []string{"422"}},
		{"no values", condition("name", "equal_to", `[]`, "null"), []string{"422"}},
		{"values no list", condition("name", "equal_to", `"Ana"`, "null"), []string{""}},
		{"number beside text", condition("name", "equal_to", `[5]`, "null"), []string{"500"}},
		{"bad operator", condition("identifier", "contains", `["x"]`, "null"), []string{"422"}},
		{"no condition", `5`, []string{"500"}},
	}
	for i, version := range konvertetest.Versions() {
		srv := filterServer(t, version)
		for _, tt := range tests {
			t.Run(version+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				status, answer := call(t, srv, srv.AdminToken(), "POST "+contactsPath+"/filter", `{"payload":[`+tt.conditions+`]}`)
				want := tt.want[min(i, len(tt.want)-1)]
				if status != http.StatusOK {
					assert.Equal(t, want, fmt.Sprint(status), answer)
					return
				}
				var page contactPage
				require.NoError(t, json.Unmarshal([]byte(answer), &page))
				assert.Equal(t, want, page.names())
				assert.EqualValues(t, len(page.Payload), *page.Meta.Count)
			})
		}
	}
}

func TestContactFilterTexts(t *testing.T) {
	t.Parallel()
	srv := filterServer(t, "4.2.0")
	for name, tt := range map[string]struct{ body, want string }{
		"key": {condition("nothing", "equal_to", `["x"]`, "null"),
			`{"error":"Invalid attribute key - [nothing]. The key should be one of [name,phone_number,email,identifier,country_code,city,company,labels,created_at,last_activity_at,blocked] or a custom attribute defined in the account."}`},
		"operator": {condition("blocked", "contains", `["x"]`, "null"), `{"error":"Invalid operator. The allowed operators for blocked are [equal_to,not_equal_to]."}`},
		"values":   {condition("blocked", "equal_to", `null`, "null"), `{"error":"Invalid value. The values provided for blocked are invalid"}`},
		"join":     {condition("nothing", "contains", `[]`, `"NOT"`), `{"error":"Query operator must be either \"AND\" or \"OR\"."}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer := call(t, srv, srv.AdminToken(), "POST "+contactsPath+"/filter", `{"payload":[`+tt.body+`]}`)
			assert.Equal(t, 422, status)
			assert.JSONEq(t, tt.want, answer)
		})
	}
	status, _ := call(t, srv, srv.AdminToken(), "POST "+contactsPath+"/filter", `{}`)
	assert.Equal(t, 500, status)
}

func TestContactListSorts(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	newContact(t, srv, `{"name":"ana","email":"c@a.example","additional_attributes":{"city":"Rio"}}`)
	newContact(t, srv, `{"name":"Álvaro","identifier":"2","additional_attributes":{"city":"Bauru"}}`)
	newContact(t, srv, `{"name":"Bob","email":"a@a.example"}`)
	newContact(t, srv, `{"name":"bob","email":"b@a.example"}`)
	newContact(t, srv, `{"name":"never listed"}`)
	for sort, want := range map[string]string{
		"":            "ana Álvaro Bob bob",
		"bogus":       "ana Álvaro Bob bob",
		"name":        "Álvaro ana Bob bob",
		"-name":       "Bob bob ana Álvaro",
		"-created_at": "bob Bob Álvaro ana",
		"email":       "Bob bob ana Álvaro",
		"-email":      "Álvaro ana bob Bob",
		"city":        "Álvaro ana Bob bob",
		"-city":       "ana Álvaro Bob bob",
		"name,-email": "Álvaro ana bob Bob",
	} {
		page := get[contactPage](t, srv, "GET "+contactsPath+"?sort="+sort, "")
		assert.Equal(t, want, page.names(), "sort=%s", sort)
		assert.EqualValues(t, 4, *page.Meta.Count)
	}
}

func TestTiedContactsAreLostOnlyByHabit(t *testing.T) {
	t.Parallel()
	for _, lose := range []bool{false, true} {
		srv := konvertetest.NewServer(t, konvertetest.WithHabits(konvertetest.Habits{LoseRowsOnTies: lose}))
		for i := range 40 {
			newContact(t, srv, fmt.Sprintf(`{"name":"Same","identifier":"%d"}`, i))
		}
		seen := map[int64]bool{}
		rows := 0
		for page := range 3 {
			for _, row := range get[contactPage](t, srv, fmt.Sprintf("GET %s?sort=name&page=%d", contactsPath, page+1), "").Payload {
				seen[row.ID] = true
				rows++
			}
		}
		assert.Equal(t, 40, rows)
		assert.Equal(t, lose, len(seen) < 40)
	}
}

func TestContactSearchByVersion(t *testing.T) {
	t.Parallel()
	for version, newest := range map[string]bool{"3.16.0": false, "4.2.0": false, "4.15.1": true} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		newContact(t, srv, `{"name":"only a name x"}`)
		for i := range 16 {
			newContact(t, srv, fmt.Sprintf(`{"name":"x%d","identifier":"ABC%d"}`, i, i))
		}
		second := get[contactPage](t, srv, "GET "+contactsPath+"/search?q=x&page=2", "")
		assert.Len(t, second.Payload, map[bool]int{false: 1, true: 2}[newest])
		assert.Equal(t, map[bool]int64{false: 16, true: 2}[newest], *second.Meta.Count)
		assert.Equal(t, newest, second.Meta.HasMore != nil)
		assert.Empty(t, get[contactPage](t, srv, "GET "+contactsPath+"/search?q=abc1", "").Payload, "identifiers in their case only")
		blank := get[contactPage](t, srv, "GET "+contactsPath+"/search?q=", "")
		assert.Nil(t, blank.Meta.Count)
		status, _ := call(t, srv, srv.AdminToken(), "GET "+contactsPath+"/search?q=x&page=abc", "")
		assert.Equal(t, map[bool]int{false: 200, true: 500}[newest], status)
	}
}

func TestContactChecks(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	newContact(t, srv, `{"email":"taken@a.example","phone_number":"+5511999990001","identifier":"id"}`)
	newContact(t, srv, `{"name":"empty identifier","identifier":""}`)
	for name, tt := range map[string]struct {
		body   string
		status int
		answer string
	}{
		"taken":             {`{"email":"TAKEN@a.example","phone_number":"+5511999990001","identifier":"id"}`, 422, `{"message":"Email has already been taken, Identifier has already been taken, Phone number has already been taken","attributes":["email","identifier","phone_number"]}`},
		"invalid":           {`{"email":"nope","phone_number":"1199"}`, 422, `{"message":"Email Invalid email, Phone number should be in e164 format","attributes":["email","phone_number"]}`},
		"text before plus":  {`{"phone_number":"tel:+5511999990009"}`, 200, ``},
		"blocked null":      {`{"blocked":null}`, 500, ``},
		"avatar as text":    {`{"avatar":"x"}`, 500, ``},
		"second empty id":   {`{"identifier":""}`, 500, ``},
		"empty and null":    {`{"email":"","name":null}`, 200, ``},
		"unknown inbox":     {`{"email":"new@a.example","inbox_id":999}`, 404, `{"error":"Resource could not be found"}`},
		"as if never there": {`{"email":"new2@a.example"}`, 200, ``},
	} {
		status, answer := call(t, srv, srv.AdminToken(), "POST "+contactsPath, tt.body)
		assert.Equal(t, tt.status, status, name)
		if tt.answer != "" {
			assert.JSONEq(t, tt.answer, answer, name)
		}
	}
	rows := get[contactPage](t, srv, "GET "+contactsPath+"/search?q=new@a", "")
	assert.Empty(t, rows.Payload, "a contact whose inbox is unknown is not created")
}

func TestContactUpdateMerges(t *testing.T) {
	t.Parallel()
	for version, additional := range map[string]map[string]any{
		"3.16.0": {"city": "B"}, "4.2.0": {"city": "B", "country": "C"}, "4.15.1": {"city": "B", "country": "C"},
	} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		row := newContact(t, srv, `{"name":"x","additional_attributes":{"city":"A","country":"C"},"custom_attributes":{"a":1,"deep":{"b":1}}}`)
		path := fmt.Sprintf("%s/%d", contactsPath, row.ID)
		get[any](t, srv, "PATCH "+path, `{"additional_attributes":{"city":"B"},"custom_attributes":{"deep":{"c":2},"n":null}}`)
		get[any](t, srv, "POST "+path+"/destroy_custom_attributes", `{"custom_attributes":["a"]}`)
		row = get[struct{ Payload contactRow }](t, srv, "GET "+path+"?include_contact_inboxes=false", "").Payload
		assert.Equal(t, additional, row.AdditionalAttributes, version)
		assert.Equal(t, map[string]any{"deep": map[string]any{"c": 2.0}, "n": nil}, row.CustomAttributes, version)
		assert.Nil(t, row.ContactInboxes)
	}
}

func TestCompanyOfContact(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t, konvertetest.WithVersion("4.15.1"))
	assert.Equal(t, "Acme Corp", newContact(t, srv, `{"email":"a@acme-corp.example"}`).AdditionalAttributes["company_name"])
	assert.Equal(t, "Acme Corp", newContact(t, srv, `{"email":"b@acme-corp.example","additional_attributes":{"company_name":"Other"}}`).AdditionalAttributes["company_name"])
	assert.Equal(t, "Said", newContact(t, srv, `{"email":"a@said.example","additional_attributes":{"company_name":"Said"}}`).AdditionalAttributes["company_name"])
	assert.Empty(t, newContact(t, srv, `{"email":"a@gmail.com"}`).AdditionalAttributes)
}

func TestContactInboxes(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	inbox := newAPIInbox(t, srv)
	first := newContact(t, srv, fmt.Sprintf(`{"name":"first","inbox_id":%d,"source_id":"s1"}`, inbox))
	require.Len(t, first.ContactInboxes, 1)
	second := newContact(t, srv, `{"name":"second"}`)
	path := fmt.Sprintf("POST %s/%d/contact_inboxes", contactsPath, second.ID)
	status, _ := call(t, srv, srv.AdminToken(), path, fmt.Sprintf(`{"inbox_id":%d,"source_id":"s1"}`, inbox))
	assert.Equal(t, 500, status, "another contact's source id in an API inbox")
	status, _ = call(t, srv, srv.AdminToken(), path, fmt.Sprintf(`{"inbox_id":%d,"source_id":""}`, inbox))
	assert.Equal(t, 500, status)
	status, _ = call(t, srv, srv.AgentToken(), path, fmt.Sprintf(`{"inbox_id":%d}`, inbox))
	assert.Equal(t, 401, status, "an agent who is no member")

	type link struct {
		SourceID string `json:"source_id"`
	}
	named := fmt.Sprintf(`{"inbox_id":%d,"source_id":"s2"}`, inbox)
	known, again := get[link](t, srv, path, named), get[link](t, srv, path, named)
	assert.Equal(t, known, again)
	unnamed := fmt.Sprintf(`{"inbox_id":%d}`, inbox)
	one, another := get[link](t, srv, path, unnamed), get[link](t, srv, path, unnamed)
	assert.NotEqual(t, one, another, "every call makes another")

	find := "POST /api/v1/accounts/{account}/contact_inboxes/filter"
	assert.Equal(t, second.ID, get[contactRow](t, srv, find, named).ID)
	status, answer := call(t, srv, srv.AdminToken(), find, fmt.Sprintf(`{"inbox_id":%d,"source_id":"s3"}`, inbox))
	assert.Equal(t, 404, status)
	assert.Empty(t, answer)
}

func TestMergeContacts(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	inbox := newAPIInbox(t, srv)
	base := newContact(t, srv, `{"name":"base","email":"base@a.example","custom_attributes":{"a":1,"both":{"x":"base"}}}`)
	other := newContact(t, srv, fmt.Sprintf(`{"name":"other","phone_number":"+5511999990001","inbox_id":%d,"custom_attributes":{"b":2,"both":{"x":"other","y":1}}}`, inbox))
	get[any](t, srv, fmt.Sprintf("POST %s/%d/notes", contactsPath, other.ID), `{"content":"kept"}`)
	merge := "POST /api/v1/accounts/{account}/actions/contact_merge"
	body := fmt.Sprintf(`{"base_contact_id":%d,"mergee_contact_id":%d}`, base.ID, other.ID)
	get[any](t, srv, merge, body)
	row := get[struct{ Payload contactRow }](t, srv, fmt.Sprintf("GET %s/%d", contactsPath, base.ID), "").Payload
	assert.Equal(t, "base", row.Name)
	assert.Equal(t, "+5511999990001", *row.Phone)
	assert.Equal(t, map[string]any{"a": 1.0, "b": 2.0, "both": map[string]any{"x": "base", "y": 1.0}}, row.CustomAttributes)
	assert.Len(t, row.ContactInboxes, 1)
	assert.Len(t, get[[]any](t, srv, fmt.Sprintf("GET %s/%d/notes", contactsPath, base.ID), ""), 1)
	status, _ := call(t, srv, srv.AdminToken(), merge, body)
	assert.Equal(t, 404, status, "the other one is gone")
}

func TestNotes(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	path := fmt.Sprintf("%s/%d/notes", contactsPath, newContact(t, srv, `{"name":"x"}`).ID)
	type note struct {
		ID      int64
		Content string
		User    struct{ Name string }
	}
	first := get[note](t, srv, "POST "+path, `{"content":"one"}`)
	get[note](t, srv, "POST "+path, `{"note":{"content":"two"}}`)
	one := fmt.Sprintf("%s/%d", path, first.ID)
	assert.Empty(t, get[note](t, srv, "PATCH "+one, `{"content":" "}`).Content[1:])
	assert.Equal(t, "one", get[note](t, srv, "GET "+one, "").Content, "blank content is answered and not stored")
	status, _ := call(t, srv, srv.AgentToken(), "PUT "+one, `{"content":"three"}`)
	assert.Equal(t, 200, status)
	rows := get[[]note](t, srv, "GET "+path, "")
	require.Len(t, rows, 2)
	assert.Equal(t, []string{"two", "three"}, []string{rows[0].Content, rows[1].Content})
	assert.Equal(t, "Beto Agente", rows[1].User.Name)
	get[any](t, srv, "DELETE "+one, "")
	assert.Len(t, get[[]note](t, srv, "GET "+path, ""), 1)
}

// upload sends one file of a form.
func upload(t *testing.T, srv *konvertetest.Server, request, field, filename, contentType, data string) int {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, field, filename)}, "Content-Type": {contentType},
	})
	require.NoError(t, err)
	_, err = part.Write([]byte(data))
	require.NoError(t, err)
	require.NoError(t, form.Close())
	method, path, _ := strings.Cut(request, " ")
	path = strings.ReplaceAll(path, "{account}", fmt.Sprint(srv.AccountID()))
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, &body)
	require.NoError(t, err)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Api-Access-Token", srv.AdminToken())
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

func TestImportContacts(t *testing.T) {
	t.Parallel()
	var minutes atomic.Int64
	start := time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)
	srv := konvertetest.NewServer(t, konvertetest.WithClock(func() time.Time { return start.Add(time.Duration(minutes.Load()) * time.Minute) }))
	table := "name,email,phone_number,plan\nOne,one@a.example,5511999990001,pro\nBad,nope,,\n"
	assert.Equal(t, 200, upload(t, srv, "POST "+contactsPath+"/import", "import_file", "c.csv", "text/csv", table))
	assert.Empty(t, get[contactPage](t, srv, "GET "+contactsPath, "").Payload)
	minutes.Store(1)
	rows := get[contactPage](t, srv, "GET "+contactsPath, "").Payload
	require.Len(t, rows, 1, "a row with a bad e-mail is left out")
	assert.Equal(t, "+5511999990001", *rows[0].Phone)
	assert.Equal(t, map[string]any{"plan": "pro"}, rows[0].CustomAttributes)
	status, answer := call(t, srv, srv.AdminToken(), "POST "+contactsPath+"/import", `{}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"error":"File is blank"}`, answer)
}

func TestContactAvatar(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	path := fmt.Sprintf("%s/%d", contactsPath, newContact(t, srv, `{"name":"x"}`).ID)
	thumbnail := func() string {
		return get[struct{ Payload contactRow }](t, srv, "GET "+path, "").Payload.Thumbnail
	}
	assert.Equal(t, 422, upload(t, srv, "PATCH "+path, "avatar", "a.txt", "text/plain", "x"))
	assert.Empty(t, thumbnail())
	assert.Equal(t, 200, upload(t, srv, "PATCH "+path, "avatar", "a.png", "image/png", "x"))
	assert.Contains(t, thumbnail(), "/a.png")
	get[any](t, srv, "DELETE "+path+"/avatar", "")
	assert.Empty(t, thumbnail())
}

func TestDeleteContact(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	path := fmt.Sprintf("%s/%d", contactsPath, newContact(t, srv, `{"name":"x"}`).ID)
	status, _ := call(t, srv, srv.AgentToken(), "DELETE "+path, "")
	assert.Equal(t, 401, status)
	get[any](t, srv, "DELETE "+path, "")
	status, _ = call(t, srv, srv.AdminToken(), "GET "+path, "")
	assert.Equal(t, 404, status)
}

func TestCustomAttributeDefinitions(t *testing.T) {
	t.Parallel()
	const path = "/api/v1/accounts/{account}/custom_attribute_definitions"
	body := func(key, rest string) string {
		return fmt.Sprintf(`{"attribute_display_name":"X","attribute_key":%q%s}`, key, rest)
	}
	tests := []struct {
		name, who, body string
		status          [3]int
	}{
		{"reserved key", "admin", body("email", `,"attribute_model":1`), [3]int{200, 422, 422}},
		{"key with a space", "admin", body("A key", ``), [3]int{200, 200, 422}},
		{"by an agent", "agent", body("agents", ``), [3]int{200, 200, 401}},
		{"number as text", "admin", body("a", `,"attribute_display_type":"1"`), [3]int{500, 500, 500}},
		{"type null", "admin", body("b", `,"attribute_display_type":null`), [3]int{422, 422, 422}},
		{"model null", "admin", body("c", `,"attribute_model":null`), [3]int{500, 500, 500}},
		{"taken", "admin", body("taken", ``), [3]int{422, 422, 422}},
		{"taken by the other model", "admin", body("taken", `,"attribute_model":"contact_attribute"`), [3]int{200, 200, 200}},
	}
	for i, version := range konvertetest.Versions() {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		get[any](t, srv, "POST "+path, body("taken", `,"attribute_values":["a","b"]`))
		tokens := map[string]string{"admin": srv.AdminToken(), "agent": srv.AgentToken()}
		for _, tt := range tests {
			status, answer := call(t, srv, tokens[tt.who], "POST "+path, tt.body)
			assert.Equal(t, tt.status[i], status, "%s on %s: %s", tt.name, version, answer)
		}
		type row struct {
			ID    int64
			Model string `json:"attribute_model"`
		}
		rows := get[[]row](t, srv, "GET "+path+"?attribute_model=1", "")
		assert.False(t, slices.ContainsFunc(rows, func(r row) bool { return r.Model != "contact_attribute" }))
		assert.Empty(t, get[[]row](t, srv, "GET "+path+"?attribute_model=foo", ""))
		get[any](t, srv, fmt.Sprintf("DELETE %s/%d", path, rows[0].ID), "")
	}
}

func TestCustomFilters(t *testing.T) {
	t.Parallel()
	const path = "/api/v1/accounts/{account}/custom_filters"
	type filter struct {
		ID    int64
		Type  string `json:"filter_type"`
		Query any
	}
	for i, version := range konvertetest.Versions() {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		contact := get[filter](t, srv, "POST "+path, `{"name":"x","filter_type":"contact"}`)
		assert.Equal(t, "{}", contact.Query, "a query that was not sent is a text")
		status, _ := call(t, srv, srv.AdminToken(), fmt.Sprintf("GET %s/%d", path, contact.ID), "")
		assert.Equal(t, [3]int{404, 200, 200}[i], status)
		status, _ = call(t, srv, srv.AgentToken(), fmt.Sprintf("GET %s/%d?filter_type=contact", path, contact.ID), "")
		assert.Equal(t, 404, status, "another user's filter")
		status, _ = call(t, srv, srv.AdminToken(), "POST "+path, `{"query":{}}`)
		assert.Equal(t, 500, status, "no name")
		for range 48 {
			get[filter](t, srv, "POST "+path, `{"name":"x","query":{"payload":[]}}`)
		}
		fiftieth, answer := call(t, srv, srv.AdminToken(), "POST "+path, `{"name":"x","filter_type":"report"}`)
		assert.Equal(t, [3]int{422, 422, 200}[i], fiftieth, answer)
		assert.Len(t, get[[]filter](t, srv, "GET "+path+"?filter_type=report", ""), 1, "the fiftieth is stored all the same")
		next, answer := call(t, srv, srv.AdminToken(), "POST "+path, `{"name":"x"}`)
		assert.Equal(t, [3]int{422, 422, 200}[i], next)
		assert.Equal(t, i < 2, strings.Contains(answer, `"attributes":["account_id"]`))
	}
}
