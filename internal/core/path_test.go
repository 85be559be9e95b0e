package core

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value string
		want  string // "" = refused
	}{
		{"7", "/things/7"},
		{"a b", "/things/a%20b"},
		{"a/b", "/things/a%2Fb"},
		{"a?b=c#d", "/things/a%3Fb=c%23d"},
		{"ü", "/things/%C3%BC"},
		{"100%", "/things/100%25"},
		{"%2e%2e", "/things/%252e%252e"},
		{"...", "/things/..."},
		{".hidden", "/things/.hidden"},
		{"a..b", "/things/a..b"},
		{"", ""},
		{".", ""},
		{"..", ""},
		{"../x", ""},
		{"x/..", ""},
		{"x/./y", ""},
		{`..\x`, ""},
		{"a\nb", ""},
		{"a\x00b", ""},
	}
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL)
	for _, tt := range tests {
		before := len(seen.requests())
		_, err := One(t.Context(), c, getThing, Request{Path: []string{tt.value}}, nil, decodeThing)
		if tt.want == "" {
			e := asError[*ArgumentError](t, err)
			assert.Equal(t, "id", e.Faults[0].Field)
			assert.Len(t, seen.requests(), before)
			continue
		}
		require.NoError(t, err, tt.value)
		assert.Equal(t, tt.want, seen.requests()[before].URI)
	}
}

func TestAccountInPaths(t *testing.T) {
	t.Parallel()
	op := &Operation{Name: "Things.Get", Method: "GET", Path: "/accounts/{account_id}/things/{id}", Idempotent: true}
	deep := &Operation{Name: "Deep.Get", Method: "GET", Path: "/x/{id}/accounts/{account_id}", Idempotent: true}
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL, WithAccountID(3))
	call := func(c *Client, op *Operation, path ...string) (string, error) {
		_, err := One(t.Context(), c, op, Request{Path: path}, nil, decodeThing)
		if err != nil {
			return "", err
		}
		all := seen.requests()
		return all[len(all)-1].URI, nil
	}
	uri, err := call(c, op, "7")
	require.NoError(t, err)
	assert.Equal(t, "/accounts/3/things/7", uri)
	uri, err = call(c, op, "4", "7")
	require.NoError(t, err)
	assert.Equal(t, "/accounts/4/things/7", uri, "an account that is given wins")
	uri, err = call(c, deep, "7", "8")
	require.NoError(t, err)
	assert.Equal(t, "/x/7/accounts/8", uri)

	_, err = call(client(t, srv.URL), op, "7")
	require.ErrorContains(t, err, "WithAccountID")
	_, err = call(c, op)
	require.ErrorContains(t, err, "id: is required")
	_, err = call(c, op, "1", "2", "3")
	require.ErrorContains(t, err, "fewer placeholders")
}

// TestAllFaultsOfACallComeTogether joins what the generated checks found with
// what the call path finds.
func TestAllFaultsOfACallComeTogether(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200})
	c, err := New(srv.URL, deskAPI(), nil)
	require.NoError(t, err)
	var f Faults
	f.Required("name", " ")
	f.Email("email", "nobody")
	op := &Operation{Name: "Things.Get", Method: "POST", Path: "/accounts/{account_id}/things/{id}", Body: BodyJSON}
	_, err = One(t.Context(), c, op, Request{Path: []string{".."}, Body: func() {}, Faults: &f}, nil, decodeThing)
	e := asError[*ArgumentError](t, err)
	fields := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		fields[i] = fault.Field
	}
	assert.Equal(t, []string{"name", "email", "account_id", "id", "body", "token"}, fields)
	assert.Equal(t, "Things.Get", e.Operation)
	assert.Empty(t, seen.requests())
}

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		check func(*Faults)
		fault bool
	}{
		{"id", func(f *Faults) { f.ID("x", 1) }, false},
		{"id zero", func(f *Faults) { f.ID("x", 0) }, true},
		{"id negative", func(f *Faults) { f.ID("x", -1) }, true},
		{"required", func(f *Faults) { f.Required("x", "v") }, false},
		{"required blank", func(f *Faults) { f.Required("x", "\t ") }, true},
		{"present", func(f *Faults) { f.Present("x", true) }, false},
		{"absent", func(f *Faults) { f.Present("x", false) }, true},
		{"null", func(f *Faults) { f.NoNull("x", true) }, true},
		{"no null", func(f *Faults) { f.NoNull("x", false) }, false},
		{"email", func(f *Faults) { f.Email("x", "ana+b@example.com") }, false},
		{"email empty", func(f *Faults) { f.Email("x", "") }, false},
		{"email without at", func(f *Faults) { f.Email("x", "ana") }, true},
		{"email without host", func(f *Faults) { f.Email("x", "ana@") }, true},
		{"email with name", func(f *Faults) { f.Email("x", "Ana <ana@example.com>") }, true},
		{"email with line break", func(f *Faults) { f.Email("x", "ana@example.com\n") }, true},
		{"two emails", func(f *Faults) { f.Email("x", "a@example.com,b@example.com") }, true},
		{"url", func(f *Faults) { f.URL("x", "https://example.com/a?b=c") }, false},
		{"url empty", func(f *Faults) { f.URL("x", "") }, false},
		{"url without scheme", func(f *Faults) { f.URL("x", "example.com") }, true},
		{"url of another scheme", func(f *Faults) { f.URL("x", "javascript:alert(1)") }, true},
		{"url without host", func(f *Faults) { f.URL("x", "https://") }, true},
		{"url broken", func(f *Faults) { f.URL("x", "https://%zz") }, true},
		{"one of", func(f *Faults) { f.OneOf("x", "b", "a", "b") }, false},
		{"none of", func(f *Faults) { f.OneOf("x", "c", "a", "b") }, true},
		{"length", func(f *Faults) { f.MaxLen("x", "üüü", 3) }, false},
		{"too long", func(f *Faults) { f.MaxLen("x", "üüüü", 3) }, true},
		{"one of two", func(f *Faults) { f.Exclusive("x", true, "y", false) }, false},
		{"both of two", func(f *Faults) { f.Exclusive("x", true, "y", true) }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var f Faults
			tt.check(&f)
			assert.Equal(t, !tt.fault, f.Empty())
			if tt.fault {
				assert.ErrorContains(t, f.Err("Op"), "Op: nothing sent: x: ")
				return
			}
			require.NoError(t, f.Err("Op"))
		})
	}
	var none *Faults
	assert.True(t, none.Empty())
	require.NoError(t, none.Err("Op"))
}

func TestQuery(t *testing.T) {
	t.Parallel()
	var q Query
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("x", 3600))
	q.Add("z", "a&b=c d+é")
	q.AddInt("n", -1)
	q.AddFloat("f", 1.5)
	q.AddBool("b", true)
	q.AddTime("t", at)
	q.AddUnix("u", at)
	q.AddStrings("l[]", []string{"x", "y"})
	q.AddInts("i[]", []int64{1, 2})
	assert.Equal(t, "z=a%26b%3Dc+d%2B%C3%A9&n=-1&f=1.5&b=true&t=2026-03-04T04%3A06%3A07Z&u=1772597167&l%5B%5D=x&l%5B%5D=y&i%5B%5D=1&i%5B%5D=2", q.Encode())
	assert.Empty(t, Query(nil).Encode())
}

// FuzzPath looks for a value that leaves its segment.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"7", "..", "a/b", "%2e%2e", "..%2f", "a\\..\\b", "\x00", "ü"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var faults Faults
		escaped := expandPath("/a/{id}/b", []string{value}, &faults)
		if !faults.Empty() {
			return
		}
		segment, ok := strings.CutPrefix(escaped, "/a/")
		segment, okEnd := strings.CutSuffix(segment, "/b")
		if !ok || !okEnd || strings.ContainsAny(segment, "/?#\\") {
			t.Fatalf("%q became %q", value, escaped)
		}
		u, err := url.Parse("http://h" + escaped)
		if err != nil || u.JoinPath().EscapedPath() != escaped {
			t.Fatalf("%q became %q, which is resolved to %v (%v)", value, escaped, u, err)
		}
		plain, err := url.PathUnescape(segment)
		if err != nil || plain != value {
			t.Fatalf("%q arrives as %q (%v)", value, plain, err)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"7", "-1", "99999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "1e9", " 3 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wait, _ := retryAfter(http.Header{"Retry-After": {value}}, time.Unix(0, 0))
		if wait < 0 {
			t.Fatalf("%q is a wait of %s", value, wait)
		}
	})
}
