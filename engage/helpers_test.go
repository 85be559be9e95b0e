package engage_test

import (
	"net/http"
	"strings"
	"sync"

	"github.com/konverte-go/konverte"
)

// trip is a transport that is a function.
type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// after calls do once, when the first request with the method and the end of its
// path has been answered.
func after(method, path string, do func()) konverte.Option {
	var once sync.Once
	return konverte.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return trip(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if r.Method == method && strings.HasSuffix(r.URL.Path, path) {
				once.Do(do)
			}
			return resp, err
		})
	})
}
