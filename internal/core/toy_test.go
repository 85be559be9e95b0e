package core

import (
	"encoding/xml"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// toyAPI has nothing in common with the APIs of this module: a bearer token,
// forms for bodies, XML for errors, a rate limit of its own and no windows.
func toyAPI() API {
	return API{
		Name:              "toy",
		PastedPaths:       []string{"/v9"},
		CredentialHeader:  func(*Config) string { return "Authorization" },
		CredentialHeaders: []string{"Authorization"},
		FormatCredential:  func(token string) string { return "Bearer " + token },
		RateLimit:         Rate{Requests: 100, Per: time.Second},
		Choose: func(cfg *Config, op *Operation) (string, string) {
			if op.Auth == AuthPlatform {
				return cfg.PlatformToken.Reveal(), "WithPlatformToken"
			}
			return cfg.UserToken.Reveal(), "WithUserToken"
		},
		ParseError: func(_ int, _ http.Header, body []byte) ErrorInfo {
			var fault struct {
				Code  string   `xml:"code,attr"`
				Text  string   `xml:"text"`
				Field []string `xml:"field"`
			}
			_ = xml.Unmarshal(body, &fault)
			return ErrorInfo{Message: fault.Text, Attributes: fault.Field, Code: fault.Code}
		},
		Hint: func(e *Error) string {
			if e.Code == "E7" {
				return "ask the toy maker"
			}
			return ""
		},
	}
}

func TestToyAPI(t *testing.T) {
	t.Parallel()
	paint := &Operation{Name: "Toys.Paint", Method: "PUT", Path: "/v9/toys/{id}/paint", Body: BodyForm, Idempotent: true, FormJSON: []string{"extra"}}
	recall := &Operation{Name: "Toys.Recall", Method: "POST", Path: "/v9/recalls", Auth: AuthPlatform}
	fault := answer{
		status: 418,
		header: map[string]string{"Content-Type": "application/xml"},
		body:   `<fault code="E7"><text>too hot</text><field>paint</field></fault>`,
	}
	srv, seen := script(t, answer{status: 503}, answer{status: 200, body: okThing}, fault)
	c, err := New(srv.URL+"/shop/v9/", toyAPI(), []Option{WithUserToken(planted), WithClock(newSkippingClock())})
	require.NoError(t, err)
	assert.Equal(t, srv.URL+"/shop", c.BaseURL())

	body := struct {
		Color string         `json:"color"`
		Coats []int          `json:"coats"`
		Extra map[string]int `json:"extra"`
	}{"red & green", []int{1, 2}, map[string]int{"a": 1}}
	var query Query
	query.Add("q", "a b&c")
	query.AddInt("n", 3)
	request := Request{Path: []string{"a/b ü"}, Query: query, Body: body}
	v, err := One(t.Context(), c, paint, request, nil, decodeThing)
	require.NoError(t, err)
	assert.Equal(t, int64(7), v.ID)

	require.Len(t, seen.requests(), 2)
	for _, r := range seen.requests() {
		assert.Equal(t, "/shop/v9/toys/a%2Fb%20%C3%BC/paint?q=a+b%26c&n=3", r.URI)
		assert.Equal(t, "color=red+%26+green&coats%5B%5D=1&coats%5B%5D=2&extra=%7B%22a%22%3A1%7D", r.Body)
		assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
		assert.Equal(t, "Bearer "+planted, r.Header.Get("Authorization"))
		assert.Equal(t, "toy-go", r.Header.Get("User-Agent"))
	}

	_, err = One(t.Context(), c, paint, request, nil, decodeThing)
	e := asError[*Error](t, err)
	assert.Equal(t, "too hot", e.Message)
	assert.Equal(t, []string{"paint"}, e.Attributes)
	assert.Equal(t, "E7", e.Code)
	assert.Equal(t, "ask the toy maker", e.Hint)
	assertHidden(t, planted, err.Error())

	err = None(t.Context(), c, recall, Request{}, nil)
	require.ErrorContains(t, err, "WithPlatformToken")
	_, err = c.With(WithHeader("Authorization", "x"))
	require.ErrorContains(t, err, "options of their own")
}
