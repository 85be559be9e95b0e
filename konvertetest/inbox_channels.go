package konvertetest

import (
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

const channelWhatsapp = "Channel::Whatsapp"

var channelWhatsappKind = newKind("channel whatsapp")

// channelKinds gives the channels of each type their ids, which inboxes show
// as channel_id.
var channelKinds = map[string]int{
	channelAPI:      channelAPIKind,
	channelWidget:   channelWidgetKind,
	channelEmail:    channelEmailKind,
	channelLine:     channelLineKind,
	channelSms:      channelSmsKind,
	channelWhatsapp: channelWhatsappKind,
}

// channelNames are the types that a new inbox may name.
var channelNames = map[string]string{
	"api": channelAPI, "web_widget": channelWidget, "email": channelEmail,
	"line": channelLine, "sms": channelSms, "whatsapp": channelWhatsapp,
}

// telegramName is a type whose provider is asked at once, and is out of reach.
const telegramName = "telegram"

var (
	replyTimes   = []string{"in_a_few_minutes", "in_a_few_hours", "in_a_day"}
	widgetFlags  = []string{"attachments", "emoji_picker", "end_conversation", "use_inbox_avatar_for_bot"}
	initialFlags = widgetFlags[:3]
)

const (
	maxURL         = 2048
	maxInboxText   = 10000
	initialColor   = "#1f93ff"
	initialReplyIn = "in_a_few_minutes"
)

// newChannel makes the channel of a new inbox, nil when the type is unknown.
func (c *ctx) newChannel(in *inbox, p *params) {
	name := p.String("type")
	if name == telegramName {
		p.IgnoreAll()
		stop(crash())
	}
	in.channelType = channelNames[name]
	in.channel = channel{hmacToken: randomText(24), hmacMandatory: new(false), preChatFormEnabled: new(false)}
	switch in.channelType {
	case "":
		p.IgnoreAll()
		return
	case channelAPI:
		in.channel.identifier = randomText(24)
		if c.atLeast("4.15.1") {
			in.channel.secret = randomText(24)
		}
	case channelWidget:
		c.initWidget(in)
	case channelEmail:
		in.channel.forwardToEmail = randomHex(16) + "@" + c.inboundDomain()
	case channelSms, channelWhatsapp:
		provider := "default"
		in.channel.provider = &provider
	}
	c.readChannel(in, p)
}

func (c *ctx) initWidget(in *inbox) {
	ch := &in.channel
	ch.websiteToken = randomText(24)
	ch.widgetColor = initialColor
	ch.replyTime = initialReplyIn
	ch.continuityViaEmail = true
	ch.featureFlags = slices.Clone(initialFlags)
	if c.atLeast("4.15.1") {
		none := ""
		in.allowedDomains = &none
	}
}

// inboundDomain is where forwarded mail goes: the account's domain. A server
// without one writes false.
func (c *ctx) inboundDomain() string {
	if c.account.domain != nil && *c.account.domain != "" {
		return *c.account.domain
	}
	return "false"
}

// readChannel reads the columns of the channel into in and ends the request
// when they are not valid.
func (c *ctx) readChannel(in *inbox, p *params) {
	var faults problems
	switch in.channelType {
	case channelAPI:
		readAPIChannel(&in.channel, p, &faults)
	case channelWidget:
		c.readWidget(in, p, &faults)
	case channelEmail:
		c.readEmailChannel(in, p, &faults)
	case channelLine:
		c.readLineChannel(in, p, &faults)
	case channelSms:
		c.readSmsChannel(in, p, &faults)
	case channelWhatsapp:
		c.readWhatsappChannel(in, p, &faults)
	}
	faults.stopIf()
}

func readAPIChannel(ch *channel, p *params, faults *problems) {
	p.Into("webhook_url", &ch.webhookURL)
	p.Into("hmac_mandatory", &ch.hmacMandatory)
	if attributes, sent := p.Object("additional_attributes"); sent {
		ch.additionalAttributes = attributes
	}
	if ch.webhookURL != nil {
		faults.checkLength("webhook_url", *ch.webhookURL, maxURL)
	}
	window, _ := ch.additionalAttributes.Get("agent_reply_time_window")
	if !testserver.Blank(window) && !positive(window) {
		faults.add("agent_reply_time_window", "agent_reply_time_window must be greater than 0")
	}
}

func positive(v any) bool {
	n := testserver.CastInt(v)
	return n != nil && *n > 0
}

func (c *ctx) readWidget(in *inbox, p *params, faults *problems) {
	ch := &in.channel
	p.Into("website_url", &ch.websiteURL)
	p.Into("widget_color", &ch.widgetColor)
	p.Into("welcome_title", &ch.welcomeTitle)
	p.Into("welcome_tagline", &ch.welcomeTagline)
	p.Into("pre_chat_form_enabled", &ch.preChatFormEnabled)
	continuity := &ch.continuityViaEmail
	p.Into("continuity_via_email", &continuity)
	p.Into("hmac_mandatory", &ch.hmacMandatory)
	if c.atLeast("4.15.1") {
		p.Into("allowed_domains", &in.allowedDomains)
	}
	readReplyTime(ch, p)
	readFeatureFlags(ch, p)
	if options := p.Hash("pre_chat_form_options"); options != nil {
		ch.preChatFormOptions = permitPreChatForm(options)
	}
	if fields, _ := ch.preChatFormOptions.Get("pre_chat_fields"); testserver.Blank(fields) {
		ch.preChatFormOptions = newPreChatForm()
	}
	faults.checkLength("website_url", ch.websiteURL, maxString)
	faults.checkLength("widget_color", ch.widgetColor, maxString)
	faults.checkLength("welcome_title", textOf(ch.welcomeTitle), maxString)
	faults.checkLength("welcome_tagline", textOf(ch.welcomeTagline), maxString)
	if strings.TrimSpace(ch.websiteURL) == "" {
		faults.add("website_url", "can't be blank")
	}
	if strings.TrimSpace(ch.widgetColor) == "" {
		faults.add("widget_color", "can't be blank")
	}
	if continuity == nil && len(*faults) == 0 && c.bugs() {
		stop(crash())
	}
	ch.continuityViaEmail = isOn(continuity)
}

func readReplyTime(ch *channel, p *params) {
	if !p.Has("reply_time") {
		return
	}
	value, known := enum(p, "reply_time", replyTimes...)
	if !known {
		stop(crash())
	}
	ch.replyTime = ""
	if value != nil {
		ch.replyTime = *value
	}
}

// readFeatureFlags stores the flags in their own order, not in the sent one.
func readFeatureFlags(ch *channel, p *params) {
	sent, isList := p.List("selected_feature_flags")
	if !isList {
		return
	}
	on := map[string]bool{}
	for _, v := range sent {
		name, _ := v.(string)
		if name != "" && !slices.Contains(widgetFlags, name) {
			stop(crash())
		}
		on[name] = true
	}
	ch.featureFlags = []string{}
	for _, name := range widgetFlags {
		if on[name] {
			ch.featureFlags = append(ch.featureFlags, name)
		}
	}
}

// preChatFieldKeys are the keys of one field that the server keeps.
var preChatFieldKeys = []string{
	"field_type", "label", "placeholder", "name", "enabled", "type", "required", "locale", "regex_pattern", "regex_cue",
}

func permitPreChatForm(p *params) object {
	out := permit(p, "pre_chat_message", "require_email")
	sent, isList := p.List("pre_chat_fields")
	if !isList {
		return out
	}
	fields := []any{}
	for _, v := range sent {
		field, isHash := v.(*params)
		if !isHash {
			continue
		}
		kept := permit(field, preChatFieldKeys...)
		if values, isList := field.List("values"); isList {
			kept.Set("values", testserver.AsJSON(values))
		}
		fields = append(fields, kept)
	}
	out.Set("pre_chat_fields", fields)
	return out
}

// permit copies the plain values under keys, as strong parameters do.
func permit(p *params, keys ...string) object {
	out := object{}
	for _, key := range keys {
		v, sent := p.Get(key)
		if !sent {
			continue
		}
		switch v.(type) {
		case *params, []any, *testserver.File:
			p.Fault(key, "want a plain value")
		default:
			out.Set(key, v)
		}
	}
	return out
}

func newPreChatForm() object {
	field := func(label, name, kind string, required bool) object {
		return obj("field_type", "standard", "label", label, "name", name, "type", kind, "required", required, "enabled", false)
	}
	return obj(
		"pre_chat_message", "Share your queries or comments here.",
		"pre_chat_fields", []any{
			field("Email Id", "emailAddress", "email", true),
			field("Full name", "fullName", "text", false),
			field("Phone number", "phoneNumber", "text", false),
		},
	)
}

// mailColumn is a column of the incoming or outgoing mail of an e-mail
// channel.
type mailColumn struct {
	name    string
	initial any // string, int64 or bool
}

func (c *ctx) mailColumns() []mailColumn {
	in := []mailColumn{
		{"imap_login", ""},
		{"imap_password", ""},
		{"imap_address", ""},
		{"imap_port", int64(0)},
		{"imap_enabled", false},
		{"imap_enable_ssl", true},
	}
	if c.atLeast("4.15.1") {
		in = append(in, mailColumn{"imap_authentication", "plain"})
	}
	return append(
		in,
		mailColumn{"smtp_login", ""},
		mailColumn{"smtp_password", ""},
		mailColumn{"smtp_address", ""},
		mailColumn{"smtp_port", int64(0)},
		mailColumn{"smtp_enabled", false},
		mailColumn{"smtp_domain", ""},
		mailColumn{"smtp_enable_ssl_tls", false},
		mailColumn{"smtp_enable_starttls_auto", true},
		mailColumn{"smtp_openssl_verify_mode", "none"},
		mailColumn{"smtp_authentication", "login"},
	)
}

// readEmailChannel takes mail servers as they are: the real server tries them,
// this one takes them for reachable.
func (c *ctx) readEmailChannel(in *inbox, p *params, faults *problems) {
	ch := &in.channel
	p.Into("email", &ch.email)
	p.Into("provider", &ch.provider)
	ch.settings = ch.settings.Clone()
	for _, col := range c.mailColumns() {
		if value, sent := readMailColumn(p, col); sent {
			ch.settings.Set(col.name, value)
		}
	}
	if v, _ := p.Get("email"); in.id == 0 && v == nil && c.bugs() {
		stop(crash())
	}
	faults.checkLength("email", ch.email, maxString)
	if ch.email == "" && in.id == 0 {
		faults.add("email", "can't be blank")
	}
	if c.channelTaken(in, func(other *channel) bool { return other.email == ch.email }) {
		faults.add("email", "has already been taken")
	}
}

func readMailColumn(p *params, col mailColumn) (value any, sent bool) {
	switch col.initial.(type) {
	case int64:
		var n *int64
		sent = p.Into(col.name, &n)
		return n, sent
	case bool:
		var b *bool
		sent = p.Into(col.name, &b)
		return b, sent
	default:
		var s *string
		sent = p.Into(col.name, &s)
		return s, sent
	}
}

// channelTaken reports whether another inbox of the same type, in any account,
// has a channel for which same holds.
func (c *ctx) channelTaken(in *inbox, same func(other *channel) bool) bool {
	return inboxes.first(c.st, func(o *inbox) bool {
		return o.channelType == in.channelType && o.id != in.id && same(&o.channel)
	}) != nil
}

func (c *ctx) readLineChannel(in *inbox, p *params, faults *problems) {
	ch := &in.channel
	ch.settings = ch.settings.Clone()
	for _, key := range []string{"line_channel_id", "line_channel_secret", "line_channel_token"} {
		text := ""
		if p.Into(key, &text) {
			ch.settings.Set(key, text)
		}
		if v, _ := ch.settings.Get(key); testserver.Blank(v) {
			faults.add(key, "can't be blank")
		}
	}
	id, _ := ch.settings.Get("line_channel_id")
	taken := c.channelTaken(in, func(other *channel) bool {
		known, _ := other.settings.Get("line_channel_id")
		return known == id
	})
	if taken {
		faults.add("line_channel_id", "has already been taken")
	}
}

func (c *ctx) readSmsChannel(in *inbox, p *params, faults *problems) {
	c.readPhoneNumber(in, p, faults)
	readProviderConfig(&in.channel, p)
}

func (c *ctx) readPhoneNumber(in *inbox, p *params, faults *problems) {
	ch := &in.channel
	p.Into("phone_number", &ch.phoneNumber)
	faults.checkLength("phone_number", textOf(ch.phoneNumber), maxString)
	switch {
	case ch.phoneNumber == nil || strings.TrimSpace(*ch.phoneNumber) == "":
		faults.add("phone_number", "can't be blank")
	case c.channelTaken(in, func(other *channel) bool { return other.phoneNumber != nil && *other.phoneNumber == *ch.phoneNumber }):
		faults.add("phone_number", "has already been taken")
	}
}

func readProviderConfig(ch *channel, p *params) {
	config, sent := p.Object("provider_config")
	if !sent {
		return
	}
	ch.settings = ch.settings.Clone()
	ch.settings.Set("provider_config", config)
}

// baileysProvider is the one provider of WhatsApp that needs nothing outside
// the installation. The others are asked at once, and are out of reach.
const baileysProvider = "baileys"

// hasBaileys reports whether the server knows that provider.
func (c *ctx) hasBaileys() bool { return c.atLeast("4.2.0") && !c.atLeast("4.15.1") }

func (c *ctx) readWhatsappChannel(in *inbox, p *params, faults *problems) {
	ch := &in.channel
	p.Into("provider", &ch.provider)
	readProviderConfig(ch, p)
	c.readPhoneNumber(in, p, faults)
	if len(*faults) > 0 {
		return
	}
	if !c.hasBaileys() || ch.provider == nil || *ch.provider != baileysProvider {
		stop(crash())
	}
	v, _ := ch.settings.Get("provider_config")
	config, _ := v.(object)
	if token, _ := config.Get("webhook_verify_token"); token == nil {
		config.Set("webhook_verify_token", randomHex(16))
		ch.settings.Set("provider_config", config)
	}
}
