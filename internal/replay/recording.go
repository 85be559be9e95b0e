package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/konvertetest"
)

// recording is one scenario: what existed before, and what was asked and
// answered.
type recording struct {
	name      string
	seed      seedLine
	exchanges []exchange
}

type seedLine struct {
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

type exchange struct {
	line    int
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

// responseHeader finds a header of the answer, whatever the case of its name.
func (e *exchange) responseHeader(name string) string {
	for key, value := range e.Response.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// load reads a recording, compressed or not.
func load(path string) (*recording, error) {
	file, err := os.Open(path)
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
	rec, err := parse(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rec.name = path
	return rec, nil
}

func parse(in io.Reader) (*recording, error) {
	rec := &recording{}
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

func (r *recording) add(line int, text []byte) error {
	if line == 1 {
		return json.Unmarshal(text, &r.seed)
	}
	e := exchange{line: line}
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	r.exchanges = append(r.exchanges, e)
	return nil
}

func (r *recording) check() error {
	if r.seed.Account.ID == 0 {
		return errors.New("the first line is no seed with an account")
	}
	if len(r.exchanges) == 0 || r.exchanges[0].Request.Method == "" {
		return errors.New("no exchanges")
	}
	return nil
}

var versionInName = regexp.MustCompile(`\d+\.\d+\.\d+`)

// versionOf takes the server version from the name of a file, "" when there is
// none that the test server knows.
func versionOf(path string) string {
	version := versionInName.FindString(path[strings.LastIndexByte(path, '/')+1:])
	if !slices.Contains(konvertetest.Versions(), version) {
		return ""
	}
	return version
}

// start estimates when the scenario began: creations show the time of their
// request, at_ms how far the scenario was.
func (r *recording) start() time.Time {
	var exact, whole []float64
	for i := range r.exchanges {
		e := &r.exchanges[i]
		if e.Request.Method != http.MethodPost || e.Response.Status != 200 {
			continue
		}
		var body struct {
			CreatedAt any `json:"created_at"`
		}
		if json.Unmarshal(e.Response.Body, &body) != nil {
			continue
		}
		at := float64(e.AtMS) / 1000
		switch created := body.CreatedAt.(type) {
		case float64:
			whole = append(whole, created-at)
		case string:
			if t, err := time.Parse(time.RFC3339, created); err == nil {
				exact = append(exact, float64(t.UnixMilli())/1000-at)
			}
		}
	}
	switch {
	case len(exact) > 0:
		return seconds(quantile(exact, 50))
	case len(whole) > 0:
		return seconds(quantile(whole, 90))
	default:
		return time.Now()
	}
}

func seconds(s float64) time.Time { return time.UnixMilli(int64(s * 1000)).UTC() }

func quantile(values []float64, percent int) float64 {
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}
