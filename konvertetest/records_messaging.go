package konvertetest

import "time"

// The records of this file are read by many groups: inboxes, contacts,
// conversations, messages, reports, search, automation, the public API. Their
// handlers and views live in the files of their groups.

// Channel types, as inbox.channelType.
const (
	channelAPI    = "Channel::Api"
	channelWidget = "Channel::WebWidget"
	channelEmail  = "Channel::Email"
	channelLine   = "Channel::Line"
	channelSms    = "Channel::Sms"
)

type inbox struct {
	record
	accountID   int64
	channelID   int64
	channelType string
	name        string
	avatar      *blob

	// The columns with a pointer hold null where a request sent it.
	greetingEnabled            *bool
	greetingMessage            *string
	workingHoursEnabled        *bool
	outOfOfficeMessage         *string
	timezone                   string
	enableEmailCollect         *bool
	csatSurveyEnabled          *bool
	csatConfig                 object
	enableAutoAssignment       *bool
	autoAssignmentConfig       object
	allowMessagesAfterResolved *bool
	lockToSingleConversation   bool
	senderNameType             string
	businessName               *string
	allowedDomains             *string
	portalID                   *int64
	assignmentPolicyID         *int64
	workingHours               []workingHour

	// channel holds the columns of the channel, whatever its type.
	channel channel
}

var inboxes = newTable[inbox]("inbox")

// workingHour is one day of the week of an inbox, 0 is Sunday.
type workingHour struct {
	dayOfWeek                int
	openHour, openMinutes    *int64
	closeHour, closeMinutes  *int64
	closedAllDay, openAllDay bool
}

// channel is the channel of an inbox. Columns that a type does not have stay
// empty.
type channel struct {
	// identifier names API inboxes in the public API; websiteToken does so for
	// widgets.
	identifier, websiteToken string
	hmacToken                string
	hmacMandatory            *bool
	secret                   string
	webhookURL               *string
	additionalAttributes     object

	websiteURL         string
	widgetColor        string
	welcomeTitle       *string
	welcomeTagline     *string
	replyTime          string
	featureFlags       []string
	preChatFormEnabled *bool
	preChatFormOptions object
	continuityViaEmail bool

	email, forwardToEmail string
	settings              object // IMAP, SMTP, provider settings
	provider              *string
	phoneNumber           *string
	pageID                string
}

// channelRows gives the channels of each type their ids.
var (
	channelAPIKind    = newKind("channel api")
	channelWidgetKind = newKind("channel web widget")
	channelEmailKind  = newKind("channel email")
	channelLineKind   = newKind("channel line")
	channelSmsKind    = newKind("channel sms")
)

type contact struct {
	record
	accountID            int64
	name                 *string
	email                *string
	phoneNumber          *string
	identifier           *string
	blocked              bool
	contactType          string // visitor, lead, customer
	additionalAttributes object
	customAttributes     object
	companyID            *int64
	avatar               *blob
	lastActivityAt       time.Time // zero: never
	labels               []string  // titles, in the order of adding
}

var contacts = newTable[contact]("contact")

// contactInbox is a contact's address in an inbox.
type contactInbox struct {
	record
	contactID, inboxID int64
	sourceID           string
	hmacVerified       bool
	pubsubToken        string
}

var contactInboxes = newTable[contactInbox]("contact inbox")

// conversation is a conversation. Its id is the database id, which few answers
// show; paths and answers carry displayID.
type conversation struct {
	record
	displayID            int64
	accountID            int64
	inboxID              int64
	contactID            int64
	contactInboxID       int64
	uuid                 string
	status               string // open, resolved, pending, snoozed
	priority             *string
	assigneeID           *int64
	assigneeAgentBotID   *int64
	teamID               *int64
	campaignID           *int64
	slaPolicyID          *int64
	snoozedUntil         time.Time
	waitingSince         time.Time
	firstReplyCreatedAt  time.Time
	lastActivityAt       time.Time
	agentLastSeenAt      time.Time
	assigneeLastSeenAt   time.Time
	contactLastSeenAt    time.Time
	additionalAttributes object
	customAttributes     object
	labels               []string // titles, in the order of adding
	muted                bool
}

var conversations = newTable[conversation]("conversation record")

// conversationNumbers counts the display ids of each account:
// st.nextID(conversationNumbers, accountID).
var conversationNumbers = newKind("conversation")

// Message types, as message.messageType.
const (
	messageIncoming = iota
	messageOutgoing
	messageActivity
	messageTemplate
)

// Sender types, as message.senderType.
const (
	senderUser    = "User"
	senderContact = "Contact"
	senderBot     = "AgentBot"
)

type message struct {
	record
	accountID, inboxID      int64
	conversationID          int64 // database id
	messageType             int
	content                 *string
	contentType             string
	contentAttributes       object
	private                 bool
	status                  string // sent, delivered, read, failed
	sourceID                *string
	senderType              string // "" for none
	senderID                int64
	externalSourceIDs       object
	additionalAttributes    object
	processedMessageContent *string
	sentiment               object
	attachments             []*attachment
}

var messages = newTable[message]("message")

type attachment struct {
	record
	messageID, accountID int64
	fileType             string // image, audio, video, file, location, fallback, …
	externalURL          *string
	fallbackTitle        *string
	meta                 object
	width, height        *int64 // nil until a background job has read the picture
	file                 *blob
}

var attachments = newTable[attachment]("attachment")

// conversationByNumber finds a conversation of an account by its display id,
// nil when there is none.
func (st *store) conversationByNumber(accountID, number int64) *conversation {
	return conversations.first(st, func(v *conversation) bool {
		return v.accountID == accountID && v.displayID == number
	})
}

// conversationMessages lists the messages of a conversation, oldest first.
func (st *store) conversationMessages(v *conversation) []*message {
	return messages.where(st, func(m *message) bool { return m.conversationID == v.id })
}
