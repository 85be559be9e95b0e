package konvertetest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerProfile(r *router) {
	r.get("fetchProfile", "/api/v1/profile", showProfile)
	r.patch("undocumented:profile-update", "/api/v1/profile", updateProfile, wrap("profile"))
	r.delete("undocumented:profile-avatar-delete", "/api/v1/profile/avatar", deleteProfileAvatar)
	r.post("undocumented:profile-availability", "/api/v1/profile/availability", setProfileAvailability, wrap("profile"))
	r.post("undocumented:profile-auto-offline", "/api/v1/profile/auto_offline", setProfileAutoOffline, wrap("profile"))
	r.put("undocumented:profile-set-active-account", "/api/v1/profile/set_active_account", setActiveAccount, wrap("profile"))
	r.post("undocumented:profile-resend-confirmation", "/api/v1/profile/resend_confirmation", resendConfirmation)
	r.post("undocumented:profile-reset-access-token", "/api/v1/profile/reset_access_token", resetProfileToken)
}

// memberships are those of a user: accounts that he never opened first, then
// the one that he was active in last.
func (st *store) memberships(userID int64) []*accountUser {
	out := accountUsers.where(st, func(m *accountUser) bool { return m.userID == userID })
	slices.SortStableFunc(out, func(a, b *accountUser) int {
		if a.activeAt.IsZero() || b.activeAt.IsZero() {
			return a.activeAt.Compare(b.activeAt)
		}
		return b.activeAt.Compare(a.activeAt)
	})
	return out
}

// profileView is what a user sees of himself.
func (c *ctx) profileView(u *user) object {
	var accountID, inviterID *int64
	var role *string
	if all := c.st.memberships(u.id); len(all) > 0 {
		accountID, inviterID, role = &all[0].accountID, all[0].inviterID, all[0].role
	}
	o := obj(
		"access_token", u.token(c.st),
		"account_id", accountID,
		"available_name", u.availableName(),
		"avatar_url", c.thumbURL(u.avatar),
		"confirmed", u.confirmed,
		"display_name", u.displayName,
		"message_signature", u.messageSignature,
		"email", u.email,
		"id", u.id,
		"inviter_id", inviterID,
		"name", u.name,
		"provider", "email",
		"pubsub_token", u.pubsubToken,
	)
	if len(u.customAttributes) > 0 {
		o.Set("custom_attributes", u.customAttributes)
	}
	o.Set("role", role)
	o.Set("ui_settings", orEmpty(u.uiSettings))
	o.Set("uid", u.email)
	o.Set("type", u.typeName())
	o.Set("accounts", list(c.accountOrder(u.id), c.profileAccountView))
	return o
}

func (u *user) typeName() any {
	if u.superAdmin {
		return "SuperAdmin"
	}
	return nil
}

// accountOrder are the memberships of a user in the order of joining.
func (c *ctx) accountOrder(userID int64) []*accountUser {
	out := c.st.memberships(userID)
	slices.SortFunc(out, func(a, b *accountUser) int { return cmp.Compare(a.id, b.id) })
	return out
}

func (c *ctx) profileAccountView(m *accountUser) object {
	acc := accounts.find(c.st, m.accountID)
	o := obj("id", acc.id, "name", acc.name, "status", acc.status)
	if c.atLeast("4.15.1") {
		o.Set("onboarding_step", nil)
	}
	o.Set("active_at", iso(m.activeAt))
	o.Set("role", m.role)
	o.Set("permissions", c.st.permissions(m))
	o.Set("availability", m.availability)
	o.Set("availability_status", c.st.availabilityStatus(m))
	o.Set("auto_offline", m.autoOffline)
	o.Set("custom_role_id", m.customRoleID)
	o.Set("custom_role", nil)
	if role := c.st.customRoleOf(m); role != nil {
		o.Set("custom_role", obj("id", role.id, "name", role.name, "description", role.description, "permissions", role.permissions))
	}
	return o
}

// permissions are those of the custom role, else of the role.
func (st *store) permissions(m *accountUser) []string {
	if role := st.customRoleOf(m); role != nil {
		return append(slices.Clone(role.permissions), "custom_role")
	}
	if m.isAdmin() {
		return []string{roleAdministrator}
	}
	return []string{roleAgent}
}

func showProfile(c *ctx) response { return ok(c.profileView(c.user)) }

// updateProfile changes the password first, as the real server does, and
// keeps it when the rest is refused. A new e-mail waits for its confirmation.
func updateProfile(c *ctx) response {
	p := c.require("profile")
	c.changePassword(p)
	next := *c.user
	var faults problems
	if email := ""; p.Into("email", &email) {
		c.checkEmail(&faults, email, c.user)
		next.unconfirmedEmail = &email
	}
	if p.Into("name", &next.name) {
		c.checkUserName(&faults, next.name)
	}
	p.Into("display_name", &next.displayName)
	p.Into("message_signature", &next.messageSignature)
	p.Ignore("account_id")
	if settings, sent := p.Object("ui_settings"); sent {
		next.uiSettings = settings
	}
	if v, sent := p.Get("phone_number"); sent {
		next.customAttributes = next.customAttributes.Clone()
		next.customAttributes.Set("phone_number", testserver.AsJSON(v))
	}
	avatar := p.File("avatar")
	if avatar != nil {
		faults.checkAvatar(avatar)
	}
	var lengths problems
	lengths.checkUserTexts(next.name, textOf(next.unconfirmedEmail), next.displayName, next.messageSignature)
	append(lengths, faults...).stopIf()
	if avatar != nil {
		next.avatar = c.st.storeFile(avatar)
	}
	next.updatedAt = c.Now
	*c.user = next
	return ok(c.profileView(c.user))
}

func (c *ctx) changePassword(p *params) {
	password, current := p.String("password"), p.String("current_password")
	var confirmation *string
	p.Into("password_confirmation", &confirmation)
	if strings.TrimSpace(password) == "" {
		return
	}
	if current == "" || current != c.user.password {
		stop(failText(422, "Invalid current password"))
	}
	var faults problems
	faults.checkPasswords(password, confirmation)
	faults.stopIf()
	c.user.setPassword(password)
}

func deleteProfileAvatar(c *ctx) response {
	c.user.avatar = nil
	return ok(c.profileView(c.user))
}

// ownMembership is the caller's membership in the account that the body names,
// nil when he is no member of it.
func (c *ctx) ownMembership(p *params) *accountUser {
	return c.st.member(p.Int("account_id"), c.user.id)
}

func setProfileAvailability(c *ctx) response {
	p := c.require("profile")
	m := c.ownMembership(p)
	if m == nil {
		return notFound()
	}
	availability, known := enum(p, "availability", availabilities...)
	if !known || availability == nil {
		return crash()
	}
	m.availability = *availability
	return ok(c.profileView(c.user))
}

// setProfileAutoOffline takes a missing value for false.
func setProfileAutoOffline(c *ctx) response {
	p := c.require("profile")
	m := c.ownMembership(p)
	if m == nil {
		return notFound()
	}
	m.autoOffline = p.Bool("auto_offline")
	return ok(c.profileView(c.user))
}

func setActiveAccount(c *ctx) response {
	m := c.ownMembership(c.require("profile"))
	if m == nil && c.bugs() {
		return crash()
	}
	if m == nil {
		return notFound()
	}
	m.activeAt = c.Now
	return done()
}

func resendConfirmation(*ctx) response { return done() }

func resetProfileToken(c *ctx) response {
	c.st.issueToken(tokenOwner{kind: ownerUser, id: c.user.id})
	return ok(c.profileView(c.user))
}
