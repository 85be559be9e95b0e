package konvertetest

import (
	"regexp"
	"strings"
)

// What users and the server itself send is a text of the template language
// Liquid. Of that language this file knows outputs such as
// {{ contact.name | upcase }}; a text with tags, and one with an output that
// does not end, stays as it is.

var (
	codeSpan     = regexp.MustCompile("(?s)`.*?`")
	liquidOutput = regexp.MustCompile(`(?s)\{\{(.*?)\}\}`)
)

// fillIn replaces the outputs in the text of a message. Code is left alone.
func (c *ctx) fillIn(v *conversation, m *message) {
	if m.messageType != messageOutgoing && m.messageType != messageTemplate || m.content == nil {
		return
	}
	text, values := *m.content, c.drops(v, m)
	var b strings.Builder
	at := 0
	for _, code := range append(codeSpan.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		plain := text[at:code[0]]
		if strings.Contains(plain, "{%") || strings.Count(plain, "{{") != len(liquidOutput.FindAllString(plain, -1)) {
			return
		}
		b.WriteString(liquidOutput.ReplaceAllStringFunc(plain, func(output string) string {
			return liquidValue(strings.Trim(output, "{}"), values)
		}))
		b.WriteString(text[code[0]:code[1]])
		at = code[1]
	}
	m.content = new(b.String())
}

// liquidFilters are what may stand behind an output.
var liquidFilters = map[string]func(value, argument string) string{
	"upcase":     func(value, _ string) string { return strings.ToUpper(value) },
	"downcase":   func(value, _ string) string { return strings.ToLower(value) },
	"capitalize": func(value, _ string) string { return capitalize(&value) },
	"strip":      func(value, _ string) string { return strings.TrimSpace(value) },
	"append":     func(value, argument string) string { return value + argument },
	"prepend":    func(value, argument string) string { return argument + value },
	"default": func(value, argument string) string {
		if value == "" {
			return argument
		}
		return value
	},
}

// liquidValue is the text of one output; what is unknown is "".
func liquidValue(output string, values map[string]string) string {
	parts := strings.Split(output, "|")
	value := liquidTerm(parts[0], values)
	for _, part := range parts[1:] {
		name, argument, _ := strings.Cut(part, ":")
		if filter := liquidFilters[strings.TrimSpace(name)]; filter != nil {
			value = filter(value, liquidTerm(argument, values))
		}
	}
	return value
}

// liquidTerm is a text in quotation marks or the value of a name.
func liquidTerm(term string, values map[string]string) string {
	term = strings.TrimSpace(term)
	if len(term) > 1 && (term[0] == '\'' || term[0] == '"') && term[len(term)-1] == term[0] {
		return term[1 : len(term)-1]
	}
	return values[term]
}

// drops are the values that an output may name.
func (c *ctx) drops(v *conversation, m *message) map[string]string {
	number, _ := jsonText(v.displayID)
	values := map[string]string{"account.name": c.account.name, "conversation.display_id": number}
	dropAttributes(values, "conversation", v.customAttributes)
	if box := inboxes.find(c.st, v.inboxID); box != nil {
		values["inbox.name"] = box.name
	}
	if k := contacts.find(c.st, v.contactID); k != nil {
		values["contact.email"], values["contact.phone_number"] = textOf(k.email), textOf(k.phoneNumber)
		dropName(values, "contact", textOf(k.name))
		dropAttributes(values, "contact", k.customAttributes)
	}
	if u := users.find(c.st, m.senderID); m.senderType == senderUser && u != nil {
		values["agent.email"], values["agent.available_name"] = u.email, u.availableName()
		dropName(values, "agent", u.name)
	}
	return values
}

func dropAttributes(values map[string]string, who string, attributes object) {
	for _, m := range attributes {
		values[who+".custom_attribute."+m.Key], _ = jsonText(m.Value)
	}
}

// dropName splits a name: the first word, and the last of several. Each word
// begins with its one capital.
func dropName(values map[string]string, who, name string) {
	words := strings.Fields(name)
	for i, word := range words {
		words[i] = capitalize(&word)
	}
	values[who+".name"] = strings.Join(words, " ")
	if len(words) > 0 {
		values[who+".first_name"] = words[0]
	}
	if len(words) > 1 {
		values[who+".last_name"] = words[len(words)-1]
	}
}
