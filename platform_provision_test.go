package konverte_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func provisionParams() konverte.ProvisionParams {
	return konverte.ProvisionParams{
		Account: konverte.PlatformAccountCreateParams{Name: "Padaria"},
		User:    konverte.PlatformUserCreateParams{Name: "Ana", Email: "ana@padaria.example", Password: "Secret-123!"},
		Role:    konverte.RoleAdministrator,
	}
}

func TestProvision(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		first, err := c.Platform.Provision(ctx, provisionParams())
		require.NoError(t, err)
		assert.True(t, first.AccountCreated)
		assert.Equal(t, "Padaria", first.Account.Name)
		assert.Equal(t, konverte.RoleAdministrator, first.Membership.Role)
		assert.Equal(t, first.User.ID, first.Membership.UserID)
		assert.False(t, first.User.AccessToken.IsZero())

		p := provisionParams()
		p.Role = konverte.RoleAgent
		again, err := c.Platform.Provision(ctx, p)
		require.NoError(t, err)
		assert.False(t, again.AccountCreated)
		assert.Equal(t, first.Account.ID, again.Account.ID)
		assert.Equal(t, first.User.ID, again.User.ID)
		assert.Equal(t, konverte.RoleAgent, again.Membership.Role)
		members, err := c.Platform.AccountUsers.List(ctx, first.Account.ID)
		require.NoError(t, err)
		assert.Len(t, members, 1)
	})
}

// A run that broke off goes on with the account of its error.
func TestProvisionGoesOn(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		srv.Fault("create-an-account-user", konvertetest.JSONStatus(422, "not now").Times(1))
		_, err := c.Platform.Provision(ctx, provisionParams())
		broke, ok := errors.AsType[*konverte.ProvisionError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "membership", broke.Step)
		require.ErrorIs(t, err, konverte.ErrValidation)
		assert.NotContains(t, err.Error(), broke.Done.User.AccessToken.Reveal())

		p := provisionParams()
		p.AccountID = broke.Done.Account.ID
		done, err := c.Platform.Provision(ctx, p)
		require.NoError(t, err)
		assert.False(t, done.AccountCreated)
		assert.Equal(t, broke.Done.Account.ID, done.Membership.AccountID)
	})
}

// An account of the same name that is not the platform app's is left alone.
func TestProvisionPassesOverTheAccountsOfOthers(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		mine, err := c.Profile.Get(ctx)
		require.NoError(t, err)
		p := provisionParams()
		p.User.Email = mine.Email
		p.Account.Name = mine.Accounts[0].Name
		done, err := c.Platform.Provision(ctx, p)
		require.NoError(t, err)
		assert.True(t, done.AccountCreated)
		assert.NotEqual(t, mine.Accounts[0].ID, done.Account.ID)
		assert.Equal(t, mine.ID, done.User.ID)
	})
}

func TestProvisionChecksEverythingFirst(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	_, err := srv.Client().Platform.Provision(t.Context(), konverte.ProvisionParams{
		User: konverte.PlatformUserCreateParams{Name: "Ana", Email: "ana"},
		Role: "owner",
	})
	refused, ok := errors.AsType[*konverte.ArgumentError](err)
	require.True(t, ok, "%v", err)
	var fields []string
	for _, f := range refused.Faults {
		fields = append(fields, f.Field)
	}
	assert.Subset(t, fields, []string{"account.name", "user.email", "user.password", "role"})
	assert.Empty(t, srv.Requests())
}
