package konverte

import "context"

// SetPriority ranks a conversation. Nothing comes back.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_priority.
// Takes a user token or a bot token. Sent again where an answer was lost.
func (s ConversationsService) SetPriority(ctx context.Context, id ConversationID, priority ConversationPriority, opts ...CallOption) error {
	return s.setPriority(ctx, id, conversationSetPriorityParams{Priority: Set(priority)}, opts...)
}

// ClearPriority takes the priority of a conversation away.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_priority.
// Takes a user token or a bot token. Sent again where an answer was lost.
func (s ConversationsService) ClearPriority(ctx context.Context, id ConversationID, opts ...CallOption) error {
	return s.setPriority(ctx, id, conversationSetPriorityParams{Priority: Null[ConversationPriority]()}, opts...)
}
