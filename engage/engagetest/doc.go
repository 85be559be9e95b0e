// Package engagetest is a RingCentral Engage Digital server for tests: it
// keeps the state of one domain in memory and answers as the vendor documents
// it and as recorded payloads show it.
//
//	srv := engagetest.NewServer(t)
//	req, _ := http.NewRequest("GET", srv.URL+"/1.0/users/me", nil)
//	req.Header.Set("Authorization", "Bearer "+srv.Token())
//
// A server starts with the four predefined roles, an administrator, an agent,
// two teams, two sources and a customer who has written on each of them (see
// Seed). It serves any client in any language at Server.URL. Server.Add makes
// what the API itself cannot make.
//
// Agents live as they do in a real domain. An invited one is pending until
// Server.AcceptInvitation, can be deleted until then, and only be disabled
// afterwards. A token acts as its user (Server.UserToken) with the flags of
// the user's role: flags that it lacks are not granted to roles, users with
// more permissions are out of its reach, and with manage_users_of_my_teams it
// reaches the members of teams that its user leads. The domain takes 500
// requests a minute (WithRateLimit).
//
// Threads are closed and contents sent in the background: the answer shows the
// state before, the next request that after (WithSlowJobs, Server.RunJobs).
//
// Faults are scripted for one operation, named by its id in the API
// description:
//
//	srv.Fault("inviteUser", engagetest.Status(502, "").Times(1))
//	srv.Fault("", engagetest.Delay(50*time.Millisecond))
//
// Server.Requests lists what arrived. A request that succeeds although it says
// something the real server would not understand, such as a misspelt field,
// fails the test; WithUnknownFields turns that off. The field is ignored in
// either case.
//
// # What is not known
//
// No live server was at hand. Where neither documentation nor recordings say
// more, the schemas of the API description are the only source. All 150
// operations answer in the shape of their schemas and keep what they are sent.
// Operation.Shape marks those for which there is hardly more than that: bots,
// communities, custom fields, identities and their groups, the reply
// assistant, surveys, tasks, time sheets, topologies, user capacities and
// webhooks. Webhooks are neither verified nor called, nothing is ever routed,
// and channels deliver nothing: what customers write comes from Server.Add. Of three predefined roles the flags are
// guesses, that of agents is recorded. Texts of error messages are guesses,
// except that of the rate limit, and so are most identifiers of errors. A
// search (q) knows a part of the keywords and answers 501 for the others. The
// OAuth pages of the web host are missing; uploaded files are served at
// Server.URL + "/attachments/{id}".
package engagetest
