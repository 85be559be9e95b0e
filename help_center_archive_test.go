package konverte_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHelpCenterArchivePortal(t *testing.T) {
	t.Parallel()
	c, last := recorder(t, `{"id":3,"slug":"ajuda","archived":true}`)

	portal, err := c.HelpCenter.ArchivePortal(t.Context(), "ajuda")
	require.NoError(t, err)
	assert.True(t, portal.Archived)
	assert.Equal(t, sent{"PATCH", "/api/v1/accounts/1/portals/ajuda", `{"archived":true}`}, *last)

	_, err = c.HelpCenter.RestorePortal(t.Context(), "ajuda")
	require.NoError(t, err)
	assert.Equal(t, `{"archived":false}`, last.body)
}
