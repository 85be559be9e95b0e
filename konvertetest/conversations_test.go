package konvertetest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)} }

func (k *clock) read() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

func (k *clock) advance(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now = k.now.Add(d)
}

// desk is a server with one contact and one API inbox, whose member the seeded
// agent is.
type desk struct {
	*testing.T
	srv                     *konvertetest.Server
	clock                   *clock
	inbox, contact          int64
	adminID, agentID, other int64
}

func newDesk(t *testing.T, opts ...konvertetest.Option) *desk {
	t.Helper()
	k := newClock()
	srv := konvertetest.NewServer(t, append([]konvertetest.Option{konvertetest.WithClock(k.read), konvertetest.WithDistinctIDs()}, opts...)...)
	d := &desk{T: t, srv: srv, clock: k}
	ids := srv.UserIDs()
	d.adminID, d.agentID = ids[0], ids[1]
	d.inbox = d.create("inboxes", `{"name":"Loja","channel":{"type":"api"}}`, "id")
	d.contact = d.create("contacts", `{"name":"Maria","email":"maria@example.com"}`, "payload", "contact", "id")
	d.other = d.create("agents", `{"name":"Caio","email":"caio@example.com","role":"agent"}`, "id")
	d.must("POST inbox_members", fmt.Sprintf(`{"inbox_id":%d,"user_ids":[%d]}`, d.inbox, d.agentID))
	return d
}

// as sends a request below the account with a token.
func (d *desk) as(token, request, body string) (int, any) {
	d.Helper()
	method, path, _ := strings.Cut(request, " ")
	status, answer := call(d.T, d.srv, token, method+" /api/v1/accounts/{account}/"+path, body)
	var v any
	if answer != "" {
		require.NoError(d, json.Unmarshal([]byte(answer), &v), answer)
	}
	return status, v
}

// must sends a request of the administrator that has to succeed.
func (d *desk) must(request, body string) any {
	d.Helper()
	status, v := d.as(d.srv.AdminToken(), request, body)
	require.Equal(d, 200, status, "%s %s: %v", request, body, v)
	return v
}

func (d *desk) create(path, body string, keys ...string) int64 {
	d.Helper()
	return int64(in(d.T, d.must("POST "+path, body), keys...).(float64))
}

// in descends into objects and lists; a key "0" is the first entry.
func in(t *testing.T, v any, keys ...string) any {
	t.Helper()
	for _, key := range keys {
		if rows, isList := v.([]any); isList {
			require.NotEmpty(t, rows)
			v = rows[0]
			continue
		}
		o, isObject := v.(map[string]any)
		require.True(t, isObject, "no object for %s: %v", key, v)
		v = o[key]
	}
	return v
}

// conversation makes a conversation and returns its number; more is JSON that
// is put into the request.
func (d *desk) conversation(more string) int64 {
	d.Helper()
	if more != "" {
		more = "," + more
	}
	return d.create("conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d%s}`, d.inbox, d.contact, more), "id")
}

func (d *desk) show(number int64) any {
	d.Helper()
	return d.must(fmt.Sprintf("GET conversations/%d", number), "")
}

// texts lists the contents of a conversation's messages, oldest first.
func (d *desk) texts(number int64) []any {
	d.Helper()
	var out []any
	for _, m := range in(d.T, d.must(fmt.Sprintf("GET conversations/%d/messages", number), ""), "payload").([]any) {
		out = append(out, in(d.T, m, "content"))
	}
	return out
}

func everyVersion(t *testing.T, test func(t *testing.T, version string)) {
	t.Helper()
	for _, version := range konvertetest.Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

func TestConversationStatus(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		n := d.conversation("")
		toggle := func(body string) (status int, current, until any) {
			code, v := d.as(d.srv.AdminToken(), fmt.Sprintf("POST conversations/%d/toggle_status", n), body)
			if code != 200 {
				return code, nil, nil
			}
			return code, in(t, v, "payload", "current_status"), in(t, v, "payload", "snoozed_until")
		}
		steps := []struct {
			body           string
			status         int
			current, until any
		}{
			{`{}`, 200, "resolved", nil},
			{`{}`, 200, "open", nil},
			{`{"status":"pending"}`, 200, "pending", nil},
			{`{}`, 200, "open", nil},
			{`{"status":"snoozed","snoozed_until":1795328052}`, 200, "snoozed", "2026-11-22T06:14:12.000Z"},
			{`{"status":"snoozed"}`, 200, "snoozed", "2026-11-22T06:14:12.000Z"},
			{`{"status":"snoozed","snoozed_until":"2027-01-01T00:00:00Z"}`, 200, "snoozed", "1970-01-01T00:33:47.000Z"},
			{`{"status":"snoozed","snoozed_until":"amanhã"}`, 500, nil, nil},
			{`{"status":"closed"}`, 500, nil, nil},
			{`{"status":"open"}`, 200, "open", nil},
		}
		for _, s := range steps {
			status, current, until := toggle(s.body)
			assert.Equal(t, []any{s.status, s.current, s.until}, []any{status, current, until}, s.body)
		}
	})
}

func TestNewConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	source := fmt.Sprintf(`"contact_id":%d,"inbox_id":%d`, d.contact, d.inbox)
	tests := []struct {
		name, body string
		status     int
	}{
		{"nothing", `{}`, 404},
		{"unknown contact", `{"contact_id":1,"inbox_id":` + fmt.Sprint(d.inbox) + `}`, 404},
		{"unknown source id", `{"source_id":"nobody"}`, 404},
		{"unknown status", `{` + source + `,"status":"closed"}`, 500},
		{"attributes of text", `{` + source + `,"custom_attributes":"x"}`, 500},
		{"bad message", `{` + source + `,"message":{"content":"x","content_type":"input_select","content_attributes":{"items":[{"foo":1}]}}}`, 422},
		{"message of an unknown type", `{` + source + `,"message":{"content":"x","message_type":"letter"}}`, 500},
	}
	for _, tt := range tests {
		status, v := d.as(d.srv.AdminToken(), "POST conversations", tt.body)
		assert.Equal(t, tt.status, status, "%s: %v", tt.name, v)
	}
	all := d.must("GET conversations?status=all", "")
	assert.EqualValues(t, 0, in(t, all, "data", "meta", "all_count"), "failures store nothing")

	v := d.must("POST conversations", `{`+source+`,"source_id":"loja-7","status":"snoozed","snoozed_until":"2026-11-23T05:14:08Z","additional_attributes":{"referer":"no address"}}`)
	assert.Equal(t, "2026-11-23T05:14:08.000Z", in(t, v, "snoozed_until"))
	assert.Nil(t, in(t, v, "additional_attributes", "referer"))
	again := d.must("POST conversations", `{"source_id":"loja-7"}`)
	assert.NotEqual(t, in(t, v, "id"), in(t, again, "id"), "a second one")

	other := d.create("contacts", `{"name":"João"}`, "payload", "contact", "id")
	status, refused := d.as(d.srv.AdminToken(), "POST conversations", fmt.Sprintf(`{"contact_id":%d,"inbox_id":%d,"source_id":"loja-7"}`, other, d.inbox))
	assert.Equal(t, 422, status)
	assert.Equal(t, "source_id should be unique", in(t, refused, "error"))

	d.must(fmt.Sprintf("PATCH inboxes/%d", d.inbox), `{"lock_to_single_conversation":true}`)
	locked := d.must("POST conversations", `{"source_id":"loja-7"}`)
	assert.Equal(t, in(t, again, "id"), in(t, locked, "id"), "the last one of the contact inbox")
}

func TestUnknownAssigneeFailsAfterTheWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	status, _ := d.as(d.srv.AdminToken(), "POST conversations", fmt.Sprintf(`{"contact_id":%d,"inbox_id":%d,"assignee_id":999999999}`, d.contact, d.inbox))
	assert.Equal(t, 500, status)
	assert.EqualValues(t, 1, in(t, d.must("GET conversations", ""), "data", "meta", "all_count"))
}

func TestAssignment(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		n := d.conversation("")
		team := d.create("teams", `{"name":"vendas","allow_auto_assign":false}`, "id")
		d.must(fmt.Sprintf("POST teams/%d/team_members", team), fmt.Sprintf(`{"user_ids":[%d]}`, d.agentID))
		assign := func(body string) any { return d.must(fmt.Sprintf("POST conversations/%d/assignments", n), body) }
		assignee := func() any {
			meta := in(t, d.show(n), "meta").(map[string]any)
			if meta["assignee"] == nil {
				return nil
			}
			return in(t, meta, "assignee", "id")
		}

		assert.EqualValues(t, d.other, in(t, assign(fmt.Sprintf(`{"assignee_id":%d}`, d.other)), "id"), "a user outside the inbox")
		row := assign(fmt.Sprintf(`{"team_id":%d}`, team))
		assert.Equal(t, "vendas", in(t, row, "name"))
		assert.NotContains(t, row, "is_member")
		assert.Nil(t, assignee(), "only members of the team stay")
		assign(fmt.Sprintf(`{"assignee_id":%d,"team_id":999999999}`, d.agentID))
		assert.EqualValues(t, d.agentID, assignee())
		assert.EqualValues(t, team, in(t, d.show(n), "meta", "team", "id"), "with an assignee the team is not read")

		for _, body := range []string{`{"assignee_id":999999999}`, `{"assignee_id":null}`, `{"assignee_id":0}`, `{}`} {
			assert.Nil(t, assign(body), body)
			assert.Nil(t, assignee(), body)
		}
		assert.Nil(t, assign(`{"team_id":999999999}`))
		assert.NotContains(t, in(t, d.show(n), "meta"), "team")
	})
}

func TestAgentWhoOpensBecomesAssignee(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation(`"status":"pending"`)
	path := fmt.Sprintf("POST conversations/%d/toggle_status", n)
	d.must(path, `{"status":"open"}`)
	assert.NotContains(t, in(t, d.show(n), "meta"), "assignee", "not an administrator")
	status, _ := d.as(d.srv.AgentToken(), path, `{"status":"open"}`)
	require.Equal(t, 200, status)
	assert.EqualValues(t, d.agentID, in(t, d.show(n), "meta", "assignee", "id"))
}

func TestActivityMessages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	path := fmt.Sprintf("conversations/%d", n)
	d.must("POST "+path+"/toggle_priority", `{"priority":"high"}`)
	d.must("PATCH "+path, `{"priority":"low"}`)
	d.must("POST "+path+"/toggle_priority", `{"priority":null}`)
	d.must("POST "+path+"/labels", `{"labels":["vip","a, b"]}`)
	d.must("POST "+path+"/labels", `{"labels":["vip"]}`)
	d.must("POST "+path+"/assignments", fmt.Sprintf(`{"assignee_id":%d}`, d.adminID))
	d.must("POST "+path+"/assignments", `{"assignee_id":null}`)
	d.must("POST "+path+"/mute", "")
	assert.Equal(t, []any{
		"Ana Admin set the priority to high", "Ana Admin changed the priority from high to low", "Ana Admin removed the priority",
		"Ana Admin added vip, a, b", "Ana Admin removed a, b", "Ana Admin self-assigned this conversation",
		"Conversation unassigned by Ana Admin", "Conversation was marked resolved by Ana Admin", "Ana Admin has muted the conversation",
	}, d.texts(n))
	v := d.show(n)
	assert.Equal(t, []any{"resolved", true, true}, []any{in(t, v, "status"), in(t, v, "muted"), in(t, v, "meta", "sender", "blocked")})
}

func TestConversationList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var numbers []int64
	for range 30 {
		numbers = append(numbers, d.conversation(""))
		d.clock.advance(time.Second)
	}
	d.conversation(`"status":"resolved"`)
	page := func(query string) (meta any, ids []int64) {
		v := d.must("GET conversations?"+query, "")
		for _, row := range in(t, v, "data", "payload").([]any) {
			ids = append(ids, int64(in(t, row, "id").(float64)))
		}
		return in(t, v, "data", "meta"), ids
	}
	meta, first := page("")
	assert.EqualValues(t, 30, in(t, meta, "all_count"), "open ones only")
	require.Len(t, first, 25)
	assert.Equal(t, numbers[29], first[0], "latest activity first")
	_, second := page("page=2")
	assert.Len(t, second, 5)
	_, beyond := page("page=3")
	assert.Empty(t, beyond)
	meta, _ = page("status=all")
	assert.EqualValues(t, 31, in(t, meta, "all_count"))
	_, oldest := page("sort_by=created_at_asc")
	assert.Equal(t, numbers[:25], oldest)
	_, recent := page("status=all&page=7&updated_within=3600")
	assert.Len(t, recent, 31, "updated_within has no pages")

	d.must(fmt.Sprintf("POST conversations/%d/messages", numbers[3]), `{"content":"oi"}`)
	_, moved := page("")
	assert.Equal(t, numbers[3], moved[0])
	meta, found := page("q=OI&status=resolved")
	assert.Equal(t, []int64{numbers[3]}, found, "q looks at every status")
	assert.EqualValues(t, 1, in(t, meta, "all_count"))
	meta, waiting := page("conversation_type=unattended&assignee_type=assigned")
	assert.Empty(t, waiting)
	assert.EqualValues(t, 29, in(t, meta, "all_count"), "the counts ignore assignee_type")
	_, none := page("status=closed")
	assert.Empty(t, none)
	status, _ := d.as(d.srv.AdminToken(), "GET conversations?team_id=1", "")
	assert.Equal(t, 404, status)
}

func TestConversationOrders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var numbers []int64
	for _, priority := range []string{"low", "", "urgent", "medium"} {
		n := d.conversation("")
		numbers = append(numbers, n)
		if priority != "" {
			d.must(fmt.Sprintf("POST conversations/%d/toggle_priority", n), `{"priority":"`+priority+`"}`)
		}
		d.clock.advance(time.Second)
	}
	d.must(fmt.Sprintf("POST conversations/%d/messages", numbers[0]), `{"content":"respondido"}`)
	tests := map[string][]int{
		"priority_asc": {0, 3, 2, 1}, "priority_desc": {2, 3, 0, 1}, "sort_on_priority": {2, 3, 0, 1},
		"waiting_since_asc": {1, 2, 3, 0}, "waiting_since_desc": {3, 2, 1, 0}, "last_activity_at_asc": {1, 2, 3, 0}, "no such order": {0, 3, 2, 1},
	}
	for sort, want := range tests {
		var got []int
		rows := in(t, d.must("GET conversations?sort_by="+url.QueryEscape(sort), ""), "data", "payload").([]any)
		for _, row := range rows {
			got = append(got, slices.Index(numbers, int64(in(t, row, "id").(float64))))
		}
		assert.Equal(t, want, got, sort)
	}
}

func TestAgentsSeeTheirInboxes(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		other := d.create("inboxes", `{"name":"Outra","channel":{"type":"api"}}`, "id")
		mine := d.conversation("")
		foreign := d.create("conversations", fmt.Sprintf(`{"inbox_id":%d,"contact_id":%d}`, other, d.contact), "id")
		for _, request := range []string{"GET conversations/%d", "GET conversations/%d/messages", "POST conversations/%d/mute", "GET conversations/%d/labels"} {
			status, _ := d.as(d.srv.AgentToken(), fmt.Sprintf(request, foreign), "")
			assert.Equal(t, 401, status, request)
		}
		_, v := d.as(d.srv.AgentToken(), "GET conversations", "")
		assert.EqualValues(t, 1, in(t, v, "data", "meta", "all_count"))
		assert.EqualValues(t, mine, in(t, v, "data", "payload", "0", "id"))
		_, v = d.as(d.srv.AgentToken(), "POST conversations/filter", `{"payload":[]}`)
		want := map[string]int{"3.16.0": 2, "4.2.0": 1, "4.15.1": 1}[version]
		assert.EqualValues(t, want, in(t, v, "meta", "all_count"), "the oldest server's filter shows all")
		assert.NotContains(t, in(t, v, "meta"), "assigned_count")
	})
}

func TestBotInbox(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		bot := d.create("agent_bots", `{"name":"Robo"}`, "id")
		d.must(fmt.Sprintf("POST inboxes/%d/set_agent_bot", d.inbox), fmt.Sprintf(`{"agent_bot":%d}`, bot))
		n := d.conversation(`"status":"open"`)
		assert.Equal(t, "pending", in(t, d.show(n), "status"), "the bot answers first")

		token := d.srv.BotToken(bot)
		status, v := d.as(token, fmt.Sprintf("POST conversations/%d/messages", n), `{"content":"sou o robô"}`)
		require.Equal(t, 200, status)
		assert.Equal(t, "agent_bot", in(t, v, "sender", "type"))
		status, _ = d.as(token, fmt.Sprintf("GET conversations/%d/messages", n), "")
		assert.Equal(t, 401, status, "a bot reads nothing")
		_, v = d.as(token, fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"open"}`)
		assert.Nil(t, in(t, v, "payload", "success"), "handing over")
		assert.Equal(t, "open", in(t, v, "payload", "current_status"))

		d.must(fmt.Sprintf("POST conversations/%d/toggle_status", n), `{"status":"resolved"}`)
		d.must(fmt.Sprintf("POST conversations/%d/messages", n), `{"content":"voltei","message_type":"incoming"}`)
		assert.Equal(t, "pending", in(t, d.show(n), "status"), "back to the bot")
	})
}

func TestCustomAttributesAreReplaced(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation(`"custom_attributes":{"a":1}`)
	path := fmt.Sprintf("POST conversations/%d/custom_attributes", n)
	d.must(path, `{"custom_attributes":{"b":{"c":[2]}}}`)
	assert.Equal(t, map[string]any{"b": map[string]any{"c": []any{2.0}}}, in(t, d.show(n), "custom_attributes"))
	for _, body := range []string{`{}`, `{"custom_attributes":"x"}`} {
		status, _ := d.as(d.srv.AdminToken(), path, body)
		assert.Equal(t, 500, status, body)
	}
	status, v := d.as(d.srv.AdminToken(), path, `{"custom_attributes":{"n":99999999999}}`)
	assert.Equal(t, 422, status)
	assert.Equal(t, []any{"custom_attributes"}, in(t, v, "attributes"))
	d.must(path, `{"custom_attributes":{}}`)
	assert.Empty(t, in(t, d.show(n), "custom_attributes"))
}

func TestLastSeenAndUnread(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	path := fmt.Sprintf("POST conversations/%d/", n)
	for i := range 12 {
		d.must(path+"messages", fmt.Sprintf(`{"content":"%d","message_type":"incoming"}`, i))
		d.clock.advance(time.Minute)
	}
	assert.EqualValues(t, 10, in(t, d.show(n), "unread_count"), "it stops at ten")
	before := in(t, d.show(n), "updated_at")
	v := d.must(path+"update_last_seen", "")
	assert.EqualValues(t, 0, in(t, v, "unread_count"))
	assert.Equal(t, before, in(t, v, "updated_at"), "reading is no update")
	assert.EqualValues(t, 0, in(t, v, "assignee_last_seen_at"))
	v = d.must(path+"unread", "")
	assert.EqualValues(t, 1, in(t, v, "unread_count"))
}

func TestDeletedConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	path := fmt.Sprintf("conversations/%d", n)
	status, _ := d.as(d.srv.AgentToken(), "DELETE "+path, "")
	assert.Equal(t, 401, status)
	d.must("DELETE "+path, "")
	d.show(n)
	d.clock.advance(2 * time.Second)
	status, _ = d.as(d.srv.AdminToken(), "GET "+path, "")
	assert.Equal(t, 404, status, "gone a moment later")
}

func TestParticipants(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation("")
	path := fmt.Sprintf("conversations/%d/participants", n)
	ids := func(v any) (out []int64) {
		for _, row := range v.([]any) {
			out = append(out, int64(in(t, row, "id").(float64)))
		}
		return out
	}
	assert.Equal(t, []int64{d.adminID}, ids(d.must("POST "+path, fmt.Sprintf(`{"user_ids":[%d]}`, d.adminID))))
	assert.Equal(t, []int64{d.agentID}, ids(d.must("POST "+path, fmt.Sprintf(`{"user_ids":[%d,%d]}`, d.adminID, d.agentID))), "only the new ones")
	assert.Equal(t, []int64{d.other}, ids(d.must("POST "+path, fmt.Sprintf(`{"user_ids":[%d]}`, d.other))), "shown")
	assert.Equal(t, []int64{d.adminID, d.agentID}, ids(d.must("GET "+path, "")), "but not stored without access to the inbox")
	assert.Empty(t, d.must("PATCH "+path, fmt.Sprintf(`{"user_ids":["%d"]}`, d.agentID)), "ids as text remove everybody")
	for _, body := range []string{`{}`, `{"user_ids":"1"}`, `{"user_ids":[999999999]}`} {
		status, _ := d.as(d.srv.AdminToken(), "POST "+path, body)
		assert.Equal(t, 500, status, body)
	}
	d.must(fmt.Sprintf("POST conversations/%d/assignments", n), fmt.Sprintf(`{"assignee_id":%d}`, d.agentID))
	assert.Equal(t, []int64{d.agentID}, ids(d.must("GET "+path, "")), "the assignee takes part")
}

func TestLabels(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		d := newDesk(t, konvertetest.WithVersion(version))
		n := d.conversation("")
		id := d.create("labels", `{"title":"VIP"}`, "id")
		labels := fmt.Sprintf("conversations/%d/labels", n)
		assert.Equal(t, []any{"vip", "livre", "outro"}, in(t, d.must("POST "+labels, `{"labels":["vip","livre, outro","Livre"]}`), "payload"))
		d.must(fmt.Sprintf("PATCH labels/%d", id), `{"title":"ouro"}`)
		assert.Equal(t, []any{"livre", "outro", "ouro"}, in(t, d.must("GET "+labels, ""), "payload"), "renamed everywhere")
		d.must(fmt.Sprintf("DELETE labels/%d", id), "")
		kept := in(t, d.must("GET "+labels, ""), "payload")
		assert.Equal(t, version != "4.15.1", slices.Contains(kept.([]any), any("ouro")), "only the newest server untags")
		assert.Empty(t, in(t, d.must("POST "+labels, `{"labels":[]}`), "payload"))
		for title, want := range map[string]string{"duas palavras": "Title is invalid", "": "Title must not be blank, Title is invalid", "a": "Title is invalid"} {
			status, v := d.as(d.srv.AdminToken(), "POST labels", `{"title":"`+title+`"}`)
			assert.Equal(t, 422, status)
			assert.Equal(t, want, in(t, v, "message"))
		}
		status, _ := d.as(d.srv.AgentToken(), fmt.Sprintf("GET labels/%d", id), "")
		assert.Equal(t, 404, status)
	})
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprintf("conversations/%d/draft_messages", d.conversation(""))
	assert.Equal(t, map[string]any{"has_draft": false}, d.must("GET "+path, ""))
	d.must("PATCH "+path, `{"draft_message":{"message":"Rascunho"}}`)
	_, v := d.as(d.srv.AgentToken(), "GET "+path, "")
	assert.Equal(t, map[string]any{"has_draft": true, "message": "Rascunho"}, v, "shared by all agents")
	d.must("PUT "+path, `{}`)
	assert.Equal(t, map[string]any{"has_draft": true, "message": ""}, d.must("GET "+path, ""))
	d.must("DELETE "+path, "")
	assert.Equal(t, map[string]any{"has_draft": false}, d.must("GET "+path, ""))
}

func TestSearchShowsWhatMatches(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.conversation(`"message":{"content":"Preciso de boleto"}`)
	d.must(fmt.Sprintf("POST conversations/%d/messages", n), `{"content":"outra coisa"}`)
	v := d.must("GET conversations/search?q=boleto", "")
	assert.EqualValues(t, 1, in(t, v, "meta", "all_count"))
	assert.Len(t, in(t, v, "payload", "0", "messages"), 1)
	v = d.must("GET conversations/search?q=boleto&page=2", "")
	assert.EqualValues(t, 0, in(t, v, "meta", "all_count"), "the counts are those of the page")
}
