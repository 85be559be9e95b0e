package engagetest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The table is a compact copy of the API description; a test compares the two.
//
//go:generate go test -run ^TestTableIsFresh$ . -update

//go:embed api.json
var tableJSON []byte

// table is the API as this package needs it.
type table struct {
	// Strings are the names of types that are plain strings: ids.
	Strings    []string            `json:"strings"`
	Enums      map[string][]string `json:"enums"`
	Objects    map[string][]field  `json:"objects"`
	Operations []operation         `json:"operations"`
}

// field is one key of an object.
type field struct {
	Name string `json:"name"`
	// Type is a type expression; see parseType.
	Type string `json:"type"`
	// Optional fields may be absent from an answer.
	Optional bool `json:"optional,omitempty"`
	// Required fields must not be blank in a request.
	Required bool `json:"required,omitempty"`
	// JSON fields are sent as the text of a JSON value.
	JSON bool     `json:"json,omitempty"`
	Min  *float64 `json:"min,omitempty"`
	Max  *float64 `json:"max,omitempty"`

	kind kind
}

// operation is one operation of the API.
type operation struct {
	ID     string   `json:"id"`
	Group  string   `json:"group"`
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Query  []string `json:"query,omitempty"`
	// Body is the object or map that the body is, "" for none.
	Body string `json:"body,omitempty"`
	// Answer is the type of the answer; of one row when Paged is set.
	Answer string `json:"answer"`
	Paged  bool   `json:"paged,omitempty"`
	Status int    `json:"status"`
	// Errors are the statuses of failures that are described.
	Errors []int `json:"errors,omitempty"`
}

// kind is a parsed type expression.
type kind struct {
	// is is "list", "map", "object", "enum", or one of the plain types string,
	// integer, number, boolean, time, attributes, raw and file.
	is string
	// name is the name of an object or enum, or of the record that a string
	// is the id of.
	name     string
	nullable bool
	of       *kind // of lists and maps
}

var plainTypes = []string{"string", "integer", "number", "boolean", "time", "attributes", "raw", "file"}

// parseType reads a type expression: the name of a plain type, an id, an enum
// or an object; [T] for a list, {T} for a map, and T? where null is allowed.
func (t *table) parseType(text string) (kind, error) {
	if bare, ok := strings.CutSuffix(text, "?"); ok {
		k, err := t.parseType(bare)
		k.nullable = true
		return k, err
	}
	if len(text) > 2 && (text[0] == '[' || text[0] == '{') {
		of, err := t.parseType(text[1 : len(text)-1])
		if text[0] == '[' {
			return kind{is: "list", of: &of}, err
		}
		return kind{is: "map", of: &of}, err
	}
	switch {
	case slices.Contains(plainTypes, text):
		return kind{is: text}, nil
	case slices.Contains(t.Strings, text):
		return kind{is: "string", name: recordOf(text)}, nil
	case t.Enums[text] != nil:
		return kind{is: "enum", name: text}, nil
	case t.Objects[text] != nil:
		return kind{is: "object", name: text}, nil
	default:
		return kind{}, fmt.Errorf("unknown type %q", text)
	}
}

// recordOf names the record that an id identifies, "" for strings that are
// none.
func recordOf(idType string) string {
	name, isID := strings.CutSuffix(idType, "ID")
	switch {
	case !isID:
		return ""
	case name == "Agent":
		return "User"
	default:
		return name
	}
}

func loadTable(text []byte) (*table, error) {
	t := &table{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, err
	}
	for name, fields := range t.Objects {
		for i := range fields {
			var err error
			if fields[i].kind, err = t.parseType(fields[i].Type); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", name, fields[i].Name, err)
			}
		}
	}
	for _, op := range t.Operations {
		if _, err := t.parseType(op.Answer); err != nil {
			return nil, fmt.Errorf("%s: %w", op.ID, err)
		}
	}
	return t, nil
}

var api = func() *table {
	t, err := loadTable(tableJSON)
	if err != nil {
		panic("engagetest: " + err.Error())
	}
	return t
}()

// field finds a field of an object, nil when it has none of that name.
func (t *table) field(object, name string) *field {
	fields := t.Objects[object]
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// names404 reports whether a record that the body names may be missing with
// 404: that status cannot mean a record of the path, where there is none.
func (op *operation) names404() bool { return !strings.Contains(op.Path, "{") && op.listed(404) }

// listed reports whether the operation describes a failure with that status.
func (op *operation) listed(status int) bool { return slices.Contains(op.Errors, status) }
