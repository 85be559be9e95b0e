package konvertetest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/konverte-go/konverte/konvertetest"
)

func TestAssistants(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"4.2.0", "4.15.1"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, konvertetest.WithVersion(version))
			const all = "captain/assistants"
			id := d.create(all, `{"name":"Ana","description":"d","config":{"product_name":"Loja","temperature":0.5}}`, "id")
			second := d.create(all, `{"assistant":{"name":"Bia","description":"d"}}`, "id")
			one := fmt.Sprintf("%s/%d", all, id)

			status, v := d.as(d.srv.AdminToken(), "POST "+all, `{"name":" "}`)
			assert.Equal(t, 422, status)
			assert.Equal(t, "Name can't be blank, Description can't be blank", in(t, v, "message"))
			status, _ = d.as(d.srv.AgentToken(), "PATCH "+one, `{"name":"x"}`)
			assert.Equal(t, 401, status)
			changed := d.must("PATCH "+one, `{"config":{"instructions":"Seja breve"}}`)
			assert.Equal(t, map[string]any{"instructions": "Seja breve"}, in(t, changed, "config"), "replaced as a whole")
			assert.Equal(t, "Ana", in(t, changed, "name"))
			listed := d.must("GET "+all, "")
			assert.EqualValues(t, second, in(t, listed, "payload", "0", "id"), "newest first")
			assert.EqualValues(t, 2, in(t, listed, "meta", "total_count"))
			status, _ = d.as(d.srv.AgentToken(), "POST "+one+"/playground", `{"message_content":"Oi"}`)
			assert.Equal(t, 500, status, "no model")

			d.checkAssistantInboxes(one, second)
		})
	}
}

// checkAssistantInboxes connects an assistant and the desk's inbox; other is a
// second assistant.
func (d *desk) checkAssistantInboxes(one string, other int64) {
	d.Helper()
	asks := fmt.Sprintf("GET conversations/%d/inbox_assistant", d.conversation(""))
	body := fmt.Sprintf(`{"inbox":{"inbox_id":%d}}`, d.inbox)
	assert.Nil(d, in(d.T, d.must(asks, ""), "assistant"))
	assert.EqualValues(d, d.inbox, in(d.T, d.must("POST "+one+"/inboxes", body), "id"))
	assert.Equal(d, "Ana", in(d.T, d.must(asks, ""), "assistant", "name"))
	assert.EqualValues(d, d.inbox, in(d.T, d.must("GET "+one+"/inboxes", ""), "payload", "0", "id"))

	failing := map[string]int{body: 422, `{"inbox":{"inbox_id":1}}`: 404, fmt.Sprintf(`{"inbox_id":%d}`, d.inbox): 422}
	for sent, want := range failing {
		status, _ := d.as(d.srv.AdminToken(), fmt.Sprintf("POST captain/assistants/%d/inboxes", other), sent)
		assert.Equal(d, want, status, sent)
	}
	remove := fmt.Sprintf("DELETE %s/inboxes/%d", one, d.inbox)
	for _, want := range []int{204, 404} {
		status, _ := d.as(d.srv.AdminToken(), remove, "")
		assert.Equal(d, want, status)
	}
	d.must("POST "+one+"/inboxes", body)
	status, _ := d.as(d.srv.AdminToken(), "DELETE "+one, "")
	assert.Equal(d, 204, status)
	assert.Nil(d, in(d.T, d.must(asks, ""), "assistant"), "gone with the assistant")
}
