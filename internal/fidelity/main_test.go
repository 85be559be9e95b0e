package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

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
	if bytes.Equal(committed, measured) {
		return
	}
	was, is := strings.Split(string(committed), "\n"), strings.Split(string(measured), "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Fatalf("%s:%d says\n%s\nand it is\n%s", document, i+1, was[i], is[i])
		}
	}
	t.Fatalf("%s has %d lines, and it should have %d", document, len(was), len(is))
}
