package engagetest

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/assert/yaml"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write api.json anew from the API description")

// description is what this package reads of one file of the API description.
type description struct {
	Paths      map[string]map[string]any `yaml:"paths"`
	Components struct {
		Schemas map[string]map[string]any `yaml:"schemas"`
	} `yaml:"components"`
}

func readDescription(t *testing.T) description {
	t.Helper()
	files, err := filepath.Glob("../../api/engage/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := description{Paths: map[string]map[string]any{}}
	all.Components.Schemas = map[string]map[string]any{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var one description
		require.NoError(t, yaml.Unmarshal(text, &one), name)
		for key, v := range one.Paths {
			require.NotContains(t, all.Paths, key)
			all.Paths[key] = v
		}
		for key, v := range one.Components.Schemas {
			require.NotContains(t, all.Components.Schemas, key)
			all.Components.Schemas[key] = v
		}
	}
	return all
}

func TestTableIsFresh(t *testing.T) {
	t.Parallel()
	want := tableOf(t, readDescription(t))
	if *update {
		require.NoError(t, os.WriteFile("api.json", render(t, want), 0o644))
		return
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(tableJSON), "run go generate in this directory")
}

// render writes a table with a line for each entry.
func render(t *testing.T, table *table) []byte {
	t.Helper()
	text := "{\n\"strings\": " + line(t, table.Strings) + ",\n\"enums\": {\n" + entries(t, table.Enums) + "\n},\n\"objects\": {\n" +
		entries(t, table.Objects) + "\n},\n\"operations\": [\n"
	for i, op := range table.Operations {
		if i > 0 {
			text += ",\n"
		}
		text += line(t, op)
	}
	return []byte(text + "\n]\n}\n")
}

func entries[T any](t *testing.T, m map[string]T) string {
	t.Helper()
	lines := make([]string, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, strconv.Quote(name)+": "+line(t, m[name]))
	}
	return strings.Join(lines, ",\n")
}

func line(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func tableOf(t *testing.T, d description) *table {
	out := &table{Enums: map[string][]string{}, Objects: map[string][]field{}}
	for name, s := range d.Components.Schemas {
		switch {
		case s["enum"] != nil:
			out.Enums[name] = texts(s["enum"])
		case s["properties"] != nil:
			out.Objects[name] = fieldsOf(t, d, s)
		case s["type"] == "string":
			out.Strings = append(out.Strings, name)
		}
	}
	slices.Sort(out.Strings)
	for path, methods := range d.Paths {
		for method, op := range methods {
			if method != "parameters" {
				out.Operations = append(out.Operations, operationOf(t, d, method, path, op.(map[string]any)))
			}
		}
	}
	slices.SortFunc(out.Operations, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return out
}

func texts(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, e := range list {
		out = append(out, fmt.Sprint(e))
	}
	return out
}

// fieldsOf lists the properties of a schema: the id and the times first, then
// by name.
func fieldsOf(t *testing.T, d description, s map[string]any) []field {
	first := []string{"updated_at", "created_at", "id"}
	required := texts(s["required"])
	var out []field
	for name, v := range s["properties"].(map[string]any) {
		p := v.(map[string]any)
		out = append(out, field{
			Name: name, Type: typeOf(t, d, p), Optional: p["x-optional"] == true, Required: slices.Contains(required, name),
			JSON: p["x-form-json"] == true, Min: number(p["minimum"]), Max: number(p["maximum"]),
		})
	}
	slices.SortFunc(out, func(a, b field) int {
		return cmp.Or(slices.Index(first, b.Name)-slices.Index(first, a.Name), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func number(v any) *float64 {
	if v == nil {
		return nil
	}
	f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	if err != nil {
		return nil
	}
	return &f
}

// typeOf writes a schema as a type expression.
func typeOf(t *testing.T, d description, s map[string]any) string {
	if ref, ok := s["$ref"].(string); ok {
		return typeOfRef(t, d, ref)
	}
	if cases, ok := s["oneOf"].([]any); ok {
		require.Len(t, cases, 2, "of a value or null")
		return typeOf(t, d, cases[0].(map[string]any)) + "?"
	}
	switch s["format"] {
	case "time", "attributes", "raw":
		return s["format"].(string)
	case "binary":
		return "file"
	case "loose-bool":
		return "boolean"
	case "loose-int":
		return "integer"
	}
	if alternatives, ok := s["type"].([]any); ok {
		require.Len(t, alternatives, 2)
		return alternatives[0].(string) + "?"
	}
	if s["type"] == "array" {
		return "[" + typeOf(t, d, s["items"].(map[string]any)) + "]"
	}
	if of, ok := s["additionalProperties"].(map[string]any); ok {
		return "{" + typeOf(t, d, of) + "}"
	}
	name, _ := s["type"].(string)
	require.Contains(t, plainTypes, name, "%v", s)
	return name
}

// typeOfRef keeps the names of objects, enums and ids, and writes out maps.
func typeOfRef(t *testing.T, d description, ref string) string {
	name := ref[strings.LastIndexByte(ref, '/')+1:]
	s := d.Components.Schemas[name]
	require.NotNil(t, s, ref)
	if s["properties"] != nil || s["enum"] != nil || s["type"] == "string" {
		return name
	}
	return typeOf(t, d, s)
}

func operationOf(t *testing.T, d description, method, path string, o map[string]any) operation {
	op := operation{
		ID: o["operationId"].(string), Group: texts(o["tags"])[0], Method: strings.ToUpper(method), Path: path, Paged: o["x-paging"] != nil,
	}
	params, _ := o["parameters"].([]any)
	for _, p := range params {
		m := p.(map[string]any)
		if name, ok := m["name"].(string); ok {
			op.Query = append(op.Query, name)
			continue
		}
		ref := m["$ref"].(string)
		op.Query = append(op.Query, ref[strings.LastIndexByte(ref, '/')+1:])
	}
	if body, ok := o["requestBody"].(map[string]any); ok {
		op.Body = typeOf(t, d, contentOf(t, body))
	}
	for status, answer := range o["responses"].(map[string]any) {
		n, err := strconv.Atoi(status)
		require.NoError(t, err)
		op.Status = n
		op.Answer = typeOf(t, d, contentOf(t, answer.(map[string]any)))
	}
	if op.Paged {
		op.Answer = rowOf(t, d, op.Answer)
	}
	failures, _ := o["x-errors"].(map[string]any)
	for status := range failures {
		n, err := strconv.Atoi(status)
		require.NoError(t, err)
		op.Errors = append(op.Errors, n)
	}
	slices.Sort(op.Errors)
	return op
}

func contentOf(t *testing.T, v map[string]any) map[string]any {
	content := v["content"].(map[string]any)
	require.Len(t, content, 1)
	for _, media := range content {
		return media.(map[string]any)["schema"].(map[string]any)
	}
	return nil
}

// rowOf is the type of the rows of a page.
func rowOf(t *testing.T, d description, page string) string {
	records := d.Components.Schemas[page]["properties"].(map[string]any)["records"].(map[string]any)
	return strings.Trim(typeOf(t, d, records), "[]")
}

// filterValues are query parameters that not every text is right for.
var filterValues = map[string]string{
	"permission": "read", "sort": "created_at", "active": "true", "q": "", "offset": "0", "limit": "1",
	"created_before": "2026-01-02", "created_after": "2026-01-02", "status": "active",
}

// Every query parameter of the description is understood, whatever rows there are to compare with it.
func TestEveryFilterIsUnderstood(t *testing.T) {
	t.Parallel()
	bare := Seed{Users: []SeedUser{{FirstName: "Ana", LastName: "Admin", Email: "ana@example.com", Role: "Administrator"}}}
	for name, opts := range map[string][]Option{"rows": nil, "no rows": {WithSeed(bare)}} {
		srv := NewServer(t, append(opts, WithRateLimit(0))...)
		for _, op := range api.Operations {
			if op.Method != http.MethodGet || len(op.Query) == 0 {
				continue
			}
			query := url.Values{}
			for _, key := range op.Query {
				value, special := filterValues[key]
				if !special {
					value = "none"
				}
				query.Set(key, value)
			}
			req, err := http.NewRequestWithContext(t.Context(), op.Method, srv.URL+apiRoot+strings.ReplaceAll(op.Path, "{userId}", srv.adminID)+"?"+query.Encode(), nil)
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer "+srv.Token())
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, http.StatusOK, resp.StatusCode, "%s, %s", name, op.ID)
		}
	}
}
