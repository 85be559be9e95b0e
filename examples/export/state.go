package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/konverte-go/konverte"
)

// state is how far an export has come.
type state struct {
	Account string              `json:"account"`
	Lists   map[string]position `json:"lists"`
	dir     string
}

// position is how far a list has been read, and how long its file was then.
type position struct {
	Cursor konverte.Cursor `json:"cursor"`
	Bytes  int64           `json:"bytes"`
	Done   bool            `json:"done"`
}

// openState reads the state of an earlier run in a directory, or begins.
func openState(dir, account string) (*state, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	s := &state{Account: account, Lists: map[string]position{}, dir: dir}
	text, err := os.ReadFile(s.path("state.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	found := state{dir: dir}
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, fmt.Errorf("%s is no state of an export: %w; remove it to begin anew", s.path("state.json"), err)
	}
	if found.Account != account {
		return nil, fmt.Errorf("%s has an export of %s, and this is %s: choose another -dir", dir, found.Account, account)
	}
	if found.Lists == nil {
		found.Lists = s.Lists
	}
	return &found, nil
}

func (s *state) path(name string) string { return filepath.Join(s.dir, name) }

// save replaces the state in one step: whoever is killed here has the old one or the new.
func (s *state) save() error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	next := s.path("state.json.next")
	if err := os.WriteFile(next, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(next, s.path("state.json"))
}

// rowFile is a file of rows that grows.
type rowFile struct {
	*os.File
	size int64
}

// openRows opens a file and cuts it to a size.
func openRows(path string, size int64) (*rowFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //#nosec G304 -- the user chose it
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() < size {
		err = fmt.Errorf("%s is shorter than the state says: remove state.json to begin anew", path)
	}
	if err == nil {
		err = f.Truncate(size)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &rowFile{File: f, size: size}, nil
}

func (f *rowFile) append(lines []byte) error {
	n, err := f.WriteAt(lines, f.size)
	f.size += int64(n)
	return err
}

// lines are those that are in the file already.
func (f *rowFile) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r := bufio.NewReader(io.NewSectionReader(f, 0, f.size))
		for {
			line, err := r.ReadBytes('\n')
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}
