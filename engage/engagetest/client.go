package engagetest

import (
	"fmt"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
)

// Client returns a client of the server with the token of the first seeded user
// (see Token) and without a rate limit of its own. Options win over these.
//
// It panics where an option is at fault: that is a mistake in the test.
func (s *Server) Client(opts ...engage.Option) *engage.Client { return s.ClientOf(s.Token(), opts...) }

// ClientOf is Client with another token, that of UserToken for example.
func (s *Server) ClientOf(token string, opts ...engage.Option) *engage.Client {
	c, err := engage.NewClient(s.URL, token, konverte.WithRateLimit(0, 0))
	if err == nil {
		c, err = c.With(opts...)
	}
	if err != nil {
		panic(fmt.Sprintf("engagetest: %v", err))
	}
	return c
}
