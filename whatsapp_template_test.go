package konverte_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

const whatsappTemplates = `[
 {"name":"boas_vindas","language":"pt_BR","category":"UTILITY","status":"APPROVED","namespace":"ns","components":[
  {"type":"BODY","text":"Olá {{1}}, seu pedido {{2}} saiu. {{1}}!"}]},
 {"name":"boas_vindas","language":"en_US","status":"REJECTED","components":[{"type":"BODY","text":"Hi"}]},
 {"name":"oferta","language":"pt_BR","category":"MARKETING","status":"approved","components":[
  {"type":"HEADER","format":"IMAGE"},
  {"type":"BODY","text":"Só hoje, {{ nome }}"},
  {"type":"FOOTER","text":"Padaria"},
  {"type":"BUTTONS","buttons":[
   {"type":"QUICK_REPLY","text":"Não"},
   {"type":"URL","text":"Ver","url":"https://example.com/{{1}}"},
   {"type":"COPY_CODE","text":"Copiar"}]}]},
 {"name":"titulo","language":"pt_BR","components":[
  {"type":"HEADER","format":"TEXT","text":"Pedido {{1}}"},{"type":"BODY","text":"Pronto"}]}
]`

func whatsappInbox() konverte.Inbox {
	return konverte.Inbox{ID: 7, MessageTemplates: json.RawMessage(whatsappTemplates)}
}

func TestFillTemplate(t *testing.T) {
	t.Parallel()
	offer := konverte.TemplateValues{
		Body: map[string]string{"nome": "Maria"}, MediaURL: "https://example.com/a.png",
		Buttons: map[int]string{1: "p/7", 2: "SAVE20"},
	}
	welcome := konverte.TemplateValues{Body: map[string]string{"1": "Maria", "2": "77"}}
	nested := welcome
	nested.Shape = konverte.TemplateShapeNested
	for name, tc := range map[string]struct {
		template string
		values   konverte.TemplateValues
		want     string
	}{
		"the body alone is flat":  {"boas_vindas", welcome, `{"1":"Maria","2":"77"}`},
		"nested when asked for":   {"boas_vindas", nested, `{"body":{"1":"Maria","2":"77"}}`},
		"media and buttons":       {"oferta", offer, `{"body":{"nome":"Maria"},"header":{"media_type":"image","media_url":"https://example.com/a.png"},"buttons":[{},{"type":"url","parameter":"p/7"},{"type":"copy_code","parameter":"SAVE20"}]}`},
		"a header with variables": {"titulo", konverte.TemplateValues{Header: map[string]string{"1": "77"}}, `{"body":{},"header":{"1":"77"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, err := whatsappInbox().WhatsAppTemplate(tc.template, "pt_BR")
			require.NoError(t, err)
			p, err := template.Fill(tc.values)
			require.NoError(t, err)
			assert.Equal(t, tc.template, p.Name)
			assert.Equal(t, "pt_BR", p.Language.Or(""))
			assert.Equal(t, template.Category, p.Category.Or(""))
			assert.Equal(t, template.Namespace, p.Namespace.Or(""))
			assert.JSONEq(t, tc.want, string(p.ProcessedParams))
		})
	}
	template, err := whatsappInbox().WhatsAppTemplate("boas_vindas", "pt_BR")
	require.NoError(t, err)
	assert.Equal(t, "Olá Maria, seu pedido 77 saiu. Maria!", template.Text(welcome))
	assert.Equal(t, "Olá {{1}}, seu pedido {{2}} saiu. {{1}}!", template.Text(konverte.TemplateValues{}))
}

// All that the provider would refuse later is refused at once, and all of it together.
func TestFillTemplateRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		template, language string
		values             konverte.TemplateValues
		fields             []string
	}{
		"a value too few":   {"boas_vindas", "pt_BR", konverte.TemplateValues{Body: map[string]string{"1": "Maria"}}, []string{"body[2]"}},
		"a value too many":  {"boas_vindas", "pt_BR", konverte.TemplateValues{Body: map[string]string{"1": "a", "2": "b", "3": "c"}}, []string{"body[3]"}},
		"a blank value":     {"boas_vindas", "pt_BR", konverte.TemplateValues{Body: map[string]string{"1": " ", "2": "b"}}, []string{"body[1]"}},
		"not approved":      {"boas_vindas", "en_US", konverte.TemplateValues{}, []string{"template"}},
		"nothing at all":    {"oferta", "pt_BR", konverte.TemplateValues{}, []string{"body[nome]", "media_url", "buttons[1]", "buttons[2]"}},
		"no place for it":   {"titulo", "pt_BR", konverte.TemplateValues{Header: map[string]string{"1": "a"}, MediaURL: "https://example.com/a", Buttons: map[int]string{0: "x"}}, []string{"media_url", "buttons[0]"}},
		"a quick reply":     {"oferta", "pt_BR", konverte.TemplateValues{Body: map[string]string{"nome": "a"}, MediaURL: "https://example.com/a", Buttons: map[int]string{0: "x", 1: "y", 2: "z"}}, []string{"buttons[0]"}},
		"more than flat":    {"titulo", "pt_BR", konverte.TemplateValues{Header: map[string]string{"1": "a"}, Shape: konverte.TemplateShapeFlat}, []string{"shape"}},
		"no public address": {"oferta", "pt_BR", konverte.TemplateValues{Body: map[string]string{"nome": "a"}, MediaURL: "a.png", Buttons: map[int]string{1: "y", 2: "z"}}, []string{"media_url"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, err := whatsappInbox().WhatsAppTemplate(tc.template, tc.language)
			require.NoError(t, err)
			_, err = template.Fill(tc.values)
			refused, ok := errors.AsType[*konverte.ArgumentError](err)
			require.True(t, ok, "%v", err)
			var fields []string
			for _, f := range refused.Faults {
				fields = append(fields, f.Field)
			}
			assert.Equal(t, tc.fields, fields)
		})
	}
}

func TestTemplatesOfAnInbox(t *testing.T) {
	t.Parallel()
	all, err := whatsappInbox().WhatsAppTemplates()
	require.NoError(t, err)
	assert.Len(t, all, 4)
	_, err = whatsappInbox().WhatsAppTemplate("oferta", "en_US")
	require.ErrorIs(t, err, konverte.ErrNotFound)
	for _, raw := range []string{"", "{}", "null"} {
		all, err := konverte.Inbox{MessageTemplates: json.RawMessage(raw)}.WhatsAppTemplates()
		require.NoError(t, err)
		assert.Empty(t, all)
	}
	_, err = konverte.Inbox{MessageTemplates: json.RawMessage(`[1]`)}.WhatsAppTemplates()
	require.Error(t, err)
}

// What was filled in is what a server takes.
func TestSendTemplate(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		_, _, conv := desk(t, c)
		template, err := whatsappInbox().WhatsAppTemplate("boas_vindas", "pt_BR")
		require.NoError(t, err)
		values := konverte.TemplateValues{Body: map[string]string{"1": "Maria", "2": "77"}}
		p, err := template.Fill(values)
		require.NoError(t, err)
		sent, err := c.Messages.Create(t.Context(), conv.ID, konverte.MessageCreateParams{
			Content: template.Text(values), TemplateParams: konverte.Set(p),
		})
		require.NoError(t, err)
		assert.Equal(t, "Olá Maria, seu pedido 77 saiu. Maria!", sent.Content.Or(""))
		requests := srv.Requests()
		assert.Contains(t, string(requests[len(requests)-1].Body), `"processed_params":{"1":"Maria","2":"77"}`)
	})
}
