package konvertetest

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/konverte-go/konverte/internal/testserver"
)

// participant follows a conversation.
type participant struct {
	record
	conversationID, userID int64
}

var participants = newTable[participant]("conversation participant")

// mention is a user named in a private note.
type mention struct {
	record
	conversationID, userID int64
}

var mentions = newTable[mention]("mention")

func registerParticipants(r *router) {
	const all = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/participants"
	r.get("undocumented:participants-list", all, listParticipants)
	r.post("undocumented:participants-add", all, addParticipants)
	r.patch("undocumented:participants-update", all, replaceParticipants)
	r.delete("undocumented:participants-remove", all, removeParticipants)
}

func (st *store) participant(conversationID, userID int64) *participant {
	return participants.first(st, func(p *participant) bool { return p.conversationID == conversationID && p.userID == userID })
}

func (st *store) participantIDs(v *conversation) []int64 {
	var ids []int64
	for p := range participants.all(st) {
		if p.conversationID == v.id {
			ids = append(ids, p.userID)
		}
	}
	return ids
}

func (st *store) mentioned(conversationID, userID int64) bool {
	return mentions.first(st, func(m *mention) bool { return m.conversationID == conversationID && m.userID == userID }) != nil
}

// assignable reports whether a user may act in an inbox: a member of it, or an
// administrator.
func (st *store) assignable(v *conversation, userID int64) bool {
	m := st.member(v.accountID, userID)
	return m != nil && (m.isAdmin() || st.inboxMember(v.inboxID, userID))
}

// join makes a user who may act in the inbox a participant.
func (v *conversation) join(st *store, userID int64) {
	if st.participant(v.id, userID) == nil && st.assignable(v, userID) {
		participants.insert(st, &participant{conversationID: v.id, userID: userID})
	}
}

func addAssigneeAsParticipant(c *ctx, e event) {
	if e.name != eventAssigneeChanged || e.conversation.assigneeID == nil {
		return
	}
	id := *e.conversation.assigneeID
	c.Later(func() { e.conversation.join(c.st, id) })
}

var mentionLink = regexp.MustCompile(`\(mention://user/(\d+)/`)

// noteMentions keeps who is named in a private note. They take part from then
// on.
func (c *ctx) noteMentions(v *conversation, m *message) {
	if !m.private || m.content == nil {
		return
	}
	for _, found := range mentionLink.FindAllStringSubmatch(*m.content, -1) {
		id, err := strconv.ParseInt(found[1], 10, 64)
		if err != nil || !c.st.assignable(v, id) {
			continue
		}
		c.Later(func() {
			if !c.st.mentioned(v.id, id) {
				mentions.insert(c.st, &mention{conversationID: v.id, userID: id})
			}
			v.join(c.st, id)
		})
	}
}

func (c *ctx) usersView(ids []int64) response {
	views := []object{}
	for _, id := range ids {
		u := users.find(c.st, id)
		if u == nil {
			stop(crash())
		}
		views = append(views, c.agentView(u))
	}
	return ok(views)
}

func listParticipants(c *ctx) response {
	return c.usersView(c.st.participantIDs(c.findConversation("conversation_id")))
}

// readParticipants reads user_ids. As with teams, the text of an id is not the
// id when the server compares, but finds the same user.
func (c *ctx) readParticipants() []memberID {
	values, isList := c.Params.List("user_ids")
	if !isList {
		stop(crash())
	}
	ids := []memberID{}
	for _, v := range values {
		_, asText := v.(string)
		ids = append(ids, memberID{id: intOrZero(v), asText: asText})
	}
	return ids
}

// newOnes lists the ids that the conversation does not have yet.
func newOnes(ids []memberID, current []int64) []int64 {
	var out []int64
	for _, m := range ids {
		if m.asText || !slices.Contains(current, m.id) {
			out = append(out, m.id)
		}
	}
	return out
}

// addParticipants answers with those who are new, also with users outside the
// inbox, who are not stored.
func addParticipants(c *ctx) response {
	v := c.findConversation("conversation_id")
	added := newOnes(c.readParticipants(), c.st.participantIDs(v))
	for _, id := range added {
		v.join(c.st, id)
	}
	return c.usersView(added)
}

// replaceParticipants answers with all, followed by users who could not be
// stored.
func replaceParticipants(c *ctx) response {
	v := c.findConversation("conversation_id")
	ids, current := c.readParticipants(), c.st.participantIDs(v)
	var refused []int64
	for _, id := range newOnes(ids, current) {
		v.join(c.st, id)
		if c.st.participant(v.id, id) == nil {
			refused = append(refused, id)
		}
	}
	for _, id := range current {
		if !slices.Contains(ids, memberID{id: id}) {
			participants.remove(c.st, c.st.participant(v.id, id))
		}
	}
	return c.usersView(append(c.st.participantIDs(v), refused...))
}

func removeParticipants(c *ctx) response {
	v := c.findConversation("conversation_id")
	for _, m := range c.readParticipants() {
		if p := c.st.participant(v.id, m.id); p != nil {
			participants.remove(c.st, p)
		}
	}
	return done()
}

func intOrZero(v any) int64 {
	if n := testserver.CastInt(v); n != nil {
		return *n
	}
	return 0
}
