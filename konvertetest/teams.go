package konvertetest

import (
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

type team struct {
	record
	accountID       int64
	name            string
	description     *string
	allowAutoAssign *bool
}

var teams = newTable[team]("team")

type teamMember struct {
	record
	teamID, userID int64
}

var teamMembers = newTable[teamMember]("team member")

var teamColumns = []string{"id", "name", "description", "allow_auto_assign", "account_id", "created_at", "updated_at"}

func registerTeams(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/teams", "/api/v1/accounts/{account_id}/teams/{id}"
	r.get("list-all-teams", all, listTeams)
	r.post("create-a-team", all, createTeam, wrap("team", teamColumns...))
	r.get("get-details-of-a-single-team", one, showTeam)
	r.patch("update-a-team", one, updateTeam, wrap("team", teamColumns...))
	r.delete("delete-a-team", one, deleteTeam)

	const members = "/api/v1/accounts/{account_id}/teams/{team_id}/team_members"
	r.get("get-team-members", members, listTeamMembers)
	r.post("add-new-agent-to-team", members, addTeamMembers)
	r.patch("update-agents-in-team", members, replaceTeamMembers)
	r.delete("delete-agent-in-team", members, removeTeamMembers)
}

// teamView is a team; is_member is about the caller.
func (c *ctx) teamView(t *team) object {
	return obj(
		"id", t.id,
		"name", t.name,
		"description", t.description,
		"allow_auto_assign", t.allowAutoAssign,
		"account_id", t.accountID,
		"is_member", c.user != nil && c.st.inTeam(t.id, c.user.id),
	)
}

func (st *store) inTeam(teamID, userID int64) bool {
	return slices.Contains(st.teamUserIDs(teamID), userID)
}

func (st *store) teamUserIDs(teamID int64) []int64 {
	var ids []int64
	for m := range teamMembers.all(st) {
		if m.teamID == teamID {
			ids = append(ids, m.userID)
		}
	}
	return ids
}

// findTeam finds a team of the caller's account or ends the request with 404.
func (c *ctx) findTeam(param string) *team {
	t := teams.find(c.st, c.id(param))
	if t == nil || t.accountID != c.account.id {
		stop(notFound())
	}
	return t
}

func listTeams(c *ctx) response {
	return ok(list(teams.where(c.st, func(t *team) bool { return t.accountID == c.account.id }), c.teamView))
}

func showTeam(c *ctx) response { return ok(c.teamView(c.findTeam("id"))) }

func createTeam(c *ctx) response {
	c.adminOnly()
	yes := true
	t := team{accountID: c.account.id, allowAutoAssign: &yes}
	c.readTeam(&t)
	return ok(c.teamView(teams.insert(c.st, &t)))
}

func updateTeam(c *ctx) response {
	t := c.findTeam("id")
	c.adminOnly()
	next := *t
	c.readTeam(&next)
	*t = next
	teams.touch(c.st, t)
	return ok(c.teamView(t))
}

// readTeam reads and checks the columns; names are stored in lower case.
func (c *ctx) readTeam(t *team) {
	p := c.require("team")
	p.Into("name", &t.name)
	p.Into("description", &t.description)
	p.Into("allow_auto_assign", &t.allowAutoAssign)
	t.name = strings.ToLower(t.name)
	var faults problems
	faults.checkLength("name", t.name, maxString)
	faults.checkLength("description", textOf(t.description), maxText)
	switch {
	case strings.TrimSpace(t.name) == "":
		faults.add("name", "must not be blank")
	case c.teamNameTaken(t):
		faults.add("name", "has already been taken")
	}
	faults.stopIf()
}

func (c *ctx) teamNameTaken(t *team) bool {
	return teams.first(c.st, func(o *team) bool {
		return o.accountID == t.accountID && o.id != t.id && o.name == t.name
	}) != nil
}

// teamDeleted is told when a team is gone. Groups whose records name teams add
// a function here.
var teamDeleted = []func(st *store, teamID int64){}

func deleteTeam(c *ctx) response {
	t := c.findTeam("id")
	c.adminOnly()
	teamMembers.removeWhere(c.st, func(m *teamMember) bool { return m.teamID == t.id })
	teams.remove(c.st, t)
	for _, deleted := range teamDeleted {
		deleted(c.st, t.id)
	}
	return done()
}

// leaveTeams takes a user who has left an account out of its teams.
func leaveTeams(st *store, accountID, userID int64) {
	teamMembers.removeWhere(st, func(m *teamMember) bool {
		t := teams.find(st, m.teamID)
		return m.userID == userID && (t == nil || t.accountID == accountID)
	})
}

func (c *ctx) teamUsers(t *team) []*user {
	out := []*user{}
	for _, id := range c.st.teamUserIDs(t.id) {
		if u := users.find(c.st, id); u != nil {
			out = append(out, u)
		}
	}
	return out
}

func listTeamMembers(c *ctx) response {
	return ok(list(c.teamUsers(c.findTeam("team_id")), c.agentView))
}

// memberID is one entry of user_ids. The server compares it with the members'
// ids as it came, so that the text of a member's id counts as a new one.
type memberID struct {
	id     int64
	asText bool
}

// readUserIDs reads user_ids and ends the request with 401 when one of them is
// no member of the account, with 500 when there is no list.
func (c *ctx) readUserIDs() []memberID {
	values, isList := c.Params.List("user_ids")
	if !isList {
		stop(crash())
	}
	ids := make([]memberID, 0, len(values))
	for _, v := range values {
		n := testserver.CastInt(v)
		if n == nil {
			n = new(int64)
		}
		_, text := v.(string)
		ids = append(ids, memberID{id: *n, asText: text})
	}
	for _, m := range ids {
		if c.st.member(c.account.id, m.id) == nil {
			stop(failText(401, "Invalid User IDs"))
		}
	}
	return ids
}

// addToTeam adds those of ids who are no members yet, and returns them. A
// member who comes as text, or twice, ends the request with 422.
func (c *ctx) addToTeam(t *team, ids []memberID) []*user {
	current := c.st.teamUserIDs(t.id)
	var fresh []int64
	for _, m := range ids {
		if slices.Contains(current, m.id) && !m.asText {
			continue
		}
		if slices.Contains(current, m.id) || slices.Contains(fresh, m.id) {
			var faults problems
			faults.add("user_id", "has already been taken")
			stop(faults.fail())
		}
		fresh = append(fresh, m.id)
	}
	added := []*user{}
	for _, id := range fresh {
		teamMembers.insert(c.st, &teamMember{teamID: t.id, userID: id})
		added = append(added, users.find(c.st, id))
	}
	return added
}

func (c *ctx) removeFromTeam(t *team, ids []int64) {
	teamMembers.removeWhere(c.st, func(m *teamMember) bool {
		return m.teamID == t.id && slices.Contains(ids, m.userID)
	})
}

// addTeamMembers answers with the new members only.
func addTeamMembers(c *ctx) response {
	t := c.findTeam("team_id")
	c.adminOnly()
	return ok(list(c.addToTeam(t, c.readUserIDs()), c.agentView))
}

// replaceTeamMembers answers with all members.
func replaceTeamMembers(c *ctx) response {
	t := c.findTeam("team_id")
	c.adminOnly()
	ids := c.readUserIDs()
	current := c.st.teamUserIDs(t.id)
	c.addToTeam(t, ids)
	c.removeFromTeam(t, slices.DeleteFunc(current, func(id int64) bool {
		return slices.Contains(ids, memberID{id: id})
	}))
	return ok(list(c.teamUsers(t), c.agentView))
}

func removeTeamMembers(c *ctx) response {
	t := c.findTeam("team_id")
	c.adminOnly()
	var ids []int64
	for _, m := range c.readUserIDs() {
		ids = append(ids, m.id)
	}
	c.removeFromTeam(t, ids)
	return done()
}
