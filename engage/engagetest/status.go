package engagetest

import (
	"net/http"
	"slices"
)

var statusRules = rules{
	handlers: map[string]handler{"getAllAgentStatus": listStatus, "getAgentStatus": showStatus, "changeAgentStatus": changeStatus},
	needs: map[string][]string{
		"monitor_tasks": {"getAllAgentStatus", "createPresenceStatus", "getPresenceStatus", "updatePresenceStatus", "deletePresenceStatus"},
	},
	orders: map[string]func(a, b *record) int{"PresenceStatus": by("name")},
}

// hiddenConnected, hiddenAway and hiddenPresence are the status of an agent:
// whether he is connected, the channel groups for which he is away, and the
// presence status that he chose.
const (
	hiddenConnected = "connected"
	hiddenAway      = "away"
	hiddenPresence  = "presence"
)

func (st *store) connect(u *record) { u.hidden[hiddenConnected] = true }

func (st *store) disconnect(userID string) {
	if u := st.find("User", userID); u != nil {
		delete(u.hidden, hiddenConnected)
	}
}

func (c *ctx) statusOf(u *record) object {
	away, _ := u.hidden[hiddenAway].([]string)
	channels := []object{}
	for _, channel := range c.st.all("Channel") {
		state := "available"
		if slices.Contains(away, channel.id) {
			state = "away"
		}
		channels = append(channels, obj("id", channel.id, "name", channel.text("name"), "status", state, "busyness", "unoccupied"))
	}
	var custom any
	if id, _ := u.hidden[hiddenPresence].(string); c.st.find("PresenceStatus", id) != nil {
		custom = obj("id", id)
	}
	return obj("agent_id", u.id, "channels", channels, "custom_status", custom)
}

func listStatus(c *ctx) response {
	out := []object{}
	for _, u := range c.st.all("User") {
		if u.is(hiddenConnected) && c.hasSkills(u) {
			out = append(out, c.statusOf(u))
		}
	}
	return answer(http.StatusOK, out)
}

// hasSkills applies the filters of the list of connected agents.
func (c *ctx) hasSkills(u *record) bool {
	for key, has := range map[string]func(value string) bool{
		"source_ids":       func(id string) bool { return slices.Contains(c.st.permissions[u.id][id], "reply") },
		"category_ids":     func(id string) bool { return slices.Contains(u.list("category_ids"), id) },
		"team_ids":         func(id string) bool { return slices.Contains(u.list("team_ids"), id) },
		"spoken_languages": func(code string) bool { return slices.Contains(u.list("spoken_languages"), code) },
	} {
		v, sent := c.Params.Get(key)
		if sent && len(wanted(v)) > 0 && !slices.ContainsFunc(wanted(v), has) {
			return false
		}
	}
	return true
}

// connected finds the agent of the path, who has to be connected.
func (c *ctx) connected() *record {
	u := c.st.find("User", c.Path["agentId"])
	if (u == nil || u.id != c.user.id) && !c.can("monitor_tasks") {
		stop(forbidden("Your role lacks the permission monitor_tasks"))
	}
	if u == nil {
		stop(notFound())
	}
	if !u.is(hiddenConnected) {
		stop(fail(http.StatusNotFound, "disconnected", "The agent is not connected"))
	}
	return u
}

func showStatus(c *ctx) response { return answer(http.StatusOK, c.statusOf(c.connected())) }

// changeStatus sets the availability for all channel groups at once, or the
// presence status; the latter is ignored when both are given.
func changeStatus(c *ctx) response {
	u := c.connected()
	values := c.body(false)
	given, sent := values.Get("status")
	if !sent {
		u.hidden[hiddenPresence] = textOf(values, "custom_status_id")
		return answer(http.StatusOK, c.statusOf(u))
	}
	away := []string{}
	for _, channel := range c.st.all("Channel") {
		state, _ := given.(object).Get(channel.id)
		if !slices.Contains(api.Enums["Availability"], textValue(state)) {
			refuse("status", "must say available or away for every channel")
		}
		if state == "away" {
			away = append(away, channel.id)
		}
	}
	u.hidden[hiddenAway] = away
	delete(u.hidden, hiddenPresence)
	return answer(http.StatusOK, c.statusOf(u))
}

func textValue(v any) string {
	s, _ := v.(string)
	return s
}
