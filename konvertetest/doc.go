// Package konvertetest is a Konverte Digital server for tests: it keeps its
// state in memory and answers as a live server of one of three versions does,
// bugs included.
//
//	srv := konvertetest.NewServer(t)
//	agents, err := srv.Client().Agents.List(t.Context())
//
// A server starts with one account, an administrator, an agent and a platform
// app (see Seed). Server.Client has the administrator's and the app's token;
// other clients, in any language, find the server at Server.URL and tokens in
// Server.AdminToken and its neighbours.
//
// Faults are scripted for one operation, named as in errors, for one path, or
// for everything:
//
//	srv.Fault("Agents.Create", konvertetest.Status(502, "").Times(1))
//	srv.Fault("GET /api/v1/profile", konvertetest.DropAfter())
//	srv.Fault("", konvertetest.Delay(50*time.Millisecond))
//
// What a real server does in the background is done here a moment later, or
// when Server.Settle is called.
//
// Server.Requests lists what arrived. A request that succeeds although it says
// something the real server would not understand, such as a misspelt field,
// fails the test; WithUnknownFields turns that off.
package konvertetest
