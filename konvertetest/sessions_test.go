package konvertetest_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	srv := n.desk.srv
	signedIn := func(c *konverte.Client) (ids []string) {
		t.Helper()
		raw, err := c.Profile.Sessions(ctx)
		require.NoError(t, err)
		var rows []struct{ ID string }
		require.NoError(t, json.Unmarshal(raw, &rows))
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		return ids
	}
	assert.Empty(t, signedIn(n.Client), "a token needs no session")
	assert.Empty(t, srv.SignIn(1), "no such user")

	phone, laptop, agent := srv.SignIn(n.desk.adminID), srv.SignIn(n.desk.adminID), srv.SignIn(n.desk.agentID)
	assert.Equal(t, []string{phone, laptop}, signedIn(n.Client))
	assert.Equal(t, []string{agent}, signedIn(n.asAgent()))

	require.NoError(t, n.Profile.DeleteSession(ctx, konverte.SessionID(phone)))
	assert.Equal(t, []string{laptop}, signedIn(n.Client))
	for _, id := range []string{phone, agent, "none"} {
		require.ErrorIs(t, n.Profile.DeleteSession(ctx, konverte.SessionID(id)), konverte.ErrNotFound, "gone, another's, or none")
	}
	refused(t, n.Profile.DeleteSession(ctx, ""), "id")
	assert.Equal(t, []string{agent}, signedIn(n.asAgent()))
}

func TestSyncTemplates(t *testing.T) {
	t.Parallel()
	n, ctx := newNewest(t), t.Context()
	require.ErrorIs(t, n.Inboxes.SyncTemplates(ctx, n.inbox), konverte.ErrValidation, "no WhatsApp")
	require.ErrorIs(t, n.Inboxes.SyncTemplates(ctx, 1), konverte.ErrNotFound)
	answer, ok := errors.AsType[*konverte.Error](n.asAgent().Inboxes.SyncTemplates(ctx, n.inbox))
	require.True(t, ok)
	assert.Equal(t, 401, answer.StatusCode, "for administrators")
}
