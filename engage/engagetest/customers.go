package engagetest

import (
	"net/http"
	"net/mail"
	"regexp"
	"slices"
)

var customerRules = rules{
	handlers: map[string]handler{"importIdentity": importIdentity, "updateIdentityGroup": updateIdentityGroup, "mergeIdentityGroup": mergeIdentity},
	needs:    map[string][]string{"update_identity": {"mergeIdentityGroup"}},
	filters: map[string]func(*ctx, *record, string) bool{
		"getAllIdentities source_id": func(c *ctx, r *record, value string) bool {
			source := c.st.find("Source", value)
			return source != nil && source.text("community_id") == r.text("community_id")
		},
		"getAllIdentityGroups uuid": func(c *ctx, r *record, value string) bool {
			return slices.ContainsFunc(r.list("identity_ids"), func(id string) bool {
				identity := c.st.find("Identity", id)
				return identity != nil && identity.text("uuid") == value
			})
		},
	},
	orders: map[string]func(a, b *record) int{"Identity": newestFirst, "IdentityGroup": newestFirst},
}

var phone = regexp.MustCompile(`^\+?[0-9 ()-]{5,}$`)

// importIdentity makes an identity of an address or a phone number, or answers
// with the one that has it already.
func importIdentity(c *ctx) response {
	values := c.body(true)
	community := c.communityOf(values)
	identifier := textOf(values, "identifier")
	_, noAddress := mail.ParseAddress(identifier)
	if noAddress != nil && !phone.MatchString(identifier) {
		refuse("identifier", "is invalid")
	}
	known := c.st.where("Identity", func(r *record) bool {
		return r.text("community_id") == community.id && r.text("foreign_id") == identifier
	})
	if len(known) > 0 {
		if upsert, _ := values.Get("upsert"); upsert == true {
			known[0].assign(values)
			c.st.touch(known[0])
		}
		return answer(c.op.Status, c.view(known[0]))
	}
	r := &record{kind: "Identity", body: blank("Identity")}
	r.assign(values)
	r.set("community_id", community.id)
	r.set("foreign_id", identifier)
	r.set("type", community.text("type"))
	key := "email"
	if noAddress != nil {
		key = "home_phone"
	}
	r.set(key, identifier)
	c.st.insert(r)
	group := &record{kind: "IdentityGroup", body: blank("IdentityGroup")}
	group.assign(values)
	group.setList("identity_ids", []string{r.id})
	r.set("identity_group_id", c.st.insert(group).id)
	return answer(http.StatusCreated, c.view(r))
}

func (c *ctx) communityOf(values object) *record {
	id := textOf(values, "community_id")
	if source := c.st.find("Source", textOf(values, "source_id")); id == "" && source != nil {
		id = source.text("community_id")
	}
	r := c.st.find("Community", id)
	if r == nil {
		stop(notFound())
	}
	return r
}

func updateIdentityGroup(c *ctx) response {
	r := c.target()
	if c.st.busy(r.id) {
		stop(busy())
	}
	values := c.body(false)
	if given, sent := values.Get("custom_field_values"); sent {
		old, _ := r.get("custom_field_values").(object)
		merged := old.Clone()
		merged.Merge(given.(object))
		values.Set("custom_field_values", merged)
	}
	r.assign(values)
	c.st.touch(r)
	return c.ok(r)
}

// mergeIdentity moves an identity into the group.
func mergeIdentity(c *ctx) response {
	r := c.target()
	if c.st.busy(r.id) {
		stop(busy())
	}
	id := textOf(c.body(true), "associated_identity_id")
	if c.st.find("Identity", id) == nil {
		stop(notFound())
	}
	c.st.forget("IdentityGroup", "identity_ids", id)
	r.setList("identity_ids", append(r.list("identity_ids"), id))
	c.st.find("Identity", id).set("identity_group_id", r.id)
	c.st.touch(r)
	return c.ok(r)
}
