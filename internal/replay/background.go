package main

import (
	"encoding/json"
	"regexp"

	"github.com/konverte-go/konverte/internal/testserver"
)

// What the recorded servers did in the background shows earlier or later than
// on the test server, which does it at once when the answer is made:
//
//   - Activity messages ("Assigned to …"). In lists of messages they may stand
//     elsewhere between the others, and the newest may be missing; as the last
//     message of a conversation they may be another one. Their texts are
//     compared where both sides show them.
//   - Webhooks of inboxes to addresses that the recorded server could not reach,
//     or that answered with an error, made messages fail, sooner or later. The
//     test server sends none.
//
//   - Conversations with an activity message last may stand elsewhere in lists
//     that are sorted by activity.
//   - The size of a picture is null until a job has read it.
//   - That a contact's picture was fetched is noted when a job has tried to.
//
// Every other message and conversation has to be where it was.

// isMessage reports whether a value is a message.
func isMessage(v any) bool {
	o, isObject := v.(testserver.Object)
	if !isObject {
		return false
	}
	_, typed := o.Get("message_type")
	_, hasContent := o.Get("content")
	return typed && hasContent
}

func isActivity(v any) bool {
	const activity = "2"
	o, _ := v.(testserver.Object)
	kind, _ := o.Get("message_type")
	return kind == json.Number(activity)
}

func areMessages(values []any) bool {
	for _, v := range values {
		if !isMessage(v) {
			return false
		}
	}
	return true
}

// settleMessages puts the activity messages of two lists at the same places
// and drops those that only one of them has.
func settleMessages(recorded, server []any) (r, s []any) {
	taken := make([]bool, len(server))
	match := func(want any, same func(v any) bool) int {
		for i, v := range server {
			if !taken[i] && isActivity(v) == isActivity(want) && same(v) {
				taken[i] = true
				return i
			}
		}
		return -1
	}
	for _, want := range recorded {
		i := match(want, func(v any) bool { return !isActivity(want) || contentOf(v) == contentOf(want) })
		switch {
		case i >= 0:
			r, s = append(r, want), append(s, server[i])
		case !isActivity(want):
			r = append(r, want)
		}
	}
	for i, v := range server {
		if !taken[i] && !isActivity(v) {
			s = append(s, v)
		}
	}
	return r, s
}

func contentOf(v any) string {
	o, _ := v.(testserver.Object)
	value, _ := o.Get("content")
	return text(value)
}

// lastMayDiffer reports whether the last messages of a conversation cannot be
// compared, because an activity message of either side came in between.
func lastMayDiffer(recorded, server []any) bool {
	if len(recorded) > 1 || len(server) > 1 {
		return false
	}
	activity := false
	for _, v := range append(append([]any{}, recorded...), server...) {
		activity = activity || isActivity(v)
	}
	if len(recorded) == 1 && len(server) == 1 && contentOf(recorded[0]) == contentOf(server[0]) {
		return false
	}
	return activity
}

// areConversations reports whether a list is one of whole conversations.
func areConversations(values []any) bool {
	for _, v := range values {
		o, _ := v.(testserver.Object)
		if _, whole := o.Get("last_non_activity_message"); !whole {
			return false
		}
	}
	return len(values) > 1
}

// endsInActivity reports whether the last message of a conversation is an
// activity message.
func endsInActivity(v any) bool {
	o, _ := v.(testserver.Object)
	value, _ := o.Get("messages")
	rows, _ := value.([]any)
	return len(rows) == 1 && isActivity(rows[0])
}

// settleConversations moves the conversations that end in an activity message
// to where they are in the recording.
func (c *comparison) settleConversations(recorded, server []any) []any {
	partner := map[int]int{}
	for i, r := range recorded {
		for k, s := range server {
			if (endsInActivity(r) || endsInActivity(s)) && c.sameRow(r, s) {
				partner[i] = k
			}
		}
	}
	moved := make([]bool, len(server))
	for _, k := range partner {
		moved[k] = true
	}
	var out []any
	next := 0
	for i := range recorded {
		k, movable := partner[i]
		for !movable && next < len(server) && moved[next] {
			next++
		}
		switch {
		case movable:
			out = append(out, server[k])
		case next < len(server):
			out = append(out, server[next])
			next++
		}
	}
	for ; next < len(server); next++ {
		if !moved[next] {
			out = append(out, server[next])
		}
	}
	return out
}

// sameRow reports whether two rows have ids that are known to be the same.
func (c *comparison) sameRow(recorded, server any) bool {
	r, _ := recorded.(testserver.Object)
	s, _ := server.(testserver.Object)
	a, _ := r.Get("id")
	b, _ := s.Get("id")
	x, isNumber := a.(json.Number)
	y, alsoNumber := b.(json.Number)
	if !isNumber || !alsoNumber {
		return false
	}
	m, errM := x.Int64()
	n, errN := y.Int64()
	return errM == nil && errN == nil && c.names.recorded[n] == m && m != 0
}

// pictureSizes are the keys of an attachment that a job fills.
var pictureSizes = map[string]bool{"width": true, "height": true}

// fetchNotes are the keys of a contact's attributes that a job sets.
var fetchNotes = map[string]bool{"avatar_url_hash": true, "last_avatar_sync_at": true}

// sizeMayDiffer reports whether two values of a picture's size may be apart:
// one of them is not there yet, or both are sizes, since the recording does not
// hold the picture.
func sizeMayDiffer(key string, beside testserver.Object, recorded, server any) bool {
	_, attachment := beside.Get("data_url")
	return pictureSizes[key] && attachment && (recorded == nil || server == nil || typeName(recorded) == typeName(server))
}

// unreachable is how servers say that they could not deliver a webhook.
var unreachable = regexp.MustCompile(`^(Failed to open TCP connection|Network is unreachable|Timed out|Server broke connection|Connection refused|execution expired)|^\d{3} |getaddrinfo`)

// undelivered remembers, by their recorded ids, the messages whose webhook
// failed.
type undelivered map[json.Number]bool

// settleDelivery takes the failure of a webhook out of a recorded message when
// the test server's says nothing of it.
func (u undelivered) settleDelivery(recorded, server testserver.Object) testserver.Object {
	status, _ := recorded.Get("status")
	here, _ := server.Get("status")
	if status != "failed" || here != "sent" {
		return recorded
	}
	id, _ := recorded.Get("id")
	number, _ := id.(json.Number)
	v, _ := recorded.Get("content_attributes")
	attributes, _ := v.(testserver.Object)
	reason, _ := attributes.Get("external_error")
	if !unreachable.MatchString(text(reason)) && !u[number] {
		return recorded
	}
	u[number] = true
	out := recorded.Clone()
	out.Set("status", "sent")
	attributes = attributes.Clone()
	attributes.Delete("external_error")
	out.Set("content_attributes", attributes)
	return out
}
