package konvertetest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The records in this file are shared by several groups of resources.

const (
	roleAdministrator = "administrator"
	roleAgent         = "agent"

	statusActive    = "active"
	statusSuspended = "suspended"
)

type account struct {
	record
	name   string
	locale string
	status string
	// features holds the names of the features that are on.
	features         map[string]bool
	limits           object
	customAttributes object
	settings         object
	domain           *string
	supportEmail     *string
}

var accounts = newTable[account]("account")

// baseFeatures are on in a new account of every version.
var baseFeatures = []string{
	"inbound_emails", "channel_email", "channel_facebook", "help_center", "macros", "agent_management",
	"team_management", "inbox_management", "labels", "custom_attributes", "automations", "canned_responses",
	"integrations", "voice_recorder", "channel_website", "campaigns", "reports", "crm", "auto_resolve_conversations",
}

// newAccount stores an account. With features nil it has those of a new one.
func (st *store) newAccount(name, locale string, features []string) *account {
	if features == nil {
		features = baseFeatures
	}
	if locale == "" {
		locale = "en"
	}
	acc := &account{name: name, locale: locale, status: statusActive, features: map[string]bool{}}
	for _, f := range features {
		acc.features[f] = true
	}
	return accounts.insert(st, acc)
}

type user struct {
	record
	name             string
	displayName      *string
	email            string
	unconfirmedEmail *string
	confirmed        bool
	password         string
	pubsubToken      string
	messageSignature *string
	customAttributes object
	uiSettings       object
	avatar           *blob
	superAdmin       bool
}

var users = newTable[user]("user")

// newUser stores a user who has not confirmed yet, with an API token.
func (st *store) newUser(name, email string) *user {
	u := users.insert(st, &user{name: name, email: strings.ToLower(email), pubsubToken: randomText(24)})
	st.issueToken(tokenOwner{kind: ownerUser, id: u.id})
	return u
}

// userByEmail finds a user by e-mail in any case, nil when there is none.
func (st *store) userByEmail(email string) *user {
	email = strings.ToLower(strings.TrimSpace(email))
	return users.first(st, func(u *user) bool { return u.email == email })
}

func (u *user) token(st *store) string { return st.tokenOf(tokenOwner{kind: ownerUser, id: u.id}) }

// availableName is the display name, else the name.
func (u *user) availableName() string {
	if u.displayName != nil && strings.TrimSpace(*u.displayName) != "" {
		return *u.displayName
	}
	return u.name
}

// accountUser is the membership of a user in an account.
type accountUser struct {
	record
	accountID, userID int64
	inviterID         *int64
	role              *string
	availability      string
	autoOffline       bool
	customRoleID      *int64
	capacityPolicyID  *int64
	activeAt          time.Time
}

var accountUsers = newTable[accountUser]("account user")

func (m *accountUser) isAdmin() bool { return m.role != nil && *m.role == roleAdministrator }

// join makes a user a member of an account.
func (st *store) join(accountID, userID int64, role string) *accountUser {
	return accountUsers.insert(st, &accountUser{
		accountID: accountID, userID: userID, role: &role, availability: "online", autoOffline: true,
	})
}

// member is the membership of a user in an account, nil when there is none.
func (st *store) member(accountID, userID int64) *accountUser {
	return accountUsers.first(st, func(m *accountUser) bool { return m.accountID == accountID && m.userID == userID })
}

// members are the users of an account in the order of joining.
func (st *store) members(accountID int64) []*user {
	out := []*user{}
	for m := range accountUsers.all(st) {
		if u := users.find(st, m.userID); m.accountID == accountID && u != nil {
			out = append(out, u)
		}
	}
	return out
}

// memberLeft is told when a user has left an account, before the next request.
// Groups whose records name users add a function here.
var memberLeft = []func(st *store, accountID, userID int64){
	leaveTeams,
	leaveInboxes,
}

// leave ends a membership. The rest follows in the background: what named the
// user is cleared, and a user without any account is deleted.
func (c *ctx) leave(m *accountUser) {
	accountUsers.remove(c.st, m)
	c.Later(func() {
		for _, left := range memberLeft {
			left(c.st, m.accountID, m.userID)
		}
		others := accountUsers.where(c.st, func(o *accountUser) bool { return o.userID == m.userID })
		if u := users.find(c.st, m.userID); u != nil && len(others) == 0 {
			c.st.revokeTokens(tokenOwner{kind: ownerUser, id: u.id})
			users.remove(c.st, u)
		}
	})
}

// connected reports whether a user has shown a sign of life lately.
func (st *store) connected(userID int64) bool {
	seen, ok := st.online[userID]
	return ok && st.now.Sub(seen) < presenceTimeout
}

// availabilityStatus is what presence makes of what was set: with auto offline
// on, a member who is not connected is offline.
func (st *store) availabilityStatus(m *accountUser) string {
	if m.autoOffline && !st.connected(m.userID) {
		return "offline"
	}
	return m.availability
}

// customRole is a role with its own list of permissions.
type customRole struct {
	record
	accountID   int64
	name        string
	description *string
	permissions []string
}

var customRoles = newTable[customRole]("custom role")

// customRoleOf is the custom role of a member, nil when he has none.
func (st *store) customRoleOf(m *accountUser) *customRole {
	if m == nil || m.customRoleID == nil {
		return nil
	}
	return customRoles.find(st, *m.customRoleID)
}

type platformApp struct {
	record
	name string
}

var platformApps = newTable[platformApp]("platform app")

type agentBot struct {
	record
	// accountID is nil for bots of the whole installation.
	accountID   *int64
	name        *string
	description *string
	outgoingURL *string
	botType     *string
	botConfig   object
	secret      string
	avatar      *blob
}

var agentBots = newTable[agentBot]("agent bot")

// agentBotInbox attaches a bot to an inbox.
type agentBotInbox struct {
	record
	accountID, inboxID, agentBotID int64
	status                         string
}

var agentBotInboxes = newTable[agentBotInbox]("agent bot inbox")

// inboxMember lets a user see the conversations of an inbox.
type inboxMember struct {
	record
	inboxID, userID int64
}

var inboxMembers = newTable[inboxMember]("inbox member")

// isInboxMember reports whether the caller may act in an inbox: an
// administrator, or an agent who is a member of it.
func (c *ctx) isInboxMember(inboxID int64) bool {
	if c.isAdmin() {
		return true
	}
	return c.user != nil && inboxMembers.first(c.st, func(m *inboxMember) bool {
		return m.inboxID == inboxID && m.userID == c.user.id
	}) != nil
}

// enum reads an enumerated column as ActiveRecord takes it: a name, or its
// number, which must not be a text. ok is false for anything else, which the
// real server answers with 500. null and blank texts are nil, false is the
// first name.
func enum(p *params, key string, names ...string) (value *string, ok bool) {
	v, _ := p.Get(key)
	switch v := v.(type) {
	case nil:
		return nil, true
	case string:
		return enumName(v, names)
	case json.Number:
		return enumNumber(v.String(), names)
	case bool:
		return &names[0], !v
	default:
		return nil, false
	}
}

func enumName(text string, names []string) (value *string, ok bool) {
	if strings.TrimSpace(text) == "" {
		return nil, true
	}
	return &text, slices.Contains(names, text)
}

func enumNumber(text string, names []string) (value *string, ok bool) {
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i >= len(names) {
		return nil, false
	}
	return &names[i], true
}

// enumQuery reads an enumerated column that a query asks for, where the number
// comes as text. ok is false for what no record has.
func enumQuery(p *params, key string, names ...string) (value *string, ok bool) {
	text := p.String(key)
	if value, ok = enumNumber(text, names); ok {
		return value, true
	}
	return enumName(text, names)
}
