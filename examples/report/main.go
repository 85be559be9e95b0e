// Command report prints what agents and teams did in the last days, as a table with a
// sparkline of the new conversations of each day.
//
// It runs against a server of its own, with some weeks of made-up work, unless
// KONVERTE_BASE_URL, KONVERTE_API_TOKEN and KONVERTE_ACCOUNT_ID name a real one. The token
// has to be that of an administrator. Nothing is written.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
	_ "time/tzdata" // -zone works where the system has no time zones

	"github.com/konverte-go/konverte/examples/internal/account"
)

// The most days that fit a line.
const maxDays = 90

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, log io.Writer) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	flags.SetOutput(log)
	days := flags.Int("days", 14, "how many days, today included")
	zone := flags.String("zone", "Local", "time zone by which days begin, America/Sao_Paulo for example")
	working := flags.Bool("working-hours", false, "count the working hours of the inboxes only")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q: see -help", flags.Arg(0))
	case *days < 1 || *days > maxDays:
		return fmt.Errorf("-days is %d: it must be 1 to %d", *days, maxDays)
	}
	place, err := time.LoadLocation(*zone)
	if err != nil {
		return fmt.Errorf("-zone: %w", err)
	}
	a, err := account.Open(ctx, log, fill)
	if err != nil {
		return err
	}
	defer a.Close()
	r := reporter{Client: a.Client, period: lastDays(time.Now().In(place), *days), working: *working}
	fmt.Fprintf(out, "%s, %s to %s\n", a.Name, r.since.Format("2 Jan 2006"), r.until.Format("2 Jan 2006 15:04 MST"))
	for _, table := range []func(context.Context) (*table, error){r.agents, r.teams} {
		t, err := table(ctx)
		if err != nil {
			return err
		}
		if err := t.print(out); err != nil {
			return err
		}
	}
	return nil
}

// period is a span of time that begins at midnight.
type period struct {
	since, until time.Time
	days         int
}

func lastDays(now time.Time, days int) period {
	y, m, d := now.Date()
	return period{since: time.Date(y, m, d-days+1, 0, 0, 0, 0, now.Location()), until: now, days: days}
}

// index is the day, counted from 0, that a point of the server begins. The server knows no
// changes of the clocks, so that a point may begin an hour early.
func (p period) index(at time.Time) int {
	return int((at.Sub(p.since) + 2*time.Hour).Hours()) / 24
}
