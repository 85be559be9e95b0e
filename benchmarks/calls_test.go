package benchmarks

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

// canned answers every request with one body, without a network.
type canned struct {
	body   []byte
	header http.Header
}

func newCanned(body []byte) *canned {
	return &canned{body: body, header: http.Header{
		"Content-Type":   {"application/json; charset=utf-8"},
		"Content-Length": {strconv.Itoa(len(body))},
	}}
}

func (c *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: c.header, Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)), Request: r,
	}, nil
}

const accountURL = "https://support.example.com/api/v1/accounts/1"

// get is the baseline: one request, the whole body, one Unmarshal.
func get[T any](b *testing.B, c *http.Client, path string) *T {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, accountURL+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Api-Access-Token", "token")
	req.Header.Set("Accept", "application/json")
	resp, err := c.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	v := new(T)
	if err := json.Unmarshal(body, v); err != nil {
		b.Fatal(err)
	}
	return v
}

// compare measures both in turn and reports the SDK's time in units of the
// baseline's. The allocations reported are those of the SDK alone.
func compare(b *testing.B, sdk, baseline func()) {
	b.Helper()
	var ours, theirs time.Duration
	const rounds = 16
	for b.Loop() {
		start := time.Now()
		for range rounds {
			sdk()
		}
		middle := time.Now()
		for range rounds {
			baseline()
		}
		ours += middle.Sub(start)
		theirs += time.Since(middle)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-baseline")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*rounds), "sdk-ns/op")
	b.ReportMetric(testing.AllocsPerRun(20, sdk), "sdk-allocs/op")
	b.ReportMetric(testing.AllocsPerRun(20, baseline), "baseline-allocs/op")
	b.ReportMetric(0, "ns/op")
}

func client(b *testing.B, body []byte) (*konverte.Client, *http.Client) {
	b.Helper()
	bare := &http.Client{Transport: newCanned(body)}
	c, err := konverte.NewClient("https://support.example.com", konverte.WithUserToken("token"), konverte.WithAccountID(1),
		konverte.WithHTTPClient(bare))
	require.NoError(b, err)
	return c, bare
}

func BenchmarkAgents(b *testing.B) {
	c, bare := client(b, recorded(b, "get-account-agents"))
	compare(b, func() {
		if _, err := c.Agents.List(b.Context()); err != nil {
			b.Fatal(err)
		}
	}, func() { get[[]plainAgent](b, bare, "/agents") })
}

func BenchmarkTeam(b *testing.B) {
	c, bare := client(b, recorded(b, "get-details-of-a-single-team"))
	type plainTeam struct {
		ID              int64   `json:"id"`
		Name            string  `json:"name"`
		Description     *string `json:"description"`
		AllowAutoAssign bool    `json:"allow_auto_assign"`
		AccountID       int64   `json:"account_id"`
		IsMember        bool    `json:"is_member"`
	}
	compare(b, func() {
		if _, err := c.Teams.Get(b.Context(), 1); err != nil {
			b.Fatal(err)
		}
	}, func() { get[plainTeam](b, bare, "/teams/1") })
}

func BenchmarkContactsPage(b *testing.B) {
	c, bare := client(b, recorded(b, "contactList"))
	compare(b, func() {
		if _, err := c.Contacts.List(b.Context(), konverte.ContactListParams{}); err != nil {
			b.Fatal(err)
		}
	}, func() { get[plainContacts](b, bare, "/contacts") })
}

func BenchmarkConversationsPage(b *testing.B) {
	c, bare := client(b, recorded(b, "conversationList"))
	compare(b, func() {
		if _, err := c.Conversations.List(b.Context(), konverte.ConversationListParams{}); err != nil {
			b.Fatal(err)
		}
	}, func() { get[plainConversations](b, bare, "/conversations") })
}
