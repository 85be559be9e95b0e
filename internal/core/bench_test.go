package core

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkGet is one read through every layer, over a transport that costs
// nothing, beside net/http alone.
func BenchmarkGet(b *testing.B) {
	answering := roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(okThing)), ContentLength: int64(len(okThing)), Request: r,
		}, nil
	})
	ctx := context.Background()
	b.Run("bare", func(b *testing.B) {
		c := &http.Client{Transport: answering}
		b.ReportAllocs()
		for b.Loop() {
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://desk.example.com/things/7", nil)
			resp, err := c.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
	})
	b.Run("client", func(b *testing.B) {
		c, err := New("https://desk.example.com", deskAPI(), []Option{WithUserToken(planted), WithHTTPClient(&http.Client{Transport: answering})})
		if err != nil {
			b.Fatal(err)
		}
		request := Request{Path: []string{"7"}}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := One(ctx, c, getThing, request, nil, decodeThing); err != nil {
				b.Fatal(err)
			}
		}
	})
}
