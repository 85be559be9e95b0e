package konvertetest

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerIntegrations(r *router) {
	const base = "/api/v1/accounts/{account_id}/integrations"
	r.get("get-details-of-all-integrations", base+"/apps", listIntegrationApps)
	r.get("undocumented:integration-app-show", base+"/apps/{id}", showIntegrationApp)

	const hooks, hook = base + "/hooks", base + "/hooks/{id}"
	r.post("create-an-integration-hook", hooks, createHook, wrap("hook"))
	r.patch("update-an-integrations-hook", hook, updateHook, wrap("hook"))
	r.delete("delete-an-integration-hook", hook, deleteHook)
	r.get("undocumented:integration-hook-show", hook, noAction, withoutToken())
	r.post("undocumented:integration-hook-process-event", hook+"/process_event", processHookEvent)
	registerServices(r, base)
}

// noAction is a route that the real server has without anything behind it. The
// public API always answers in JSON.
func noAction(c *ctx) response {
	c.Params.IgnoreAll()
	if strings.HasPrefix(c.Route.Pattern, "/public/") {
		return railsError(404)
	}
	return c.srv.noRoute(c.Exchange)
}

// integrationHook connects an account, or one of its inboxes, to an app.
type integrationHook struct {
	record
	accountID   int64
	appID       string
	inboxID     *int64
	hookType    string
	status      string
	settings    object
	referenceID *string
}

const hookEnabled = "enabled"

var integrationHooks = newTable[integrationHook]("hook")

// integrationApps are the apps of each version as an administrator sees them,
// without what hangs on the account.
//
//go:embed integration_apps.json
var integrationApps []byte

var parseIntegrationApps = sync.OnceValue(func() map[string][]object {
	v, err := testserver.ParseJSON(integrationApps)
	if err != nil {
		panic(err)
	}
	out := map[string][]object{}
	for _, m := range v.(object) {
		for _, app := range m.Value.([]any) {
			out[m.Key] = append(out[m.Key], app.(object))
		}
	}
	return out
})

func (c *ctx) integrationApps() []object { return parseIntegrationApps()[versions[c.cfg.version]] }

// integrationApp finds an app by its id, nil for none.
func (c *ctx) integrationApp(id string) object {
	for _, app := range c.integrationApps() {
		if textKey(app, "id") == id {
			return app
		}
	}
	return nil
}

// textKey is a text of a free-form object, "" when it has none.
func textKey(o object, key string) string {
	v, _ := o.Get(key)
	text, _ := v.(string)
	return text
}

// unconfigured are the apps that need keys of the installation: lists leave
// them out, and nothing else does.
var unconfigured = []string{"slack", "linear", "shopify"}

func listIntegrationApps(c *ctx) response {
	out := []object{}
	for _, app := range c.integrationApps() {
		flag := textKey(app, "feature_flag")
		if slices.Contains(unconfigured, textKey(app, "id")) || flag != "" && !c.account.features[flag] {
			continue
		}
		out = append(out, c.integrationAppView(app))
	}
	return ok(obj("payload", out))
}

func showIntegrationApp(c *ctx) response {
	app := c.integrationApp(c.Path["id"])
	switch {
	case app != nil:
		return ok(c.integrationAppView(app))
	case c.bugs():
		return crash()
	default:
		return notFound()
	}
}

// integrationAppView shows agents what an app is, and administrators how it is
// set up.
func (c *ctx) integrationAppView(app object) object {
	id := textKey(app, "id")
	known := []string{"id", "name", "description", "short_description"}
	o := object{}
	for _, m := range app {
		if slices.Contains(known, m.Key) {
			o.Set(m.Key, m.Value)
		}
	}
	o.Set("enabled", c.appEnabled(id))
	if c.isAdmin() {
		for _, m := range app {
			if !slices.Contains(known, m.Key) {
				o.Set(m.Key, m.Value)
			}
		}
		action := c.appAction(app)
		o.Set("action", action)
		o.Set("button", action)
	}
	hooks := integrationHooks.where(c.st, func(h *integrationHook) bool { return h.accountID == c.account.id && h.appID == id })
	o.Set("hooks", list(hooks, c.hookView))
	return o
}

// appAction is where an app is set up, null for none.
func (c *ctx) appAction(app object) any {
	v, _ := app.Get("action")
	text, isText := v.(string)
	if !isText {
		return nil
	}
	return strings.NewReplacer("{base}", c.srv.URL, "{account}", strconv.FormatInt(c.account.id, 10)).Replace(text)
}

// appsInUse tells of apps that are enabled by something else than a hook: by a
// webhook, and dashboard_apps by a dashboard app. Groups add theirs in an init.
var appsInUse = map[string]func(c *ctx) bool{
	"webhook": func(c *ctx) bool {
		return webhooks.first(c.st, func(w *webhook) bool { return w.accountID == c.account.id }) != nil
	},
}

func (c *ctx) appEnabled(id string) bool {
	if inUse := appsInUse[id]; inUse != nil {
		return inUse(c)
	}
	return c.accountHook(id) != nil
}

// accountHook is the first hook of the account for an app, nil for none.
func (c *ctx) accountHook(appID string) *integrationHook {
	return integrationHooks.first(c.st, func(h *integrationHook) bool {
		return h.accountID == c.account.id && h.appID == appID
	})
}

func (c *ctx) hookView(h *integrationHook) object {
	o := obj("id", h.id, "app_id", h.appID, "status", h.status == hookEnabled, "inbox", nil)
	if h.inboxID != nil {
		if in := inboxes.find(c.st, *h.inboxID); in != nil {
			o.Set("inbox", obj("id", in.id, "name", in.name))
		}
	}
	o.Set("account_id", h.accountID)
	o.Set("hook_type", h.hookType)
	if c.isAdmin() {
		o.Set("settings", c.shownSettings(h))
		o.Set("reference_id", h.referenceID)
	}
	return o
}

// shownSettings hides on newer servers what is secret.
func (c *ctx) shownSettings(h *integrationHook) object {
	if !c.atLeast("4.15.1") {
		return orEmpty(h.settings)
	}
	v, _ := c.integrationApp(h.appID).Get("visible_properties")
	visible, _ := v.([]any)
	out := object{}
	for _, m := range h.settings {
		if slices.Contains(visible, any(m.Key)) {
			out.Set(m.Key, m.Value)
		}
	}
	return out
}

func (c *ctx) findHook() *integrationHook {
	h := integrationHooks.find(c.st, c.id("id"))
	if h == nil || h.accountID != c.account.id {
		stop(notFound())
	}
	return h
}

func createHook(c *ctx) response {
	c.adminOnly()
	p := c.require("hook")
	h := integrationHook{accountID: c.account.id, status: hookEnabled, hookType: "account"}
	p.Into("app_id", &h.appID)
	p.Into("inbox_id", &h.inboxID)
	app := c.integrationApp(h.appID)
	if kind := textKey(app, "hook_type"); kind != "" {
		h.hookType = kind
	}
	c.readHook(&h, p)
	return ok(c.hookView(integrationHooks.insert(c.st, &h)))
}

func updateHook(c *ctx) response {
	h := c.findHook()
	c.adminOnly()
	next := *h
	p := c.require("hook")
	p.Ignore("app_id", "inbox_id")
	c.readHook(&next, p)
	*h = next
	integrationHooks.touch(c.st, h)
	return ok(c.hookView(h))
}

func (c *ctx) readHook(h *integrationHook, p *params) {
	if p.Has("status") {
		value, known := enum(p, "status", "disabled", hookEnabled)
		if !known {
			stop(crash())
		}
		h.status = ""
		if value != nil {
			h.status = *value
		}
	}
	if settings, sent := p.Object("settings"); sent {
		h.settings = settings
	}
	c.checkHook(h).stopIf()
}

func (c *ctx) checkHook(h *integrationHook) problems {
	var faults problems
	app := c.integrationApp(h.appID)
	if strings.TrimSpace(h.appID) == "" {
		faults.add("app_id", "can't be blank")
	}
	if h.hookType == "inbox" && h.inboxID == nil {
		faults.add("inbox_id", "can't be blank")
	}
	if schema, there := app.Get("settings_json_schema"); there && !fits(schema.(object), h.settings) {
		faults.add("settings", ": Invalid settings data")
	}
	if flag := textKey(app, "feature_flag"); flag != "" && !c.account.features[flag] {
		faults.add("feature_flag", "Feature not enabled")
	}
	several, _ := app.Get("allow_multiple_hooks")
	if other := c.accountHook(h.appID); other != nil && other.id != h.id && several != true {
		faults.add("app_id", "has already been taken")
	}
	return faults
}

// fits checks an object against the part of JSON Schema that the apps use:
// required keys, types, and no other keys.
func fits(schema, value object) bool {
	properties, _ := schema.Get("properties")
	types, _ := properties.(object)
	for _, m := range value {
		rule, known := types.Get(m.Key)
		if !known || !hasType(m.Value, textKey(rule.(object), "type")) {
			return false
		}
	}
	required, _ := schema.Get("required")
	keys, _ := required.([]any)
	return !slices.ContainsFunc(keys, func(key any) bool {
		_, there := value.Get(key.(string))
		return !there
	})
}

func hasType(v any, want string) bool {
	switch v := v.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case object:
		return want == "object"
	case json.Number:
		_, err := v.Int64()
		return want == "integer" && err == nil
	default:
		return false
	}
}

func deleteHook(c *ctx) response {
	h := c.findHook()
	c.adminOnly()
	integrationHooks.remove(c.st, h)
	return done()
}

func dropInboxHooks(st *store, inboxID int64) {
	integrationHooks.removeWhere(st, func(h *integrationHook) bool { return h.inboxID != nil && *h.inboxID == inboxID })
}

// hookEvents are what the one app with a processor understands.
var hookEvents = []string{
	"rephrase", "summarize", "reply_suggestion", "label_suggestion", "fix_spelling_grammar", "shorten", "expand",
	"make_friendly", "make_formal", "simplify",
}

// processHookEvent answers null for what the app does not understand. Its
// service is out of reach, which the real server answers with 500. Newer
// servers have no processor any more.
func processHookEvent(c *ctx) response {
	h := c.findHook()
	sent, _ := c.Params.Get("event")
	event, isHash := sent.(*params)
	if isHash {
		event.IgnoreAll()
	}
	if h.appID != "openai" || c.atLeast("4.15.1") {
		return failText(422, "No processor found")
	}
	if !isHash {
		return crash()
	}
	name := event.String("name")
	if !slices.Contains(hookEvents, name) || name == "label_suggestion" && !c.suggestsLabels(event) {
		return ok(obj("message", nil))
	}
	return crash()
}

// fewestForLabels is how many messages of the contact labels can be suggested
// for.
const fewestForLabels = 3

func (c *ctx) suggestsLabels(event *params) bool {
	data := event.Hash("data")
	if data == nil {
		return false
	}
	v := c.st.conversationByNumber(c.account.id, data.Int("conversation_display_id"))
	if v == nil {
		return false
	}
	n := 0
	for _, m := range c.st.conversationMessages(v) {
		if m.messageType == messageIncoming {
			n++
		}
	}
	return n >= fewestForLabels
}

func init() {
	hasTranslator = func(st *store, accountID int64) bool {
		return integrationHooks.first(st, func(h *integrationHook) bool {
			return h.accountID == accountID && h.appID == "google_translate"
		}) != nil
	}
}
