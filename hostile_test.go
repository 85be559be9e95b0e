package konverte_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

// answering is a client of a server that answers everything with one body, and
// counts what arrives.
func answering(t *testing.T, body string) (*konverte.Client, *atomic.Int64) {
	t.Helper()
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("token"), konverte.WithAccountID(1), konverte.WithRetries(0))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, &hits
}

func refusedFields(t *testing.T, err error) []string {
	t.Helper()
	refused, ok := errors.AsType[*konverte.ArgumentError](err)
	require.True(t, ok, "%v", err)
	var fields []string
	for _, f := range refused.Faults {
		fields = append(fields, f.Field)
	}
	return fields
}

// What Call could only find out after the request, or would send otherwise than it
// is written, is refused before.
func TestCallRefuses(t *testing.T) {
	t.Parallel()
	good := konverte.Operation{Method: "POST", Path: "/api/v1/things"}
	with := func(change func(*konverte.Operation)) konverte.Operation {
		op := good
		change(&op)
		return op
	}
	method := func(m string) konverte.Operation { return with(func(op *konverte.Operation) { op.Method = m }) }
	path := func(p string) konverte.Operation { return with(func(op *konverte.Operation) { op.Path = p }) }
	var nobody *struct{}
	var noBytes *[]byte
	tests := map[string]struct {
		op    konverte.Operation
		out   any
		field string
	}{
		"out is no pointer": {good, struct{}{}, "out"},
		"out is nil":        {good, nobody, "out"},
		"out is nil bytes":  {good, noBytes, "out"},
		"two methods":       {method("GET POST"), nil, "method"},
		"method of a proxy": {method("connect"), nil, "method"},
		"line break":        {method("GET\r\n"), nil, "method"},
		"query":             {path("/api/v1/things?x=1"), nil, "path"},
		"fragment":          {path("/api/v1/things#x"), nil, "path"},
		"open brace":        {path("/api/v1/things/{id"), nil, "path"},
		"brace in brace":    {path("/api/v1/things/{{id}}"), nil, "path"},
		"space":             {path("/api/v1/my things"), nil, "path"},
		"bad escape":        {path("/api/v1/%zz"), nil, "path"},
		"not ASCII":         {path("/api/v1/ação"), nil, "path"},
		"NUL":               {path("/api/v1/\x00"), nil, "path"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, hits := answering(t, `{}`)
			err := c.Call(t.Context(), tt.op, konverte.Request{}, tt.out)
			assert.Contains(t, refusedFields(t, err), tt.field)
			assert.Zero(t, hits.Load())
		})
	}
}

// Null is an answer only where there is a place for it.
func TestCallWithNull(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, ` null `)
	op := konverte.Operation{Method: "get", Path: "/api/v1/x%20y"}
	type thing struct{ ID int }
	for name, out := range map[string]any{"struct": new(thing), "int": new(int), "string": new(string), "array": new([2]int)} {
		err := c.Call(t.Context(), op, konverte.Request{}, out)
		_, undecodable := errors.AsType[*konverte.DecodeError](err)
		assert.True(t, undecodable, "%s: %v", name, err)
	}
	for name, out := range map[string]any{
		"pointer": new(*thing), "any": new(any), "map": new(map[string]int), "slice": new([]thing),
		"raw": new(json.RawMessage), "bytes": new([]byte), "option": new(konverte.Opt[int]), "nothing": nil,
	} {
		require.NoError(t, c.Call(t.Context(), op, konverte.Request{}, out), name)
	}
}

// Update reads before it writes, and reads nothing for what it cannot write.
func TestUpdateChecksBeforeItReads(t *testing.T) {
	t.Parallel()
	c, hits := answering(t, `[]`)
	_, err := c.Agents.Update(t.Context(), 7, konverte.AgentUpdateParams{Role: konverte.Set(konverte.Role("king"))})
	assert.Equal(t, []string{"role"}, refusedFields(t, err))
	assert.Zero(t, hits.Load())
}

func TestNilContext(t *testing.T) {
	t.Parallel()
	var none context.Context
	c, hits := answering(t, `[]`)
	_, get := c.Agents.List(none)
	_, all := konverte.Collect(c.Contacts.All(none, konverte.ContactListParams{}), 0)
	_, pages := konverte.Collect(c.Contacts.Pages(none, konverte.ContactListParams{}), 0)
	_, ahead := konverte.Collect(c.Contacts.All(none, konverte.ContactListParams{}, konverte.WithPrefetch(2)), 0)
	_, file := c.Download(none, "https://example.com/a.pdf")
	batch := konverte.Batch(none, []int{1}, func(context.Context, int) (int, error) { return 0, nil })
	for name, err := range map[string]error{"get": get, "all": all, "pages": pages, "ahead": ahead, "download": file, "batch": batch.Err()} {
		assert.Equal(t, []string{"ctx"}, refusedFields(t, err), name)
	}
	assert.Zero(t, hits.Load())
}

// Values of a filter are texts. What has none is refused, not printed.
func TestFilterValues(t *testing.T) {
	t.Parallel()
	text, big := "x", 1e6
	sent := map[string]any{
		"x":                    text,
		"open":                 konverte.ConversationStatusOpen,
		"7":                    konverte.ContactID(7),
		"-3":                   int8(-3),
		"1000000":              big,
		"0.5":                  float32(0.5),
		"true":                 true,
		"2026-03-04":           time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
		"set":                  konverte.Set("set"),
		`a "b" <c> \ ü` + "\n": `a "b" <c> \ ü` + "\n",
		"pointer":              new("pointer"),
	}
	for want, v := range sent {
		raw := konverte.Where("name").Is(v).Conditions()[0].Values[0]
		var got string
		require.NoError(t, json.Unmarshal(raw, &got), "%s", raw)
		assert.Equal(t, want, got)
	}
	var noText *string
	for name, v := range map[string]any{
		"nil": nil, "nil pointer": noText, "list": []string{"a", "b"}, "map": map[string]int{"a": 1}, "function": func() {},
		"no number": math.NaN(), "null": konverte.Null[string](), "struct": struct{ A int }{1},
	} {
		c, hits := answering(t, `{}`)
		p := konverte.ContactFilterParams{Conditions: konverte.Where("name").Is("a", v).Conditions()}
		_, err := c.Contacts.Filter(t.Context(), p)
		fields := refusedFields(t, err)
		require.Len(t, fields, 1, name)
		assert.Contains(t, fields[0], "values[1]", name)
		assert.Zero(t, hits.Load())
	}
}

// The largest limit is no limit, neither zero nor a panic.
func TestLargestBodyLimit(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, `[]`)
	c, err := c.With(konverte.WithBodyLimit(math.MaxInt64), konverte.WithErrorBodyLimit(math.MaxInt64))
	require.NoError(t, err)
	agents, err := c.Agents.List(t.Context())
	require.NoError(t, err)
	assert.Empty(t, agents)
	file, err := c.Download(t.Context(), c.BaseURL()+"/a.json")
	require.NoError(t, err)
	defer func() { assert.NoError(t, file.Close()) }()
	content, err := io.ReadAll(file)
	require.NoError(t, err)
	assert.Equal(t, `[]`, string(content))
}

// Behind its limit a download keeps saying so.
func TestDownloadReadOn(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, `[1,2,3]`)
	file, err := c.Download(t.Context(), c.BaseURL()+"/a.json", konverte.WithBodyLimit(2))
	require.NoError(t, err)
	defer func() { assert.NoError(t, file.Close()) }()
	_, err = io.ReadAll(file)
	require.Error(t, err)
	n, again := file.Read(make([]byte, 8))
	assert.Zero(t, n)
	require.Error(t, again)
}

// An error with the status of a success, and anything else that is not the answer,
// is neither an empty list nor a zero result.
func TestSuccessThatIsNone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	calls := map[string]func(*konverte.Client) error{
		"contacts": func(c *konverte.Client) error {
			_, err := c.Contacts.List(ctx, konverte.ContactListParams{})
			return err
		},
		"all contacts": func(c *konverte.Client) error {
			_, err := konverte.Collect(c.Contacts.All(ctx, konverte.ContactListParams{}), 0)
			return err
		},
		"search": func(c *konverte.Client) error {
			_, err := c.Contacts.Search(ctx, konverte.ContactSearchParams{Query: "x"})
			return err
		},
		"filter": func(c *konverte.Client) error {
			_, err := c.Contacts.Filter(ctx, konverte.ContactFilterParams{Conditions: konverte.Where("name").Is("x").Conditions()})
			return err
		},
		"find or create": func(c *konverte.Client) error {
			_, err := c.Contacts.FindOrCreate(ctx, konverte.ContactCreateParams{Email: konverte.Set("a@example.com")})
			return err
		},
		"messages": func(c *konverte.Client) error {
			_, err := konverte.Collect(c.Messages.All(ctx, 1, konverte.MessageListParams{}), 0)
			return err
		},
		"link": func(c *konverte.Client) error {
			_, err := c.Contacts.LinkInbox(ctx, 1, konverte.ContactLinkInboxParams{InboxID: 1})
			return err
		},
		"attributes": func(c *konverte.Client) error {
			_, err := c.Conversations.SetCustomAttributes(ctx, 1, konverte.Attributes(`{}`))
			return err
		},
		"report": func(c *konverte.Client) error {
			_, err := c.Reports.InboxLabelMatrix(ctx, konverte.ReportInboxLabelMatrixParams{Since: time.Unix(1, 0), Until: time.Unix(2, 0)})
			return err
		},
	}
	for _, body := range []string{`{"error":"boom"}`, `{"errors":[],"success":false}`, `{}`, `[]`, `null`, `"x"`, `7`} {
		c, _ := answering(t, body)
		for name, call := range calls {
			err := call(c)
			_, undecodable := errors.AsType[*konverte.DecodeError](err)
			assert.True(t, undecodable, "%s, %s: %v", name, body, err)
		}
	}
	c, _ := answering(t, `{}`)
	bot, err := c.Inboxes.Bot(ctx, 1)
	require.NoError(t, err, "an inbox without a bot")
	assert.True(t, bot.AgentBot.IsZero())
	c, _ = answering(t, `{"error":"boom"}`)
	_, err = c.Inboxes.Bot(ctx, 1)
	require.Error(t, err)
}
