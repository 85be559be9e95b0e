package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
	"github.com/konverte-go/konverte/konvertetest"
)

// Every operation is called through its method against the test server of every
// version that has it, in the order of testdata/scenario.tsv. Answers are decoded
// strictly, and the request has to arrive at the operation's route.
func TestEveryOperationIsServed(t *testing.T) {
	t.Parallel()
	steps := readScenario(t)
	for _, version := range konvertetest.Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			newPlay(t, version).run(steps)
		})
	}
}

// Nothing of the table is left out of the scenario.
func TestScenarioIsComplete(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	for _, s := range readScenario(t) {
		called[s.operation] = true
	}
	for _, op := range Operations() {
		assert.True(t, called[op.Go()], "testdata/scenario.tsv does not call %s", op.Go())
		delete(called, op.Go())
	}
	assert.Empty(t, called, "the description has no such operations")
}

// step is one line of the scenario: the operation, the values of its path, what is
// sent, what of the answer later steps name, and the error that it has to end in.
// A $name is what an earlier step kept.
type step struct {
	line                         int
	operation, path, input, keep string
	failure                      string
}

func readScenario(t *testing.T) []step {
	t.Helper()
	text, err := os.ReadFile("testdata/scenario.tsv")
	require.NoError(t, err)
	var out []step
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := append(strings.Split(line, "\t"), "", "", "", "")
		out = append(out, step{
			line: number, operation: fields[0], path: fields[1], input: fields[2], keep: fields[3], failure: fields[4],
		})
	}
	return out
}

// play is the scenario on one server.
type play struct {
	*testing.T
	version string
	server  *konvertetest.Server
	client  *konverte.Client
	kept    map[string]string
	ops     map[string]*Operation
}

// scenarioFeatures are switched on in the account of the scenario.
var scenarioFeatures = []string{"audit_logs", "companies", "help_center", "saml", "sla"}

func newPlay(t *testing.T, version string) *play {
	t.Helper()
	seed := konvertetest.DefaultSeed()
	seed.Features = scenarioFeatures
	server := konvertetest.NewServer(t, konvertetest.WithVersion(version), konvertetest.WithSeed(seed), konvertetest.WithDistinctIDs())
	now := time.Now()
	users := server.UserIDs()
	p := &play{
		T: t, version: version, server: server, client: server.Client(konverte.WithStrictDecoding(), konverte.WithRetries(0)),
		kept: map[string]string{
			"account": strconv.FormatInt(server.AccountID(), 10),
			"admin":   strconv.FormatInt(users[0], 10),
			"agent":   strconv.FormatInt(users[1], 10),
			"session": server.SignIn(users[0]),
			"since":   strconv.FormatInt(now.AddDate(0, 0, -1).Unix(), 10),
			"until":   strconv.FormatInt(now.AddDate(0, 0, 1).Unix(), 10),
		},
		ops: map[string]*Operation{},
	}
	for _, op := range Operations() {
		p.ops[op.Go()] = op
	}
	return p
}

func (p *play) run(steps []step) {
	for _, s := range steps {
		op := p.ops[s.operation]
		require.NotNil(p, op, "line %d: no operation %s", s.line, s.operation)
		if p.has(op) {
			p.call(s, op)
		}
	}
}

// has reports whether the server has the operation. What it does not serve yet is
// in unfinished.tsv, which is exact.
func (p *play) has(op *Operation) bool {
	if strings.Contains(op.Lacks(), "no fake") {
		return false
	}
	return op.Seen == nil || slices.Contains(op.Seen, p.version)
}

func (p *play) call(s step, op *Operation) {
	where := fmt.Sprintf("line %d, %s", s.line, s.operation)
	a := p.arguments(s, op)
	require.Empty(p, a.problems, where)
	p.server.ClearRequests()
	got, err := a.say(p.client)(p.Context())
	assert.True(p, slices.ContainsFunc(p.server.Requests(), func(r konvertetest.Request) bool {
		return op.IsRoute(r.Method, r.Pattern)
	}), "%s: arrived are %v", where, p.server.Requests())
	if want := p.failure(s); want != "" {
		assert.ErrorContains(p, err, want, where)
		return
	}
	if assert.NoError(p, err, where) {
		p.keep(s, got)
	}
}

// failure is the error that the step has to end in on this version: that of a part
// "4.2.0: text", or of one without a version.
func (p *play) failure(s step) string {
	for part := range strings.SplitSeq(s.failure, "; ") {
		versions, text, found := strings.Cut(part, ": ")
		if !found {
			return part
		}
		if slices.Contains(strings.Split(versions, ","), p.version) {
			return text
		}
	}
	return ""
}

func (p *play) arguments(s step, op *Operation) *arguments {
	a := &arguments{op: op, account: konverte.AccountID(p.server.AccountID()), path: strings.Fields(p.fill(s.path))}
	input := p.fill(s.input)
	query, body := input, ""
	if at := strings.Index(input, "{"); at >= 0 {
		query, body = strings.TrimSpace(input[:at]), input[at:]
	}
	pairs, err := splitQuery(query)
	require.NoError(p, err, "line %d", s.line)
	for _, pair := range pairs {
		if name, isFile := strings.CutPrefix(pair[1], "@"); isFile {
			a.parts = append(a.parts, recordings.Part{Name: pair[0], Filename: name, ContentType: "application/octet-stream", Size: 9})
			continue
		}
		a.query = append(a.query, pair)
	}
	if body != "" {
		v, err := testserver.ParseJSON([]byte(body))
		require.NoError(p, err, "line %d", s.line)
		a.body = v.(testserver.Object)
	}
	require.Len(p, a.path, len(op.placeholders), "line %d: values of the path", s.line)
	if op.signature != nil {
		a.fill()
	}
	return a
}

// fill puts in what earlier steps kept.
func (p *play) fill(text string) string {
	return os.Expand(text, func(name string) string {
		value, known := p.kept[name]
		require.True(p, known, "nothing is called %s", name)
		return value
	})
}

// keep reads what is kept of an answer: pairs name=path, the path with dots.
func (p *play) keep(s step, got any) {
	if file, ok := got.(io.ReadCloser); ok {
		_, err := io.Copy(io.Discard, file)
		require.NoError(p, err, "line %d", s.line)
		require.NoError(p, file.Close(), "line %d", s.line)
	}
	for pair := range strings.FieldsSeq(s.keep) {
		name, path, _ := strings.Cut(pair, "=")
		text, err := json.Marshal(got)
		require.NoError(p, err, "line %d", s.line)
		v, err := testserver.ParseJSON(text)
		require.NoError(p, err, "line %d", s.line)
		for key := range strings.SplitSeq(path, ".") {
			v = p.child(s, v, key)
		}
		p.kept[name] = recordings.Plain(v)
	}
}

func (p *play) child(s step, v any, key string) any {
	switch v := v.(type) {
	case testserver.Object:
		value, has := v.Get(key)
		require.True(p, has, "line %d: the answer has no %s", s.line, key)
		return value
	case []any:
		at, err := strconv.Atoi(key)
		require.NoError(p, err, "line %d", s.line)
		require.Greater(p, len(v), at, "line %d: the list is shorter", s.line)
		return v[at]
	}
	p.Fatalf("line %d: nothing is below %s", s.line, key)
	return nil
}
