package konvertetest

import (
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

func (st *store) inboxUserIDs(inboxID int64) []int64 {
	var ids []int64
	for m := range inboxMembers.all(st) {
		if m.inboxID == inboxID {
			ids = append(ids, m.userID)
		}
	}
	return ids
}

// inboxUsers are the members of an inbox who are in the caller's account.
func (c *ctx) inboxUsers(inboxID int64) []*user {
	ids := c.st.inboxUserIDs(inboxID)
	return slices.DeleteFunc(c.st.members(c.account.id), func(u *user) bool { return !slices.Contains(ids, u.id) })
}

func (c *ctx) inboxMembersAnswer(in *inbox) response {
	return ok(obj("payload", list(c.inboxUsers(in.id), c.agentView)))
}

func listInboxMembers(c *ctx) response { return c.inboxMembersAnswer(c.findInbox(c.id("inbox_id"))) }

// memberRequest finds the inbox that the body or the query names.
func (c *ctx) memberRequest() *inbox {
	in := c.accountInbox(c.Params.Int("inbox_id"))
	if in == nil {
		stop(notFound())
	}
	c.adminOnly()
	return in
}

// sentMembers reads user_ids and ends the request with 500 when it is no list.
// Unlike a team, an inbox takes users of other accounts.
func (c *ctx) sentMembers() []memberID {
	values, isList := c.Params.List("user_ids")
	if !isList {
		stop(crash())
	}
	ids := make([]memberID, 0, len(values))
	for _, v := range values {
		id := memberID{}
		if n := testserver.CastInt(v); n != nil {
			id.id = *n
		}
		_, id.asText = v.(string)
		ids = append(ids, id)
	}
	return ids
}

// addToInbox adds those who are no members yet. A member who comes as text, or
// twice, ends the request with 422, and so does a user who does not exist.
func (c *ctx) addToInbox(in *inbox, ids []memberID) {
	current := c.st.inboxUserIDs(in.id)
	var fresh []int64
	for _, m := range ids {
		if slices.Contains(current, m.id) && !m.asText {
			continue
		}
		var faults problems
		if users.find(c.st, m.id) == nil {
			faults.add("user", "must exist")
		}
		if slices.Contains(current, m.id) || slices.Contains(fresh, m.id) {
			faults.add("user_id", "has already been taken")
		}
		faults.stopIf()
		fresh = append(fresh, m.id)
	}
	for _, id := range fresh {
		inboxMembers.insert(c.st, &inboxMember{inboxID: in.id, userID: id})
	}
}

func (c *ctx) removeFromInbox(in *inbox, ids []int64) {
	inboxMembers.removeWhere(c.st, func(m *inboxMember) bool {
		return m.inboxID == in.id && slices.Contains(ids, m.userID)
	})
}

func addInboxMembers(c *ctx) response {
	in := c.memberRequest()
	c.addToInbox(in, c.sentMembers())
	return c.inboxMembersAnswer(in)
}

func replaceInboxMembers(c *ctx) response {
	in := c.memberRequest()
	ids := c.sentMembers()
	current := c.st.inboxUserIDs(in.id)
	c.addToInbox(in, ids)
	c.removeFromInbox(in, slices.DeleteFunc(current, func(id int64) bool {
		return slices.Contains(ids, memberID{id: id})
	}))
	return c.inboxMembersAnswer(in)
}

// removeInboxMembers passes over users who are no members; the oldest servers
// answer 404 and remove nobody.
func removeInboxMembers(c *ctx) response {
	in := c.memberRequest()
	strict := !c.atLeast("4.2.0")
	if !strict && c.Params.Blank("user_ids") {
		return done()
	}
	current := c.st.inboxUserIDs(in.id)
	var ids []int64
	for _, m := range c.sentMembers() {
		if strict && !slices.Contains(current, m.id) {
			return notFound()
		}
		ids = append(ids, m.id)
	}
	c.removeFromInbox(in, ids)
	return done()
}

// leaveInboxes takes a user who has left an account out of its inboxes.
func leaveInboxes(st *store, accountID, userID int64) {
	inboxMembers.removeWhere(st, func(m *inboxMember) bool {
		in := inboxes.find(st, m.inboxID)
		return m.userID == userID && (in == nil || in.accountID == accountID)
	})
}

// withAdministrators adds the account's administrators to the end of rows.
func (c *ctx) withAdministrators(rows []*user) []*user {
	for _, u := range c.st.members(c.account.id) {
		if c.st.member(c.account.id, u.id).isAdmin() && !slices.Contains(rows, u) {
			rows = append(rows, u)
		}
	}
	return rows
}

func listInboxAssignableAgents(c *ctx) response {
	in := c.findInbox(c.id("id"))
	return ok(obj("payload", list(c.withAdministrators(c.inboxUsers(in.id)), c.agentView)))
}

// listAssignableAgents answers with those who may be assigned in all of the
// inboxes asked for.
func listAssignableAgents(c *ctx) response {
	ids, isList := c.Params.List("inbox_ids")
	if !isList {
		return notFound()
	}
	asked := make([]*inbox, 0, len(ids))
	for _, v := range ids {
		n := testserver.CastInt(v)
		if n == nil || c.accountInbox(*n) == nil {
			return notFound()
		}
		asked = append(asked, c.accountInbox(*n))
	}
	rows := c.st.members(c.account.id)
	for _, in := range asked {
		allowed := c.inboxUsers(c.findInbox(in.id).id)
		rows = slices.DeleteFunc(rows, func(u *user) bool { return !slices.Contains(allowed, u) })
	}
	return ok(obj("payload", list(c.withAdministrators(rows), c.agentView)))
}
