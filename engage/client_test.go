package engage_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	. "github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
	"github.com/konverte-go/konverte/internal/core"
)

const planted = "tok-PLANTED-0123456789"

func TestNewClientFindsTheAPI(t *testing.T) {
	t.Parallel()
	tests := []struct {
		account string
		opts    []Option
		want    string
	}{
		{"acme", nil, "https://acme.api.digital.ringcentral.com/1.0"},
		{" Acme ", nil, "https://acme.api.digital.ringcentral.com/1.0"},
		{"acme", []Option{WithPlatform(PlatformEngagement)}, "https://acme.api.engagement.dimelo.com/1.0"},
		{"acme", []Option{WithPlatform("digital.example")}, "https://acme.api.digital.example/1.0"},
		{"acme.engagement.dimelo.com", nil, "https://acme.api.engagement.dimelo.com/1.0"},
		{"acme.api.digital.ringcentral.com", nil, "https://acme.api.digital.ringcentral.com/1.0"},
		{"https://acme.digital.ringcentral.com/users/agents?page=2", nil, "https://acme.api.digital.ringcentral.com/1.0"},
		{"https://acme.api.digital.ringcentral.com/1.0/", nil, "https://acme.api.digital.ringcentral.com/1.0"},
		{"https://gateway.example/engage/1.0/", nil, "https://gateway.example/engage/1.0"},
		{"https://gateway.example/engage", nil, "https://gateway.example/engage/1.0"},
		{"http://127.0.0.1:8080", nil, "http://127.0.0.1:8080/1.0"},
	}
	for _, tt := range tests {
		client, err := NewClient(tt.account, planted, tt.opts...)
		require.NoError(t, err, tt.account)
		assert.Equal(t, tt.want, client.BaseURL(), tt.account)
	}
}

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		account, token string
		opts           []Option
		fields         []string
	}{
		"nothing":        {"", "", nil, []string{"token", "base URL"}},
		"spaces":         {"my account", planted, nil, []string{"base URL"}},
		"slashes":        {"acme/x", planted, nil, []string{"base URL"}},
		"dots":           {"acme..x", planted, nil, []string{"base URL"}},
		"platform":       {"acme", planted, []Option{WithPlatform("https://x")}, []string{"base URL"}},
		"platform alone": {"digital.ringcentral.com", planted, nil, []string{"base URL"}},
		"its API alone":  {"https://api.engagement.dimelo.com/1.0", planted, nil, []string{"base URL"}},
		"URL + platform": {"https://x.example", planted, []Option{WithPlatform("x.example")}, []string{"base URL"}},
		"plain http":     {"http://x.example", planted, nil, []string{"base URL"}},
		"line break":     {"acme", planted + "\n", nil, []string{"token"}},
		"foreign": {"acme", planted, []Option{
			konverte.WithBotToken("b"), konverte.WithPlatformToken("p"), konverte.WithAccountID(1), konverte.WithUnderscoreTokenHeader(),
		}, []string{"WithBotToken", "WithPlatformToken", "WithUnderscoreTokenHeader", "WithAccountID"}},
		"the token's header": {"acme", planted, []Option{konverte.WithHeader("authorization", "x")}, []string{"WithHeader"}},
		"nobody":             {"acme", planted, []Option{Impersonate(" ")}, []string{"user"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := NewClient(tt.account, tt.token, tt.opts...)
			require.Nil(t, client)
			assert.Equal(t, tt.fields, faultFields(t, err))
			assert.NotContains(t, err.Error(), planted)
		})
	}
}

// faultFields are the fields of every *konverte.ArgumentError in an error.
func faultFields(t *testing.T, err error) []string {
	t.Helper()
	require.Error(t, err)
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, one := range joined.Unwrap() {
			all = append(all, faultFields(t, one)...)
		}
		return all
	}
	var e *konverte.ArgumentError
	require.ErrorAs(t, err, &e)
	var fields []string
	for _, f := range e.Faults {
		fields = append(fields, f.Field)
	}
	return fields
}

func TestWith(t *testing.T) {
	t.Parallel()
	client, err := NewClient("acme", planted, WithPlatform(PlatformEngagement))
	require.NoError(t, err)
	_, err = client.With(WithPlatform(PlatformDigital))
	assert.Equal(t, []string{"WithPlatform"}, faultFields(t, err))
	_, err = client.With(konverte.WithAccountID(3))
	assert.Equal(t, []string{"WithAccountID"}, faultFields(t, err))
	other, err := client.With(konverte.WithRetries(0))
	require.NoError(t, err)
	assert.Equal(t, client.BaseURL(), other.BaseURL())
	assert.NotNil(t, other.Agents)
}

func TestTokenIsNeverShown(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error":"authentication_required","message":"bad header %s","status":403}`, r.Header.Get("Authorization"))
	}))
	t.Cleanup(srv.Close)
	var log bytes.Buffer
	client, err := NewClient(srv.URL, planted, konverte.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	_, err = client.Users.Me(t.Context())
	require.ErrorIs(t, err, konverte.ErrUnauthorized)
	require.ErrorIs(t, err, konverte.ErrForbidden, "the status is still there")
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v %v", err, client, client), client.LogValue().String(), log.String()} {
		assert.NotContains(t, text, planted)
		assert.NotEmpty(t, text)
	}
	assert.Contains(t, err.Error(), "REDACTED")
}

// one answers every request with a status and a body, and keeps the last request.
func one(t *testing.T, status int, body string) (*Client, *http.Request) {
	t.Helper()
	last := &http.Request{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		*last = *r
		last.Body = io.NopCloser(bytes.NewReader(text))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	client, err := NewClient(srv.URL, planted, konverte.WithRetries(0))
	require.NoError(t, err)
	return client, last
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status     int
		body       string
		is         error
		message    string
		code       string
		attributes []string
	}{
		"documented":   {400, `{"error":"bad_request","message":"Parameter missing","status":400}`, konverte.ErrValidation, "Parameter missing", "bad_request", nil},
		"texts":        {422, `{"error":"validation_error","errors":["Email is taken","Role must exist"]}`, konverte.ErrValidation, "Email is taken, Role must exist", "validation_error", nil},
		"objects":      {422, `{"error":"validation_error","errors":[{"field":"email","message":"is taken"},7]}`, konverte.ErrValidation, "email is taken", "validation_error", []string{"email"}},
		"by field":     {422, `{"error":"validation_error","message":"no","errors":{"role_id":"must exist","email":["is taken","is odd"]}}`, konverte.ErrValidation, "no", "validation_error", []string{"email", "role_id"}},
		"disconnected": {404, `{"error":"disconnected","message":"The agent is not connected"}`, ErrDisconnected, "The agent is not connected", "disconnected", nil},
		"not found":    {404, `{"error":"not_found"}`, konverte.ErrNotFound, "not_found", "not_found", nil},
		"impersonation": {
			400, `{"error":"impersonation_not_allowed","message":"You may not"}`, ErrImpersonation, "You may not", "impersonation_not_allowed", nil,
		},
		"impersonation, by its message": {400, `{"error":"bad_request","message":"Impersonation is not allowed"}`, ErrImpersonation, "Impersonation is not allowed", "bad_request", nil},
		"busy":                          {409, `{"error":"conflict"}`, konverte.ErrConflict, "conflict", "conflict", nil},
		"unauthorized":                  {401, `{"error":"invalid_token"}`, konverte.ErrUnauthorized, "invalid_token", "invalid_token", nil},
		"no JSON":                       {502, `<html>bad gateway</html>`, konverte.ErrServer, "", "", nil},
		"empty":                         {500, ``, konverte.ErrServer, "", "", nil},
		"other shape":                   {400, `{"error":{"a":1},"message":["x"],"errors":7}`, konverte.ErrValidation, "", "", nil},
		"list at root":                  {400, `["x"]`, konverte.ErrValidation, "", "", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := one(t, tt.status, tt.body)
			_, err := client.Users.Me(t.Context())
			require.ErrorIs(t, err, tt.is)
			var e *konverte.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.status, e.StatusCode)
			assert.Equal(t, tt.code, e.Code)
			assert.Equal(t, tt.attributes, e.Attributes)
			if tt.message != "" {
				assert.Equal(t, tt.message, e.Message)
			}
			assert.Equal(t, errors.Is(tt.is, ErrImpersonation), errors.Is(err, ErrImpersonation))
		})
	}
}

// skip is a clock on which waits are over at once.
type skip struct {
	now   time.Time
	waits []time.Duration
}

func (c *skip) Now() time.Time { return c.now }

func (c *skip) After(d time.Duration) <-chan time.Time {
	c.waits = append(c.waits, d)
	c.now = c.now.Add(d)
	done := make(chan time.Time, 1)
	done <- c.now
	return done
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t)
	srv.Fault("getCurrentUser", engagetest.RateLimited(300).Times(1))
	clock := &skip{now: time.Date(2026, 3, 4, 5, 6, 20, 0, time.UTC)}
	client, err := NewClient(srv.URL, srv.Token(), core.WithClock(clock))
	require.NoError(t, err)
	var resp konverte.Response
	_, err = client.Users.Me(t.Context(), konverte.Into(&resp))
	require.NoError(t, err, "waits for the next minute")
	assert.Equal(t, 2, resp.Attempts)
	require.NotEmpty(t, clock.waits)
	assert.LessOrEqual(t, clock.waits[0], time.Minute+500*time.Millisecond)

	srv.Fault("getCurrentUser", engagetest.RateLimited(300).Times(1))
	_, err = client.Users.Me(t.Context(), konverte.WithRetries(0))
	require.ErrorIs(t, err, konverte.ErrRateLimited)
	requests, per, ok := LimitOf(err)
	assert.Equal(t, []any{300, time.Minute, true}, []any{requests, per, ok})

	_, _, ok = LimitOf(konverte.ErrRateLimited)
	assert.False(t, ok)
	old, _ := one(t, 429, `{"error":"rate_limit_exceeded","message":"Rate limit exceeded","status":429}`)
	_, err = old.Users.Me(t.Context())
	require.ErrorIs(t, err, konverte.ErrRateLimited)
	_, _, ok = LimitOf(err)
	assert.False(t, ok, "older domains do not say it")
}

// 500 requests go out at once, the next one waits.
func TestDefaultRateLimit(t *testing.T) {
	t.Parallel()
	srv := engagetest.NewServer(t, engagetest.WithRateLimit(0))
	clock := &skip{now: time.Date(2026, 3, 4, 5, 6, 20, 0, time.UTC)}
	client, err := NewClient(srv.URL, srv.Token(), core.WithClock(clock))
	require.NoError(t, err)
	for range DefaultRateLimit {
		_, err := client.Users.Me(t.Context())
		require.NoError(t, err)
	}
	assert.Empty(t, clock.waits)
	_, err = client.Users.Me(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{time.Minute / DefaultRateLimit}, clock.waits)
}

func TestImpersonate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	me, err := w.Users.Me(w.ctx, Impersonate(w.agent()))
	require.NoError(t, err)
	assert.Equal(t, "beto.agente@example.com", me.Email)
	me, err = w.Users.Me(w.ctx)
	require.NoError(t, err)
	assert.Equal(t, "ana.admin@example.com", me.Email, "one call only")

	_, err = w.Agents.Disable(w.ctx, w.agent(), Impersonate(w.admin()))
	require.NoError(t, err)
	last := w.srv.Requests()[len(w.srv.Requests())-1]
	assert.Equal(t, string(w.admin()), last.Query.Get("impersonated_user_id"), "beside the body of a form")

	_, err = w.Users.Me(w.ctx, Impersonate(w.agent()))
	require.ErrorIs(t, err, ErrImpersonation, "disabled by now")
	_, err = w.Users.Me(w.ctx, Impersonate("a/b"))
	assert.Equal(t, []string{"user"}, faultFields(t, err))
}

// What is written is a form in the order of the fields; lists end in [], and
// pairs of a list stay together.
func TestForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer string
		call   func(w *Client) error
		want   string
	}{
		"pairs stay together": {`{"id":"1","channels":[]}`, func(c *Client) error {
			_, err := c.UserCapacities.Create(t.Context(), UserCapacityCreateParams{Name: "Half & half", Channels: []ChannelCapacityInput{
				{ChannelID: "b", DefaultCapacity: konverte.Set[int64](1), MaxCapacity: konverte.Set[int64](2)},
				{ChannelID: "a", DefaultCapacity: konverte.Set[int64](3)},
			}})
			return err
		}, "name=Half & half|channels[][channel_id]=b|channels[][default_capacity]=1|channels[][max_capacity]=2|channels[][channel_id]=a|channels[][default_capacity]=3"},
		"lists, and one that is cleared": {`{"id":"1"}`, func(c *Client) error {
			_, err := c.Users.Update(t.Context(), "1", UserUpdateParams{TeamIDs: []TeamID{}, CategoryIDs: []CategoryID{"x", "y"}, Enabled: konverte.Set(false), Nickname: konverte.Null[string]()})
			return err
		}, "enabled=false|nickname=|team_ids[]=|category_ids[]=x|category_ids[]=y"},
		"hashes": {`{"id":"1"}`, func(c *Client) error {
			extra, err := konverte.AttributesOf(map[string]any{"b": "1", "a": 2})
			if err != nil {
				return err
			}
			_, err = c.Identities.Import(t.Context(), IdentityImportParams{Identifier: "i", ExtraValues: extra})
			return err
		}, "identifier=i|extra_values[a]=2|extra_values[b]=1"},
		"restrictions": {`{"id":"1"}`, func(c *Client) error {
			_, err := c.Folders.Create(t.Context(), FolderCreateParams{Label: "l", RoleRestriction: konverte.Set(RoleRestrictionInput{Only: []RoleID{"r", "s"}})})
			return err
		}, "label=l|role_restriction[only][]=r|role_restriction[only][]=s"},
		"secrets in clear, in the body": {`{"id":"1"}`, func(c *Client) error {
			_, err := c.Sources.UpdateEmailCredentials(t.Context(), "1", SourceUpdateEmailCredentialsParams{
				IMAP: konverte.Set(MailCredentialsInput{Username: konverte.Set("u"), Password: konverte.Set("p w")}),
			})
			return err
		}, "imap[username]=u|imap[password]=p w"},
		"permissions": {`{}`, func(c *Client) error {
			_, err := c.Permissions.Update(t.Context(), "1", map[string]SourcePermissionList{"s2": "", "s1": "read,reply"})
			return err
		}, "s1=read,reply|s2="},
		"status": {`{"agent_id":"1"}`, func(c *Client) error {
			_, err := c.AgentStatus.Set(t.Context(), "1", AgentStatusSetParams{Status: map[string]Availability{"c": AvailabilityAway}})
			return err
		}, "status[c]=away"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, last := one(t, 200, tt.answer)
			require.NoError(t, tt.call(client))
			assert.Equal(t, "application/x-www-form-urlencoded", last.Header.Get("Content-Type"))
			assert.Empty(t, last.URL.RawQuery)
			text, err := io.ReadAll(last.Body)
			require.NoError(t, err)
			assert.Equal(t, tt.want, unescaped(t, string(text)))
		})
	}
}

func unescaped(t *testing.T, form string) string {
	t.Helper()
	var parts []string
	for part := range strings.SplitSeq(form, "&") {
		plain, err := url.QueryUnescape(part)
		require.NoError(t, err)
		parts = append(parts, plain)
	}
	return strings.Join(parts, "|")
}

func TestQueries(t *testing.T) {
	t.Parallel()
	client, last := one(t, 200, `{"count":0,"records":[]}`)
	_, err := client.Categories.List(t.Context(), CategoryListParams{IDs: []CategoryID{"a", "b"}, Limit: 5})
	require.NoError(t, err)
	assert.Equal(t, "ids=a%2Cb&limit=5", last.URL.RawQuery, "joined by commas")

	list, last := one(t, 200, `[]`)
	_, err = list.AgentStatus.List(t.Context(), AgentStatusListParams{SourceIDs: []SourceID{"s", "t"}})
	require.NoError(t, err)
	assert.Equal(t, "source_ids%5B%5D=s&source_ids%5B%5D=t", last.URL.RawQuery, "repeated")
}

func TestContentTo(t *testing.T) {
	t.Parallel()
	client, last := one(t, 200, `{"id":"1"}`)
	for body, p := range map[string]ContentCreateParams{
		`{"body":"hi","source_id":"s","to":"+33600000000"}`:                {Body: konverte.Set("hi"), SourceID: konverte.Set(SourceID("s")), To: ToOne("+33600000000")},
		`{"body":"hi","source_id":"s","to":["a@b.example","c@d.example"]}`: {Body: konverte.Set("hi"), SourceID: konverte.Set(SourceID("s")), To: ToEach("a@b.example", "c@d.example")},
		`{"to":[]}`: {To: ToEach()},
	} {
		_, err := client.Contents.Create(t.Context(), p)
		require.NoError(t, err)
		text, err := io.ReadAll(last.Body)
		require.NoError(t, err)
		assert.Equal(t, body, string(text))
		assert.Equal(t, "application/json", last.Header.Get("Content-Type"))
	}
}

func TestListsWithoutRowsAreNoLists(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"count":3,"offset":0,"limit":30}`, `{"count":3,"records":null}`, `{"count":3,"records":"x"}`, `[]`} {
		client, _ := one(t, 200, body)
		_, err := client.Users.List(t.Context(), UserListParams{})
		var e *konverte.DecodeError
		require.ErrorAs(t, err, &e, body)
		for _, err := range client.Users.All(t.Context(), UserListParams{}) {
			require.ErrorAs(t, err, &e, body)
		}
	}
}

// A list is read 150 rows at a time, and ends with its count.
func TestPaging(t *testing.T) {
	t.Parallel()
	w := newWorld(t, engagetest.WithRateLimit(0))
	for i := range 310 {
		add[TagID](w, "Tag", "name", fmt.Sprintf("tag %03d", i))
	}
	w.srv.ClearRequests()
	tags, err := konverte.Collect(w.Tags.All(w.ctx, TagListParams{}), 0)
	require.NoError(t, err)
	assert.Len(t, tags, 310)
	var pages []string
	for _, r := range w.srv.Requests() {
		pages = append(pages, r.Query.Encode())
	}
	assert.Equal(t, []string{"limit=150", "limit=150&offset=150", "limit=150&offset=300"}, pages)

	page, err := w.Tags.List(w.ctx, TagListParams{Offset: 308})
	require.NoError(t, err)
	assert.Equal(t, int64(310), page.Count)
	assert.Len(t, page.Records, 2)
	_, err = w.Tags.List(w.ctx, TagListParams{Limit: 151})
	assert.Equal(t, []string{"limit"}, faultFields(t, err))
}

// Rows that move while a list is read are seen once, and what is missed is said.
func TestPagingOfRowsThatMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t, engagetest.WithRateLimit(0), engagetest.WithHabits(engagetest.Habits{MoveRows: true}))
	for i := range 20 {
		add[TagID](w, "Tag", "name", fmt.Sprintf("tag %03d", i))
	}
	seen := map[TagID]bool{}
	var last error
	for tag, err := range w.Tags.All(w.ctx, TagListParams{Limit: 5}) {
		if err != nil {
			last = err
			break
		}
		assert.False(t, seen[tag.ID], "twice")
		seen[tag.ID] = true
	}
	if len(seen) == 20 {
		require.NoError(t, last)
		return
	}
	var e *konverte.IncompleteError
	require.ErrorAs(t, last, &e)
	assert.Equal(t, []int64{int64(len(seen)), 20}, []int64{e.Seen, e.Count})
}

func TestIDsInPaths(t *testing.T) {
	t.Parallel()
	client, last := one(t, 200, `{"id":"x"}`)
	for _, id := range []UserID{"", " ", "a/b", `a\b`, "https://x/users/1", "..", " a"} {
		_, err := client.Users.Get(t.Context(), id)
		assert.Contains(t, faultFields(t, err), "userId", id)
		_, err = client.Signatures.Delete(t.Context(), id, SignatureID(id))
		assert.Contains(t, faultFields(t, err), "signatureId", id)
	}
	assert.Empty(t, last.Method, "nothing was sent")
	_, err := client.Users.Get(t.Context(), "domain:1 é")
	require.NoError(t, err)
	assert.Equal(t, "/1.0/users/domain:1%20%C3%A9", last.URL.EscapedPath())
}

// Opening a thread is a GET that writes: it is not sent again.
func TestOpenIsNotSentTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	thread := w.thread()
	w.srv.Fault("openThread", engagetest.Status(502, "").Times(1))
	w.srv.ClearRequests()
	_, err := w.Threads.Open(w.ctx, thread)
	require.ErrorIs(t, err, konverte.ErrServer)
	var e *konverte.Error
	require.ErrorAs(t, err, &e)
	assert.True(t, e.MaybeSent)
	assert.Len(t, w.srv.Requests(), 1)
}
