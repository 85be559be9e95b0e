package konvertetest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// surveys counts the surveys in a conversation.
func (d *desk) surveys(number int64) int {
	d.Helper()
	n := 0
	for _, m := range in(d.T, d.must(fmt.Sprintf("GET conversations/%d/messages", number), ""), "payload").([]any) {
		if in(d.T, m, "content_type") == "input_csat" {
			n++
		}
	}
	return n
}

func TestSurveysByLabel(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rules, labels string
		sent          int
	}{
		"no rule":              {`{}`, `[]`, 1},
		"one of the labels":    {`{"operator":"contains","values":["vip","ouro"]}`, `["ouro"]`, 1},
		"none of the labels":   {`{"operator":"contains","values":["vip"]}`, `["ouro"]`, 0},
		"no labels named":      {`{"operator":"contains","values":[]}`, `[]`, 1},
		"without a label":      {`{"operator":"does_not_contain","values":["vip"]}`, `["ouro"]`, 1},
		"with the wrong label": {`{"operator":"does_not_contain","values":["vip"]}`, `["vip"]`, 0},
	}
	for _, version := range []string{"4.2.0", "4.15.1"} {
		for name, tt := range tests {
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, konvertetest.WithVersion(version))
				d.must(fmt.Sprintf("PATCH inboxes/%d", d.inbox), fmt.Sprintf(`{"csat_survey_enabled":true,"csat_config":{"display_type":"star","survey_rules":%s}}`, tt.rules))
				n := d.conversation(`"message":{"content":"oi","message_type":"incoming"}`)
				d.must(fmt.Sprintf("POST conversations/%d/labels", n), fmt.Sprintf(`{"labels":%s}`, tt.labels))
				d.must(fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"resolved"}`)
				assert.Equal(t, tt.sent, d.surveys(n))
			})
		}
	}
}

func TestBotOfAnApp(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		hook := d.create("integrations/hooks", fmt.Sprintf(`{"app_id":"dialogflow","inbox_id":%d,"settings":{"project_id":"p","credentials":{}}}`, d.inbox), "id")
		assert.Equal(t, "pending", in(t, d.show(d.conversation("")), "status"))
		d.must(fmt.Sprintf("PATCH integrations/hooks/%d", hook), `{"status":"disabled","settings":{"project_id":"p","credentials":{}}}`)
		assert.Equal(t, "open", in(t, d.show(d.conversation("")), "status"))
	})
}

func TestDeletedInboxTakesAllAlong(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		site := d.create("inboxes", `{"name":"Site","channel":{"type":"web_widget","website_url":"https://example.com"}}`, "id")
		d.must("POST campaigns", fmt.Sprintf(`{"title":"x","message":"x","inbox_id":%d,"trigger_rules":{"url":"https://example.com"}}`, site))
		n := d.create("conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d,"assignee_id":%d}`, site, d.contact, d.agentID), "id")
		status, told := d.as(d.srv.AgentToken(), "GET notifications", "")
		require.Equal(t, 200, status)
		require.Len(t, in(t, told, "data", "payload"), 1)
		d.must(fmt.Sprintf("DELETE inboxes/%d", site), "")
		d.srv.Settle()
		status, _ = d.as(d.srv.AdminToken(), fmt.Sprintf("GET conversations/%d", n), "")
		assert.Equal(t, 404, status)
		assert.Empty(t, d.must("GET campaigns", ""))
		_, told = d.as(d.srv.AgentToken(), "GET notifications/unread_count", "")
		assert.InDelta(t, 0, told, 0)
	})
}

func TestUpdatesWithoutAChangeKeepTheTime(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		tests := []struct{ path, create, change string }{
			{"canned_responses", `{"short_code":"a","content":"b"}`, `{"content":"c"}`},
			{"custom_attribute_definitions", `{"attribute_display_name":"A","attribute_key":"a","attribute_values":["x"]}`, `{"attribute_values":["y"]}`},
			{"custom_filters", `{"name":"a","query":{"payload":[]}}`, `{"query":{"payload":[1]}}`},
			{"custom_roles", `{"name":"a","permissions":["contact_manage"]}`, `{"permissions":["report_manage"]}`},
		}
		for _, tt := range tests {
			path := fmt.Sprintf("%s/%d", tt.path, d.create(tt.path, tt.create, "id"))
			first := in(t, d.must("PATCH "+path, tt.create), "updated_at")
			d.clock.advance(time.Minute)
			assert.Equal(t, first, in(t, d.must("PATCH "+path, tt.create), "updated_at"), tt.path)
			assert.NotEqual(t, first, in(t, d.must("PATCH "+path, tt.change), "updated_at"), tt.path)
		}
		n := d.conversation(`"custom_attributes":{"a":1}`)
		if d.srv.Version() == "3.16.0" {
			return // shows no time
		}
		first := in(t, d.show(n), "updated_at")
		d.clock.advance(time.Minute)
		attributes := fmt.Sprintf("POST conversations/%d/custom_attributes", n)
		d.must(attributes, `{"custom_attributes":{"a":1}}`)
		assert.Equal(t, first, in(t, d.show(n), "updated_at"))
		d.must(attributes, `{"custom_attributes":{"a":2}}`)
		assert.NotEqual(t, first, in(t, d.show(n), "updated_at"))
	})
}

func TestAttributesOfNewConversationsThatAreTooLong(t *testing.T) {
	t.Parallel()
	atEveryDesk(t, func(t *testing.T, d *desk) {
		long := strings.Repeat("x", 1501)
		status, v := d.as(d.srv.AdminToken(), "POST conversations", fmt.Sprintf(
			`{"inbox_id":%d,"contact_id":%d,"additional_attributes":{"a":"%s"},"custom_attributes":{"b":10000000000}}`, d.inbox, d.contact, long))
		assert.Equal(t, 422, status)
		assert.Equal(t, map[string]any{
			"message":    "Additional attributes a length should be < 1500, Custom attributes b value should be < 9999999999",
			"attributes": []any{"additional_attributes", "custom_attributes"},
		}, v)
	})
}
