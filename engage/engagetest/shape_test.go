package engagetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/testserver"
)

// misfit says why a JSON value is none of the type, "" when it is.
func misfit(k kind, v any, path string) string {
	if v == nil {
		if k.nullable || k.is == "time" || k.is == "attributes" || k.is == "raw" {
			return ""
		}
		return path + " is null"
	}
	wrong := fmt.Sprintf("%s: want %s %s, got %T", path, k.is, k.name, v)
	switch v := v.(type) {
	case string:
		return textMisfit(k, v, path, wrong)
	case json.Number:
		_, err := v.Int64()
		if k.is == "number" || k.is == "integer" && err == nil {
			return ""
		}
	case bool:
		if k.is == "boolean" {
			return ""
		}
	case []any:
		if k.is == "list" {
			return listMisfit(*k.of, v, path)
		}
	case object:
		switch k.is {
		case "attributes":
			return ""
		case "map":
			for _, m := range v {
				if problem := misfit(*k.of, m.Value, path+"."+m.Key); problem != "" {
					return problem
				}
			}
			return ""
		case "object":
			return objectMisfit(k.name, v, path)
		}
	}
	return wrong
}

func textMisfit(k kind, v, path, wrong string) string {
	switch k.is {
	case "string":
		return ""
	case "enum":
		if slices.Contains(api.Enums[k.name], v) {
			return ""
		}
		return fmt.Sprintf("%s: %q is no %s", path, v, k.name)
	case "time":
		if _, err := time.Parse(time.RFC3339, v); err != nil {
			return path + ": " + err.Error()
		}
		return ""
	default:
		return wrong
	}
}

func listMisfit(of kind, values []any, path string) string {
	for i, e := range values {
		if problem := misfit(of, e, fmt.Sprintf("%s[%d]", path, i)); problem != "" {
			return problem
		}
	}
	return ""
}

func objectMisfit(name string, o object, path string) string {
	for _, f := range api.Objects[name] {
		v, has := o.Get(f.Name)
		if !has && !f.Optional {
			return path + "." + f.Name + " is missing"
		}
		if !has {
			continue
		}
		if problem := misfit(f.kind, v, path+"."+f.Name); problem != "" {
			return problem
		}
	}
	for _, m := range o {
		if api.field(name, m.Key) == nil {
			return path + "." + m.Key + " is unknown"
		}
	}
	return ""
}

func TestMisfit(t *testing.T) {
	t.Parallel()
	for text, values := range map[string]struct{ good, bad []string }{
		"string":         {[]string{`""`}, []string{`1`, `null`, `[]`}},
		"string?":        {[]string{`null`, `"x"`}, []string{`true`}},
		"integer":        {[]string{`3`}, []string{`3.5`, `"3"`}},
		"time":           {[]string{`null`, `"2012-05-21T01:19:49Z"`}, []string{`"yesterday"`, `7`}},
		"Gender?":        {[]string{`"man"`, `null`}, []string{`"neither"`}},
		"[TeamID]":       {[]string{`[]`, `["a"]`}, []string{`null`, `[1]`, `"a"`}},
		"{[string]}":     {[]string{`{}`, `{"a":["b"]}`}, []string{`{"a":"b"}`}},
		"Tag":            {[]string{`{"id":"1","created_at":null,"updated_at":null,"name":"x"}`}, []string{`{"id":"1"}`, `{"id":"1","created_at":null,"updated_at":null,"name":"x","y":1}`}},
		"PresenceStatus": {nil, []string{`[]`, `{}`}},
	} {
		k, err := api.parseType(text)
		require.NoError(t, err)
		for _, body := range values.good {
			assert.Empty(t, misfitOf(t, k, body), "%s %s", text, body)
		}
		for _, body := range values.bad {
			assert.NotEmpty(t, misfitOf(t, k, body), "%s %s", text, body)
		}
	}
}

func misfitOf(t *testing.T, k kind, body string) string {
	t.Helper()
	v, err := testserver.ParseJSON([]byte(body))
	require.NoError(t, err, body)
	return misfit(k, v, "$")
}

// answerKind is the type of the whole body of an operation's answer.
func answerKind(t *testing.T, op *operation) kind {
	t.Helper()
	k, err := api.parseType(op.Answer)
	require.NoError(t, err)
	return k
}

// checkAnswer fails the test when a body does not fit its operation.
func checkAnswer(t *testing.T, op *operation, body []byte) {
	t.Helper()
	v, err := testserver.ParseJSON(body)
	require.NoError(t, err, "%s: %s", op.ID, body)
	k := answerKind(t, op)
	if !op.Paged {
		assert.Empty(t, misfit(k, v, "$"), op.ID)
		return
	}
	page, _ := v.(object)
	keys := make([]string, len(page))
	for i, m := range page {
		keys[i] = m.Key
	}
	assert.Equal(t, []string{"count", "offset", "limit", "records"}, keys, op.ID)
	records, _ := page.Get("records")
	rows, isList := records.([]any)
	assert.True(t, isList, op.ID)
	assert.NotEmpty(t, rows, "%s: a list that is empty proves nothing", op.ID)
	assert.Empty(t, listMisfit(k, rows, "$.records"), op.ID)
}

// sampleBody are the required values of a body, and those that are needed all
// the same.
func sampleBody(op *operation) url.Values {
	form := url.Values{}
	for _, f := range api.Objects[op.Body] {
		if f.Required {
			sampleValue(form, f.Name, f.kind)
		}
	}
	for key, value := range extraSamples[op.ID] {
		form.Set(key, value)
	}
	return form
}

// extraSamples are values that are needed though they are not required, or of
// a shape of their own. $Kind stands for the id of the newest record of a kind.
var extraSamples = map[string]map[string]string{
	"inviteUser":                   {"email": "nova@example.com"},
	"createUser":                   {"email": "nova@example.com", "password": "segredo-1"},
	"createWebhook":                {"url": "https://example.com/hook"},
	"createContent":                {"body": "hello", "source_id": "$Source"},
	"updateUserSourcesPermissions": {"$Source": "read,reply"},
	"importIdentity":               {"identifier": "novo@example.org", "community_id": "$Community"},
	"createTopology":               {"name": "Plan", "json_config": `{"steps":[]}`},
	"updateCustomScore":            {"custom_score": "0.5"},
	"handoverFromBotToAgent":       {"from": "bot", "to": "agent"},
	"createInterventionComment":    {"intervention_id": "$Intervention"},
	"botComplete":                  {"intervention_id": "$Intervention"},
	"changeAgentStatus":            {"custom_status_id": "$PresenceStatus"},
	"createUserCapacity":           {"channels[][channel_id]": "$Channel", "channels[][max_capacity]": "3"},
}

func sampleValue(form url.Values, name string, k kind) {
	switch {
	case k.is == "list":
		sampleValue(form, name+"[]", *k.of)
	case k.is == "enum":
		form.Set(name, api.Enums[k.name][0])
	case k.is == "string" && stored[k.name]:
		form.Set(name, "$"+k.name)
	case k.is == "string":
		form.Set(name, "sample")
	case k.is == "number", k.is == "integer":
		form.Set(name, "1")
	}
}

// newest is the id of the newest record of a kind.
func (s *Server) newest(kind string) (id string) {
	s.http.Do(func() {
		if rows := s.st.records[kind]; len(rows) > 0 {
			id = rows[len(rows)-1].id
		}
	})
	return id
}

// fillIn puts ids in place of $Kind.
func (s *Server) fillIn(text string) string {
	if kind, isID := strings.CutPrefix(text, "$"); isID {
		return s.newest(kind)
	}
	return text
}

// prepare makes what an operation needs that no seed has.
func (s *Server) prepare(t *testing.T, op *operation) {
	t.Helper()
	source := s.ID("Source", "Chat")
	for kind := range stored {
		if s.newest(kind) == "" {
			_, err := s.Add(kind, nil)
			require.NoError(t, err)
		}
	}
	intervention := s.newest("Intervention")
	require.NoError(t, s.Change("Intervention", intervention, map[string]any{"source_id": source, "user_replies_count": 1}))
	require.NoError(t, s.Change("InterventionComment", s.newest("InterventionComment"), map[string]any{"intervention_id": intervention}))
	require.NoError(t, s.Change("Task", s.newest("Task"), map[string]any{"agent_ids": []string{s.adminID}}))
	require.NoError(t, s.SignIn(s.adminID))
	switch op.ID {
	case "cancelIntervention":
		require.NoError(t, s.Change("Intervention", intervention, map[string]any{"user_replies_count": 0}))
	case "openThread":
		require.NoError(t, s.Change("Thread", s.newest("Thread"), map[string]any{"closed": true}))
	case "enableThreadTextInput":
		require.NoError(t, s.Change("Thread", s.newest("Thread"), map[string]any{"disable_text_input": true}))
	case "deleteUser":
		s.http.Do(func() { s.st.records["User"][len(s.st.records["User"])-1].hidden[hiddenSignedIn] = false })
	}
	s.http.Do(func() { s.st.records["Signature"][0].owner = s.st.records["User"][len(s.st.records["User"])-1].id })
}

// pathOf fills the placeholders of a path with the newest records.
func (s *Server) pathOf(op *operation) string {
	path := op.Path
	for {
		open := strings.IndexByte(path, '{')
		if open < 0 {
			return s.URL + apiRoot + path
		}
		end := strings.IndexByte(path, '}')
		name := strings.TrimSuffix(path[open+1:end], "Id")
		kind := strings.ToUpper(name[:1]) + name[1:]
		id := s.newest(kind)
		switch kind {
		case "Agent":
			id = s.adminID
		case "Source":
			if op.ID == "updateSourceEmailCredentials" {
				id = s.ID("Source", "Mailbox")
			}
		}
		path = path[:open] + id + path[end+1:]
	}
}

func (s *Server) ask(t *testing.T, op *operation, form url.Values) (int, []byte) {
	t.Helper()
	target := s.pathOf(op)
	var body io.Reader
	contentType := ""
	switch {
	case op.ID == "createAttachment":
		body = strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n")
		contentType = "multipart/form-data; boundary=b"
	case len(form) > 0:
		body, contentType = strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"
	}
	req, err := http.NewRequestWithContext(t.Context(), op.Method, target, body)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+s.Token())
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	out, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, out
}

func TestEveryOperationAnswersInItsShape(t *testing.T) {
	t.Parallel()
	require.Len(t, api.Operations, 150)
	for i := range api.Operations {
		op := &api.Operations[i]
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			require.NotNil(t, handlerOf(op))
			srv := NewServer(t)
			srv.prepare(t, op)
			form := url.Values{}
			for key, values := range sampleBody(op) {
				form.Set(srv.fillIn(key), srv.fillIn(values[0]))
			}
			status, body := srv.ask(t, op, form)
			require.Equal(t, op.Status, status, "%s", body)
			checkAnswer(t, op, body)
		})
	}
}

func TestOlderDomainLeavesKeysOut(t *testing.T) {
	t.Parallel()
	srv := NewServer(t, WithOlderDomain())
	for i := range api.Operations {
		op := &api.Operations[i]
		if op.ID != "getCurrentUser" {
			continue
		}
		_, body := srv.ask(t, op, nil)
		checkAnswer(t, op, body)
		assert.NotContains(t, string(body), "no_password")
		assert.NotContains(t, string(body), "user_capacity_id")
	}
}

func TestRulesNameOperations(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, op := range api.Operations {
		known[op.ID] = true
	}
	for id := range handlers {
		assert.True(t, known[id], id)
	}
	for id, flag := range needs {
		assert.True(t, known[id], id)
		assert.Contains(t, roleFlags, flag, id)
	}
	for key := range filters {
		id, param, _ := strings.Cut(key, " ")
		op := api.Operations[slices.IndexFunc(api.Operations, func(o operation) bool { return o.ID == id })]
		assert.Contains(t, op.Query, param, key)
	}
	for kind := range sight {
		assert.True(t, stored[kind], kind)
	}
	groups := map[string]bool{}
	for _, op := range Operations() {
		groups[op.Group] = true
	}
	assert.Len(t, groups, 36)
	for _, group := range shapeGroups {
		assert.True(t, groups[group], group)
	}
}

func TestEveryOperationRefusesStrangersAndUnknownIDs(t *testing.T) {
	t.Parallel()
	srv := NewServer(t, WithRateLimit(0))
	for i := range api.Operations {
		op := &api.Operations[i]
		path := srv.URL + apiRoot
		for segment := range strings.SplitSeq(strings.Trim(op.Path, "/"), "/") {
			if segment[0] == '{' {
				segment = "nope"
			}
			path += "/" + segment
		}
		assert.Equal(t, 403, statusOf(t, op.Method, path, ""), op.ID)
		if strings.Contains(op.Path, "{") {
			assert.Equal(t, 404, statusOf(t, op.Method, path, srv.Token()), op.ID)
		}
	}
}

func statusOf(t *testing.T, method, target, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
