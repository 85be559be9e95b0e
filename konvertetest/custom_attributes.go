package konvertetest

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

var attributeDefinitions = newTable[attributeDefinition]("custom attribute definition")

// attributeDefinition finds a definition by key, nil when there is none.
func (st *store) attributeDefinition(accountID int64, model, key string) *attributeDefinition {
	return attributeDefinitions.first(st, func(d *attributeDefinition) bool {
		return d.accountID == accountID && d.model == model && d.key == key
	})
}
