package konvertetest

import "slices"

// notificationTypes are what users may be told of, in the order of their bits.
var notificationTypes = []string{
	notifyCreated, notifyAssigned, notifyNewMessage, notifyMentioned, notifyParticipants,
	"sla_missed_first_response", "sla_missed_next_response", "sla_missed_resolution",
}

// notificationSetting says how a member of an account wants to be told.
type notificationSetting struct {
	record
	accountID, userID int64
	// email and push are types of notifications.
	email, push []string
}

var notificationSettings = newTable[notificationSetting]("notification setting")

func registerNotificationSettings(r *router) {
	const settings = "/api/v1/accounts/{account_id}/notification_settings"
	r.get("undocumented:notification-settings-show", settings, showNotificationSettings)
	r.patch("undocumented:notification-settings-update", settings, updateNotificationSettings)
}

// notificationSetting is the setting of a member; a new one is told of
// assignments.
func (st *store) notificationSetting(accountID, userID int64) *notificationSetting {
	s := notificationSettings.first(st, func(s *notificationSetting) bool { return s.accountID == accountID && s.userID == userID })
	if s == nil {
		s = notificationSettings.insert(st, &notificationSetting{
			accountID: accountID, userID: userID, email: []string{notifyAssigned}, push: []string{notifyAssigned},
		})
	}
	return s
}

func notificationSettingView(s *notificationSetting) object {
	return obj(
		"id", s.id, "user_id", s.userID, "account_id", s.accountID,
		"all_email_flags", flags("email_", notificationTypes), "selected_email_flags", flags("email_", s.email),
		"all_push_flags", flags("push_", notificationTypes), "selected_push_flags", flags("push_", s.push),
	)
}

// flags names the selected types in the order of all.
func flags(prefix string, selected []string) []string {
	out := []string{}
	for _, name := range notificationTypes {
		if slices.Contains(selected, name) {
			out = append(out, prefix+name)
		}
	}
	return out
}

func showNotificationSettings(c *ctx) response {
	return ok(notificationSettingView(c.st.notificationSetting(c.account.id, c.user.id)))
}

// updateNotificationSettings clears a list that was not sent.
func updateNotificationSettings(c *ctx) response {
	p := c.require("notification_settings")
	email := readFlags(p, "selected_email_flags", "email_")
	push := readFlags(p, "selected_push_flags", "push_")
	s := c.st.notificationSetting(c.account.id, c.user.id)
	s.email, s.push = email, push
	notificationSettings.touch(c.st, s)
	return ok(notificationSettingView(s))
}

// readFlags ends the request with 500 for a flag that does not exist.
func readFlags(p *params, key, prefix string) []string {
	values, _ := p.List(key)
	var out []string
	for _, v := range values {
		text, _ := v.(string)
		i := slices.IndexFunc(notificationTypes, func(name string) bool { return prefix+name == text })
		if i < 0 {
			stop(crash())
		}
		out = append(out, notificationTypes[i])
	}
	return out
}
