package konvertetest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Models of custom attributes, in the order of their numbers.
const (
	attributeOfConversations = "conversation_attribute"
	attributeOfContacts      = "contact_attribute"
)

// attributeDefinition declares a custom attribute.
type attributeDefinition struct {
	record
	accountID    int64
	displayName  *string
	key          string
	displayType  string
	model        string
	description  *string
	values       []any
	regexPattern *string
	regexCue     *string
}

var attributeDefinitions = newTable[attributeDefinition]("custom attribute")

// attributeDefinition finds a definition by key, nil when there is none.
func (st *store) attributeDefinition(accountID int64, model, key string) *attributeDefinition {
	return attributeDefinitions.first(st, func(d *attributeDefinition) bool {
		return d.accountID == accountID && d.model == model && d.key == key
	})
}

// reservedKeys are the standard attributes of each model, which newer servers
// refuse as keys.
var reservedKeys = map[string][]string{
	attributeOfConversations: {
		"status", "priority", "assignee_id", "inbox_id", "team_id", "display_id", "campaign_id", "labels",
		"browser_language", "country_code", "referer", "created_at", "last_activity_at",
	},
	attributeOfContacts: {
		"name", "email", "phone_number", "identifier", "country_code", "city", "created_at", "last_activity_at",
		"referer", "blocked",
	},
}

var (
	attributeModels = []string{attributeOfConversations, attributeOfContacts}
	displayTypes    = []string{"text", "number", "currency", "percent", "link", "date", "list", "checkbox"}
)

func registerCustomAttributes(r *router) {
	const all = "/api/v1/accounts/{account_id}/custom_attribute_definitions"
	const one = all + "/{id}"
	body := wrap("custom_attribute_definition", "id", "attribute_display_name", "attribute_key", "attribute_display_type",
		"default_value", "attribute_model", "account_id", "created_at", "updated_at", "attribute_description",
		"attribute_values", "regex_pattern", "regex_cue")
	r.get("get-account-custom-attribute", all, listDefinitions)
	r.post("add-new-custom-attribute-to-account", all, createDefinition, body)
	r.get("get-details-of-a-single-custom-attribute", one, showDefinition)
	r.patch("update-custom-attribute-in-account", one, updateDefinition, body)
	r.delete("delete-custom-attribute-from-account", one, deleteDefinition)
}

func (c *ctx) definitionView(d *attributeDefinition) object {
	return obj(
		"id", d.id,
		"attribute_display_name", d.displayName,
		"attribute_display_type", d.displayType,
		"attribute_description", d.description,
		"attribute_key", d.key,
		"regex_pattern", d.regexPattern,
		"regex_cue", d.regexCue,
		"attribute_values", append([]any{}, d.values...),
		"attribute_model", d.model,
		"default_value", nil,
		"created_at", iso(d.createdAt),
		"updated_at", iso(d.updatedAt),
	)
}

func (c *ctx) findDefinition() *attributeDefinition {
	d := attributeDefinitions.find(c.st, c.id("id"))
	if d == nil || d.accountID != c.account.id {
		stop(notFound())
	}
	return d
}

// mayDefine ends the request of an agent with 401 on newer servers.
func (c *ctx) mayDefine() {
	if c.atLeast("4.15.1") {
		c.adminOnly()
	}
}

// listDefinitions lists those of one model, all for a blank one and none for
// an unknown one.
func listDefinitions(c *ctx) response {
	var model string
	any := c.Params.Blank("attribute_model")
	if !any {
		model = c.Params.String("attribute_model")
		if i := slices.Index([]string{"0", "1"}, model); i >= 0 {
			model = attributeModels[i]
		}
	}
	return ok(list(attributeDefinitions.where(c.st, func(d *attributeDefinition) bool {
		return d.accountID == c.account.id && (any || d.model == model)
	}), c.definitionView))
}

func showDefinition(c *ctx) response { return ok(c.definitionView(c.findDefinition())) }

func createDefinition(c *ctx) response {
	c.mayDefine()
	p := c.require("custom_attribute_definition")
	d := &attributeDefinition{accountID: c.account.id, displayType: "text", model: attributeOfConversations}
	c.readDefinition(p, d)
	if d.model == "" {
		return crash()
	}
	faults := c.checkDefinition(d)
	if c.atLeast("4.2.0") && slices.Contains(reservedKeys[d.model], d.key) {
		faults.add("attribute_key", "The provided key is not allowed as it might conflict with default attributes.")
	}
	faults.stopIf()
	return ok(c.definitionView(attributeDefinitions.insert(c.st, d)))
}

func updateDefinition(c *ctx) response {
	d := c.findDefinition()
	c.mayDefine()
	p := c.require("custom_attribute_definition")
	next := *d
	c.readDefinition(p, &next)
	c.checkDefinition(&next).stopIf()
	attributeDefinitions.save(c.st, d, next)
	return ok(c.definitionView(d))
}

func (c *ctx) readDefinition(p *params, d *attributeDefinition) {
	p.Into("attribute_display_name", &d.displayName)
	p.Into("attribute_key", &d.key)
	p.Into("attribute_description", &d.description)
	p.Into("regex_pattern", &d.regexPattern)
	p.Into("regex_cue", &d.regexCue)
	if values, sent := p.List("attribute_values"); sent {
		d.values = values
	}
	readNumbered(p, "attribute_display_type", &d.displayType, displayTypes)
	readNumbered(p, "attribute_model", &d.model, attributeModels)
}

// readNumbered reads a name or its number, "" for null; a text that is no name
// ends the request with 500.
func readNumbered(p *params, key string, target *string, names []string) {
	v, sent := p.Get(key)
	if !sent {
		return
	}
	switch v := v.(type) {
	case nil:
		*target = ""
		return
	case string:
		if slices.Contains(names, v) {
			*target = v
			return
		}
	case json.Number:
		if i, err := strconv.Atoi(v.String()); err == nil && i >= 0 && i < len(names) {
			*target = names[i]
			return
		}
	}
	stop(crash())
}

var attributeKeyShape = regexp.MustCompile(`\A[\p{L}\p{N}_.-]+\z`)

func (c *ctx) checkDefinition(d *attributeDefinition) problems {
	var faults problems
	faults.checkLength("attribute_display_name", textOf(d.displayName), maxString)
	faults.checkLength("attribute_key", d.key, maxString)
	faults.checkLength("attribute_description", textOf(d.description), maxText)
	faults.checkLength("regex_pattern", textOf(d.regexPattern), maxString)
	faults.checkLength("regex_cue", textOf(d.regexCue), maxString)
	if !present(d.displayName) {
		faults.add("attribute_display_name", "can't be blank")
	}
	if strings.TrimSpace(d.key) == "" {
		faults.add("attribute_key", "can't be blank")
	}
	if o := c.st.attributeDefinition(d.accountID, d.model, d.key); o != nil && o.id != d.id {
		faults.add("attribute_key", "has already been taken")
	}
	if c.atLeast("4.15.1") && d.key != "" && !attributeKeyShape.MatchString(d.key) {
		faults.add("attribute_key", "is invalid")
	}
	if d.displayType == "" {
		faults.add("attribute_display_type", "can't be blank")
	}
	if d.model == "" {
		faults.add("attribute_model", "can't be blank")
	}
	return faults
}

func deleteDefinition(c *ctx) response {
	d := c.findDefinition()
	c.mayDefine()
	attributeDefinitions.remove(c.st, d)
	return noContent()
}
