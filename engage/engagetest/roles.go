package engagetest

import "slices"

// flagConfined is the role flag that takes reach away rather than giving it.
const flagConfined = "manage_users_of_my_teams"

var roleFlags = api.Enums["RolePermission"]

var roleRules = rules{
	handlers: map[string]handler{"createRole": createRole, "updateRole": updateRole},
	needs:    map[string][]string{"manage_roles": {"createRole", "getRole", "updateRole"}},
}

func createRole(c *ctx) response {
	values := c.body(true)
	r := &record{kind: "Role", body: blank("Role")}
	c.setFlags(r, values)
	r.set("label", textOf(values, "label"))
	return c.ok(c.st.insert(r))
}

func updateRole(c *ctx) response {
	r := c.target()
	if !c.covers(r) {
		stop(forbidden("The role has permissions that you lack"))
	}
	values := c.body(false)
	c.setFlags(r, values)
	if label := textOf(values, "label"); label != "" && c.cfg.habits.RolesTakeLabel {
		r.set("label", label)
	}
	c.st.touch(r)
	return c.ok(r)
}

// setFlags applies the flags that the user has too and passes over the others
// without a word.
func (c *ctx) setFlags(r *record, values object) {
	for _, m := range values {
		if on, isFlag := m.Value.(bool); isFlag && slices.Contains(roleFlags, m.Key) && c.mayGrant(m.Key) {
			r.set(m.Key, on)
		}
	}
}

func (c *ctx) mayGrant(flag string) bool {
	return (c.can(flag) || flag == flagConfined) && !slices.Contains(c.cfg.refused, flag)
}

// The predefined roles, in the order of their making. That of agents is
// recorded from a live domain; the other three are guesses from what the guide
// says they are for.
var predefinedRoles = []struct {
	label string
	flags []string
}{
	{"Administrator", slices.DeleteFunc(slices.Clone(roleFlags), func(flag string) bool { return flag == flagConfined })},
	{"Agent", agentFlags},
	{"Manager", append([]string{
		"approve_content", "assign_intervention", "author_block_content", "monitor_tasks", "monitor_team_tasks", "mute_content",
		"read_content_source", "read_export", "read_stats", "read_surveys", "search_event", "update_intervention",
	}, agentFlags...)},
	{"Quality analyst", []string{
		"access_help_center", "access_previous_messages", "read_event", "read_identity", "read_presence", "read_stats", "read_surveys",
		"read_user", "search_contents", "search_event",
	}},
}

var agentFlags = []string{
	"access_help_center", "access_previous_messages", "access_pull_mode", "admin_stamp_answer", "close_content_thread",
	"delay_export_content", "open_content_thread", "publish_content", "read_event", "read_identity", "read_own_stats",
	"read_presence", "read_user", "receive_tasks", "reply_with_assistant", "search_contents", "update_identity",
	"update_own_intervention", "use_cobrowsing", "use_emoji",
}
