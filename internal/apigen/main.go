// Command apigen writes the Go code, the operation table and the operation
// documents of an API from its description. See api/README.md.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
)

// target is one package that is generated.
type target struct {
	pkg, out string
	table    string // directory of the operation table
	docs     string // directory of the documents
	prefix   string // of the documents' names
	root     string // import path of the package with the value types, "" = this one
}

func main() {
	var t target
	flag.StringVar(&t.pkg, "package", "konverte", "name of the package")
	flag.StringVar(&t.out, "out", ".", "directory of the package")
	flag.StringVar(&t.table, "table", "", "directory of the operation table's package")
	flag.StringVar(&t.docs, "docs", "", "directory of the documents")
	flag.StringVar(&t.prefix, "prefix", "", "prefix of the documents' names")
	flag.StringVar(&t.root, "root", "", "import path of the package that has the value types")
	flag.Parse()
	if err := run(t, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(t target, specs []string) error {
	doc, err := read(specs)
	if err != nil {
		return err
	}
	files := generate(doc, t)
	for _, name := range sortedNames(files) {
		if err := write(name, files[name]); err != nil {
			return err
		}
	}
	return removeStale(t.out, files)
}

// removeStale deletes what an earlier run wrote and this one did not.
func removeStale(dir string, files map[string][]byte) error {
	found, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range found {
		if _, current := files[name]; current {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(text, []byte(header)) {
			continue
		}
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

func read(specs []string) (*document, error) {
	paths, err := specFiles(specs)
	if err != nil {
		return nil, err
	}
	var roots []node
	for _, p := range paths {
		root, err := loadFile(p, p)
		if err != nil {
			return nil, err
		}
		roots = append(roots, root)
	}
	return parse(roots)
}

// generate returns the files by path.
func generate(doc *document, t target) map[string][]byte {
	g := &generator{doc: doc, target: t, types: types{}, hasChecks: map[*schema]bool{}}
	if t.root != "" {
		g.qual = "konverte."
	}
	files := map[string][]byte{}
	for _, name := range g.fileNames() {
		files[filepath.Join(t.out, name)] = g.file(name)
	}
	files[filepath.Join(t.out, "ids.go")] = g.idsFile()
	files[filepath.Join(t.out, "services.go")] = g.servicesFile()
	if t.root != "" {
		files[filepath.Join(t.out, "decode.go")] = g.decodeFile(mentioned(files, "mapOpt("))
	}
	if t.table != "" {
		files[filepath.Join(t.table, "table_"+t.pkg+".go")] = g.tableFile()
	}
	if t.docs != "" {
		files[filepath.Join(t.docs, t.prefix+"operations.md")] = g.operationsDoc()
		files[filepath.Join(t.docs, t.prefix+"corrections.md")] = g.correctionsDoc()
	}
	return files
}

// mentioned tells whether any of the files holds a text.
func mentioned(files map[string][]byte, text string) bool {
	for _, code := range files {
		if bytes.Contains(code, []byte(text)) {
			return true
		}
	}
	return false
}

func sortedNames(files map[string][]byte) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func write(name string, text []byte) error {
	if filepath.Ext(name) == ".go" {
		formatted, err := format.Source(text)
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, numbered(text))
		}
		text = formatted
	}
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}

func numbered(text []byte) []byte {
	var b bytes.Buffer
	for i, line := range bytes.Split(text, []byte("\n")) {
		fmt.Fprintf(&b, "%4d %s\n", i+1, line)
	}
	return b.Bytes()
}
