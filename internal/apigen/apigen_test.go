package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample is a description that has nothing wrong; cases replace a piece of it.
const sample = `openapi: 3.1.0
info: {title: Sample, version: '1', x-versions: [1.0.0, 2.0.0]}
tags:
  - {name: Things, x-service: Things, x-go-file: things.go, description: Things are things.}
paths:
  /api/v1/accounts/{account_id}/things/{id}:
    get:
      operationId: get-thing
      tags: [Things]
      x-go: Things.Get
      x-auth: user
      description: Get returns a thing.
      parameters:
        - {name: id, in: path, required: true, description: The thing., schema: {$ref: '#/components/schemas/ThingID'}}
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    ThingID: {type: integer, format: int64, description: A ThingID is the number of a thing.}
    Thing:
      type: object
      description: A Thing is a thing.
      properties:
        id: {$ref: '#/components/schemas/ThingID', x-identity: true}
        name: {type: [string, 'null'], description: Name is its name.}
        size: {type: integer, x-seen: [2.0.0], description: Size is its size.}
`

func parseText(t *testing.T, text string) (*document, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sample.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return read([]string{file})
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	doc, err := parseText(t, sample)
	if err != nil {
		t.Fatal(err)
	}
	files := generate(doc, target{pkg: "things", out: ".", table: "table", docs: "docs"})
	got := string(files["things.go"])
	for _, want := range []string{
		header,
		"type ThingsService struct{ c *Client }",
		"func (s ThingsService) Get(ctx context.Context, id ThingID, opts ...CallOption) (*Thing, error) {",
		"f.ID(\"id\", int64(id))",
		"Name Opt[string] `json:\"name,omitzero\"`",
		"// Size is its size. Seen on 2.0.0 only.",
		"codec.ID(d, &v.ID)",
		"decodeOpt(d, &v.Name, codec.String[string])",
		"d.Identity(\"id\", v.ID != 0)",
		"// API: GET /api/v1/accounts/{account_id}/things/{id}. Needs a user token.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the generated file lacks %q:\n%s", want, got)
		}
	}
	if !strings.Contains(string(files["docs/operations.md"]), "| get-thing | `GET /api/v1/accounts/{account_id}/things/{id}` | `Things.Get` | user | yes |") {
		t.Errorf("operations.md: %s", files["docs/operations.md"])
	}
	if !strings.Contains(string(files["table/table_things.go"]), `ID: "get-thing"`) {
		t.Errorf("table: %s", files["table/table_things.go"])
	}
}

// What is wrong with a description is said with file and line.
func TestFaults(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, old, replacement, want string }{
		{"unknown key", "x-auth: user", "x-auth: user\n      x-autn: user", `unknown key "x-autn"`},
		{"unknown auth", "x-auth: user", "x-auth: nobody", "x-auth is \"nobody\""},
		{"no period", "Get returns a thing.", "Get returns a thing", "does not end with a period"},
		{"no description", "      description: Get returns a thing.\n", "", "get-thing has no description"},
		{"dangling reference", "schemas/Thing'}}}}", "schemas/Thong'}}}}", "no schema Thong"},
		{"unknown version", "x-seen: [2.0.0]", "x-seen: [3.0.0]", `x-seen names "3.0.0"`},
		{"unknown tag", "tags: [Things]", "tags: [Thongs]", `no tag "Thongs"`},
		{"undescribed path parameter", "things/{id}:", "things/{id}/{other}:", "path parameter other is not described"},
		{"foreign service", "x-go: Things.Get", "x-go: Others.Get", "belongs to Things"},
		{"property without description", ", description: Name is its name.", "", "property name has no description"},
		{"unknown type", "type: integer, x-seen", "type: number of things, x-seen", "unknown type"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(sample, c.old) {
				t.Fatalf("the sample has no %q", c.old)
			}
			_, err := parseText(t, strings.Replace(sample, c.old, c.replacement, 1))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "sample.yaml:") {
				t.Errorf("want %q with file and line, got: %v", c.want, err)
			}
		})
	}
}

// An operation id that stands twice, in two files.
func TestDuplicateOperation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	second := strings.NewReplacer("ThingID", "OtherID", "Thing:", "Other:", "schemas/Thing'", "schemas/Other'", "name: Things,", "name: Others,",
		"tags: [Things]", "tags: [Others]", "/things/", "/others/", "Service: Things", "Service: Others").Replace(sample)
	for name, text := range map[string]string{"a.yaml": sample, "b.yaml": second} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := read([]string{dir})
	if err == nil || !strings.Contains(err.Error(), `operationId "get-thing" is used twice`) {
		t.Errorf("got %v", err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"custom_role_id": "CustomRoleID", "labels[]": "Labels", "hmac_token": "HMACToken", "web_widget": "WebWidget", "uuid": "UUID", "24h": "N24h",
	} {
		if got := exported(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	for service, want := range map[string]string{"Agents": "Agent", "Inboxes": "Inbox", "Categories": "Category", "Status": "Status"} {
		if got := singular(service); got != want {
			t.Errorf("%s: %s, want %s", service, got, want)
		}
	}
}

// An answer that nothing identifies has to have one key that is known, or none at
// all where each may be absent.
func TestGenerateAnonymous(t *testing.T) {
	t.Parallel()
	name := "        name: {type: [string, 'null'], description: Name is its name.}\n"
	size := "        size: {type: integer, x-seen: [2.0.0], description: Size is its size.}\n"
	tests := map[string]struct{ replace, by, want string }{
		"identified": {"", "", `d.Identity("id", v.ID != 0)`},
		"anonymous":  {", x-identity: true}", ", description: ID is a number.}", `d.Identity("id", known)`},
		"empty": {
			"        id: {$ref: '#/components/schemas/ThingID', x-identity: true}\n" + name + size,
			strings.Replace(name, "{", "{x-optional: true, ", 1),
			`d.Identity("name", known || v.Extra == nil)`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := parseText(t, strings.Replace(sample, tt.replace, tt.by, 1))
			if err != nil {
				t.Fatal(err)
			}
			got := string(generate(doc, target{pkg: "things", out: ".", table: "table", docs: "docs"})["things.go"])
			if strings.Count(got, "d.Identity(") != 1 || !strings.Contains(got, tt.want) {
				t.Errorf("want %s:\n%s", tt.want, got)
			}
		})
	}
}
