package konverte

import (
	"context"
	"time"

	"github.com/konverte-go/konverte/internal/core"
)

// SetStatus sets the status of a conversation: open, resolved, pending or snoozed. A
// conversation that is snoozed this way sleeps until the contact writes; see Snooze.
// What comes back is the status that it has now. An agent who opens a conversation
// becomes its assignee, and resolving may send a survey to the customer.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_status,
// always with a status, since the server toggles without one. Takes a user token or a bot
// token. Never sent twice: see Error.MaybeSent.
func (s ConversationsService) SetStatus(ctx context.Context, id ConversationID, status ConversationStatus, opts ...CallOption) (*ConversationStatusChange, error) {
	var f core.Faults
	f.ID("conversation_id", int64(id))
	f.OneOf("status", string(status), "open", "resolved", "pending", "snoozed")
	if err := f.Err("Conversations.SetStatus"); err != nil {
		return nil, err
	}
	return s.ToggleStatus(ctx, id, ConversationToggleStatusParams{Status: Set(status)}, opts...)
}

// Snooze lets a conversation sleep until a time, or until the contact writes.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_status.
// Takes a user token or a bot token. Never sent twice: see Error.MaybeSent.
func (s ConversationsService) Snooze(ctx context.Context, id ConversationID, until time.Time, opts ...CallOption) (*ConversationStatusChange, error) {
	var f core.Faults
	f.ID("conversation_id", int64(id))
	f.Present("snoozed_until", !until.IsZero())
	if err := f.Err("Conversations.Snooze"); err != nil {
		return nil, err
	}
	p := ConversationToggleStatusParams{Status: Set(ConversationStatusSnoozed), SnoozedUntil: Set(until)}
	return s.ToggleStatus(ctx, id, p, opts...)
}
