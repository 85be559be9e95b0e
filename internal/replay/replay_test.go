package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/testserver"
)

// testNames is a renaming in which the ids of the test server from 1000 on are
// users.
func testNames() *names {
	return newNames("http://127.0.0.1:9", func(id int64) string {
		if id >= 1000 && id < 2000 {
			return "user"
		}
		return ""
	})
}

func compared(t *testing.T, n *names, op, recorded, server string) []string {
	t.Helper()
	want, err := testserver.ParseJSON([]byte(recorded))
	require.NoError(t, err)
	got, err := testserver.ParseJSON([]byte(server))
	require.NoError(t, err)
	c := &comparison{names: n, op: op, learn: true}
	c.values("$", want, got)
	var out []string
	for _, d := range c.found {
		out = append(out, d.kind+" "+d.path)
	}
	return out
}

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		op, recorded, server string
		want                 []string
	}{
		"same":              {"", `{"a":[1,"x",null,true,1.5]}`, `{"a":[1,"x",null,true,1.5]}`, nil},
		"order of keys":     {"", `{"a":1,"b":2}`, `{"b":2,"a":1}`, nil},
		"missing":           {"", `{"a":1}`, `{}`, []string{"missing $.a"}},
		"extra":             {"", `{}`, `{"a":null}`, []string{"extra $.a"}},
		"null":              {"", `{"a":null}`, `{"a":"x"}`, []string{"type $.a"}},
		"integer or float":  {"", `1`, `1.0`, []string{"type $"}},
		"value":             {"", `{"a":{"b":"x"}}`, `{"a":{"b":"y"}}`, []string{"value $.a.b"}},
		"false":             {"", `[false]`, `[true]`, []string{"value $[0]"}},
		"length":            {"", `[1,2]`, `[1]`, []string{"value $"}},
		"ids":               {"", `[{"id":7},{"user_id":7}]`, `[{"id":1001},{"user_id":1001}]`, nil},
		"two for one id":    {"", `[{"id":7},{"id":7}]`, `[{"id":1001},{"id":1002}]`, []string{"value $[1].id"}},
		"one for two ids":   {"", `[{"id":7},{"id":8}]`, `[{"id":1001},{"id":1001}]`, []string{"value $[1].id"}},
		"epoch":             {"", `1795324433`, `1795324434`, nil},
		"epoch too far":     {"", `1795324433`, `1795324443`, []string{"value $"}},
		"iso":               {"", `"2026-11-22T05:17:55.123Z"`, `"2026-11-22T05:17:56.001Z"`, nil},
		"iso too far":       {"", `"2026-11-22T05:17:55.123Z"`, `"2026-11-22T05:27:55.123Z"`, []string{"value $"}},
		"iso layout":        {"", `"2026-11-22T05:17:55.123Z"`, `"2026-11-22T05:17:55Z"`, []string{"value $"}},
		"secret":            {"", `["secret-001","secret-001"]`, `["abc","abc"]`, nil},
		"secret changes":    {"", `["secret-001","secret-001"]`, `["abc","abd"]`, []string{"value $[1]"}},
		"secret kept":       {"", `["secret-001","secret-002"]`, `["abc","abc"]`, []string{"value $[1]"}},
		"uuid":              {"", `"x 6f779d48-ed9e-4aa8-b630-ff7417d305f1"`, `"x 00000000-0000-4000-8000-000000000000"`, nil},
		"no uuid":           {"", `"6f779d48-ed9e-4aa8-b630-ff7417d305f1"`, `"x"`, []string{"value $"}},
		"url":               {"", `"http://localhost:3004/app/accounts/7"`, `"http://127.0.0.1:9/app/accounts/1001"`, nil},
		"url elsewhere":     {"", `"http://localhost:3004/a"`, `"http://127.0.0.1:10/a"`, []string{"value $"}},
		"number in text":    {"", `"page 2"`, `"page 3"`, []string{"value $"}},
		"list in order":     {"get-account-agents", `[{"n":"a"},{"n":"b"}]`, `[{"n":"b"},{"n":"a"}]`, []string{"value $[0].n", "value $[1].n"}},
		"list without sort": {"undocumented:csat-list", `[{"id":7,"n":"a"},{"id":8,"n":"b"}]`, `[{"id":1002,"n":"b"},{"id":1001,"n":"a"}]`, nil},
		"list out of order": {"list-all-teams", `[{"id":7,"n":"a"},{"id":8,"n":"b"}]`, `[{"id":1002,"n":"b"},{"id":1001,"n":"a"}]`, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, compared(t, testNames(), tt.op, tt.recorded, tt.server))
		})
	}
}

func TestRowsWithoutOrderMayBeOnAnyPage(t *testing.T) {
	t.Parallel()
	page := func(count int, rows string) string {
		return fmt.Sprintf(`{"meta":{"count":%d},"payload":[%s]}`, count, rows)
	}
	tests := map[string]struct {
		op, sort, recorded string
		count              int
		want               []string
	}{
		"on another page":   {"contactList", "", `{"id":7,"n":"a"}`, 2, nil},
		"one page alone":    {"contactList", "", `{"id":7,"n":"a"}`, 1, []string{"value $.payload[0].id", "value $.payload[0].n"}},
		"sorted":            {"contactList", "name", `{"id":7,"n":"a"}`, 2, []string{"value $.payload[0].id", "value $.payload[0].n"}},
		"another list":      {"none", "", `{"id":7,"n":"a"}`, 2, []string{"value $.payload[0].id", "value $.payload[0].n"}},
		"the same but else": {"contactList", "", `{"id":8,"n":"a"}`, 2, []string{"value $.payload[0].n"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := testNames()
			require.True(t, n.sameID(7, 1001, true))
			require.True(t, n.sameID(8, 1002, true))
			want, err := testserver.ParseJSON([]byte(page(tt.count, tt.recorded)))
			require.NoError(t, err)
			got, err := testserver.ParseJSON([]byte(page(tt.count, `{"id":1002,"n":"b"}`)))
			require.NoError(t, err)
			c := &comparison{names: n, op: tt.op, sort: tt.sort, learn: true, cut: isCut(want)}
			c.values("$", want, got)
			var found []string
			for _, d := range c.found {
				found = append(found, d.kind+" "+d.path)
			}
			assert.Equal(t, tt.want, found)
		})
	}
}

func TestRequestsAreRenamed(t *testing.T) {
	t.Parallel()
	n := testNames()
	require.True(t, n.sameID(7, 1001, true))
	require.True(t, n.sameName("secret-001", "abc", true))
	s := &session{names: n, hashes: map[string]string{}, password: "shown"}
	assert.Equal(t, "/api/v1/accounts/7/agents/1001", s.path("/api/v1/accounts/7/agents/7"))
	assert.Equal(t, "/public/api/v1/inboxes/abc/contacts/x", s.path("/public/api/v1/inboxes/secret-001/contacts/x"))
	assert.Equal(t, "/api/v1/accounts/7/agents/1001abc", s.path("/api/v1/accounts/7/agents/7abc"), "servers read the leading digits")
	tests := map[string]struct{ in, want string }{
		"numbered":  {`{"user_ids[0]":7}`, `{"user_ids[0]":1001}`},
		"report":    {`{"type":"agent","id":"7"}`, `{"type":"agent","id":"1001"}`},
		"ids":       {`{"user_ids":[7,8],"name":7}`, `{"user_ids":[1001,8],"name":7}`},
		"text id":   {`{"user_id":"7"}`, `{"user_id":"1001"}`},
		"filter":    {`{"attribute_key":"assignee_id","values":[7]}`, `{"attribute_key":"assignee_id","values":[1001]}`},
		"action":    {`{"action_name":"assign_agent","action_params":[7]}`, `{"action_name":"assign_agent","action_params":[1001]}`},
		"secret":    {`{"token":"secret-001"}`, `{"token":"abc"}`},
		"password":  {`{"password":"secret-009"}`, `{"password":"shown"}`},
		"confirmed": {`{"password":"secret-009","password_confirmation":"weak"}`, `{"password":"weak","password_confirmation":"weak"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &exchange{}
			e.Request.Body = json.RawMessage(tt.in)
			got, _, err := s.body(e)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

const tiny = `{"op":"seed","account":{"id":5,"name":"A","locale":"en"},"users":[{"as":"admin","id":9,"name":"Ana","email":"ana@example.com","role":"administrator"}],"platform_app":{"name":"P"}}
{"op":"create-a-team","case":"ok","as":"admin","at_ms":5,"request":{"method":"POST","path":"/api/v1/accounts/5/teams","query":null,"headers":{"Accept":"application/json","Content-Type":"application/json"},"body":{"name":"Vendas"}},"response":{"status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"id":3,"name":"vendas","description":null,"allow_auto_assign":true,"account_id":5,"is_member":false}}}
{"op":"add-new-agent-to-team","case":"ok","as":"admin","at_ms":9,"request":{"method":"POST","path":"/api/v1/accounts/5/teams/3/team_members","query":{},"headers":{"Accept":"application/json","Content-Type":"application/json"},"body":{"user_ids":[9]}},"response":{"status":200,"headers":{"content-type":"application/json; charset=utf-8"},"body":[{"id":9,"account_id":5,"availability_status":"offline","auto_offline":true,"confirmed":true,"email":"ana@example.com","available_name":"Ana","name":"Ana","role":"administrator","thumbnail":"","custom_role_id":null}]}}
{"op":"none","case":"made up","as":"user:77","at_ms":9,"request":{"method":"GET","path":"/api/v1/profile","query":null,"headers":{},"body":null},"response":{"status":200,"headers":{},"body":{}}}
`

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "server-4.2.0-x.jsonl")
	require.NoError(t, os.WriteFile(plain, []byte(tiny), 0o600))
	packed := filepath.Join(dir, "server-3.16.0-x.jsonl.gz")
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(strings.Replace(tiny, `"is_member":false`, `"is_member":null`, 1)))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(packed, b.Bytes(), 0o600))

	var out strings.Builder
	differing, err := run(&out, "", []string{plain, packed}, true, "")
	require.NoError(t, err)
	assert.True(t, differing)
	assert.Contains(t, out.String(), "replay: 4.2.0: 3 exchanges, 2 same, 0 differing, 0 left out, 1 not built\n")
	assert.Contains(t, out.String(), "replay: 3.16.0: 3 exchanges, 1 same, 1 differing, 0 left out, 1 not built\n")
	assert.Contains(t, out.String(), "server-3.16.0-x.jsonl.gz:2: create-a-team (ok): type $.is_member: false, recorded null\n")

	_, err = run(&out, "", []string{filepath.Join(dir, "no-version.jsonl")}, false, "")
	require.ErrorContains(t, err, "no version")
	_, err = run(&out, "9.9.9", []string{plain}, false, "")
	assert.ErrorContains(t, err, "9.9.9")
}

func TestExclusionsHaveReasons(t *testing.T) {
	t.Parallel()
	lines := strings.Count(strings.TrimSpace(leftOutTable), "\n") + 1
	assert.Len(t, exclusions, lines, "each line has a file, an operation, a case and a reason")
	for _, x := range exclusions {
		assert.NotEmpty(t, x.reason)
	}
}

func TestFormsAreRenamed(t *testing.T) {
	t.Parallel()
	n := testNames()
	require.True(t, n.sameID(7, 1001, true))
	s := &session{names: n, hashes: map[string]string{}}
	e := &exchange{}
	e.Request.Headers = map[string]string{"content-type": "application/x-www-form-urlencoded"}
	for in, want := range map[string]string{
		`{"raw":"user_ids[]=7&name=a+b&x"}`: "user_ids%5B%5D=1001&name=a+b&x=",
		`{"raw":"name=%zz"}`:                "name=%zz",
		`{"user_id":7}`:                     "user_id=1001",
	} {
		e.Request.Body = json.RawMessage(in)
		got, _, err := s.body(e)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	e.Request.Query = json.RawMessage(`"user_id=7&page=2"`)
	query, err := s.query(e)
	require.NoError(t, err)
	assert.Equal(t, "user_id=1001&page=2", query)
}

func TestWeakPasswordBreaksTheNamedRules(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "b", weakPassword(`{"message":"Password must contain at least 6 characters, Password must contain at least 1 uppercase character  (A..Z), Password must contain at least 1 number character  (0..9), Password must contain at least 1 special character"}`))
	assert.Equal(t, "Ab1Ab1Ab1Ab1Ab1Ab1", weakPassword(`{"message":"Password must contain at least 1 special character"}`))
}

// A recording with callers of other names, an old token, and a request that
// cannot be sent is played to its end.
const odd = `{"op":"seed","account":{"id":5,"name":"A","locale":"en"},"users":[{"as":"boss","id":9,"name":"Ana","email":"ana@example.com","role":"administrator"},{"as":"agent:2","id":12,"name":"Bia","email":"bia@example.com","role":"agent"}],"platform_app":{"name":"P"}}
{"op":"create-a-team","case":"ok","as":"boss","at_ms":5,"request":{"method":"POST","path":"/api/v1/accounts/5/teams","query":null,"headers":{"Accept":"application/json","Content-Type":"application/json"},"body":{"name":"Vendas"}},"response":{"status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"id":3,"name":"vendas","description":null,"allow_auto_assign":true,"account_id":5,"is_member":false}}}
{"op":"create-a-team","case":"role","as":"agent:2","at_ms":6,"request":{"method":"POST","path":"/api/v1/accounts/5/teams","query":null,"headers":{"Accept":"application/json","Content-Type":"application/json"},"body":{"name":"x"}},"response":{"status":401,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"error":"You are not authorized to do this action"}}}
{"op":"delete-agent-from-account","case":"ok","as":"boss","at_ms":7,"request":{"method":"DELETE","path":"/api/v1/accounts/5/agents/12","query":null,"headers":{"Accept":"application/json"},"body":null},"response":{"status":200,"headers":{"Content-Type":"application/json"},"body":""}}
{"op":"fetchProfile","case":"gone","as":"agent:2","at_ms":9,"request":{"method":"GET","path":"/api/v1/profile","query":null,"headers":{"Accept":"application/json"},"body":null},"response":{"status":401,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"error":"Invalid Access Token"}}}
{"op":"fetchProfile","case":"bad header","as":"boss","at_ms":9,"request":{"method":"GET","path":"/api/v1/profile","query":null,"headers":{"X":"a\nb"},"body":null},"response":{"status":200,"headers":{},"body":{}}}
{"op":"get-details-of-a-single-team","case":"digits","as":"boss","at_ms":10,"request":{"method":"GET","path":"/api/v1/accounts/5/teams/3rd","query":null,"headers":{"Accept":"application/json"},"body":null},"response":{"status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"id":3,"name":"vendas","description":null,"allow_auto_assign":true,"account_id":5,"is_member":false}}}
`

func TestOddRecordings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "server-4.15.1-x.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(odd), 0o600))
	var out strings.Builder
	differing, err := run(&out, "", []string{file}, true, "")
	require.NoError(t, err)
	assert.True(t, differing)
	assert.Contains(t, out.String(), "replay: 4.15.1: 6 exchanges, 5 same, 1 differing, 0 left out, 0 not built\n")
	assert.Contains(t, out.String(), "server-4.15.1-x.jsonl:6: fetchProfile (bad header): status : no answer: ")
}
