package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/konverte-go/konverte"
)

// list is one list of the account and the file that it goes to.
type list[T any] struct {
	name  string
	log   io.Writer
	state *state
	id    func(T) int64
	pages func(...konverte.CallOption) iter.Seq2[konverte.Page[T], error]
	all   func() iter.Seq2[T, error]

	file *rowFile
	seen map[int64]bool
}

// export reads page by page, so that it can go on at any of them. Rows that moved between
// two pages, which a reading by pages misses, are looked for afterwards.
func (l *list[T]) export() (err error) {
	at := l.state.Lists[l.name]
	if at.Done {
		fmt.Fprintf(l.log, "%s: done before\n", l.name)
		return nil
	}
	if err := l.open(at); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.file.Close()) }()
	if len(l.seen) > 0 {
		fmt.Fprintf(l.log, "%s: %d written before, going on at %q\n", l.name, len(l.seen), at.Cursor)
	}
	count, err := l.readPages(at)
	if err != nil {
		return err
	}
	if int64(len(l.seen)) < count {
		if err := l.readMissing(); err != nil {
			return err
		}
	}
	fmt.Fprintf(l.log, "%s: done, %d rows\n", l.name, len(l.seen))
	return l.save(position{Done: true})
}

// open cuts off what was written after the last position that was kept, and learns which
// rows are there.
func (l *list[T]) open(at position) (err error) {
	if l.file, err = openRows(l.state.path(l.name+".jsonl"), at.Bytes); err != nil {
		return err
	}
	l.seen = map[int64]bool{}
	for line, err := range l.file.lines() {
		var row struct {
			ID int64 `json:"id"`
		}
		if err == nil {
			err = json.Unmarshal(line, &row)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s.jsonl: %w", l.name, err), l.file.Close())
		}
		l.seen[row.ID] = true
	}
	return nil
}

func (l *list[T]) readPages(at position) (count int64, err error) {
	for page, err := range l.pages(konverte.WithResume(at.Cursor)) {
		if err != nil {
			return 0, err
		}
		count = page.Count
		if err := l.write(page.Items); err != nil {
			return 0, err
		}
		if err := l.save(position{Cursor: page.Cursor}); err != nil {
			return 0, err
		}
		fmt.Fprintf(l.log, "%s: %d of %d\n", l.name, len(l.seen), count)
	}
	return count, nil
}

// readMissing reads everything anew and writes what is not there yet. The list itself
// says when rows are missing still.
func (l *list[T]) readMissing() error {
	for row, err := range l.all() {
		if err != nil {
			return err
		}
		if err := l.write([]T{row}); err != nil {
			return err
		}
	}
	return nil
}

func (l *list[T]) write(rows []T) error {
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	for _, row := range rows {
		if l.seen[l.id(row)] {
			continue
		}
		l.seen[l.id(row)] = true
		if err := enc.Encode(row); err != nil {
			return err
		}
	}
	return l.file.append(lines.Bytes())
}

// save keeps a position once the rows before it are on the disk.
func (l *list[T]) save(at position) error {
	if err := l.file.Sync(); err != nil {
		return err
	}
	at.Bytes = l.file.size
	l.state.Lists[l.name] = at
	return l.state.save()
}
