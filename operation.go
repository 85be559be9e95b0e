package konverte

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// Credential is the kind of token that an operation takes.
type Credential uint8

// The kinds of credential.
const (
	UserCredential      Credential = iota // the user token
	UserOrBotCredential                   // the user token, or the bot token where there is none
	PlatformCredential                    // the platform token
	NoCredential                          // no token is sent
)

// Operation describes an endpoint that this package has no method for. See
// Client.Call.
type Operation struct {
	// Name stands in errors and logs. Method and Path by default.
	Name string
	// Method is the HTTP method.
	Method string
	// Path is a template such as "/api/v1/accounts/{account_id}/things/{id}". A
	// leading account_id is filled in from the client.
	Path string
	// Credential is the token that is sent.
	Credential Credential
	// Idempotent permits sending it again after a lost answer. GET and HEAD are
	// idempotent by themselves.
	Idempotent bool
}

// Request is what Client.Call sends.
type Request struct {
	// Path are the values of the placeholders, in order and unescaped, without the
	// account.
	Path []string
	// Query is added to the URL, sorted by key.
	Query url.Values
	// Body is marshalled to JSON. Nil sends none.
	Body any
	// Files make the body multipart: the keys of Body become its fields.
	Files []File
}

// File is an upload under the name of its form field, "attachments[]" for
// example.
type File = core.File

// Call sends a request to any endpoint of the server, with the same checks, token,
// retries, limits and errors as every method of this package. The answer is
// unmarshalled into out by encoding/json; a *[]byte takes it as it is, and nil drops
// it. An answer without a body, or with null where out has no place for it, is a
// *DecodeError where out is not nil. An out that is no pointer is an *ArgumentError.
func (c *Client) Call(ctx context.Context, op Operation, r Request, out any, opts ...CallOption) error {
	spec := op.spec()
	faults := op.check()
	checkOut(faults, out)
	req := core.Request{Path: r.Path, Query: queryOf(r.Query), Body: r.Body, Files: r.Files, Faults: faults}
	if r.Body == nil && len(r.Files) == 0 {
		spec.Body = core.BodyNone
	}
	if out == nil {
		return core.None(ctx, c.core, spec, req, opts)
	}
	return c.core.Do(ctx, spec, req, opts, func(body []byte, _ bool) ([]codec.Issue, error) {
		if raw, ok := out.(*[]byte); ok {
			*raw = slices.Clone(body)
			return nil, nil
		}
		if string(bytes.TrimSpace(body)) == "null" && !takesNull(out) {
			return nil, errNullAnswer
		}
		return nil, json.Unmarshal(body, out)
	})
}

var errNullAnswer = errors.New("null")

// checkOut finds what json.Unmarshal would refuse only after the request was sent.
func checkOut(f *core.Faults, out any) {
	if v := reflect.ValueOf(out); out != nil && (v.Kind() != reflect.Pointer || v.IsNil()) {
		f.Add("out", "must be nil or a pointer to something", fmt.Sprintf("%T", out))
	}
}

// takesNull tells whether null is a value of what out points to.
func takesNull(out any) bool {
	if _, reads := out.(json.Unmarshaler); reads {
		return true
	}
	switch reflect.TypeOf(out).Elem().Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return true
	}
	return false
}

func (op Operation) spec() *core.Operation {
	name := op.Name
	if name == "" {
		name = op.Method + " " + op.Path
	}
	method := strings.ToUpper(op.Method)
	return &core.Operation{
		Name:       name,
		Method:     method,
		Path:       op.Path,
		Auth:       core.Auth(op.Credential),
		Idempotent: op.Idempotent || method == http.MethodGet || method == http.MethodHead,
		Body:       core.BodyJSONOrMultipart,
	}
}

func (op Operation) check() *core.Faults {
	var f core.Faults
	f.Required("method", op.Method)
	if method := strings.ToUpper(op.Method); strings.Trim(method, letters) != "" || method == http.MethodConnect {
		f.Add("method", "must be a method such as GET or POST", op.Method)
	}
	switch bare := pathPlaceholder.ReplaceAllString(op.Path, ""); {
	case !strings.HasPrefix(op.Path, "/"):
		f.Add("path", "must begin with a slash", op.Path)
	case strings.ContainsAny(op.Path, "?#"):
		f.Add("path", "must have no query and no fragment: see Request.Query", op.Path)
	case strings.ContainsAny(bare, "{}"):
		f.Add("path", "has a brace that belongs to no placeholder", op.Path)
	case !escapedPath(bare):
		f.Add("path", "has a character that must be escaped, or go into a placeholder", op.Path)
	}
	if op.Credential > NoCredential {
		f.Add("credential", "must be one of the constants", "")
	}
	return &f
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

var pathPlaceholder = regexp.MustCompile(`\{[a-z_A-Z0-9]+\}`)

// escapedPath tells whether a path goes over the wire as it is written.
func escapedPath(path string) bool {
	plain, err := url.PathUnescape(path)
	u := url.URL{Path: plain, RawPath: path}
	return err == nil && u.EscapedPath() == path
}

func queryOf(values url.Values) core.Query {
	var q core.Query
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		for _, value := range values[key] {
			q.Add(key, value)
		}
	}
	return q
}
