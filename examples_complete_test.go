package konverte_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/examples"
)

func TestEveryServiceHasAnExample(t *testing.T) {
	t.Parallel()
	missing, err := examples.Missing(".", konverte.Services{}, konverte.PlatformServices{}, konverte.PublicServices{})
	require.NoError(t, err)
	assert.Empty(t, missing, "services without a runnable example")
}
