package konverte_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// desk is an API inbox, a contact and a conversation.
func desk(t *testing.T, c *konverte.Client) (*konverte.Inbox, *konverte.Contact, *konverte.Conversation) {
	t.Helper()
	inbox, err := c.Inboxes.Create(t.Context(), konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	require.NoError(t, err)
	contact, err := c.Contacts.Create(t.Context(), konverte.ContactCreateParams{
		Name: konverte.Set("João"), Email: konverte.Set("joao@example.com"),
	})
	require.NoError(t, err)
	conv, err := c.Conversations.Start(t.Context(), contact.ID, inbox.ID, konverte.ConversationFirstMessage{Content: "Olá!"})
	require.NoError(t, err)
	return inbox, contact, conv
}

// A second conversation reuses the contact's link to the inbox.
func TestStartReusesTheLink(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		inbox, contact, first := desk(t, c)
		second, err := c.Conversations.Start(t.Context(), contact.ID, inbox.ID, konverte.ConversationFirstMessage{})
		require.NoError(t, err)
		assert.NotEqual(t, first.ID, second.ID)
		assert.Empty(t, second.Messages)
		known, err := c.Contacts.Get(t.Context(), contact.ID)
		require.NoError(t, err)
		assert.Len(t, known.ContactInboxes, 1)
	})
}

func TestAssignment(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		_, _, conv := desk(t, c)
		agents, err := c.Agents.List(ctx)
		require.NoError(t, err)
		team, err := c.Teams.Create(ctx, konverte.TeamCreateParams{Name: "Billing"})
		require.NoError(t, err)

		agent, err := c.Conversations.AssignAgent(ctx, conv.ID, agents[0].ID)
		require.NoError(t, err)
		assert.Equal(t, agents[0].Email, agent.Email)
		assigned, err := c.Conversations.AssignTeam(ctx, conv.ID, team.ID)
		require.NoError(t, err)
		assert.Equal(t, "billing", assigned.Name)

		_, err = c.Conversations.AssignAgent(ctx, conv.ID, 9999)
		failed, ok := errors.AsType[*konverte.AssignmentError](err)
		require.True(t, ok, "%v", err)
		assert.True(t, failed.Agent.IsNull(), "the server has unassigned it")
		assert.Equal(t, team.ID, failed.Team.Or(0))
		assert.Contains(t, err.Error(), "assigned now: no agent, team")

		require.NoError(t, c.Conversations.UnassignTeam(ctx, conv.ID))
		require.NoError(t, c.Conversations.Unassign(ctx, conv.ID))
		for _, r := range srv.Requests() {
			if r.Operation == "assign-a-conversation" {
				both := string(r.Body)
				assert.False(t, strings.Contains(both, "assignee_id") && strings.Contains(both, "team_id"), both)
			}
		}
	})
}

func TestConversationLabels(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		_, _, conv := desk(t, c)
		makeLabels(t, c, "vip", "billing", "refund")
		labels, err := c.Conversations.SetLabels(ctx, conv.ID, []string{"vip", "billing"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"vip", "billing"}, labels)
		labels, err = c.Conversations.AddLabels(ctx, conv.ID, []string{"refund", "VIP"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"vip", "billing", "refund"}, labels)
		labels, err = c.Conversations.RemoveLabels(ctx, conv.ID, []string{"Billing"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"vip", "refund"}, labels)
		labels, err = c.Conversations.SetLabels(ctx, conv.ID, nil)
		require.NoError(t, err)
		assert.Empty(t, labels)
	})
}

func TestConversationStatus(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		_, _, conv := desk(t, c)
		changed, err := c.Conversations.SetStatus(ctx, conv.ID, konverte.ConversationStatusResolved)
		require.NoError(t, err)
		assert.Equal(t, konverte.ConversationStatusResolved, changed.CurrentStatus)
		until := time.Now().Add(time.Hour).Truncate(time.Second)
		changed, err = c.Conversations.Snooze(ctx, conv.ID, until)
		require.NoError(t, err)
		assert.Equal(t, konverte.ConversationStatusSnoozed, changed.CurrentStatus)
		assert.True(t, until.Equal(changed.SnoozedUntil.Time), "%v", changed.SnoozedUntil)
		_, err = c.Conversations.SetStatus(ctx, conv.ID, "closed")
		_, refused := errors.AsType[*konverte.ArgumentError](err)
		assert.True(t, refused, "%v", err)
	})
}

// All is a status to ask for; the server answers 500 where it is to be set.
func TestAllIsNoStatusToSet(t *testing.T) {
	t.Parallel()
	c := konvertetest.NewServer(t).Client()
	all := konverte.Set(konverte.ConversationStatusAll)
	tests := map[string]func() error{
		"create": func() error {
			p := konverte.ConversationCreateParams{ContactID: 1, InboxID: 1, Status: all}
			_, err := c.Conversations.Create(t.Context(), p)
			return err
		},
		"toggle": func() error {
			_, err := c.Conversations.ToggleStatus(t.Context(), 1, konverte.ConversationToggleStatusParams{Status: all})
			return err
		},
		"bulk": func() error {
			return c.Conversations.Bulk(t.Context(), konverte.ConversationBulkParams{
				Type: konverte.BulkActionTypeConversation, IDs: []konverte.ConversationID{1},
				Fields: konverte.Set(konverte.ConversationBulkFields{Status: all}),
			})
		},
	}
	for name, call := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused, ok := errors.AsType[*konverte.ArgumentError](call())
			require.True(t, ok)
			assert.Contains(t, refused.Error(), "status")
		})
	}
}

// Without a status All reads every one, and the server's default is open only.
func TestAllConversationsHaveEveryStatus(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		inbox, contact, first := desk(t, c)
		for range 30 {
			_, err := c.Conversations.Start(ctx, contact.ID, inbox.ID, konverte.ConversationFirstMessage{})
			require.NoError(t, err)
		}
		_, err := c.Conversations.SetStatus(ctx, first.ID, konverte.ConversationStatusResolved)
		require.NoError(t, err)
		all, err := konverte.Collect(c.Conversations.All(ctx, konverte.ConversationListParams{}), 0)
		require.NoError(t, err)
		assert.Len(t, all, 31)
		open, err := konverte.Collect(c.Conversations.All(ctx, konverte.ConversationListParams{
			Status: konverte.ConversationStatusOpen, InboxID: inbox.ID,
		}), 0)
		require.NoError(t, err)
		assert.Len(t, open, 30)
		unassigned, err := konverte.Collect(c.Conversations.All(ctx, konverte.ConversationListParams{
			AssigneeType: konverte.AssigneeTypeUnassigned,
		}), 0)
		require.NoError(t, err)
		assert.Len(t, unassigned, 31)
	})
}

func TestMessages(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		_, _, conv := desk(t, c)
		file := filepath.Join(t.TempDir(), "a.pdf")
		require.NoError(t, os.WriteFile(file, []byte("%PDF-1.4"), 0o600))
		sent, err := c.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{
			Content: "Olá", Files: []konverte.Upload{konverte.UploadFile(file)},
		})
		require.NoError(t, err)
		require.Len(t, sent.Attachments, 1)
		var last *konverte.Message
		for range 25 {
			last, err = c.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{Content: "note", Private: konverte.Set(true)})
			require.NoError(t, err)
		}
		all, err := konverte.Collect(c.Messages.All(ctx, conv.ID, konverte.MessageListParams{}), 0)
		require.NoError(t, err)
		assert.Len(t, all, 27)
		assert.Equal(t, last.ID, all[0].ID, "the newest first")
		newer, err := konverte.Collect(c.Messages.All(ctx, conv.ID, konverte.MessageListParams{After: sent.ID}), 0)
		require.NoError(t, err)
		require.Len(t, newer, 25)
		assert.Equal(t, last.ID, newer[24].ID, "in order")
		deleted, err := c.Messages.Delete(ctx, conv.ID, sent.ID)
		require.NoError(t, err)
		assert.Equal(t, sent.ID, deleted.ID)
	})
}
