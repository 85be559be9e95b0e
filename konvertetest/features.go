package konvertetest

import "slices"

// addedFeatures are on in a new account of each version, beside baseFeatures.
var addedFeatures = [][]string{
	{"channel_twitter"},
	{"channel_twitter", "agent_bots", "chatwoot_v4", "report_v4", "contact_chatwoot_support_team", "channel_instagram"},
	{
		"agent_bots", "chatwoot_v4", "contact_chatwoot_support_team", "channel_instagram", "assignment_v2", "channel_tiktok",
		"captain_tasks",
	},
}

// initialFeatures are the features of a new account.
func (cfg *config) initialFeatures() []string {
	return append(slices.Clone(baseFeatures), addedFeatures[cfg.version]...)
}

// otherFeatures are known to the server and off in a new account.
var otherFeatures = []string{
	"ip_lookup", "disable_branding", "email_continuity_on_api_channel", "mobile_v2", "custom_reply_email",
	"custom_reply_domain", "audit_logs", "response_bot", "message_reply_to", "insert_article_in_reply", "inbox_view", "sla",
	"help_center_embedding_search", "linear_integration", "captain_integration", "custom_roles",
}

// laterFeatures came with each version.
var laterFeatures = [][]string{
	{},
	{"shopify_integration", "search_with_gin", "crm_integration"},
	{
		"shopify_integration", "search_with_gin", "crm_integration", "channel_voice", "notion_integration",
		"captain_integration_v2", "whatsapp_campaign", "crm_v2", "twilio_content_templates", "advanced_search",
		"advanced_search_indexing", "reply_mailer_migration", "saml", "quoted_email_reply", "companies", "report_v4",
		"conversation_required_attributes", "advanced_assignment",
	},
}

// knowsFeature reports whether the server has a feature of that name.
func (c *ctx) knowsFeature(name string) bool {
	return slices.Contains(c.cfg.initialFeatures(), name) || slices.Contains(otherFeatures, name) ||
		slices.Contains(laterFeatures[c.cfg.version], name)
}
