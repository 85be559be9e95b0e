package konvertetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// atEveryDesk runs a test against a desk of each version.
func atEveryDesk(t *testing.T, run func(t *testing.T, d *desk)) {
	t.Helper()
	everyVersion(t, func(t *testing.T, version string) {
		run(t, newDesk(t, konvertetest.WithVersion(version), konvertetest.WithUnknownFields()))
	})
}

func TestTextsTooLongForTheirColumns(t *testing.T) {
	t.Parallel()
	long, longer := strings.Repeat("é", 256), strings.Repeat("é", 20001)
	tests := []struct{ path, body, attribute, sentence string }{
		{"agents", `{"email":"x@example.com","name":"%s"}`, "name", "Name is too long (maximum is 255 characters)"},
		{"teams", `{"name":"%s"}`, "name", "Name is too long (maximum is 255 characters)"},
		{"teams", `{"name":"x","description":"%L"}`, "description", "Description is too long (maximum is 20000 characters)"},
		{"labels", `{"title":"%s"}`, "title", "Title is too long (maximum is 255 characters)"},
		{"labels", `{"title":"ok","color":"%s"}`, "color", "Color is too long (maximum is 255 characters)"},
		{"canned_responses", `{"short_code":"%s","content":"x"}`, "short_code", "Short code is too long (maximum is 255 characters)"},
		{"canned_responses", `{"short_code":"x","content":"%L"}`, "content", "Content is too long (maximum is 20000 characters)"},
		{"custom_attribute_definitions", `{"attribute_display_name":"%s","attribute_key":"k"}`, "attribute_display_name", "Attribute display name is too long (maximum is 255 characters)"},
		{"custom_filters", `{"name":"%s"}`, "name", "Name is too long (maximum is 255 characters)"},
		{"contacts", `{"name":"%s"}`, "name", "Name is too long (maximum is 255 characters)"},
		{"contacts", `{"identifier":"%s"}`, "identifier", "Identifier is too long (maximum is 255 characters)"},
		{"inboxes", `{"name":"%s","channel":{"type":"api"}}`, "name", "Name is too long (maximum is 255 characters)"},
		{"inboxes", `{"name":"x","business_name":"%s","channel":{"type":"api"}}`, "business_name", "Business name is too long (maximum is 255 characters)"},
		{"inboxes", `{"name":"x","channel":{"type":"web_widget","website_url":"%s"}}`, "website_url", "Website url is too long (maximum is 255 characters)"},
		{"agent_bots", `{"name":"%s"}`, "name", "Name is too long (maximum is 255 characters)"},
		{"dashboard_apps", `{"title":"%s","content":[{"type":"frame","url":"https://example.com"}]}`, "title", "Title is too long (maximum is 255 characters)"},
		{"sla_policies", `{"name":"%s"}`, "name", "Name is too long (maximum is 255 characters)"},
		{"custom_roles", `{"name":"%s","permissions":[]}`, "name", "Name is too long (maximum is 255 characters)"},
		{"portals", `{"name":"x","slug":"x","custom_domain":"","page_title":"%s"}`, "page_title", "Page title is too long (maximum is 255 characters)"},
		{"contacts/{contact}/notes", `{"content":"%L"}`, "content", "Content is too long (maximum is 20000 characters)"},
	}
	atEveryDesk(t, func(t *testing.T, d *desk) {
		for _, tt := range tests {
			path := strings.ReplaceAll(tt.path, "{contact}", fmt.Sprint(d.contact))
			body := strings.NewReplacer("%s", long, "%L", longer).Replace(tt.body)
			status, v := d.as(d.srv.AdminToken(), "POST "+path, body)
			require.Equal(t, 422, status, tt.path)
			assert.Equal(t, map[string]any{"message": tt.sentence, "attributes": []any{tt.attribute}}, v, tt.path)
			fits := strings.NewReplacer("%s", long[:2*255], "%L", longer[:2*20000]).Replace(tt.body)
			status, v = d.as(d.srv.AdminToken(), "POST "+path, fits)
			assert.Equal(t, 200, status, "%s: the longest that fits: %v", tt.path, v)
		}
	})
}

func TestTextsTooLongInOtherShapes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 256)
	atEveryDesk(t, func(t *testing.T, d *desk) {
		status, v := d.as(d.srv.AdminToken(), "POST macros", fmt.Sprintf(`{"name":"%s","actions":[]}`, long))
		require.Equal(t, 422, status)
		assert.Equal(t, map[string]any{"error": map[string]any{"name": []any{"is too long (maximum is 255 characters)"}}}, v)
		status, v = d.as(d.srv.AdminToken(), "POST automation_rules", fmt.Sprintf(`{"name":"%s","event_name":"x","actions":[],"conditions":[]}`, long))
		require.Equal(t, 422, status)
		assert.Equal(t, map[string]any{"error": map[string]any{"name": []any{"is too long (maximum is 255 characters)"}}}, v)
		status, v = d.as(d.srv.AdminToken(), "POST contacts", fmt.Sprintf(`{"email":"bad","identifier":"%s"}`, long))
		require.Equal(t, 422, status)
		assert.Equal(t, "Identifier is too long (maximum is 255 characters), Email Invalid email", in(t, v, "message"), "lengths come first")
	})
}

func TestEnumerationsTakeNumbersButNotTheirTexts(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		n := d.conversation("")
		agent := fmt.Sprintf("PATCH agents/%d", d.agentID)
		tests := []struct {
			request, body string
			status        int
		}{
			{agent, `{"role":0}`, 200},
			{agent, `{"role":"0"}`, 500},
			{agent, `{"role":2}`, 500},
			{agent, `{"availability":false}`, 200},
			{agent, `{"availability":true}`, 500},
			{fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":1}`, 200},
			{fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"1"}`, 500},
			{fmt.Sprintf("POST conversations/%d/toggle_priority", n), `{"priority":"2"}`, 500},
			{"POST conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d,"status":"1"}`, d.inbox, d.contact), 500},
			{"POST inboxes", `{"name":"x","sender_name_type":"1","channel":{"type":"api"}}`, 500},
			{"POST inboxes", `{"name":"x","sender_name_type":1,"channel":{"type":"api"}}`, 200},
		}
		for _, tt := range tests {
			status, v := d.as(d.srv.AdminToken(), tt.request, tt.body)
			assert.Equal(t, tt.status, status, "%s %s: %v", tt.request, tt.body, v)
		}
		resolved := d.must("GET conversations?status=1", "")
		assert.Len(t, in(t, resolved, "data", "payload"), 1, "a query gives the number as text")
	})
}

func TestNullsInColumns(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		for _, tt := range []struct{ path, body string }{
			{"labels", `{"title":"vip","color":null}`},
			{"inboxes", `{"name":"x","lock_to_single_conversation":null,"channel":{"type":"api"}}`},
			{"inboxes", `{"name":"x","channel":{"type":"web_widget","website_url":"https://example.com","continuity_via_email":null}}`},
		} {
			status, v := d.as(d.srv.AdminToken(), "POST "+tt.path, tt.body)
			assert.Equal(t, 500, status, "%s: the column takes no null: %v", tt.path, v)
		}
		box := d.must(fmt.Sprintf("PATCH inboxes/%d", d.inbox), `{"greeting_enabled":null,"enable_auto_assignment":null,"channel":{"hmac_mandatory":null}}`)
		for _, key := range []string{"greeting_enabled", "enable_auto_assignment", "hmac_mandatory"} {
			assert.Nil(t, in(t, box, key), key)
		}
		assert.Equal(t, false, in(t, box, "csat_survey_enabled"), "what was not sent keeps its value")
	})
}

func TestNullsInArraysAreDropped(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		k := d.must(fmt.Sprintf("PATCH contacts/%d", d.contact), `{"custom_attributes":{"list":[1,null,{"a":[null],"b":null}],"none":null}}`)
		assert.Equal(t, map[string]any{
			"list": []any{1.0, map[string]any{"a": []any{}, "b": nil}}, "none": nil,
		}, in(t, k, "payload", "custom_attributes"))
		team := d.create("teams", `{"name":"x"}`, "id")
		status, v := d.as(d.srv.AdminToken(), fmt.Sprintf("POST teams/%d/team_members", team), `{"user_ids":[null]}`)
		assert.Equal(t, 200, status)
		assert.Equal(t, []any{}, v)
	})
}

func TestMessagesOfOtherTypesThanText(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		n := d.conversation("")
		for body, want := range map[string]string{
			`{"content":["a","b\"c",1]}`:      `["a", "b\"c", 1]`,
			`{"content":{"a":[true,{}]}}`:     `{"a"=>[true, {}]}`,
			`{"content":12.5}`:                `12.5`,
			`{"content":true}`:                `t`,
			`{"content":"x","source_id":[1]}`: `x`,
		} {
			assert.Equal(t, want, in(t, d.sent(n, body), "content"), body)
		}
		for body, want := range map[string]string{
			`{"content":"x","message_type":true}`:    `'true' is not a valid message_type`,
			`{"content":"x","message_type":["x"]}`:   `'["x"]' is not a valid message_type`,
			`{"content":"x","content_type":"1"}`:     `'1' is not a valid content_type`,
			`{"content":"x","content_type":["x"]}`:   `'["x"]' is not a valid content_type`,
			`{"content":"x","content_type":"cards"}`: "undefined method `reject' for nil",
		} {
			status, v := d.send(n, body)
			assert.Equal(t, 422, status, body)
			assert.Equal(t, want, in(t, v, "error"), body)
		}
	})
}

func TestPlaceholdersInMessages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(fmt.Sprintf("PATCH contacts/%d", d.contact), `{"name":"maria da SILVA","custom_attributes":{"plan":"gold"}}`)
	n := d.conversation(`"custom_attributes":{"order":7}`)
	for content, want := range map[string]string{
		"{{contact.name}}":                           "Maria Da Silva",
		"{{ contact.first_name }}!":                  "Maria!",
		"{{contact.last_name | upcase}}":             "SILVA",
		"{{contact.phone_number | default: 'none'}}": "none",
		"{{contact.custom_attribute.plan}}":          "gold",
		"{{conversation.custom_attribute.order}}":    "7",
		"a{{nothing.at.all}}b{{ }}c":                 "abc",
		"{{agent.name}}, {{account.name}}":           "Ana Admin, Konverte",
		"{{ 'x' | append: 'y' }}":                    "xy",
		"not closed {{contact.name":                  "not closed {{contact.name",
		"{% if a %}{{contact.name}}":                 "{% if a %}{{contact.name}}",
		"code `{{contact.name}}`, {{contact.email}}": "code `{{contact.name}}`, maria@example.com",
	} {
		assert.Equal(t, want, in(t, d.sent(n, fmt.Sprintf(`{"content":%q}`, content)), "content"), content)
	}
	assert.Equal(t, "{{contact.name}}", in(t, d.sent(n, `{"content":"{{contact.name}}","message_type":"incoming"}`), "content"), "the contact's own words stay")
}

func TestTextsThatNoServerTakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		request, body string
		status        int
	}{
		{"GET contacts?page=99999999999999999999", "", 500},
		{"GET contacts?page=99999999999", "", 200},
		{"GET contacts/search?q=%zz", "", 400},
		{"GET contacts/search?q=%ff", "", 400},
		{"GET contacts/search?q=%00", "", 500},
		{"POST teams", "{\"name\":\"\xff\"}", 400},
		{"POST teams", `{"name":"a\u0000b"}`, 500},
		{"POST teams", `{"name":"\ud83c\udf89"}`, 200},
	}
	atEveryDesk(t, func(t *testing.T, d *desk) {
		for _, tt := range tests {
			status, v := d.as(d.srv.AdminToken(), tt.request, tt.body)
			assert.Equal(t, tt.status, status, "%s %s: %v", tt.request, tt.body, v)
		}
	})
}
