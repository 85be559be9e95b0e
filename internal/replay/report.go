package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// tally counts exchanges; kinds counts the differences by kind.
type tally struct {
	exchanges, same, differing, leftOut, notBuilt int
	kinds                                         map[string]int
}

func (t *tally) count(o outcome) {
	t.exchanges++
	switch {
	case o.notBuilt:
		t.notBuilt++
	case o.leftOut != "":
		t.leftOut++
	case len(o.differences) == 0:
		t.same++
	default:
		t.differing++
		for _, d := range o.differences {
			t.kinds[d.kind]++
		}
	}
}

// report is the result of one version.
type report struct {
	version string
	total   tally
	ops     map[string]*tally
}

func newReport(version string) *report {
	return &report{version: version, total: tally{kinds: map[string]int{}}, ops: map[string]*tally{}}
}

func (r *report) count(o outcome) {
	op := o.exchange.Op
	if r.ops[op] == nil {
		r.ops[op] = &tally{kinds: map[string]int{}}
	}
	r.ops[op].count(o)
	r.total.count(o)
}

func (r *report) print(w io.Writer) {
	names := make([]string, 0, len(r.ops))
	for name := range r.ops {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t := r.ops[name]
		line := fmt.Sprintf("%-7s %-55s %4d exchanges, %4d same", r.version, name, t.exchanges, t.same)
		if t.differing > 0 {
			line += fmt.Sprintf(", %d differing (%s)", t.differing, strings.Join(kindCounts(t.kinds), ", "))
		}
		if t.leftOut > 0 {
			line += fmt.Sprintf(", %d left out", t.leftOut)
		}
		if t.notBuilt > 0 {
			line += fmt.Sprintf(", %d not built yet", t.notBuilt)
		}
		fmt.Fprintln(w, line)
	}
}

var kindTexts = map[string]string{
	kindStatus: "status", kindMissing: "key missing", kindExtra: "key extra", kindType: "type", kindValue: "value",
}

func kindCounts(kinds map[string]int) []string {
	var out []string
	for _, kind := range differenceKinds {
		if kinds[kind] > 0 {
			out = append(out, fmt.Sprintf("%s %d", kindTexts[kind], kinds[kind]))
		}
	}
	return out
}

func (r *report) summary() string {
	t := r.total
	return fmt.Sprintf("replay: %s: %d exchanges, %d same, %d differing, %d left out, %d not built",
		r.version, t.exchanges, t.same, t.differing, t.leftOut, t.notBuilt)
}
