// Replay plays recordings of real servers against the test server and says
// where their answers differ.
//
//	go run ./internal/replay [-version V] [-v] FILE…
//
// Files are recordings as described beside the fixtures, compressed or not.
// Without -version the version is taken from the name of the file.
//
// It prints one line for each operation, then for each version
//
//	replay: V: N exchanges, S same, D differing, L left out, U not built
//
// and exits 1 when anything differs. -v shows each difference.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/konvertetest"
)

func main() {
	version := flag.String("version", "", "server version, instead of the one in the name of the file")
	verbose := flag.Bool("v", false, "show each difference")
	only := flag.String("op", "", "with -v, show only operations with this in their name")
	flag.Parse()
	differing, err := run(os.Stdout, *version, flag.Args(), *verbose, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(2)
	}
	if differing {
		os.Exit(1)
	}
}

// run plays the files, reports to w, and says whether anything differs.
func run(w io.Writer, version string, files []string, verbose bool, only string) (differing bool, err error) {
	if len(files) == 0 {
		return false, fmt.Errorf("no files; usage: replay [-version V] [-v] FILE…")
	}
	reports := map[string]*report{}
	for _, file := range files {
		v := version
		if v == "" {
			v = versionOf(file)
		}
		if v == "" {
			return false, fmt.Errorf("%s: no version in the name; use -version", file)
		}
		rec, err := recordings.Load(file)
		if err != nil {
			return false, err
		}
		s, err := newSession(rec, v)
		if err != nil {
			return false, err
		}
		outcomes := s.play()
		if reports[v] == nil {
			reports[v] = newReport(v)
		}
		for _, o := range outcomes {
			reports[v].count(o)
			if verbose && strings.Contains(o.exchange.Op, only) {
				showOutcome(w, file, o)
			}
		}
	}
	for _, v := range konvertetest.Versions() {
		if reports[v] != nil {
			reports[v].print(w)
			differing = differing || reports[v].total.differing > 0
		}
	}
	for _, v := range konvertetest.Versions() {
		if reports[v] != nil {
			fmt.Fprintln(w, reports[v].summary())
		}
	}
	return differing, nil
}

func showOutcome(w io.Writer, file string, o outcome) {
	if o.notBuilt || o.leftOut != "" {
		return
	}
	for _, d := range o.differences {
		fmt.Fprintf(w, "%s:%d: %s (%s): %s %s: %s\n", file[strings.LastIndexByte(file, '/')+1:], o.exchange.Line, o.exchange.Op, o.exchange.Case, d.kind, d.path, d.text)
	}
}
