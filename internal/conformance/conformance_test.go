package conformance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/conformance"
	"github.com/konverte-go/konverte/konvertetest"
)

func measure(t *testing.T) *conformance.Measure {
	t.Helper()
	m, err := conformance.MeasureAll()
	require.NoError(t, err)
	return m
}

// list shows what is wrong, one a line.
func list(t *testing.T, what string, wrong []string) {
	t.Helper()
	for _, one := range wrong {
		t.Errorf("%s: %s", what, one)
	}
}

// Every recorded answer is read by the method of its operation, strictly.
func TestAnswersDecodeStrictly(t *testing.T) {
	t.Parallel()
	m := measure(t)
	for _, c := range m.Tallies {
		t.Logf("%s: %d answers, %d read strictly, %d odd as listed", c.Version, c.Exchanges, c.Strict, c.Odd)
		assert.Greater(t, c.Exchanges, 1000, "the recordings are found")
	}
	list(t, "answer", m.Answers)
}

// No value of an answer is dropped, lands in a catch-all, or cannot be told from
// absence.
func TestAnswersHaveTypes(t *testing.T) {
	t.Parallel()
	list(t, "type", measure(t).Types)
}

// Every recorded request that succeeded is said as it was recorded.
func TestRequestsCanBeSaid(t *testing.T) {
	t.Parallel()
	m := measure(t)
	for _, c := range m.Tallies {
		t.Logf("%s: %d requests, %d the same, %d alike, %d nonsense", c.Version, c.Requests, c.Same, c.Alike, c.Nonsense)
		assert.Greater(t, c.Same, 500, "requests are said")
	}
	list(t, "request", m.Requests)
}

// What the lists allow is really met.
func TestListsHaveNoStaleLine(t *testing.T) {
	t.Parallel()
	m := measure(t)
	list(t, "stale", m.Lists.Stale())
	for _, r := range slices.Concat(m.Lists.Requests, m.Lists.Answers, m.Lists.Dropped, m.Lists.Untyped, m.Lists.Nulls) {
		assert.NotEmpty(t, r.Reason, r.Text())
	}
}

// Every operation of the description has a method, recordings, and an entry in the
// test server.
func TestOperationsAreComplete(t *testing.T) {
	t.Parallel()
	m := measure(t)
	served := konvertetest.Operations()
	for _, op := range conformance.Operations() {
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			complete := func(has bool, lack, format string, args ...any) {
				assert.True(t, has || strings.Contains(op.Lacks(), lack), format, args)
			}
			complete(op.HasMethod(), lacksMethod, "a public method %s", op.Go())
			complete(m.Recorded(op) > 0 || strings.Contains(op.Lacks(), conformance.Unjudged), lacksRecording, "a recording")
			var versions []string
			for _, route := range served {
				if op.IsRoute(route.Method, route.Pattern) {
					versions = append(versions, route.Versions...)
				}
			}
			served := !slices.ContainsFunc(versionsOf(op), func(v string) bool { return !slices.Contains(versions, v) })
			complete(served, lacksFake, "a fake in all versions that have it, not only in %v", versions)
		})
	}
}

// What unfinished.tsv says of an operation. An operation that lacks something and has no
// line fails.
const (
	lacksMethod    = "no method"
	lacksRecording = "no recording"
	lacksFake      = "no fake"
)

func versionsOf(op *conformance.Operation) []string {
	if op.Seen != nil {
		return op.Seen
	}
	return konverte.KnownVersions()
}

// Each value of a query has a field of the params.
func TestQueryKeysHaveFields(t *testing.T) {
	t.Parallel()
	for _, op := range conformance.Operations() {
		if strings.Contains(op.Lacks(), conformance.Unjudged) {
			continue
		}
		for _, key := range op.KeysWithoutField() {
			t.Errorf("%s: no field takes %s", op.Go(), key)
		}
	}
}
