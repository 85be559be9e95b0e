package conformance_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/conformance"
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
// test server. What is missing stands in a list; a line that is not true any more
// fails as well.
func TestOperationsAreComplete(t *testing.T) {
	t.Parallel()
	m := measure(t)
	for _, op := range conformance.Operations() {
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, m.Missing(op), op.Lacks(), "what it lacks, and what unfinished.tsv says")
		})
	}
}

// Each value of a query has a field of the params.
func TestQueryKeysHaveFields(t *testing.T) {
	t.Parallel()
	for _, op := range conformance.Operations() {
		for _, key := range op.KeysWithoutField() {
			t.Errorf("%s: no field takes %s", op.Go(), key)
		}
	}
}
