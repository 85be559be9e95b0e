package main

import "strings"

// document is a description after parsing.
type document struct {
	title      string
	versions   []string
	plainIDs   bool // ids in paths have no slashes
	correction []string
	tags       []*tag
	schemas    []*schema
	params     map[string]*param
	ops        []*operation

	byName map[string]*schema
	byTag  map[string]*tag
}

// tag is a group of operations; several groups may share one service.
type tag struct {
	at       pos
	name     string
	service  string // "Agents" or "Platform.Accounts"
	file     string // "agents.go"
	singular string
	desc     string
}

// goService is the service in one word: "PlatformAccounts".
func (t *tag) goService() string { return strings.ReplaceAll(t.service, ".", "") }

// typeName is the Go type of the service.
func (t *tag) typeName() string { return t.goService() + "Service" }

// schema is a component, or the type of a property, parameter, item or body.
type schema struct {
	at     pos
	name   string // of a component
	ref    string // name of the component it refers to
	target *schema

	desc       string
	typ        string // "", string, integer, number, boolean, array, object
	format     string
	nullable   bool
	items      *schema
	additional *schema
	props      []*property
	enum       []string
	enumNames  map[string]string
	enumDescs  map[string]string
	union      *union

	required   []string
	min, max   *int64
	minLength  *int64
	maxLength  *int64
	maxItems   *int64
	secret     bool
	seen       []string
	optional   bool
	identity   bool
	noNull     bool
	allowEmpty bool
	pointer    bool
	plain      bool // in a request: the zero value is left out
	checks     []string
	goName     string
	goAlias    string
	goFile     string
	timeFormat string
	also       []string
	file       string
	sendAs     map[string]string
	except     []string // enum values that this request refuses
	formJSON   bool
	exclusive  [][]string
	correction []string
	readAlso   []string

	in, out bool   // reached from requests, from answers
	gofile  string // where the type is written
	order   int
}

type property struct {
	key      string
	at       pos
	required bool
	*schema
}

// union is a value of several shapes that one of its keys tells apart.
type union struct {
	key      string
	mapping  []unionCase
	fallback *schema // for values without the key
}

type unionCase struct {
	value string
	s     *schema
}

type param struct {
	at       pos
	name     string
	in       string
	desc     string
	required bool
	comma    bool // a list is sent as one value, joined by commas
	goName   string
	s        *schema
	correct  []string
	ref      string
}

type paging struct {
	at        pos
	kind      string // page, id, offset, none
	size      int64
	items     string
	count     string
	orders    []string
	sortParam string
	pageParam string
	sizeParam string
	before    string
	after     string
	hand      bool // the pager is written by hand
}

type operation struct {
	at         pos
	id         string
	method     string
	path       string
	tag        *tag
	tagName    string
	desc       string
	goName     string // "Create"
	service    string // "Agents"
	auth       string
	idempotent bool
	answer     string
	nullOK     bool
	envelope   string
	paging     *paging
	seen       []string
	since      string
	window     string
	confirm    string
	paramsName string
	scalar     bool
	hand       bool
	knownKey   string // field of the body whose values must exist
	knownKind  string
	companions []string // methods written by hand that users call in place of the generated one
	docPath    string
	docMethod  string
	errors     [][2]string
	correction []string

	params   []*param // after $ref resolution, path first
	bodyKind string   // "", json, form, multipart, json-or-multipart
	body     *schema
	bodyDesc string
	result   *schema
}

// prop is a property of an object, nil for none of that key.
func (s *schema) prop(key string) *property {
	for _, q := range s.of().props {
		if q.key == key {
			return q
		}
	}
	return nil
}

// of follows a reference to what it means.
func (s *schema) of() *schema {
	for s.target != nil {
		s = s.target
	}
	return s
}

// description is the text of the schema itself or of the component it refers to.
func (s *schema) description() string {
	if s.desc != "" || s.target == nil {
		return s.desc
	}
	return s.target.desc
}

func (s *schema) isObject() bool {
	t := s.of()
	return t.typ == "object" && t.additional == nil && t.format == ""
}

func (s *schema) isUnion() bool { return s.of().union != nil }

func (o *operation) pathParams() []*param { return o.paramsIn("path") }

func (o *operation) queryParams() []*param { return o.paramsIn("query") }

func (o *operation) paramsIn(where string) []*param {
	var out []*param
	for _, p := range o.params {
		if p.in == where {
			out = append(out, p)
		}
	}
	return out
}
