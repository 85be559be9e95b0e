package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/konverte-go/konverte"
)

const none = "–"

// table is what is printed.
type table struct {
	title string
	rows  []row
}

func (t *table) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n%s\tnew\tresolved\tfirst reply\treply\tresolution\tper day\n", t.title)
	if len(t.rows) == 0 {
		fmt.Fprintln(w, "(none)")
	}
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", printable(r.name), count(r.began), count(r.resolved),
			duration(r.durations.FirstResponse), duration(r.durations.Reply), duration(r.durations.Resolution), sparkline(r.daily))
	}
	return w.Flush()
}

// printable keeps names from breaking the table, or the terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, name)
}

// count is a number, 0 where the server has null, and a dash where it does not count.
func count(v konverte.Opt[int64]) string {
	if v.IsZero() {
		return none
	}
	return strconv.FormatInt(v.Or(0), 10)
}

// duration rounds to what matters.
func duration(v konverte.Opt[time.Duration]) string {
	d, ok := v.Get()
	switch {
	case !ok:
		return none
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.1fd", d.Hours()/24)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%.0fs", d.Seconds())
}

var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws values in relation to the largest. Only a zero is a dot.
func sparkline(values []float64) string {
	if len(values) == 0 {
		return ""
	}
	top := slices.Max(values)
	line := make([]rune, len(values))
	for i, v := range values {
		line[i] = '·'
		if v > 0 {
			line[i] = bars[int(v/top*float64(len(bars)-1)+0.5)]
		}
	}
	return string(line)
}
