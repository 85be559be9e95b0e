package examples_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/examples"
)

type (
	ShownService    struct{}
	CompiledService struct{}
	AbsentService   struct{}
)

func TestMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const source = `package p_test

import "fmt"

func ExampleShownService_Get() {
	fmt.Println("shown")
	// Unordered output: shown
}

func ExampleCompiledService() { fmt.Println("not run") }

func TestAbsentService() {}
`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "example_test.go"), []byte(source), 0o600))
	group := struct {
		Shown    ShownService
		Compiled CompiledService
		Absent   AbsentService
		Other    int
	}{}
	missing, err := examples.Missing(dir, group)
	require.NoError(t, err)
	assert.Equal(t, []string{"CompiledService", "AbsentService"}, missing)
}

func TestMissingReadsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken_test.go"), []byte("package"), 0o600))
	_, err := examples.Missing(dir)
	require.Error(t, err)
}
