// Package testserver is the machinery behind the test servers of this module:
// a loopback HTTP listener, a router, request parsing in the manner of Rails,
// scripted faults, a request log and JSON with an explicit key order.
//
// It knows no API. A test server hands it a list of routes and the answers for
// what no route takes; see package konvertetest for the first one.
package testserver
