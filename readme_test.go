package konverte_test

import (
	"go/format"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every piece of Go in the README stands, letter by letter, in readme_code_test.go,
// which the compiler sees.
func TestREADMECodeCompiles(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	compiled, err := os.ReadFile("readme_code_test.go")
	require.NoError(t, err)
	blocks := strings.Split(string(readme), "```go\n")[1:]
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		code, _, closed := strings.Cut(block, "```")
		require.True(t, closed)
		formatted, err := format.Source([]byte(code))
		require.NoError(t, err)
		assert.Equal(t, string(formatted), code, "not formatted")
		assert.Contains(t, string(compiled), code)
	}
}

// The two commands stand at the top.
func TestREADMEBeginsWithTheCommands(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	head, _, _ := strings.Cut(string(readme), "## ")
	assert.Contains(t, head, "go run ./examples/quickstart")
	assert.Contains(t, head, "go test ./...")
}
