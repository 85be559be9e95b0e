package engagetest_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/engage/engagetest"
)

// search is the path of a search in a list.
func search(list, q string) string { return "GET " + list + "?q=" + url.QueryEscape(q) }

func TestThreadsCloseInTheBackground(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	id := call(t, srv, admin, "GET /content_threads", "").rows()[0]["id"].(string)
	thread := "/content_threads/" + id
	assert.Equal(t, false, call(t, srv, admin, "PUT "+thread+"/close", "").ok()["closed"], "the state before")
	assert.Equal(t, true, call(t, srv, admin, "GET "+thread, "").ok()["closed"])
	call(t, srv, admin, "PUT "+thread+"/close", "").fails(403, "forbidden", "closed already")
	assert.Equal(t, true, call(t, srv, admin, "GET "+thread+"/open", "").ok()["closed"], "the state before")
	assert.Equal(t, false, call(t, srv, admin, "GET "+thread, "").ok()["closed"])
	call(t, srv, admin, "GET "+thread+"/open", "").fails(403, "forbidden", "open already")
}

func TestSlowJobs(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t, engagetest.WithSlowJobs(2))
	admin := srv.Token()
	id := call(t, srv, admin, "GET /content_threads", "").rows()[0]["id"].(string)
	thread := "/content_threads/" + id
	call(t, srv, admin, "PUT "+thread+"/ignore", "").ok()
	call(t, srv, admin, "PUT "+thread+"/ignore", "").fails(409, "conflict", "")
	call(t, srv, admin, "PUT "+thread+"/update_categories", "thread_category_ids[]="+srv.ID("Category", "Billing")).fails(409, "conflict", "")
	statuses := func() []any { return call(t, srv, admin, search("/contents", "thread:"+id), "").column("status") }
	assert.Equal(t, []any{"ignored"}, statuses(), "after two more requests")

	call(t, srv, admin, "PUT "+thread+"/close", "").ok()
	srv.RunJobs()
	assert.Equal(t, true, call(t, srv, admin, "GET "+thread, "").ok()["closed"])
}

func TestThreadCategoriesAndInput(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, chat, billing := srv.Token(), srv.ID("Source", "Chat"), srv.ID("Category", "Billing")
	id := call(t, srv, admin, search("/content_threads", "source:"+chat), "").rows()[0]["id"].(string)
	thread := "/content_threads/" + id
	call(t, srv, admin, "PUT "+thread+"/update_categories", "thread_category_ids[]="+srv.ID("Category", "Topic")).fails(422, "validation_error", "selectable")
	assert.Empty(t, call(t, srv, admin, "PUT "+thread+"/update_categories", "thread_category_ids[]="+billing).ok()["thread_category_ids"])
	assert.Equal(t, []any{billing}, call(t, srv, admin, "GET "+thread, "").ok()["category_ids"])

	call(t, srv, admin, "PUT "+thread+"/enable_text_input", "").fails(403, "forbidden", "already")
	assert.Equal(t, true, call(t, srv, admin, "PUT "+thread+"/disable_text_input", "").ok()["disable_text_input"])
	mailbox := call(t, srv, admin, search("/content_threads", "source:"+srv.ID("Source", "Mailbox")), "").rows()[0]["id"].(string)
	call(t, srv, admin, "PUT /content_threads/"+mailbox+"/disable_text_input", "").fails(404, "not_found", "")

	heir := srv.ID("Category", "Technical")
	call(t, srv, admin, "DELETE /categories/"+billing+"?take_over_category_id=nope", "").fails(422, "validation_error", "must exist")
	call(t, srv, admin, "DELETE /categories/"+billing+"?take_over_category_id="+heir, "").ok()
	assert.Equal(t, []any{heir}, call(t, srv, admin, "GET "+thread, "").ok()["thread_category_ids"])
}

func TestCategoriesFormATree(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, topic, billing := srv.Token(), srv.ID("Category", "Topic"), srv.ID("Category", "Billing")
	call(t, srv, admin, "PUT /categories/"+topic, "parent_id="+billing).fails(422, "validation_error", "Parent must not be below")
	call(t, srv, admin, "POST /categories", "name=x&parent_id=nope").fails(422, "validation_error", "Parent must exist")
	call(t, srv, admin, "POST /categories", "name=x&color=9").fails(422, "validation_error", "Color must be less than or equal to 6")
	call(t, srv, admin, "DELETE /categories/"+topic, "").ok()
	assert.Nil(t, call(t, srv, admin, "GET /categories/"+billing, "").ok()["parent_id"])
}

func TestReplies(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, chat := srv.Token(), srv.ID("Source", "Chat")
	question := call(t, srv, admin, search("/contents", "source:"+chat+" status_in:new"), "").rows()[0]
	id := question["id"].(string)
	call(t, srv, admin, "POST /contents", "in_reply_to_id="+id+"&body=hello").fails(422, "validation_error", "open intervention")
	call(t, srv, admin, "POST /contents", "in_reply_to_id=nope&body=hello").fails(404, "not_found", "")
	intervention := call(t, srv, admin, "POST /interventions", "content_id="+id).ok()["id"].(string)
	call(t, srv, admin, "POST /interventions", "content_id="+id).fails(422, "validation_error", "open intervention already")
	call(t, srv, admin, "PUT /interventions/"+intervention+"/close", "").fails(403, "forbidden", "no answer")

	call(t, srv, admin, "POST /contents", "in_reply_to_id="+id).fails(422, "validation_error", "Body can't be blank")
	sent := send(t, srv, admin, "POST /1.0/contents", js, `{"in_reply_to_id":"`+id+`","body":"<b>hi</b>","body_format":"html","structured_content":{"type":"select","title":"Which?","items":[{"title":"One","payload":"1"}]}}`).ok()
	assert.Equal(t, "pending", sent["synchronization_status"])
	assert.Equal(t, map[string]any{"text": "<b>hi</b>", "html": "<b>hi</b>"}, sent["body_formatted"])
	assert.Equal(t, question["thread_id"], sent["thread_id"])
	assert.Equal(t, "Which?", sent["structured_content"].(map[string]any)["title"])
	later := call(t, srv, admin, "GET /contents/"+sent["id"].(string), "").ok()
	assert.Equal(t, "success", later["synchronization_status"])
	assert.InDelta(t, 2, call(t, srv, admin, "GET /content_threads/"+question["thread_id"].(string), "").ok()["contents_count"], 0)
	assert.Equal(t, "replied", call(t, srv, admin, "GET /contents/"+id, "").ok()["status"])

	call(t, srv, admin, "DELETE /interventions/"+intervention+"/cancel", "").fails(403, "forbidden", "has answers")
	assert.Equal(t, false, call(t, srv, admin, "PUT /interventions/"+intervention+"/close", "").ok()["closed"], "the state before")
	assert.Equal(t, true, call(t, srv, admin, "GET /interventions/"+intervention, "").ok()["closed"])
	assert.Equal(t, []any{intervention}, call(t, srv, admin, "GET /interventions?status=closed", "").column("id"))
	again := call(t, srv, admin, "POST /interventions", "content_id="+id).ok()
	assert.Equal(t, intervention, again["id"], "opened again")
}

func TestComposing(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, mailbox := srv.Token(), srv.ID("Source", "Mailbox")
	sent := call(t, srv, admin, "POST /contents", "source_id="+mailbox+"&body=hello&title=Offer&to[]=a@example.org&to[]=b@example.org&cc[]=c@example.org").ok()
	assert.Equal(t, "user_initiated", sent["status"])
	assert.Equal(t, "Offer", call(t, srv, admin, "GET /content_threads/"+sent["thread_id"].(string), "").ok()["title"])
	require.NoError(t, srv.Change("Source", mailbox, map[string]any{"active": false}))
	call(t, srv, admin, "POST /contents", "source_id="+mailbox+"&body=hello").fails(422, "compose_disabled_on_source", "")
	call(t, srv, admin, "POST /contents", "body=hello").fails(422, "validation_error", "Source can't be blank")
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\nmeow\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"private\"\r\n\r\ntrue\r\n--b--\r\n"
	got := send(t, srv, admin, "POST /1.0/attachments", "multipart/form-data; boundary=b", body).ok()
	assert.InDelta(t, 4, got["size"], 0)
	assert.Equal(t, "image/png", got["content_type"])
	assert.Equal(t, false, got["public?"])
	id := got["id"].(string)
	assert.Equal(t, srv.URL+"/attachments/"+id, got["url"])
	file := send(t, srv, "", "GET /attachments/"+id+"?access_token="+admin, "", "")
	assert.Equal(t, "meow", file.text)
	assert.Equal(t, 403, send(t, srv, "", "GET /attachments/"+id, "", "").status)
	assert.Len(t, call(t, srv, admin, "GET /attachments?extension=png", "").rows(), 1)
	assert.Empty(t, call(t, srv, admin, "GET /attachments?extension=pdf", "").rows())
	call(t, srv, admin, "POST /attachments", "private=true").fails(422, "validation_error", "File can't be blank")

	sent := call(t, srv, admin, "POST /contents", "source_id="+srv.ID("Source", "Chat")+"&body=look&attachment_ids[]="+id).ok()
	assert.InDelta(t, 1, sent["attachments_count"], 0)
	assert.Equal(t, id, sent["attachments"].([]any)[0].(map[string]any)["id"])
}

func TestSearch(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, chat, mailbox := srv.Token(), srv.ID("Source", "Chat"), srv.ID("Source", "Mailbox")
	count := func(q string) int { return len(call(t, srv, admin, search("/content_threads", q), "").rows()) }
	assert.Equal(t, 2, count(""))
	assert.Equal(t, 1, count("source:"+chat))
	assert.Equal(t, 2, count("source:"+chat+" source:"+mailbox), "any of them")
	assert.Equal(t, 1, count("-source:"+chat))
	assert.Equal(t, 2, count(`title:"my order" opened:true`))
	assert.Equal(t, 0, count(`opened:off`))
	assert.Equal(t, 2, count("order"), "a word of the text")
	for _, q := range []string{`title:"open`, "title:", `order:"title.asc"`, "order:created_at.up"} {
		call(t, srv, admin, search("/content_threads", q), "").fails(400, "bad_request", "search")
	}
	up := call(t, srv, admin, search("/content_threads", "order:created_at.asc"), "").column("id")
	down := call(t, srv, admin, search("/content_threads", `order:"created_at.desc"`), "").column("id")
	assert.Equal(t, []any{up[1], up[0]}, down)
	got := call(t, srv, admin, search("/content_threads", "satisfaction:9"), "")
	assert.Equal(t, 501, got.status)

	require.NoError(t, srv.SignIn(srv.ID("User", "beto.agente@example.com")))
	assert.Len(t, call(t, srv, admin, search("/events", `name_in:session.created created_after:"2001-01-01 10:00:00"`), "").rows(), 1)
	assert.Empty(t, call(t, srv, admin, search("/events", `name_in:session.created created_before:"2001-01-01 10:00:00"`), "").rows())
	call(t, srv, admin, search("/events", `created_before:yesterday`), "").fails(400, "bad_request", "time")
}

func TestComments(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	content := call(t, srv, admin, "GET /contents", "").rows()[0]["id"].(string)
	intervention := call(t, srv, admin, "POST /interventions", "content_id="+content).ok()["id"].(string)
	comment := call(t, srv, admin, "POST /intervention_comments", "body=note&intervention_id="+intervention).ok()
	assert.Equal(t, srv.ID("User", "ana.admin@example.com"), comment["user_id"])
	assert.InDelta(t, 1, call(t, srv, admin, "GET /interventions/"+intervention, "").ok()["comments_count"], 0)
	assert.Len(t, call(t, srv, admin, "GET /intervention_comments?intervention_id="+intervention, "").rows(), 1)
	call(t, srv, admin, "DELETE /intervention_comments/"+comment["id"].(string), "").ok()
	assert.InDelta(t, 0, call(t, srv, admin, "GET /interventions/"+intervention, "").ok()["comments_count"], 0)
	call(t, srv, admin, "POST /intervention_comments", "body=note&intervention_id=nope").fails(404, "not_found", "")

	agent := srv.ID("User", "beto.agente@example.com")
	assert.Equal(t, agent, call(t, srv, admin, "PUT /interventions/"+intervention+"/reassign", "user_id="+agent).ok()["user_id"])
	call(t, srv, admin, "PUT /interventions/"+intervention+"/reassign", "user_id=nope").fails(422, "validation_error", "User must exist")
	fields := call(t, srv, admin, "PUT /interventions/"+intervention, "custom_field_values[order]=7").ok()["custom_fields"]
	assert.Equal(t, map[string]any{"order": "7"}, fields)
	call(t, srv, admin, "DELETE /interventions/"+intervention+"/cancel", "").ok()
	call(t, srv, admin, "GET /interventions/"+intervention, "").fails(404, "not_found", "")
}

func TestAgentStatus(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, agent := srv.Token(), srv.ID("User", "beto.agente@example.com")
	status := "/status/" + agent
	call(t, srv, admin, "GET "+status, "").fails(404, "disconnected", "")
	call(t, srv, admin, "GET /status/nope", "").fails(404, "not_found", "")
	assert.Equal(t, "[]", call(t, srv, admin, "GET /status", "").text)
	require.NoError(t, srv.SignIn(agent))
	async, realtime := srv.ID("Channel", "Async"), srv.ID("Channel", "Realtime")
	assert.JSONEq(t, `[{"agent_id":"`+agent+`","custom_status":null,"channels":[
		{"id":"`+async+`","name":"Async","status":"available","busyness":"unoccupied"},
		{"id":"`+realtime+`","name":"Realtime","status":"available","busyness":"unoccupied"}]}]`, call(t, srv, admin, "GET /status", "").text)
	assert.Equal(t, "[]", call(t, srv, admin, "GET /status?team_ids[]="+srv.ID("Team", "Sales"), "").text)
	assert.NotEqual(t, "[]", call(t, srv, admin, "GET /status?team_ids[]="+srv.ID("Team", "Support"), "").text)

	call(t, srv, admin, "PUT "+status, "status["+async+"]=away").fails(422, "validation_error", "every channel")
	got := call(t, srv, admin, "PUT "+status, "status["+async+"]=away&status["+realtime+"]=available").ok()
	assert.Equal(t, "away", got["channels"].([]any)[0].(map[string]any)["status"])
	lunch := call(t, srv, admin, "POST /presence_status", "name=Lunch").ok()["id"].(string)
	got = call(t, srv, srv.UserToken(agent), "PUT "+status, "custom_status_id="+lunch).ok()
	assert.Equal(t, map[string]any{"id": lunch}, got["custom_status"])
	call(t, srv, srv.UserToken(agent), "GET /status/"+srv.ID("User", "ana.admin@example.com"), "").fails(403, "forbidden", "")
	srv.SignOut(agent)
	call(t, srv, admin, "GET "+status, "").fails(404, "disconnected", "")
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	call(t, srv, admin, "PUT /settings", "password_min_length=8&password_numbers=true&password_non_word=true").ok()
	for password, message := range map[string]string{
		"": "Password can't be blank", "a1!": "Password is too short", "abcdefgh!": "must contain a number", "abcdefgh1": "special character",
	} {
		call(t, srv, admin, "POST /users", newcomer(srv, "password="+url.QueryEscape(password))).fails(422, "validation_error", message)
	}
	call(t, srv, admin, "POST /users", newcomer(srv, "password=abcdefg1%21")).ok()
	call(t, srv, admin, "PUT /settings", "locale=pt").fails(422, "validation_error", "Locale")
	call(t, srv, admin, "PUT /settings", "session_timeout=-1").fails(422, "validation_error", "Session timeout must be greater")
}
