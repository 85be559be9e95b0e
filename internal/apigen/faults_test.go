package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMoreFaults breaks the sample of testdata, file by file: old is replaced by broken.
func TestMoreFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, old, broken, want string }{
		"tag without service":        {"_common", "x-service: Things, x-go-file: things.go, description: Things are", "x-go-file: things.go, description: Things are", `tag "Things" has no x-service`},
		"tag without file":           {"_common", "x-go-file: platform_boxes.go", "x-go-file: platform_boxes", "needs an x-go-file that ends in .go"},
		"tag without description":    {"_common", ", description: Boxes hold things.", "", `tag "Platform Boxes" has no description`},
		"tag twice":                  {"_common", "name: Thing Rest,", "name: Things,", `tag "Things" is defined twice`},
		"old OpenAPI":                {"_common", "openapi: 3.1.0", "openapi: 3.0.3", "want 3.1"},
		"schema without words":       {"_common", ", description: A BoxID names a box.", "", "schema BoxID has no description"},
		"schema twice":               {"platform", "    PlatformBoxPage:", "    ThingPage:", "schema ThingPage is defined twice, first in"},
		"key twice":                  {"_common", "    BoxID: {type: string,", "    BoxID: {type: string, type: string,", `key "type" stands twice`},
		"alias of nothing":           {"_common", "x-go-alias: ThingID", "x-go-alias: ThongID", "no schema ThongID"},
		"name of no value":           {"_common", "x-enum-names: {24h: Daily}", "x-enum-names: {25h: Daily}", `x-enum-names names "25h"`},
		"exception of no value":      {"things", "x-except: [24h]", "x-except: [pink]", "x-except names a value that the enum lacks"},
		"words of no value":          {"_common", "x-enum-descriptions: {red:", "x-enum-descriptions: {pink:", `x-enum-descriptions names "pink"`},
		"value twice":                {"_common", "enum: [name, -name]", "enum: [name, name]", `enum value "name" stands twice`},
		"constants alike":            {"_common", "x-enum-names: {-name: NameDescending}", "x-enum-names: {-name: Name}", `constant "ThingSortName" is used twice`},
		"unused schema":              {"_common", "    Level:", "    Unused: {type: object, description: An Unused is unused., properties: {}}\n    Level:", "schema Unused is used by no operation"},
		"dangling parameter":         {"things", "#/components/parameters/page", "#/components/parameters/pages", "no parameter pages"},
		"foreign reference":          {"things", "#/components/schemas/ThingSort", "#/definitions/ThingSort", "want #/components/schemas/"},
		"two tags":                   {"things", "tags: [Things]", "tags: [Things, Thing Rest]", "want exactly one tag"},
		"operation without id":       {"things", "      operationId: create-thing\n", "", "has no operationId"},
		"operation without method":   {"things", "      x-go: Things.Create\n", "", "create-thing has no x-go"},
		"method without service":     {"things", "x-go: Things.Create", "x-go: Create", "want Service.Method"},
		"method twice":               {"things", "x-go: Things.Create", "x-go: Things.list", `x-go "Things.List" is used twice`},
		"unknown answer":             {"things", "      x-go: Things.Create\n", "      x-go: Things.Create\n      x-answer: xml\n", `x-answer is "xml"`},
		"JSON of no shape":           {"things", "responses: {'200': {description: Nothing.}}", "x-answer: json\n      responses: {'200': {description: Nothing.}}", "a JSON answer without a schema"},
		"errors described":           {"things", "{'200': {description: Nothing.}}", "{'404': {description: Nothing.}}", "only the success answer is described"},
		"unknown media type":         {"things", "text/csv", "text/xml", "cannot read an answer of type text/xml"},
		"unknown body":               {"platform", "application/x-www-form-urlencoded", "text/plain", "cannot send a body as text/plain"},
		"parameter in a header":      {"things", "name: sort, in: query", "name: sort, in: header", `parameter sort is in "header"`},
		"parameter without words":    {"things", ", description: Labels select.", "", "parameter labels[] has no description"},
		"placeholder that is none":   {"platform", "boxes/{box_id}/page", "boxes/{id}/page", "parameter box_id is not in the path"},
		"numbers joined by commas":   {"things", "explode: false, description: IDs select., schema: {type: array, items: {$ref: '#/components/schemas/BoxID'}}", "explode: false, description: IDs select., schema: {type: array, items: {type: integer}}", "explode: false is for lists of texts"},
		"unknown paging":             {"things", "kind: page", "kind: pages", `x-paging kind is "pages"`},
		"paging without parameter":   {"things", "sort-param: sort,", "sort-param: order,", `paging uses "order", which is no parameter`},
		"orders without parameter":   {"things", "sort-param: sort, ", "", "orders without sort-param"},
		"paging without rows":        {"things", "items: payload", "items: rows", "paging finds no array at items: rows"},
		"paging without count":       {"things", "count: meta.count", "count: meta.total", "paging finds no count: meta.total"},
		"scalar of two":              {"things", "x-go: Things.Filter\n", "x-go: Things.Filter\n      x-scalar: true\n", "x-scalar wants one input, or only required ones: 1 of 2 are optional"},
		"scalar and pages":           {"things", "x-paging: {kind: none}", "x-paging: {kind: page, page-param: q}", "so no x-scalar"},
		"companions of a public one": {"things", "      x-go: Things.Create\n", "      x-go: Things.Create\n      x-companions: [Make]\n", "x-companions are for a method that is not exported"},
		"answer without a name":      {"platform", "schema: {type: string, format: secret}", "schema: {type: object, properties: {link: {type: string, description: Link is it.}}}", "name the answer under components.schemas"},
		"looked up nowhere":          {"things", "      x-go: Things.Create\n", "      x-go: Things.Create\n      x-known: {nobody: agents}\n", `x-known names "nobody"`},
		"looked up as what":          {"things", "      x-go: Things.Create\n", "      x-go: Things.Create\n      x-known: {name: things}\n", `x-known is "things"`},
		"no properties":              {"things", "type: object, additionalProperties: {type: boolean}", "type: object", "an object without properties"},
		"any properties":             {"things", "additionalProperties: {type: boolean}", "additionalProperties: true", "additionalProperties: true says nothing"},
		"object in an object":        {"things", "flags: {type: object, additionalProperties: {type: boolean},", "flags: {type: object, properties: {x: {type: boolean, description: X is x.}},", "an object inside another"},
		"enum in an object":          {"things", "code: {type: string, format: loose-string,", "code: {type: string, enum: [a],", "an enum without a name"},
		"array of nothing":           {"things", "labels: {type: array, items: {type: string}, x-read-also: 'labels[]',", "labels: {type: array,", "an array without items"},
		"nothing at all":             {"things", "anything: {format: raw,", "anything: {", "a schema without type"},
		"two types":                  {"things", "weight: {type: number", "weight: {type: [number, string]", "type has number and string"},
		"unknown format":             {"things", "format: loose-bool", "format: lose-bool", `unknown format "lose-bool"`},
		"unknown check":              {"things", "x-check: email", "x-check: mail", `unknown x-check "mail"`},
		"unknown time":               {"things", "x-time: date", "x-time: day", `x-time is "day"`},
		"identity of a number":       {"things", "weight: {type: number,", "weight: {type: number, x-identity: true,", "an identity is an integer or a string"},
		"identity that is sent":      {"things", "name: {type: string, maxLength: 5,", "name: {type: string, x-identity: true,", "x-identity is for answers"},
		"required but absent":        {"things", "required: [key, values]", "required: [key, value]", `required names "value"`},
		"exclusive but absent":       {"things", "x-exclusive: [[box_id, shelf]]", "x-exclusive: [[box_id, shelves]]", `x-exclusive names "shelves"`},
		"exclusive of three":         {"things", "x-exclusive: [[box_id, shelf]]", "x-exclusive: [[box_id, shelf, name]]", "x-exclusive wants pairs"},
		"two fields of one name":     {"things", "      properties:\n        key:", "      properties:\n        Values: {type: string, description: Values are a text.}\n        key:", `field "Values" is used twice`},
		"a type that holds itself":   {"things", "x-pointer: true, ", "", "Thing holds itself"},
		"union of a text":            {"things", "shop: '#/components/schemas/Shop'", "shop: '#/components/schemas/BoxID'", "a case of a union must be an object"},
		"union without key":          {"things", "        propertyName: type\n", "", "a discriminator needs propertyName and mapping"},
		"oneOf without key":          {"things", "maker: {oneOf: [{$ref: '#/components/schemas/Person'}, {type: 'null'}]", "maker: {oneOf: [{$ref: '#/components/schemas/Person'}, {type: string}]", "oneOf without a discriminator"},
		"union that is sent":         {"things", "note: {type: string, x-plain: true,", "note: {$ref: '#/components/schemas/Owner',", "a union cannot be sent"},
		"file without a field":       {"things", "format: binary, x-file: picture,", "format: binary,", "x-file must name the form field"},
		"second key deep inside":     {"things", "        key: {type: string,", "        key: {type: string, x-also: kee,", "are for the top of a request body"},
		"flag that is a text":        {"things", "x-null-ok: true", "x-null-ok: perhaps", "want true or false"},
		"limit that is a text":       {"things", "maxLength: 5", "maxLength: five", "want an integer"},
		"list that is a mapping":     {"things", "required: [key, values]", "required: {key: values}", "want a list"},
		"mapping that is a list":     {"things", "x-errors: {'401': The token is wrong.}", "x-errors: [wrong]", "want a mapping"},
		"text that is a list":        {"things", "x-window: things", "x-window: [things]", "want a string"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := broken(t, test.file, test.old, test.broken)
			_, err := read([]string{dir})
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
			assert.Regexp(t, `(?m)^\S+\.yaml:\d+: `, err.Error())
		})
	}
}

// broken copies the sample with one change, and tells on which line it is.
func broken(t *testing.T, file, old, replacement string) (dir string, line int) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"_common", "things", "platform"} {
		text, err := os.ReadFile(filepath.Join("testdata", "sample", name+".yaml"))
		require.NoError(t, err)
		if name == file {
			before, _, found := strings.Cut(string(text), old)
			require.True(t, found, "the sample has no %q", old)
			line = strings.Count(before, "\n") + 1
			text = []byte(strings.Replace(string(text), old, replacement, 1))
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".yaml"), text, 0o600))
	}
	return dir, line
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty, garbage := filepath.Join(dir, "empty.yaml"), filepath.Join(dir, "garbage.yaml")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.NoError(t, os.WriteFile(garbage, []byte("a: [\n"), 0o600))
	for path, want := range map[string]string{
		filepath.Join(dir, "absent.yaml"): "no such file",
		empty:                             "the file is empty",
		garbage:                           "garbage.yaml",
		t.TempDir():                       "no description in",
	} {
		_, err := read([]string{path})
		require.Error(t, err, path)
		assert.Contains(t, err.Error(), want)
	}
}

// TestAllFaultsAtOnce wants every fault in one run, in the order of the file.
func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	dir, line := broken(t, "things", "x-confirm: key", "x-conform: key\n      x-windows: things")
	_, err := read([]string{dir})
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 2)
	file := filepath.Join(dir, "things.yaml")
	assert.Equal(t, fmt.Sprintf(`%s:%d: unknown key "x-conform"`, file, line), lines[0])
	assert.Equal(t, fmt.Sprintf(`%s:%d: unknown key "x-windows"`, file, line+1), lines[1])
}
