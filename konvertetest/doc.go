// Package konvertetest is a Konverte Digital server for tests: it keeps its
// state in memory and answers as a live server of one of three versions does,
// bugs included.
//
//	srv := konvertetest.NewServer(t)
//	req, _ := http.NewRequest("GET", srv.URL+"/api/v1/profile", nil)
//	req.Header.Set("Api-Access-Token", srv.AdminToken())
//
// A server starts with one account, an administrator, an agent and a platform
// app (see Seed). It serves any client in any language at Server.URL.
//
// Faults are scripted for one operation, named by its id in the API
// description:
//
//	srv.Fault("add-new-agent-to-account", konvertetest.Status(502, "").Times(1))
//	srv.Fault("", konvertetest.Delay(50*time.Millisecond))
//
// Server.Requests lists what arrived. A request that succeeds although it says
// something the real server would not understand, such as a misspelt field,
// fails the test; WithUnknownFields turns that off.
package konvertetest
