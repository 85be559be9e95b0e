package optable_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/optable"
)

var update = flag.Bool("update", false, "write docs/migration-n8n.md")

const (
	migrationPage = "../../docs/migration-n8n.md"
	beginTable    = "<!-- The table is written by go test ./internal/optable -run Migration -update -->\n"
	endTable      = "<!-- End of the table -->\n"
)

// split are the operations that several methods stand for.
var split = map[string][]string{
	"Conversations.assign": {"AssignAgent", "AssignTeam", "Unassign", "UnassignTeam"},
}

// better are methods that do what people use an operation for, and avoid its traps.
var better = map[string][]string{
	"contactCreate":                   {"Contacts.FindOrCreate"},
	"contactList":                     {"Contacts.All"},
	"contactFilter":                   {"Contacts.FilterAll"},
	"contactSearch":                   {"Contacts.FindByPhone", "Contacts.SearchAll"},
	"conversationList":                {"Conversations.All"},
	"conversationFilter":              {"Conversations.FilterAll"},
	"newConversation":                 {"Conversations.Start"},
	"toggle-status-of-a-conversation": {"Conversations.SetStatus", "Conversations.Snooze"},
	"conversation-add-labels":         {"Conversations.AddLabels", "Conversations.RemoveLabels"},
	"list-all-messages":               {"Messages.All"},
	"list-all-converation-messages":   {"Public.Messages.All"},
	"update-a-message":                {"Public.Messages.SubmitChoice", "Public.Messages.SubmitForm", "Public.Messages.SubmitSurvey"},
	"get-account-agents":              {"Agents.FindByEmail"},
	"create-an-account-user":          {"Platform.Provision"},
	"get-csat-survey-page":            {"Surveys.URL"},
	"get-agent-conversation-metrics":  {"Reports.AgentConversationMetricsAll"},
}

// action is an action of the node.
type action struct{ group, id, title string }

func actions(t *testing.T) []action {
	t.Helper()
	text, err := os.ReadFile("testdata/n8n-actions.tsv")
	require.NoError(t, err)
	var all []action
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, cells, 3)
		all = append(all, action{cells[0], cells[1], cells[2]})
	}
	return all
}

// methods are the public methods of the root package and how they are called, by
// "Service.Method".
func methods(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../*.go")
	require.NoError(t, err)
	calls := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.IsExported() {
				calls[receiver(f)+"."+f.Name.Name] = arguments(f)
			}
		}
	}
	return calls
}

// receiver is "PlatformAccounts" for a method of PlatformAccountsService.
func receiver(f *ast.FuncDecl) string {
	name, _ := f.Recv.List[0].Type.(*ast.Ident)
	if name == nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(name.Name, "Service"), "Services")
}

// arguments are ids by name and params by type: "ctx, teamID, TeamUpdateParams{…}".
func arguments(f *ast.FuncDecl) string {
	var all []string
	for _, field := range f.Type.Params.List {
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			continue
		}
		for _, name := range field.Names {
			text := name.Name
			if kind, ok := field.Type.(*ast.Ident); ok && strings.HasSuffix(kind.Name, "Params") {
				text = "konverte." + kind.Name + "{…}"
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// goCalls are the calls that stand for an operation.
func goCalls(t *testing.T, e optable.Entry, known map[string]string) string {
	names := split[e.Service+"."+e.Name]
	if names == nil {
		names = []string{strings.ToUpper(e.Name[:1]) + e.Name[1:]}
	}
	var calls []string
	for _, name := range names {
		arguments, ok := known[strings.ReplaceAll(e.Service, ".", "")+"."+name]
		assert.True(t, ok, "%s: no method %s.%s", e.ID, e.Service, name)
		calls = append(calls, "`c."+e.Service+"."+name+"("+arguments+")`")
	}
	return strings.Join(calls, "<br>")
}

func advice(t *testing.T, id string, known map[string]string) string {
	var names []string
	for _, name := range better[id] {
		service, method := name[:strings.LastIndex(name, ".")], name[strings.LastIndex(name, ".")+1:]
		_, ok := known[strings.ReplaceAll(service, ".", "")+"."+method]
		assert.True(t, ok, "%s: no method %s", id, name)
		names = append(names, "`"+name+"`")
	}
	return strings.Join(names, ", ")
}

var humps = regexp.MustCompile(`[a-z0-9]+|[A-Z][a-z0-9]*`)

// shown is the name of an operation as the node's form has it: contact-list and
// contactList are both Contact List.
func shown(id string) string {
	words := humps.FindAllString(id, -1)
	for i, w := range words {
		words[i] = string(unicode.ToUpper(rune(w[0]))) + w[1:]
	}
	return strings.Join(words, " ")
}

func migrationTable(t *testing.T) string {
	entries := map[string]optable.Entry{}
	for _, e := range optable.Konverte {
		entries[e.ID] = e
	}
	known := methods(t)
	used := map[string]bool{}
	var b bytes.Buffer
	group := ""
	for _, a := range actions(t) {
		e, ok := entries[a.id]
		if !assert.True(t, ok, "no operation %s", a.id) {
			continue
		}
		if a.group != group {
			group = a.group
			fmt.Fprintf(&b, "\n### %s\n\n| operation | action | Go | consider |\n| --- | --- | --- | --- |\n", group)
		}
		used[a.id] = true
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", shown(a.id), a.title, goCalls(t, e, known), advice(t, a.id, known))
	}
	for id := range better {
		assert.True(t, used[id], "advice on %s, which is no action", id)
	}
	return b.String() + "\n"
}

// The page has every action of the node, and what it says is so.
func TestMigrationPage(t *testing.T) {
	t.Parallel()
	assert.Len(t, actions(t), 115)
	table := migrationTable(t)
	assert.Equal(t, 115, strings.Count(table, "| `c."))
	assert.Equal(t, 29, strings.Count(table, "\n### "))
	page, err := os.ReadFile(migrationPage)
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(page), beginTable)
	require.True(t, found)
	_, tail, found := strings.Cut(rest, endTable)
	require.True(t, found)
	want := head + beginTable + table + endTable + tail
	if *update {
		require.NoError(t, os.WriteFile(migrationPage, []byte(want), 0o600))
		return
	}
	assert.Equal(t, want, string(page), "write it anew with -update")
}
