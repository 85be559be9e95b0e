package conformance

import (
	_ "embed"

	"regexp"
	"slices"
	"strings"
	"sync/atomic"
)

// The lists of what may differ. Each line is a pattern and its reason; a line that
// nothing meets is a fault.
var (
	//go:embed requests.tsv
	requestsTable string // operation, case, difference, reason
	//go:embed answers.tsv
	answersTable string // operation, case, problem, reason
	//go:embed dropped.tsv
	droppedTable string // operation and key, reason
	//go:embed untyped.tsv
	untypedTable string // Type.Field, reason
	//go:embed nulls.tsv
	nullsTable string // Type.Field, reason
)

// Rule is one line of a list. * in a pattern stands for any text.
type Rule struct {
	Patterns []string
	Reason   string
	used     atomic.Int64
}

// Used is how many times the rule was met.
func (r *Rule) Used() int64 { return r.used.Load() }

// Text is the rule as it stands in its list, without the reason.
func (r *Rule) Text() string { return strings.Join(r.Patterns, " | ") }

// rules is a list of what is allowed.
type rules []*Rule

func parseRules(table string) rules {
	var out rules
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(fields) < 2 {
			continue
		}
		last := len(fields) - 1
		out = append(out, &Rule{Patterns: fields[:last], Reason: fields[last]})
	}
	return out
}

var index = regexp.MustCompile(`\[\d+\]`)

// allow finds the first rule that all values meet, and counts it. Indexes of lists
// do not count.
func (list rules) allow(values ...string) *Rule {
	for _, r := range list {
		if len(r.Patterns) == len(values) && r.meets(values) {
			r.used.Add(1)
			return r
		}
	}
	return nil
}

func (r *Rule) meets(values []string) bool {
	for i, pattern := range r.Patterns {
		if !matches(pattern, index.ReplaceAllString(values[i], "[]")) {
			return false
		}
	}
	return true
}

// matches takes * for any text, and nothing else for special.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// Lists are all lists of what is allowed.
type Lists struct {
	Requests, Answers, Dropped, Untyped, Nulls []*Rule
}

func newLists() *Lists {
	return &Lists{
		Requests: parseRules(requestsTable),
		Answers:  parseRules(answersTable),
		Dropped:  parseRules(droppedTable),
		Untyped:  parseRules(untypedTable),
		Nulls:    parseRules(nullsTable),
	}
}

// Stale lists the rules that nothing met.
func (l *Lists) Stale() []string {
	var out []string
	for _, r := range slices.Concat(l.Requests, l.Answers, l.Dropped, l.Untyped, l.Nulls) {
		if r.Used() == 0 {
			out = append(out, r.Text())
		}
	}
	return out
}
