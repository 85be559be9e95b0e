package konverte

import "context"

// SetBot gives an inbox to an agent bot, in place of the one that it has. New
// conversations begin as pending while a bot serves the inbox. Servers 3.16.0 and 4.2.0
// take a bot of another account too. It needs an administrator's token.
//
// API: POST /api/v1/accounts/{account_id}/inboxes/{id}/set_agent_bot. Needs a user token.
// Sent again where an answer was lost.
func (s InboxesService) SetBot(ctx context.Context, id InboxID, bot AgentBotID, opts ...CallOption) error {
	return s.setBot(ctx, id, inboxSetBotParams{AgentBot: Set(bot)}, opts...)
}

// RemoveBot takes the agent bot away from an inbox; it does no harm where there is none.
// It needs an administrator's token.
//
// API: POST /api/v1/accounts/{account_id}/inboxes/{id}/set_agent_bot. Needs a user token.
// Sent again where an answer was lost.
func (s InboxesService) RemoveBot(ctx context.Context, id InboxID, opts ...CallOption) error {
	return s.setBot(ctx, id, inboxSetBotParams{AgentBot: Null[AgentBotID]()}, opts...)
}
