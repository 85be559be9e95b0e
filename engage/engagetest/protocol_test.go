package engagetest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/engage/engagetest"
)

func TestAuthentication(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	call(t, srv, "", "GET /users/me", "").fails(403, "authentication_required", "")
	call(t, srv, "wrong", "GET /users/me", "").fails(403, "authentication_required", "")
	assert.Equal(t, "ana.admin@example.com", call(t, srv, srv.Token(), "GET /users/me", "").ok()["email"])
	assert.Equal(t, "ana.admin@example.com", call(t, srv, "", "GET /users/me?access_token="+srv.Token(), "").ok()["email"])
	call(t, srv, "", "POST /tags", "name=vip&access_token="+srv.Token()).ok()
	assert.Empty(t, srv.UserToken("nobody"))

	older := engagetest.NewServer(t, engagetest.WithAuthStatus(401))
	call(t, older, "", "GET /users/me", "").fails(401, "authentication_required", "")
}

func TestImpersonation(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	agent := srv.ID("User", "beto.agente@example.com")
	assert.Equal(t, agent, call(t, srv, srv.Token(), "GET /users/me?impersonated_user_id="+agent, "").ok()["id"])
	call(t, srv, srv.Token(), "POST /roles", "label=x&impersonated_user_id="+agent).fails(403, "forbidden", "manage_roles")
	call(t, srv, srv.Token(), "GET /users/me?impersonated_user_id=nobody", "").fails(400, "impersonation_not_allowed", "")
	admin := srv.ID("User", "ana.admin@example.com")
	call(t, srv, srv.UserToken(agent), "GET /users/me?impersonated_user_id="+admin, "").fails(400, "impersonation_not_allowed", "")
}

func TestRoleOfTheTokenLimitsIt(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin, agent := srv.Token(), srv.UserToken(srv.ID("User", "beto.agente@example.com"))
	for request, body := range map[string]string{
		"POST /users/invite": newcomer(srv), "POST /users": newcomer(srv), "POST /teams": "name=x", "POST /categories": "name=x",
		"PUT /settings": "name=x", "GET /events": "", "GET /status": "", "GET /user_capacities": "",
	} {
		call(t, srv, agent, request, body).fails(403, "forbidden", "Your role lacks")
	}
	call(t, srv, agent, "GET /roles/"+srv.ID("Role", "Agent"), "").fails(404, "not_found", "")
	call(t, srv, agent, "GET /users", "").ok()

	// Flags that the token lacks are passed over, others are applied.
	recruiter := call(t, srv, admin, "POST /roles", "label=Recruiter&manage_roles=true&read_user=true&invite_user=true&update_user=true").ok()["id"].(string)
	id := call(t, srv, admin, "POST /users/invite", strings.Replace(newcomer(srv), srv.ID("Role", "Agent"), recruiter, 1)).ok()["id"].(string)
	token := srv.UserToken(id)
	role := call(t, srv, token, "POST /roles", "label=Mine&read_user=true&publish_content=true&manage_users_of_my_teams=true").ok()
	assert.Equal(t, true, role["read_user"])
	assert.Equal(t, false, role["publish_content"], "refused without a word")
	assert.Equal(t, true, role["manage_users_of_my_teams"], "which takes reach away")
	mine := role["id"].(string)
	role = call(t, srv, token, "PUT /roles/"+mine, "read_user=false&publish_content=true").ok()
	assert.Equal(t, false, role["read_user"])
	assert.Equal(t, false, role["publish_content"])

	// Who has more permissions than the token is out of its reach.
	call(t, srv, token, "PUT /roles/"+srv.ID("Role", "Administrator"), "read_user=false").fails(403, "forbidden", "")
	boss := srv.ID("User", "ana.admin@example.com")
	call(t, srv, token, "PUT /users/"+boss, "enabled=false").fails(403, "forbidden", "")
	call(t, srv, token, "DELETE /users/"+boss, "").fails(403, "forbidden", "")
	call(t, srv, token, "PUT /users/"+boss+"/sources_permissions", "").fails(403, "forbidden", "")
	call(t, srv, token, "POST /users/invite", "firstname=X&lastname=Y&email=x@example.com&role_id="+srv.ID("Role", "Administrator")).fails(403, "forbidden", "")
}

func TestRoleHabits(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t, engagetest.WithRefusedFlags("use_emoji"))
	agent := srv.ID("Role", "Agent")
	role := call(t, srv, srv.Token(), "PUT /roles/"+agent, "label=Team&use_emoji=false&read_stats=true").ok()
	assert.Equal(t, "Agent", role["label"], "cannot be changed")
	assert.Equal(t, true, role["use_emoji"])
	assert.Equal(t, true, role["read_stats"])
	srv = engagetest.NewServer(t, engagetest.WithHabits(engagetest.Habits{RolesTakeLabel: true, UsersTakeCapacity: true}))
	assert.Equal(t, "Team", call(t, srv, srv.Token(), "PUT /roles/"+srv.ID("Role", "Agent"), "label=Team").ok()["label"])
	capacity := call(t, srv, srv.Token(), "POST /user_capacities", "name=Half").ok()["id"].(string)
	user := srv.ID("User", "beto.agente@example.com")
	assert.Equal(t, capacity, call(t, srv, srv.Token(), "PUT /users/"+user, "user_capacity_id="+capacity).ok()["user_capacity_id"])
	call(t, srv, srv.Token(), "DELETE /user_capacities/"+capacity, "").ok()
	assert.Nil(t, call(t, srv, srv.Token(), "GET /users/"+user, "").ok()["user_capacity_id"])
}

// leaders starts a server with somebody who leads the team Sales and whose
// reach ends there.
func leaders(t *testing.T) (srv *engagetest.Server, token string) {
	t.Helper()
	srv = engagetest.NewServer(t)
	admin := srv.Token()
	flags := "label=Leader&read_user=true&update_user=true&invite_user=true&manage_users_of_my_teams=true"
	for flag, on := range call(t, srv, admin, "GET /roles/"+srv.ID("Role", "Agent"), "").ok() {
		if on == true {
			flags += "&" + flag + "=true"
		}
	}
	role := call(t, srv, admin, "POST /roles", flags).ok()["id"].(string)
	id := call(t, srv, admin, "POST /users/invite", "firstname=L&lastname=L&email=leader@example.com&role_id="+role).ok()["id"].(string)
	call(t, srv, admin, "PUT /teams/"+srv.ID("Team", "Sales"), "leader_ids[]="+id).ok()
	return srv, srv.UserToken(id)
}

func TestLeaderReachesHisTeamsOnly(t *testing.T) {
	t.Parallel()
	srv, token := leaders(t)
	sales, support := srv.ID("Team", "Sales"), srv.ID("Team", "Support")
	outsider := srv.ID("User", "beto.agente@example.com")
	assert.Empty(t, call(t, srv, token, "GET /users", "").rows())
	for _, request := range []string{"GET /users/" + outsider, "DELETE /users/" + outsider, "GET /users/" + outsider + "/sources_permissions", "GET /users/" + outsider + "/signatures"} {
		call(t, srv, token, request, "").fails(404, "not_found", "")
	}
	call(t, srv, token, "PUT /users/"+outsider, "enabled=false").fails(404, "not_found", "")

	call(t, srv, token, "POST /users/invite", newcomer(srv)).fails(422, "validation_error", "teams that you lead")
	call(t, srv, token, "POST /users/invite", newcomer(srv, "team_ids[]="+support)).fails(422, "validation_error", "teams that you lead")
	call(t, srv, token, "POST /users/invite", newcomer(srv, "team_ids[]="+sales, "team_ids[]="+support)).fails(422, "validation_error", "teams that you lead")
	id := call(t, srv, token, "POST /users/invite", newcomer(srv, "team_ids[]="+sales)).ok()["id"].(string)
	assert.Equal(t, []any{id}, call(t, srv, token, "GET /users", "").column("id"))

	call(t, srv, srv.Token(), "PUT /users/"+id, "team_ids[]="+sales+"&team_ids[]="+support).ok()
	got := call(t, srv, token, "PUT /users/"+id, "team_ids[]=").ok()
	assert.Equal(t, []any{support}, got["team_ids"], "only teams that he leads are taken away")
}

func TestPages(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	for i := range 40 {
		_, err := srv.Add("User", map[string]any{"email": fmt.Sprintf("u%02d@example.com", i)})
		require.NoError(t, err)
	}
	admin := srv.Token()
	tests := []struct {
		query                string
		offset, limit, shown float64
	}{
		{"", 0, 30, 30},
		{"?offset=30", 30, 30, 12},
		{"?limit=5&offset=40", 40, 5, 2},
		{"?limit=1000", 0, 150, 42},
		{"?offset=100", 100, 30, 0},
		{"?limit=0&offset=-3", 0, 30, 30},
	}
	for _, tt := range tests {
		got := call(t, srv, admin, "GET /users"+tt.query, "").ok()
		assert.InDelta(t, 42, got["count"], 0, tt.query)
		assert.InDelta(t, tt.offset, got["offset"], 0, tt.query)
		assert.InDelta(t, tt.limit, got["limit"], 0, tt.query)
		assert.Len(t, got["records"], int(tt.shown), tt.query)
	}
	first := call(t, srv, admin, "GET /users?limit=2", "").column("email")
	assert.Equal(t, []any{"u39@example.com", "u38@example.com"}, first, "newest first")
	invite(t, srv)
	second := call(t, srv, admin, "GET /users?limit=2&offset=2", "").column("email")
	assert.Equal(t, []any{"u38@example.com", "u37@example.com"}, second, "a new row moves the others")
}

func TestRowsMove(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t, engagetest.WithHabits(engagetest.Habits{MoveRows: true}))
	labels := []any{}
	for offset := 0; offset < 4; offset += 2 {
		labels = append(labels, call(t, srv, srv.Token(), fmt.Sprintf("GET /roles?limit=2&offset=%d", offset), "").column("label")...)
	}
	assert.Equal(t, []any{"Administrator", "Agent", "Agent", "Manager"}, labels, "one row twice, another never")
}

func TestOrdersAndFilters(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	for _, name := range []string{"vip", "Angry", "new"} {
		call(t, srv, admin, "POST /tags", "name="+name).ok()
	}
	assert.Equal(t, []any{"Angry", "new", "vip"}, call(t, srv, admin, "GET /tags", "").column("name"))
	ids := srv.ID("Tag", "vip") + "," + srv.ID("Tag", "new")
	assert.Equal(t, []any{"new", "vip"}, call(t, srv, admin, "GET /tags?ids="+ids, "").column("name"), "joined by commas")
	assert.Equal(t, []any{"Billing", "Technical"}, call(t, srv, admin, "GET /categories?parent_id="+srv.ID("Category", "Topic"), "").column("name"))
	assert.Equal(t, []any{"Ana"}, call(t, srv, admin, "GET /users?email=ANA.Admin@example.com", "").column("firstname"))
	call(t, srv, admin, "POST /tags", "name=VIP").fails(422, "validation_error", "Name has already been taken")
	assert.Len(t, call(t, srv, admin, "GET /identities?sort=updated_at", "").rows(), 2)
	call(t, srv, admin, "GET /identities?sort=name", "").fails(400, "bad_request", "sort")
	assert.Empty(t, call(t, srv, admin, "GET /content_sources?active=false", "").rows())
	call(t, srv, admin, "GET /content_sources?permission=destroy", "").fails(400, "bad_request", "permission")
}

func TestBodiesInThreeForms(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	agent := srv.ID("User", "beto.agente@example.com")
	sales, support := srv.ID("Team", "Sales"), srv.ID("Team", "Support")
	want := []any{sales, support}
	body, err := json.Marshal(map[string]any{"team_ids": []string{sales, support}})
	require.NoError(t, err)
	query := "team_ids[]=" + sales + "&team_ids[]=" + support
	multipart := "--b\r\nContent-Disposition: form-data; name=\"team_ids[]\"\r\n\r\n" + sales + "\r\n--b\r\nContent-Disposition: form-data; name=\"team_ids[]\"\r\n\r\n" + support + "\r\n--b--\r\n"
	for _, got := range []reply{
		send(t, srv, admin, "PUT /1.0/users/"+agent, form, query),
		send(t, srv, admin, "PUT /1.0/users/"+agent, js, string(body)),
		send(t, srv, admin, "PUT /1.0/users/"+agent+"?"+query, "", ""),
		send(t, srv, admin, "PUT /1.0/users/"+agent, "multipart/form-data; boundary=b", multipart),
	} {
		assert.Equal(t, want, got.ok()["team_ids"])
		call(t, srv, admin, "PUT /users/"+agent, "team_ids[]=").ok()
	}
	send(t, srv, admin, "PUT /1.0/users/"+agent, js, `{"team_ids":`).fails(400, "bad_request", "malformed")

	async, realtime := srv.ID("Channel", "Async"), srv.ID("Channel", "Realtime")
	got := call(t, srv, admin, "POST /user_capacities", "name=Half&channels[][channel_id]="+async+"&channels[][default_capacity]=1&channels[][max_capacity]=2&channels[][channel_id]="+
		realtime+"&channels[][max_capacity]=3").ok()
	assert.Equal(t, []any{
		map[string]any{"id": async, "default_capacity": 1.0, "max_capacity": 2.0},
		map[string]any{"id": realtime, "default_capacity": nil, "max_capacity": 3.0},
	}, got["channels"])
	folder := call(t, srv, admin, "POST /folders", "label=Mine&team_restriction[only][]="+sales).ok()
	assert.Equal(t, map[string]any{"only": []any{sales}}, folder["team_restriction"])
	assert.Empty(t, call(t, srv, admin, "GET /folders", "").rows(), "for members of the team only")
	call(t, srv, admin, "POST /folders", "label=Mine&team_restriction="+sales).fails(400, "bad_request", "hash")
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	call(t, srv, srv.Token(), "GET /nothing", "").fails(404, "not_found", "")
	call(t, srv, srv.Token(), "PATCH /settings", "").fails(404, "not_found", "")
	call(t, srv, srv.Token(), "GET /teams/nope", "").fails(404, "not_found", "")
	page := send(t, srv, srv.Token(), "GET /login", "", "")
	assert.Equal(t, 404, page.status)
	assert.Contains(t, page.text, "<html>")
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	srv := engagetest.NewServer(t, engagetest.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}))
	for range engagetest.RateLimit {
		require.Equal(t, 200, call(t, srv, srv.Token(), "GET /interface_locales", "").status)
	}
	got := call(t, srv, srv.Token(), "GET /users/me", "")
	assert.Equal(t, 429, got.status)
	assert.JSONEq(t, `{"error":"rate_limit_exceeded","message":"Rate limit exceeded (500 requests per minute max)","status":429}`, got.text)
	mu.Lock()
	now = now.Add(time.Minute)
	mu.Unlock()
	assert.Equal(t, "2027-03-01T12:00:00Z", call(t, srv, srv.Token(), "GET /users/me", "").ok()["created_at"])

	two := engagetest.NewServer(t, engagetest.WithRateLimit(2))
	call(t, two, "", "GET /users/me", "")
	call(t, two, "", "GET /users/me", "")
	call(t, two, two.Token(), "GET /users/me", "").fails(429, "rate_limit_exceeded", "(2 requests per minute max)")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	admin := srv.Token()
	srv.Fault("inviteUser", engagetest.Status(502, "bad gateway").Times(1))
	srv.Fault("GET /1.0/users/{userId}", engagetest.JSONStatus(409, "conflict", "busy"))
	srv.Fault("getAllTeams", engagetest.RateLimited(100))
	srv.Fault("getAllTags", engagetest.HTMLPage(503))
	srv.Fault("getAllRoles", engagetest.Redirect(302, "/elsewhere"), engagetest.Delay(0))
	assert.Equal(t, 502, call(t, srv, admin, "POST /users/invite", newcomer(srv)).status)
	id := invite(t, srv)
	call(t, srv, admin, "GET /users/"+id, "").fails(409, "conflict", "busy")
	call(t, srv, admin, "GET /teams", "").fails(429, "rate_limit_exceeded", "(100 requests per minute max)")
	assert.Contains(t, call(t, srv, admin, "GET /tags", "").text, "<html>")
	assert.Equal(t, 404, call(t, srv, admin, "GET /roles", "").status)
	srv.ClearFaults()
	call(t, srv, admin, "GET /users/"+id, "").ok()

	for name, fault := range map[string]engagetest.Fault{
		"after": engagetest.DropAfter(), "before": engagetest.DropBefore(), "late": engagetest.LateWrite(0), "cut": engagetest.CutBody(3),
	} {
		srv.ClearFaults()
		srv.Fault("createTag", fault)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/1.0/tags?name="+name+"&access_token="+admin, http.NoBody)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			assert.Equal(t, "cut", name)
			require.NoError(t, resp.Body.Close())
		}
	}
	srv.ClearFaults()
	srv.Fault("createTag", engagetest.MalformedJSON())
	assert.False(t, json.Valid([]byte(call(t, srv, admin, "POST /tags", "name=half").text)))
	assert.NotEmpty(t, srv.ID("Tag", "after"))
	assert.NotEmpty(t, srv.ID("Tag", "half"))
	assert.Empty(t, srv.ID("Tag", "before"))
	assert.Empty(t, srv.ID("Tag", "late"))
	srv.Settle()
	assert.NotEmpty(t, srv.ID("Tag", "late"))

	last := srv.Requests()[len(srv.Requests())-1]
	assert.Equal(t, "createTag", last.Operation)
	srv.ClearRequests()
	assert.Empty(t, srv.Requests())
}

// complaints collects what a server tells the test.
type complaints struct {
	testing.TB
	texts []string
}

func (c *complaints) Helper()        {}
func (c *complaints) Cleanup(func()) {}
func (c *complaints) Errorf(format string, args ...any) {
	c.texts = append(c.texts, fmt.Sprintf(format, args...))
}

func TestUnknownFieldsAreIgnoredAndReported(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		tb := &complaints{}
		opts := []engagetest.Option{}
		if lenient {
			opts = append(opts, engagetest.WithUnknownFields())
		}
		srv := engagetest.NewServer(tb, opts...)
		got := call(t, srv, srv.Token(), "POST /users/invite", newcomer(srv, "team_id=x", "category_ids=y")).ok()
		srv.Close()
		assert.Empty(t, got["category_ids"])
		if lenient {
			assert.Empty(t, tb.texts)
			continue
		}
		require.Len(t, tb.texts, 2)
		assert.Contains(t, tb.texts[0], "does not read team_id")
		assert.Contains(t, tb.texts[1], "category_ids: want an array")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, opt := range []engagetest.Option{
		engagetest.WithClock(nil), engagetest.WithRateLimit(-1), engagetest.WithAuthStatus(500), engagetest.WithSlowJobs(-1),
		engagetest.WithRefusedFlags("fly"),
		engagetest.WithSeed(engagetest.Seed{Users: []engagetest.SeedUser{{Role: "Pilot"}}}),
		engagetest.WithSeed(engagetest.Seed{Users: []engagetest.SeedUser{{Role: "Agent", Teams: []string{"x"}}}}),
		engagetest.WithSeed(engagetest.Seed{Users: []engagetest.SeedUser{{Role: "Agent", Leads: []string{"x"}}}}),
		engagetest.WithSeed(engagetest.Seed{Users: []engagetest.SeedUser{{Role: "Agent", Permissions: []string{"fly"}}}}),
		engagetest.WithSeed(engagetest.Seed{Categories: []engagetest.SeedCategory{{Name: "a", Parent: "b"}}}),
	} {
		_, err := engagetest.Start(opt)
		require.Error(t, err)
		assert.True(t, strings.HasPrefix(err.Error(), "engagetest: "), err)
	}
	srv, err := engagetest.Start(engagetest.WithSeed(engagetest.Seed{}))
	require.NoError(t, err)
	defer srv.Close()
	assert.Empty(t, srv.Token(), "a seed without users has no token")
}

func TestAddAndChange(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	for kind, fields := range map[string]map[string]any{
		"Nothing": nil, "BotAnswer": nil, "User": {"shoe_size": 44}, "Tag": {"name": nil}, "Team": {"name": []string{"x"}},
	} {
		_, err := srv.Add(kind, fields)
		require.Error(t, err, kind)
	}
	require.Error(t, srv.Change("Tag", "nope", nil))
	id, err := srv.Add("Survey", map[string]any{"name": "NPS", "team_ids": []string{"a"}, "send_delay": 2.5})
	require.NoError(t, err)
	got := call(t, srv, srv.Token(), "GET /surveys/"+id, "").ok()
	assert.Equal(t, []any{"a"}, got["team_ids"])
	assert.InDelta(t, 2.5, got["send_delay"], 0)
}

func TestOperations(t *testing.T) {
	t.Parallel()
	all := engagetest.Operations()
	assert.Len(t, all, 150)
	shape := 0
	for _, op := range all {
		assert.True(t, strings.HasPrefix(op.Pattern, "/1.0/"), op.Pattern)
		if op.Shape {
			shape++
		}
	}
	assert.Equal(t, 61, shape)
}

// A circle of categories, which the API cannot make, does not hang the server.
func TestCategoriesInACircle(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	billing, technical := srv.ID("Category", "Billing"), srv.ID("Category", "Technical")
	require.NoError(t, srv.Change("Category", billing, map[string]any{"parent_id": technical}))
	require.NoError(t, srv.Change("Category", technical, map[string]any{"parent_id": billing}))
	call(t, srv, srv.Token(), "PUT /categories/"+srv.ID("Category", "Topic"), "parent_id="+billing).ok()
}
