package konverte_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestContactLabels(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		contact, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{Email: konverte.Set("ana@example.com")})
		require.NoError(t, err)
		makeLabels(t, c, "vip", "billing", "refund")
		labels, err := c.Contacts.SetLabels(ctx, contact.ID, []string{"vip", "billing"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"vip", "billing"}, labels)
		labels, err = c.Contacts.AddLabels(ctx, contact.ID, []string{"refund", "VIP"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"vip", "billing", "refund"}, labels)
		labels, err = c.Contacts.RemoveLabels(ctx, contact.ID, []string{"Billing"})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"vip", "refund"}, labels)

		srv.ClearRequests()
		labels, err = c.Contacts.AddLabels(ctx, contact.ID, []string{"Refund", " "})
		require.NoError(t, err)
		assert.Len(t, labels, 2)
		assert.Len(t, srv.Requests(), 1, "nothing to change, nothing written")
		_, err = c.Contacts.AddLabels(ctx, 9999, []string{"vip"})
		require.ErrorIs(t, err, konverte.ErrNotFound)
	})
}
