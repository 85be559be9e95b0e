package konvertetest

import (
	"bytes"
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/konverte-go/konverte/internal/testserver"
)

// How to add a group of resources
//
// One file for each resource (labels.go, contacts.go, …) with
//
//   - its record type and table, unless records.go has them:
//
//     type label struct {
//     record
//     accountID int64
//     title     string
//     }
//
//     var labels = newTable[label]("label")
//
//   - func registerLabels(r *router), listed in groups below: one line for each
//     route with the operation id, the path exactly as in routes.tsv, the
//     handler and the route's options. routes.tsv says which versions have a
//     route and whether PUT does the same as PATCH; r.patch registers both.
//
//   - handlers func(c *ctx) response. Everything before the handler is done:
//     token, account, membership, JSON body, wrapper. Lookups and checks come
//     in the order of the real server, since that decides between 401 and 404.
//     A handler may end anywhere with stop(answer); it changes nothing before
//     its last check, because the real server rolls back.
//
//   - views: func (c *ctx) labelView(l *label) object, keys in the order of the
//     real server, differences of versions with c.atLeast("4.15.1").
//
// Conventions
//
//   - Read parameters through c.Params, c.require(wrapper) and p.Into(key, &column):
//     what a successful request sent and no handler read fails the test. Mark what
//     the real server takes and ignores with p.Ignore, never a field that it does
//     not know; p.IgnoreAll only for values of free form that are not kept.
//   - Nullable columns are pointers; nil renders null. Free-form JSON is object.
//   - Times are c.Now; render them with epoch, epochFloat or iso.
//   - Plain bugs of the real server go behind c.bugs(), with the sane answer otherwise.
//   - Background jobs of the real server run in c.Later, and in c.afterDelay what
//     can still be read for a moment: deletions of inboxes, accounts and users.
//   - Order of lists as the real server has it; without an ORDER BY there: by id.
//   - Paged lists go through page and c.currentPage, which also apply Habits.
//   - What other groups must do when a user leaves an account, or a team, an inbox
//     or a contact is deleted stands in the lists memberLeft, teamDeleted,
//     inboxDeleted and contactDeleted; make such a list for every deletion that
//     others care about.
//   - Nothing is fitted to a recording: no branch on a name or an id that a
//     recording happens to use.

// groups lists the register function of every group of resources.
var groups = []func(*router){
	registerMeta,
	registerProfile,
	registerAgents,
	registerTeams,
	registerInboxes,
	registerAgentBots,
	registerCannedResponses,
	registerWebhooks,
	registerPlatform,
	registerPublic,
	registerSurveys,
	registerIntegrations,
	registerContacts,
	registerCustomAttributes,
	registerCustomFilters,
	registerConversations,
	registerParticipants,
	registerDrafts,
	registerMessages,
	registerLabels,
	registerAutomationRules,
	registerUploads,
	registerFiles,
	registerReports,
	registerHelpCenter,
	registerMacros,
	registerBulkActions,
	registerCampaigns,
	registerSurveyAnswers,
	registerDashboardApps,
	registerNotifications,
	registerSLA,
	registerCustomRoles,
	registerSearch,
	registerAccounts,
	registerFacebook,
	registerAssistants,
	registerAuditLogs,
	registerNewest,
	registerCompanies,
	registerAssignmentPolicies,
	registerCapacityPolicies,
	registerSessions,
}

// handler answers one operation.
type handler func(c *ctx) response

// route is one operation and how it is reached.
type route struct {
	operation, method, pattern string
	wrap                       string
	wrapOnly                   []string
	access                     access
	botsSince                  string
	shape, everywhere          bool
	handle                     handler
}

// router collects the routes of all groups.
type router struct{ routes []*route }

// routeOption changes a route.
type routeOption func(*route)

// wrap names the key under which Rails repeats the keys of a JSON body: all of
// them, or only the columns of the model when some are given.
func wrap(key string, only ...string) routeOption {
	return func(rt *route) { rt.wrap, rt.wrapOnly = key, only }
}

// bots lets tokens of agent bots in, from a version on.
func bots(since string) routeOption { return func(rt *route) { rt.botsSince = since } }

// shape marks an operation of the shape tier: its answers have the right
// status, keys and types, with little state behind them or none.
func shape() routeOption { return func(rt *route) { rt.shape = true } }

// withoutToken opens a route to everybody, where the path does not tell.
func withoutToken() routeOption { return func(rt *route) { rt.access = accessNone } }

func (r *router) get(operation, pattern string, h handler, opts ...routeOption) {
	r.add("GET", operation, pattern, h, opts)
}

func (r *router) post(operation, pattern string, h handler, opts ...routeOption) {
	r.add("POST", operation, pattern, h, opts)
}

func (r *router) put(operation, pattern string, h handler, opts ...routeOption) {
	r.add("PUT", operation, pattern, h, opts)
}

func (r *router) delete(operation, pattern string, h handler, opts ...routeOption) {
	r.add("DELETE", operation, pattern, h, opts)
}

// patch registers PATCH, and PUT where the real server routes it too.
func (r *router) patch(operation, pattern string, h handler, opts ...routeOption) {
	r.add("PATCH", operation, pattern, h, opts)
	if realRoutes["PUT "+pattern] != "" {
		r.add("PUT", operation, pattern, h, opts)
	}
}

// extra registers a route of all versions that routes.tsv does not list:
// files, sign-in, and other paths beside the API.
func (r *router) extra(method, operation, pattern string, h handler, opts ...routeOption) {
	rt := &route{operation: operation, method: method, pattern: pattern, handle: h, everywhere: true}
	for _, opt := range opts {
		opt(rt)
	}
	r.routes = append(r.routes, rt)
}

func (r *router) add(method, operation, pattern string, h handler, opts []routeOption) {
	if realRoutes[method+" "+pattern] == "" {
		panic("konvertetest: no server has the route " + method + " " + pattern)
	}
	rt := &route{
		operation: operation, method: method, pattern: pattern, handle: h,
		access: accessOf(pattern),
	}
	for _, opt := range opts {
		opt(rt)
	}
	r.routes = append(r.routes, rt)
}

// routesTSV lists the API routes of the real servers: method, path, and for
// each version y or -.
//
//go:embed routes.tsv
var routesTSV string

// realRoutes maps "METHOD /path" to the versions that have it.
var realRoutes = parseRoutes(routesTSV)

func parseRoutes(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) == 3 {
			out[fields[0]+" "+fields[1]] = fields[2]
		}
	}
	return out
}

func (rt *route) existsIn(version int) bool {
	return rt.everywhere || hasRoute(rt.method+" "+rt.pattern, version)
}

func hasRoute(key string, version int) bool {
	flags := realRoutes[key]
	return version < len(flags) && flags[version] == 'y'
}

// allRoutes are the routes of all groups, in the order of registration.
func allRoutes() []*route {
	r := &router{}
	for _, register := range groups {
		register(r)
	}
	return r.routes
}

// serve lists the routes that a server of its version has. What the real
// server routes and no group has is answered with 501.
func (s *Server) serve() []testserver.Route {
	var out []testserver.Route
	built := map[string]bool{}
	for _, rt := range allRoutes() {
		key := rt.method + " " + rt.pattern
		built[key] = true
		if rt.existsIn(s.cfg.version) {
			out = append(out, testserver.Route{
				Operation: rt.operation, Method: rt.method, Pattern: rt.pattern,
				Wrap: rt.wrap, WrapOnly: rt.wrapOnly, Handle: s.handler(rt),
			})
		}
	}
	for key := range realRoutes {
		if built[key] || !hasRoute(key, s.cfg.version) {
			continue
		}
		method, pattern, _ := strings.Cut(key, " ")
		out = append(out, testserver.Route{Method: method, Pattern: pattern, Handle: unbuilt})
	}
	slices.SortStableFunc(out, func(a, b testserver.Route) int { return strings.Compare(a.Pattern, b.Pattern) })
	return out
}

func unbuilt(e *testserver.Exchange) response {
	e.Params.IgnoreAll()
	return response{
		Status: 501, Type: "text/plain",
		Body: []byte("konvertetest does not serve " + e.Route.Method + " " + e.Route.Pattern + "\n"),
	}
}

func (s *Server) handler(rt *route) func(*testserver.Exchange) response {
	return func(e *testserver.Exchange) response {
		if unreadable(e) {
			return badBody(e)
		}
		e.Params.DropNulls()
		c := &ctx{Exchange: e, cfg: s.cfg, st: s.st, srv: s}
		c.authorize(rt)
		if holdsNUL(e) && c.bugs() {
			return crash()
		}
		return rt.handle(c)
	}
}

// unreadable reports whether a query or a body of JSON has a broken escape, or
// bytes that are no UTF-8: the framework refuses it.
func unreadable(e *testserver.Exchange) bool {
	query, err := url.QueryUnescape(e.Request.URL.RawQuery)
	return err != nil || !utf8.ValidString(query) || isJSONBody(e) && !utf8.Valid(e.Body)
}

func isJSONBody(e *testserver.Exchange) bool {
	return strings.HasPrefix(e.Request.Header.Get("Content-Type"), "application/json")
}

// holdsNUL reports whether a text holds the one character that the database
// does not store.
func holdsNUL(e *testserver.Exchange) bool {
	return strings.Contains(e.Request.URL.RawQuery, "%00") || isJSONBody(e) && bytes.Contains(e.Body, []byte(`\u0000`))
}
