package konvertetest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Statuses of an article, in the order of their numbers.
const (
	articleDraft     = "draft"
	articlePublished = "published"
	articleArchived  = "archived"
)

var articleStatuses = []string{articleDraft, articlePublished, articleArchived}

type article struct {
	record
	accountID, portalID int64
	categoryID          *int64
	authorID            *int64
	rootID              *int64
	title, slug         string
	content             string
	description         *string
	locale              string
	status              *string
	position            *int64
	meta                object
}

var articles = newTable[article]("article")

var articleColumns = []string{
	"id", "account_id", "portal_id", "category_id", "folder_id", "title", "description", "content", "status", "views",
	"created_at", "updated_at", "author_id", "associated_article_id", "meta", "slug", "position", "locale",
}

func registerArticles(r *router) {
	const all = "/api/v1/accounts/{account_id}/portals/{portal_id}/articles"
	r.get("undocumented:article-list", all, listArticles)
	r.post("add-new-article-to-account", all, createArticle, wrap("article", articleColumns...))
	r.get("undocumented:article-show", all+"/{id}", showArticle)
	r.patch("undocumented:article-update", all+"/{id}", updateArticle, wrap("article", articleColumns...))
	r.delete("undocumented:article-delete", all+"/{id}", deleteArticle)
	r.post("undocumented:article-reorder", all+"/reorder", reorderArticles)
	registerArticlesBulk(r, all+"/bulk_actions")
}

func (c *ctx) articlesOf(p *portal, wanted func(*article) bool) []*article {
	return articles.where(c.st, func(a *article) bool { return a.portalID == p.id && wanted(a) })
}

func countStatus(rows []*article, status string) int {
	n := 0
	for _, a := range rows {
		if a.status != nil && *a.status == status {
			n++
		}
	}
	return n
}

// countMine counts the caller's articles.
func (c *ctx) countMine(rows []*article) int {
	n := 0
	for _, a := range rows {
		if c.user != nil && a.authorID != nil && *a.authorID == c.user.id {
			n++
		}
	}
	return n
}

// articlePortal is the portal of an article's path.
func (c *ctx) articlePortal() *portal {
	p := c.portalBySlug(c.Path["portal_id"])
	if p == nil {
		stop(notFound())
	}
	return p
}

func (c *ctx) findArticle(p *portal) *article {
	a := articles.find(c.st, c.id("id"))
	if a == nil || a.portalID != p.id {
		stop(notFound())
	}
	return a
}

func (c *ctx) articleCategory(a *article) *category {
	if a.categoryID == nil {
		return nil
	}
	return categories.find(c.st, *a.categoryID)
}

func (c *ctx) articleView(a *article) object {
	o := obj(
		"id", a.id, "slug", a.slug, "title", a.title, "content", a.content, "description", a.description,
		"status", a.status, "position", a.position, "account_id", a.accountID, "updated_at", epoch(a.updatedAt),
		"meta", orEmpty(a.meta), "category", c.articleCategoryView(a), "views", nil,
	)
	c.setAuthor(&o, a)
	translations := articles.where(c.st, func(t *article) bool { return t.rootID != nil && *t.rootID == a.id })
	if len(translations) > 0 {
		o.Set("associated_articles", list(translations, c.associatedArticleView))
	}
	return o
}

func (c *ctx) articleCategoryView(a *article) object {
	o := obj("id", a.categoryID, "name", nil, "slug", nil, "locale", nil)
	if c.atLeast("4.15.1") {
		o.Set("icon", nil)
		o.Set("icon_color", nil)
	}
	k := c.articleCategory(a)
	if k == nil {
		return o
	}
	o.Set("name", k.name)
	o.Set("slug", k.slug)
	o.Set("locale", k.locale)
	if c.atLeast("4.15.1") {
		o.Set("icon", k.icon)
		o.Set("icon_color", k.iconColor)
	}
	return o
}

func (c *ctx) setAuthor(o *object, a *article) {
	if a.authorID == nil {
		return
	}
	if u := users.find(c.st, *a.authorID); u != nil {
		o.Set("author", c.agentView(u))
	}
}

// associatedArticleView is an article beside the one that it translates.
func (c *ctx) associatedArticleView(a *article) object {
	o := obj(
		"id", a.id, "category_id", a.categoryID, "title", a.title, "content", a.content, "description", a.description,
		"status", a.status, "account_id", a.accountID, "portal", c.portalView(portals.find(c.st, a.portalID), nil), "views", nil,
	)
	c.setAuthor(&o, a)
	return o
}

const articlesPage = 25

// listArticles counts without regard to status and author.
func listArticles(c *ctx) response {
	p := c.articlePortal()
	params := c.Params
	all := c.articlesOf(p, func(*article) bool { return true })
	slug, locale, query := params.String("category_slug"), params.String("locale"), params.String("query")
	found := slices.DeleteFunc(slices.Clone(all), func(a *article) bool {
		k := c.articleCategory(a)
		return slug != "" && (k == nil || k.slug != slug) || locale != "" && a.locale != locale || !a.matches(query)
	})
	rows := c.articlesByParams(found)
	tied := func(a, b *article) bool { return a.updatedAt.Equal(b.updatedAt) }
	if slug != "" {
		slices.SortStableFunc(rows, func(a, b *article) int { return byPosition(a.position, b.position) })
		tied = func(a, b *article) bool { return byPosition(a.position, b.position) == 0 }
	} else {
		slices.Reverse(rows)
		slices.SortStableFunc(rows, func(a, b *article) int { return b.updatedAt.Compare(a.updatedAt) })
	}
	return ok(obj("payload", list(page(c, rows, articlesPage, tied), c.articleView), "meta", obj(
		"all_articles_count", len(all), "archived_articles_count", countStatus(found, articleArchived),
		"articles_count", len(found), "current_page", c.currentPage(), "draft_articles_count", countStatus(found, articleDraft),
		"mine_articles_count", c.countMine(found), "published_count", countStatus(found, articlePublished),
	)))
}

// articlesByParams keeps the articles of the status and of the author that the
// request names. A status may be a number; nothing has an unknown one.
func (c *ctx) articlesByParams(rows []*article) []*article {
	status := c.Params.String("status")
	if i := slices.Index([]string{"0", "1", "2"}, status); i >= 0 {
		status = articleStatuses[i]
	}
	author := c.Params.Int("author_id")
	byAuthor := !c.Params.Blank("author_id")
	return slices.DeleteFunc(slices.Clone(rows), func(a *article) bool {
		return status != "" && (a.status == nil || *a.status != status) || byAuthor && (a.authorID == nil || *a.authorID != author)
	})
}

// words splits a text as the database's search does.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// matches reports whether every word of a query begins a word of the article.
func (a *article) matches(query string) bool {
	texts := words(a.title + " " + textOf(a.description) + " " + a.content)
	for _, wanted := range words(query) {
		if !slices.ContainsFunc(texts, func(word string) bool { return strings.HasPrefix(word, wanted) }) {
			return false
		}
	}
	return strings.TrimSpace(query) == "" || len(words(query)) > 0
}

func showArticle(c *ctx) response {
	p := c.articlePortal()
	c.mayEditHelpCenter()
	return ok(obj("payload", c.articleView(c.findArticle(p))))
}

// createArticle stores a draft; only newer servers take another status. An
// unknown article to go with it is noticed when the new one is stored, and on
// older servers has its status not yet.
func createArticle(c *ctx) response {
	p := c.articlePortal()
	c.mayEditHelpCenter()
	params := c.require("article")
	a := article{accountID: c.account.id, portalID: p.id, locale: "en"}
	c.readArticle(params, &a)
	c.checkArticle(p, &a)
	if a.slug == "" {
		a.slug = fmt.Sprintf("%d-%s", c.Now.Unix(), parameterize(a.title))
	}
	c.checkArticleSlug(&a)
	if a.position == nil {
		a.position = c.lastPosition(&a)
	}
	draft := articleDraft
	if a.status == nil && c.atLeast("4.15.1") {
		a.status = &draft
	}
	articles.insert(c.st, &a)
	if id := params.Int("associated_article_id"); !params.Blank("associated_article_id") {
		c.associateArticle(p, &a, id)
	}
	if !c.atLeast("4.15.1") {
		a.status = &draft
	}
	return ok(obj("payload", c.articleView(&a)))
}

// associateArticle hangs an article under the one that the other one stands
// under, or under the other one.
func (c *ctx) associateArticle(p *portal, a *article, id int64) {
	root := articles.find(c.st, id)
	if root == nil || root.portalID != p.id {
		stop(notFound())
	}
	a.rootID = &root.id
	if root.rootID != nil {
		a.rootID = root.rootID
	}
}

// positionStep lies between the positions of new articles.
const positionStep = 10

// lastPosition is behind the last article of the same category.
func (c *ctx) lastPosition(a *article) *int64 {
	last := int64(0)
	for other := range articles.all(c.st) {
		if other.accountID == a.accountID && other.id != a.id && same(other.categoryID, a.categoryID) && other.position != nil {
			last = max(last, *other.position)
		}
	}
	last += positionStep
	return &last
}

// readArticle reads the columns.
func (c *ctx) readArticle(params *params, a *article) {
	params.Ignore("associated_article_id", "views")
	params.Into("title", &a.title)
	params.Into("slug", &a.slug)
	params.Into("content", &a.content)
	params.Into("description", &a.description)
	params.Into("category_id", &a.categoryID)
	params.Into("author_id", &a.authorID)
	params.Into("position", &a.position)
	params.Into("locale", &a.locale)
	status, known := enum(params, "status", articleStatuses...)
	if !known {
		stop(crash())
	}
	if status != nil {
		a.status = status
	}
	if meta := params.Hash("meta"); meta != nil {
		a.meta = permitMeta(meta)
	}
}

func permitMeta(meta *params) object {
	out := object{}
	for _, key := range meta.Keys() {
		v, _ := meta.Get(key)
		list, isList := v.([]any)
		switch {
		case key == "tags" && isList:
			out.Set(key, plainValues(list))
		case (key == "title" || key == "description") && !isList:
			out.Set(key, testserver.AsJSON(v))
		}
	}
	meta.IgnoreAll()
	return out
}

// checkArticle checks the columns and sets the language, which is that of the
// category.
func (c *ctx) checkArticle(p *portal, a *article) {
	if k := c.articleCategory(a); k != nil {
		a.locale = k.locale
	}
	if strings.TrimSpace(a.locale) == "" {
		a.locale = p.mainLocale()
	}
	var faults problems
	faults.checkLength("title", a.title, maxString)
	faults.checkLength("description", textOf(a.description), maxText)
	faults.checkLength("content", a.content, maxText)
	faults.checkLength("slug", a.slug, maxString)
	faults.checkLength("locale", a.locale, maxString)
	if a.authorID == nil || users.find(c.st, *a.authorID) == nil {
		faults.add("author", "must exist")
	}
	if a.authorID == nil {
		faults.add("author_id", "can't be blank")
	}
	if strings.TrimSpace(a.title) == "" {
		faults.add("title", "can't be blank")
	}
	if strings.TrimSpace(a.content) == "" && !c.atLeast("4.15.1") {
		faults.add("content", "can't be blank")
	}
	faults.stopIf()
}

// checkArticleSlug fails as the database does: slugs are unique on the whole
// server.
func (c *ctx) checkArticleSlug(a *article) {
	if articles.first(c.st, func(o *article) bool { return o.id != a.id && o.slug == a.slug }) == nil {
		return
	}
	if c.bugs() {
		stop(crash())
	}
	var faults problems
	faults.add("slug", "has already been taken")
	faults.stopIf()
}

var (
	capitals   = regexp.MustCompile(`([A-Z\d]+)([A-Z][a-z])`)
	lowerUpper = regexp.MustCompile(`([a-z\d])([A-Z])`)
	notSlug    = regexp.MustCompile(`[^a-z0-9\-_]+`)
	manyDashes = regexp.MustCompile(`-{2,}`)
)

// parameterize makes a piece of a URL of a title.
func parameterize(title string) string {
	text := capitals.ReplaceAllString(title, "${1}_$2")
	text = lowerUpper.ReplaceAllString(text, "${1}_$2")
	text = strings.ReplaceAll(strings.ToLower(text), "-", "_")
	text = notSlug.ReplaceAllString(folds.Replace(text), "-")
	return strings.Trim(manyDashes.ReplaceAllString(text, "-"), "-")
}

func updateArticle(c *ctx) response {
	p := c.articlePortal()
	c.mayEditHelpCenter()
	a := c.findArticle(p)
	if c.Params.Blank("article") {
		return ok(obj("payload", c.articleView(a)))
	}
	next := *a
	c.readArticle(c.require("article"), &next)
	c.checkArticle(p, &next)
	c.checkArticleSlug(&next)
	if !same(next.categoryID, a.categoryID) {
		next.position = c.lastPosition(&next)
	}
	articles.save(c.st, a, next)
	return ok(obj("payload", c.articleView(a)))
}

func deleteArticle(c *ctx) response {
	p := c.articlePortal()
	c.mayEditHelpCenter()
	articles.remove(c.st, c.findArticle(p))
	return done()
}

// reorderArticles sets positions. Older servers fail without any.
func reorderArticles(c *ctx) response {
	p := c.articlePortal()
	c.mayEditHelpCenter()
	if c.Params.Hash("positions_hash") == nil && c.bugs() && !c.atLeast("4.15.1") {
		return crash()
	}
	return reorder(c, func(id int64) (position **int64, of *record) {
		a := articles.find(c.st, id)
		if a == nil || a.portalID != p.id {
			return nil, nil
		}
		return &a.position, &a.record
	})
}

// reorder sets the positions that the request gives by id, all or none. find
// returns nil for what is not of the portal.
func reorder(c *ctx, find func(id int64) (position **int64, of *record)) response {
	positions := c.Params.Hash("positions_hash")
	if positions == nil {
		return done()
	}
	for _, key := range positions.Keys() {
		if _, of := find(testserver.LeadingInt(key)); of == nil {
			return notFound()
		}
	}
	for _, key := range positions.Keys() {
		position, of := find(testserver.LeadingInt(key))
		positions.Into(key, position)
		of.updatedAt = c.Now
	}
	return done()
}
