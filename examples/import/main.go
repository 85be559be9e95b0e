// Command import makes contacts of the rows of a CSV file. A row whose identifier, e-mail
// or phone number a contact has already is that contact, so that the same file can be
// imported again: what is there is found, and what is missing is made. Every row is
// reported on standard output.
//
//	go run ./examples/import contacts.csv
//
// The first row names the columns, in any order: name, email, phone, identifier. A phone
// number is in E.164 form, +5511999990000. "-" reads standard input, and -dry-run only
// checks the rows.
//
// It writes to a server of its own, with a file of its own where none is given, unless
// KONVERTE_BASE_URL, KONVERTE_API_TOKEN and KONVERTE_ACCOUNT_ID name a real one.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/examples/internal/account"
	"github.com/konverte-go/konverte/konvertetest"
)

//go:embed sample.csv
var sample string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr})
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "import:", err)
		os.Exit(1)
	}
}

type stdio struct {
	in       io.Reader
	out, log io.Writer
}

func run(ctx context.Context, args []string, std stdio) error {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(std.log)
	dry := flags.Bool("dry-run", false, "check the rows and write nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	file, err := open(flags.Args(), std.in)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	table, err := newTable(file)
	if err != nil {
		return err
	}
	tally := &tally{out: std.out}
	if *dry {
		return tally.each(ctx, table, func(context.Context, konverte.ContactCreateParams) (string, error) {
			return "looks good", nil
		})
	}
	a, err := account.Open(ctx, std.log, func(context.Context, *konvertetest.Server, *account.Clock) error { return nil })
	if err != nil {
		return err
	}
	defer a.Close()
	return tally.each(ctx, table, func(ctx context.Context, p konverte.ContactCreateParams) (string, error) {
		return findOrCreate(ctx, a.Client, p)
	})
}

// open opens the file that is named. Without one the sample is used, which has no place in
// a real account.
func open(args []string, in io.Reader) (io.ReadCloser, error) {
	switch {
	case len(args) > 1:
		return nil, fmt.Errorf("one file at a time, got %d", len(args))
	case len(args) == 0 && os.Getenv(konverte.EnvBaseURL) != "":
		return nil, errors.New("which file? See -help")
	case len(args) == 0:
		return io.NopCloser(strings.NewReader(sample)), nil
	case args[0] == "-":
		return io.NopCloser(in), nil
	}
	return os.Open(args[0]) //#nosec G304 -- the user chose it
}

func findOrCreate(ctx context.Context, c *konverte.Client, p konverte.ContactCreateParams) (string, error) {
	found, err := c.Contacts.FindOrCreate(ctx, p)
	switch {
	case err != nil:
		return "", err
	case found.Created:
		return fmt.Sprintf("created contact %d", found.Contact.ID), nil
	}
	return fmt.Sprintf("found contact %d by %s", found.Contact.ID, found.MatchedBy), nil
}

// tally reports the rows and counts them.
type tally struct {
	out          io.Writer
	done, failed int
}

// each deals with one row after the other, since two of them may be one contact. A row
// that is at fault does not keep the others from being imported; an error that every
// row would meet ends the import.
func (t *tally) each(ctx context.Context, rows *table, deal func(context.Context, konverte.ContactCreateParams) (string, error)) error {
	for rows.next() {
		p, err := rows.contact()
		var what string
		if err == nil {
			what, err = deal(ctx, p)
		}
		if hopeless(ctx, err) {
			return fmt.Errorf("stopped at line %d, after %d rows; import the file again to go on: %w", rows.line, t.done+t.failed, err)
		}
		if err != nil {
			t.failed++
			fmt.Fprintf(t.out, "line %d: NOT IMPORTED: %v\n", rows.line, err)
			continue
		}
		t.done++
		fmt.Fprintf(t.out, "line %d: %s\n", rows.line, what)
	}
	if err := rows.err(); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%d rows, %d of them not imported\n", t.done+t.failed, t.failed)
	if t.failed > 0 {
		return fmt.Errorf("%d rows were not imported", t.failed)
	}
	return nil
}

// hopeless tells whether the next row would end in the same error: no token, no
// connection, no time left.
func hopeless(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	_, broken := errors.AsType[*konverte.TransportError](err)
	return broken || ctx.Err() != nil || errors.Is(err, konverte.ErrUnauthorized)
}
