package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// pos is a place in a description.
type pos struct {
	file string
	line int
}

func (p pos) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// faults collects what is wrong with a description, so that one run shows all of it.
type faults struct{ list []fault }

type fault struct {
	at   pos
	text string
}

func (f *faults) add(at pos, format string, args ...any) {
	f.list = append(f.list, fault{at, fmt.Sprintf(format, args...)})
}

// err joins everything that was found, ordered by place.
func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	sort.SliceStable(f.list, func(i, j int) bool {
		a, b := f.list[i].at, f.list[j].at
		if a.file != b.file {
			return a.file < b.file
		}
		if a.line != b.line {
			return a.line < b.line
		}
		return f.list[i].text < f.list[j].text
	})
	errs := make([]error, 0, len(f.list))
	for _, x := range f.list {
		errs = append(errs, fmt.Errorf("%s: %s", x.at, x.text))
	}
	return errors.Join(errs...)
}

// node is a YAML node that knows its file.
type node struct {
	file string
	*yaml.Node
}

func (n node) pos() pos {
	if n.Node == nil {
		return pos{file: n.file}
	}
	return pos{n.file, n.Line}
}

func (n node) child(c *yaml.Node) node {
	if c.Kind == yaml.AliasNode {
		c = c.Alias
	}
	return node{n.file, c}
}

// entry is one key of a mapping, in document order.
type entry struct {
	key   string
	at    pos
	value node
}

func (n node) entries(f *faults) []entry {
	if n.Kind != yaml.MappingNode {
		f.add(n.pos(), "want a mapping")
		return nil
	}
	out := make([]entry, 0, len(n.Content)/2)
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if seen[k.Value] {
			f.add(pos{n.file, k.Line}, "key %q stands twice", k.Value)
			continue
		}
		seen[k.Value] = true
		out = append(out, entry{k.Value, pos{n.file, k.Line}, n.child(n.Content[i+1])})
	}
	return out
}

func (n node) items(f *faults) []node {
	if n.Kind != yaml.SequenceNode {
		f.add(n.pos(), "want a list")
		return nil
	}
	out := make([]node, 0, len(n.Content))
	for _, c := range n.Content {
		out = append(out, n.child(c))
	}
	return out
}

func (n node) str(f *faults) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		f.add(n.pos(), "want a string")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func (n node) boolean(f *faults) bool {
	var v bool
	if n.Kind != yaml.ScalarNode || n.Decode(&v) != nil {
		f.add(n.pos(), "want true or false")
	}
	return v
}

func (n node) integer(f *faults) int64 {
	var v int64
	if n.Kind != yaml.ScalarNode || n.Decode(&v) != nil {
		f.add(n.pos(), "want an integer")
	}
	return v
}

// strs reads a list of strings; one string stands for a list of one.
func (n node) strs(f *faults) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.str(f)}
	}
	items := n.items(f)
	out := make([]string, 0, len(items))
	for _, it := range items {
		out = append(out, it.str(f))
	}
	return out
}

// pairs reads a mapping of strings in document order.
func (n node) pairs(f *faults) [][2]string {
	var out [][2]string
	for _, e := range n.entries(f) {
		out = append(out, [2]string{e.key, e.value.str(f)})
	}
	return out
}

func (n node) stringMap(f *faults) map[string]string {
	out := map[string]string{}
	for _, p := range n.pairs(f) {
		out[p[0]] = p[1]
	}
	return out
}

// fields walks a mapping through a table of its keys. A key that is not in the table is a fault, or is ignored where it
// belongs to OpenAPI and says nothing to the generator.
func (n node) fields(f *faults, table map[string]func(node), ignored ...string) {
	for _, e := range n.entries(f) {
		if fn := table[e.key]; fn != nil {
			fn(e.value)
			continue
		}
		if !slices.Contains(ignored, e.key) {
			f.add(e.at, "unknown key %q", e.key)
		}
	}
}

// specFiles lists the files of a description: a file is itself, a directory stands for its *.yaml files by name.
func specFiles(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("description: %w", err)
		}
		if !info.IsDir() {
			out = append(out, p)
			continue
		}
		found, err := filepath.Glob(filepath.Join(p, "*.yaml"))
		if err != nil {
			return nil, fmt.Errorf("description: %w", err)
		}
		sort.Strings(found)
		out = append(out, found...)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no description in %s", strings.Join(paths, ", "))
	}
	return out, nil
}

// loadFile reads the root mapping of one file. Name is what messages call it.
func loadFile(path, name string) (node, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return node{}, fmt.Errorf("description: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return node{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		return node{}, fmt.Errorf("%s: the file is empty", name)
	}
	return node{name, doc.Content[0]}, nil
}
