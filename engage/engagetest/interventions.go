package engagetest

import "slices"

var interventionRules = rules{
	handlers: map[string]handler{
		"createIntervention": createIntervention, "updateIntervention": updateIntervention, "cancelIntervention": cancelIntervention,
		"closeIntervention": closeIntervention, "reassignIntervention": reassignIntervention,
		"categorizeIntervention": categorizeIntervention, "createInterventionComment": createComment, "deleteInterventionComment": deleteComment,
	},
	needs: map[string][]string{"update_intervention": {"reassignIntervention"}},
	sight: map[string]func(*ctx, *record) bool{"Intervention": onReadableSource, "InterventionComment": seesComment},
	filters: map[string]func(*ctx, *record, string) bool{
		"getAllInterventions status": func(_ *ctx, r *record, value string) bool { return slices.Contains(statesOf(r), value) },
	},
	orders: map[string]func(a, b *record) int{"Intervention": newestFirst, "InterventionComment": newestFirst},
}

func seesComment(c *ctx, r *record) bool {
	intervention := c.st.find("Intervention", r.text("intervention_id"))
	return intervention != nil && c.visible(intervention)
}

// statesOf lists the states by which an intervention is found.
func statesOf(r *record) []string {
	switch {
	case r.flag("closed"):
		return []string{"closed"}
	case r.get("deferred_at") != nil:
		return []string{"active", "deferred"}
	case r.get("closed_at") != nil:
		return []string{"active", "reopened"}
	default:
		return []string{"active", "opened"}
	}
}

// createIntervention opens an intervention on a content, or opens the one
// again that it had.
func createIntervention(c *ctx) response { return c.ok(c.engage(c.user.id)) }

func (c *ctx) engage(userID string) *record {
	id := textOf(c.body(true), "content_id")
	content := c.st.find("Content", id)
	if content == nil || !c.visible(content) {
		stop(notFound())
	}
	r := c.st.find("Intervention", content.text("intervention_id"))
	switch {
	case r == nil:
		r = c.st.insert(&record{kind: "Intervention", body: blank("Intervention")})
		for _, key := range []string{"source_id", "thread_id", "identity_group_id"} {
			r.set(key, content.get(key))
		}
		r.set("content_id", content.id)
		r.set("identity_id", content.get("author_id"))
		content.set("intervention_id", r.id)
		c.countIntervention(content)
	case !r.flag("closed"):
		refuse("content_id", "has an open intervention already")
	}
	r.set("closed", false)
	r.set("status", "Opened")
	r.set("user_id", orNull(userID))
	content.set("status", "assigned")
	c.st.touch(r)
	return r
}

func (c *ctx) countIntervention(content *record) {
	if thread := c.st.find("Thread", content.text("thread_id")); thread != nil {
		thread.set("interventions_count", thread.number("interventions_count")+1)
	}
}

func updateIntervention(c *ctx) response {
	r := c.target()
	values := c.body(false)
	if given, sent := values.Get("custom_field_values"); sent {
		fields, _ := r.get("custom_fields").(object)
		fields.Merge(given.(object))
		r.set("custom_fields", fields)
	}
	c.st.touch(r)
	return c.ok(r)
}

func cancelIntervention(c *ctx) response {
	r := c.target()
	switch {
	case c.st.busy(r.id):
		stop(busy())
	case r.flag("closed"):
		stop(forbidden("The intervention is closed"))
	case r.number("user_replies_count") > 0:
		stop(forbidden("The intervention has answers"))
	}
	return c.inBackground(r, func() { c.st.dropIntervention(r) })
}

func (st *store) dropIntervention(r *record) {
	st.remove(r)
	for _, content := range st.where("Content", func(o *record) bool { return o.text("intervention_id") == r.id }) {
		content.set("intervention_id", nil)
		content.set("status", "new")
	}
}

func closeIntervention(c *ctx) response {
	r := c.target()
	switch {
	case c.st.busy(r.id):
		stop(busy())
	case r.flag("closed"):
		stop(forbidden("The intervention is closed already"))
	case r.text("user_id") != c.user.id && !c.can("update_intervention"):
		stop(forbidden("The intervention belongs to somebody else"))
	case r.number("user_replies_count") == 0:
		stop(forbidden("The intervention has no answer"))
	}
	return c.inBackground(r, func() { c.st.closeIntervention(r) })
}

func (st *store) closeIntervention(r *record) {
	r.set("closed", true)
	r.set("closed_at", stamp(st.now))
	r.set("status", "Closed")
}

func reassignIntervention(c *ctx) response {
	r := c.target()
	r.assign(c.body(true))
	c.st.touch(r)
	return c.ok(r)
}

func categorizeIntervention(c *ctx) response {
	r := c.target()
	r.assign(c.body(true, c.checkSelectable))
	c.st.touch(r)
	return c.ok(r)
}

// createComment is by the user who is named, or by whoever asks.
func createComment(c *ctx) response {
	values := c.body(true)
	intervention := c.st.find("Intervention", textOf(values, "intervention_id"))
	if intervention == nil || !c.visible(intervention) {
		stop(notFound())
	}
	r := &record{kind: "InterventionComment", body: blank("InterventionComment")}
	r.set("user_id", c.user.id)
	r.set("thread_id", intervention.get("thread_id"))
	r.assign(values)
	intervention.set("comments_count", intervention.number("comments_count")+1)
	return c.ok(c.st.insert(r))
}

func deleteComment(c *ctx) response {
	r := c.target()
	if intervention := c.st.find("Intervention", r.text("intervention_id")); intervention != nil {
		intervention.set("comments_count", intervention.number("comments_count")-1)
	}
	c.st.remove(r)
	return c.ok(r)
}
