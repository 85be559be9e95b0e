// Command export writes all contacts and all conversations of an account to
// contacts.jsonl and conversations.jsonl, one JSON object a line. Progress goes to
// standard error.
//
// It can be stopped at any moment, or killed, and goes on where it was when it is run
// again with the same directory: no row comes twice, and none is missing. When the account
// has changed in between, rows that were written already are not written again.
//
// It runs against a server of its own, unless KONVERTE_BASE_URL, KONVERTE_API_TOKEN and
// KONVERTE_ACCOUNT_ID name a real one. Contacts without e-mail, phone number and
// identifier are in no list of the server, and so not in the export.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"os/signal"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/examples/internal/account"
	"github.com/konverte-go/konverte/konvertetest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, log io.Writer) error {
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	flags.SetOutput(log)
	dir := flags.String("dir", "export", "directory of the files")
	customers := flags.Int("customers", 100, "how many customers the embedded server has")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q: see -help", flags.Arg(0))
	case *customers < 0:
		return fmt.Errorf("-customers is %d: it cannot be negative", *customers)
	}
	a, err := account.Open(ctx, log, func(ctx context.Context, srv *konvertetest.Server, _ *account.Clock) error {
		return account.Fill(ctx, srv.Client(), *customers)
	})
	if err != nil {
		return err
	}
	defer a.Close()
	st, err := openState(*dir, a.Name)
	if err != nil {
		return err
	}
	contacts := list[konverte.Contact]{
		name: "contacts", log: log, state: st,
		id: func(v konverte.Contact) int64 { return int64(v.ID) },
		pages: func(opts ...konverte.CallOption) iter.Seq2[konverte.Page[konverte.Contact], error] {
			return a.Contacts.Pages(ctx, konverte.ContactListParams{}, opts...)
		},
		all: func() iter.Seq2[konverte.Contact, error] {
			return a.Contacts.All(ctx, konverte.ContactListParams{})
		},
	}
	conversations := list[konverte.Conversation]{
		name: "conversations", log: log, state: st,
		id: func(v konverte.Conversation) int64 { return int64(v.ID) },
		pages: func(opts ...konverte.CallOption) iter.Seq2[konverte.Page[konverte.Conversation], error] {
			return a.Conversations.Pages(ctx, konverte.ConversationListParams{}, opts...)
		},
		all: func() iter.Seq2[konverte.Conversation, error] {
			return a.Conversations.All(ctx, konverte.ConversationListParams{})
		},
	}
	if err := contacts.export(); err != nil {
		return resumable(*dir, err)
	}
	return resumable(*dir, conversations.export())
}

func resumable(dir string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w\nwhat was read is in %s; run it again to go on", err, dir)
}
