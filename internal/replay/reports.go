package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

func init() {
	maps.Copy(unordered, map[string][]string{
		"get-agent-summary-report":                              {"$"},
		"get-team-summary-report":                               {"$"},
		"get-inbox-summary-report":                              {"$"},
		"undocumented:search-messages":                          {"$.payload.messages"}, // jobs write activity messages side by side
		"get-agent-conversation-metrics":                        {"$"},
		"undocumented:live-report-grouped-conversation-metrics": {"$"},
	})
}

// isDuration reports whether a key of a recorded object holds a measured
// duration: also the value beside a count, and that of a reporting event.
func isDuration(o testserver.Object, key string) bool {
	if key != "value" {
		return durations[key]
	}
	_, averaged := o.Get("count")
	_, measured := o.Get("event_start_time")
	return averaged || measured
}

// csvDuration is a measured duration as reports write it; next to none is
// written as none.
var csvDuration = regexp.MustCompile(`^(N/A|&#39;--|(\d+ (days?|hours?|minutes?|seconds?|dias?|horas?|minutos?|segundos?) ?)+)$`)

// csv compares files of comma-separated values. Rows have no order of their
// own, durations no value.
func (c *comparison) csv(recorded, server string) {
	want, got := strings.Split(recorded, "\n"), strings.Split(server, "\n")
	if len(want) != len(got) {
		c.add(kindValue, "$", "%d lines, recorded %d: %s, recorded %s", len(got), len(want), show(server), show(recorded))
		return
	}
	for i, line := range want {
		at := slices.IndexFunc(got, func(row string) bool { return c.csvRow(line, row) })
		if at < 0 {
			c.add(kindValue, fmt.Sprintf("$[%d]", i), "%s, recorded %s", show(got[0]), show(line))
			return
		}
		got = slices.Delete(got, at, at+1)
	}
}

func (c *comparison) csvRow(recorded, server string) bool {
	want, got := strings.Split(recorded, ","), strings.Split(server, ",")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		durations := csvDuration.MatchString(want[i]) && csvDuration.MatchString(got[i])
		if !durations && !c.names.sameText(want[i], got[i], false) {
			return false
		}
	}
	return true
}
