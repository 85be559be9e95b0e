package core

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Faults collects what is wrong with the arguments of a call. The zero value
// has none.
type Faults struct {
	all []Fault
}

// Add records a fault. An empty value is not shown.
func (f *Faults) Add(field, rule, value string) {
	f.all = append(f.all, Fault{Field: field, Rule: rule, Value: oneLine(value)})
}

// ID wants a positive id.
func (f *Faults) ID(field string, v int64) {
	if v <= 0 {
		f.Add(field, "must be positive", strconv.FormatInt(v, 10))
	}
}

// Required wants text that is not blank.
func (f *Faults) Required(field, v string) {
	if strings.TrimSpace(v) == "" {
		f.Add(field, "is required and must not be blank", v)
	}
}

// PathText wants text that can be one segment of a path as it is. What cannot
// stand in any path is refused with every request.
func (f *Faults) PathText(field, v string) {
	switch {
	case strings.TrimSpace(v) == "":
		f.Required(field, v)
	case strings.ContainsAny(v, `/\`):
		f.Add(field, "must not have slashes: it is the id alone, not a path or an address", v)
	case strings.TrimSpace(v) != v:
		f.Add(field, "must not begin or end with a space", v)
	}
}

// Present wants a value that is there.
func (f *Faults) Present(field string, ok bool) {
	if !ok {
		f.Add(field, "is required", "")
	}
}

// NoNull refuses null where the server would ignore it.
func (f *Faults) NoNull(field string, isNull bool) {
	if isNull {
		f.Add(field, "cannot be cleared with null: the server ignores it", "")
	}
}

// Email wants one plain e-mail address. Blank is not its business: see Required.
func (f *Faults) Email(field, v string) {
	if v != "" && !plainEmail(v) {
		f.Add(field, "must be an e-mail address", v)
	}
}

func plainEmail(v string) bool {
	parsed, err := mail.ParseAddress(v)
	if err != nil || parsed.Address != v {
		return false
	}
	_, domain, _ := strings.Cut(v, "@")
	return domain != "" && !strings.ContainsAny(v, " \t\r\n")
}

// URL wants an absolute http or https URL. Blank is not its business: see Required.
func (f *Faults) URL(field, v string) {
	if v == "" {
		return
	}
	u, err := url.Parse(v)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" {
		return
	}
	shown := ""
	if err == nil {
		shown = safeURL(u)
	}
	f.Add(field, "must be an http or https URL", shown)
}

var locale = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2})?$`)

// Locale wants a language, with a region where it has one: pt_BR. Blank is not its
// business: see Required.
func (f *Faults) Locale(field, v string) {
	if v != "" && !locale.MatchString(v) {
		f.Add(field, "must be a language such as pt, or one with its region, such as pt_BR", v)
	}
}

// OneOf wants one of the values that are allowed.
func (f *Faults) OneOf(field, v string, allowed ...string) {
	if !slices.Contains(allowed, v) {
		f.Add(field, "must be one of "+strings.Join(allowed, ", "), v)
	}
}

// MaxLen wants at most n characters.
func (f *Faults) MaxLen(field, v string, n int) {
	if got := utf8.RuneCountInString(v); got > n {
		f.Add(field, "must have at most "+strconv.Itoa(n)+" characters", strconv.Itoa(got)+" characters")
	}
}

// Exclusive refuses two fields that exclude each other.
func (f *Faults) Exclusive(a string, aSet bool, b string, bSet bool) {
	if aSet && bSet {
		f.Add(a, "excludes "+b+": set one of them", "")
	}
}

// Empty tells whether there is no fault. It may be called on nil.
func (f *Faults) Empty() bool { return f == nil || len(f.all) == 0 }

// Err returns the faults as an *ArgumentError, nil when there are none.
func (f *Faults) Err(operation string) error {
	if f.Empty() {
		return nil
	}
	return &ArgumentError{Operation: operation, Faults: f.all}
}
