package konvertetest

func registerArticlesBulk(r *router, bulk string) {
	r.delete("undocumented:articles-bulk-delete-articles", bulk+"/delete_articles", deleteArticles, shape())
	r.post("undocumented:articles-bulk-translate", bulk+"/translate", translateArticles, shape())
	r.patch("undocumented:articles-bulk-update-category", bulk+"/update_category", setArticlesCategory, shape())
	r.patch("undocumented:articles-bulk-update-status", bulk+"/update_status", setArticlesStatus, shape())
}

// bulkArticles are the articles of the portal that the request names. It ends
// the request when there are none, or when one is not of the portal.
func (c *ctx) bulkArticles(p *portal) []*article {
	c.mayEditHelpCenter()
	if c.Params.Blank("ids") {
		stop(missingParam("ids"))
	}
	ids, _ := c.idParams("ids")
	rows := make([]*article, len(ids))
	for i, id := range ids {
		rows[i] = articles.find(c.st, id)
		if rows[i] == nil || rows[i].portalID != p.id {
			stop(notFound())
		}
	}
	return rows
}

func deleteArticles(c *ctx) response {
	articles.remove(c.st, c.bulkArticles(c.articlePortal())...)
	return done()
}

// translateArticles has nobody to translate: no article follows.
func translateArticles(c *ctx) response {
	p := c.articlePortal()
	c.bulkArticles(p)
	if c.Params.Blank("locale") {
		return missingParam("locale")
	}
	c.Params.Ignore("category_id")
	return done()
}

// setArticlesCategory gives the articles the language of their new category
// too, and a place behind those it has.
func setArticlesCategory(c *ctx) response {
	p := c.articlePortal()
	rows := c.bulkArticles(p)
	if c.Params.Blank("category_id") {
		return missingParam("category_id")
	}
	k := categories.find(c.st, c.Params.Int("category_id"))
	if k == nil || k.portalID != p.id {
		return notFound()
	}
	for _, a := range rows {
		if same(a.categoryID, &k.id) {
			continue
		}
		a.categoryID, a.locale = &k.id, k.locale
		a.position = c.lastPosition(a)
		articles.touch(c.st, a)
	}
	return done()
}

func setArticlesStatus(c *ctx) response {
	rows := c.bulkArticles(c.articlePortal())
	status, known := enum(c.Params, "status", articleStatuses...)
	if !known {
		return crash()
	}
	if status == nil {
		return missingParam("status")
	}
	for _, a := range rows {
		a.status = status
		articles.touch(c.st, a)
	}
	return done()
}
