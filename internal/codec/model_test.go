package codec_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

// The types below have every key of the bodies in testdata, and are read by encoding/json too.

type extra map[string]json.RawMessage

// raw is json.RawMessage, except that null leaves it nil.
type raw []byte

func (r *raw) UnmarshalJSON(data []byte) error {
	if string(data) != "null" {
		*r = append((*r)[:0], data...)
	}
	return nil
}

type agent struct {
	ID                 int64                      `json:"id"`
	AccountID          int64                      `json:"account_id"`
	AvailabilityStatus string                     `json:"availability_status"`
	AutoOffline        bool                       `json:"auto_offline"`
	Confirmed          bool                       `json:"confirmed"`
	Email              string                     `json:"email"`
	Provider           string                     `json:"provider"`
	AvailableName      string                     `json:"available_name"`
	Name               string                     `json:"name"`
	Role               string                     `json:"role"`
	Thumbnail          string                     `json:"thumbnail"`
	CustomRoleID       *int64                     `json:"custom_role_id"`
	Extra              map[string]json.RawMessage `json:"-"`
}

func decodeAgent(d *codec.Decoder, v *agent) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "id":
			codec.ID(d, &v.ID)
		case "account_id":
			codec.Int(d, &v.AccountID)
		case "availability_status":
			codec.String(d, &v.AvailabilityStatus)
		case "auto_offline":
			codec.Bool(d, &v.AutoOffline)
		case "confirmed":
			codec.Bool(d, &v.Confirmed)
		case "email":
			codec.String(d, &v.Email)
		case "provider":
			codec.String(d, &v.Provider)
		case "available_name":
			codec.String(d, &v.AvailableName)
		case "name":
			codec.String(d, &v.Name)
		case "role":
			codec.String(d, &v.Role)
		case "thumbnail":
			codec.String(d, &v.Thumbnail)
		case "custom_role_id":
			codec.Ptr(d, &v.CustomRoleID, codec.Int[int64])
		default:
			d.Extra(&v.Extra)
		}
	}
	d.Identity("id", v.ID != 0)
}

func decodeAgents(d *codec.Decoder, v *[]agent) { codec.Slice(d, v, decodeAgent) }

type contact struct {
	AdditionalAttributes raw            `json:"additional_attributes"`
	AvailabilityStatus   string         `json:"availability_status"`
	Email                string         `json:"email"`
	ID                   int64          `json:"id"`
	Name                 string         `json:"name"`
	PhoneNumber          *string        `json:"phone_number"`
	Blocked              bool           `json:"blocked"`
	Identifier           *string        `json:"identifier"`
	Thumbnail            string         `json:"thumbnail"`
	CustomAttributes     raw            `json:"custom_attributes"`
	LastActivityAt       *int64         `json:"last_activity_at"`
	CreatedAt            int64          `json:"created_at"`
	ContactInboxes       []contactInbox `json:"contact_inboxes"`
	Extra                extra          `json:"-"`
}

func decodeContact(d *codec.Decoder, v *contact) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "additional_attributes":
			codec.RawObject(d, &v.AdditionalAttributes)
		case "availability_status":
			codec.String(d, &v.AvailabilityStatus)
		case "email":
			codec.String(d, &v.Email)
		case "id":
			codec.ID(d, &v.ID)
		case "name":
			codec.String(d, &v.Name)
		case "phone_number":
			codec.Ptr(d, &v.PhoneNumber, codec.String[string])
		case "blocked":
			codec.Bool(d, &v.Blocked)
		case "identifier":
			codec.Ptr(d, &v.Identifier, codec.String[string])
		case "thumbnail":
			codec.String(d, &v.Thumbnail)
		case "custom_attributes":
			codec.RawObject(d, &v.CustomAttributes)
		case "last_activity_at":
			codec.Ptr(d, &v.LastActivityAt, codec.Int[int64])
		case "created_at":
			codec.Int(d, &v.CreatedAt)
		case "contact_inboxes":
			codec.Slice(d, &v.ContactInboxes, decodeContactInbox)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
	d.Identity("id", v.ID != 0)
}

type contactInbox struct {
	SourceID string `json:"source_id"`
	Inbox    inbox  `json:"inbox"`
	Extra    extra  `json:"-"`
}

func decodeContactInbox(d *codec.Decoder, v *contactInbox) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "source_id":
			codec.String(d, &v.SourceID)
		case "inbox":
			decodeInbox(d, &v.Inbox)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
}

type inbox struct {
	ID                         int64   `json:"id"`
	AvatarURL                  string  `json:"avatar_url"`
	ChannelID                  int64   `json:"channel_id"`
	Name                       string  `json:"name"`
	ChannelType                string  `json:"channel_type"`
	GreetingEnabled            bool    `json:"greeting_enabled"`
	GreetingMessage            *string `json:"greeting_message"`
	WorkingHoursEnabled        bool    `json:"working_hours_enabled"`
	EnableEmailCollect         bool    `json:"enable_email_collect"`
	CSATSurveyEnabled          bool    `json:"csat_survey_enabled"`
	EnableAutoAssignment       bool    `json:"enable_auto_assignment"`
	AutoAssignmentConfig       raw     `json:"auto_assignment_config"`
	OutOfOfficeMessage         *string `json:"out_of_office_message"`
	WorkingHours               raw     `json:"working_hours"`
	Timezone                   string  `json:"timezone"`
	CallbackWebhookURL         *string `json:"callback_webhook_url"`
	AllowMessagesAfterResolved bool    `json:"allow_messages_after_resolved"`
	LockToSingleConversation   bool    `json:"lock_to_single_conversation"`
	SenderNameType             string  `json:"sender_name_type"`
	BusinessName               *string `json:"business_name"`
	WidgetColor                *string `json:"widget_color"`
	WebsiteURL                 *string `json:"website_url"`
	HMACMandatory              *bool   `json:"hmac_mandatory"`
	WelcomeTitle               *string `json:"welcome_title"`
	WelcomeTagline             *string `json:"welcome_tagline"`
	WebWidgetScript            *string `json:"web_widget_script"`
	WebsiteToken               *string `json:"website_token"`
	SelectedFeatureFlags       raw     `json:"selected_feature_flags"`
	ReplyTime                  *string `json:"reply_time"`
	MessagingServiceSid        *string `json:"messaging_service_sid"`
	PhoneNumber                *string `json:"phone_number"`
	HMACToken                  string  `json:"hmac_token"`
	WebhookURL                 string  `json:"webhook_url"`
	InboxIdentifier            string  `json:"inbox_identifier"`
	AdditionalAttributes       raw     `json:"additional_attributes"`
	Provider                   *string `json:"provider"`
	PreChatFormEnabled         bool    `json:"pre_chat_form_enabled"`
	PreChatFormOptions         raw     `json:"pre_chat_form_options"`
	ContinuityViaEmail         bool    `json:"continuity_via_email"`
	ForwardToEmail             string  `json:"forward_to_email"`
	Email                      string  `json:"email"`
	IMAPLogin                  string  `json:"imap_login"`
	IMAPPassword               string  `json:"imap_password"`
	IMAPAddress                string  `json:"imap_address"`
	IMAPPort                   int64   `json:"imap_port"`
	IMAPEnabled                bool    `json:"imap_enabled"`
	IMAPEnableSsl              bool    `json:"imap_enable_ssl"`
	SMTPLogin                  string  `json:"smtp_login"`
	SMTPPassword               string  `json:"smtp_password"`
	SMTPAddress                string  `json:"smtp_address"`
	SMTPPort                   int64   `json:"smtp_port"`
	SMTPEnabled                bool    `json:"smtp_enabled"`
	SMTPDomain                 string  `json:"smtp_domain"`
	SMTPEnableTLS              bool    `json:"smtp_enable_ssl_tls"`
	SMTPEnableStarttlsAuto     bool    `json:"smtp_enable_starttls_auto"`
	SMTPOpensslVerifyMode      string  `json:"smtp_openssl_verify_mode"`
	SMTPAuthentication         string  `json:"smtp_authentication"`
	Extra                      extra   `json:"-"`
}

func decodeInbox(d *codec.Decoder, v *inbox) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "id":
			codec.ID(d, &v.ID)
		case "avatar_url":
			codec.String(d, &v.AvatarURL)
		case "channel_id":
			codec.Int(d, &v.ChannelID)
		case "name":
			codec.String(d, &v.Name)
		case "channel_type":
			codec.String(d, &v.ChannelType)
		case "greeting_enabled":
			codec.Bool(d, &v.GreetingEnabled)
		case "greeting_message":
			codec.Ptr(d, &v.GreetingMessage, codec.String[string])
		case "working_hours_enabled":
			codec.Bool(d, &v.WorkingHoursEnabled)
		case "enable_email_collect":
			codec.Bool(d, &v.EnableEmailCollect)
		case "csat_survey_enabled":
			codec.Bool(d, &v.CSATSurveyEnabled)
		case "enable_auto_assignment":
			codec.Bool(d, &v.EnableAutoAssignment)
		case "auto_assignment_config":
			codec.Raw(d, &v.AutoAssignmentConfig)
		case "out_of_office_message":
			codec.Ptr(d, &v.OutOfOfficeMessage, codec.String[string])
		case "working_hours":
			codec.Raw(d, &v.WorkingHours)
		case "timezone":
			codec.String(d, &v.Timezone)
		case "callback_webhook_url":
			codec.Ptr(d, &v.CallbackWebhookURL, codec.String[string])
		case "allow_messages_after_resolved":
			codec.Bool(d, &v.AllowMessagesAfterResolved)
		case "lock_to_single_conversation":
			codec.Bool(d, &v.LockToSingleConversation)
		case "sender_name_type":
			codec.String(d, &v.SenderNameType)
		case "business_name":
			codec.Ptr(d, &v.BusinessName, codec.String[string])
		case "widget_color":
			codec.Ptr(d, &v.WidgetColor, codec.String[string])
		case "website_url":
			codec.Ptr(d, &v.WebsiteURL, codec.String[string])
		case "hmac_mandatory":
			codec.Ptr(d, &v.HMACMandatory, codec.Bool[bool])
		case "welcome_title":
			codec.Ptr(d, &v.WelcomeTitle, codec.String[string])
		case "welcome_tagline":
			codec.Ptr(d, &v.WelcomeTagline, codec.String[string])
		case "web_widget_script":
			codec.Ptr(d, &v.WebWidgetScript, codec.String[string])
		case "website_token":
			codec.Ptr(d, &v.WebsiteToken, codec.String[string])
		case "selected_feature_flags":
			codec.Raw(d, &v.SelectedFeatureFlags)
		case "reply_time":
			codec.Ptr(d, &v.ReplyTime, codec.String[string])
		case "messaging_service_sid":
			codec.Ptr(d, &v.MessagingServiceSid, codec.String[string])
		case "phone_number":
			codec.Ptr(d, &v.PhoneNumber, codec.String[string])
		case "hmac_token":
			codec.String(d, &v.HMACToken)
		case "webhook_url":
			codec.String(d, &v.WebhookURL)
		case "inbox_identifier":
			codec.String(d, &v.InboxIdentifier)
		case "additional_attributes":
			codec.Raw(d, &v.AdditionalAttributes)
		case "provider":
			codec.Ptr(d, &v.Provider, codec.String[string])
		case "pre_chat_form_enabled":
			codec.Bool(d, &v.PreChatFormEnabled)
		case "pre_chat_form_options":
			codec.Raw(d, &v.PreChatFormOptions)
		case "continuity_via_email":
			codec.Bool(d, &v.ContinuityViaEmail)
		case "forward_to_email":
			codec.String(d, &v.ForwardToEmail)
		case "email":
			codec.String(d, &v.Email)
		case "imap_login":
			codec.String(d, &v.IMAPLogin)
		case "imap_password":
			codec.String(d, &v.IMAPPassword)
		case "imap_address":
			codec.String(d, &v.IMAPAddress)
		case "imap_port":
			codec.Int(d, &v.IMAPPort)
		case "imap_enabled":
			codec.Bool(d, &v.IMAPEnabled)
		case "imap_enable_ssl":
			codec.Bool(d, &v.IMAPEnableSsl)
		case "smtp_login":
			codec.String(d, &v.SMTPLogin)
		case "smtp_password":
			codec.String(d, &v.SMTPPassword)
		case "smtp_address":
			codec.String(d, &v.SMTPAddress)
		case "smtp_port":
			codec.Int(d, &v.SMTPPort)
		case "smtp_enabled":
			codec.Bool(d, &v.SMTPEnabled)
		case "smtp_domain":
			codec.String(d, &v.SMTPDomain)
		case "smtp_enable_ssl_tls":
			codec.Bool(d, &v.SMTPEnableTLS)
		case "smtp_enable_starttls_auto":
			codec.Bool(d, &v.SMTPEnableStarttlsAuto)
		case "smtp_openssl_verify_mode":
			codec.String(d, &v.SMTPOpensslVerifyMode)
		case "smtp_authentication":
			codec.String(d, &v.SMTPAuthentication)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
	d.Identity("id", v.ID != 0)
}

type contactPage struct {
	Meta struct {
		Count       int64 `json:"count"`
		CurrentPage int64 `json:"current_page"`
	} `json:"meta"`
	Payload []contact `json:"payload"`
	Extra   extra     `json:"-"`
}

func decodeContactPage(d *codec.Decoder, v *contactPage) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "meta":
			for d.Object(); d.More(); {
				switch string(d.Key()) {
				case "count":
					codec.Int(d, &v.Meta.Count)
				case "current_page":
					codec.LooseInt(d, &v.Meta.CurrentPage)
				default:
					d.Extra((*map[string]json.RawMessage)(&v.Extra))
				}
			}
		case "payload":
			codec.Slice(d, &v.Payload, decodeContact)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
}

type message struct {
	ID                      int64         `json:"id"`
	Content                 *string       `json:"content"`
	AccountID               int64         `json:"account_id"`
	InboxID                 int64         `json:"inbox_id"`
	ConversationID          int64         `json:"conversation_id"`
	MessageType             int64         `json:"message_type"`
	CreatedAt               int64         `json:"created_at"`
	UpdatedAt               string        `json:"updated_at"`
	Private                 bool          `json:"private"`
	Status                  string        `json:"status"`
	SourceID                *string       `json:"source_id"`
	ContentType             string        `json:"content_type"`
	ContentAttributes       raw           `json:"content_attributes"`
	SenderType              *string       `json:"sender_type"`
	SenderID                *int64        `json:"sender_id"`
	ExternalSourceIDs       raw           `json:"external_source_ids"`
	AdditionalAttributes    raw           `json:"additional_attributes"`
	ProcessedMessageContent *string       `json:"processed_message_content"`
	Sentiment               raw           `json:"sentiment"`
	Conversation            messageThread `json:"conversation"`
	Sender                  raw           `json:"sender"`
	Extra                   extra         `json:"-"`
}

type messageThread struct {
	AssigneeID     *int64       `json:"assignee_id"`
	UnreadCount    int64        `json:"unread_count"`
	LastActivityAt int64        `json:"last_activity_at"`
	ContactInbox   contactInbox `json:"contact_inbox"`
	Extra          extra        `json:"-"`
}

func decodeMessageThread(d *codec.Decoder, v *messageThread) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "assignee_id":
			codec.Ptr(d, &v.AssigneeID, codec.Int[int64])
		case "unread_count":
			codec.Int(d, &v.UnreadCount)
		case "last_activity_at":
			codec.Int(d, &v.LastActivityAt)
		case "contact_inbox":
			decodeContactInbox(d, &v.ContactInbox)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
}

func decodeMessage(d *codec.Decoder, v *message) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "id":
			codec.ID(d, &v.ID)
		case "content":
			codec.Ptr(d, &v.Content, codec.String[string])
		case "account_id":
			codec.Int(d, &v.AccountID)
		case "inbox_id":
			codec.Int(d, &v.InboxID)
		case "conversation_id":
			codec.Int(d, &v.ConversationID)
		case "message_type":
			codec.Int(d, &v.MessageType)
		case "created_at":
			codec.Int(d, &v.CreatedAt)
		case "updated_at":
			codec.String(d, &v.UpdatedAt)
		case "private":
			codec.Bool(d, &v.Private)
		case "status":
			codec.String(d, &v.Status)
		case "source_id":
			codec.Ptr(d, &v.SourceID, codec.String[string])
		case "content_type":
			codec.String(d, &v.ContentType)
		case "content_attributes":
			codec.RawObject(d, &v.ContentAttributes)
		case "sender_type":
			codec.Ptr(d, &v.SenderType, codec.String[string])
		case "sender_id":
			codec.Ptr(d, &v.SenderID, codec.Int[int64])
		case "external_source_ids":
			codec.RawObject(d, &v.ExternalSourceIDs)
		case "additional_attributes":
			codec.RawObject(d, &v.AdditionalAttributes)
		case "processed_message_content":
			codec.Ptr(d, &v.ProcessedMessageContent, codec.String[string])
		case "sentiment":
			codec.RawObject(d, &v.Sentiment)
		case "conversation":
			decodeMessageThread(d, &v.Conversation)
		case "sender":
			codec.RawObject(d, &v.Sender)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
	d.Identity("id", v.ID != 0)
}

type conversation struct {
	Meta                   conversationMeta `json:"meta"`
	ID                     int64            `json:"id"`
	Messages               []message        `json:"messages"`
	AccountID              int64            `json:"account_id"`
	UUID                   string           `json:"uuid"`
	AdditionalAttributes   raw              `json:"additional_attributes"`
	AgentLastSeenAt        int64            `json:"agent_last_seen_at"`
	AssigneeLastSeenAt     int64            `json:"assignee_last_seen_at"`
	CanReply               bool             `json:"can_reply"`
	ContactLastSeenAt      int64            `json:"contact_last_seen_at"`
	CustomAttributes       raw              `json:"custom_attributes"`
	InboxID                int64            `json:"inbox_id"`
	Labels                 []string         `json:"labels"`
	Muted                  bool             `json:"muted"`
	SnoozedUntil           raw              `json:"snoozed_until"`
	Status                 string           `json:"status"`
	CreatedAt              int64            `json:"created_at"`
	UpdatedAt              float64          `json:"updated_at"`
	Timestamp              int64            `json:"timestamp"`
	FirstReplyCreatedAt    int64            `json:"first_reply_created_at"`
	UnreadCount            int64            `json:"unread_count"`
	LastNonActivityMessage *message         `json:"last_non_activity_message"`
	LastActivityAt         int64            `json:"last_activity_at"`
	Priority               *string          `json:"priority"`
	WaitingSince           int64            `json:"waiting_since"`
	SLAPolicyID            *int64           `json:"sla_policy_id"`
	Extra                  extra            `json:"-"`
}

type conversationMeta struct {
	Sender       contact `json:"sender"`
	Channel      string  `json:"channel"`
	Assignee     raw     `json:"assignee"`
	AssigneeType *string `json:"assignee_type"`
	Team         raw     `json:"team"`
	HMACVerified bool    `json:"hmac_verified"`
	Extra        extra   `json:"-"`
}

func decodeConversationMeta(d *codec.Decoder, v *conversationMeta) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "sender":
			decodeContact(d, &v.Sender)
		case "channel":
			codec.String(d, &v.Channel)
		case "assignee":
			codec.RawObject(d, &v.Assignee)
		case "assignee_type":
			codec.Ptr(d, &v.AssigneeType, codec.String[string])
		case "team":
			codec.RawObject(d, &v.Team)
		case "hmac_verified":
			codec.Bool(d, &v.HMACVerified)
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
}

func decodeConversation(d *codec.Decoder, v *conversation) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "meta":
			decodeConversationMeta(d, &v.Meta)
		case "id":
			codec.ID(d, &v.ID)
		case "messages":
			codec.Slice(d, &v.Messages, decodeMessage)
		case "account_id":
			codec.Int(d, &v.AccountID)
		case "uuid":
			codec.String(d, &v.UUID)
		case "additional_attributes":
			codec.RawObject(d, &v.AdditionalAttributes)
		case "agent_last_seen_at":
			codec.Int(d, &v.AgentLastSeenAt)
		case "assignee_last_seen_at":
			codec.Int(d, &v.AssigneeLastSeenAt)
		case "can_reply":
			codec.Bool(d, &v.CanReply)
		case "contact_last_seen_at":
			codec.Int(d, &v.ContactLastSeenAt)
		case "custom_attributes":
			codec.RawObject(d, &v.CustomAttributes)
		case "inbox_id":
			codec.Int(d, &v.InboxID)
		case "labels":
			codec.Slice(d, &v.Labels, codec.String[string])
		case "muted":
			codec.Bool(d, &v.Muted)
		case "snoozed_until":
			codec.Raw(d, &v.SnoozedUntil)
		case "status":
			codec.String(d, &v.Status)
		case "created_at":
			codec.Int(d, &v.CreatedAt)
		case "updated_at":
			codec.Float(d, &v.UpdatedAt)
		case "timestamp":
			codec.Int(d, &v.Timestamp)
		case "first_reply_created_at":
			codec.Int(d, &v.FirstReplyCreatedAt)
		case "unread_count":
			codec.Int(d, &v.UnreadCount)
		case "last_non_activity_message":
			codec.Ptr(d, &v.LastNonActivityMessage, decodeMessage)
		case "last_activity_at":
			codec.Int(d, &v.LastActivityAt)
		case "priority":
			codec.Ptr(d, &v.Priority, codec.String[string])
		case "waiting_since":
			codec.Int(d, &v.WaitingSince)
		case "sla_policy_id":
			codec.Ptr(d, &v.SLAPolicyID, codec.Int[int64])
		default:
			d.Extra((*map[string]json.RawMessage)(&v.Extra))
		}
	}
	d.Identity("id", v.ID != 0)
}

type conversationPage struct {
	Data struct {
		Meta    map[string]int64 `json:"meta"`
		Payload []conversation   `json:"payload"`
	} `json:"data"`
}

func decodeConversationPage(d *codec.Decoder, v *conversationPage) {
	for d.Object(); d.More(); {
		if string(d.Key()) != "data" {
			d.Skip()
			continue
		}
		for d.Object(); d.More(); {
			switch string(d.Key()) {
			case "meta":
				codec.Map(d, &v.Data.Meta, codec.Int[int64])
			case "payload":
				codec.Slice(d, &v.Data.Payload, decodeConversation)
			default:
				d.Skip()
			}
		}
	}
}

func readBody(tb testing.TB, name string) []byte {
	tb.Helper()
	body, err := os.ReadFile("testdata/" + name + ".json")
	require.NoError(tb, err)
	return body
}
