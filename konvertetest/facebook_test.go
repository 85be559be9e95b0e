package konvertetest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFacebookPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const register = "POST callbacks/register_facebook_page"
	const page = `{"user_access_token":"u","page_access_token":"p","page_id":77,"inbox_name":"Pagina"}`
	status, v := d.as(d.srv.AgentToken(), register, page)
	require.Equal(t, 200, status, "agents may: %v", v)
	assert.Equal(t, "77", in(t, v, "page_id"))
	id := int64(in(t, v, "id").(float64))
	shown := d.must(fmt.Sprintf("GET inboxes/%d", id), "")
	assert.Equal(t, "Channel::FacebookPage", in(t, shown, "channel_type"))
	assert.Equal(t, "77", in(t, shown, "page_id"))
	assert.Equal(t, in(t, v, "channel_id"), in(t, shown, "channel_id"))

	failing := map[string]string{
		"the page has an inbox": page,
		"no page":               `{"user_access_token":"u","page_access_token":"p","inbox_name":"Pagina"}`,
		"no token":              `{"user_access_token":"u","page_id":"78","inbox_name":"Pagina"}`,
		"no name":               `{"user_access_token":"u","page_access_token":"p","page_id":"78","inbox_name":" "}`,
	}
	for name, body := range failing {
		status, _ := d.as(d.srv.AdminToken(), register, body)
		assert.Equal(t, 500, status, name)
	}
	assert.Len(t, in(t, d.must("GET inboxes", ""), "payload"), 2, "what fails leaves nothing behind")

	status, _ = d.as(d.srv.AdminToken(), "POST callbacks/reauthorize_page", fmt.Sprintf(`{"inbox_id":%d,"omniauth_token":"t"}`, d.inbox))
	assert.Equal(t, 422, status, "no page of Facebook")
	status, _ = d.as(d.srv.AdminToken(), "POST callbacks/reauthorize_page", fmt.Sprintf(`{"inbox_id":%d,"omniauth_token":"t"}`, id))
	assert.Equal(t, 500, status, "Facebook is out of reach")
	status, _ = d.as(d.srv.AdminToken(), "POST callbacks/facebook_pages", `{"omniauth_token":"t"}`)
	assert.Equal(t, 500, status)
}
