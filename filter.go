package konverte

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// Filter builds the conditions by which contacts and conversations are filtered:
//
//	konverte.Where("status").Is("open").And("inbox_id").Is(6).Conditions()
//
// There are no parentheses: AND binds tighter than OR. A Filter is a value; every
// step returns a new one.
type Filter struct{ conditions []FilterCondition }

// FilterKey is an attribute whose condition is still to be said.
type FilterKey struct {
	before []FilterCondition
	key    string
}

// Where begins a filter with a condition on an attribute: a standard one, or the key
// of a custom attribute.
func Where(key string) FilterKey { return FilterKey{key: key} }

// And adds a condition that must hold as well.
func (f Filter) And(key string) FilterKey { return f.join(key, QueryOperatorAnd) }

// Or adds a condition that may hold instead.
func (f Filter) Or(key string) FilterKey { return f.join(key, QueryOperatorOr) }

// Conditions returns what goes into ContactFilterParams or
// ConversationFilterParams. They are checked when the call is made: each operator
// against its attribute, and whether it has the values that it needs.
func (f Filter) Conditions() []FilterCondition { return slices.Clone(f.conditions) }

func (f Filter) join(key string, op QueryOperator) FilterKey {
	before := slices.Clone(f.conditions)
	if n := len(before); n > 0 {
		before[n-1].QueryOperator = Set(op)
	}
	return FilterKey{before: before, key: key}
}

// Is wants any of the values. Contacts look at the first one only. Text is compared
// without regard to case.
func (k FilterKey) Is(values ...any) Filter { return k.with(FilterOperatorEqualTo, values) }

// IsNot wants none of the values. Rows without the attribute do not match, except
// for labels and custom attributes.
func (k FilterKey) IsNot(values ...any) Filter { return k.with(FilterOperatorNotEqualTo, values) }

// Contains wants the text somewhere in the attribute.
func (k FilterKey) Contains(text string) Filter {
	return k.with(FilterOperatorContains, []any{text})
}

// DoesNotContain wants the text nowhere in the attribute.
func (k FilterKey) DoesNotContain(text string) Filter {
	return k.with(FilterOperatorDoesNotContain, []any{text})
}

// IsPresent wants the attribute to be there.
func (k FilterKey) IsPresent() Filter { return k.with(FilterOperatorIsPresent, nil) }

// IsNotPresent wants the attribute to be absent.
func (k FilterKey) IsNotPresent() Filter { return k.with(FilterOperatorIsNotPresent, nil) }

// GreaterThan wants a later date or a larger number. Of a time.Time the day is sent.
func (k FilterKey) GreaterThan(v any) Filter { return k.with(FilterOperatorIsGreaterThan, []any{v}) }

// LessThan wants an earlier date or a smaller number. Of a time.Time the day is sent.
func (k FilterKey) LessThan(v any) Filter { return k.with(FilterOperatorIsLessThan, []any{v}) }

// DaysBefore wants a date more than so many days ago. Server 4.15.1 answers it with
// a 500.
func (k FilterKey) DaysBefore(days int) Filter { return k.with(FilterOperatorDaysBefore, []any{days}) }

func (k FilterKey) with(op FilterOperator, values []any) Filter {
	texts := make([]json.RawMessage, len(values))
	for i, v := range values {
		texts[i] = filterText(v)
	}
	return Filter{append(slices.Clip(k.before), FilterCondition{AttributeKey: k.key, FilterOperator: op, Values: texts})}
}

// filterText writes a value as text, which the server takes for every attribute; for
// some it answers 500 to a number. What is neither text nor number nor true or false
// stays what it is in JSON, and is refused when the filter is checked.
func filterText(v any) json.RawMessage {
	if t, ok := v.(time.Time); ok {
		v = t.Format(time.DateOnly)
	}
	written, err := codec.Marshal(v)
	switch {
	case err != nil:
		return json.RawMessage("null")
	case filterScalar(written) && written[0] != '"':
		return json.RawMessage(strconv.Quote(string(written)))
	}
	return written
}

// filterScalar tells whether JSON is a text, a number, true or false.
func filterScalar(raw json.RawMessage) bool {
	switch codec.New(raw).Kind() {
	case '"', '0', 't', 'f':
		return true
	}
	return false
}

// The operators that the server knows, by kind of attribute.
var (
	filterEqual   = []FilterOperator{FilterOperatorEqualTo, FilterOperatorNotEqualTo}
	filterPresent = append(slices.Clone(filterEqual), FilterOperatorIsPresent, FilterOperatorIsNotPresent)
	filterText4   = append(slices.Clone(filterEqual), FilterOperatorContains, FilterOperatorDoesNotContain)
	filterPhone   = append(slices.Clone(filterText4), FilterOperatorStartsWith)
	filterDate    = []FilterOperator{FilterOperatorIsGreaterThan, FilterOperatorIsLessThan, FilterOperatorDaysBefore}
)

var contactFilterKeys = map[string][]FilterOperator{
	"name":             filterText4,
	"email":            filterText4,
	"city":             filterText4,
	"company":          filterText4,
	"company_name":     filterText4,
	"phone_number":     filterPhone,
	"identifier":       filterEqual,
	"country_code":     filterEqual,
	"blocked":          filterEqual,
	"labels":           filterPresent,
	"created_at":       filterDate,
	"last_activity_at": filterDate,
}

var conversationFilterKeys = map[string][]FilterOperator{
	"status":                filterEqual,
	"priority":              filterEqual,
	"browser_language":      filterEqual,
	"conversation_language": filterEqual,
	"country_code":          filterEqual,
	"assignee_id":           filterPresent,
	"inbox_id":              filterPresent,
	"team_id":               filterPresent,
	"campaign_id":           filterPresent,
	"contact_id":            filterPresent,
	"labels":                filterPresent,
	"display_id":            filterText4,
	"referer":               filterText4,
	"mail_subject":          filterText4,
	"created_at":            filterDate,
	"last_activity_at":      filterDate,
}

// checkFilter finds what the server would answer with 422 or 500. Keys that it does
// not know may be those of custom attributes.
func checkFilter(f *core.Faults, field string, conditions []FilterCondition, keys map[string][]FilterOperator) {
	for i, c := range conditions {
		f.Within(field, i, func(f *core.Faults) {
			c.checkOperator(f, keys)
			last := i == len(conditions)-1
			switch joined := c.QueryOperator.IsSet() && c.QueryOperator.Or("") != ""; {
			case last && joined:
				f.Add("query_operator", "must be left out on the last condition", string(c.QueryOperator.Or("")))
			case !last && !joined:
				f.Add("query_operator", "is required between two conditions", "")
			}
		})
	}
}

func (p FilterCondition) checkOperator(f *core.Faults, keys map[string][]FilterOperator) {
	if allowed, known := keys[p.AttributeKey]; known && !slices.Contains(allowed, p.FilterOperator) {
		names := make([]string, len(allowed))
		for i, op := range allowed {
			names[i] = string(op)
		}
		f.OneOf("filter_operator", string(p.FilterOperator), names...)
	}
	present := p.FilterOperator == FilterOperatorIsPresent || p.FilterOperator == FilterOperatorIsNotPresent
	if !present && len(p.Values) == 0 {
		f.Add("values", "must not be empty for "+string(p.FilterOperator), "")
	}
	for i, v := range p.Values {
		if !filterScalar(v) {
			f.Add("values["+strconv.Itoa(i)+"]", "must be a text, a number, true or false; several values are given one by one", string(v))
		}
	}
}
