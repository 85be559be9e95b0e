package konvertetest

import (
	"fmt"

	"github.com/konverte-go/konverte"
)

// Client returns a client of the server's first account, with the administrator's and
// the platform app's token. Options win over these.
//
// It panics where an option is at fault: that is a mistake in the test.
func (s *Server) Client(opts ...konverte.Option) *konverte.Client {
	own := []konverte.Option{
		konverte.WithUserToken(s.AdminToken()),
		konverte.WithPlatformToken(s.PlatformToken()),
		konverte.WithAccountID(konverte.AccountID(s.AccountID())),
	}
	c, err := konverte.NewClient(s.URL, append(own, opts...)...)
	if err != nil {
		panic(fmt.Sprintf("konvertetest: %v", err))
	}
	return c
}
