package core

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
)

// Request is what one call sends.
type Request struct {
	// Path are the values of the template's placeholders, in order and
	// unescaped. The leading {account_id} comes from the configuration.
	Path  []string
	Query Query
	// Body is marshalled to JSON; forms are made from that. Nil sends none.
	Body  any
	Files []File
	// Faults are what is known to be wrong already.
	Faults *Faults
	// Lookup asks the server what is wrong beside, once nothing else is. Nil
	// asks nothing.
	Lookup Lookup
}

// Lookup adds what a read shows to be wrong. Its error ends the call before
// anything is sent.
type Lookup func(ctx context.Context, scope LookupScope, f *Faults) error

// LookupScope is where a Lookup looks.
type LookupScope struct {
	Account int64
	Known   []string // names that need no look, see WithKnown
}

// built is a request that is ready to be sent.
type built struct {
	path        string // escaped, without the base
	query       string
	body        []byte // nil = none
	form        *multipartForm
	contentType string
}

// repeatable tells whether the request can be sent more than once.
func (b *built) repeatable() bool { return b.form == nil || !b.form.once() }

// build turns a request into what goes over the wire, and adds what is wrong
// with it to faults.
func build(cfg *Config, op *Operation, r Request, faults *Faults) built {
	var b built
	b.path = expandPath(op.Path, pathValues(cfg, op, r.Path, faults), faults)
	b.query = append(slices.Clip(r.Query), cfg.Query...).Encode()
	r.Files = slices.Clone(r.Files)
	for i := range r.Files {
		r.Files[i].check(r.Files[i].Field, faults)
	}
	b.encode(op, r, faults)
	return b
}

// pathValues puts the account in front where the template begins with it.
func pathValues(cfg *Config, op *Operation, values []string, faults *Faults) []string {
	if firstPlaceholder(op.Path) != accountPlaceholder {
		return values
	}
	if strings.Count(op.Path, "{") == len(values) {
		return values
	}
	account := strconv.FormatInt(cfg.AccountID, 10)
	switch {
	case cfg.AccountID == 0:
		faults.Add(accountPlaceholder, "is not set: use WithAccountID, or Account(id)", "")
	case cfg.AccountID < 0:
		faults.ID(accountPlaceholder, cfg.AccountID)
	}
	return append([]string{account}, values...)
}

func (b *built) encode(op *Operation, r Request, faults *Faults) {
	kind := op.Body
	if kind == BodyJSONOrMultipart {
		kind = BodyJSON
		if len(r.Files) > 0 {
			kind = BodyMultipart
		}
	}
	if kind != BodyMultipart && len(r.Files) > 0 {
		faults.Add("files", "cannot be sent with this operation", "")
	}
	if kind == BodyNone {
		if r.Body != nil {
			faults.Add("body", "cannot be sent with this operation", "")
		}
		return
	}
	if r.Body == nil && kind != BodyMultipart {
		return
	}
	b.marshal(kind, op, r, faults)
}

func (b *built) marshal(kind BodyKind, op *Operation, r Request, faults *Faults) {
	text, err := marshal(r.Body)
	if err != nil {
		faults.Add("body", "cannot be written as JSON: "+err.Error(), "")
		return
	}
	if kind == BodyJSON {
		b.body, b.contentType = text, "application/json"
		return
	}
	fields, err := codec.FormFields(text, op.FormJSON...)
	if err != nil {
		faults.Add("body", "cannot be written as a form: "+err.Error(), "")
		return
	}
	if kind == BodyForm {
		b.body, b.contentType = []byte(encodePairs(fields)), "application/x-www-form-urlencoded"
		return
	}
	b.form = newMultipartForm(fields, r.Files)
	b.contentType = b.form.contentType()
}

// marshal writes a body; the one of a form without fields is an empty object.
func marshal(v any) ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	return codec.Marshal(v)
}

// header makes the headers of a call, which all of its attempts share.
func (b *built) header(cfg *Config, op *Operation) http.Header {
	h := make(http.Header, 3+len(cfg.Header))
	for name, values := range cfg.Header {
		h[name] = values
	}
	h["Accept"] = accept[op.Answer]
	h["User-Agent"] = []string{cfg.UserAgent}
	if b.contentType != "" {
		h["Content-Type"] = []string{b.contentType}
	}
	return h
}

// accept is exact: with a list that has */* in it the server answers in HTML.
var accept = map[AnswerKind][]string{
	AnswerJSON:   {"application/json"},
	AnswerEmpty:  {"application/json"},
	AnswerText:   {"text/csv"},
	AnswerHTML:   {"text/html"},
	AnswerStream: {"*/*"},
}
