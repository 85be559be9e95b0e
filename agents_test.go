package konverte_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestAgentLifeCycle(t *testing.T) {
	t.Parallel()
	for _, version := range konverte.KnownVersions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
			c := srv.Client(konverte.WithStrictDecoding())
			ctx := t.Context()

			made, err := c.Agents.Create(ctx, konverte.AgentCreateParams{
				Name:         "Ana Souza",
				Email:        "Ana.Souza@example.com",
				Role:         konverte.RoleAgent,
				Availability: konverte.Set(konverte.AvailabilityBusy),
				AutoOffline:  konverte.Set(false),
			})
			require.NoError(t, err)
			assert.Equal(t, "ana.souza@example.com", made.Email)
			assert.Equal(t, konverte.AvailabilityBusy, made.AvailabilityStatus.Or(""))

			found, err := c.Agents.FindByEmail(ctx, "ANA.souza@example.com")
			require.NoError(t, err)
			assert.Equal(t, made.ID, found.ID)

			changed, err := c.Agents.Update(ctx, made.ID, konverte.AgentUpdateParams{Role: konverte.Set(konverte.RoleAdministrator)})
			require.NoError(t, err)
			assert.Equal(t, konverte.RoleAdministrator, changed.Role.Or(""))

			_, err = c.Agents.Create(ctx, konverte.AgentCreateParams{Name: "Ana", Email: "ana.souza@example.com", Role: konverte.RoleAgent})
			require.ErrorIs(t, err, konverte.ErrValidation)

			require.NoError(t, c.Agents.Delete(ctx, made.ID))
			_, err = c.Agents.FindByEmail(ctx, "ana.souza@example.com")
			require.ErrorIs(t, err, konverte.ErrNotFound)
		})
	}
}
