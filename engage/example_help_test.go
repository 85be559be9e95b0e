package engage_test

import (
	"context"

	"github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
)

// start gives the examples a server in place of a domain, and a client for it.
func start() (*engagetest.Server, *engage.Client, context.Context) {
	srv, err := engagetest.Start()
	check(err)
	return srv, srv.Client(), context.Background()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
