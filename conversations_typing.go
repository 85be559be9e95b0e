package konverte

import (
	"context"
	"errors"
	"time"
)

// How long switching the typing indicator off may take once the work is over, whatever
// became of the context.
const typingOffTimeout = 10 * time.Second

// WithTyping shows the customer, and the other agents, that the owner of the token types
// while work runs. The indicator is switched off afterwards in any case: when work fails
// or panics, and when ctx ends. The customer's side forgets it by itself after a while, so
// that work of minutes has to call SetTyping again.
//
// Work does not run where the indicator could not be switched on. The errors of work and
// of switching off are joined.
//
// API: POST /api/v1/accounts/{account_id}/conversations/{conversation_id}/toggle_typing_status,
// twice. Needs a user token; server 4.15.1 takes a bot token as well.
func (s ConversationsService) WithTyping(ctx context.Context, id ConversationID, work func(context.Context) error, opts ...CallOption) (err error) {
	on := s.SetTyping(ctx, id, ConversationSetTypingParams{TypingStatus: TypingStatusOn}, opts...)
	if on != nil && !maybeSent(on) {
		return on
	}
	defer func() {
		off, cancel := context.WithTimeout(context.WithoutCancel(ctx), typingOffTimeout)
		defer cancel()
		p := ConversationSetTypingParams{TypingStatus: TypingStatusOff}
		err = errors.Join(err, s.SetTyping(off, id, p, opts...))
	}()
	if on != nil {
		return on
	}
	return work(ctx)
}

// maybeSent tells whether a write that failed may have arrived.
func maybeSent(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.MaybeSent
	}
	if e, ok := errors.AsType[*TransportError](err); ok {
		return e.MaybeSent
	}
	return false
}
