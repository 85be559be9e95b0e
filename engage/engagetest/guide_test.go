package engagetest_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/engage/engagetest"
)

// newcomer is the form of an invitation that is complete.
func newcomer(srv *engagetest.Server, more ...string) string {
	fields := []string{"firstname=Nova", "lastname=Agente", "email=nova@example.com", "role_id=" + srv.ID("Role", "Agent")}
	return strings.Join(append(fields, more...), "&")
}

func invite(t *testing.T, srv *engagetest.Server, more ...string) string {
	t.Helper()
	return call(t, srv, srv.Token(), "POST /users/invite", newcomer(srv, more...)).ok()["id"].(string)
}

// "When an admin adds an agent to the platform, the agent will receive an
// invitation by email." and "If the agent does not accept the invitation, the
// agent status appears grey with the message Invitation Sent."
func TestInvitationIsSentAndPending(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	id := invite(t, srv)
	assert.Equal(t, []engagetest.Mail{{To: "nova@example.com", Kind: "invitation"}}, srv.Mails())
	got := call(t, srv, admin, "GET /users/"+id, "").ok()
	assert.Equal(t, true, got["invitation_pending"])
	assert.Equal(t, true, got["enabled"])
	assert.Equal(t, "en", got["locale"], "the language of the domain")
	assert.Empty(t, got["timezone"], "that of the domain")
	assert.Nil(t, got["nickname"])
	require.Error(t, srv.SignIn(id), "before the invitation is accepted")

	names := call(t, srv, admin, "GET /events?q="+url.QueryEscape("name_in:user.invited"), "").column("name")
	assert.Equal(t, []any{"user.invited"}, names)
}

// "When the agent accepts the invitation, the agent will create a password
// when accessing the platform the first time."
func TestAcceptedInvitation(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	id := invite(t, srv)
	require.NoError(t, srv.AcceptInvitation(id))
	assert.Equal(t, false, call(t, srv, srv.Token(), "GET /users/"+id, "").ok()["invitation_pending"])
	require.Error(t, srv.AcceptInvitation(id), "a second time")
	require.NoError(t, srv.SignIn(id))
	require.Error(t, srv.SignIn("nobody"))
}

// "You can disable but not delete an agent if they have accessed the
// platform."
func TestAccessedAgentCanOnlyBeDisabled(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	id := invite(t, srv)
	require.NoError(t, srv.AcceptInvitation(id))
	token := srv.UserToken(id)
	call(t, srv, token, "GET /users/me", "").ok()

	call(t, srv, admin, "DELETE /users/"+id, "").fails(422, "validation_error", "already signed in")
	assert.Equal(t, false, call(t, srv, admin, "PUT /users/"+id, "enabled=false").ok()["enabled"])
	call(t, srv, token, "GET /users/me", "").fails(403, "authentication_required", "")
	require.Error(t, srv.SignIn(id), "while disabled")
	assert.Equal(t, true, call(t, srv, admin, "PUT /users/"+id, "enabled=true").ok()["enabled"])
	require.NoError(t, srv.SignIn(id))
	call(t, srv, token, "GET /users/me", "").ok()
}

// "You can only delete an agent who has never logged in."
func TestAgentWhoNeverSignedInCanBeDeleted(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	pending := invite(t, srv)
	call(t, srv, admin, "PUT /teams/"+srv.ID("Team", "Sales"), "leader_ids[]="+pending+"&user_ids[]="+pending).ok()
	assert.Equal(t, pending, call(t, srv, admin, "DELETE /users/"+pending, "").ok()["id"], "the user as it was")
	call(t, srv, admin, "GET /users/"+pending, "").fails(404, "not_found", "")
	team := call(t, srv, admin, "GET /teams/"+srv.ID("Team", "Sales"), "").ok()
	assert.Empty(t, team["leader_ids"])
	assert.Empty(t, team["user_ids"])
	assert.Empty(t, srv.UserToken(pending))

	made := call(t, srv, admin, "POST /users", newcomer(srv, "password=segredo")).ok()
	assert.Equal(t, false, made["invitation_pending"], "not pending, and no sign-in either")
	call(t, srv, admin, "DELETE /users/"+made["id"].(string), "").ok()
}

// "Enter the First name and Last name of the agent. Enter the Email for the
// agent. Click on the Role dropdown", and "This must be a valid email address".
func TestInvitationIsRefused(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	agent := srv.ID("Role", "Agent")
	root := srv.ID("Category", "Topic")
	tests := []struct{ name, form, message string }{
		{"nothing", "", "First"},
		{"blank name", "firstname=+&lastname=A&email=x@example.com&role_id=" + agent, "Firstname can't be blank"},
		{"no role", "firstname=N&lastname=A&email=x@example.com", "Role can't be blank"},
		{"unknown role", "firstname=N&lastname=A&email=x@example.com&role_id=nope", "Role must exist"},
		{"malformed e-mail", "firstname=N&lastname=A&email=nova&role_id=" + agent, "Email is invalid"},
		{"e-mail with a name", "firstname=N&lastname=A&email=N+<n@example.com>&role_id=" + agent, "Email is invalid"},
		{"taken e-mail", "firstname=N&lastname=A&email=BETO.agente@example.com&role_id=" + agent, "Email has already been taken"},
		{"unknown team", newcomer(srv, "team_ids[]=nope"), "Team ids must exist"},
		{"unknown category", newcomer(srv, "category_ids[]=nope"), "Category ids must exist"},
		{"unselectable category", newcomer(srv, "category_ids[]="+root), "Category ids must be selectable"},
		{"language", newcomer(srv, "locale=pt"), "Locale is not included in the list"},
		{"spoken language", newcomer(srv, "spoken_languages[]=xx"), "Spoken languages is not included in the list"},
		{"time zone", newcomer(srv, "timezone=Europe/Berlin"), "Timezone is not included in the list"},
		{"gender", newcomer(srv, "gender=x"), "Gender is not included in the list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := call(t, srv, srv.Token(), "POST /users/invite", tt.form)
			got.fails(422, "validation_error", tt.message)
			assert.NotEmpty(t, got.object()["errors"])
		})
	}
	t.Cleanup(func() {
		assert.Empty(t, srv.Mails())
		assert.Empty(t, srv.ID("User", "nova@example.com"), "nothing is kept of what was refused")
	})
}

// "Administrator, Agent, Manager, Quality analyst", predefined "or custom".
func TestRoles(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	assert.Equal(t, []any{"Administrator", "Agent", "Manager", "Quality analyst"}, call(t, srv, admin, "GET /roles", "").column("label"))
	custom := call(t, srv, admin, "POST /roles", "label=Night+shift&read_user=true&receive_tasks=1&publish_content=false").ok()
	assert.Equal(t, true, custom["read_user"])
	assert.Equal(t, true, custom["receive_tasks"])
	assert.Equal(t, false, custom["publish_content"])
	id := call(t, srv, admin, "POST /users/invite", "firstname=N&lastname=A&email=n@example.com&role_id="+custom["id"].(string)).ok()["id"]
	assert.Equal(t, []any{id}, call(t, srv, admin, "GET /users?role_id="+custom["id"].(string), "").column("id"))
	call(t, srv, admin, "POST /roles", "read_user=true").fails(422, "validation_error", "Label can't be blank")
}

// "Click on the Teams dropdown and select the team(s)" "(optional)".
func TestTeams(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, sales, support := srv.Token(), srv.ID("Team", "Sales"), srv.ID("Team", "Support")
	id := invite(t, srv, "team_ids[]="+sales, "team_ids[]="+support)
	assert.Equal(t, []any{id}, call(t, srv, admin, "GET /teams/"+sales, "").ok()["user_ids"])
	assert.Equal(t, []any{id}, call(t, srv, admin, "GET /users?team_id="+sales, "").column("id"))

	got := call(t, srv, admin, "PUT /users/"+id, "team_ids[]="+sales).ok()
	assert.Equal(t, []any{sales}, got["team_ids"], "a list replaces the one before")
	got = call(t, srv, admin, "PUT /users/"+id, "nickname=N").ok()
	assert.Equal(t, []any{sales}, got["team_ids"], "what is not sent stays")
	got = call(t, srv, admin, "PUT /users/"+id, "team_ids[]=").ok()
	assert.Empty(t, got["team_ids"])

	call(t, srv, admin, "PUT /teams/"+support, "user_ids[]="+id).ok()
	assert.Equal(t, []any{support}, call(t, srv, admin, "GET /users/"+id, "").ok()["team_ids"])
	deleted := call(t, srv, admin, "DELETE /teams/"+support, "").ok()
	assert.Equal(t, []any{id}, deleted["user_ids"], "the team as it was")
	assert.Empty(t, call(t, srv, admin, "GET /users/"+id, "").ok()["team_ids"])
	call(t, srv, admin, "POST /teams", "name=").fails(422, "validation_error", "Name can't be blank")
}

// "The available interface languages are English, Deutsch (German), Español
// (Spanish), Français (French), and Nederlands (Dutch)."
func TestInterfaceLanguages(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	got := call(t, srv, srv.Token(), "GET /interface_locales", "")
	assert.JSONEq(t, `[{"code":"de","name":"Deutsch"},{"code":"en","name":"English"},{"code":"es","name":"Español"},
		{"code":"fr","name":"Français"},{"code":"nl","name":"Nederlands"}]`, got.text)
	id := invite(t, srv, "locale=nl")
	assert.Equal(t, "nl", call(t, srv, srv.Token(), "GET /users/"+id, "").ok()["locale"])
	assert.Contains(t, call(t, srv, srv.Token(), "GET /locales", "").text, `{"code":"it","name":"Italiano","interface":false}`)
	assert.Contains(t, call(t, srv, srv.Token(), "GET /timezones", "").text, `{"name":"Berlin","utc_offset":3600}`)
}

// "Check the SSO only (no password) box".
func TestSSOOnly(t *testing.T) {
	t.Parallel()
	for _, taken := range []bool{false, true} {
		srv := engagetest.NewServer(t, engagetest.WithHabits(engagetest.Habits{InviteTakesNoPassword: taken}))
		id := invite(t, srv, "no_password=true")
		got := call(t, srv, srv.Token(), "GET /users/"+id, "").ok()
		assert.Equal(t, taken, got["no_password"], "an invitation may ignore it")
		assert.Equal(t, true, call(t, srv, srv.Token(), "PUT /users/"+id, "no_password=true").ok()["no_password"])
		made := call(t, srv, srv.Token(), "POST /users", strings.Replace(newcomer(srv, "no_password=true"), "nova", "sso", 1)).ok()
		assert.Equal(t, true, made["no_password"])
	}
}

// "When you first create the agent, they will not be able to view messages or
// reply to them. You need to grant the agent the correct permissions for the
// channels".
func TestFreshAgentSeesNothingUntilPermitted(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, chat := srv.Token(), srv.ID("Source", "Chat")
	id := invite(t, srv)
	require.NoError(t, srv.AcceptInvitation(id))
	agent := srv.UserToken(id)
	permissions := "/users/" + id + "/sources_permissions"
	assert.Equal(t, "{}", call(t, srv, admin, "GET "+permissions, "").text)
	for _, list := range []string{"/contents", "/content_threads", "/content_sources"} {
		assert.Empty(t, call(t, srv, agent, "GET "+list, "").rows(), list)
	}
	content := call(t, srv, admin, "GET /contents?q=source:"+chat, "").rows()[0]["id"].(string)
	call(t, srv, agent, "GET /contents/"+content, "").fails(404, "not_found", "")

	got := call(t, srv, admin, "PUT "+permissions, chat+"=read").ok()
	assert.Equal(t, map[string]any{chat: []any{"read"}}, got)
	assert.Len(t, call(t, srv, agent, "GET /contents", "").rows(), 1)
	assert.Equal(t, []any{"Chat"}, call(t, srv, agent, "GET /content_sources", "").column("name"))
	call(t, srv, admin, "POST /interventions", "content_id="+content).ok()
	call(t, srv, agent, "POST /contents", "in_reply_to_id="+content+"&body=hi").fails(403, "forbidden", "reply")

	call(t, srv, admin, "PUT "+permissions, chat+"=read,reply").ok()
	call(t, srv, agent, "POST /contents", "in_reply_to_id="+content+"&body=hi").ok()
	call(t, srv, agent, "POST /contents", "source_id="+chat+"&body=hi").fails(403, "forbidden", "initiate")
	call(t, srv, admin, "PUT "+permissions, chat+"=read,reply,initiate_discussion").ok()
	call(t, srv, agent, "POST /contents", "source_id="+chat+"&body=hi").ok()
}

func TestPermissionsOnSources(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, chat, mailbox := srv.Token(), srv.ID("Source", "Chat"), srv.ID("Source", "Mailbox")
	path := "/users/" + invite(t, srv) + "/sources_permissions"
	for _, list := range []string{
		"reply", "initiate_discussion", "read,fly", "read,approval_required,approval_threshold_50",
		"read,approval_threshold_10,approval_threshold_20", "read,approval_threshold_55",
	} {
		call(t, srv, admin, "PUT "+path, mailbox+"=read&"+chat+"="+list).fails(422, "validation_error", "Permissions")
	}
	call(t, srv, admin, "PUT "+path, "nope=read").fails(422, "validation_error", "must exist")
	assert.Equal(t, "{}", call(t, srv, admin, "GET "+path, "").text, "all or nothing")

	call(t, srv, admin, "PUT "+path, mailbox+"=approval_threshold_50,reply,read").ok()
	got := call(t, srv, admin, "PUT "+path, chat+"=read").ok()
	assert.Equal(t, map[string]any{mailbox: []any{"read", "reply", "approval_threshold_50"}, chat: []any{"read"}}, got, "others stay")
	got = call(t, srv, admin, "PUT "+path, chat+"=").ok()
	assert.Equal(t, map[string]any{mailbox: []any{"read", "reply", "approval_threshold_50"}}, got)
	call(t, srv, admin, "GET /users/nope/sources_permissions", "").fails(404, "not_found", "")
}

// "If you are using the Routing mode, you need to add the appropriate
// categories and language options for the agent to receive interactions."
func TestRoutingMode(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, billing := srv.Token(), srv.ID("Category", "Billing")
	assert.Equal(t, true, call(t, srv, admin, "GET /settings", "").ok()["push_enabled"])
	assert.Equal(t, false, call(t, srv, admin, "PUT /settings", "push_enabled=false").ok()["push_enabled"])
	id := invite(t, srv, "category_ids[]="+billing, "spoken_languages[]=de", "spoken_languages[]=en")
	got := call(t, srv, admin, "GET /users/"+id, "").ok()
	assert.Equal(t, []any{billing}, got["category_ids"])
	assert.Equal(t, []any{"de", "en"}, got["spoken_languages"])
	assert.Equal(t, []any{id}, call(t, srv, admin, "GET /users?category_id="+billing, "").column("id"))
}

// "When you duplicate an agent, the new agent inherits the permissions and
// skills of the original agent." The API has no call for it; this is what the
// copy is made of.
func TestDuplicateByHand(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, chat, billing := srv.Token(), srv.ID("Source", "Chat"), srv.ID("Category", "Billing")
	original := srv.ID("User", "beto.agente@example.com")
	call(t, srv, admin, "PUT /users/"+original, "category_ids[]="+billing+"&spoken_languages[]=de").ok()
	call(t, srv, admin, "POST /users/"+original+"/signatures", "body=Beto&source_ids[]="+chat).ok()
	from := call(t, srv, admin, "GET /users/"+original, "").ok()
	granted := call(t, srv, admin, "GET /users/"+original+"/sources_permissions", "").ok()

	id := invite(t, srv, "category_ids[]="+from["category_ids"].([]any)[0].(string), "spoken_languages[]=de")
	pairs := url.Values{}
	for source, list := range granted {
		var names []string
		for _, name := range list.([]any) {
			names = append(names, name.(string))
		}
		pairs.Set(source, strings.Join(names, ","))
	}
	require.NotEmpty(t, pairs)
	got := call(t, srv, admin, "PUT /users/"+id+"/sources_permissions", pairs.Encode()).ok()
	assert.Equal(t, granted, got)
	assert.Empty(t, call(t, srv, admin, "GET /users/"+id+"/signatures", "").rows())
	assert.Len(t, call(t, srv, admin, "GET /users/"+original+"/signatures", "").rows(), 1)
}
