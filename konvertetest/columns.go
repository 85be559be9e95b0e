package konvertetest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Columns of text hold so many characters, unless a column has a rule of its
// own. The real server looks at them before it looks at anything else, so that
// their problems come first.
const (
	maxString = 255
	maxText   = 20_000
)

// checkLength notes a text that is longer than most characters.
func (p *problems) checkLength(attribute, text string, most int) {
	if len([]rune(text)) > most {
		p.add(attribute, fmt.Sprintf("is too long (maximum is %d characters)", most))
	}
}

// isOn reads a boolean column that may hold null.
func isOn(column *bool) bool { return column != nil && *column }

// rubyText reads a column of text that no list of permitted parameters guards:
// an array or an object is stored as the text that Ruby makes of it.
func rubyText(p *params, key string) *string {
	v, _ := p.Get(key)
	if text := testserver.CastString(v); v == nil || text != nil {
		return text
	}
	p.Fault(key, "want a plain value")
	return new(rubyString(v))
}

// rubyString is what Ruby writes for a value inside a text.
func rubyString(v any) string {
	if text, isText := v.(string); isText {
		return text
	}
	return inspect(testserver.AsJSON(v))
}

// inspect is Ruby's.
func inspect(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return strings.ReplaceAll(strconv.Quote(v), "#{", `\#{`)
	case json.Number:
		return v.String()
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = inspect(e)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case object:
		texts := make([]string, len(v))
		for i, m := range v {
			texts[i] = inspect(m.Key) + "=>" + inspect(m.Value)
		}
		return "{" + strings.Join(texts, ", ") + "}"
	default:
		return fmt.Sprint(v)
	}
}
