package engagetest

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

var otherRules = rules{
	handlers: map[string]handler{
		"createWebhook": createWebhook, "updateWebhook": updateWebhook,
		"createTopology": createTopology, "updateTopology": updateTopology, "activateTopology": activateTopology,
		"createUserCapacity": createCapacity, "updateUserCapacity": updateCapacity, "deleteUserCapacity": deleteCapacity,
		"createCustomField": createCustomField,
		"botComplete":       botComplete, "botEngage": botEngage, "handoverFromBotToAgent": botHandover,
	},
	needs: map[string][]string{
		"manage_topologies": {
			"getAllTopologies", "createTopology", "getTopology", "updateTopology", "deleteTopology", "activateTopology",
			"getAllUserCapacities", "createUserCapacity", "getUserCapacity", "updateUserCapacity", "deleteUserCapacity",
		},
		"manage_custom_fields": {"getAllCustomFields", "createCustomField", "getCustomField", "updateCustomField", "deleteCustomField"},
		"update_time_sheet":    {"createTimeSheet", "getTimeSheet", "updateTimeSheet", "deleteTimeSheet"},
		"manage_reply_assistant": {
			"getAllReplyAssistantEntries", "createReplyAssistantEntry", "getReplyAssistantEntry", "updateReplyAssistantEntry", "deleteReplyAssistantEntry",
			"getAllReplyAssistantGroups", "createReplyAssistantGroup", "getReplyAssistantGroup", "updateReplyAssistantGroup", "deleteReplyAssistantGroup",
			"getAllReplyAssistantVersions", "createReplyAssistantVersion", "getReplyAssistantVersion", "updateReplyAssistantVersion", "deleteReplyAssistantVersion",
		},
	},
	sight: map[string]func(*ctx, *record) bool{"Webhook": seesWebhook, "Folder": seesFolder},
	orders: map[string]func(a, b *record) int{
		"Topology": by("name"),
		"TimeSheet": func(a, b *record) int {
			return cmp.Or(trueFirst(a.flag("active"), b.flag("active")), by("label")(a, b))
		},
		"Webhook": func(a, b *record) int {
			return cmp.Or(trueFirst(a.flag("active"), b.flag("active")), cmp.Compare(a.seq, b.seq))
		},
		"CustomField": func(a, b *record) int {
			return cmp.Or(cmp.Compare(a.number("position"), b.number("position")), cmp.Compare(a.seq, b.seq))
		},
	},
}

func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// hiddenTokenID is the token that a webhook belongs to.
const hiddenTokenID = "token"

// seesWebhook shows webhooks of other tokens to those only who manage tokens.
func seesWebhook(c *ctx, r *record) bool {
	return c.can("manage_api_access_tokens") || r.hidden[hiddenTokenID] == nil || r.hidden[hiddenTokenID] == c.token.id
}

// checkWebhook does not call the address, as the real server does.
func (c *ctx) checkWebhook(self *record) func(object, *problems) {
	return func(values object, p *problems) {
		address := textOf(values, "url")
		if address != "" && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
			p.add("url", "is invalid")
		}
		if other := c.st.named("Webhook", "url", address); address != "" && other != nil && other != self && seesWebhook(c, other) {
			p.add("url", "has already been taken")
		}
		if events, sent := values.Get("registered_events"); sent && testserver.Blank(events) {
			p.add("registered_events", "can't be blank")
		}
	}
}

func createWebhook(c *ctx) response {
	values := c.body(true, c.checkWebhook(nil))
	r := &record{kind: "Webhook", body: blank("Webhook"), hidden: map[string]any{hiddenTokenID: c.token.id}}
	r.set("active", true)
	r.set("webhook_status", "ok")
	r.set("api_access_token", obj("id", c.token.id, "created_at", stamp(c.st.now), "updated_at", stamp(c.st.now)))
	r.assign(values)
	return c.ok(c.st.insert(r))
}

func updateWebhook(c *ctx) response {
	r := c.target()
	r.assign(c.body(false, c.checkWebhook(r)))
	c.st.touch(r)
	return c.ok(r)
}

// hiddenActive marks the active topology.
const hiddenActive = "active"

func planOf(values object) object {
	plan, _ := values.Get("json_config")
	o, _ := plan.(object)
	return o
}

func createTopology(c *ctx) response {
	values := c.body(true)
	r := &record{kind: "Topology", body: blank("Topology")}
	r.assign(values)
	if plan := planOf(values); plan != nil {
		r.set("config", plan)
	}
	return c.ok(c.st.insert(r))
}

func updateTopology(c *ctx) response {
	r := c.target()
	values := c.body(false)
	if r.is(hiddenActive) {
		refuse("", "An active topology cannot be changed")
	}
	r.assign(values)
	if plan := planOf(values); plan != nil {
		r.set("config", plan)
	}
	c.st.touch(r)
	return c.ok(r)
}

func activateTopology(c *ctx) response {
	r := c.target()
	for _, other := range c.st.all("Topology") {
		other.hidden[hiddenActive] = other == r
	}
	return c.ok(r)
}

// setChannels keeps the limits of a capacity: an answer names the channel
// group id, a request channel_id.
func setChannels(r *record, values object) {
	given, sent := values.Get("channels")
	if !sent {
		return
	}
	list := []any{}
	for _, v := range given.([]any) {
		in := record{body: v.(object)}
		list = append(list, obj("id", in.text("channel_id"), "default_capacity", in.get("default_capacity"), "max_capacity", in.get("max_capacity")))
	}
	r.set("channels", list)
}

func createCapacity(c *ctx) response {
	values := c.body(true)
	r := &record{kind: "UserCapacity", body: blank("UserCapacity")}
	r.set("name", textOf(values, "name"))
	setChannels(r, values)
	return c.ok(c.st.insert(r))
}

func updateCapacity(c *ctx) response {
	r := c.target()
	values := c.body(false)
	if name := textOf(values, "name"); name != "" {
		r.set("name", name)
	}
	setChannels(r, values)
	c.st.touch(r)
	return c.ok(r)
}

func deleteCapacity(c *ctx) response {
	r := c.target()
	c.st.remove(r)
	for _, u := range c.st.where("User", func(u *record) bool { return u.text("user_capacity_id") == r.id }) {
		u.set("user_capacity_id", nil)
	}
	return c.ok(r)
}

var noKey = regexp.MustCompile(`[^a-z0-9]+`)

// createCustomField derives the key from the label where none is given.
func createCustomField(c *ctx) response {
	values := c.body(true)
	if textOf(values, "key") == "" {
		values.Set("key", strings.Trim(noKey.ReplaceAllString(strings.ToLower(textOf(values, "label")), "_"), "_"))
	}
	owner, key := textOf(values, "associated_type_name"), textOf(values, "key")
	taken := c.st.where("CustomField", func(r *record) bool {
		return r.text("associated_type_name") == owner && r.text("key") == key
	})
	if len(taken) > 0 {
		refuse("key", "has already been taken")
	}
	r := &record{kind: "CustomField", body: blank("CustomField")}
	r.assign(values)
	return c.ok(c.st.insert(r))
}

// seesFolder hides folders that are restricted to others.
func seesFolder(c *ctx, r *record) bool {
	return admits(r, "user_restriction", c.user.id) && admits(r, "role_restriction", c.user.text("role_id")) &&
		admits(r, "team_restriction", c.user.list("team_ids")...)
}

// admits reports whether a restriction is empty or names one of the ids.
func admits(r *record, restriction string, ids ...string) bool {
	o, _ := r.get(restriction).(object)
	only := listOf(o, "only")
	return len(only) == 0 || slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(only, id) })
}

func success() response {
	return answer(http.StatusOK, obj("status", http.StatusOK, "message", "Success"))
}

// openIntervention finds the intervention that a bot names.
func (c *ctx) openIntervention(values object) *record {
	r := c.st.find("Intervention", textOf(values, "intervention_id"))
	if r == nil || r.flag("closed") {
		refuse("intervention_id", "must be an open intervention")
	}
	return r
}

func botComplete(c *ctx) response {
	values := c.body(true)
	r := c.openIntervention(values)
	c.st.closeIntervention(r)
	c.st.touch(r)
	thread := c.st.find("Thread", r.text("thread_id"))
	c.recategorize(thread, values)
	if shut, _ := values.Get("close_thread"); shut == true && thread != nil {
		thread.set("closed", true)
	}
	return success()
}

func (c *ctx) recategorize(thread *record, values object) {
	if ids, sent := values.Get("thread_category_ids"); sent && thread != nil {
		thread.set("thread_category_ids", ids)
	}
}

func botEngage(c *ctx) response { return c.ok(c.engage(c.user.id)) }

func botHandover(c *ctx) response {
	values := c.body(true)
	if textOf(values, "from") == textOf(values, "to") {
		refuse("to", "must differ from from")
	}
	if textOf(values, "intervention_id") != "" {
		c.recategorize(c.st.find("Thread", c.openIntervention(values).text("thread_id")), values)
	}
	return success()
}
