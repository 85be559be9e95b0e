package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/konverte-go/konverte"
)

var columns = []string{"name", "email", "phone", "identifier"}

// table reads the rows of a file.
type table struct {
	csv    *csv.Reader
	header []string
	row    []string
	line   int
	broken error
}

// newTable reads the names of the columns.
func newTable(r io.Reader) (*table, error) {
	t := &table{csv: csv.NewReader(r)}
	header, err := t.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty: its first row names the columns " + strings.Join(columns, ", "))
	case err != nil:
		return nil, err
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for _, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case !slices.Contains(columns, name):
			return nil, fmt.Errorf("unknown column %q: the columns are %s, separated by commas", name, strings.Join(columns, ", "))
		case slices.Contains(t.header, name):
			return nil, fmt.Errorf("column %q comes twice", name)
		}
		t.header = append(t.header, name)
	}
	return t, nil
}

// next reads a row. One with a fault of its own is a row as well: see contact.
func (t *table) next() bool {
	t.row, t.broken = t.csv.Read()
	if errors.Is(t.broken, io.EOF) {
		return false
	}
	if parse, ok := errors.AsType[*csv.ParseError](t.broken); ok {
		t.line = parse.StartLine
		return true
	}
	if t.broken == nil {
		t.line, _ = t.csv.FieldPos(0)
	}
	return t.broken == nil
}

// err is why the reading ended, nil at the end of the file.
func (t *table) err() error {
	if errors.Is(t.broken, io.EOF) {
		return nil
	}
	return t.broken
}

// contact is the row as a contact.
func (t *table) contact() (konverte.ContactCreateParams, error) {
	var p konverte.ContactCreateParams
	if t.broken != nil {
		return p, t.broken
	}
	fields := map[string]*konverte.Opt[string]{
		"name": &p.Name, "email": &p.Email, "phone": &p.PhoneNumber, "identifier": &p.Identifier,
	}
	for i, value := range t.row {
		if !utf8.ValidString(value) {
			return p, fmt.Errorf("column %s is not UTF-8", t.header[i])
		}
		if value = strings.TrimSpace(value); value != "" {
			*fields[t.header[i]] = konverte.Set(value)
		}
	}
	if !p.Email.IsSet() && !p.PhoneNumber.IsSet() && !p.Identifier.IsSet() {
		return p, errors.New("one of email, phone and identifier is needed to know the contact by")
	}
	return p, nil
}
