package konverte_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

func TestEveryServiceHasAnExample(t *testing.T) {
	t.Parallel()
	shown := exampledTypes(t)
	for _, group := range []any{konverte.Services{}, konverte.PlatformServices{}, konverte.PublicServices{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(group)) {
			name := field.Type.Name()
			if strings.HasSuffix(name, "Service") {
				assert.True(t, shown[name], "no runnable Example%s or Example%s_Method", name, name)
			}
		}
	}
}

// exampledTypes are the types with a runnable example.
func exampledTypes(t *testing.T) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("*example*_test.go")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	out := map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Example") || !hasOutput(file, fn) {
				continue
			}
			of, _, _ := strings.Cut(strings.TrimPrefix(fn.Name.Name, "Example"), "_")
			out[of] = true
		}
	}
	return out
}

// hasOutput tells whether an example is run: without the comment it is only compiled.
func hasOutput(file *ast.File, fn *ast.FuncDecl) bool {
	for _, c := range file.Comments {
		if fn.Body.Pos() < c.Pos() && c.End() < fn.Body.End() && strings.Contains(c.Text(), "Output:") {
			return true
		}
	}
	return false
}
