package main

import (
	_ "embed"
	"strings"
)

// leftOutTable names the exchanges that are played but not compared: file (a
// part of its name, or *), operation, case, reason, separated by tabs.
//
//go:embed leftout.tsv
var leftOutTable string

type exclusion struct{ file, op, name, reason string }

var exclusions = parseExclusions(leftOutTable)

func parseExclusions(table string) []exclusion {
	var out []exclusion
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) == 4 {
			out = append(out, exclusion{fields[0], fields[1], fields[2], fields[3]})
		}
	}
	return out
}

// leftOut gives the reason for which an exchange is left out, "" for none.
func leftOut(file string, e *exchange) string {
	for _, x := range exclusions {
		if (x.file == "*" || strings.Contains(file, x.file)) && x.op == e.Op && (x.name == "*" || x.name == e.Case) {
			return x.reason
		}
	}
	return ""
}
