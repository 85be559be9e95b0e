package konvertetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestFaultNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Inboxes.SetBot", "updateAgentBot", "POST /api/v1/accounts/{account_id}/inboxes/{id}/set_agent_bot", ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := konvertetest.NewServer(t)
			srv.Fault(name, konvertetest.Status(418, ""))
			err := srv.Client().Inboxes.SetBot(t.Context(), 1, 1)
			var failed *konverte.Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, 418, failed.StatusCode)
		})
	}
	t.Run("misspelt", func(t *testing.T) {
		t.Parallel()
		srv := konvertetest.NewServer(t)
		assert.PanicsWithValue(t, `konvertetest: there is no operation "Inboxes.SetBott"`, func() {
			srv.Fault("Inboxes.SetBott", konvertetest.Status(418, ""))
		})
	})
}
