package engagetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/engage/engagetest"
)

func TestIdentities(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, community := srv.Token(), srv.ID("Community", "Mailbox")
	got := call(t, srv, admin, "POST /identities/import", "community_id="+community+"&identifier=novo@example.org&firstname=Novo")
	require.Equal(t, 201, got.status, got.text)
	made := got.object()
	assert.Equal(t, "novo@example.org", made["email"])
	again := call(t, srv, admin, "POST /identities/import", "source_id="+srv.ID("Source", "Mailbox")+"&identifier=novo@example.org&firstname=X&upsert=false").object()
	assert.Equal(t, made, again, "the one that is there")
	again = call(t, srv, admin, "POST /identities/import", "community_id="+community+"&identifier=novo@example.org&firstname=X&upsert=true").object()
	assert.Equal(t, "X", again["firstname"])
	assert.Equal(t, "+4930123456", call(t, srv, admin, "POST /identities/import", "community_id="+community+"&identifier=%2B4930123456").object()["home_phone"])
	call(t, srv, admin, "POST /identities/import", "community_id="+community+"&identifier=x").fails(422, "validation_error", "Identifier is invalid")
	call(t, srv, admin, "POST /identities/import", "community_id=nope&identifier=a@example.org").fails(404, "not_found", "")
	call(t, srv, admin, "POST /identities/import", "identifier=a@example.org").fails(404, "not_found", "")
	assert.Equal(t, []any{made["id"]}, call(t, srv, admin, "GET /identities?foreign_id=novo@example.org", "").column("id"))
	require.NoError(t, srv.Change("Identity", made["id"].(string), map[string]any{"uuid": "u-1"}))

	group := made["identity_group_id"].(string)
	assert.Equal(t, []any{group}, call(t, srv, admin, "GET /identity_groups?uuid=u-1", "").column("id"))
	assert.Len(t, call(t, srv, admin, "GET /identity_groups?email=carla.cliente@example.org", "").rows(), 2)
	call(t, srv, admin, "PUT /identity_groups/"+group, "custom_field_values[a]=1&emails[]=n@example.org").ok()
	changed := call(t, srv, admin, "PUT /identity_groups/"+group, "custom_field_values[b]=2").ok()
	assert.Equal(t, map[string]any{"a": "1", "b": "2"}, changed["custom_field_values"])
	other := call(t, srv, admin, "GET /identities?source_id="+srv.ID("Source", "Chat"), "").rows()[0]
	merged := call(t, srv, admin, "PUT /identity_groups/"+group+"/merge", "associated_identity_id="+other["id"].(string)).ok()
	assert.Equal(t, []any{made["id"], other["id"]}, merged["identity_ids"])
	assert.Equal(t, group, call(t, srv, admin, "GET /identities/"+other["id"].(string), "").ok()["identity_group_id"])
	assert.Empty(t, call(t, srv, admin, "GET /identity_groups/"+other["identity_group_id"].(string), "").ok()["identity_ids"])
	call(t, srv, admin, "PUT /identity_groups/"+group+"/merge", "associated_identity_id=").fails(422, "validation_error", "can't be blank")
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, agent := srv.Token(), srv.UserToken(srv.ID("User", "beto.agente@example.com"))
	form := "url=https://example.com/hook&registered_events[]=content.imported&secret=s3&verify_token=v"
	made := call(t, srv, admin, "POST /webhooks", form).ok()
	assert.Equal(t, true, made["active"])
	assert.NotContains(t, made, "secret")
	call(t, srv, admin, "POST /webhooks", form).fails(422, "validation_error", "Url has already been taken")
	for body, message := range map[string]string{
		"url=ftp://x&registered_events[]=content.imported": "Url is invalid",
		"url=https://x.example&registered_events[]=x.y":    "Registered events is not included",
		"url=https://x.example":                            "Registered events can't be blank",
	} {
		call(t, srv, admin, "POST /webhooks", body).fails(422, "validation_error", message)
	}
	id := made["id"].(string)
	call(t, srv, agent, "GET /webhooks/"+id, "").fails(404, "not_found", "")
	own := call(t, srv, agent, "POST /webhooks", form+"&active=false").ok()
	assert.Equal(t, []any{own["id"]}, call(t, srv, agent, "GET /webhooks", "").column("id"))
	third := call(t, srv, admin, "POST /webhooks", "url=https://x.example&registered_events[]=task.taken").ok()
	assert.Equal(t, []any{id, third["id"], own["id"]}, call(t, srv, admin, "GET /webhooks", "").column("id"), "the active ones first")
	assert.Equal(t, "Hook", call(t, srv, admin, "PUT /webhooks/"+id, "name=Hook").ok()["name"])
}

func TestTopologies(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	made := call(t, srv, admin, "POST /topologies", `name=B&json_config={"steps":[1]}`).ok()
	assert.Equal(t, map[string]any{"steps": []any{1.0}}, made["config"])
	second := send(t, srv, admin, "POST /1.0/topologies", js, `{"name":"A","json_config":{"steps":[2]}}`).ok()
	assert.Equal(t, map[string]any{"steps": []any{2.0}}, second["config"])
	assert.Equal(t, []any{"A", "B"}, call(t, srv, admin, "GET /topologies", "").column("name"))
	call(t, srv, admin, "POST /topologies", "name=C&json_config={").fails(422, "validation_error", "not valid JSON")
	path := "/topologies/" + made["id"].(string)
	assert.Equal(t, "D", call(t, srv, admin, "PUT "+path, "name=D").ok()["name"])
	call(t, srv, admin, "PUT "+path+"/activate", "").ok()
	call(t, srv, admin, "PUT "+path, "name=E").fails(422, "validation_error", "active")
	call(t, srv, admin, "PUT /topologies/"+second["id"].(string)+"/activate", "").ok()
	call(t, srv, admin, "PUT "+path, `name=E&json_config={"steps":[]}`).ok()
}

func TestTasks(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, agent := srv.Token(), srv.ID("User", "beto.agente@example.com")
	tasks := call(t, srv, admin, "GET /tasks?queue=pending&step=workbin", "").rows()
	require.Len(t, tasks, 2)
	task := "/tasks/" + tasks[0]["id"].(string)
	call(t, srv, srv.UserToken(agent), "GET /tasks", "").fails(403, "forbidden", "")
	call(t, srv, admin, "POST "+task+"/complete", "").fails(422, "validation_error", "No agent has the task")
	assert.Equal(t, []any{agent}, call(t, srv, admin, "POST "+task+"/transfer", "agent_ids[]="+agent).ok()["agent_ids"])
	call(t, srv, srv.UserToken(agent), "POST "+task+"/move", "queue=undelivered").fails(403, "forbidden", "")
	call(t, srv, admin, "POST "+task+"/move", "queue=undelivered").ok()
	assert.Len(t, call(t, srv, admin, "GET /tasks?queue=undelivered", "").rows(), 1)
	assert.NotNil(t, call(t, srv, srv.UserToken(agent), "POST "+task+"/complete", "").ok()["completed_at"])
}

func TestBots(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, billing := srv.Token(), srv.ID("Category", "Billing")
	content := call(t, srv, admin, "GET /contents", "").rows()[0]
	intervention := call(t, srv, admin, "POST /bots/engage", "content_id="+content["id"].(string)).ok()["id"].(string)
	call(t, srv, admin, "POST /bots/handover", "from=bot&to=bot&type=x").fails(422, "validation_error", "differ")
	done := call(t, srv, admin, "POST /bots/handover", "from=bot&to=agent&type=x&intervention_id="+intervention+"&thread_category_ids[]="+billing)
	assert.JSONEq(t, `{"status":200,"message":"Success"}`, done.text)
	thread := "GET /content_threads/" + content["thread_id"].(string)
	assert.Equal(t, []any{billing}, call(t, srv, admin, thread, "").ok()["thread_category_ids"])
	call(t, srv, admin, "POST /bots/complete", "close_thread=true&intervention_id="+intervention).ok()
	assert.Equal(t, true, call(t, srv, admin, thread, "").ok()["closed"])
	call(t, srv, admin, "POST /bots/complete", "intervention_id="+intervention).fails(422, "validation_error", "open intervention")
}

func TestKeptAsSent(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	field := call(t, srv, admin, "POST /custom_fields", "associated_type_name=Intervention&label=Order+No.&position=2&type=integer").ok()
	assert.Equal(t, "order_no", field["key"])
	call(t, srv, admin, "POST /custom_fields", "associated_type_name=Intervention&label=order+no").fails(422, "validation_error", "Key has already been taken")
	sheet := call(t, srv, admin, "POST /time_sheets", "label=Week&active=true&monday_hours=28800-64800&holidays[][name]=New+Year&holidays[][date]=01/01/2027").ok()
	assert.Equal(t, []any{map[string]any{"name": "New Year", "date": "01/01/2027"}}, sheet["holidays"])
	call(t, srv, admin, "POST /time_sheets", "label=Night").ok()
	assert.Equal(t, []any{"Week", "Night"}, call(t, srv, admin, "GET /time_sheets", "").column("label"), "those in use first")
	entry := call(t, srv, admin, "POST /reply_assistant/entries", "label=Hello").ok()["id"].(string)
	call(t, srv, admin, "PUT /reply_assistant/entries/"+entry, "shortcuts[]=hi&shortcuts[]=yo").ok()
	assert.Equal(t, []any{"hi", "yo"}, call(t, srv, admin, "GET /reply_assistant/entries/"+entry, "").ok()["shortcuts"])
	call(t, srv, admin, "POST /reply_assistant/versions", "body=Hello&entry_id=nope").fails(404, "not_found", "")
	call(t, srv, admin, "DELETE /reply_assistant/entries/"+entry, "").ok()
	call(t, srv, admin, "GET /reply_assistant/entries/"+entry, "").fails(404, "not_found", "")

	mailbox := "/content_sources/" + srv.ID("Source", "Mailbox")
	got := call(t, srv, admin, "PUT "+mailbox+"/email_credentials", "imap[username]=u&imap[password]=p").ok()
	assert.Equal(t, "u", got["imap_username"])
	assert.NotContains(t, got, "imap_password")
	call(t, srv, admin, "PUT /content_sources/"+srv.ID("Source", "Chat")+"/email_credentials", "imap[username]=u").fails(422, "validation_error", "email")
	got = call(t, srv, admin, "PUT "+mailbox, "auto_response_trigger_enabled[first_message_from_user]=true&signatures[][body]=Bye&color=3").ok()
	assert.Equal(t, true, got["auto_response_trigger_enabled"].(map[string]any)["first_message_from_user"])
	assert.Equal(t, "Bye", got["signatures"].([]any)[0].(map[string]any)["body"])
}
