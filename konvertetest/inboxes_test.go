package konvertetest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

const inboxesPath = "/api/v1/accounts/{account}/inboxes"

func TestInboxKeysByVersionAndRole(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		show := fmt.Sprintf("GET inboxes/%d", d.inbox)
		admin := d.must(show, "").(map[string]any)
		status, v := d.as(d.srv.AgentToken(), show, "")
		require.Equal(t, 200, status)
		agent := v.(map[string]any)

		newest := version == "4.15.1"
		assert.Len(t, admin["inbox_identifier"], 24)
		assert.Len(t, admin["hmac_token"], 24)
		assert.Equal(t, newest, admin["secret"] != nil)
		assert.Contains(t, agent, "inbox_identifier")
		assert.NotContains(t, agent, "hmac_token", "for administrators only")
		assert.NotContains(t, agent, "secret", "for administrators only")
		_, csat := admin["csat_config"]
		_, domains := admin["allowed_domains"]
		assert.Equal(t, version != "3.16.0", csat)
		assert.Equal(t, newest, domains)
	})
}

func TestEmailInboxHidesPasswordsFromAgents(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		id := d.create("inboxes", `{"name":"Mail","channel":{"type":"email","email":"loja@example.com","imap_password":"p","imap_port":993}}`, "id")
		d.must("POST inbox_members", fmt.Sprintf(`{"inbox_id":%d,"user_ids":[%d]}`, id, d.agentID))
		admin := d.must(fmt.Sprintf("GET inboxes/%d", id), "").(map[string]any)
		assert.Equal(t, "p", admin["imap_password"])
		assert.InDelta(t, 993, admin["imap_port"], 0)
		assert.Equal(t, true, admin["smtp_enable_starttls_auto"])
		_, forward := admin["forward_to_email"]
		assert.Equal(t, version != "4.15.1", forward)
		_, agent := d.as(d.srv.AgentToken(), fmt.Sprintf("GET inboxes/%d", id), "")
		assert.NotContains(t, agent, "imap_password")
	})
}

func TestAgentsSeeOnlyTheirInboxes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := d.create("inboxes", `{"name":"Outra","channel":{"type":"api"}}`, "id")
	_, list := d.as(d.srv.AgentToken(), "GET inboxes", "")
	assert.Len(t, in(t, list, "payload"), 1)
	assert.Len(t, in(t, d.must("GET inboxes", ""), "payload"), 2)
	status, _ := d.as(d.srv.AgentToken(), fmt.Sprintf("GET inboxes/%d", other), "")
	assert.Equal(t, 401, status)
	status, _ = d.as(d.srv.AgentToken(), fmt.Sprintf("PATCH inboxes/%d", d.inbox), `{"name":"x"}`)
	assert.Equal(t, 401, status, "members may not change it")
}

func TestInboxChecks(t *testing.T) {
	t.Parallel()
	const create = "POST " + inboxesPath
	const crashed = `{"status":500,"error":"Internal Server Error"}`
	tests := []struct {
		name, versions, body string
		status               int
		answer               string
	}{
		{"no channel", "", `{"name":"x"}`, 500, crashed},
		{"no type", "", `{"name":"x","channel":{}}`, 422, `{"message":"Channel must exist","attributes":["channel"]}`},
		{"name with symbols", "3.16.0", `{"name":"a@b","channel":{"type":"api"}}`, 422, `{"message":"Name should not start or end with symbols, and it should not have < > / \\ @ characters.","attributes":["name"]}`},
		{"name with symbols", "4.2.0 4.15.1", `{"name":"a@b","channel":{"type":"api"}}`, 200, ""},
		{"accented name", "3.16.0", `{"name":"Água fria é","channel":{"type":"api"}}`, 200, ""},
		{"time zone", "", `{"name":"x","timezone":"America/Nowhere","channel":{"type":"api"}}`, 422, `{"message":"Timezone is not included in the list","attributes":["timezone"]}`},
		{"empty time zone", "", `{"name":"x","timezone":"","channel":{"type":"api"}}`, 422, `{"message":"Timezone is not included in the list","attributes":["timezone"]}`},
		{"channel before inbox", "", `{"name":"","channel":{"type":"web_widget"}}`, 422, `{"message":"Website url can't be blank","attributes":["website_url"]}`},
		{"unknown reply time", "", `{"name":"x","channel":{"type":"web_widget","website_url":"https://a.example","reply_time":"soon"}}`, 500, crashed},
		{"unknown flag", "", `{"name":"x","channel":{"type":"web_widget","website_url":"https://a.example","selected_feature_flags":["fly"]}}`, 500, crashed},
		{"unknown portal", "", `{"name":"x","portal_id":99,"channel":{"type":"api"}}`, 500, crashed},
		{"unknown sender name", "", `{"name":"x","sender_name_type":"loud","channel":{"type":"api"}}`, 500, crashed},
		{"avatar as text", "", `{"name":"x","avatar":"https://a.example/x.png","channel":{"type":"api"}}`, 500, crashed},
		{"e-mail without address", "", `{"name":"x","channel":{"type":"email"}}`, 500, crashed},
		{"assignment limit", "", `{"name":"x","auto_assignment_config":{"max_assignment_limit":0},"channel":{"type":"api"}}`, 422, `{"message":"Auto assignment config max_assignment_limit must be greater than 0","attributes":["auto_assignment_config"]}`},
		{"reply window", "", `{"name":"x","channel":{"type":"api","additional_attributes":{"agent_reply_time_window":-1}}}`, 422, `{"message":"Agent reply time window agent_reply_time_window must be greater than 0","attributes":["agent_reply_time_window"]}`},
		{"telegram is out of reach", "", `{"name":"x","channel":{"type":"telegram","bot_token":"1:x"}}`, 500, crashed},
		{"sms without number", "", `{"name":"x","channel":{"type":"sms"}}`, 422, `{"message":"Phone number can't be blank","attributes":["phone_number"]}`},
	}
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		for _, tt := range tests {
			if tt.versions != "" && !slices.Contains(strings.Fields(tt.versions), version) {
				continue
			}
			status, answer := call(t, srv, srv.AdminToken(), create, tt.body)
			assert.Equal(t, tt.status, status, tt.name)
			if tt.answer != "" {
				assert.Equal(t, tt.answer, answer, tt.name)
			}
		}
	})
}

func TestNullAsText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.must("POST inboxes", `{"name":"x","greeting_message":"null","channel":{"type":"api","webhook_url":"null"}}`)
	assert.Nil(t, in(t, v, "greeting_message"))
	assert.Equal(t, "null", in(t, v, "webhook_url"), "on the top level only")
}

func TestChannelAddressesAreUnique(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, channel := range []string{
		`{"type":"email","email":"a@example.com"}`,
		`{"type":"sms","phone_number":"+5511999990001"}`,
		`{"type":"line","line_channel_id":"1","line_channel_secret":"2","line_channel_token":"3"}`,
	} {
		body := `{"name":"x","channel":` + channel + `}`
		d.create("inboxes", body, "id")
		status, v := d.as(d.srv.AdminToken(), "POST inboxes", body)
		assert.Equal(t, 422, status, channel)
		assert.Contains(t, in(t, v, "message"), "has already been taken")
	}
}

func TestInboxUpdate(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		id := d.create("inboxes", `{"name":"Site","channel":{"type":"web_widget","website_url":"https://a.example"}}`, "id")
		path := fmt.Sprintf("inboxes/%d", id)

		v := d.must("PUT "+path, `{"channel":{"selected_feature_flags":["end_conversation","attachments"],"reply_time":"in_a_day"}}`)
		assert.Equal(t, []any{"attachments", "end_conversation"}, in(t, v, "selected_feature_flags"), "in the server's order")
		assert.Equal(t, "in_a_day", in(t, v, "reply_time"))
		assert.Equal(t, "https://a.example", in(t, v, "website_url"), "what is not sent stays")

		if version != "3.16.0" {
			v = d.must("PATCH "+path, `{"csat_config":{"message":"Nota?"}}`)
			want := map[string]any{
				"display_type": "emoji", "message": "Nota?",
				"survey_rules": map[string]any{"operator": "contains", "values": []any{}},
			}
			if version == "4.15.1" {
				want["button_text"], want["language"] = "Please rate us", "en"
			}
			assert.Equal(t, want, in(t, v, "csat_config"))
		}

		status, _ := d.as(d.srv.AdminToken(), "PATCH "+path, `{"name":"Novo","channel":{"type":"web_widget","website_url":"https://b.example"}}`)
		assert.Equal(t, 500, status, "a type in the channel")
		status, _ = d.as(d.srv.AdminToken(), "PATCH "+path, `{"name":"Loja","channel":{"website_url":""}}`)
		assert.Equal(t, 422, status)
		assert.Equal(t, "Loja", in(t, d.must("GET "+path, ""), "name"), "the inbox is stored before its channel")
	})
}

func TestWorkingHours(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprintf("PATCH inboxes/%d", d.inbox)
	day := func(v any, n int) map[string]any { return in(t, v, "working_hours").([]any)[n].(map[string]any) }
	v := d.must(path, `{"working_hours":[
		{"day_of_week":1,"open_hour":8,"open_minutes":30},
		{"day_of_week":2,"open_hour":18,"close_hour":9},
		{"day_of_week":3,"open_all_day":true},
		{"day_of_week":4,"open_all_day":true,"closed_all_day":true},
		{"day_of_week":5,"close_hour":99}]}`)
	assert.InDelta(t, 8, day(v, 1)["open_hour"], 0)
	assert.InDelta(t, 17, day(v, 1)["close_hour"], 0)
	assert.InDelta(t, 9, day(v, 2)["open_hour"], 0, "closing before opening is dropped in silence")
	assert.InDelta(t, 23, day(v, 3)["close_hour"], 0)
	assert.Equal(t, false, day(v, 4)["open_all_day"])
	assert.InDelta(t, 17, day(v, 5)["close_hour"], 0)
	status, _ := d.as(d.srv.AdminToken(), path, `{"working_hours":[{"day_of_week":7,"closed_all_day":true}]}`)
	assert.Equal(t, 500, status)
}

func TestDeletedInboxGoesLater(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	path := fmt.Sprintf("inboxes/%d", d.inbox)
	v := d.must("DELETE "+path, "")
	assert.Equal(t, "Your inbox deletion request will be processed in some time.", in(t, v, "message"))
	d.must("GET "+path, "")
	d.clock.advance(2 * time.Second)
	status, _ := d.as(d.srv.AdminToken(), "GET "+path, "")
	assert.Equal(t, 404, status)
	status, _ = d.as(d.srv.AdminToken(), fmt.Sprintf("GET conversations/%d", n), "")
	assert.Equal(t, 404, status)
}

func TestSettleDeletesAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprintf("inboxes/%d", d.inbox)
	d.must("DELETE "+path, "")
	d.srv.Settle()
	status, _ := d.as(d.srv.AdminToken(), "GET "+path, "")
	assert.Equal(t, 404, status)
}

func TestInboxMembers(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		body := func(ids string) string { return fmt.Sprintf(`{"inbox_id":%d,"user_ids":[%s]}`, d.inbox, ids) }
		members := func() int {
			return len(in(t, d.must(fmt.Sprintf("GET inbox_members/%d", d.inbox), ""), "payload").([]any))
		}
		require.Equal(t, 1, members())
		d.must("POST inbox_members", body(fmt.Sprintf("%d,%d", d.agentID, d.other)))
		assert.Equal(t, 2, members(), "a member is passed over")

		status, v := d.as(d.srv.AdminToken(), "POST inbox_members", body(fmt.Sprintf(`"%d"`, d.agentID)))
		assert.Equal(t, 422, status)
		assert.Equal(t, "User has already been taken", in(t, v, "message"), "a member's id as text")
		status, v = d.as(d.srv.AdminToken(), "POST inbox_members", body(fmt.Sprintf("%d,99", d.adminID)))
		assert.Equal(t, 422, status)
		assert.Equal(t, "User must exist", in(t, v, "message"))
		assert.Equal(t, 2, members(), "nothing is added")

		d.must("PATCH inbox_members", body(fmt.Sprint(d.adminID)))
		assert.Equal(t, 1, members())
		status, _ = d.as(d.srv.AdminToken(), "DELETE inbox_members", body(fmt.Sprintf("%d,%d", d.adminID, d.other)))
		if version == "3.16.0" {
			assert.Equal(t, 404, status, "who is no member")
			assert.Equal(t, 1, members())
			return
		}
		assert.Equal(t, 200, status)
		assert.Equal(t, 0, members())
		d.must("DELETE "+fmt.Sprintf("inbox_members?inbox_id=%d&user_ids[]=%d", d.inbox, d.adminID), "")
	})
}

func TestMemberLeavesInboxWithAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(fmt.Sprintf("DELETE agents/%d", d.agentID), "")
	assert.Empty(t, in(t, d.must(fmt.Sprintf("GET inbox_members/%d", d.inbox), ""), "payload"))
}

func TestAssignableAgents(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	second := d.create("inboxes", `{"name":"Outra","channel":{"type":"api"}}`, "id")
	count := func(query string) int {
		return len(in(t, d.must("GET assignable_agents?"+query, ""), "payload").([]any))
	}
	assert.Equal(t, 2, count(fmt.Sprintf("inbox_ids[]=%d", d.inbox)), "the member and the administrator")
	assert.Equal(t, 1, count(fmt.Sprintf("inbox_ids[]=%d&inbox_ids[]=%d", d.inbox, second)), "members of both")
	status, _ := d.as(d.srv.AdminToken(), fmt.Sprintf("GET assignable_agents?inbox_ids=%d", d.inbox), "")
	assert.Equal(t, 404, status, "without brackets")
	status, _ = d.as(d.srv.AgentToken(), fmt.Sprintf("GET assignable_agents?inbox_ids[]=%d", second), "")
	assert.Equal(t, 401, status)
}

func TestInboxLimitOfThePlan(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	account, token := platformAccount(t, srv, `{"name":"P","limits":{"inboxes":1}}`)
	path := fmt.Sprintf("POST /api/v1/accounts/%d/inboxes", account)
	status, _ := call(t, srv, token, path, `{"name":"x","channel":{"type":"api"}}`)
	require.Equal(t, 200, status)
	status, answer := call(t, srv, token, path, `{}`)
	assert.Equal(t, 402, status, "before any other check")
	assert.JSONEq(t, `{"error":"Account limit exceeded. Upgrade to a higher plan"}`, answer)
}

func TestAgentBotsOfAnAccount(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		bot := d.must("POST agent_bots", `{"name":"Robo","bot_type":"webhook"}`)
		id := int64(in(t, bot, "id").(float64))
		token := in(t, bot, "access_token")
		assert.Equal(t, d.srv.BotToken(id), token)
		assert.Equal(t, version == "4.15.1", in(t, bot, "secret") != nil)

		status, _ := d.as(d.srv.AdminToken(), "POST agent_bots", `{"bot_type":"csml"}`)
		want := 500
		if version == "3.16.0" {
			want = 422
		}
		assert.Equal(t, want, status)

		d.must(fmt.Sprintf("POST inboxes/%d/set_agent_bot", d.inbox), fmt.Sprintf(`{"agent_bot":%d}`, id))
		path := fmt.Sprintf("GET inboxes/%d/agent_bot", d.inbox)
		_, v := d.as(d.srv.AgentToken(), path, "")
		assert.Equal(t, token, in(t, v, "agent_bot", "access_token", "token"), "as a record, to agents too")

		if version != "3.16.0" {
			v = d.must(fmt.Sprintf("POST agent_bots/%d/reset_access_token", id), "")
			assert.NotEqual(t, token, in(t, v, "access_token"))
		}
		d.must(fmt.Sprintf("DELETE agent_bots/%d", id), "")
		assert.Empty(t, d.must(path, ""), "no key at all")
		assert.Empty(t, d.srv.BotToken(id))
	})
}

func TestForeignBotOfAnInbox(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		account, token := platformAccount(t, d.srv, `{"name":"P"}`)
		bot := created(t, d.srv, token, fmt.Sprintf("POST /api/v1/accounts/%d/agent_bots", account), `{"name":"Robo"}`)
		status, _ := d.as(d.srv.AdminToken(), fmt.Sprintf("POST inboxes/%d/set_agent_bot", d.inbox), fmt.Sprintf(`{"agent_bot":%d}`, bot))
		want := 200
		if version == "4.15.1" {
			want = 404
		}
		assert.Equal(t, want, status)
		status, _ = d.as(d.srv.AdminToken(), fmt.Sprintf("GET agent_bots/%d", bot), "")
		assert.Equal(t, 404, status)
	})
}

func TestCannedResponseSearch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, body := range []string{
		`{"short_code":"volto","content":"um oi no fim"}`,
		`{"canned_response":{"short_code":"noite-oi","content":"Boa noite"}}`,
		`{"short_code":"oi","content":"Bom dia"}`,
	} {
		d.must("POST canned_responses", body)
	}
	codes := func(query string) []any {
		var out []any
		for _, row := range d.must("GET canned_responses"+query, "").([]any) {
			out = append(out, in(t, row, "short_code"))
		}
		return out
	}
	assert.Equal(t, []any{"oi", "noite-oi", "volto"}, codes("?search=OI"), "code begins, code holds, content holds")
	assert.Len(t, codes("?search="), 3)
	assert.Len(t, codes("?search=%25"), 3, "a wildcard")
	status, v := d.as(d.srv.AgentToken(), "POST canned_responses", `{"short_code":"oi","content":"x"}`)
	assert.Equal(t, 422, status, "agents may, twice is too often")
	assert.Equal(t, "Short code has already been taken", in(t, v, "message"))
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		hook := in(t, d.must("POST webhooks", fmt.Sprintf(`{"url":"https://a.example","inbox_id":%d}`, d.inbox)), "payload", "webhook").(map[string]any)
		assert.Len(t, hook["subscriptions"], 8)
		assert.Equal(t, version == "4.15.1", hook["secret"] != nil)
		assert.Equal(t, "Loja", in(t, hook, "inbox", "name"))
		path := fmt.Sprintf("PATCH webhooks/%d", int64(hook["id"].(float64)))

		v := d.must(path, `{"url":"https://b.example","subscriptions":["message_created"]}`)
		want := "https://b.example"
		if version == "4.2.0" {
			want = "https://a.example"
		}
		assert.Equal(t, want, in(t, v, "payload", "webhook", "url"))

		status, _ := d.as(d.srv.AdminToken(), "POST webhooks", `{"url":"https://c.example","subscriptions":["conversation_typing_on"]}`)
		assert.Equal(t, map[string]int{"3.16.0": 422, "4.2.0": 200, "4.15.1": 200}[version], status)
		status, _ = d.as(d.srv.AdminToken(), path, `{"subscriptions":[]}`)
		assert.Equal(t, 422, status)
		status, _ = d.as(d.srv.AdminToken(), path, `{"name":"x"}`)
		assert.Equal(t, map[string]int{"3.16.0": 422, "4.2.0": 200, "4.15.1": 200}[version], status, "a name alone")
	})
}

func TestIntegrationHooks(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		hook := d.must("POST integrations/hooks", `{"app_id":"openai","settings":{"api_key":"k","label_suggestion":true}}`)
		assert.Equal(t, true, in(t, hook, "status"))
		_, shown := in(t, hook, "settings").(map[string]any)["api_key"]
		assert.Equal(t, version != "4.15.1", shown, "newer servers hide it")
		id := int64(in(t, hook, "id").(float64))

		for name, tt := range map[string]struct{ body, message string }{
			"twice":        {`{"app_id":"openai","settings":{"api_key":"k"}}`, "App has already been taken"},
			"missing key":  {`{"app_id":"dyte","settings":{"api_key":"k"}}`, "Settings : Invalid settings data"},
			"other key":    {`{"app_id":"dyte","settings":{"api_key":"k","organization_id":"o","x":1}}`, "Settings : Invalid settings data"},
			"other type":   {`{"app_id":"dyte","settings":{"api_key":1,"organization_id":"o"}}`, "Settings : Invalid settings data"},
			"inbox needed": {`{"app_id":"dialogflow","settings":{"project_id":"p","credentials":{}}}`, "Inbox can't be blank"},
		} {
			status, v := d.as(d.srv.AdminToken(), "POST integrations/hooks", tt.body)
			assert.Equal(t, 422, status, name)
			assert.Equal(t, tt.message, in(t, v, "message"), name)
		}
		status, _ := d.as(d.srv.AdminToken(), fmt.Sprintf("PATCH integrations/hooks/%d", id), `{"status":true}`)
		assert.Equal(t, 500, status, "a word is wanted")
		_, app := d.as(d.srv.AgentToken(), "GET integrations/apps/openai", "")
		assert.Equal(t, true, in(t, app, "enabled"))
		assert.NotContains(t, app, "settings_json_schema", "for administrators")
		assert.NotContains(t, in(t, app, "hooks", "0"), "settings")
		status, _ = d.as(d.srv.AdminToken(), "GET integrations/apps/nothing", "")
		assert.Equal(t, 500, status)
	})
}
