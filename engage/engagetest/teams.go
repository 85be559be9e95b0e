package engagetest

import "slices"

var teamRules = rules{
	handlers: map[string]handler{"createTeam": createTeam, "updateTeam": updateTeam, "deleteTeam": deleteTeam},
	needs:    map[string][]string{"manage_teams": {"createTeam", "updateTeam", "deleteTeam"}},
	views:    map[string]func(*ctx, *record) object{"Team": viewTeam},
}

// viewTeam shows the members, which are kept with the users.
func viewTeam(c *ctx, team *record) object {
	out := team.body.Clone()
	out.Set("user_ids", anys(c.st.members(team.id)))
	return out
}

func (st *store) members(teamID string) []string {
	ids := []string{}
	for _, u := range st.all("User") {
		if slices.Contains(u.list("team_ids"), teamID) {
			ids = append(ids, u.id)
		}
	}
	return ids
}

func createTeam(c *ctx) response {
	values := c.body(true)
	team := c.st.insert(&record{kind: "Team", body: blank("Team")})
	c.fillTeam(team, values)
	return c.ok(team)
}

func updateTeam(c *ctx) response {
	team := c.target()
	c.fillTeam(team, c.body(false))
	c.st.touch(team)
	return c.ok(team)
}

func (c *ctx) fillTeam(team *record, values object) {
	if _, sent := values.Get("user_ids"); sent {
		c.st.setMembers(team.id, listOf(values, "user_ids"))
		values.Delete("user_ids")
	}
	team.assign(values)
}

// setMembers puts those users into a team and takes all others out.
func (st *store) setMembers(teamID string, userIDs []string) {
	for _, u := range st.all("User") {
		teams := u.list("team_ids")
		i := slices.Index(teams, teamID)
		switch member := slices.Contains(userIDs, u.id); {
		case member && i < 0:
			u.setList("team_ids", append(teams, teamID))
		case !member && i >= 0:
			u.setList("team_ids", slices.Delete(teams, i, i+1))
		}
	}
}

// deleteTeam answers with the team as it was.
func deleteTeam(c *ctx) response {
	team := c.target()
	r := c.ok(team)
	c.st.remove(team)
	c.st.forget("User", "team_ids", team.id)
	return r
}
