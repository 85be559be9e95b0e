package konverte

import (
	"context"
	"fmt"
)

// WebhookURLError says that the server answered a new address with success and kept the
// old one, as 4.2.0 does. What else was sent has been changed. Delete the webhook and
// create it anew there.
type WebhookURLError struct {
	Webhook *Webhook // as it is now
	Wanted  string   // the address that was sent
}

// Error names the webhook. It shows no address, since those may hold secrets.
func (e *WebhookURLError) Error() string {
	return fmt.Sprintf("Webhooks.Update: the server kept the old address of webhook %d, as version 4.2.0 does; "+
		"delete the webhook and create it with the new one", e.Webhook.ID)
}

// Update changes what is set and leaves the rest alone, and needs an administrator's
// token. Server 4.2.0 ignores a new address without saying so: that is a *WebhookURLError
// here, which carries the webhook.
//
// API: PATCH /api/v1/accounts/{account_id}/webhooks/{webhook_id}. Needs a user token. Sent
// again where an answer was lost.
//
// Errors: 401: The owner of the token is no administrator of the account. 404: The
// account has no such webhook. 422: The address is malformed or taken, the subscriptions
// are empty or unknown, or the request changes nothing the server knows, as a name alone
// on server 3.16.0.
func (s WebhooksService) Update(ctx context.Context, id WebhookID, p WebhookUpdateParams, opts ...CallOption) (*Webhook, error) {
	hook, err := s.update(ctx, id, p, opts...)
	if err != nil {
		return nil, err
	}
	if wanted, ok := p.URL.Get(); ok && hook.URL != wanted {
		return nil, &WebhookURLError{Webhook: hook, Wanted: wanted}
	}
	return hook, nil
}
