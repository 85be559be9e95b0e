// Command onboard makes accounts for new colleagues, whom a CSV file lists: it
// invites them in Engage Digital, or makes them copies of agents who are there, and
// with -konverte adds them in Konverte Digital too. It shows first what it would do.
// It can be run again at any time: what is there is left alone.
//
//	onboard [-file colleagues.csv] [-konverte] [-dry-run] [-yes] [-runs n]
//
// The columns are first_name, last_name, email, role, teams (joined by semicolons),
// language, sso (yes or no) and copy_of (the address of an agent).
//
// It works on servers of its own, unless ENGAGE_ACCOUNT and ENGAGE_TOKEN name a real
// domain; -konverte then needs KONVERTE_BASE_URL, KONVERTE_API_TOKEN and
// KONVERTE_ACCOUNT_ID.
package main

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
	"github.com/konverte-go/konverte/konvertetest"
)

//go:embed colleagues.csv
var sample string

// settings are the flags.
type settings struct {
	file     string
	konverte bool
	dryRun   bool
	yes      bool
	runs     int
}

func main() {
	var s settings
	flag.StringVar(&s.file, "file", "", "the CSV file; a sample where it is left out")
	flag.BoolVar(&s.konverte, "konverte", false, "add them in Konverte Digital too")
	flag.BoolVar(&s.dryRun, "dry-run", false, "show what would be done, and stop")
	flag.BoolVar(&s.yes, "yes", false, "write to real accounts without asking")
	flag.IntVar(&s.runs, "runs", 0, "how often to do it; twice on own servers, to see that once is enough, and else once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt) // what is under way is finished or taken back
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdin, os.Stdout, s); err != nil {
		fmt.Fprintln(os.Stderr, "onboard:", err)
		cancel()
		os.Exit(1) //nolint:gocritic // cancel has run
	}
}

func run(ctx context.Context, in io.Reader, out io.Writer, s settings) error {
	text := sample
	if s.file != "" {
		read, err := os.ReadFile(s.file)
		if err != nil {
			return err
		}
		text = string(read)
	}
	colleagues, err := parse(text)
	if err != nil {
		return err
	}
	o, err := connect(out, s)
	if err != nil {
		return err
	}
	defer o.close()
	runs := s.runs
	if runs == 0 && o.own && !s.dryRun {
		runs = 2
	}
	for i := range max(runs, 1) {
		if runs > 1 {
			fmt.Fprintf(out, "\n=== run %d ===\n", i+1)
		}
		err = o.onboard(ctx, in, colleagues, s)
	}
	return err
}

// office is where colleagues get their accounts.
type office struct {
	out      io.Writer
	engage   *engage.Client
	konverte *konverte.Client // nil = not wanted
	own      bool             // on servers of this program
	close    func()
}

func connect(out io.Writer, s settings) (*office, error) {
	if account := os.Getenv("ENGAGE_ACCOUNT"); account != "" {
		return connectReal(out, s, account)
	}
	fmt.Fprintln(out, "No ENGAGE_ACCOUNT is set: using embedded servers")
	domain, err := engagetest.Start()
	if err != nil {
		return nil, err
	}
	o := &office{out: out, engage: domain.Client(), own: true, close: domain.Close}
	if s.konverte {
		desk, err := konvertetest.Start()
		if err != nil {
			domain.Close()
			return nil, err
		}
		o.konverte = desk.Client()
		o.close = func() { desk.Close(); domain.Close() }
	}
	return o, nil
}

func connectReal(out io.Writer, s settings, account string) (*office, error) {
	client, err := engage.NewClient(account, os.Getenv("ENGAGE_TOKEN"))
	if err != nil {
		return nil, err
	}
	o := &office{out: out, engage: client, close: client.Close}
	if s.konverte {
		o.konverte, err = konverte.NewClientFromEnv()
	}
	return o, err
}

// onboard plans, asks, works and reports.
func (o *office) onboard(ctx context.Context, in io.Reader, colleagues []colleague, s settings) error {
	plans := o.planAll(ctx, colleagues)
	fmt.Fprintln(o.out, "\nPlan:")
	o.table(plans, false)
	todo := 0
	for _, p := range plans {
		if p.needsWork() {
			todo++
		}
	}
	switch {
	case todo == 0:
		err := failures(plans)
		if err == nil {
			fmt.Fprintln(o.out, "Nothing to do.")
		}
		return err
	case s.dryRun:
		fmt.Fprintln(o.out, "A dry run: nothing was written.")
		return failures(plans)
	case !o.own && !s.yes && !o.confirmed(in, todo):
		return errors.New("nothing was written")
	}
	o.work(ctx, plans)
	fmt.Fprintln(o.out, "\nResult:")
	o.table(plans, true)
	return failures(plans)
}

func (o *office) confirmed(in io.Reader, todo int) bool {
	fmt.Fprintf(o.out, "This writes to %s and sends invitations to %d people.\nGo on? [y/N] ", o.engage.BaseURL(), todo)
	answer, _ := bufio.NewReader(in).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

// failures sums up the colleagues who have not got everything.
func failures(plans []*plan) error {
	failed := 0
	for _, p := range plans {
		if p.engage.err != nil || p.konverte.err != nil {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d colleagues could not be dealt with", failed, len(plans))
	}
	return nil
}
