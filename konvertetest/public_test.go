package konvertetest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

// visitor is a contact of an API inbox on the public API.
type visitor struct {
	*desk
	inboxPath, path string
	identifier, key string
}

func newVisitor(t *testing.T, channel string, opts ...konvertetest.Option) *visitor {
	t.Helper()
	d := newDesk(t, opts...)
	box := d.must("POST inboxes", `{"name":"Publica","channel":{"type":"api"`+channel+`}}`)
	v := &visitor{desk: d, identifier: in(t, box, "inbox_identifier").(string), key: in(t, box, "hmac_token").(string)}
	v.inboxPath = "/public/api/v1/inboxes/" + v.identifier
	return v
}

// ask sends a request without a token.
func (v *visitor) ask(request, body string) (int, any) {
	v.Helper()
	status, answer := call(v.T, v.srv, "", request, body)
	var out any
	if answer != "" {
		require.NoError(v, json.Unmarshal([]byte(answer), &out), answer)
	}
	return status, out
}

func (v *visitor) get(request, body string) any {
	v.Helper()
	status, out := v.ask(request, body)
	require.Equal(v, 200, status, out)
	return out
}

// enter makes the contact and keeps his path.
func (v *visitor) enter(body string) any {
	v.Helper()
	out := v.get("POST "+v.inboxPath+"/contacts", body)
	v.path = v.inboxPath + "/contacts/" + in(v.T, out, "source_id").(string)
	return out
}

// talk begins a conversation and returns its path.
func (v *visitor) talk() string {
	v.Helper()
	return fmt.Sprintf("%s/conversations/%.0f", v.path, in(v.T, v.get("POST "+v.path+"/conversations", `{}`), "id"))
}

func TestPublicContactIsReused(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		v := newVisitor(t, "", konvertetest.WithVersion(version))
		first := v.enter(`{"name":"Vera","email":"Vera@example.com","identifier":"v1","source_id":"own"}`)
		assert.Equal(t, "own", in(t, first, "source_id"))
		assert.Equal(t, "vera@example.com", in(t, first, "email"))
		for _, body := range []string{`{"source_id":"own","name":"x"}`, `{"identifier":"v1","name":"x"}`, `{"email":"VERA@example.com","name":"x"}`} {
			again := v.get("POST "+v.inboxPath+"/contacts", body)
			assert.Equal(t, in(t, first, "id"), in(t, again, "id"), body)
			assert.Equal(t, "Vera", in(t, again, "name"), "as she is")
		}
		nameless := v.get("POST "+v.inboxPath+"/contacts", `{}`)
		assert.Regexp(t, `^[a-z]+-[a-z]+-\d+$`, in(t, nameless, "name"))

		status, _ := v.ask("POST "+v.inboxPath+"/contacts", `{"name":7}`)
		assert.Equal(t, map[string]int{"3.16.0": 200, "4.2.0": 200, "4.15.1": 500}[version], status, "a number for a name")
		status, _ = v.ask("POST "+v.inboxPath+"/contacts", `{"name":"`+strings.Repeat("n", 256)+`"}`)
		assert.Equal(t, map[string]int{"3.16.0": 422, "4.2.0": 422, "4.15.1": 200}[version], status)
	})
}

func TestPublicContactUpdate(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	other := v.enter(`{"name":"Vera","email":"vera@example.com"}`)
	v.enter(`{"name":"Dup","custom_attributes":{"a":{"x":{"deep":1},"y":1}}}`)
	out := v.get("PATCH "+v.path, `{"name":"","identifier":"never stored","custom_attributes":{"a":{"x":{"other":2}},"b":1}}`)
	assert.Equal(t, "Dup", in(t, out, "name"), "blank values are ignored")
	assert.Nil(t, in(t, out, "identifier"))
	assert.Equal(t, map[string]any{"a": map[string]any{"x": map[string]any{"other": 2.0}, "y": 1.0}, "b": 1.0}, in(t, out, "custom_attributes"))
	assert.NotContains(t, out, "source_id", "the raw contact")

	out = v.get("PUT "+v.path, `{"email":"vera@example.com"}`)
	assert.Equal(t, in(t, other, "id"), in(t, out, "id"), "merged into the contact with that e-mail")
	assert.Equal(t, "Vera", in(t, v.get("GET "+v.path, ""), "name"))
	status, _ := v.ask("PATCH "+v.path, `{"email":"nope"}`)
	assert.Equal(t, 422, status)
}

func TestIdentityValidation(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		v := newVisitor(t, `,"hmac_mandatory":true`, konvertetest.WithVersion(version))
		mac := hmac.New(sha256.New, []byte(v.key))
		mac.Write([]byte("v1"))
		hash := hex.EncodeToString(mac.Sum(nil))
		for _, body := range []string{`{"identifier":"v1"}`, `{"identifier":"v1","identifier_hash":"00"}`, `{"identifier":"v1","identifier_hash":"` + strings.ToUpper(hash) + `"}`} {
			status, _ := v.ask("POST "+v.inboxPath+"/contacts", body)
			assert.Equal(t, 500, status, body)
		}
		v.enter(`{"identifier":"v1","identifier_hash":"` + hash + `"}`)
		v.talk()
		list := "GET " + v.path + "/conversations"
		assert.Len(t, v.get(list, ""), 1)
		v.get("GET "+v.path+"?identifier=v1&identifier_hash="+hash, "")
		status, _ := v.ask(list, "")
		assert.Equal(t, map[string]int{"3.16.0": 500, "4.2.0": 500, "4.15.1": 200}[version], status, "verified by now")
	})
}

func TestWrongIdentityWithoutServerBugs(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "", konvertetest.WithoutServerBugs())
	status, _ := v.ask("POST "+v.inboxPath+"/contacts", `{"identifier":"v1","identifier_hash":"00"}`)
	assert.Equal(t, 401, status, "compared whenever it is sent")
}

func TestPublicConversation(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.enter(`{"name":"Vera"}`)
	talk := v.talk()
	post := func(body string) any { return v.get("POST "+talk+"/messages", body) }
	m := post(`{"content":"oi","echo_id":"e1"}`)
	assert.InDelta(t, 0, in(t, m, "message_type"), 0)
	assert.NotContains(t, m, "echo_id")
	assert.NotContains(t, m, "attachments", "no key for none")
	post(`{}`)

	number := talk[strings.LastIndexByte(talk, '/')+1:]
	v.must("POST conversations/"+number+"/messages", `{"content":"nota","private":true}`)
	v.must("POST conversations/"+number+"/messages", `{"content":"resposta"}`)
	list := v.get("GET "+talk+"/messages", "").([]any)
	require.Len(t, list, 3, "no private note")
	assert.Nil(t, in(t, list[2], "sender", "availability_status"), "never told here")

	out := v.get("POST "+talk+"/toggle_status", "")
	assert.Equal(t, "resolved", in(t, out, "status"))
	assert.Equal(t, "resolved", in(t, v.get("POST "+talk+"/toggle_status", ""), "status"), "never opens")
	said := v.texts(int64(in(t, out, "id").(float64)))
	assert.Equal(t, "Conversation was resolved by Vera", said[len(said)-1])
	post(`{"content":"de novo"}`)
	assert.Equal(t, "open", in(t, v.get("GET "+talk, ""), "status"))

	v.get("POST "+talk+"/update_last_seen", "")
	rows := in(t, v.must("GET conversations/"+number+"/messages", ""), "payload").([]any)
	for _, row := range rows {
		kind := in(t, row, "message_type").(float64)
		if kind == 1 {
			assert.Equal(t, "read", in(t, row, "status"))
		}
	}
	for _, request := range []string{"GET " + v.path + "x", "GET " + talk + "9", "GET /public/api/v1/inboxes/nope"} {
		status, out := v.ask(request, "")
		assert.Equal(t, 404, status, request)
		assert.Equal(t, map[string]any{"status": 404.0, "error": "Not Found"}, out, "the framework's")
	}
}

func TestPublicMessagePages(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.enter(`{"name":"Vera"}`)
	talk := v.talk()
	for i := range 25 {
		v.get("POST "+talk+"/messages", fmt.Sprintf(`{"content":"%d"}`, i))
		v.clock.advance(time.Second)
	}
	page := v.get("GET "+talk+"/messages", "").([]any)
	require.Len(t, page, 20)
	assert.Equal(t, "5", in(t, page[0], "content"))
	older := v.get(fmt.Sprintf("GET %s/messages?before=%.0f", talk, in(t, page[0], "id")), "").([]any)
	require.Len(t, older, 5)
	assert.Equal(t, "0", in(t, older[0], "content"))
	assert.Empty(t, v.get("GET "+talk+"/messages?before=words", ""))
}

func TestSingleConversation(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.enter(`{"name":"Vera"}`)
	first := v.talk()
	assert.NotEqual(t, first, v.talk())
	boxes := in(t, v.must("GET inboxes", ""), "payload").([]any)
	for _, box := range boxes {
		v.must(fmt.Sprintf("PATCH inboxes/%.0f", in(t, box, "id")), `{"lock_to_single_conversation":true}`)
	}
	last := v.talk()
	assert.Equal(t, last, v.talk(), "the last one")
}

func TestSurvey(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		v := newVisitor(t, "", konvertetest.WithVersion(version))
		v.enter(`{"name":"Vera"}`)
		talk := v.talk()
		number := talk[strings.LastIndexByte(talk, '/')+1:]
		asked := v.must("POST conversations/"+number+"/messages", `{"content":"nota?","content_type":"input_csat"}`)
		message := fmt.Sprintf("%s/messages/%.0f", talk, in(t, asked, "id"))
		survey := "/public/api/v1/csat_survey/" + in(t, v.get("GET "+talk, ""), "uuid").(string)
		assert.Nil(t, in(t, v.get("GET "+survey, ""), "csat_survey_response"))

		answer := func(rating int) string {
			return fmt.Sprintf(`{"submitted_values":{"csat_survey_response":{"rating":%d,"feedback_message":"ok"}}}`, rating)
		}
		out := v.get("PUT "+survey, `{"message":`+answer(4)+`}`)
		assert.Nil(t, in(t, out, "csat_survey_response"), "kept in the background")
		out = v.get("PATCH "+message, answer(9))
		assert.InDelta(t, 9, in(t, out, "content_attributes", "submitted_values", "csat_survey_response", "rating"), 0)
		assert.InDelta(t, 4, in(t, v.get("GET "+survey, ""), "csat_survey_response", "rating"), 0, "out of range")
		status, _ := v.ask("PUT "+survey, `{}`)
		assert.Equal(t, 500, status)

		v.clock.advance(15 * 24 * time.Hour)
		for _, request := range []string{"PUT " + survey, "PATCH " + message} {
			status, out := v.ask(request, `{"message":{},"submitted_values":{"name":"x"}}`)
			assert.Equal(t, 422, status, request)
			assert.Equal(t, "You cannot update the CSAT survey after 14 days", in(t, out, "error"))
		}
	})
}

func TestSubmittedValues(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "", konvertetest.WithUnknownFields())
	v.enter(`{"name":"Vera"}`)
	talk := v.talk()
	m := v.get("POST "+talk+"/messages", `{"content":"oi"}`)
	path := fmt.Sprintf("PATCH %s/messages/%.0f", talk, in(t, m, "id"))
	for _, tt := range []struct{ body, want string }{
		{`{"content":"edited"}`, `null`},
		{`{"submitted_values":"x"}`, `null`},
		{`{"submitted_values":[{"foo":1}]}`, `[{}]`},
		{`{"submitted_values":{"title":"t","foo":1}}`, `{"title":"t"}`},
		{`{"submitted_values":null}`, `{"title":"t"}`},
	} {
		out := v.get(path, tt.body)
		assert.Equal(t, "oi", in(t, out, "content"))
		got, err := json.Marshal(in(t, out, "content_attributes", "submitted_values"))
		require.NoError(t, err)
		assert.JSONEq(t, tt.want, string(got), tt.body)
	}
}

func TestSurveyPage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		accept string
		opts   []konvertetest.Option
		status int
	}{
		"json":         {"application/json", nil, 406},
		"as recorded":  {"text/html", nil, 500},
		"without bugs": {"text/html", []konvertetest.Option{konvertetest.WithoutServerBugs()}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := konvertetest.NewServer(t, tt.opts...)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/survey/responses/any", nil)
			require.NoError(t, err)
			req.Header.Set("Accept", tt.accept)
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, tt.status, resp.StatusCode)
		})
	}
}
