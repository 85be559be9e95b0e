package konvertetest

import (
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// notificationSubscription is a device or a browser that gets notifications.
type notificationSubscription struct {
	record
	userID     int64
	kind       string
	attributes object
	identifier string
}

var notificationSubscriptions = newTable[notificationSubscription]("notification subscription")

func registerNotificationSubscriptions(r *router) {
	const subscriptions = "/api/v1/notification_subscriptions"
	r.post("undocumented:notification-subscription-create", subscriptions, createNotificationSubscription, wrap("notification_subscription",
		"id", "user_id", "subscription_type", "subscription_attributes", "created_at", "updated_at", "identifier"))
	r.delete("undocumented:notification-subscription-delete", subscriptions, deleteNotificationSubscription)
}

func notificationSubscriptionView(s *notificationSubscription) object {
	return obj(
		"id", s.id, "user_id", s.userID, "subscription_type", s.kind, "subscription_attributes", s.attributes,
		"created_at", iso(s.createdAt), "updated_at", iso(s.updatedAt), "identifier", s.identifier,
	)
}

// createNotificationSubscription changes the row that has the identifier
// already.
func createNotificationSubscription(c *ctx) response {
	p := c.require("notification_subscription")
	kind, known := enum(p, "subscription_type", "browser_push", "fcm")
	attributes, sent := p.Object("subscription_attributes")
	if !known || kind == nil || !sent {
		return crash()
	}
	key := map[string]string{"browser_push": "endpoint", "fcm": "device_id"}[*kind]
	v, _ := attributes.Get(key)
	identifier := testserver.CastString(v)
	if identifier == nil || strings.TrimSpace(*identifier) == "" {
		var faults problems
		faults.add("identifier", "can't be blank")
		return faults.fail()
	}
	s := notificationSubscriptions.first(c.st, func(s *notificationSubscription) bool { return s.identifier == *identifier })
	if s == nil {
		s = notificationSubscriptions.insert(c.st, &notificationSubscription{identifier: *identifier})
	}
	s.userID, s.kind, s.attributes = c.user.id, *kind, attributes
	return ok(notificationSubscriptionView(s))
}

// deleteNotificationSubscription deletes by push token; an unknown one is fine.
func deleteNotificationSubscription(c *ctx) response {
	token := c.Params.String("push_token")
	notificationSubscriptions.removeWhere(c.st, func(s *notificationSubscription) bool {
		v, _ := s.attributes.Get("push_token")
		return token != "" && v == token
	})
	return done()
}
