package konvertetest

const channelFacebook = "Channel::FacebookPage"

func init() { channelKinds[channelFacebook] = newKind("channel facebook page") }

func registerFacebook(r *router) {
	const callbacks = "/api/v1/accounts/{account_id}/callbacks"
	r.post("undocumented:facebook-pages", callbacks+"/facebook_pages", listFacebookPages)
	r.post("undocumented:facebook-register-page", callbacks+"/register_facebook_page", registerFacebookPage)
	r.post("undocumented:facebook-reauthorize-page", callbacks+"/reauthorize_page", reauthorizeFacebookPage)
}

// listFacebookPages asks Facebook, which is out of reach here.
func listFacebookPages(c *ctx) response {
	c.Params.Ignore("omniauth_token")
	return crash()
}

// registerFacebookPage makes an inbox for a page without asking Facebook. What
// cannot be saved ends in 500: the real server undoes it, goes on, and finds
// no inbox to show.
func registerFacebookPage(c *ctx) response {
	var userToken, pageToken, pageID *string
	p := c.Params
	p.Into("user_access_token", &userToken)
	p.Into("page_access_token", &pageToken)
	p.Into("page_id", &pageID)
	in := c.newInbox()
	in.channelType = channelFacebook
	p.Into("inbox_name", &in.name)
	var faults problems
	c.checkInbox(in, &faults)
	if userToken == nil || pageToken == nil || pageID == nil || len(faults) > 0 {
		return crash()
	}
	in.channel.pageID = *pageID
	taken := inboxes.first(c.st, func(o *inbox) bool {
		return o.accountID == c.account.id && o.channelType == channelFacebook && o.channel.pageID == *pageID
	})
	if taken != nil {
		return crash()
	}
	in.channelID = c.st.nextID(channelKinds[in.channelType], 0)
	inboxes.insert(c.st, in)
	return ok(obj(
		"id", in.id, "channel_id", in.channelID, "name", in.name, "channel_type", in.channelType,
		"avatar_url", "", "page_id", in.channel.pageID, "enable_auto_assignment", in.enableAutoAssignment,
	))
}

// reauthorizeFacebookPage asks Facebook, which is out of reach, about an inbox
// of its; of others there is nothing to say.
func reauthorizeFacebookPage(c *ctx) response {
	c.Params.Ignore("omniauth_token")
	in := c.accountInbox(c.Params.Int("inbox_id"))
	if in != nil && in.channelType == channelFacebook {
		return crash()
	}
	return headOnly(422)
}
