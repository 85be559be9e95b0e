// Package recordings reads what real servers were asked and what they answered.
// The format is described beside the files.
package recordings

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Recording is one scenario: what existed before, and what was asked and
// answered.
type Recording struct {
	Name      string // the path it was read from
	Seed      Seed
	Exchanges []Exchange
}

// Seed is what existed before the first exchange.
type Seed struct {
	Account struct {
		ID       int64    `json:"id"`
		Name     string   `json:"name"`
		Locale   string   `json:"locale"`
		Features []string `json:"features"`
	} `json:"account"`
	Users []struct {
		As    string `json:"as"`
		ID    int64  `json:"id"`
		Name  string `json:"name"`
		Email string `json:"email"`
		Role  string `json:"role"`
	} `json:"users"`
	PlatformApp struct {
		Name string `json:"name"`
	} `json:"platform_app"`
}

// Exchange is one request and its answer.
type Exchange struct {
	Line    int    `json:"-"` // of the file, from 1
	Op      string `json:"op"`
	Case    string `json:"case"`
	As      string `json:"as"`
	AtMS    int64  `json:"at_ms"`
	Request struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Query   json.RawMessage   `json:"query"`
		Headers map[string]string `json:"headers"`
		Body    json.RawMessage   `json:"body"`
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
		Body    json.RawMessage   `json:"body"`
		Size    *int              `json:"size"`
	} `json:"response"`
}

// ResponseHeader finds a header of the answer, whatever the case of its name.
func (e *Exchange) ResponseHeader(name string) string {
	for key, value := range e.Response.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// Empty reports whether the answer had no body.
func (e *Exchange) Empty() bool {
	body := bytes.TrimSpace(e.Response.Body)
	if len(body) == 0 || string(body) == `""` {
		return true
	}
	if string(body) != "null" {
		return false
	}
	return e.Response.Size != nil && *e.Response.Size == 0
}

// AnswerBody is the body of the answer as it came, but for the layout of JSON.
// What was no JSON is kept as a JSON text.
func (e *Exchange) AnswerBody() []byte {
	if e.Empty() {
		return nil
	}
	var text string
	if !strings.Contains(e.ResponseHeader("Content-Type"), "json") && json.Unmarshal(e.Response.Body, &text) == nil {
		return []byte(text)
	}
	return e.Response.Body
}

// Load reads a recording, compressed or not.
func Load(path string) (*Recording, error) {
	file, err := os.Open(path) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	rec, err := Parse(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rec.Name = path
	return rec, nil
}

// Parse reads a recording that is not compressed.
func Parse(in io.Reader) (*Recording, error) {
	rec := &Recording{}
	reader := bufio.NewReader(in)
	for line := 1; ; line++ {
		text, err := reader.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(bytes.TrimSpace(text)) > 0 {
			if err := rec.add(line, text); err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
		}
		if err != nil {
			return rec, rec.check()
		}
	}
}

func (r *Recording) add(line int, text []byte) error {
	if line == 1 {
		return json.Unmarshal(text, &r.Seed)
	}
	e := Exchange{Line: line}
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	r.Exchanges = append(r.Exchanges, e)
	return nil
}

func (r *Recording) check() error {
	if r.Seed.Account.ID == 0 {
		return errors.New("the first line is no seed with an account")
	}
	if len(r.Exchanges) == 0 || r.Exchanges[0].Request.Method == "" {
		return errors.New("no exchanges")
	}
	return nil
}

var versionInName = regexp.MustCompile(`\d+\.\d+\.\d+`)

// VersionOf takes the server version from the name of a file, "" when there is
// none.
func VersionOf(path string) string { return versionInName.FindString(filepath.Base(path)) }

// Kinds are the kinds of files that hold exchanges, as they stand in the names.
var kinds = []string{"application", "platform-public", "undocumented"}

// Files lists the files of a folder that hold exchanges, in the order of their
// names.
func Files(folder string) ([]string, error) {
	var out []string
	for _, kind := range kinds {
		found, err := filepath.Glob(filepath.Join(folder, "*-"+kind+".jsonl.gz"))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no recordings in %s", folder)
	}
	slices.Sort(out)
	return out, nil
}

// Folder finds the recordings of the project from any folder within it.
func Folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		folder := filepath.Join(dir, "testdata", "recordings")
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no folder testdata/recordings here or above")
		}
		dir = parent
	}
}
