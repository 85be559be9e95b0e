package konvertetest

import "slices"

// session is a place where a user is signed in.
type session struct {
	id     string
	userID int64
}

type sessionsKey struct{}

func (st *store) sessions() []session {
	all, _ := st.extra[sessionsKey{}].([]session)
	return all
}

func registerSessions(r *router) {
	r.get("undocumented:profile-sessions", "/api/v1/profile/sessions", listSessions, shape())
	r.delete("undocumented:profile-session-delete", "/api/v1/profile/sessions/{id}", deleteSession, shape())
}

// SignIn signs a user in, as a real server does for its own web page, and
// returns the id of the session, "" when there is no such user. API tokens need
// no session. What real servers tell of a session was never seen: here it is the
// id alone.
func (s *Server) SignIn(userID int64) (sessionID string) {
	s.http.Do(func() {
		if users.find(s.st, userID) == nil {
			return
		}
		sessionID = randomText(22)
		s.st.extra[sessionsKey{}] = append(s.st.sessions(), session{id: sessionID, userID: userID})
	})
	return sessionID
}

func listSessions(c *ctx) response {
	own := []object{}
	for _, one := range c.st.sessions() {
		if one.userID == c.user.id {
			own = append(own, obj("id", one.id))
		}
	}
	return ok(own)
}

func deleteSession(c *ctx) response {
	all := c.st.sessions()
	i := slices.Index(all, session{id: c.Path["id"], userID: c.user.id})
	if i < 0 {
		return notFound()
	}
	c.st.extra[sessionsKey{}] = slices.Delete(all, i, i+1)
	return done()
}
