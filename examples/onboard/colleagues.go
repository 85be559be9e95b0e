package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/engage"
)

// colleague is one row of the file.
type colleague struct {
	new    engage.NewAgent
	copyOf string
}

var columns = []string{"first_name", "last_name", "email", "role", "teams", "language", "sso", "copy_of"}

// parse reads the file and returns everything that is wrong with it.
func parse(text string) ([]colleague, error) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("the file is empty: it needs a header")
	}
	at, err := header(rows[0])
	if err != nil {
		return nil, err
	}
	var all []colleague
	var faults []error
	lines := map[string]int{}
	for i, row := range rows[1:] {
		c, err := parseRow(func(column string) string { return strings.TrimSpace(row[at[column]]) })
		line := i + 2
		if first := lines[strings.ToLower(c.new.Email)]; err == nil && first > 0 {
			err = fmt.Errorf("%s stands in line %d already", c.new.Email, first)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		lines[strings.ToLower(c.new.Email)] = line
		all = append(all, c)
	}
	return all, errors.Join(faults...)
}

func header(row []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("column %q is not known: there are %s", name, strings.Join(columns, ", "))
		}
		at[name] = i
	}
	for _, name := range columns {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("column %q is missing", name)
		}
	}
	return at, nil
}

func parseRow(cell func(string) string) (colleague, error) {
	c := colleague{copyOf: cell("copy_of"), new: engage.NewAgent{
		FirstName: cell("first_name"), LastName: cell("last_name"), Email: cell("email"), Role: cell("role"), Language: cell("language"),
	}}
	for team := range strings.SplitSeq(cell("teams"), ";") {
		if team = strings.TrimSpace(team); team != "" {
			c.new.Teams = append(c.new.Teams, team)
		}
	}
	switch strings.ToLower(cell("sso")) {
	case "yes", "true", "1":
		c.new.SSOOnly = true
	case "no", "false", "0", "":
	default:
		return c, fmt.Errorf("sso is %q, want yes or no", cell("sso"))
	}
	return c, nil
}
