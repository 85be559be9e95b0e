package konvertetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// send posts a message of the administrator.
func (d *desk) send(number int64, body string) (int, any) {
	d.Helper()
	return d.as(d.srv.AdminToken(), fmt.Sprintf("POST conversations/%d/messages", number), body)
}

func (d *desk) sent(number int64, body string) any {
	d.Helper()
	status, v := d.send(number, body)
	require.Equal(d, 200, status, v)
	return v
}

func TestMessageWindows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	var ids []int64
	for i := range 130 {
		ids = append(ids, int64(in(t, d.sent(n, fmt.Sprintf(`{"content":"%d","private":%t}`, i, i%2 == 1)), "id").(float64)))
		d.clock.advance(time.Second)
	}
	read := func(query string) (out []int64) {
		for _, m := range in(t, d.must(fmt.Sprintf("GET conversations/%d/messages?%s", n, query), ""), "payload").([]any) {
			out = append(out, int64(in(t, m, "id").(float64)))
		}
		return out
	}
	assert.Equal(t, ids[110:], read(""), "the latest 20, oldest first")
	assert.Equal(t, ids[90:110], read(fmt.Sprintf("before=%d", ids[110])))
	assert.Equal(t, ids[:5], read(fmt.Sprintf("before=%d", ids[5])))
	assert.Empty(t, read("before=abc"))
	assert.Equal(t, ids[10:110], read(fmt.Sprintf("after=%d", ids[9])), "100, without the id itself")
	assert.Equal(t, ids[:100], read("after=abc"))
	assert.Equal(t, ids[9:120], read(fmt.Sprintf("after=%d&before=%d", ids[9], ids[120])), "with both, after is inclusive")
	public := read("filter_internal_messages=false")
	assert.Len(t, public, 20)
	assert.Equal(t, ids[90], public[0], "private notes are left out, whatever the value")
}

func TestMessagesPerMinute(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	for i := range 200 {
		d.sent(n, fmt.Sprintf(`{"content":"%d","private":true}`, i))
	}
	status, v := d.send(n, `{"content":"demais"}`)
	assert.Equal(t, 422, status)
	assert.Equal(t, "Validation failed: Too many messages", in(t, v, "error"))
	d.clock.advance(61 * time.Second)
	d.sent(n, `{"content":"agora sim"}`)
}

func TestMessageFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	widget := d.create("inboxes", `{"name":"Site","channel":{"type":"web_widget","website_url":"https://loja.example.com"}}`, "id")
	n := d.conversation("")
	site := d.create("conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d}`, widget, d.contact), "id")
	long, err := json.Marshal(string(bytes.Repeat([]byte("a"), 150_001)))
	require.NoError(t, err)
	tests := []struct {
		name   string
		number int64
		body   string
		text   string
	}{
		{"unknown type", n, `{"message_type":"letter"}`, "'letter' is not a valid message_type"},
		{"number as text", n, `{"message_type":"1"}`, "'1' is not a valid message_type"},
		{"incoming elsewhere", site, `{"message_type":"incoming"}`, "Incoming messages are only allowed in Api inboxes"},
		{"unknown content type", n, `{"content_type":"poem"}`, "'poem' is not a valid content_type"},
		{"select without items", n, `{"content_type":"input_select"}`, "undefined method `reject' for nil"},
		{"item keys", n, `{"content_type":"article","content_attributes":{"items":[{"title":"a","foo":1}]}}`, "Validation failed: Content attributes contains invalid keys for items : [:foo]"},
		{"cards without actions", n, `{"content_type":"cards","content_attributes":{"items":[{"title":"a"}]}}`, "Validation failed: Content attributes contains items missing actions"},
		{"template without name", n, `{"template_params":{"language":"pt_BR"}}`, "Validation failed: Name is required"},
		{"too long", n, `{"content":` + string(long) + `}`, "Validation failed: Content is too long (maximum is 150000 characters)"},
		{"bad signed id", n, `{"attachments":["x"]}`, "mismatched digest"},
		{"blob id", n, `{"attachments":[93]}`, "Could not find or build blob: expected attachable, got <Integer>"},
	}
	for _, tt := range tests {
		status, v := d.send(tt.number, tt.body)
		assert.Equal(t, 422, status, tt.name)
		assert.Equal(t, tt.text, in(t, v, "error"), tt.name)
	}
	assert.Empty(t, d.texts(n), "nothing was stored")
}

func TestMessageSenders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bot := d.create("agent_bots", `{"name":"Robo"}`, "id")
	n := d.conversation("")
	tests := []struct {
		body   string
		kind   int
		sender string
	}{
		{`{"content":"a"}`, 1, "user"},
		{`{}`, 1, "user"},
		{`{"content":"a","message_type":"incoming"}`, 0, "contact"},
		{`{"content":"a","message_type":"activity"}`, 2, "contact"},
		{`{"content":"a","message_type":1}`, 1, "contact"},
		{fmt.Sprintf(`{"content":"a","sender_type":"AgentBot","sender_id":%d}`, bot), 1, "agent_bot"},
		{`{"content":"a","sender_type":"AgentBot","sender_id":999999999}`, 1, "user"},
	}
	for _, tt := range tests {
		v := d.sent(n, tt.body)
		assert.EqualValues(t, tt.kind, in(t, v, "message_type"), tt.body)
		assert.Equal(t, tt.sender, in(t, v, "sender", "type"), tt.body)
	}
}

func TestContentAttributes(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		n := d.conversation("")
		first := d.sent(n, `{"content":"a","source_id":"ext-1","echo_id":7}`)
		assert.EqualValues(t, 7, in(t, first, "echo_id"), "with its type")
		id := int64(in(t, first, "id").(float64))
		reply := in(t, d.sent(n, fmt.Sprintf(`{"content":"b","content_attributes":"{\"in_reply_to\":%d,\"outra\":1}"}`, id)), "content_attributes")
		assert.Equal(t, "ext-1", in(t, reply, "in_reply_to_external_id"))
		_, kept := reply.(map[string]any)["outra"]
		assert.Equal(t, version == "4.15.1", kept, "only the newest server keeps other keys")
		unknown := in(t, d.sent(n, `{"content":"c","content_attributes":{"in_reply_to":5}}`), "content_attributes")
		assert.Equal(t, map[string]any{"in_reply_to": nil, "in_reply_to_external_id": nil}, unknown)
		old := in(t, d.sent(n, `{"content":"d","external_created_at":1700000000}`), "content_attributes")
		assert.Equal(t, map[string]any{"external_created_at": 1700000000.0}, old)
		assert.NotContains(t, d.sent(n, `{"content":"e","echo_id":null}`), "echo_id")
	})
}

func TestSideEffectsOfMessages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	v := d.show(n)
	assert.Equal(t, in(t, v, "created_at"), in(t, v, "waiting_since"), "a new one waits")
	d.clock.advance(time.Minute)
	d.sent(n, `{"content":"nota","private":true}`)
	assert.EqualValues(t, 0, in(t, d.show(n), "first_reply_created_at"), "a note is no reply")
	d.clock.advance(time.Minute)
	reply := d.sent(n, `{"content":"Olá, {{contact.name}}{{contact.nothing}}!"}`)
	assert.Equal(t, "Olá, Maria!", in(t, reply, "content"))
	v = d.show(n)
	assert.Equal(t, in(t, reply, "created_at"), in(t, v, "first_reply_created_at"))
	assert.EqualValues(t, 0, in(t, v, "waiting_since"))
	assert.Equal(t, in(t, reply, "created_at"), in(t, v, "last_activity_at"))

	for _, status := range []string{"resolved", "snoozed"} {
		d.must(fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"`+status+`"}`)
		d.clock.advance(time.Minute)
		d.sent(n, `{"content":"ainda?","message_type":"incoming"}`)
		assert.Equal(t, "open", in(t, d.show(n), "status"), status)
	}
	assert.Equal(t, in(t, d.show(n), "last_activity_at"), in(t, d.must(fmt.Sprintf("GET contacts/%d", d.contact), ""), "payload", "last_activity_at"))

	d.must(fmt.Sprintf("POST conversations/%d/mute", n), "")
	d.sent(n, `{"content":"oi?","message_type":"incoming"}`)
	assert.Equal(t, "resolved", in(t, d.show(n), "status"), "a blocked contact opens nothing")
	assert.Equal(t, "resolved", in(t, d.show(d.conversation("")), "status"))
}

func TestServersOwnMessages(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		d.must(fmt.Sprintf("PATCH inboxes/%d", d.inbox), `{"greeting_enabled":true,"greeting_message":"Bem-vindo","csat_survey_enabled":true}`)
		n := d.conversation("")
		d.sent(n, `{"content":"oi","message_type":"incoming"}`)
		d.clock.advance(time.Second)
		d.sent(n, `{"content":"de novo","message_type":"incoming"}`)
		assert.Equal(t, []any{"oi", "Bem-vindo", "de novo"}, d.texts(n), "greeted once")
		for range 2 {
			d.clock.advance(time.Second)
			d.must(fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"resolved"}`)
			d.must(fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"open"}`)
		}
		surveys := 0
		for _, m := range in(t, d.must(fmt.Sprintf("GET conversations/%d/messages", n), ""), "payload").([]any) {
			if in(t, m, "content_type") == "input_csat" {
				surveys++
				assert.EqualValues(t, 3, in(t, m, "message_type"))
			}
		}
		assert.Equal(t, 1, surveys, "asked once")
	})
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		n := d.conversation("")
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		require.NoError(t, w.WriteField("private", "true"))
		for _, name := range []string{"nota.txt", "outra.txt"} {
			part, err := w.CreateFormFile("attachments[]", name)
			require.NoError(t, err)
			_, err = part.Write([]byte("conteúdo"))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		url := fmt.Sprintf("%s/api/v1/accounts/%d/conversations/%d/messages", d.srv.URL, d.srv.AccountID(), n)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, &body)
		require.NoError(t, err)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("api_access_token", d.srv.AdminToken())
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close() //nolint:errcheck // decoded below
		require.Equal(t, 200, resp.StatusCode)
		var m any
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&m))
		assert.Nil(t, in(t, m, "content"))
		assert.Equal(t, true, in(t, m, "private"))
		assert.Len(t, in(t, m, "attachments"), 2)
		first := in(t, m, "attachments", "0").(map[string]any)
		assert.Equal(t, "file", first["file_type"])
		assert.EqualValues(t, len("conteúdo"), first["file_size"])
		assert.Equal(t, map[string]any{"3.16.0": nil, "4.2.0": nil, "4.15.1": "txt"}[version], first["extension"])
		_, hasMeta := first["meta"]
		assert.Equal(t, version == "4.2.0", hasMeta)

		v := d.must(fmt.Sprintf("GET conversations/%d/attachments", n), "")
		assert.Len(t, in(t, v, "payload"), 2)
		_, hasCount := v.(map[string]any)["meta"]
		assert.Equal(t, version != "3.16.0", hasCount)
	})
}

func TestDeletedMessage(t *testing.T) {
	t.Parallel()
	for locale, text := range map[string]string{"en": "This message was deleted", "pt_BR": "Esta mensagem foi excluída"} {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			seed := konvertetest.DefaultSeed()
			seed.Locale = locale
			d := newDesk(t, konvertetest.WithSeed(seed))
			n := d.conversation("")
			id := int64(in(t, d.sent(n, `{"content":"segredo","content_type":"input_email"}`), "id").(float64))
			for range 2 {
				v := d.must(fmt.Sprintf("DELETE conversations/%d/messages/%d", n, id), "")
				assert.Equal(t, text, in(t, v, "content"))
				assert.Equal(t, "text", in(t, v, "content_type"))
				assert.Equal(t, map[string]any{"deleted": true}, in(t, v, "content_attributes"))
			}
			assert.Equal(t, []any{text}, d.texts(n), "it stays in the list")
		})
	}
}

func TestMessageStatus(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	id := int64(in(t, d.sent(n, `{"content":"a"}`), "id").(float64))
	path := fmt.Sprintf("conversations/%d/messages/%d", n, id)
	steps := []struct {
		body, status string
		attributes   map[string]any
	}{
		{`{"status":"delivered"}`, "delivered", map[string]any{}},
		{`{"status":"read"}`, "read", map[string]any{}},
		{`{"status":"delivered"}`, "read", map[string]any{}},
		{`{"status":"failed","external_error":"x"}`, "failed", map[string]any{"external_error": "x"}},
		{`{"status":"lost"}`, "failed", map[string]any{"external_error": "x"}},
		{`{"status":"failed"}`, "failed", map[string]any{"external_error": nil}},
	}
	for _, s := range steps {
		v := d.must("PATCH "+path, s.body)
		assert.Equal(t, s.status, in(t, v, "status"), s.body)
		assert.Equal(t, s.attributes, in(t, v, "content_attributes"), s.body)
	}
	v := d.must("POST "+path+"/retry", "")
	assert.Equal(t, "sent", in(t, v, "status"))
	assert.Empty(t, in(t, v, "content_attributes"))
	status, _ := d.as(d.srv.AdminToken(), fmt.Sprintf("POST conversations/%d/messages/1/retry", n), "")
	assert.Equal(t, 422, status, "not 404")
	assert.Equal(t, map[string]any{"content": nil}, d.must("POST "+path+"/translate", `{"target_language":"en"}`))

	widget := d.create("inboxes", `{"name":"Site","channel":{"type":"web_widget","website_url":"https://loja.example.com"}}`, "id")
	site := d.create("conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d}`, widget, d.contact), "id")
	status, _ = d.as(d.srv.AdminToken(), fmt.Sprintf("PATCH conversations/%d/messages/1", site), `{"status":"read"}`)
	assert.Equal(t, 403, status)
}

func TestEmailRecipients(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		box := d.create("inboxes", `{"name":"Atende","channel":{"type":"email","email":"atende@example.com"}}`, "id")
		n := d.create("conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d}`, box, d.contact), "id")
		v := d.sent(n, `{"content":"Por e-mail","cc_emails":"a@example.com, b@example.com","to_emails":""}`)
		assert.Equal(t, []any{"a@example.com", "b@example.com"}, in(t, v, "content_attributes", "cc_emails"))
		assert.Equal(t, []any{}, in(t, v, "content_attributes", "bcc_emails"))
		_, hasText := in(t, v, "content_attributes").(map[string]any)["email"]
		assert.Equal(t, version == "4.15.1", hasText)
		status, refused := d.send(n, `{"content":"x","cc_emails":"nope"}`)
		assert.Equal(t, 422, status)
		assert.Equal(t, "Invalid email address", in(t, refused, "error"))
	})
}
