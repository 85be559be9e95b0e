package konvertetest

import (
	"cmp"
	"slices"
	"strings"
)

// contactOrder compares two contacts by one column. Rows without a value come
// last; with nullsTurn they come first when the order is reversed.
type contactOrder struct {
	value     func(*contact) any
	nullsTurn bool
}

var contactOrders = map[string]contactOrder{
	"name":             {value: func(v *contact) any { return optional(v.name) }, nullsTurn: true},
	"email":            {value: func(v *contact) any { return optional(v.email) }, nullsTurn: true},
	"phone_number":     {value: func(v *contact) any { return optional(v.phoneNumber) }, nullsTurn: true},
	"last_activity_at": {value: func(v *contact) any { return moment(v.lastActivityAt) }},
	"created_at":       {value: func(v *contact) any { return moment(v.createdAt) }},
	"company":          {value: func(v *contact) any { return attributeText(v.additionalAttributes, "company_name") }},
	"city":             {value: func(v *contact) any { return attributeText(v.additionalAttributes, "city") }},
	"country":          {value: func(v *contact) any { return attributeText(v.additionalAttributes, "country") }},
}

// moment is a time as a number, nil for none. The database keeps microseconds.
func moment(t timeLike) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

type timeLike interface {
	IsZero() bool
	UnixMicro() int64
}

// sortKey is one word of the sort parameter.
type sortKey struct {
	order contactOrder
	desc  bool
}

func (k sortKey) compare(a, b *contact) int {
	x, y := k.order.value(a), k.order.value(b)
	if x == nil || y == nil {
		missing := boolOrder(x == nil) - boolOrder(y == nil)
		if k.desc && k.order.nullsTurn {
			return -missing
		}
		return missing
	}
	order := compareSortValues(x, y)
	if k.desc {
		return -order
	}
	return order
}

func compareSortValues(x, y any) int {
	switch x := x.(type) {
	case string:
		return collate(x, y.(string))
	default:
		return cmp.Compare(x.(int64), y.(int64))
	}
}

// contactSort reads the sort parameter: words with a comma between them, with
// a minus for the reverse. Unknown words are ignored.
func (c *ctx) contactSort() []sortKey {
	var keys []sortKey
	for word := range strings.SplitSeq(c.Params.String("sort"), ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(word), "-")
		if order, known := contactOrders[name]; known {
			keys = append(keys, sortKey{order: order, desc: desc})
		}
	}
	return keys
}

// sortContacts sorts rows as the request asks; tied is nil when it asks for
// nothing.
func (c *ctx) sortContacts(rows []*contact) (sorted []*contact, tied func(a, b *contact) bool) {
	keys := c.contactSort()
	if len(keys) == 0 {
		return rows, nil
	}
	compare := func(a, b *contact) int {
		for _, k := range keys {
			if order := k.compare(a, b); order != 0 {
				return order
			}
		}
		return 0
	}
	sorted = slices.Clone(rows)
	slices.SortStableFunc(sorted, compare)
	return sorted, func(a, b *contact) bool { return compare(a, b) == 0 }
}
