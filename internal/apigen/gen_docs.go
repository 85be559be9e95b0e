package main

import (
	"bytes"
	"fmt"
	"strings"
)

// tableFile lists the operations for tests and test servers.
func (g *generator) tableFile() []byte {
	var b bytes.Buffer
	name := strings.ToUpper(g.pkg[:1]) + g.pkg[1:]
	fmt.Fprintf(&b, "// %s lists the operations of package %s.\nvar %s = []Entry{\n", name, g.pkg, name)
	for _, o := range g.doc.ops {
		fmt.Fprintf(&b, "\t{\n\t\tID: %q, Group: %q, Service: %q, Name: %q,\n\t\tMethod: %q, Path: %q, Auth: %q,\n",
			o.id, o.tagName, o.service, o.goName, o.method, o.path, o.auth)
		if o.idempotent {
			b.WriteString("\t\tIdempotent: true,\n")
		}
		if o.paging != nil && o.paging.kind != "" {
			fmt.Fprintf(&b, "\t\tPaging: %q,\n", o.paging.kind)
		}
		if o.docPath != "" || o.docMethod != "" {
			fmt.Fprintf(&b, "\t\tDocumented: %q,\n", or(o.docMethod, o.method)+" "+or(o.docPath, o.path))
		}
		if len(o.seen) > 0 {
			fmt.Fprintf(&b, "\t\tSeen: %#v,\n", o.seen)
		}
		if o.body != nil {
			b.WriteString("\t\tBody: []string{")
			for _, q := range o.body.of().props {
				fmt.Fprintf(&b, "%q, ", q.key)
				for _, also := range q.also {
					fmt.Fprintf(&b, "%q, ", also)
				}
			}
			b.WriteString("},\n")
		}
		if len(o.queryParams()) > 0 {
			b.WriteString("\t\tQuery: []string{")
			for _, q := range o.queryParams() {
				fmt.Fprintf(&b, "%q, ", q.name)
			}
			b.WriteString("},\n")
		}
		b.WriteString("\t},\n")
	}
	b.WriteString("}\n")
	return g.assemble("optable", b.String())
}

// methods are the names under which users find the operation.
func (o *operation) methods() string {
	names := o.companions
	if len(names) == 0 {
		names = []string{o.publicName()}
	}
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = "`" + o.service + "." + name + "`"
	}
	return strings.Join(full, ", ")
}

func yes(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func (g *generator) operationsDoc() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- %s -->\n\n# Operations of %s\n\n", strings.TrimSpace(strings.TrimPrefix(header, "// ")), g.doc.title)
	fmt.Fprintf(&b, "%d operations in %d groups. *Sent again* tells whether a request is repeated after a lost answer; *settled by* how a\nlost write can be found again.\n", len(g.doc.ops), len(g.doc.tags))
	for _, t := range g.doc.tags {
		fmt.Fprintf(&b, "\n## %s\n\n| documented as | request | Go | token | sent again | paged | settled by | versions |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n", t.name)
		for _, o := range g.doc.ops {
			if o.tag != t {
				continue
			}
			paged := ""
			if o.paging != nil {
				paged = o.paging.kind
			}
			versions := "all"
			if len(o.seen) > 0 {
				versions = strings.Join(o.seen, ", ")
			}
			fmt.Fprintf(&b, "| %s | `%s %s` | %s | %s | %s | %s | %s | %s |\n", cell(o.id), o.method, o.path, o.methods(), o.auth,
				yes(o.idempotent), paged, o.confirm, versions)
		}
	}
	g.versionKeys(&b)
	return b.Bytes()
}

// versionKeys lists the keys that only some versions have.
func (g *generator) versionKeys(b *bytes.Buffer) {
	head := false
	for _, s := range g.doc.schemas {
		for _, q := range s.props {
			if len(q.seen) == 0 || len(q.seen) == len(g.doc.versions) {
				continue
			}
			if !head {
				head = true
				b.WriteString("\n## Keys that only some versions have\n\n| type | key | versions |\n| --- | --- | --- |\n")
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", s.name, q.key, strings.Join(q.seen, ", "))
		}
	}
}

func (g *generator) correctionsDoc() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- %s -->\n\n# Where the public description of %s is wrong\n\nWhat the servers do instead, by operation and by type.\n", strings.TrimSpace(strings.TrimPrefix(header, "// ")), g.doc.title)
	g.corrections(&b, "Everywhere", g.doc.correction)
	for _, o := range g.doc.ops {
		all := o.correction
		for _, q := range o.params {
			for _, c := range q.correct {
				all = append(all, q.name+": "+c)
			}
		}
		if o.docPath != "" || o.docMethod != "" {
			all = append(all, "Documented as "+or(o.docMethod, o.method)+" "+or(o.docPath, o.path)+".")
		}
		g.corrections(&b, fmt.Sprintf("%s: `%s %s`", strings.ReplaceAll(o.methods(), "`", ""), o.method, o.path), all)
	}
	for _, s := range g.doc.schemas {
		all := s.correction
		for _, q := range s.props {
			for _, c := range q.correction {
				all = append(all, q.key+": "+c)
			}
		}
		g.corrections(&b, s.name, all)
	}
	return b.Bytes()
}

func (g *generator) corrections(b *bytes.Buffer, title string, all []string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	for _, c := range all {
		fmt.Fprintf(b, "- %s\n", c)
	}
}
