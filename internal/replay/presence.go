package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// presenceLasts is how long a server takes a contact for online after a sign
// of life.
const presenceLasts = 20 * time.Second

// noteSigns gives contacts the signs of life that the recording does not hold:
// they came over the real-time connection, of which it has no frames. A contact
// that an answer shows online, or that is not deleted because it is, must have
// given one before. A contact that is online on the test server and offline in
// the recording still differs, and so does all that hangs on being online: who
// is listed, and what is refused.
func (s *session) noteSigns(e *exchange) {
	if id, refused := refusedAsOnline(e); refused {
		s.noteSign(id)
	}
	v, err := testserver.ParseJSON(e.Response.Body)
	if err != nil {
		return
	}
	walk(v, func(o testserver.Object) {
		if id, online := onlineContact(o); online {
			s.noteSign(id)
		}
	})
}

// noteSign gives a contact, by its recorded id, a sign of life unless its last
// one still counts.
func (s *session) noteSign(id int64) {
	serverID := s.names.serverID("contact", id)
	last, seen := s.signs[serverID]
	if seen && s.now().Sub(last) < presenceLasts {
		return
	}
	s.signs[serverID] = s.now()
	s.server.ContactSeen(serverID)
}

var contactPath = regexp.MustCompile(`/contacts/(\d+)/?$`)

// refusedAsOnline is the id of a contact that was not deleted because it was
// online.
func refusedAsOnline(e *exchange) (id int64, refused bool) {
	found := contactPath.FindStringSubmatch(e.Request.Path)
	if e.Request.Method != http.MethodDelete || e.Response.Status != http.StatusUnprocessableEntity || found == nil {
		return 0, false
	}
	id, err := strconv.ParseInt(found[1], 10, 64)
	return id, err == nil && bytes.Contains(e.Response.Body, []byte(" is Online, "))
}

// onlineContact is the id of a contact that is shown online.
func onlineContact(o testserver.Object) (id int64, online bool) {
	status, _ := o.Get("availability_status")
	_, isContact := o.Get("identifier")
	value, _ := o.Get("id")
	number, _ := value.(json.Number)
	id, err := number.Int64()
	return id, err == nil && isContact && status == "online"
}
