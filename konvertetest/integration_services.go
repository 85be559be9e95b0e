package konvertetest

import "net/url"

// The services of this file are never installed, and never reached: the
// answers are those of a server without them.

func registerServices(r *router, base string) {
	r.post("undocumented:slack-inbound-webhook", "/api/v1/integrations/webhooks", receiveSlack, withoutToken())

	const slack = "/slack"
	r.post("undocumented:slack-create", base+slack, noSlack)
	r.patch("undocumented:slack-update", base+slack, noSlack)
	r.delete("undocumented:slack-delete", base+slack, noSlack)
	r.get("undocumented:slack-list-all-channels", base+slack+"/list_all_channels", noSlack)

	r.post("undocumented:dyte-create-a-meeting", base+"/dyte/create_a_meeting", createMeeting)
	r.post("undocumented:dyte-add-participant", base+"/dyte/add_participant_to_meeting", joinMeeting)

	r.post("undocumented:shopify-auth", base+"/shopify/auth", authorizeShop)
	r.get("undocumented:shopify-orders", base+"/shopify/orders", notInstalled("contact_id"))
	r.delete("undocumented:shopify-delete", base+"/shopify", notInstalled())

	const linear = "/linear"
	r.get("undocumented:linear-teams", base+linear+"/teams", notInstalled())
	r.get("undocumented:linear-team-entities", base+linear+"/team_entities", notInstalled("team_id"))
	r.get("undocumented:linear-search-issue", base+linear+"/search_issue", notInstalled("q"))
	r.get("undocumented:linear-linked-issues", base+linear+"/linked_issues", notInstalled("conversation_id"))
	r.post("undocumented:linear-create-issue", base+linear+"/create_issue", notInstalled())
	r.post("undocumented:linear-link-issue", base+linear+"/link_issue", notInstalled())
	r.post("undocumented:linear-unlink-issue", base+linear+"/unlink_issue", notInstalled())
	r.delete("undocumented:linear-delete", base+linear, removeLinear)
}

// receiveSlack answers the question whether this address takes events.
func receiveSlack(c *ctx) response {
	if c.Params.String("type") != "url_verification" {
		c.Params.IgnoreAll()
		return ok(nil)
	}
	c.Params.Ignore("token")
	return ok(obj("challenge", c.Params.String("challenge")))
}

func noSlack(c *ctx) response {
	c.adminOnly()
	return crash()
}

func notInstalled(query ...string) handler {
	return func(c *ctx) response {
		c.Params.Ignore(query...)
		return notFound()
	}
}

func removeLinear(c *ctx) response {
	if c.bugs() {
		return crash()
	}
	return notFound()
}

func createMeeting(c *ctx) response {
	v := c.st.conversationByNumber(c.account.id, c.Params.Int("conversation_id"))
	if v == nil {
		return notFound()
	}
	if !c.isInboxMember(v.inboxID) {
		return denied()
	}
	if c.accountHook("dyte") == nil {
		return notFound()
	}
	return crash()
}

func joinMeeting(c *ctx) response {
	m := messages.find(c.st, c.Params.Int("message_id"))
	if m == nil || m.accountID != c.account.id {
		return notFound()
	}
	if !c.isInboxMember(m.inboxID) {
		return denied()
	}
	if m.contentType != "integrations" {
		return failText(422, "Invalid message type. Action not permitted")
	}
	return crash()
}

const shopScopes = "read_customers,read_orders,read_fulfillments"

func authorizeShop(c *ctx) response {
	domain := c.Params.String("shop_domain")
	if domain == "" {
		return failText(422, "Shop domain is required")
	}
	return ok(obj("redirect_url", "https://"+domain+"/admin/oauth/authorize?client_id&scope="+url.QueryEscape(shopScopes)+
		"&redirect_uri="+url.QueryEscape(c.srv.URL+"/shopify/callback")+"&state"))
}
