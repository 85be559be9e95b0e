package konvertetest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

type portal struct {
	record
	accountID     int64
	name, slug    string
	color         *string
	customDomain  *string
	headerText    *string
	homepageLink  *string
	pageTitle     *string
	archived      *bool
	defaultLocale *string
	// locales are those allowed; nil for a configuration without any, which
	// the real server cannot show.
	locales []string
	// widgetID is the inbox of the linked widget.
	widgetID *int64
	logo     *ownedFile
}

var portals = newTable[portal]("portal")

var portalColumns = []string{
	"id", "account_id", "name", "slug", "custom_domain", "color", "homepage_link", "page_title", "header_text",
	"created_at", "updated_at", "config", "archived", "channel_web_widget_id",
}

func init() {
	helpCenters = append(helpCenters, func(st *store, id int64) (helpCenter, bool) {
		p := portals.find(st, id)
		if p == nil {
			return helpCenter{}, false
		}
		return helpCenter{name: p.name, slug: p.slug}, true
	})
}

func registerHelpCenter(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/portals", "/api/v1/accounts/{account_id}/portals/{id}"
	r.get("get-portal", all, listPortals)
	r.post("add-new-portal-to-account", all, createPortal, wrap("portal", portalColumns...))
	r.get("undocumented:portal-show", one, showPortal)
	r.patch("update-portal-to-account", one, updatePortal, wrap("portal", portalColumns...))
	r.delete("undocumented:portal-delete", one, deletePortal)
	r.patch("undocumented:portal-archive", one+"/archive", archivePortal)
	r.delete("undocumented:portal-logo-delete", one+"/logo", deletePortalLogo)
	r.get("undocumented:portal-ssl-status", one+"/ssl_status", showPortalSSL, shape())
	r.post("undocumented:portal-send-instructions", one+"/send_instructions", sendPortalInstructions, shape())
	registerCategories(r)
	registerArticles(r)
}

// permissionHelpCenter is what a custom role needs to change the help center.
const permissionHelpCenter = "knowledge_base_manage"

func (c *ctx) mayEditHelpCenter() {
	if !c.can(permissionHelpCenter) {
		stop(denied())
	}
}

// portalBySlug finds a portal of the account, nil when there is none.
func (c *ctx) portalBySlug(slug string) *portal {
	return portals.first(c.st, func(p *portal) bool { return p.accountID == c.account.id && p.slug == slug })
}

// findPortal ends the request when there is no such portal: the real server
// goes on with none and fails.
func (c *ctx) findPortal() *portal {
	p := c.portalBySlug(c.Path["id"])
	if p == nil {
		stop(c.missing())
	}
	return p
}

// portalView is a portal. articles are those that its counts are about, nil
// where the real server has none at hand.
func (c *ctx) portalView(p *portal, articles []*article) object {
	if p.locales == nil {
		stop(crash())
	}
	o := obj(
		"id", p.id, "color", p.color, "custom_domain", p.customDomain, "header_text", p.headerText,
		"homepage_link", p.homepageLink, "name", p.name, "page_title", p.pageTitle, "slug", p.slug,
		"archived", p.archived, "account_id", p.accountID, "config", c.portalConfig(p),
	)
	if in := c.portalWidget(p); in != nil {
		o.Set("inbox", c.inboxView(in))
	}
	if p.logo != nil {
		logo := c.ownedFileView(p.logo, "portal_id", p.id)
		if c.atLeast("4.15.1") {
			logo.Set("blob_id", p.logo.file.signed())
		}
		o.Set("logo", logo)
	}
	o.Set("meta", c.portalMeta(p, articles))
	return o
}

func (c *ctx) portalWidget(p *portal) *inbox {
	if p.widgetID == nil {
		return nil
	}
	return inboxes.find(c.st, *p.widgetID)
}

func (c *ctx) portalConfig(p *portal) object {
	locales := make([]object, len(p.locales))
	for i, code := range p.locales {
		locales[i] = obj(
			"code", code,
			"articles_count", len(c.articlesOf(p, func(a *article) bool { return a.locale == code })),
			"categories_count", len(c.categoriesOf(p, func(k *category) bool { return k.locale == code })),
		)
		if c.atLeast("4.15.1") {
			locales[i].Set("draft", false)
		}
	}
	o := obj("allowed_locales", locales)
	if c.atLeast("4.15.1") {
		o.Set("default_locale", p.mainLocale())
		o.Set("layout", "classic")
		o.Set("social_profiles", object{})
		o.Set("locale_translations", object{})
	}
	return o
}

// mainLocale is the portal's own language.
func (p *portal) mainLocale() string {
	if p.defaultLocale != nil {
		return *p.defaultLocale
	}
	return "en"
}

func (c *ctx) portalMeta(p *portal, articles []*article) object {
	o := obj("all_articles_count", len(articles), "archived_articles_count", nil, "published_count", nil, "draft_articles_count", nil)
	if articles != nil {
		o.Set("archived_articles_count", countStatus(articles, articleArchived))
		o.Set("published_count", countStatus(articles, articlePublished))
		o.Set("draft_articles_count", countStatus(articles, articleDraft))
	}
	if len(articles) > 0 {
		o.Set("mine_articles_count", c.countMine(articles))
	}
	o.Set("categories_count", len(c.categoriesOf(p, func(*category) bool { return true })))
	o.Set("default_locale", p.mainLocale())
	return o
}

func listPortals(c *ctx) response {
	rows := portals.where(c.st, func(p *portal) bool { return p.accountID == c.account.id })
	view := func(p *portal) object { return c.portalView(p, nil) }
	return ok(obj("payload", list(rows, view), "meta", obj("current_page", c.currentPage(), "portals_count", len(rows))))
}

// showPortal counts the articles, those of one language with locale. On the
// oldest servers agents may not see it.
func showPortal(c *ctx) response {
	if !c.atLeast("4.2.0") {
		c.mayEditHelpCenter()
	}
	p := c.findPortal()
	locale := c.Params.String("locale")
	return ok(c.portalView(p, c.articlesOf(p, func(a *article) bool { return locale == "" || a.locale == locale })))
}

func createPortal(c *ctx) response {
	c.adminOnly()
	params := c.require("portal")
	p := portal{accountID: c.account.id, archived: new(bool), locales: []string{"en"}}
	if c.atLeast("4.15.1") {
		color := "#1f93ff"
		p.color = &color
	}
	c.readPortal(params, &p)
	c.readPortalWidget(&p)
	c.parseCustomDomain(params, &p)
	c.checkPortal(&p).stopIf()
	portals.insert(c.st, &p)
	c.readPortalLogo(&p)
	return ok(c.portalView(&p, nil))
}

// parseCustomDomain reduces an address to its host. On older servers a portal
// without the key fails.
func (c *ctx) parseCustomDomain(params *params, p *portal) {
	v, _ := params.Get("custom_domain")
	text, isText := v.(string)
	if !isText {
		if c.bugs() && !c.atLeast("4.15.1") {
			stop(crash())
		}
		return
	}
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, " \t\n") {
		stop(crash())
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		host := u.Hostname()
		p.customDomain = &host
	}
}

// readPortal reads the columns. A configuration replaces the whole one.
func (c *ctx) readPortal(params *params, p *portal) {
	params.Into("name", &p.name)
	params.Into("slug", &p.slug)
	params.Into("color", &p.color)
	params.Into("custom_domain", &p.customDomain)
	params.Into("header_text", &p.headerText)
	params.Into("homepage_link", &p.homepageLink)
	params.Into("page_title", &p.pageTitle)
	params.Into("archived", &p.archived)
	for _, text := range []**string{&p.customDomain, &p.homepageLink} {
		if *text != nil && **text == "" {
			*text = nil
		}
	}
	config := params.Hash("config")
	if config == nil {
		return
	}
	p.defaultLocale, p.locales = nil, nil
	config.Into("default_locale", &p.defaultLocale)
	locales, _ := config.List("allowed_locales")
	for _, v := range locales {
		if text := testserver.CastString(v); text != nil {
			p.locales = append(p.locales, *text)
		}
	}
	if p.locales == nil && (!c.bugs() || c.atLeast("4.15.1")) {
		p.locales = []string{p.mainLocale()}
	}
	config.IgnoreAll()
}

// readPortalWidget links the inbox that stands beside the portal: only that of
// a website counts.
func (c *ctx) readPortalWidget(p *portal) {
	v, sent := c.Params.Get("inbox_id")
	if !sent {
		return
	}
	if testserver.Blank(v) {
		p.widgetID = nil
		return
	}
	in := inboxes.find(c.st, c.Params.Int("inbox_id"))
	if in == nil {
		stop(notFound())
	}
	if in.channelType == channelWidget {
		p.widgetID = &in.id
	}
}

// readPortalLogo attaches the uploaded file that stands beside the portal. An
// unknown one takes the logo away on older servers.
func (c *ctx) readPortalLogo(p *portal) {
	if c.Params.Blank("blob_id") {
		return
	}
	v, _ := c.Params.Get("blob_id")
	if b := c.storedFile(v); b != nil {
		p.logo = c.st.own(b)
	} else if !c.atLeast("4.15.1") {
		p.logo = nil
	}
}

func (c *ctx) checkPortal(p *portal) problems {
	var faults problems
	faults.checkLength("name", p.name, maxString)
	faults.checkLength("slug", p.slug, maxString)
	faults.checkLength("custom_domain", textOf(p.customDomain), maxString)
	faults.checkLength("color", textOf(p.color), maxString)
	faults.checkLength("homepage_link", textOf(p.homepageLink), maxString)
	faults.checkLength("page_title", textOf(p.pageTitle), maxString)
	faults.checkLength("header_text", textOf(p.headerText), maxText)
	for _, column := range []struct{ name, value string }{{"name", p.name}, {"slug", p.slug}} {
		if strings.TrimSpace(column.value) == "" {
			faults.add(column.name, "can't be blank")
		}
	}
	for other := range portals.all(c.st) {
		if other.id != p.id && p.slug != "" && other.slug == p.slug {
			faults.add("slug", "has already been taken")
		}
		if other.id != p.id && p.customDomain != nil && same(other.customDomain, p.customDomain) {
			faults.add("custom_domain", "has already been taken")
		}
	}
	return faults
}

func updatePortal(c *ctx) response {
	c.mayEditHelpCenter()
	p := c.findPortal()
	next := *p
	if !c.Params.Blank("portal") {
		c.readPortal(c.require("portal"), &next)
		c.readPortalWidget(&next)
	}
	c.Params.Ignore("inbox_id")
	if faults := c.checkPortal(&next); len(faults) > 0 {
		if c.atLeast("4.15.1") {
			return faults.fail()
		}
		return faults.failObject()
	}
	c.readPortalLogo(&next)
	*p = next
	portals.touch(c.st, p)
	return ok(c.portalView(p, nil))
}

func deletePortal(c *ctx) response {
	c.adminOnly()
	p := c.findPortal()
	articles.removeWhere(c.st, func(a *article) bool { return a.portalID == p.id })
	categories.removeWhere(c.st, func(k *category) bool { return k.portalID == p.id })
	portals.remove(c.st, p)
	return done()
}

// archivePortal never works on the real server, for nobody.
func archivePortal(c *ctx) response {
	if c.bugs() {
		return crash()
	}
	c.mayEditHelpCenter()
	p, yes := c.findPortal(), true
	p.archived = &yes
	portals.touch(c.st, p)
	return done()
}

func deletePortalLogo(c *ctx) response {
	c.mayEditHelpCenter()
	c.findPortal().logo = nil
	return done()
}

// needDomain ends the request for a portal without a domain of its own.
func (p *portal) needDomain() {
	if !filled(p.customDomain) {
		stop(failText(http.StatusUnprocessableEntity, "Custom domain is not configured"))
	}
}

// showPortalSSL finds every domain in order.
func showPortalSSL(c *ctx) response {
	c.mayEditHelpCenter()
	c.findPortal().needDomain()
	return ok(obj("status", "active", "verification_errors", nil))
}

// sendPortalInstructions sends no mail.
func sendPortalInstructions(c *ctx) response {
	c.mayEditHelpCenter()
	p := c.findPortal()
	if c.Params.Blank("email") {
		return failText(http.StatusUnprocessableEntity, "Email is required")
	}
	if !emailShape.MatchString(c.Params.String("email")) {
		return failText(http.StatusUnprocessableEntity, "Invalid email format")
	}
	p.needDomain()
	return ok(obj("message", "Instructions sent successfully"))
}
