package conformance

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// Tally counts what became of the exchanges of one version.
type Tally struct {
	Version string
	// Exchanges are those whose operation the description has; Unmeasured are the
	// others.
	Exchanges, Unmeasured int
	// Strict answers were read without anything to say; Odd ones differ as the list
	// allows.
	Strict, Odd int
	// Requests are those that succeeded. Same were said as recorded, Alike as the
	// list allows, Nonsense was refused or left out as the list says.
	Requests, Same, Alike, Nonsense int
}

// Measure is what became of all exchanges of all versions.
type Measure struct {
	Runs    []*Run
	Tallies []Tally
	Lists   *Lists
	// Answers and Requests say what is wrong, and on no list.
	Answers, Requests []string
	// Types are what is wrong with the types of results: values that go nowhere, or
	// land in a catch-all that no list allows, and nulls that look like absence.
	Types []string
}

// MeasureAll plays all recordings, once in a process.
var MeasureAll = sync.OnceValues(measureAll)

func measureAll() (*Measure, error) {
	m := &Measure{Lists: newLists()}
	for _, version := range konverte.KnownVersions() {
		run, err := Check(version)
		if err != nil {
			return nil, err
		}
		m.Runs = append(m.Runs, run)
		m.count(run)
	}
	m.types()
	return m, nil
}

func (m *Measure) count(run *Run) {
	t := Tally{Version: run.Version, Exchanges: len(run.Outcomes), Unmeasured: run.Unknown}
	for _, o := range run.Outcomes {
		if wrong := m.unlisted(m.Lists.Answers, o, o.Decode); len(wrong) > 0 {
			m.Answers = append(m.Answers, wrong...)
		} else if len(o.Decode) > 0 {
			t.Odd++
		} else {
			t.Strict++
		}
		if o.Success {
			m.request(&t, o)
		}
	}
	m.Tallies = append(m.Tallies, t)
}

func (m *Measure) request(t *Tally, o *Outcome) {
	t.Requests++
	wrong := m.unlisted(m.Lists.Requests, o, o.Request)
	m.Requests = append(m.Requests, wrong...)
	switch {
	case len(wrong) > 0:
	case o.Refused:
		t.Nonsense++
	case len(o.Request) > 0:
		t.Alike++
	default:
		t.Same++
	}
}

func (m *Measure) unlisted(list rules, o *Outcome, found []string) []string {
	var out []string
	for _, one := range found {
		if list.allow(o.Op.Go(), o.Exchange.Case, one) == nil {
			out = append(out, o.Where()+": "+o.Op.Go()+": "+one)
		}
	}
	return out
}

func (m *Measure) types() {
	for _, field := range CatchAlls() {
		if rules(m.Lists.Untyped).allow(field) == nil {
			m.Types = append(m.Types, field+" takes anything")
		}
	}
	for _, run := range m.Runs {
		for key := range run.walker.envelope {
			if rules(m.Lists.Dropped).allow(key) == nil {
				m.Types = append(m.Types, key+" is dropped from the answer")
			}
		}
		for field, p := range run.walker.fields {
			if p.looksAbsent() && rules(m.Lists.Nulls).allow(field) == nil {
				m.Types = append(m.Types, fmt.Sprintf("%s: its type does not tell that %s has no such key", field, p.example))
			}
		}
	}
	slices.Sort(m.Types)
	m.Types = slices.Compact(m.Types)
}

// looksAbsent reports whether an absent key reads as a value, or as null where
// null comes too.
func (p *presence) looksAbsent() bool {
	if p.tells || p.Absent == 0 {
		return false
	}
	return !p.nilable || p.Nulls > 0
}

// Recorded counts the exchanges of an operation, over all versions.
func (m *Measure) Recorded(op *Operation) int {
	count := 0
	for _, run := range m.Runs {
		for _, o := range run.Outcomes {
			if o.Op.ID == op.ID && o.Op.Go() == op.Go() {
				count++
			}
		}
	}
	return count
}

// Missing is what an operation lacks, separated by semicolons: an entry in the test
// server of each version that has it, a public method, a recording.
func (m *Measure) Missing(op *Operation) string {
	var out []string
	if !served(op) {
		out = append(out, "no fake")
	}
	if !op.HasMethod() {
		out = append(out, "no method")
	}
	if m.Recorded(op) == 0 {
		out = append(out, "no recording")
	}
	return strings.Join(out, "; ")
}

func served(op *Operation) bool {
	var versions []string
	for _, route := range konvertetest.Operations() {
		if op.IsRoute(route.Method, route.Pattern) {
			versions = append(versions, route.Versions...)
		}
	}
	wanted := op.Seen
	if wanted == nil {
		wanted = konverte.KnownVersions()
	}
	return !slices.ContainsFunc(wanted, func(v string) bool { return !slices.Contains(versions, v) })
}
