// Package conformance measures how true the client is to real servers. Every
// recorded answer is decoded by the method of its operation, strictly; every
// recorded request that succeeded is said through that method and compared with
// what it puts on the wire. Operations and methods are found by themselves: what
// the description gains is measured at once.
package conformance

import (
	"context"
	_ "embed" // the list of what is not measured
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/optable"
	"github.com/konverte-go/konverte/internal/recordings"
)

// aliases names the public method of operations whose generated one is not
// exported, where both take the same arguments.
var aliases = map[string]string{
	"Agents.update":      "Update",
	"Reports.trafficCSV": "TrafficCSV",
	"Webhooks.update":    "Update",
}

// speech says an operation whose generated method is not exported through the
// public methods that use it.
type speech struct {
	say    func(*konverte.Client, *arguments) call
	result reflect.Type // of those methods; nil where it is not the answer
}

var spoken = map[string]speech{
	"Conversations.assign":               {sayAssign, nil},
	"Conversations.setPriority":          {sayPriority, nil},
	"Inboxes.setBot":                     {sayInboxBot, nil},
	"Notifications.readAll":              {sayReadAll, nil},
	"Reports.accountConversationMetrics": {sayAccountMetrics, reflect.TypeFor[konverte.AccountConversationMetrics]()},
	"Reports.agentConversationMetrics":   {sayAgentMetrics, reflect.TypeFor[[]konverte.AgentConversationMetrics]()},
	"Surveys.answer":                     {saySurvey, reflect.TypeFor[konverte.Survey]()},
}

// call makes one call of a public method.
type call func(ctx context.Context, opts ...konverte.Option) (any, error)

// Operation is an operation of the description and its public method.
type Operation struct {
	optable.Entry
	placeholders []string // of the path, without the account that the client fills in
	signature    reflect.Type
}

// Go is the name by which a program calls the operation.
func (op *Operation) Go() string { return op.Service + "." + op.Name }

// HasMethod reports whether the client has a public method for the operation.
func (op *Operation) HasMethod() bool { return op.signature != nil || spoken[op.Go()].say != nil }

// Operations lists the operations of the description.
func Operations() []*Operation {
	out := make([]*Operation, len(optable.Konverte))
	for i := range optable.Konverte {
		out[i] = newOperation(optable.Konverte[i])
	}
	return out
}

// Lacks tells what is known to be missing of an operation, one of several things
// separated by semicolons; "" for nothing.
func (op *Operation) Lacks() string { return unfinished[op.ID] }

//go:embed unfinished.tsv
var unfinishedText string

// unfinished are the operations of the description that lack something, which the
// rest of the tests would complain about.
var unfinished = readUnfinished()

func readUnfinished() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(unfinishedText) {
		id, lacks, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if id != "" {
			out[id] = lacks
		}
	}
	return out
}

func newOperation(entry optable.Entry) *Operation {
	op := &Operation{Entry: entry, placeholders: placeholders(entry.Path)}
	if method := op.method(&konverte.Client{}); method.IsValid() {
		op.signature = method.Type()
	}
	return op
}

// method finds the public method, the zero Value when there is none.
func (op *Operation) method(c *konverte.Client) reflect.Value {
	service := reflect.ValueOf(c).Elem()
	for part := range strings.SplitSeq(op.Service, ".") {
		if service.Kind() != reflect.Struct {
			return reflect.Value{}
		}
		if service = service.FieldByName(part); !service.IsValid() {
			return reflect.Value{}
		}
	}
	name := op.Name
	if alias := aliases[op.Go()]; alias != "" {
		name = alias
	}
	if with := service.MethodByName(name + "With"); with.IsValid() {
		return with
	}
	return service.MethodByName(name)
}

// resultType is what the method returns beside its error, nil for nothing.
func (op *Operation) resultType() reflect.Type {
	if special, ok := spoken[op.Go()]; ok {
		return special.result
	}
	if op.signature == nil || op.signature.NumOut() < 2 {
		return nil
	}
	return op.signature.Out(0)
}

// scalars counts the arguments beside the path of a method that takes no params.
func (op *Operation) scalars() int { return op.signature.NumIn() - 2 - len(op.placeholders) }

func placeholders(path string) []string {
	var out []string
	for segment := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(segment, "{") {
			out = append(out, strings.Trim(segment, "{}"))
		}
	}
	if firstPlaceholderIsAccount(path) {
		return out[1:]
	}
	return out
}

// firstPlaceholderIsAccount tells whether the client fills in the first
// placeholder of a path. The platform operations take the account as an argument.
func firstPlaceholderIsAccount(path string) bool {
	if strings.HasPrefix(path, "/platform/") {
		return false
	}
	before, _, found := strings.Cut(path, "{account_id}")
	return found && !strings.Contains(before, "{")
}

// segmentsOf matches a path with a template and gives the values of its
// placeholders, the account's first where there is one.
func segmentsOf(template, path string) ([]string, bool) {
	want := strings.Split(strings.TrimSuffix(template, "/"), "/")
	got := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(got) {
		return nil, false
	}
	var values []string
	for i, segment := range want {
		switch {
		case strings.HasPrefix(segment, "{"):
			values = append(values, got[i])
		case segment != got[i]:
			return nil, false
		}
	}
	return values, true
}

// table finds the operation of an exchange.
type table struct {
	byID map[string]*Operation
	ops  []*Operation
}

func newTable(ops []*Operation) *table {
	t := &table{byID: map[string]*Operation{}, ops: slices.Clone(ops)}
	for _, op := range ops {
		t.byID[op.ID] = op
	}
	slices.SortStableFunc(t.ops, func(a, b *Operation) int {
		return strings.Count(a.Path, "{") - strings.Count(b.Path, "{")
	})
	return t
}

// find goes by the operation id, and by the route where the recording names the
// exchange otherwise. It is nil for what the description does not have.
func (t *table) find(e *recordings.Exchange) *Operation {
	for _, id := range []string{e.Op, strings.TrimPrefix(e.Op, "undocumented:")} {
		if op := t.byID[id]; op != nil {
			return op
		}
	}
	for _, op := range t.ops {
		if op.routes(e.Request.Method, e.Request.Path) {
			return op
		}
	}
	return nil
}

// routes reports whether a request is one of the operation. Where the method takes
// a number the path must have one: "search" is no contact.
func (op *Operation) routes(method, path string) bool {
	segments, ok := segmentsOf(op.Path, path)
	if !ok || !sameMethod(op.Method, method) {
		return false
	}
	segments = segments[len(segments)-len(op.placeholders):]
	for i, segment := range segments {
		if op.signature == nil || op.signature.NumIn() <= i+1 || op.signature.In(i+1).Kind() == reflect.String {
			continue
		}
		if _, err := strconv.ParseInt(segment, 10, 64); err != nil {
			return false
		}
	}
	return true
}

// IsRoute reports whether a route of the test server is that of the operation.
func (op *Operation) IsRoute(method, pattern string) bool {
	return sameMethod(op.Method, method) && anonymous(op.Path) == anonymous(pattern)
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func anonymous(path string) string {
	return placeholder.ReplaceAllString(strings.TrimSuffix(path, "/"), "{}")
}

// sameMethod takes PUT and PATCH for one: the server routes both to the same
// action.
func sameMethod(a, b string) bool {
	if a == "PUT" {
		a = "PATCH"
	}
	if b == "PUT" {
		b = "PATCH"
	}
	return a == b
}

// KeysWithoutField lists the keys of the query that no argument of the method
// takes.
func (op *Operation) KeysWithoutField() []string {
	if op.signature == nil || len(op.Query) == 0 {
		return nil
	}
	last := op.signature.In(op.signature.NumIn() - 2)
	if !isParams(last) {
		return op.Query[min(len(op.Query), op.scalars()):]
	}
	var out []string
	for _, key := range op.Query {
		if queryField(last, key) == "" {
			out = append(out, key)
		}
	}
	return out
}
