package engagetest

import "slices"

var categoryRules = rules{
	handlers: map[string]handler{
		"createCategory": createCategory, "updateCategory": updateCategory, "deleteCategory": deleteCategory,
		"createTag": createTag, "updateTag": updateTag, "deleteTag": deleteTag,
	},
	needs: map[string][]string{
		"manage_categories": {"createCategory", "updateCategory", "deleteCategory"},
		"manage_tags":       {"updateTag", "deleteTag"},
	},
	orders: map[string]func(a, b *record) int{"Tag": by("name")},
}

func createCategory(c *ctx) response {
	r := &record{kind: "Category", body: blank("Category")}
	r.assign(c.body(true))
	return c.ok(c.st.insert(r))
}

func updateCategory(c *ctx) response {
	r := c.target()
	r.assign(c.body(false, func(values object, p *problems) {
		if c.st.below(textOf(values, "parent_id"), r.id) {
			p.add("parent_id", "must not be below the category itself")
		}
	}))
	c.st.touch(r)
	return c.ok(r)
}

// below reports whether a category is another one or stands below it. It ends
// also where Server.Change has made a circle.
func (st *store) below(id, top string) bool {
	for range st.records["Category"] {
		if id == top {
			return true
		}
		r := st.find("Category", id)
		if r == nil {
			return false
		}
		id = r.text("parent_id")
	}
	return false
}

// categorised are the kinds of records that have category_ids.
var categorised = []string{"User", "Content", "Thread", "Intervention", "ReplyAssistantEntry", "Survey"}

// deleteCategory puts another category in place of the removed one where one
// is given. Its children move up.
func deleteCategory(c *ctx) response {
	r, heir := c.target(), c.Params.String("take_over_category_id")
	if heir != "" && (heir == r.id || c.st.find("Category", heir) == nil) {
		refuse("take_over_category_id", "must exist")
	}
	c.st.remove(r)
	for _, child := range c.st.where("Category", func(o *record) bool { return o.text("parent_id") == r.id }) {
		child.set("parent_id", r.get("parent_id"))
	}
	for _, kind := range categorised {
		c.st.replaceID(kind, "category_ids", r.id, heir)
	}
	c.st.replaceID("Thread", "thread_category_ids", r.id, heir)
	return c.ok(r)
}

// replaceID puts an id in place of another one in a list of all records of a
// kind; with no new id the old one is taken out.
func (st *store) replaceID(kind, key, old, id string) {
	for _, r := range st.all(kind) {
		ids := r.list(key)
		i := slices.Index(ids, old)
		if i < 0 {
			continue
		}
		ids = slices.Delete(ids, i, i+1)
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		r.setList(key, ids)
	}
}

func (c *ctx) uniqueTag(self *record) func(object, *problems) {
	return func(values object, p *problems) {
		if other := c.st.named("Tag", "name", textOf(values, "name")); other != nil && other != self {
			p.add("name", "has already been taken")
		}
	}
}

func createTag(c *ctx) response {
	r := &record{kind: "Tag", body: blank("Tag")}
	r.assign(c.body(true, c.uniqueTag(nil)))
	return c.ok(c.st.insert(r))
}

func updateTag(c *ctx) response {
	r := c.target()
	r.assign(c.body(true, c.uniqueTag(r)))
	c.st.touch(r)
	return c.ok(r)
}

func deleteTag(c *ctx) response {
	r := c.target()
	c.st.remove(r)
	c.st.forget("IdentityGroup", "tag_ids", r.id)
	return c.ok(r)
}
