package konvertetest

import (
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// operand returns the test that a condition makes of a value that is not NULL;
// sound is false when the database would refuse the condition.
func (c *ctx) operand(kind valueKind, names []string, firstOnly bool, f filterCondition) (test func(any) bool, sound bool) {
	ordered := slices.Contains([]string{"is_greater_than", "is_less_than", "days_before"}, f.operator)
	if ordered {
		return c.orderTest(kind, f)
	}
	if kind == kindNone {
		return nil, false
	}
	switch f.operator {
	case "is_present":
		return func(any) bool { return true }, true
	case "is_not_present":
		return func(any) bool { return false }, true
	case "contains", "does_not_contain":
		return likeTest(kind, f)
	}
	return c.equalTest(kind, names, firstOnly, f)
}

// equalTest also serves starts_with, which compares whole values.
func (c *ctx) equalTest(kind valueKind, names []string, firstOnly bool, f filterCondition) (func(any) bool, bool) {
	values := f.values
	if firstOnly {
		values = []any{f.first()}
	}
	if kind == kindEnum {
		return c.enumTest(names, f)
	}
	var wanted []any
	null := false
	for _, v := range values {
		if text, isText := v.(string); isText && firstOnly {
			v = c.contactFilterValue(f.key, text)
		}
		value, sound := castOperand(c, kind, v)
		if !sound {
			return nil, false
		}
		null = null || value == nil
		wanted = append(wanted, value)
	}
	negated := f.operator == "not_equal_to"
	return func(v any) bool {
		found := slices.ContainsFunc(wanted, func(w any) bool { return w != nil && compareValues(v, w) == 0 })
		if negated {
			return !found && !null && len(wanted) > 0
		}
		return found
	}, true
}

// enumTest takes names; an unknown one is NULL. Older servers know no names of
// priorities, only their numbers.
func (c *ctx) enumTest(names []string, f filterCondition) (func(any) bool, bool) {
	if f.values == nil {
		return nil, false
	}
	numbers := f.key == "priority" && !c.atLeast("4.2.0")
	var wanted []string
	unknown := false
	for _, v := range f.values {
		if numbers {
			n, isNumber := v.(json.Number)
			i, err := strconv.Atoi(n.String())
			if !isNumber || err != nil {
				return nil, false
			}
			if i >= 0 && i < len(names) {
				wanted = append(wanted, names[i])
			}
			continue
		}
		name, isText := v.(string)
		if !isText {
			return nil, false
		}
		if name == "all" && f.key == "status" {
			wanted = append(wanted, names...)
			continue
		}
		unknown = unknown || !slices.Contains(names, name)
		wanted = append(wanted, name)
	}
	if slices.Contains(f.values, any("all")) && f.key == "status" {
		unknown = false
	}
	return func(v any) bool {
		found := slices.Contains(wanted, v.(string))
		if f.operator == "not_equal_to" {
			return !found && !unknown
		}
		return found
	}, true
}

// likeTest finds texts inside texts; % and _ are wildcards.
func likeTest(kind valueKind, f filterCondition) (func(any) bool, bool) {
	values := f.values
	if text, isText := f.sent.(string); isText {
		values = []any{text}
	}
	patterns := make([]*regexp.Regexp, len(values))
	for i, v := range values {
		text, isText := v.(string)
		if !isText {
			return nil, false
		}
		patterns[i] = likePattern("%" + strings.TrimSpace(text) + "%")
	}
	if kind != kindText {
		return nil, false
	}
	return func(v any) bool {
		found := slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(v.(string)) })
		return found != (f.operator == "does_not_contain")
	}, true
}

// likePattern is SQL's ILIKE as a regular expression.
func likePattern(like string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`(?is)\A`)
	escaped := false
	for _, r := range like {
		switch {
		case escaped:
			b.WriteString(regexp.QuoteMeta(string(r)))
			escaped = false
		case r == '\\':
			escaped = true
		case r == '%':
			b.WriteString(".*")
		case r == '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String())
}

// orderTest compares. Newer servers check the value and cannot count days.
func (c *ctx) orderTest(kind valueKind, f filterCondition) (func(any) bool, bool) {
	v := f.first()
	less := f.operator != "is_greater_than"
	if f.operator == "days_before" {
		if c.atLeast("4.15.1") && c.bugs() {
			return nil, false
		}
		days, sound := dayCount(v)
		if !sound {
			return nil, false
		}
		v = c.Now.UTC().AddDate(0, 0, -days).Format(time.DateOnly)
	}
	limit, sound := c.orderLimit(kind, v)
	if !sound && c.atLeast("4.15.1") {
		stop(invalidFilterValue(f.key))
	}
	if !sound {
		return nil, false
	}
	return func(v any) bool {
		order := compareValues(v, limit)
		if less {
			return order < 0
		}
		return order > 0
	}, true
}

// dayCount reads a number of days as Ruby's to_i.
func dayCount(v any) (int, bool) {
	switch v := v.(type) {
	case nil:
		return 0, true
	case string:
		return clampDays(testserver.LeadingInt(v)), true
	case json.Number:
		n := testserver.CastInt(v)
		return clampDays(*n), true
	default:
		return 0, false
	}
}

func clampDays(n int64) int { return int(max(-1_000_000, min(n, 1_000_000))) }

// orderLimit casts the value of a comparison from its text.
func (c *ctx) orderLimit(kind valueKind, v any) (any, bool) {
	if kind == kindNone || kind == kindID || kind == kindEnum {
		return nil, false
	}
	text, there := jsonText(v)
	if !there {
		text = ""
	}
	if kind == kindDate && c.atLeast("4.15.1") && !isoDate.MatchString(text) {
		return nil, false
	}
	return parseValue(c, kind, text)
}

var isoDate = regexp.MustCompile(`\A\d{4}-\d{2}-\d{2}`)

// castOperand turns a value of a condition into one of the kind. A number or a
// truth value beside a column of another type is refused by the database.
func castOperand(c *ctx, kind valueKind, v any) (value any, sound bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case string:
		return parseValue(c, kind, v)
	case json.Number:
		if kind != kindID && kind != kindNumber {
			return nil, false
		}
		return parseNumber(v.String())
	case bool:
		return v, kind == kindBool
	default:
		return nil, false
	}
}

// castText reads the text of a custom attribute; the request fails when a row
// holds something else.
func castText(c *ctx, kind valueKind, text string) any {
	if kind == kindNone {
		return text
	}
	v, sound := parseValue(c, kind, text)
	if !sound {
		stop(crash())
	}
	return v
}

// parseValue is the database's cast of a text.
func parseValue(c *ctx, kind valueKind, text string) (any, bool) {
	switch kind {
	case kindID:
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		return n, err == nil
	case kindNumber:
		return parseNumber(text)
	case kindBool:
		return parseBool(text)
	case kindDate:
		return parseDate(c.Now, text)
	default:
		return text, true
	}
}

// decimalShape leaves out exponents that would make a number of endless length.
var decimalShape = regexp.MustCompile(`\A[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\z`)

func parseNumber(text string) (any, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if !decimalShape.MatchString(text) {
		return nil, false
	}
	r, sound := new(big.Rat).SetString(text)
	return r, sound
}

// parseBool takes the words of the database and their beginnings.
func parseBool(text string) (any, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "":
		return nil, false
	case "1", "on":
		return true, true
	case "0", "of", "off":
		return false, true
	}
	switch {
	case strings.HasPrefix("true", text), strings.HasPrefix("yes", text):
		return true, true
	case strings.HasPrefix("false", text), strings.HasPrefix("no", text):
		return false, true
	}
	return nil, false
}

// dateWords are the days that the database knows by name, counted from today.
var dateWords = map[string]int{"now": 0, "today": 0, "yesterday": -1, "tomorrow": 1}

var dateShapes = []struct {
	shape  *regexp.Regexp
	layout string
}{
	{regexp.MustCompile(`\A\d{4}-\d{1,2}-\d{1,2}`), "2006-1-2"},
	{regexp.MustCompile(`\A\d{4}/\d{1,2}/\d{1,2}`), "2006/1/2"},
	{regexp.MustCompile(`\A\d{1,2}/\d{1,2}/\d{4}`), "1/2/2006"},
	{regexp.MustCompile(`\A\d{8}\z`), "20060102"},
}

// parseDate reads a day; a time of day behind it is dropped.
func parseDate(now time.Time, text string) (any, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if days, known := dateWords[text]; known {
		return day(now.UTC().AddDate(0, 0, days)), true
	}
	switch text {
	case "epoch":
		return day(time.Unix(0, 0)), true
	case "infinity":
		return day(time.Unix(math.MaxInt32*100, 0)), true
	case "-infinity":
		return day(time.Unix(-math.MaxInt32*100, 0)), true
	}
	for _, s := range dateShapes {
		found := s.shape.FindString(text)
		rest := strings.TrimPrefix(text, found)
		if found == "" || rest != "" && rest[0] != 't' && rest[0] != ' ' {
			continue
		}
		if t, err := time.Parse(s.layout, found); err == nil {
			return day(t), true
		}
	}
	return nil, false
}

// day is a time without its time of day.
func day(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// notZero is nil for a time that was never set.
func notZero(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// compareValues compares two values of one kind; texts in any case.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case string:
		return compareText(a, b)
	case int64:
		return compareNumber(new(big.Rat).SetInt64(a), b)
	case *big.Rat:
		return compareNumber(a, b)
	case bool:
		return boolOrder(a) - boolOrder(b == true)
	case time.Time:
		return day(a).Compare(b.(time.Time))
	}
	return 1
}

func compareText(a string, b any) int {
	text, _ := b.(string)
	a, text = strings.ToLower(a), strings.ToLower(text)
	if a == text {
		return 0
	}
	if order := collate(a, text); order != 0 {
		return order
	}
	return strings.Compare(a, text)
}

func compareNumber(a *big.Rat, b any) int {
	switch b := b.(type) {
	case int64:
		return a.Cmp(new(big.Rat).SetInt64(b))
	case *big.Rat:
		return a.Cmp(b)
	}
	return 1
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}
