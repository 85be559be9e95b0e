package konverte

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// WhatsAppTemplate is a message that the provider of a WhatsApp inbox has approved, as the
// inbox knows it. See Inbox.WhatsAppTemplate.
type WhatsAppTemplate struct {
	Name       string                      `json:"name"`
	Language   string                      `json:"language"`
	Category   string                      `json:"category"`
	Namespace  string                      `json:"namespace"`
	Status     string                      `json:"status"` // "approved" in any case, or why it cannot be sent
	Components []WhatsAppTemplateComponent `json:"components"`
}

// WhatsAppTemplateComponent is a part of a template.
type WhatsAppTemplateComponent struct {
	Type    string                   `json:"type"`   // HEADER, BODY, FOOTER or BUTTONS
	Format  string                   `json:"format"` // of a header: TEXT, IMAGE, VIDEO or DOCUMENT
	Text    string                   `json:"text"`   // with placeholders such as {{1}} or {{name}}
	Buttons []WhatsAppTemplateButton `json:"buttons"`
}

// WhatsAppTemplateButton is a button of a template.
type WhatsAppTemplateButton struct {
	Type string `json:"type"` // URL, COPY_CODE, PHONE_NUMBER, QUICK_REPLY and others
	Text string `json:"text"`
	URL  string `json:"url"` // may end in a placeholder
}

// TemplateShape is how values are written into a message.
type TemplateShape uint8

// The shapes of values.
const (
	// TemplateShapeAuto is flat where there are only values of the body, and nested else.
	TemplateShapeAuto TemplateShape = iota
	// TemplateShapeFlat is {"1": "Maria"}, the body alone, which every server reads.
	TemplateShapeFlat
	// TemplateShapeNested is {"body": {"1": "Maria"}, "header": {…}, "buttons": […]}, which
	// server 4.15.1 reads and the older ones do not know.
	TemplateShapeNested
)

// TemplateValues fill in a template.
type TemplateValues struct {
	// Body are the values of the body by placeholder: "1", "2", or their names.
	Body map[string]string
	// Header are the values of a text header by placeholder.
	Header map[string]string
	// MediaURL is the public address of the picture, video or document of the header.
	MediaURL string
	// Buttons are the parameters of the buttons by their place in the template, counted
	// from 0: the end of an address, or the code to copy.
	Buttons map[int]string
	// Shape is how they are written.
	Shape TemplateShape
}

// WhatsAppTemplates are the templates of a WhatsApp inbox as it last fetched them from its
// provider, nil for other inboxes and where nothing was fetched yet.
func (v Inbox) WhatsAppTemplates() ([]WhatsAppTemplate, error) {
	raw := strings.TrimSpace(string(v.MessageTemplates))
	if !strings.HasPrefix(raw, "[") {
		return nil, nil
	}
	var all []WhatsAppTemplate
	if err := json.Unmarshal([]byte(raw), &all); err != nil {
		return nil, fmt.Errorf("the templates of inbox %d: %w", v.ID, err)
	}
	return all, nil
}

// WhatsAppTemplate finds a template by name and language ("pt_BR"). One that is not there
// is a *NotFoundError.
func (v Inbox) WhatsAppTemplate(name, language string) (*WhatsAppTemplate, error) {
	all, err := v.WhatsAppTemplates()
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Name == name && all[i].Language == language {
			return &all[i], nil
		}
	}
	return nil, &NotFoundError{
		Operation: "Inbox.WhatsAppTemplate", Kind: "template", Key: "name and language", Value: name + " " + language,
	}
}

// Fill checks values against the template and returns what Messages.Create and
// Conversations.Start send. The provider would refuse what does not fit long after the
// server has taken the message, so that all of it is an *ArgumentError here: a placeholder
// without a value and the other way round, a header without its media, a button without
// its parameter, a template that is not approved, and values that the shape cannot hold.
func (t WhatsAppTemplate) Fill(v TemplateValues) (TemplateParams, error) {
	var f core.Faults
	t.check(&f, v)
	if err := f.Err("WhatsAppTemplate.Fill"); err != nil {
		return TemplateParams{}, err
	}
	values, err := codec.Marshal(t.values(v))
	if err != nil {
		return TemplateParams{}, err
	}
	p := TemplateParams{Name: t.Name, Language: Set(t.Language), ProcessedParams: values}
	if t.Category != "" {
		p.Category = Set(t.Category)
	}
	if t.Namespace != "" {
		p.Namespace = Set(t.Namespace)
	}
	return p, nil
}

// Text is the body with its values, for the content of the message: agents see it in
// place of the template. Placeholders without a value stay.
func (t WhatsAppTemplate) Text(v TemplateValues) string {
	return placeholder.ReplaceAllStringFunc(t.component("BODY").Text, func(found string) string {
		if value, ok := v.Body[placeholder.FindStringSubmatch(found)[1]]; ok {
			return value
		}
		return found
	})
}

var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// placeholders are the names in a text, each once.
func placeholders(text string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

// component is a part of the template, empty where it has none.
func (t WhatsAppTemplate) component(kind string) WhatsAppTemplateComponent {
	for _, c := range t.Components {
		if strings.EqualFold(c.Type, kind) {
			return c
		}
	}
	return WhatsAppTemplateComponent{}
}

func (t WhatsAppTemplate) check(f *core.Faults, v TemplateValues) {
	if t.Status != "" && !strings.EqualFold(t.Status, "approved") {
		f.Add("template", "is not approved by the provider", t.Status)
	}
	checkPlaceholders(f, "body", t.component("BODY").Text, v.Body)
	header := t.component("HEADER")
	checkPlaceholders(f, "header", header.Text, v.Header)
	f.URL("media_url", v.MediaURL)
	switch {
	case header.media() != "" && v.MediaURL == "":
		f.Add("media_url", "is required by the header of the template", header.media())
	case header.media() == "" && v.MediaURL != "":
		f.Add("media_url", "has no place in the template", "")
	}
	t.checkButtons(f, v.Buttons)
	if v.Shape == TemplateShapeFlat && !v.bodyOnly() {
		f.Add("shape", "the flat one holds values of the body only", "")
	}
}

// checkPlaceholders compares the placeholders of a text with the values.
func checkPlaceholders(f *core.Faults, field, text string, values map[string]string) {
	wanted := placeholders(text)
	for _, name := range wanted {
		f.Required(field+"["+name+"]", values[name])
	}
	for _, name := range sortedKeys(values) {
		if !slices.Contains(wanted, name) {
			f.Add(field+"["+name+"]", "is no placeholder of the template, which has "+strconv.Itoa(len(wanted)), "")
		}
	}
}

func (t WhatsAppTemplate) checkButtons(f *core.Faults, values map[int]string) {
	buttons := t.component("BUTTONS").Buttons
	for i, b := range buttons {
		field := "buttons[" + strconv.Itoa(i) + "]"
		if b.parameter() != "" {
			f.Required(field, values[i])
			continue
		}
		if values[i] != "" {
			f.Add(field, "takes no parameter", "")
		}
	}
	for i := range values {
		if i < 0 || i >= len(buttons) {
			f.Add("buttons["+strconv.Itoa(i)+"]", "is no button of the template, which has "+strconv.Itoa(len(buttons)), "")
		}
	}
}

// media is the kind of file that a header needs, "" for none.
func (c WhatsAppTemplateComponent) media() string {
	switch kind := strings.ToLower(c.Format); kind {
	case "image", "video", "document":
		return kind
	}
	return ""
}

// parameter is the kind of parameter that a button needs, "" for none.
func (b WhatsAppTemplateButton) parameter() string {
	switch {
	case strings.EqualFold(b.Type, "copy_code"):
		return "copy_code"
	case strings.EqualFold(b.Type, "url") && placeholder.MatchString(b.URL):
		return "url"
	}
	return ""
}

func (v TemplateValues) bodyOnly() bool {
	return len(v.Header) == 0 && v.MediaURL == "" && len(v.Buttons) == 0
}

// values are the values in their shape.
func (t WhatsAppTemplate) values(v TemplateValues) any {
	body := v.Body
	if body == nil {
		body = map[string]string{}
	}
	if v.Shape == TemplateShapeFlat || v.Shape == TemplateShapeAuto && v.bodyOnly() {
		return body
	}
	nested := nestedValues{Body: body, Header: v.Header}
	if media := t.component("HEADER").media(); media != "" {
		nested.Header = map[string]string{"media_url": v.MediaURL, "media_type": media}
	}
	if len(v.Buttons) > 0 {
		for i, b := range t.component("BUTTONS").Buttons {
			nested.Buttons = append(nested.Buttons, nestedButton{Type: b.parameter(), Parameter: v.Buttons[i]})
		}
	}
	return nested
}

type nestedValues struct {
	Body    map[string]string `json:"body"`
	Header  map[string]string `json:"header,omitempty"`
	Buttons []nestedButton    `json:"buttons,omitempty"`
}

// nestedButton is empty for a button without a parameter: the server counts places.
type nestedButton struct {
	Type      string `json:"type,omitempty"`
	Parameter string `json:"parameter,omitempty"`
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
