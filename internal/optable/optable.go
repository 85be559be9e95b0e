// Package optable lists the operations of both APIs as their descriptions have
// them, for tests, test servers and documents. Nothing that a user's program links
// imports it.
package optable

import "strings"

// Entry is one operation.
type Entry struct {
	ID, Group     string
	Service, Name string // the Go method is Service.Name
	Method, Path  string
	Documented    string // method and path of the public description, where they differ
	Auth          string
	Idempotent    bool
	Paging        string
	Seen          []string // versions that have it, nil for all
	Body, Query   []string // keys that are sent
}

// GoName is the operation as errors show it: "Agents.Create".
func (e *Entry) GoName() string {
	return e.Service + "." + strings.ToUpper(e.Name[:1]) + e.Name[1:]
}

// IDOf is the id of the operation that goes by an id or a Go name, "" for none.
func IDOf(table []Entry, name string) string {
	for i := range table {
		if e := &table[i]; name == e.ID || name == e.GoName() {
			return e.ID
		}
	}
	return ""
}
