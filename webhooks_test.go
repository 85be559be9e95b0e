package konverte_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestWebhookAddress(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		hook, err := c.Webhooks.Create(ctx, konverte.WebhookCreateParams{
			URL: "https://example.com/old", Subscriptions: []konverte.WebhookEvent{konverte.WebhookEventMessageCreated},
		})
		require.NoError(t, err)
		update := func(address string) (*konverte.Webhook, error) {
			return c.Webhooks.Update(ctx, hook.ID, konverte.WebhookUpdateParams{
				URL:           konverte.Set(address),
				Subscriptions: []konverte.WebhookEvent{konverte.WebhookEventContactCreated},
			})
		}
		same, err := update("https://example.com/old")
		require.NoError(t, err)
		assert.Equal(t, []konverte.WebhookEvent{konverte.WebhookEventContactCreated}, same.Subscriptions)

		moved, err := update("https://example.com/new?key=hush")
		if srv.Version() == "4.2.0" {
			kept, ok := errors.AsType[*konverte.WebhookURLError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, "https://example.com/old", kept.Webhook.URL)
			assert.Equal(t, "https://example.com/new?key=hush", kept.Wanted)
			assert.NotContains(t, err.Error(), "hush")
			return
		}
		require.NoError(t, err)
		assert.Equal(t, "https://example.com/new?key=hush", moved.URL)
	})
}

func TestUpdateOfAWebhookThatIsNotThere(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		_, err := c.Webhooks.Update(t.Context(), 9999, konverte.WebhookUpdateParams{URL: konverte.Set("https://example.com")})
		require.ErrorIs(t, err, konverte.ErrNotFound)
	})
}
