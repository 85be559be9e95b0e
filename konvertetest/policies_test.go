package konvertetest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// newest is a client in strict decoding of a server of the only version that
// has policies, and what they are about.
type newest struct {
	*konverte.Client
	desk         *desk
	inbox, other konverte.InboxID
	agent        konverte.AgentID
}

func newNewest(t *testing.T) newest {
	t.Helper()
	d := newDesk(t, konvertetest.WithVersion("4.15.1"))
	return newest{
		Client: d.srv.Client(konverte.WithStrictDecoding()), desk: d,
		inbox: konverte.InboxID(d.inbox), agent: konverte.AgentID(d.agentID),
		other: konverte.InboxID(d.create("inboxes", `{"name":"Outra","channel":{"type":"api"}}`, "id")),
	}
}

// asAgent is the same account with an agent's token.
func (n newest) asAgent() *konverte.Client {
	return n.desk.srv.Client(konverte.WithStrictDecoding(), konverte.WithUserToken(n.desk.srv.AgentToken()))
}

func (n newest) assignmentPolicy(t *testing.T, name string) *konverte.AssignmentPolicy {
	t.Helper()
	p, err := n.AssignmentPolicies.Create(t.Context(), konverte.AssignmentPolicyCreateParams{Name: name})
	require.NoError(t, err)
	return p
}

func (n newest) capacityPolicy(t *testing.T, name string) *konverte.AgentCapacityPolicy {
	t.Helper()
	p, err := n.AgentCapacityPolicies.Create(t.Context(), konverte.AgentCapacityPolicyCreateParams{Name: name})
	require.NoError(t, err)
	return p
}

// invalid checks that the server refused an attribute.
func invalid(t *testing.T, err error, attribute string) {
	t.Helper()
	require.ErrorIs(t, err, konverte.ErrValidation)
	answer, ok := errors.AsType[*konverte.Error](err)
	require.True(t, ok)
	assert.Equal(t, []string{attribute}, answer.Attributes)
}

// refused checks that the client sent nothing.
func refused(t *testing.T, err error, field string) {
	t.Helper()
	_, ok := errors.AsType[*konverte.ArgumentError](err)
	assert.True(t, ok, "%v", err)
	assert.ErrorContains(t, err, field)
}

func TestAssignmentPolicyLifeCycle(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	made := n.assignmentPolicy(t, "Vendas")
	assert.Equal(t, konverte.AssignmentOrderRoundRobin, made.AssignmentOrder.Or(""))
	assert.Equal(t, konverte.ConversationOrderEarliestCreated, made.ConversationPriority.Or(""))
	assert.EqualValues(t, 100, made.FairDistributionLimit.Or(0))
	assert.EqualValues(t, 3600, made.FairDistributionWindow.Or(0))
	assert.True(t, made.Enabled.Or(false))
	assert.True(t, made.Description.IsNull())
	assert.EqualValues(t, 0, made.AssignedInboxCount.Or(-1))

	n.desk.clock.advance(1e9)
	changed, err := n.AssignmentPolicies.Update(ctx, made.ID, konverte.AssignmentPolicyUpdateParams{
		Description:           konverte.Set("d"),
		AssignmentOrder:       konverte.Set(konverte.AssignmentOrderBalanced),
		ConversationPriority:  konverte.Set(konverte.ConversationOrderLongestWaiting),
		FairDistributionLimit: konverte.Set(int64(7)),
		Enabled:               konverte.Set(false),
	})
	require.NoError(t, err)
	assert.Equal(t, "Vendas", changed.Name.Or(""), "what was not sent stays")
	assert.EqualValues(t, 3600, changed.FairDistributionWindow.Or(0))
	assert.True(t, changed.UpdatedAt.After(changed.CreatedAt.Time))

	shown, err := n.AssignmentPolicies.Get(ctx, made.ID)
	require.NoError(t, err)
	assert.Equal(t, changed, shown)
	second := n.assignmentPolicy(t, "Suporte")
	all, err := n.AssignmentPolicies.List(ctx)
	require.NoError(t, err)
	assert.Equal(t, []konverte.AssignmentPolicy{*shown, *second}, all)

	require.NoError(t, n.AssignmentPolicies.Delete(ctx, made.ID))
	_, err = n.AssignmentPolicies.Get(ctx, made.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
	require.ErrorIs(t, n.AssignmentPolicies.Delete(ctx, made.ID), konverte.ErrNotFound)
	n.assignmentPolicy(t, "Vendas") // the name is free again
}

func TestAssignmentPolicyChecks(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	p := n.assignmentPolicy(t, "Vendas")
	_, err := n.AssignmentPolicies.Create(ctx, konverte.AssignmentPolicyCreateParams{Name: "Vendas"})
	invalid(t, err, "name")
	_, err = n.AssignmentPolicies.Update(ctx, n.assignmentPolicy(t, "Suporte").ID, konverte.AssignmentPolicyUpdateParams{Name: konverte.Set("Vendas")})
	invalid(t, err, "name")
	_, err = n.AssignmentPolicies.Update(ctx, p.ID, konverte.AssignmentPolicyUpdateParams{Name: konverte.Set("Vendas")})
	require.NoError(t, err, "its own name")
	_, err = n.AssignmentPolicies.Update(ctx, p.ID, konverte.AssignmentPolicyUpdateParams{})
	require.ErrorIs(t, err, konverte.ErrValidation, "nothing changes")

	tests := []struct {
		field  string
		params konverte.AssignmentPolicyUpdateParams
	}{
		{"name", konverte.AssignmentPolicyUpdateParams{Name: konverte.Set(" ")}},
		{"name", konverte.AssignmentPolicyUpdateParams{Name: konverte.Set(strings.Repeat("é", 256))}},
		{"name", konverte.AssignmentPolicyUpdateParams{Name: konverte.Null[string]()}},
		{"assignment_order", konverte.AssignmentPolicyUpdateParams{AssignmentOrder: konverte.Set(konverte.AssignmentOrder("random"))}},
		{"conversation_priority", konverte.AssignmentPolicyUpdateParams{ConversationPriority: konverte.Set(konverte.ConversationOrder("newest"))}},
		{"fair_distribution_limit", konverte.AssignmentPolicyUpdateParams{FairDistributionLimit: konverte.Set(int64(0))}},
		{"fair_distribution_window", konverte.AssignmentPolicyUpdateParams{FairDistributionWindow: konverte.Null[int64]()}},
		{"enabled", konverte.AssignmentPolicyUpdateParams{Enabled: konverte.Null[bool]()}},
	}
	for _, tt := range tests {
		_, err = n.AssignmentPolicies.Update(ctx, p.ID, tt.params)
		refused(t, err, tt.field)
	}
}

// The server checks what other clients send.
func TestPolicyRequestsOfOtherClients(t *testing.T) {
	t.Parallel()
	n := newNewest(t)
	p := n.capacityPolicy(t, "Plantão")
	limits := fmt.Sprintf("agent_capacity_policies/%d/inbox_limits", p.ID)
	const invalidName = `Name can't be blank`
	tests := []struct {
		path, body string
		status     int
		message    any
	}{
		{"assignment_policies", `{}`, 422, nil},
		{"assignment_policies", `{"name":" "}`, 422, invalidName},
		{"assignment_policies", `{"assignment_policy":{"enabled":true}}`, 422, invalidName},
		{"assignment_policies", `{"name":"x","fair_distribution_limit":0}`, 422, "Fair distribution limit must be greater than 0"},
		{"assignment_policies", `{"name":"x","fair_distribution_window":null}`, 422, "Fair distribution window is not a number"},
		{"assignment_policies", `{"name":"x","assignment_order":"random"}`, 500, nil},
		{"assignment_policies", `{"name":"x","enabled":null}`, 500, nil},
		{"agent_capacity_policies", `{}`, 422, nil},
		{"agent_capacity_policies", `{"description":"d"}`, 422, invalidName},
		{"agent_capacity_policies", `{"name":"` + strings.Repeat("x", 256) + `"}`, 422, "Name is too long (maximum is 255 characters)"},
		{limits, `{"conversation_limit":1}`, 404, nil},
		{limits, fmt.Sprintf(`{"inbox_id":%d}`, n.inbox), 422, "Conversation limit can't be blank, Conversation limit is not a number"},
		{limits, fmt.Sprintf(`{"inbox_id":%d,"conversation_limit":0}`, n.inbox), 422, "Conversation limit must be greater than 0"},
	}
	for _, tt := range tests {
		status, v := n.desk.as(n.desk.srv.AdminToken(), "POST "+tt.path, tt.body)
		assert.Equal(t, tt.status, status, tt.body)
		assert.Equal(t, tt.message, in(t, v, "message"), tt.body)
	}
	after, err := n.AgentCapacityPolicies.Get(t.Context(), p.ID)
	require.NoError(t, err)
	assert.Empty(t, after.InboxCapacityLimits)
}

func TestInboxesFollowAPolicy(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	first, second := n.assignmentPolicy(t, "Vendas"), n.assignmentPolicy(t, "Suporte")
	follow := func(p *konverte.AssignmentPolicy, want ...konverte.InboxID) {
		t.Helper()
		rows, err := n.AssignmentPolicies.Inboxes(ctx, p.ID)
		require.NoError(t, err)
		var ids []konverte.InboxID
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		assert.Equal(t, want, ids)
		shown, err := n.AssignmentPolicies.Get(ctx, p.ID)
		require.NoError(t, err)
		assert.EqualValues(t, len(want), shown.AssignedInboxCount.Or(-1))
	}
	_, err := n.AssignmentPolicies.OfInbox(ctx, n.inbox)
	require.ErrorIs(t, err, konverte.ErrNotFound, "none yet")
	require.ErrorIs(t, n.AssignmentPolicies.ClearOfInbox(ctx, n.inbox), konverte.ErrNotFound)

	require.NoError(t, n.AssignmentPolicies.AddInbox(ctx, first.ID, n.inbox))
	require.NoError(t, n.AssignmentPolicies.SetOfInbox(ctx, n.other, first.ID))
	follow(first, n.inbox, n.other)
	require.NoError(t, n.AssignmentPolicies.SetOfInbox(ctx, n.inbox, second.ID))
	follow(first, n.other)
	follow(second, n.inbox)
	of, err := n.AssignmentPolicies.OfInbox(ctx, n.inbox)
	require.NoError(t, err)
	assert.Equal(t, second.ID, of.ID)

	require.ErrorIs(t, n.AssignmentPolicies.RemoveInbox(ctx, first.ID, n.inbox), konverte.ErrNotFound, "follows the other")
	require.NoError(t, n.AssignmentPolicies.RemoveInbox(ctx, second.ID, n.inbox))
	follow(second)
	require.NoError(t, n.AssignmentPolicies.ClearOfInbox(ctx, n.other))
	follow(first)

	require.NoError(t, n.AssignmentPolicies.AddInbox(ctx, first.ID, n.inbox))
	require.NoError(t, n.AssignmentPolicies.Delete(ctx, first.ID))
	_, err = n.AssignmentPolicies.OfInbox(ctx, n.inbox)
	require.ErrorIs(t, err, konverte.ErrNotFound, "gone with the policy")

	require.ErrorIs(t, n.AssignmentPolicies.AddInbox(ctx, second.ID, 1), konverte.ErrNotFound)
	require.ErrorIs(t, n.AssignmentPolicies.AddInbox(ctx, first.ID, n.inbox), konverte.ErrNotFound)
	require.ErrorIs(t, n.AssignmentPolicies.SetOfInbox(ctx, n.inbox, first.ID), konverte.ErrNotFound)
	_, err = n.AssignmentPolicies.Inboxes(ctx, first.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
}

func TestCapacityPolicyLifeCycle(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	made, err := n.AgentCapacityPolicies.Create(ctx, konverte.AgentCapacityPolicyCreateParams{
		Name: "Plantão",
		ExclusionRules: konverte.Set(konverte.ExclusionRulesParams{
			ExcludedLabels: []string{"spam", "vip"}, ExcludeOlderThanHours: konverte.Set(int64(24)),
		}),
	})
	require.NoError(t, err)
	assert.EqualValues(t, n.desk.srv.AccountID(), made.AccountID.Or(0))
	rules, _ := made.ExclusionRules.Get()
	assert.Equal(t, []string{"spam", "vip"}, rules.ExcludedLabels)
	assert.EqualValues(t, 24, rules.ExcludeOlderThanHours.Or(0))

	changed, err := n.AgentCapacityPolicies.Update(ctx, made.ID, konverte.AgentCapacityPolicyUpdateParams{
		Name:           konverte.Set("Turno"),
		Description:    konverte.Set("d"),
		ExclusionRules: konverte.Set(konverte.ExclusionRulesParams{ExcludedLabels: []string{"spam"}}),
	})
	require.NoError(t, err)
	rules, _ = changed.ExclusionRules.Get()
	assert.Equal(t, konverte.ExclusionRules{ExcludedLabels: []string{"spam"}}, rules, "replaced as a whole")
	changed, err = n.AgentCapacityPolicies.Update(ctx, made.ID, konverte.AgentCapacityPolicyUpdateParams{
		ExclusionRules: konverte.Set(konverte.ExclusionRulesParams{}),
	})
	require.NoError(t, err)
	rules, _ = changed.ExclusionRules.Get()
	assert.Equal(t, konverte.ExclusionRules{}, rules)
	_, err = n.AgentCapacityPolicies.Update(ctx, made.ID, konverte.AgentCapacityPolicyUpdateParams{})
	require.ErrorIs(t, err, konverte.ErrValidation, "nothing changes")

	twin := n.capacityPolicy(t, "Turno") // names need not be unique
	all, err := n.AgentCapacityPolicies.List(ctx)
	require.NoError(t, err)
	assert.Equal(t, []konverte.AgentCapacityPolicy{*changed, *twin}, all)
	require.NoError(t, n.AgentCapacityPolicies.Delete(ctx, made.ID))
	_, err = n.AgentCapacityPolicies.Get(ctx, made.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
}

func TestAgentsUnderACapacityPolicy(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	first, second := n.capacityPolicy(t, "Plantão"), n.capacityPolicy(t, "Turno")
	under := func(p *konverte.AgentCapacityPolicy, want ...konverte.AgentID) {
		t.Helper()
		rows, err := n.AgentCapacityPolicies.Agents(ctx, p.ID)
		require.NoError(t, err)
		var ids []konverte.AgentID
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		assert.Equal(t, want, ids)
		shown, err := n.AgentCapacityPolicies.Get(ctx, p.ID)
		require.NoError(t, err)
		assert.EqualValues(t, len(want), shown.AssignedAgentCount.Or(-1))
	}
	other := konverte.AgentID(n.desk.other)
	require.NoError(t, n.AgentCapacityPolicies.AddAgent(ctx, first.ID, n.agent))
	require.NoError(t, n.AgentCapacityPolicies.AddAgent(ctx, first.ID, other))
	under(first, n.agent, other)
	require.NoError(t, n.AgentCapacityPolicies.AddAgent(ctx, second.ID, n.agent))
	under(first, other)
	under(second, n.agent)

	require.ErrorIs(t, n.AgentCapacityPolicies.RemoveAgent(ctx, first.ID, n.agent), konverte.ErrNotFound, "under the other")
	require.NoError(t, n.AgentCapacityPolicies.RemoveAgent(ctx, first.ID, other))
	under(first)
	require.NoError(t, n.Agents.Delete(ctx, n.agent))
	under(second)
	require.ErrorIs(t, n.AgentCapacityPolicies.AddAgent(ctx, second.ID, n.agent), konverte.ErrNotFound, "no member any more")

	require.NoError(t, n.AgentCapacityPolicies.Delete(ctx, second.ID))
	_, err := n.AgentCapacityPolicies.Agents(ctx, second.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
}

func TestInboxLimits(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	first, second := n.capacityPolicy(t, "Plantão"), n.capacityPolicy(t, "Turno")
	limits := func() []konverte.InboxLimit {
		t.Helper()
		shown, err := n.AgentCapacityPolicies.Get(ctx, first.ID)
		require.NoError(t, err)
		return shown.InboxCapacityLimits
	}
	create := func(p *konverte.AgentCapacityPolicy, inbox konverte.InboxID, most int64) (*konverte.InboxLimit, error) {
		return n.AgentCapacityPolicies.CreateLimit(ctx, p.ID, konverte.InboxLimitCreateParams{InboxID: inbox, ConversationLimit: most})
	}
	one, err := create(first, n.inbox, 5)
	require.NoError(t, err)
	assert.Equal(t, n.inbox, one.InboxID.Or(0))
	two, err := create(first, n.other, 6)
	require.NoError(t, err)
	assert.Equal(t, []konverte.InboxLimit{*one, *two}, limits())
	_, err = create(first, n.inbox, 7)
	require.ErrorIs(t, err, konverte.ErrValidation, "one an inbox")
	_, err = create(second, n.inbox, 7)
	require.NoError(t, err, "of another policy")

	one, err = n.AgentCapacityPolicies.UpdateLimit(ctx, first.ID, one.ID, 9)
	require.NoError(t, err)
	assert.EqualValues(t, 9, one.ConversationLimit.Or(0))
	assert.Equal(t, []konverte.InboxLimit{*one, *two}, limits())
	_, err = n.AgentCapacityPolicies.UpdateLimit(ctx, second.ID, one.ID, 9)
	require.ErrorIs(t, err, konverte.ErrNotFound, "of the other policy")
	_, err = n.AgentCapacityPolicies.UpdateLimit(ctx, first.ID, one.ID, 0)
	refused(t, err, "conversation_limit")
	_, err = create(first, n.inbox, 0)
	refused(t, err, "conversation_limit")

	require.NoError(t, n.AgentCapacityPolicies.DeleteLimit(ctx, first.ID, one.ID))
	require.ErrorIs(t, n.AgentCapacityPolicies.DeleteLimit(ctx, first.ID, one.ID), konverte.ErrNotFound)
	assert.Equal(t, []konverte.InboxLimit{*two}, limits())
	require.NoError(t, n.Inboxes.Delete(ctx, n.other))
	n.desk.clock.advance(1e10)
	assert.Empty(t, limits(), "gone with the inbox")
}

func TestPoliciesAreForAdministrators(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	p, cp := n.assignmentPolicy(t, "Vendas"), n.capacityPolicy(t, "Plantão")
	c := n.asAgent()
	calls := map[string]func() error{
		"list": func() error { _, err := c.AssignmentPolicies.List(ctx); return err },
		"get":  func() error { _, err := c.AssignmentPolicies.Get(ctx, p.ID); return err },
		"create": func() error {
			_, err := c.AssignmentPolicies.Create(ctx, konverte.AssignmentPolicyCreateParams{Name: "x"})
			return err
		},
		"delete":   func() error { return c.AssignmentPolicies.Delete(ctx, p.ID) },
		"inboxes":  func() error { _, err := c.AssignmentPolicies.Inboxes(ctx, p.ID); return err },
		"add":      func() error { return c.AssignmentPolicies.AddInbox(ctx, p.ID, n.inbox) },
		"set":      func() error { return c.AssignmentPolicies.SetOfInbox(ctx, n.inbox, p.ID) },
		"of inbox": func() error { _, err := c.AssignmentPolicies.OfInbox(ctx, n.inbox); return err },
		"capacity": func() error { _, err := c.AgentCapacityPolicies.Get(ctx, cp.ID); return err },
		"agents":   func() error { _, err := c.AgentCapacityPolicies.Agents(ctx, cp.ID); return err },
		"agent":    func() error { return c.AgentCapacityPolicies.AddAgent(ctx, cp.ID, n.agent) },
	}
	for name, do := range calls {
		err := do()
		answer, ok := errors.AsType[*konverte.Error](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.Equal(t, 401, answer.StatusCode, name)
	}
	_, err := n.AssignmentPolicies.Get(ctx, p.ID)
	require.NoError(t, err, "nothing was deleted")
}

// platformAccount is another account of the administrator, which the platform
// app made.
func (n newest) platformAccount(t *testing.T) (konverte.AccountID, konverte.AgentID) {
	t.Helper()
	made, err := n.Platform.Accounts.Create(t.Context(), konverte.PlatformAccountCreateParams{Name: "Filial"})
	require.NoError(t, err)
	_, err = n.Platform.AccountUsers.Create(t.Context(), made.ID, konverte.PlatformAccountUserCreateParams{
		UserID: konverte.UserID(n.desk.adminID), Role: konverte.Set(konverte.RoleAdministrator),
	})
	require.NoError(t, err)
	return made.ID, konverte.AgentID(n.desk.adminID)
}

func TestPoliciesOfAnotherAccount(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	p, cp := n.assignmentPolicy(t, "Vendas"), n.capacityPolicy(t, "Plantão")
	account, _ := n.platformAccount(t)
	there := n.Account(account)

	_, err := there.AssignmentPolicies.Get(ctx, p.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
	_, err = there.AgentCapacityPolicies.Get(ctx, cp.ID)
	require.ErrorIs(t, err, konverte.ErrNotFound)
	all, err := there.AssignmentPolicies.List(ctx)
	require.NoError(t, err)
	assert.Empty(t, all)
	_, err = there.AssignmentPolicies.Create(ctx, konverte.AssignmentPolicyCreateParams{Name: "Vendas"})
	require.NoError(t, err, "names are unique in an account only")
	own, err := there.AssignmentPolicies.List(ctx)
	require.NoError(t, err)
	require.Len(t, own, 1)
	require.ErrorIs(t, there.AssignmentPolicies.AddInbox(ctx, own[0].ID, n.inbox), konverte.ErrNotFound)
	require.ErrorIs(t, there.AgentCapacityPolicies.AddAgent(ctx, cp.ID, n.agent), konverte.ErrNotFound)
}

func TestPlatformShowsCapacityPolicies(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	account, admin := n.platformAccount(t)
	there := n.Account(account)
	p, err := there.AgentCapacityPolicies.Create(ctx, konverte.AgentCapacityPolicyCreateParams{Name: "Plantão"})
	require.NoError(t, err)
	require.NoError(t, there.AgentCapacityPolicies.AddAgent(ctx, p.ID, admin))
	rows, err := n.Platform.AccountUsers.List(ctx, account)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.Equal(t, p.ID, rows[0].AgentCapacityPolicyID.Or(0))

	require.NoError(t, there.AgentCapacityPolicies.Delete(ctx, p.ID))
	rows, err = n.Platform.AccountUsers.List(ctx, account)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.True(t, rows[0].AgentCapacityPolicyID.IsNull(), "gone with the policy")
}

func TestOlderServersHaveNoPolicies(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		c, ctx := srv.Client(konverte.WithStrictDecoding()), t.Context()
		want := error(nil)
		if version != "4.15.1" {
			want = konverte.ErrNotFound
		}
		_, err := c.AssignmentPolicies.Create(ctx, konverte.AssignmentPolicyCreateParams{Name: "x"})
		require.ErrorIs(t, err, want)
		_, err = c.AgentCapacityPolicies.Create(ctx, konverte.AgentCapacityPolicyCreateParams{Name: "x"})
		require.ErrorIs(t, err, want)
		_, err = c.Profile.Sessions(ctx)
		require.ErrorIs(t, err, want)
	})
}
