// Package examples finds the services that no runnable example shows.
package examples

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// Missing are the services among the fields of the groups that have no runnable
// example in the test files of a directory.
func Missing(dir string, groups ...any) ([]string, error) {
	shown, err := shownTypes(dir)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, group := range groups {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(group)) {
			name := field.Type.Name()
			if strings.HasSuffix(name, "Service") && !shown[name] {
				missing = append(missing, name)
			}
		}
	}
	return missing, nil
}

// shownTypes are the types with an example that is run: one without an output is
// only compiled.
func shownTypes(dir string) (map[string]bool, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	shown := map[string]bool{}
	for _, example := range doc.Examples(files...) {
		if example.Output != "" || example.EmptyOutput {
			of, _, _ := strings.Cut(example.Name, "_")
			shown[of] = true
		}
	}
	return shown, nil
}
