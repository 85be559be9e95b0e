package konvertetest

import (
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

type dashboardApp struct {
	record
	accountID int64
	title     string
	content   []any
}

var dashboardApps = newTable[dashboardApp]("dashboard app")

var dashboardAppColumns = []string{"id", "title", "content", "account_id", "user_id", "created_at", "updated_at"}

func init() {
	appsInUse["dashboard_apps"] = func(c *ctx) bool {
		return dashboardApps.first(c.st, func(a *dashboardApp) bool { return a.accountID == c.account.id }) != nil
	}
}

func registerDashboardApps(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/dashboard_apps", "/api/v1/accounts/{account_id}/dashboard_apps/{id}"
	r.get("undocumented:dashboard-app-list", all, listDashboardApps)
	r.post("undocumented:dashboard-app-create", all, createDashboardApp, wrap("dashboard_app", dashboardAppColumns...))
	r.get("undocumented:dashboard-app-show", one, showDashboardApp)
	r.patch("undocumented:dashboard-app-update", one, updateDashboardApp, wrap("dashboard_app", dashboardAppColumns...))
	r.delete("undocumented:dashboard-app-delete", one, deleteDashboardApp)
}

func dashboardAppView(a *dashboardApp) object {
	return obj("id", a.id, "title", a.title, "content", a.content, "created_at", iso(a.createdAt))
}

func (c *ctx) findDashboardApp() *dashboardApp {
	a := dashboardApps.find(c.st, c.id("id"))
	if a == nil || a.accountID != c.account.id {
		stop(notFound())
	}
	return a
}

func listDashboardApps(c *ctx) response {
	rows := dashboardApps.where(c.st, func(a *dashboardApp) bool { return a.accountID == c.account.id })
	return ok(list(rows, dashboardAppView))
}

func showDashboardApp(c *ctx) response { return ok(dashboardAppView(c.findDashboardApp())) }

func createDashboardApp(c *ctx) response {
	a := dashboardApp{accountID: c.account.id}
	if !c.readDashboardApp(&a) {
		if c.bugs() {
			return crash()
		}
		var faults problems
		faults.add("title", "can't be blank")
		return faults.fail()
	}
	return ok(dashboardAppView(dashboardApps.insert(c.st, &a)))
}

// readDashboardApp reads and checks the columns; titled is false when there is
// no title, which only the database minds.
func (c *ctx) readDashboardApp(a *dashboardApp) (titled bool) {
	p := c.require("dashboard_app")
	var title *string
	titled = a.id != 0
	if p.Into("title", &title) {
		titled = title != nil
	}
	if title != nil {
		a.title = *title
	}
	if frames, sent := p.List("content"); sent {
		a.content = permitFrames(frames)
	}
	var faults problems
	faults.checkLength("title", a.title, maxString)
	if !soundFrames(a.content) {
		faults.add("content", ": Invalid data")
	}
	faults.stopIf()
	return titled
}

func permitFrames(frames []any) []any {
	out := []any{}
	for _, v := range frames {
		h, isHash := v.(*params)
		if !isHash {
			continue
		}
		frame := object{}
		for _, key := range []string{"url", "type"} {
			if value, sent := h.Get(key); sent {
				frame.Set(key, testserver.AsJSON(value))
			}
		}
		out = append(out, frame)
	}
	return out
}

// soundFrames reports whether there is a frame, and each has an address.
func soundFrames(frames []any) bool {
	for _, v := range frames {
		kind, _ := v.(object).Get("type")
		address, _ := v.(object).Get("url")
		text, _ := address.(string)
		if kind != "frame" || !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
			return false
		}
	}
	return len(frames) > 0
}

func updateDashboardApp(c *ctx) response {
	a := c.findDashboardApp()
	next := *a
	if !c.readDashboardApp(&next) {
		return crash()
	}
	*a = next
	dashboardApps.touch(c.st, a)
	return ok(dashboardAppView(a))
}

func deleteDashboardApp(c *ctx) response {
	dashboardApps.remove(c.st, c.findDashboardApp())
	return noContent()
}
