package engagetest

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// hiddenSignedIn marks users who have signed in at least once.
const hiddenSignedIn = "signed in"

var userRules = rules{
	handlers: map[string]handler{
		"getCurrentUser":       func(c *ctx) response { return c.ok(c.user) },
		"createUser":           createUser,
		"inviteUser":           inviteUser,
		"updateUser":           updateUser,
		"deleteUser":           deleteUser,
		"getAllUserSignatures": listSignatures,
		"createUserSignature":  createSignature,
	},
	needs: map[string][]string{
		"read_user":   {"getAllUsers", "getAllUserSignatures", "getUserSourcesPermissions"},
		"create_user": {"createUser"},
		"invite_user": {"inviteUser"},
		"update_user": {"updateUser", "deleteUser", "createUserSignature", "updateUserSignature", "deleteUserSignature", "updateUserSourcesPermissions"},
	},
	sight: map[string]func(*ctx, *record) bool{
		"User":      seesUser,
		"Signature": seesSignature,
	},
	filters: map[string]func(*ctx, *record, string) bool{
		"getAllUsers email": func(_ *ctx, r *record, value string) bool { return strings.EqualFold(r.text("email"), value) },
	},
	orders: map[string]func(a, b *record) int{"User": newestFirst, "Signature": newestFirst},
}

// seesUser shows users to those whose role may see users, within the reach of
// those who lead teams; everybody sees oneself.
func seesUser(c *ctx, u *record) bool {
	if u.id == c.user.id && c.op.ID != "getAllUsers" {
		return true
	}
	return c.can("read_user") && c.reaches(u)
}

// reaches reports whether a user is in reach of the user of the token: for one
// who is confined to the teams that he leads, the members of those.
func (c *ctx) reaches(u *record) bool {
	if !c.confined() {
		return true
	}
	led := c.led()
	return slices.ContainsFunc(u.list("team_ids"), func(id string) bool { return slices.Contains(led, id) })
}

// led lists the teams that the user of the token leads.
func (c *ctx) led() []string {
	var out []string
	for _, team := range c.st.all("Team") {
		if slices.Contains(team.list("leader_ids"), c.user.id) {
			out = append(out, team.id)
		}
	}
	return out
}

func seesSignature(c *ctx, r *record) bool {
	return r.owner == c.find("User", "userId").id
}

func listSignatures(c *ctx) response {
	c.find("User", "userId")
	return listRecords(c)
}

func createSignature(c *ctx) response {
	u := c.find("User", "userId")
	values := c.body(true)
	r := &record{kind: "Signature", owner: u.id, body: blank("Signature")}
	r.assign(values)
	return c.ok(c.st.insert(r))
}

func inviteUser(c *ctx) response {
	u := c.newUser(func(values *object) {
		if !c.cfg.habits.InviteTakesNoPassword {
			values.Delete("no_password")
		}
	})
	u.set("invitation_pending", true)
	c.st.mails = append(c.st.mails, Mail{To: u.text("email"), Kind: "invitation"})
	c.st.event("user.invited", c.user.id, obj("user_id", u.id))
	return c.ok(u)
}

func createUser(c *ctx) response {
	u := c.newUser(nil, c.checkNewPassword)
	c.st.event("user.created", c.user.id, obj("user_id", u.id))
	return c.ok(u)
}

// newUser reads and stores a user. adapt changes the values before they are
// kept.
func (c *ctx) newUser(adapt func(*object), more ...func(object, *problems)) *record {
	checks := append([]func(object, *problems){c.checkUser(nil), c.checkNewTeams}, more...)
	values := c.body(true, checks...)
	if adapt != nil {
		adapt(&values)
	}
	u := &record{kind: "User", body: blank("User"), hidden: map[string]any{}}
	u.set("enabled", true)
	u.set("locale", c.settings().text("locale"))
	u.assign(values)
	return c.st.insert(u)
}

func updateUser(c *ctx) response {
	u := c.find("User", "userId")
	if !c.outranks(u) {
		stop(forbidden("The user has permissions that you lack"))
	}
	values := c.body(false, c.checkUser(u), c.checkPassword)
	if ids, sent := values.Get("team_ids"); sent && c.confined() {
		values.Set("team_ids", c.mergeTeams(u, ids.([]any)))
	}
	u.assign(values)
	c.assignCapacity(u)
	c.st.touch(u)
	if !u.flag("enabled") {
		c.st.disconnect(u.id)
	}
	c.st.event("user.updated", c.user.id, obj("user_id", u.id))
	return c.ok(u)
}

// assignCapacity takes user_capacity_id where the domain does; it is ignored
// elsewhere.
func (c *ctx) assignCapacity(u *record) {
	c.Params.Ignore("user_capacity_id")
	id := c.Params.String("user_capacity_id")
	if c.cfg.habits.UsersTakeCapacity && c.Params.Has("user_capacity_id") {
		u.set("user_capacity_id", orNull(id))
	}
}

func deleteUser(c *ctx) response {
	u := c.find("User", "userId")
	if !c.outranks(u) {
		stop(forbidden("The user has permissions that you lack"))
	}
	if u.is(hiddenSignedIn) {
		refuse("user", "has already signed in and can only be disabled")
	}
	c.st.dropUser(u)
	c.st.event("user.destroyed", c.user.id, obj("user_id", u.id))
	return c.ok(u)
}

// dropUser removes a user and what belongs to it.
func (st *store) dropUser(u *record) {
	st.remove(u)
	st.disconnect(u.id)
	delete(st.permissions, u.id)
	st.forget("Team", "leader_ids", u.id)
	for _, s := range st.where("Signature", func(r *record) bool { return r.owner == u.id }) {
		st.remove(s)
	}
	for text, tok := range st.tokens {
		if tok.userID == u.id {
			delete(st.tokens, text)
		}
	}
}

// checkUser refuses what no user may have; u is nil for a new user.
func (c *ctx) checkUser(u *record) func(object, *problems) {
	return func(values object, p *problems) {
		c.checkEmail(u, values, p)
		if id := textOf(values, "role_id"); id != "" {
			if role := c.st.find("Role", id); role != nil && !c.covers(role) {
				stop(forbidden("The role has permissions that you lack"))
			}
		}
		if code := textOf(values, "locale"); code != "" && !slices.Contains(interfaceCodes(), code) {
			p.add("locale", "is not included in the list")
		}
		if name := textOf(values, "timezone"); name != "" && !knownTimezone(name) {
			p.add("timezone", "is not included in the list")
		}
		for _, code := range listOf(values, "spoken_languages") {
			if !knownLocale(code) {
				p.add("spoken_languages", "is not included in the list")
				break
			}
		}
		c.checkSelectable(values, p)
	}
}

func (c *ctx) checkEmail(u *record, values object, p *problems) {
	address := textOf(values, "email")
	if address == "" {
		return
	}
	if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
		p.add("email", "is invalid")
		return
	}
	if other := c.st.named("User", "email", address); other != nil && other != u {
		p.add("email", "has already been taken")
	}
}

// checkSelectable refuses categories that only group others.
func (c *ctx) checkSelectable(values object, p *problems) {
	for _, key := range []string{"category_ids", "thread_category_ids"} {
		for _, id := range listOf(values, key) {
			if category := c.st.find("Category", id); category != nil && category.flag("unselectable") {
				p.add(key, "must be selectable")
				return
			}
		}
	}
}

// checkNewTeams makes a user who is confined to the teams that he leads put a
// new user into at least one of them, and into no other.
func (c *ctx) checkNewTeams(values object, p *problems) {
	if !c.confined() {
		return
	}
	led, ids := c.led(), listOf(values, "team_ids")
	outside := slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(led, id) })
	if len(ids) == 0 || outside {
		p.add("team_ids", "must be among the teams that you lead")
	}
}

// mergeTeams is what becomes of a user's teams when somebody asks who is
// confined: only teams that he leads are added and removed.
func (c *ctx) mergeTeams(u *record, asked []any) []any {
	led, out := c.led(), []any{}
	for _, id := range u.list("team_ids") {
		if !slices.Contains(led, id) {
			out = append(out, id)
		}
	}
	for _, id := range asked {
		if slices.Contains(led, id.(string)) {
			out = append(out, id)
		}
	}
	return out
}

// checkNewPassword wants a password unless the user signs in elsewhere.
func (c *ctx) checkNewPassword(values object, p *problems) {
	sso, _ := values.Get("no_password")
	if sso != true && textOf(values, "password") == "" {
		p.add("password", "can't be blank")
		return
	}
	c.checkPassword(values, p)
}

var (
	digits   = regexp.MustCompile(`[0-9]`)
	nonWords = regexp.MustCompile(`[^0-9A-Za-z_]`)
)

// checkPassword applies the rules in the settings of the domain.
func (c *ctx) checkPassword(values object, p *problems) {
	password, settings := textOf(values, "password"), c.settings()
	if password == "" {
		return
	}
	if int64(utf8.RuneCountInString(password)) < settings.number("password_min_length") {
		p.add("password", "is too short")
	}
	if settings.flag("password_numbers") && !digits.MatchString(password) {
		p.add("password", "must contain a number")
	}
	if settings.flag("password_non_word") && !nonWords.MatchString(password) {
		p.add("password", "must contain a special character")
	}
}

func textOf(values object, key string) string {
	v, _ := values.Get(key)
	s, _ := v.(string)
	return s
}

func listOf(values object, key string) []string {
	r := record{body: values}
	return r.list(key)
}
