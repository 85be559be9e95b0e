package konverte

import "context"

// MarkAllRead marks all notifications of the owner of the token as read.
//
// API: POST /api/v1/accounts/{account_id}/notifications/read_all. Needs a user token.
// Sent again where an answer was lost.
func (s NotificationsService) MarkAllRead(ctx context.Context, opts ...CallOption) error {
	return s.readAll(ctx, notificationReadAllParams{}, opts...)
}

// MarkConversationRead marks the notifications about the same conversation as n as
// read. It takes a notification, not a number, since the server marks everything as
// read where it does not know the conversation: a notification without one is an
// *ArgumentError.
//
// API: POST /api/v1/accounts/{account_id}/notifications/read_all. Needs a user token.
// Sent again where an answer was lost.
func (s NotificationsService) MarkConversationRead(ctx context.Context, n Notification, opts ...CallOption) error {
	if n.PrimaryActorType == "" {
		n.PrimaryActorType = "Conversation"
	}
	return s.readAll(ctx, notificationReadAllParams{
		PrimaryActorType: Set(n.PrimaryActorType),
		PrimaryActorID:   Set(n.PrimaryActorID),
	}, opts...)
}
