package konvertetest

import (
	"net/http"
	"strings"
)

func registerSignUp(r *router) {
	r.post("undocumented:sign-up", "/api/v1/accounts", signUp, withoutToken())
	r.post("undocumented:sign-up-v2", "/api/v2/accounts", signUpByEmail, withoutToken())
}

// signer is the user whose token came along, nil when none came. On the newest
// servers signing up is off unless their operator turns it on.
func (c *ctx) signer() *user {
	if c.token() != "" {
		c.authorizeToken(&route{})
	}
	if c.atLeast("4.15.1") {
		stop(c.srv.noRoute(c.Exchange))
	}
	return c.user
}

func signUp(c *ctx) response {
	u := c.signer()
	name, person := c.Params.String("account_name"), c.Params.String("user_full_name")
	if strings.TrimSpace(name) == "" && strings.TrimSpace(person) == "" {
		return failMessage(http.StatusForbidden, "Invalid, please check the signup paramters and try again")
	}
	if u == nil {
		u = c.newSigner(person)
	}
	c.Params.Ignore("email", "password")
	if name == "" {
		name = person
	}
	return c.signedUp(u, name)
}

// signUpByEmail makes an account without a name.
func signUpByEmail(c *ctx) response {
	u := c.signer()
	if u == nil {
		u = c.newSigner("")
	}
	c.Params.Ignore("email", "password")
	return c.signedUp(u, "")
}

// newSigner makes the user who signs up.
func (c *ctx) newSigner(name string) *user {
	email := c.Params.String("email")
	if !strictEmail.MatchString(email) {
		stop(failMessage(http.StatusForbidden, "You have entered an invalid email"))
	}
	if c.st.userByEmail(email) != nil {
		stop(failMessage(http.StatusForbidden, "You have already signed up for an account with "+email))
	}
	password := c.Params.String("password")
	var faults problems
	faults.checkPassword("password", password)
	if len(faults) > 0 {
		stop(failMessage(http.StatusForbidden, faults.sentence()))
	}
	u := c.st.newUser(name, email)
	u.password = password
	return u
}

func (c *ctx) signedUp(u *user, name string) response {
	locale := mustEnum(c.Params, "locale", "en", accountLocales...)
	acc := c.st.newAccount(name, locale, c.cfg.initialFeatures())
	m := c.st.join(acc.id, u.id, roleAdministrator)
	all := c.accountOrder(u.id)
	return ok(obj("data", obj(
		"id", u.id, "provider", "email", "uid", u.email, "name", u.name, "display_name", u.displayName, "email", u.email,
		"account_id", acc.id, "created_at", iso(u.createdAt), "pubsub_token", u.pubsubToken, "role", m.role,
		"inviter_id", m.inviterID, "confirmed", u.confirmed, "avatar_url", c.thumbURL(u.avatar),
		"access_token", u.token(c.st), "accounts", list(all, func(m *accountUser) object {
			acc := accounts.find(c.st, m.accountID)
			return obj("id", acc.id, "name", acc.name, "active_at", iso(m.activeAt), "role", m.role, "locale", acc.locale)
		}),
	)))
}
