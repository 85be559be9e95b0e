package konverte

import "slices"

// FilterCondition is the condition in the form that AutomationRuleCreateParams and
// AutomationRuleUpdateParams take, so that the conditions of a rule can be read, changed
// and sent back. Keys in Extra are not sent.
func (c AutomationCondition) FilterCondition() FilterCondition {
	p := FilterCondition{
		AttributeKey:        c.AttributeKey,
		FilterOperator:      FilterOperator(c.FilterOperator),
		Values:              slices.Clone(c.Values),
		AttributeModel:      given(c.AttributeModel),
		CustomAttributeType: given(c.CustomAttributeType),
	}
	if op := c.QueryOperator.Or(""); op != "" {
		p.QueryOperator = Set(QueryOperator(op))
	}
	return p
}

// given leaves out what is null or empty.
func given(v Opt[string]) Opt[string] {
	if v.Or("") == "" {
		return Opt[string]{}
	}
	return v
}
