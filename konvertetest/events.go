package konvertetest

// Names of events, as the real server's listeners know them.
const (
	eventConversationCreated  = "conversation.created"
	eventConversationUpdated  = "conversation.updated"
	eventConversationOpened   = "conversation.opened"
	eventConversationResolved = "conversation.resolved"
	eventStatusChanged        = "conversation.status_changed"
	eventAssigneeChanged      = "assignee.changed"
	eventTeamChanged          = "team.changed"
	eventMessageCreated       = "message.created"
	eventMessageUpdated       = "message.updated"
	eventFirstReply           = "first.reply.created"
	eventReply                = "reply.created"
	eventBotHandoff           = "conversation.bot_handoff"
)

// event is something that happened to a conversation or to one of its
// messages.
type event struct {
	name         string
	conversation *conversation
	// message is set for the events of messages.
	message *message
	// before is the conversation as it was, set for changes.
	before *conversation
}

// listeners are told of events while the request that caused them is handled.
// Groups that act on events (webhooks, automation rules, notifications,
// reports) append a function in an init; what the real server does in the
// background goes through c.Later.
var listeners []func(c *ctx, e event)

func init() { listeners = append(listeners, addAssigneeAsParticipant, surveyOnResolve) }

func (c *ctx) dispatch(e event) {
	for _, listen := range listeners {
		listen(c, e)
	}
}
