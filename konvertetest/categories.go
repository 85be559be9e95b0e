package konvertetest

import (
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// category groups the articles of one language of a portal.
type category struct {
	record
	accountID, portalID int64
	name, slug          string
	locale              string
	description         *string
	position            *int64
	icon, iconColor     *string
	parentID, rootID    *int64
	related             []int64
}

var categories = newTable[category]("category")

var categoryColumns = []string{
	"id", "account_id", "portal_id", "name", "description", "position", "created_at", "updated_at", "locale", "slug",
	"parent_category_id", "associated_category_id", "icon", "icon_color",
}

func registerCategories(r *router) {
	const all = "/api/v1/accounts/{account_id}/portals/{portal_id}/categories"
	r.get("undocumented:category-list", all, listCategories)
	r.post("add-new-category-to-account", all, createCategory, wrap("category", categoryColumns...))
	r.get("undocumented:category-show", all+"/{id}", showCategory)
	r.patch("undocumented:category-update", all+"/{id}", updateCategory, wrap("category", categoryColumns...))
	r.delete("undocumented:category-delete", all+"/{id}", deleteCategory)
	r.post("undocumented:category-reorder", all+"/reorder", reorderCategories, shape())
}

func (c *ctx) categoriesOf(p *portal, wanted func(*category) bool) []*category {
	return categories.where(c.st, func(k *category) bool { return k.portalID == p.id && wanted(k) })
}

// categoryPortal is the portal of a category's path. Older servers fail
// without one.
func (c *ctx) categoryPortal() *portal {
	p := c.portalBySlug(c.Path["portal_id"])
	if p == nil && c.atLeast("4.15.1") {
		stop(notFound())
	}
	if p == nil {
		stop(c.missing())
	}
	return p
}

func (c *ctx) findCategory() *category {
	p := c.categoryPortal()
	k := categories.find(c.st, c.id("id"))
	if k == nil || k.portalID != p.id {
		stop(notFound())
	}
	return k
}

// categoryBrief is a category inside another one.
func categoryBrief(k *category) object {
	return obj(
		"id", k.id, "name", k.name, "slug", k.slug, "locale", k.locale, "description", k.description,
		"position", k.position, "account_id", k.accountID,
	)
}

func (c *ctx) categoryView(k *category) object {
	o := categoryBrief(k)
	o.Set("icon", k.icon)
	if c.atLeast("4.15.1") {
		o.Set("icon_color", k.iconColor)
	}
	var related []object
	for _, id := range k.related {
		if other := categories.find(c.st, id); other != nil {
			related = append(related, categoryBrief(other))
		}
	}
	if len(related) > 0 {
		o.Set("related_categories", related)
	}
	for _, link := range []struct {
		key string
		id  *int64
	}{{"parent_category", k.parentID}, {"root_category", k.rootID}} {
		if link.id == nil {
			continue
		}
		if other := categories.find(c.st, *link.id); other != nil {
			o.Set(link.key, categoryBrief(other))
		}
	}
	count := articles.where(c.st, func(a *article) bool { return a.categoryID != nil && *a.categoryID == k.id })
	o.Set("meta", obj("articles_count", len(count)))
	return o
}

const categoriesPage = 25

// listCategories counts only the page it shows.
func listCategories(c *ctx) response {
	p := c.categoryPortal()
	locale := c.Params.String("locale")
	rows := c.categoriesOf(p, func(k *category) bool { return locale == "" || k.locale == locale })
	slices.SortStableFunc(rows, func(a, b *category) int { return byPosition(a.position, b.position) })
	shown := page(c, rows, categoriesPage, func(a, b *category) bool { return byPosition(a.position, b.position) == 0 })
	return ok(obj("payload", list(shown, c.categoryView), "meta", obj("current_page", c.currentPage(), "categories_count", len(shown))))
}

// byPosition orders positions, none last.
func byPosition(a, b *int64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	default:
		return int(max(-1, min(1, *a-*b)))
	}
}

func showCategory(c *ctx) response {
	c.mayEditHelpCenter()
	return ok(obj("payload", c.categoryView(c.findCategory())))
}

func createCategory(c *ctx) response {
	c.mayEditHelpCenter()
	p := c.categoryPortal()
	none := ""
	k := category{accountID: c.account.id, portalID: p.id, locale: "en", icon: &none, iconColor: &none}
	c.readCategory(p, &k)
	return ok(obj("payload", c.categoryView(categories.insert(c.st, &k))))
}

func updateCategory(c *ctx) response {
	c.mayEditHelpCenter()
	k := c.findCategory()
	next := *k
	c.readCategory(c.categoryPortal(), &next)
	*k = next
	categories.touch(c.st, k)
	return ok(obj("payload", c.categoryView(k)))
}

// readCategory reads and checks the columns. Related categories count only
// inside the wrapper.
func (c *ctx) readCategory(p *portal, k *category) {
	params := c.require("category")
	c.Params.Ignore("related_category_ids")
	params.Into("name", &k.name)
	params.Into("slug", &k.slug)
	params.Into("locale", &k.locale)
	params.Into("description", &k.description)
	params.Into("position", &k.position)
	params.Into("icon", &k.icon)
	if c.atLeast("4.15.1") {
		params.Into("icon_color", &k.iconColor)
	}
	params.Into("parent_category_id", &k.parentID)
	params.Into("associated_category_id", &k.rootID)
	if ids, sent := params.List("related_category_ids"); sent && len(ids) > 0 {
		k.related = nil
		for _, v := range ids {
			n := testserver.CastInt(v)
			if n == nil {
				continue
			}
			if other := categories.find(c.st, *n); other != nil && other.portalID == p.id {
				k.related = append(k.related, other.id)
			}
		}
	}
	c.checkCategory(p, k).stopIf()
}

func (c *ctx) checkCategory(p *portal, k *category) problems {
	var faults problems
	faults.checkLength("name", k.name, maxString)
	faults.checkLength("description", textOf(k.description), maxText)
	faults.checkLength("locale", k.locale, maxString)
	faults.checkLength("slug", k.slug, maxString)
	faults.checkLength("icon", textOf(k.icon), maxString)
	for _, column := range []struct{ name, value string }{{"slug", k.slug}, {"name", k.name}} {
		if strings.TrimSpace(column.value) == "" {
			faults.add(column.name, "can't be blank")
		}
	}
	if !slices.Contains(p.locales, k.locale) {
		quoted := make([]string, len(p.locales))
		for i, code := range p.locales {
			quoted[i] = `"` + code + `"`
		}
		faults.add("locale", k.locale+" of category is not part of portal's ["+strings.Join(quoted, ", ")+"].")
	}
	taken := c.categoriesOf(p, func(o *category) bool { return o.id != k.id && o.slug == k.slug && o.locale == k.locale })
	if len(taken) > 0 {
		faults.add("locale", "should be unique in the category and portal")
	}
	return faults
}

// deleteCategory leaves the articles without one.
func deleteCategory(c *ctx) response {
	c.mayEditHelpCenter()
	k := c.findCategory()
	for a := range articles.all(c.st) {
		if a.categoryID != nil && *a.categoryID == k.id {
			a.categoryID = nil
		}
	}
	categories.remove(c.st, k)
	return done()
}

func reorderCategories(c *ctx) response {
	c.mayEditHelpCenter()
	p := c.categoryPortal()
	return reorder(c, func(id int64) (position **int64, of *record) {
		k := categories.find(c.st, id)
		if k == nil || k.portalID != p.id {
			return nil, nil
		}
		return &k.position, &k.record
	})
}
