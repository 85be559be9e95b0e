package konvertetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// The filter language of contacts/filter and conversations/filter: a flat list
// of conditions that the real server turns into one piece of SQL. What it
// checks before that is answered with 422, what the database refuses with 500.

// valueKind is the type of a column or attribute in the database.
type valueKind int

const (
	kindText valueKind = iota
	kindID
	kindNumber
	kindBool
	kindDate
	kindLabels
	kindEnum
	// kindNone is a custom attribute whose type has no cast.
	kindNone
)

// filterKey is one standard attribute of a model.
type filterKey[T any] struct {
	name      string
	kind      valueKind
	operators []string
	// read returns nil for NULL, else a string, int64, bool, time.Time or, for
	// labels, []string.
	read func(T) any
	// number maps the names of an enumeration to what read returns.
	names []string
}

// filterModel is what the filters know of contacts or of conversations.
type filterModel[T any] struct {
	// attributeModel names the custom attributes that belong to it.
	attributeModel string
	keys           []filterKey[T]
	custom         func(T) object
	// firstOnly says that only the first of several values counts.
	firstOnly bool
}

var (
	equalOperators   = []string{"equal_to", "not_equal_to"}
	presentOperators = []string{"equal_to", "not_equal_to", "is_present", "is_not_present"}
	textOperators    = []string{"equal_to", "not_equal_to", "contains", "does_not_contain"}
	phoneOperators   = []string{"equal_to", "not_equal_to", "contains", "does_not_contain", "starts_with"}
	dateOperators    = []string{"is_greater_than", "is_less_than", "days_before"}
)

func (m *filterModel[T]) key(name string) *filterKey[T] {
	for i := range m.keys {
		if m.keys[i].name == name {
			return &m.keys[i]
		}
	}
	return nil
}

func (m *filterModel[T]) keyNames() string {
	names := make([]string, len(m.keys))
	for i, k := range m.keys {
		names[i] = k.name
	}
	return strings.Join(names, ",")
}

// filterRows reads the conditions of the request ("payload") and returns those
// of rows that meet them, in their order. It ends the request with 422 or 500
// as the real server does.
func filterRows[T any](c *ctx, m filterModel[T], rows []T) []T {
	v, _ := c.Params.Get("payload")
	payload, isList := v.([]any)
	if !isList {
		stop(crash())
	}
	conditions := make([]*params, len(payload))
	for i, v := range payload {
		p, isHash := v.(*params)
		if !isHash {
			stop(crash())
		}
		conditions[i] = p
	}
	checkQueryOperators(conditions)
	groups := buildFilter(c, m, conditions)
	out := []T{}
	for _, row := range rows {
		if groups.match(row) {
			out = append(out, row)
		}
	}
	return out
}

// filterConversations returns the conversations that meet the conditions of
// the request.
func (c *ctx) filterConversations(rows []*conversation) []*conversation {
	return filterRows(c, c.conversationFilter(), rows)
}

// filterContacts returns the contacts that meet the conditions of the request.
func (c *ctx) filterContacts(rows []*contact) []*contact {
	return filterRows(c, c.contactFilter(), rows)
}

// checkQueryOperators comes before everything else on the real server.
func checkQueryOperators(conditions []*params) {
	for _, p := range conditions {
		v, _ := p.Get("query_operator")
		text, isText := v.(string)
		if v != nil && !isText {
			stop(crash())
		}
		if text != "" && !slices.Contains([]string{"AND", "OR"}, strings.ToUpper(text)) {
			stop(filterFault(`Query operator must be either "AND" or "OR".`))
		}
	}
}

func filterFault(text string) response { return failText(http.StatusUnprocessableEntity, text) }

// filterGroups are alternatives of conditions that must all hold: AND binds
// tighter than OR and there are no parentheses.
type filterGroups[T any] [][]func(T) bool

func (g filterGroups[T]) match(row T) bool {
	matched := len(g) == 0
	for _, group := range g {
		if matchAll(group, row) {
			matched = true
		}
	}
	return matched
}

// matchAll asks every condition, because the database may do so too and fail.
func matchAll[T any](conditions []func(T) bool, row T) bool {
	matched := true
	for _, holds := range conditions {
		if !holds(row) {
			matched = false
		}
	}
	return matched
}

// buildFilter checks the conditions one after the other and then how they are
// joined, which only the database does.
func buildFilter[T any](c *ctx, m filterModel[T], conditions []*params) filterGroups[T] {
	var groups filterGroups[T]
	var failed bool
	join := "OR"
	for i, p := range conditions {
		test, sound := buildCondition(c, m, p)
		failed = failed || !sound
		if join == "AND" {
			groups[len(groups)-1] = append(groups[len(groups)-1], test)
		} else {
			groups = append(groups, []func(T) bool{test})
		}
		join = strings.ToUpper(p.String("query_operator"))
		last := i == len(conditions)-1
		failed = failed || (join == "") != last
	}
	if failed {
		stop(crash())
	}
	return groups
}

// filterCondition is one condition as it was sent.
type filterCondition struct {
	key, operator string
	values        []any
	// sent is what stood under values, whatever its type.
	sent any
}

// readCondition reads the keys of a condition; the server ignores those that
// say what the key is.
func readCondition(p *params) filterCondition {
	p.Ignore("attribute_model", "custom_attribute_type", "data_type")
	f := filterCondition{key: p.String("attribute_key"), operator: p.String("filter_operator")}
	f.sent, _ = p.Get("values")
	f.values, _ = f.sent.([]any)
	return f
}

func (f filterCondition) presence() bool {
	return f.operator == "is_present" || f.operator == "is_not_present"
}

// first is the value that counts where only one does. Of a text that should
// have been a list it is the first letter.
func (f filterCondition) first() any {
	if text, isText := f.sent.(string); isText {
		for _, r := range text {
			return string(r)
		}
	}
	if len(f.values) == 0 {
		return nil
	}
	return f.values[0]
}

// buildCondition returns a test for one condition; sound is false when the
// database would refuse it. What the server itself refuses ends the request.
func buildCondition[T any](c *ctx, m filterModel[T], p *params) (test func(T) bool, sound bool) {
	f := readCondition(p)
	key := m.key(f.key)
	if key != nil && !slices.Contains(key.operators, f.operator) {
		stop(filterFault("Invalid operator. The allowed operators for " + f.key + " are [" + strings.Join(key.operators, ",") + "]."))
	}
	if !f.presence() && testserver.Blank(f.sent) {
		stop(invalidFilterValue(f.key))
	}
	if key == nil {
		key = customFilterKey(c, m, f)
	}
	if key == nil {
		stop(filterFault("Invalid attribute key - [" + f.key + "]. The key should be one of [" + m.keyNames() +
			"] or a custom attribute defined in the account."))
	}
	if key.kind == kindLabels {
		return labelTest(m.firstOnly, key.read, f)
	}
	compare, sound := c.operand(key.kind, key.names, m.firstOnly, f)
	counted := m.key(f.key) == nil && f.operator == "not_equal_to"
	return func(row T) bool {
		v := key.read(row)
		if v == nil {
			return f.operator == "is_not_present" || counted
		}
		return compare(v)
	}, sound
}

func invalidFilterValue(key string) response {
	return filterFault("Invalid value. The values provided for " + key + " are invalid")
}

// customFilterKey is the custom attribute of the model with that key, nil when
// none is defined.
func customFilterKey[T any](c *ctx, m filterModel[T], f filterCondition) *filterKey[T] {
	def := c.st.attributeDefinition(c.account.id, m.attributeModel, f.key)
	if def == nil {
		return nil
	}
	kind := customKinds[def.displayType]
	return &filterKey[T]{name: f.key, kind: kind, read: func(row T) any {
		v, _ := m.custom(row).Get(f.key)
		text, there := jsonText(v)
		if !there {
			return nil
		}
		return castText(c, kind, text)
	}}
}

var customKinds = map[string]valueKind{
	"text": kindText, "link": kindText, "list": kindText, "number": kindNumber, "date": kindDate, "checkbox": kindBool,
	"currency": kindNone, "percent": kindNone,
}

// jsonText is the text of a JSON value as the database's ->> gives it; there is
// false for null and for a value that is absent.
func jsonText(v any) (text string, there bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	default:
		out, err := testserver.Marshal(v)
		if err != nil {
			return "", false
		}
		return string(out), true
	}
}

func labelTest[T any](firstOnly bool, read func(T) any, f filterCondition) (func(T) bool, bool) {
	if firstOnly && f.sent == nil {
		return nil, false
	}
	var wanted []string
	values := f.values
	if firstOnly {
		values = []any{f.first()}
	}
	for _, v := range values {
		text, isText := v.(string)
		if firstOnly {
			text = strings.ToLower(text)
		}
		if !isText && v != nil && !f.presence() {
			return nil, false
		}
		wanted = append(wanted, text)
	}
	return func(row T) bool {
		labels, _ := read(row).([]string)
		has := slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(wanted, l) })
		switch f.operator {
		case "equal_to":
			return has
		case "not_equal_to":
			return !has
		case "is_present":
			return len(labels) > 0
		default:
			return len(labels) == 0
		}
	}, true
}
