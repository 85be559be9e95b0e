package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/konverte-go/konverte/engage"
)

// colleague is one row of the file.
type colleague struct {
	line   int // where the row begins
	new    engage.NewAgent
	copyOf string
}

var columns = []string{"first_name", "last_name", "email", "role", "teams", "language", "sso", "copy_of"}

// parse reads the file and returns everything that is wrong with it. Rows without
// any text are passed over.
func parse(text string) ([]colleague, error) {
	if line, bad := notUTF8(text); bad {
		return nil, fmt.Errorf("line %d: the file is not UTF-8: save it as \"CSV UTF-8\"", line)
	}
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	head, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: it needs a header")
	}
	if err != nil {
		return nil, err
	}
	at, err := header(head)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	var all []colleague
	var faults []error
	lines := map[string]int{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return all, errors.Join(faults...)
		}
		if err != nil && !errors.Is(err, csv.ErrFieldCount) {
			return nil, errors.Join(append(faults, err)...)
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		line, _ := rows.FieldPos(0)
		c, err := parseRow(row, at, lines)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		c.line = line
		lines[strings.ToLower(c.new.Email)] = line
		all = append(all, c)
	}
}

// notUTF8 finds the first line that is not.
func notUTF8(text string) (line int, bad bool) {
	for text := range strings.Lines(text) {
		line++
		if !utf8.ValidString(text) {
			return line, true
		}
	}
	return 0, false
}

// header says where each column is.
func header(row []string) (map[string]int, error) {
	if len(row) == 1 && strings.ContainsAny(row[0], ";\t") {
		return nil, fmt.Errorf("the columns must be separated by commas: %q", row[0])
	}
	at := map[string]int{}
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("column %q is not known: there are %s", name, strings.Join(columns, ", "))
		}
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("column %q stands there twice", name)
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

// parseRow reads a row. Lines are those in which addresses were seen.
func parseRow(row []string, at, lines map[string]int) (colleague, error) {
	if len(row) != len(at) {
		return colleague{}, fmt.Errorf("has %d cells where the header has %d", len(row), len(at))
	}
	cell := func(column string) string { return strings.TrimSpace(row[at[column]]) }
	c := colleague{copyOf: cell("copy_of"), new: engage.NewAgent{
		FirstName: cell("first_name"), LastName: cell("last_name"), Email: cell("email"), Role: cell("role"), Language: cell("language"),
	}}
	for _, column := range []string{"first_name", "last_name", "email"} {
		if cell(column) == "" {
			return c, fmt.Errorf("%s is empty", column)
		}
	}
	if first := lines[strings.ToLower(c.new.Email)]; first > 0 {
		return c, fmt.Errorf("%s stands in line %d already", c.new.Email, first)
	}
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
