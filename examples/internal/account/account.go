// Package account gives the examples an account to work with: a real one, or one on a
// server that they bring along.
package account

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// Account is where an example works.
type Account struct {
	*konverte.Client
	// Name tells accounts apart, from one run to the next.
	Name string
	stop func()
}

// Close ends the server, or the connections to it.
func (a *Account) Close() { a.stop() }

// Open returns the account that KONVERTE_BASE_URL and its neighbours name, or one on an
// embedded server, which fill fills and log tells of.
func Open(ctx context.Context, log io.Writer, fill func(context.Context, *konvertetest.Server, *Clock) error) (*Account, error) {
	if os.Getenv(konverte.EnvBaseURL) != "" {
		c, err := konverte.NewClientFromEnv()
		if err != nil {
			return nil, err
		}
		return &Account{Client: c, Name: fmt.Sprintf("%s account %d", c.BaseURL(), c.AccountID()), stop: c.Close}, nil
	}
	clock := &Clock{}
	srv, err := konvertetest.Start(konvertetest.WithClock(clock.Now))
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(log, "no %s is set: using an embedded server, version %s\n", konverte.EnvBaseURL, srv.Version())
	if err := fill(ctx, srv, clock); err != nil {
		srv.Close()
		return nil, err
	}
	clock.Set(time.Time{})
	return &Account{Client: srv.Client(), Name: "embedded server", stop: srv.Close}, nil
}

// Clock is that of the embedded server, which fill can set to the past. The zero time is
// the present.
type Clock struct{ at atomic.Pointer[time.Time] }

// Now is what the server takes for the present.
func (c *Clock) Now() time.Time {
	if at := c.at.Load(); at != nil && !at.IsZero() {
		return *at
	}
	return time.Now()
}

// Set makes it another time.
func (c *Clock) Set(at time.Time) { c.at.Store(&at) }

// Fill makes an inbox and so many contacts, with a conversation for every second one.
func Fill(ctx context.Context, c *konverte.Client, contacts int) error {
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	if err != nil {
		return err
	}
	for i := range contacts {
		contact, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{
			Name:  konverte.Set(fmt.Sprintf("Customer %03d", i)),
			Email: konverte.Set(fmt.Sprintf("customer.%03d@example.com", i)),
		})
		if err != nil {
			return err
		}
		if i%2 > 0 {
			continue
		}
		first := konverte.ConversationFirstMessage{Content: "Olá!"}
		if _, err := c.Conversations.Start(ctx, contact.ID, inbox.ID, first); err != nil {
			return err
		}
	}
	return nil
}
