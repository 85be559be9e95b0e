package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The document says what is measured now: after a change, go run ./internal/fidelity
// writes it anew.
func TestDocumentIsUpToDate(t *testing.T) {
	t.Chdir("../..")
	committed, err := os.ReadFile(document)
	require.NoError(t, err)
	measured, err := write()
	require.NoError(t, err)
	assert.Equal(t, string(committed), string(measured))
}
