package engage_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The document names tests that exist.
func TestDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/engage-agents.md")
	require.NoError(t, err)
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var tests strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file) //nolint:gosec // a file of the tests
		require.NoError(t, err)
		tests.Write(source)
	}
	named := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1)
	require.Greater(t, len(named), 30)
	for _, name := range named {
		assert.Contains(t, tests.String(), "func "+name[1]+"(t *testing.T)")
	}
	for row := range strings.SplitSeq(string(text), "\n") {
		if strings.HasPrefix(row, "| ") && !strings.HasPrefix(row, "| ---") && !strings.HasPrefix(row, "| the page") {
			assert.Contains(t, row, "`Test", "a statement without a test")
		}
	}
}
