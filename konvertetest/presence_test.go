package konvertetest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestContactSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	identifier := in(t, d.must(fmt.Sprintf("GET inboxes/%d", d.inbox), ""), "inbox_identifier")
	status, answer := call(t, d.srv, "", fmt.Sprintf("POST /public/api/v1/inboxes/%s/contacts", identifier), `{"name":"caio"}`)
	require.Equal(t, 200, status, answer)
	id := answerID(t, answer)
	online := func() any { return in(t, d.must("GET contacts/active", ""), "meta", "count") }
	assert.EqualValues(t, 0, online(), "calls of the public API are no sign of life")

	d.srv.ContactSeen(id + 1000)
	assert.EqualValues(t, 0, online(), "no such contact")

	d.srv.ContactSeen(id)
	active := d.must("GET contacts/active", "")
	assert.EqualValues(t, id, in(t, active, "payload", "0", "id"))
	assert.Equal(t, "online", in(t, active, "payload", "0", "availability_status"))
	d.clock.advance(20*time.Second - time.Millisecond)
	status, v := d.as(d.srv.AdminToken(), fmt.Sprintf("DELETE contacts/%d", id), "")
	assert.Equal(t, 422, status)
	assert.Equal(t, "Caio is Online, please try again later", in(t, v, "message"))

	d.clock.advance(time.Millisecond)
	assert.EqualValues(t, 0, online(), "20 s later")
	d.must(fmt.Sprintf("DELETE contacts/%d", id), "")
}
