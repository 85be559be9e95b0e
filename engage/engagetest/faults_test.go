package engagetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage/engagetest"
)

func TestFaultNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Users.Me", "getCurrentUser", "GET /1.0/users/me", ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := engagetest.NewServer(t)
			srv.Fault(name, engagetest.Status(404, ""))
			_, err := srv.Client().Users.Me(t.Context())
			require.ErrorIs(t, err, konverte.ErrNotFound)
		})
	}
	assert.PanicsWithValue(t, `engagetest: there is no operation "Users.Mee"`, func() {
		engagetest.NewServer(t).Fault("Users.Mee", engagetest.Status(404, ""))
	})
}
