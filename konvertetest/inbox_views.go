package konvertetest

import (
	"strings"
)

// inboxView is an inbox with its channel settings; secrets are for
// administrators.
func (c *ctx) inboxView(in *inbox) object {
	o := c.inboxHead(in)
	if h, linked := c.st.helpCenterOf(in); linked {
		o.Set("help_center", obj("name", h.name, "slug", h.slug))
	}
	o.Merge(c.widgetColumns(in))
	o.Set("messaging_service_sid", nil)
	o.Set("phone_number", in.channel.phoneNumber)
	switch in.channelType {
	case channelEmail:
		o.Merge(c.emailColumns(in))
	case channelAPI:
		o.Merge(c.apiColumns(in))
	case channelFacebook:
		o.Set("page_id", in.channel.pageID)
		o.Set("reauthorization_required", false)
	}
	o.Set("provider", in.channel.provider)
	if in.channelType == channelWhatsapp {
		o.Merge(c.whatsappColumns(in))
	}
	return o
}

// inboxHead are the columns that all inboxes have.
func (c *ctx) inboxHead(in *inbox) object {
	o := obj(
		"id", in.id,
		"avatar_url", c.thumbURL(in.avatar),
		"channel_id", in.channelID,
		"name", in.name,
		"channel_type", in.channelType,
		"greeting_enabled", in.greetingEnabled,
		"greeting_message", in.greetingMessage,
		"working_hours_enabled", in.workingHoursEnabled,
		"enable_email_collect", in.enableEmailCollect,
		"csat_survey_enabled", in.csatSurveyEnabled,
	)
	if c.atLeast("4.2.0") {
		o.Set("csat_config", orEmpty(in.csatConfig))
	}
	o.Set("enable_auto_assignment", in.enableAutoAssignment)
	o.Set("auto_assignment_config", orEmpty(in.autoAssignmentConfig))
	o.Set("out_of_office_message", in.outOfOfficeMessage)
	o.Set("working_hours", list(in.workingHours, workingHourView))
	o.Set("timezone", in.timezone)
	o.Set("callback_webhook_url", c.callbackURL(in))
	o.Set("allow_messages_after_resolved", in.allowMessagesAfterResolved)
	o.Set("lock_to_single_conversation", in.lockToSingleConversation)
	o.Set("sender_name_type", in.senderNameType)
	o.Set("business_name", in.businessName)
	if c.atLeast("4.15.1") {
		o.Set("allowed_domains", in.allowedDomains)
	}
	return o
}

// callbackURL is where the provider of a channel sends its messages, null for
// channels without a provider.
func (c *ctx) callbackURL(in *inbox) any {
	number := ""
	if in.channel.phoneNumber != nil {
		number = *in.channel.phoneNumber
	}
	switch in.channelType {
	case channelSms:
		return c.srv.URL + "/webhooks/sms/" + strings.TrimPrefix(number, "+")
	case channelWhatsapp:
		return c.srv.URL + "/webhooks/whatsapp/" + number
	case channelLine:
		id, _ := in.channel.settings.Get("line_channel_id")
		text, _ := id.(string)
		return c.srv.URL + "/webhooks/line/" + text
	}
	return nil
}

// widgetColumns are there for every inbox, null for other channels; more
// follows for a web widget.
func (c *ctx) widgetColumns(in *inbox) object {
	ch := &in.channel
	if in.channelType != channelWidget {
		o := obj("widget_color", nil, "website_url", nil, "hmac_mandatory", nil, "welcome_title", nil, "welcome_tagline", nil,
			"web_widget_script", nil, "website_token", nil, "selected_feature_flags", nil, "reply_time", nil)
		if in.channelType == channelAPI {
			o.Set("hmac_mandatory", ch.hmacMandatory)
		}
		return o
	}
	o := obj(
		"widget_color", ch.widgetColor,
		"website_url", ch.websiteURL,
		"hmac_mandatory", ch.hmacMandatory,
		"welcome_title", ch.welcomeTitle,
		"welcome_tagline", ch.welcomeTagline,
		"web_widget_script", c.widgetScript(ch.websiteToken),
		"website_token", ch.websiteToken,
		"selected_feature_flags", ch.featureFlags,
		"reply_time", textOrNull(ch.replyTime),
	)
	if c.isAdmin() {
		o.Set("hmac_token", ch.hmacToken)
	}
	o.Set("pre_chat_form_enabled", ch.preChatFormEnabled)
	o.Set("pre_chat_form_options", orEmpty(ch.preChatFormOptions))
	o.Set("continuity_via_email", ch.continuityViaEmail)
	return o
}

// widgetScript is the snippet that puts a widget on a page.
func (c *ctx) widgetScript(token string) string {
	loading := "        g.defer = true;\n        g.async = true;\n"
	if c.atLeast("4.15.1") {
		loading = "        g.async = true;\n"
	}
	return "\n    <script>\n" +
		"      (function(d,t) {\n" +
		"        var BASE_URL=\"" + c.srv.URL + "\";\n" +
		"        var g=d.createElement(t),s=d.getElementsByTagName(t)[0];\n" +
		"        g.src=BASE_URL+\"/packs/js/sdk.js\";\n" +
		loading +
		"        s.parentNode.insertBefore(g,s);\n" +
		"        g.onload=function(){\n" +
		"          window.chatwootSDK.run({\n" +
		"            websiteToken: '" + token + "',\n" +
		"            baseUrl: BASE_URL\n" +
		"          })\n" +
		"        }\n" +
		"      })(document,\"script\");\n" +
		"    </script>\n    "
}

func (c *ctx) emailColumns(in *inbox) object {
	ch := &in.channel
	o := object{}
	if !c.atLeast("4.15.1") {
		o.Set("forward_to_email", ch.forwardToEmail)
	}
	o.Set("email", ch.email)
	if c.atLeast("4.15.1") {
		o.Set("forwarding_enabled", false)
	}
	if c.isAdmin() {
		for _, col := range c.mailColumns() {
			value, set := ch.settings.Get(col.name)
			if !set {
				value = col.initial
			}
			o.Set(col.name, value)
		}
	}
	if ch.provider != nil && (*ch.provider == "google" || *ch.provider == "microsoft") {
		o.Set("reauthorization_required", false)
	}
	return o
}

func (c *ctx) apiColumns(in *inbox) object {
	ch := &in.channel
	o := object{}
	if c.isAdmin() {
		o.Set("hmac_token", ch.hmacToken)
	}
	if c.isAdmin() && c.atLeast("4.15.1") {
		o.Set("secret", ch.secret)
	}
	o.Set("webhook_url", ch.webhookURL)
	o.Set("inbox_identifier", ch.identifier)
	o.Set("additional_attributes", orEmpty(ch.additionalAttributes))
	return o
}

func (c *ctx) whatsappColumns(in *inbox) object {
	o := obj("message_templates", object{})
	connection, _ := in.channel.settings.Get("connection")
	state := obj("connection", connection)
	if c.isAdmin() {
		config, _ := in.channel.settings.Get("provider_config")
		o.Set("provider_config", config)
		state.Set("qr_data_url", nil)
		state.Set("error", nil)
	}
	o.Set("provider_connection", state)
	return o
}

// textOrNull renders "" as null.
func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// helpCenter is what an inbox shows of the portal linked to it.
type helpCenter struct{ name, slug string }

// helpCenters find a portal by its id. The group of the help center adds its
// function here.
var helpCenters = []func(st *store, id int64) (helpCenter, bool){}

func (st *store) helpCenterOf(in *inbox) (helpCenter, bool) {
	if in.portalID == nil {
		return helpCenter{}, false
	}
	for _, find := range helpCenters {
		if h, found := find(st, *in.portalID); found {
			return h, true
		}
	}
	return helpCenter{}, false
}
