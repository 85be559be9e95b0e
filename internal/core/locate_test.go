package core

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errToy = errors.New("toy trouble")

func TestLocate(t *testing.T) {
	t.Parallel()
	located := toyAPI()
	located.Locate = func(cfg *Config, given string) (string, string) {
		if given == "" {
			return "", "is empty"
		}
		return "https://" + given + "." + cfg.Platform, ""
	}
	c, err := New("shop", located, []Option{WithPlatform("toys.example"), WithToken(planted)})
	require.NoError(t, err)
	assert.Equal(t, "https://shop.toys.example", c.BaseURL())

	_, err = New("", located, nil)
	require.EqualError(t, err, "client: nothing sent: base URL: is empty")
	_, err = New("shop", located, []Option{WithPlatform("toys.example"), WithToken(" ")})
	require.EqualError(t, err, "client: nothing sent: token: the token is empty")
	_, err = get(t, c, WithPlatform("other.example"))
	require.ErrorContains(t, err, "WithPlatform")
}

func TestQueryOfEveryCall(t *testing.T) {
	t.Parallel()
	srv, seen := script(t, answer{status: 200, body: okThing})
	c := client(t, srv.URL, WithQuery("as", "1"), WithQuery("lang", "e n"))
	var query Query
	query.Add("q", "x")
	_, err := One(t.Context(), c, getThing, Request{Path: []string{"7"}, Query: query}, nil, decodeThing)
	require.NoError(t, err)
	_, err = get(t, c, WithQuery("as", "2"))
	require.NoError(t, err)
	_, err = get(t, c)
	require.NoError(t, err)
	var uris []string
	for _, r := range seen.requests() {
		uris = append(uris, r.URI)
	}
	assert.Equal(t, []string{"/things/7?q=x&as=1&lang=e+n", "/things/7?lang=e+n&as=2", "/things/7?as=1&lang=e+n"}, uris)
	assert.Equal(t, Query{{"q", "x"}}, query)
}

func TestKindOfError(t *testing.T) {
	t.Parallel()
	srv, _ := script(t, answer{status: 403, body: `{}`})
	toy := toyAPI()
	toy.ParseError = func(int, http.Header, []byte) ErrorInfo { return ErrorInfo{Kind: errToy} }
	c, err := New(srv.URL, toy, []Option{WithUserToken(planted)})
	require.NoError(t, err)
	_, err = get(t, c)
	require.ErrorIs(t, err, errToy)
	require.ErrorIs(t, err, ErrForbidden)
	require.NotErrorIs(t, err, ErrNotFound)
}

func TestPathText(t *testing.T) {
	t.Parallel()
	for value, rule := range map[string]string{
		"4f4f":              "",
		"domain_id:1":       "",
		"":                  "is required and must not be blank",
		"  ":                "is required and must not be blank",
		"users/4f4f":        "must not have slashes: it is the id alone, not a path or an address",
		`a\b`:               "must not have slashes: it is the id alone, not a path or an address",
		" 4f4f":             "must not begin or end with a space",
		"https://x/y/4f4f?": "must not have slashes: it is the id alone, not a path or an address",
	} {
		var f Faults
		f.PathText("id", value)
		got := ""
		for _, fault := range f.all {
			got += fault.Rule
		}
		assert.Equal(t, rule, got, value)
	}
}
