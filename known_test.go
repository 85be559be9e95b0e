package konverte_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func makeLabels(t *testing.T, c *konverte.Client, titles ...string) {
	t.Helper()
	for _, title := range titles {
		_, err := c.Labels.Create(t.Context(), konverte.LabelCreateParams{Title: title})
		require.NoError(t, err)
	}
}

// writes lists the operations that arrived and were no reads.
func writes(srv *konvertetest.Server) []string {
	var out []string
	for _, r := range srv.Requests() {
		if r.Method != http.MethodGet {
			out = append(out, r.Operation)
		}
	}
	return out
}

func TestUnknownAgentsAndLabels(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		inbox, contact, conv := desk(t, c)
		team, err := c.Teams.Create(t.Context(), konverte.TeamCreateParams{Name: "billing"})
		require.NoError(t, err)
		makeLabels(t, c, "vip")
		agents := []konverte.AgentID{konverte.AgentID(srv.UserIDs()[0]), 99999}
		labels := []string{"VIP", " nobody's "}
		for name, tc := range map[string]struct {
			call  func(context.Context) error
			field string
			value string
		}{
			"Teams.AddMembers": {func(ctx context.Context) error {
				_, err := c.Teams.AddMembers(ctx, team.ID, agents)
				return err
			}, "user_ids", "99999"},
			"Teams.SetMembers": {func(ctx context.Context) error {
				_, err := c.Teams.SetMembers(ctx, team.ID, agents)
				return err
			}, "user_ids", "99999"},
			"Teams.RemoveMembers": {func(ctx context.Context) error {
				return c.Teams.RemoveMembers(ctx, team.ID, agents)
			}, "user_ids", "99999"},
			"Inboxes.AddMembers": {func(ctx context.Context) error {
				_, err := c.Inboxes.AddMembers(ctx, inbox.ID, agents)
				return err
			}, "user_ids", "99999"},
			"Inboxes.SetMembers": {func(ctx context.Context) error {
				_, err := c.Inboxes.SetMembers(ctx, inbox.ID, agents)
				return err
			}, "user_ids", "99999"},
			"Conversations.AddParticipants": {func(ctx context.Context) error {
				_, err := c.Conversations.AddParticipants(ctx, conv.ID, agents)
				return err
			}, "user_ids", "99999"},
			"Conversations.SetParticipants": {func(ctx context.Context) error {
				_, err := c.Conversations.SetParticipants(ctx, conv.ID, agents)
				return err
			}, "user_ids", "99999"},
			"Conversations.SetLabels": {func(ctx context.Context) error {
				_, err := c.Conversations.SetLabels(ctx, conv.ID, labels)
				return err
			}, "labels", "nobody's"},
			"Conversations.AddLabels": {func(ctx context.Context) error {
				_, err := c.Conversations.AddLabels(ctx, conv.ID, labels)
				return err
			}, "labels", "nobody's"},
			"Contacts.SetLabels": {func(ctx context.Context) error {
				_, err := c.Contacts.SetLabels(ctx, contact.ID, labels)
				return err
			}, "labels", "nobody's"},
			"Contacts.AddLabels": {func(ctx context.Context) error {
				_, err := c.Contacts.AddLabels(ctx, contact.ID, labels)
				return err
			}, "labels", "nobody's"},
			"Conversations.Bulk": {func(ctx context.Context) error {
				return c.Conversations.Bulk(ctx, konverte.ConversationBulkParams{
					Type: konverte.BulkActionTypeConversation, IDs: []konverte.ConversationID{conv.ID},
					Labels: konverte.Set(konverte.ConversationBulkLabels{Add: labels}),
				})
			}, "labels.add", "nobody's"},
		} {
			srv.ClearRequests()
			refused, ok := errors.AsType[*konverte.ArgumentError](tc.call(t.Context()))
			if !assert.True(t, ok, name) {
				continue
			}
			assert.Len(t, refused.Faults, 1, name)
			assert.Equal(t, tc.field, refused.Faults[0].Field, name)
			assert.Equal(t, tc.value, refused.Faults[0].Value, name)
			assert.Empty(t, writes(srv), name)
		}
	})
}

// What was seen once is not looked up again; what was not is, for it may be new.
func TestLookupsAreRemembered(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	ctx := t.Context()
	team, err := c.Teams.Create(ctx, konverte.TeamCreateParams{Name: "billing"})
	require.NoError(t, err)
	reads := func() int { return len(srv.Requests()) - len(writes(srv)) }
	add := func(c *konverte.Client, ids ...konverte.AgentID) error {
		srv.ClearRequests()
		_, err := c.Teams.AddMembers(ctx, team.ID, ids)
		return err
	}
	first := konverte.AgentID(srv.UserIDs()[0])
	require.NoError(t, add(c, first))
	assert.Equal(t, 1, reads())
	require.NoError(t, add(c, first))
	assert.Zero(t, reads())
	copied, err := c.With(konverte.WithRetries(1))
	require.NoError(t, err)
	require.NoError(t, add(copied, first))
	assert.Zero(t, reads(), "a client made from it knows as much")

	next, err := c.Agents.Create(ctx, konverte.AgentCreateParams{Name: "Ana", Email: "ana@example.com", Role: konverte.RoleAgent})
	require.NoError(t, err)
	require.NoError(t, add(c, first, next.ID))
	assert.Equal(t, 1, reads())

	srv.ClearRequests()
	_, err = c.Teams.AddMembers(ctx, team.ID, []konverte.AgentID{first}, konverte.WithAccountID(777))
	require.Error(t, err, "an account that one call is for has other agents too")
	assert.Empty(t, writes(srv))
	_, err = c.Account(777).Teams.AddMembers(ctx, team.ID, []konverte.AgentID{first})
	require.Error(t, err, "another account has other agents")
	assert.Empty(t, writes(srv))
}

// When the lookup fails nothing is sent, and the error says so.
func TestLookupFails(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	srv.Fault("get-account-agents", konvertetest.Status(503, ""))
	var resp konverte.Response
	_, err := c.Teams.AddMembers(t.Context(), 1, []konverte.AgentID{1}, konverte.WithRetries(0), konverte.Into(&resp))
	require.ErrorIs(t, err, konverte.ErrServer)
	require.ErrorContains(t, err, "Teams.AddMembers: nothing sent")
	assert.Empty(t, writes(srv))
	failed, ok := errors.AsType[*konverte.Error](err)
	require.True(t, ok)
	assert.Equal(t, "Agents.List", failed.Operation)
	assert.False(t, failed.MaybeSent)

	srv.ClearRequests()
	_, err = c.Teams.AddMembers(t.Context(), 0, []konverte.AgentID{1})
	require.Error(t, err)
	assert.Empty(t, srv.Requests(), "what is wrong anyway is not looked up")
}

// One limit holds for the lookup and what is sent after it.
func TestLookupCountsForTheTotalTimeout(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	team, err := c.Teams.Create(t.Context(), konverte.TeamCreateParams{Name: "billing"})
	require.NoError(t, err)
	srv.Fault("Agents.List", konvertetest.Delay(600*time.Millisecond))
	srv.Fault("Teams.AddMembers", konvertetest.Delay(600*time.Millisecond))
	ids := []konverte.AgentID{konverte.AgentID(srv.UserIDs()[0])}
	_, err = c.Teams.AddMembers(t.Context(), team.ID, ids, konverte.WithTotalTimeout(time.Second))
	failed, ok := errors.AsType[*konverte.TransportError](err)
	require.True(t, ok, err)
	assert.ErrorContains(t, failed, "WithTotalTimeout")
}

// A label that a conversation has can stay and go, though the account never had it.
func TestForeignLabelsStay(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		_, _, conv := desk(t, c)
		makeLabels(t, c, "vip")
		op := konverte.Operation{Method: "POST", Path: "/api/v1/accounts/{account_id}/conversations/{id}/labels"}
		require.NoError(t, c.Call(t.Context(), op, konverte.Request{Path: []string{"1"}, Body: map[string]any{"labels": []string{"foreign"}}}, nil))
		labels, err := c.Conversations.AddLabels(t.Context(), conv.ID, []string{"vip"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"foreign", "vip"}, labels)
		labels, err = c.Conversations.RemoveLabels(t.Context(), conv.ID, []string{"vip"})
		require.NoError(t, err)
		assert.Equal(t, []string{"foreign"}, labels)
		_, err = c.Conversations.SetLabels(t.Context(), conv.ID, []string{"foreign"})
		_, refused := errors.AsType[*konverte.ArgumentError](err)
		assert.True(t, refused, "it is no label of the account for all that: %v", err)
	})
}
