package engage_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	. "github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
)

// "When you first create the agent, they will not be able to view messages or reply
// to them. You need to grant the agent the correct permissions for the channels".
func TestGrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.invite()
	require.NoError(t, w.srv.AcceptInvitation(string(agent.ID)))
	own := w.srv.ClientOf(w.srv.UserToken(string(agent.ID)))
	page, err := own.Threads.List(w.ctx, ThreadListParams{})
	require.NoError(t, err)
	assert.Empty(t, page.Records, "sees nothing")

	chat, err := w.Sources.Find(w.ctx, "chat")
	require.NoError(t, err)
	now, err := w.Permissions.Grant(w.ctx, agent.ID, chat.ID, ChannelBasics)
	require.NoError(t, err)
	assert.Equal(t, SourcesPermissions{chat.ID: ChannelBasics}, now)
	assert.True(t, now.May(chat.ID, SourcePermissionReply))
	assert.False(t, now.May(w.source("Mailbox"), SourcePermissionRead))
	page, err = own.Threads.List(w.ctx, ThreadListParams{})
	require.NoError(t, err)
	assert.Len(t, page.Records, 1, "sees the channel")

	now, err = w.Permissions.Grant(w.ctx, agent.ID, chat.ID, []SourcePermission{ApprovalThreshold(30), SourcePermissionReplyWithHTML})
	require.NoError(t, err)
	assert.Len(t, now[chat.ID], 5, "what there is stays")
	now, err = w.Permissions.Grant(w.ctx, agent.ID, chat.ID, []SourcePermission{SourcePermissionApprovalRequired})
	require.NoError(t, err)
	assert.True(t, now.May(chat.ID, SourcePermissionApprovalRequired))
	assert.False(t, now.May(chat.ID, ApprovalThreshold(30)), "one kind of approval takes the place of another")
}

func TestRevokeAndSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat, mail := w.source("Chat"), w.source("Mailbox")
	now, err := w.Permissions.Revoke(w.ctx, w.agent(), chat, []SourcePermission{SourcePermissionReply, SourcePermissionDestroy})
	require.NoError(t, err)
	assert.Equal(t, SourcesPermissions{chat: {SourcePermissionRead}, mail: {SourcePermissionRead, SourcePermissionReply}}, now)
	_, err = w.Permissions.Revoke(w.ctx, w.agent(), mail, []SourcePermission{SourcePermissionRead})
	assert.Equal(t, []string{"permissions[" + string(mail) + "]"}, faultFields(t, err), "reply is left")
	_, err = w.Permissions.Revoke(w.ctx, w.agent(), chat, []SourcePermission{"replyy"})
	assert.Equal(t, []string{"permissions[0]"}, faultFields(t, err), "a slip is not taken for done")
	now, err = w.Permissions.Revoke(w.ctx, w.agent(), chat, nil)
	require.NoError(t, err)
	assert.Equal(t, SourcesPermissions{mail: {SourcePermissionRead, SourcePermissionReply}}, now, "all of them")

	now, err = w.Permissions.Set(w.ctx, w.agent(), SourcesPermissions{chat: {SourcePermissionRead}, mail: {}})
	require.NoError(t, err)
	assert.Equal(t, SourcesPermissions{chat: {SourcePermissionRead}}, now)
}

func TestCopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.invite()
	now, err := w.Permissions.Copy(w.ctx, w.agent(), agent.ID)
	require.NoError(t, err)
	want, err := w.Permissions.Of(w.ctx, w.agent())
	require.NoError(t, err)
	assert.Equal(t, want, now)
	other := w.invite(func(n *NewAgent) { n.Email = "other@example.com" })
	now, err = w.Permissions.Copy(w.ctx, other.ID, agent.ID)
	require.NoError(t, err)
	assert.Equal(t, want, now, "what the other cannot do is left alone")
	_, err = w.Permissions.Copy(w.ctx, agent.ID, agent.ID)
	assert.Equal(t, []string{"to"}, faultFields(t, err))
	_, err = w.Permissions.Copy(w.ctx, "", "a/b")
	assert.Equal(t, []string{"from", "to"}, faultFields(t, err))
}

// Many sources are sent in several calls.
func TestSetManySources(t *testing.T) {
	t.Parallel()
	w := newWorld(t, engagetest.WithRateLimit(0))
	want := SourcesPermissions{}
	for i := range 230 {
		want[add[SourceID](w, "Source", "name", fmt.Sprint("s", i), "active", true)] = []SourcePermission{SourcePermissionRead}
	}
	agent := w.invite()
	w.srv.ClearRequests()
	now, err := w.Permissions.Set(w.ctx, agent.ID, want)
	require.NoError(t, err)
	assert.Equal(t, want, now)
	assert.Equal(t, 3, w.writes())
}

func TestPermissionsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := string(w.source("Chat"))
	tests := map[string]struct {
		list []SourcePermission
		rule string
	}{
		"reply without read":      {[]SourcePermission{SourcePermissionReply}, "needs read"},
		"html without reply":      {[]SourcePermission{SourcePermissionRead, SourcePermissionReplyWithHTML}, "needs reply"},
		"both kinds of approval":  {[]SourcePermission{SourcePermissionRead, SourcePermissionApprovalRequired, ApprovalThreshold(10)}, "set one of them"},
		"two thresholds":          {[]SourcePermission{SourcePermissionRead, ApprovalThreshold(10), ApprovalThreshold(20)}, "two approval thresholds"},
		"no multiple of ten":      {[]SourcePermission{SourcePermissionRead, ApprovalThreshold(45)}, "0, 10, 20"},
		"more than all":           {[]SourcePermission{SourcePermissionRead, ApprovalThreshold(110)}, "0, 10, 20"},
		"less than none":          {[]SourcePermission{SourcePermissionRead, ApprovalThreshold(-10)}, "0, 10, 20"},
		"no permission":           {[]SourcePermission{SourcePermissionRead, "shout"}, "is no permission"},
		"several, joined by hand": {[]SourcePermission{"read,reply"}, "is no permission"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			agent := w.invite()
			w.srv.ClearRequests()
			_, err := w.Permissions.Set(w.ctx, agent.ID, SourcesPermissions{SourceID(chat): tt.list})
			faultFields(t, err)
			require.ErrorContains(t, err, tt.rule)
			_, err = w.Permissions.Grant(w.ctx, agent.ID, SourceID(chat), tt.list)
			faultFields(t, err)
			require.ErrorContains(t, err, tt.rule)
			assert.Zero(t, w.writes())
		})
	}
	for _, source := range []SourceID{"", "a/b", "a[b]", "impersonated_user_id", "access_token"} {
		_, err := w.Permissions.Set(w.ctx, w.agent(), SourcesPermissions{source: ChannelBasics})
		assert.Contains(t, faultFields(t, err), "source")
		_, err = w.Permissions.Grant(w.ctx, w.agent(), source, ChannelBasics)
		assert.Contains(t, faultFields(t, err), "source")
		_, err = w.Permissions.Revoke(w.ctx, w.agent(), source, nil)
		assert.Contains(t, faultFields(t, err), "source")
	}
	_, err := w.Permissions.Grant(w.ctx, w.agent(), SourceID(chat), nil)
	assert.Equal(t, []string{"permissions"}, faultFields(t, err))
	_, err = w.Permissions.Set(w.ctx, "", nil)
	assert.Equal(t, []string{"userId", "permissions"}, faultFields(t, err))
}

// An answer of success that did something else is an error.
func TestPermissionsNotApplied(t *testing.T) {
	t.Parallel()
	client, _ := one(t, 200, `{"s":["read"]}`)
	now, err := client.Permissions.Set(t.Context(), "1", SourcesPermissions{"s": ChannelBasics, "t": {}})
	var e *SourcePermissionsError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, SourcesPermissions{"s": ChannelBasics}, e.Wanted)
	assert.Equal(t, SourcesPermissions{"s": {SourcePermissionRead}}, e.Actual)
	assert.Equal(t, SourcesPermissions{"s": {SourcePermissionRead}}, now)
	assert.Contains(t, err.Error(), "wanted [read, reply, initiate_discussion], got [read]")
}

// What a failure on the way has left is found out, or it is not claimed.
func TestPermissionsHalfWay(t *testing.T) {
	t.Parallel()
	manySources := func(w *world) SourcesPermissions {
		want := SourcesPermissions{}
		for i := range 150 {
			want[add[SourceID](w, "Source", "name", fmt.Sprint("s", i), "active", true)] = []SourcePermission{SourcePermissionRead}
		}
		return want
	}
	refused := engagetest.JSONStatus(403, "forbidden", "no")
	for name, tt := range map[string]struct {
		fault engagetest.Fault
		blind bool // reading them again fails too
		done  int  // sources that got theirs; -1 = not known
	}{
		"refused at once":     {refused, false, 0},
		"refused half way":    {refused.After(1), false, 100},
		"lost half way":       {engagetest.DropBefore().After(1), false, 100},
		"lost, but done":      {engagetest.DropAfter().After(1), false, 150},
		"not known":           {engagetest.DropAfter().After(1), true, -1},
		"done, but not shown": {refused.After(9), true, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, engagetest.WithRateLimit(0))
			want := manySources(w)
			agent := w.invite()
			w.srv.Fault("updateUserSourcesPermissions", tt.fault.Times(1))
			if tt.blind {
				w.srv.Fault("getUserSourcesPermissions", engagetest.Status(501, ""))
			}
			now, err := w.Permissions.Set(w.ctx, agent.ID, want, konverte.WithRetries(0))
			var e *SourcePermissionsError
			switch tt.done {
			case 150:
				require.NoError(t, err)
				assert.Equal(t, want, now)
			case 0:
				require.ErrorIs(t, err, konverte.ErrForbidden)
				require.NotErrorAs(t, err, &e, "nothing was changed")
			case -1:
				require.ErrorAs(t, err, &e)
				require.ErrorIs(t, err, konverte.ErrServer)
				require.ErrorContains(t, err, "not known what was applied on")
				assert.Nil(t, e.Actual)
			default:
				require.ErrorAs(t, err, &e)
				require.Error(t, e.Err)
				assert.Len(t, e.Wanted, 150-tt.done)
				assert.Len(t, now, tt.done)
				require.ErrorContains(t, err, "and 45 sources more")
			}
		})
	}
}

func TestFindSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"Mailbox", "MAILBOX", string(w.source("Mailbox"))} {
		source, err := w.Sources.Find(w.ctx, name)
		require.NoError(t, err)
		assert.Equal(t, "Mailbox", source.Name)
	}
	_, err := w.Permissions.Revoke(w.ctx, w.admin(), w.source("Mailbox"), nil)
	require.NoError(t, err)
	_, err = w.Sources.Find(w.ctx, "Mailbox")
	var e *NameError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"Chat"}, e.Have)
	assert.Contains(t, err.Error(), "only sources that the token's user can read")
	_, err = w.Sources.Find(w.ctx, " ")
	assert.Equal(t, []string{"source"}, faultFields(t, err))
}

// "Click on the Role dropdown and select a predefined or custom role for the agent."
func TestRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for label, names := range map[string][]string{
		RoleAdministrator:  {"administrator", "Admin"},
		RoleAgent:          {"AGENT"},
		RoleManager:        {"Manager", "supervisor"},
		RoleQualityAnalyst: {"quality Analyst", "QA", string(w.role("Quality analyst"))},
	} {
		for _, name := range append(names, label) {
			role, err := w.Roles.Find(w.ctx, name)
			require.NoError(t, err, name)
			assert.Equal(t, label, role.Label)
		}
	}
	require.NoError(t, w.srv.Change("Role", string(w.role("Manager")), map[string]any{"label": "Supervisor"}))
	role, err := w.Roles.Find(w.ctx, RoleManager)
	require.NoError(t, err, "renamed to the other common name")
	assert.Equal(t, "Supervisor", role.Label)
	_, err = w.Roles.Find(w.ctx, "")
	assert.Equal(t, []string{"role"}, faultFields(t, err))
	_, err = w.Roles.Find(w.ctx, "Boss")
	require.ErrorIs(t, err, konverte.ErrNotFound)

	custom, err := w.Roles.Define(w.ctx, "Night shift", Allow(RolePermissionReceiveTasks, RolePermissionPublishContent))
	require.NoError(t, err)
	assert.True(t, custom.ReceiveTasks)
	agent := w.invite(func(n *NewAgent) { n.Role = "night shift" })
	assert.Equal(t, custom.ID, agent.RoleID)
}

// "Administrator: … suitable for an admin", "Agent: …", "Manager: …", "Quality
// analyst: A predefined role whose permissions include viewing messages and events."
func TestPredefinedRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for label, can := range map[string][]RolePermission{
		RoleAdministrator:  {RolePermissionInviteUser, RolePermissionUpdateUser, RolePermissionManageRoles},
		RoleAgent:          {RolePermissionReceiveTasks, RolePermissionPublishContent, RolePermissionAccessPullMode},
		RoleManager:        {RolePermissionMonitorTasks, RolePermissionAssignIntervention},
		RoleQualityAnalyst: {RolePermissionSearchContents, RolePermissionReadEvent, RolePermissionSearchEvent},
	} {
		role, err := w.Roles.Find(w.ctx, label)
		require.NoError(t, err)
		for _, flag := range can {
			assert.True(t, role.Flags()[flag], "%s %s", label, flag)
		}
		assert.Equal(t, label == RoleAdministrator, role.InviteUser, label)
		assert.Len(t, role.Flags(), 72)
	}
}

func TestRoleFlags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, engagetest.WithRefusedFlags("manage_ice"))
	role, err := w.Roles.Define(w.ctx, "Custom", RoleFlags{RolePermissionReadStats: true, RolePermissionManageICE: true})
	var e *IgnoredFlagsError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []RolePermission{RolePermissionManageICE}, e.Flags)
	assert.True(t, role.ReadStats, "the others are applied")
	assert.Same(t, role, e.Role)

	role, err = w.Roles.SetFlags(w.ctx, role.ID, RoleFlags{RolePermissionReadStats: false, RolePermissionUseEmoji: true})
	require.NoError(t, err)
	assert.False(t, role.ReadStats)
	assert.True(t, role.UseEmoji)

	for _, flags := range []RoleFlags{{"": true}, {"label": true}, {"a[b]": true}, {"id": false}} {
		_, err = w.Roles.SetFlags(w.ctx, role.ID, flags)
		assert.Equal(t, []string{"flags"}, faultFields(t, err))
	}
	_, err = w.Roles.SetFlags(w.ctx, "a/b", nil)
	assert.Equal(t, []string{"roleId", "flags"}, faultFields(t, err)[:2])
	_, err = w.Roles.Define(w.ctx, " ", nil)
	assert.Equal(t, []string{"label"}, faultFields(t, err))
}

// Flags that this package does not know are kept, and can be sent.
func TestUnknownFlags(t *testing.T) {
	t.Parallel()
	client, last := one(t, 200, `{"id":"r","label":"L","read_stats":true,"access_advanced_analytics":false,"note":"x"}`)
	role, err := client.Roles.Define(t.Context(), "L", RoleFlags{RolePermissionReadStats: true, "access_advanced_analytics": true})
	var e *IgnoredFlagsError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []RolePermission{"access_advanced_analytics"}, e.Flags)
	flags := role.Flags()
	on, known := flags["access_advanced_analytics"]
	assert.Equal(t, []bool{false, true}, []bool{on, known})
	assert.NotContains(t, flags, RolePermission("note"))
	assert.False(t, RolePermission("access_advanced_analytics").Known())
	body := make([]byte, 200)
	n, _ := last.Body.Read(body)
	assert.Equal(t, "access_advanced_analytics=true&label=L&read_stats=true", string(body[:n]))
}

// "If you are using the Routing mode, you need to add the appropriate categories
// and language options for the agent to receive interactions."
func TestReadiness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kinds := func(id AgentID) []GapKind {
		gaps, err := w.Agents.Readiness(w.ctx, id)
		require.NoError(t, err)
		var all []GapKind
		for _, g := range gaps {
			assert.NotEmpty(t, g.Fix)
			assert.Contains(t, g.String(), string(g.Kind)+": ")
			all = append(all, g.Kind)
		}
		return all
	}
	agent := w.invite()
	assert.Equal(t, []GapKind{GapInvitation, GapRead, GapReply, GapCategories}, kinds(agent.ID))
	require.NoError(t, w.srv.AcceptInvitation(string(agent.ID)))
	_, err := w.Settings.Update(w.ctx, SettingsUpdateParams{MultiLang: konverte.Set(true)})
	require.NoError(t, err)
	_, err = w.Permissions.Grant(w.ctx, agent.ID, w.source("Chat"), []SourcePermission{SourcePermissionRead})
	require.NoError(t, err)
	assert.Equal(t, []GapKind{GapReply, GapCategories, GapLanguages}, kinds(agent.ID))
	_, err = w.Permissions.Grant(w.ctx, agent.ID, w.source("Chat"), ChannelBasics)
	require.NoError(t, err)
	_, err = w.Users.Update(w.ctx, agent.ID, UserUpdateParams{CategoryIDs: []CategoryID{w.category()}, SpokenLanguages: []string{"en"}})
	require.NoError(t, err)
	assert.Empty(t, kinds(agent.ID), "ready")

	_, err = w.Agents.Disable(w.ctx, agent.ID)
	require.NoError(t, err)
	_, err = w.Users.Update(w.ctx, agent.ID, UserUpdateParams{RoleID: konverte.Set(w.role("Quality analyst"))})
	require.NoError(t, err)
	assert.Equal(t, []GapKind{GapDisabled, GapTasks}, kinds(agent.ID))
	_, err = w.Settings.Update(w.ctx, SettingsUpdateParams{PushEnabled: konverte.Set(false)})
	require.NoError(t, err)
	assert.Equal(t, []GapKind{GapDisabled, GapInbox}, kinds(agent.ID), "without routing, categories do not matter")

	_, err = w.Agents.Readiness(w.ctx, "a/b")
	assert.Equal(t, []string{"userId"}, faultFields(t, err))
	for _, operation := range []string{"getUser", "getUserSourcesPermissions", "getAllRoles", "getAllSettings"} {
		w.srv.Fault(operation, engagetest.JSONStatus(403, "forbidden", "no"))
		_, err = w.Agents.Readiness(w.ctx, agent.ID)
		require.ErrorIs(t, err, konverte.ErrForbidden, operation)
		w.srv.ClearFaults()
	}
	require.NoError(t, w.srv.Change("User", string(agent.ID), map[string]any{"role_id": "gone"}))
	_, err = w.Agents.Readiness(w.ctx, agent.ID)
	var missing *konverte.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "role", missing.Kind, "not the agent")
}

// Threads are closed and contents sent in the background.
func TestWaiters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, engagetest.WithSlowJobs(3))
	thread := w.thread()
	before, err := w.Threads.Close(w.ctx, thread)
	require.NoError(t, err)
	assert.False(t, before.Closed)
	got, err := w.Threads.WaitClosed(w.ctx, thread, 1)
	require.NoError(t, err)
	assert.True(t, got.Closed)
	_, err = w.Threads.Open(w.ctx, thread)
	require.NoError(t, err)
	got, err = w.Threads.WaitOpen(w.ctx, thread, 1)
	require.NoError(t, err)
	assert.False(t, got.Closed)

	w.intervention()
	sent, err := w.Contents.Create(w.ctx, ContentCreateParams{InReplyToID: konverte.Set(w.content().ID), Body: konverte.Set("hi")})
	require.NoError(t, err)
	sent, err = w.Contents.WaitSent(w.ctx, sent.ID, 1)
	require.NoError(t, err)
	assert.Equal(t, "success", sent.SynchronizationStatus.Or(""))

	failed := add[ContentID](w, "Content", "source_id", string(w.source("Chat")), "synchronization_status", "error", "synchronization_error", "blocked")
	_, err = w.Contents.WaitSent(w.ctx, failed, 1)
	var e *SendError
	require.ErrorAs(t, err, &e)
	assert.Contains(t, err.Error(), "blocked")
	_, err = w.Contents.WaitSent(w.ctx, "a/b", 1)
	assert.Equal(t, []string{"contentId"}, faultFields(t, err))
}
