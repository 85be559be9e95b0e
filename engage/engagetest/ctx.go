package engagetest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// ctx is one request in a handler.
type ctx struct {
	*testserver.Exchange
	srv *Server
	cfg *config
	st  *store
	op  *operation

	// token is what the credential stands for. user acts, which is the user of
	// the token unless another one is impersonated; role is the role of user.
	token      token
	user, role *record
}

// can reports whether the role of the user has a flag.
func (c *ctx) can(flag string) bool { return c.role != nil && c.role.flag(flag) }

// confined reports whether only members of teams that the user leads are in
// reach.
func (c *ctx) confined() bool { return c.can(flagConfined) }

// authenticate finds out who asks and ends the request when nobody known does.
func (c *ctx) authenticate() {
	tok, known := c.st.tokens[credential(c.Exchange)]
	c.Params.Ignore("access_token")
	user := c.st.find("User", tok.userID)
	if !known || user == nil || !user.flag("enabled") {
		stop(c.unauthenticated())
	}
	c.token = tok
	c.become(user)
	c.impersonate()
}

func (c *ctx) unauthenticated() response {
	return fail(c.cfg.authStatus, "authentication_required", "Authentication is required")
}

func (c *ctx) become(user *record) {
	c.user = user
	c.role = c.st.find("Role", user.text("role_id"))
}

// credential is the token of the header or, for clients that cannot set one,
// of the parameters.
func credential(e *testserver.Exchange) string {
	scheme, value, _ := strings.Cut(e.Request.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(value)
	}
	return e.Params.String("access_token")
}

// impersonate makes the request act as another user where one is named.
func (c *ctx) impersonate() {
	id := c.Params.String("impersonated_user_id")
	if id == "" {
		return
	}
	target := c.st.find("User", id)
	if target == nil || !target.flag("enabled") || !c.can("impersonate_user") || !c.outranks(target) {
		stop(fail(http.StatusBadRequest, "impersonation_not_allowed", "You are not allowed to impersonate this user"))
	}
	c.become(target)
}

// authorize ends the request when the role lacks the flag of the operation:
// with 403 where that is described, else as if the record were not there.
func (c *ctx) authorize() {
	flag := needs[c.op.ID]
	if flag == "" || c.can(flag) {
		return
	}
	if c.op.listed(http.StatusForbidden) || !strings.Contains(c.op.Path, "{") {
		stop(forbidden("Your role lacks the permission " + flag))
	}
	stop(notFound())
}

// outranks reports whether the user has at least the permissions of another.
func (c *ctx) outranks(other *record) bool {
	role := c.st.find("Role", other.text("role_id"))
	return role == nil || c.covers(role)
}

// covers reports whether the user's role has at least the permissions of a
// role. The flag that confines a user is no permission in this sense.
func (c *ctx) covers(role *record) bool {
	for _, flag := range roleFlags {
		if flag != flagConfined && role.flag(flag) && !c.can(flag) {
			return false
		}
	}
	return true
}

// allowed lists what the user may do on a source.
func (c *ctx) allowed(sourceID, permission string) bool {
	return slices.Contains(c.st.permissions[c.user.id][sourceID], permission)
}

// find returns the record that the path names last, or ends the request with
// 404.
func (c *ctx) find(kind, param string) *record {
	r := c.st.find(kind, c.Path[param])
	if r == nil || !c.visible(r) {
		stop(notFound())
	}
	return r
}

// visible reports whether the user may see a record.
func (c *ctx) visible(r *record) bool {
	if see := sight[r.kind]; see != nil {
		return see(c, r)
	}
	return true
}

// body reads the body of the operation and ends the request with 422 when
// something in it is refused.
func (c *ctx) body(fresh bool, checks ...func(values object, p *problems)) object {
	r := &reader{c: c}
	values := r.read(c.Params, c.op.Body, fresh)
	for _, check := range checks {
		check(values, &r.problems)
	}
	r.problems.stopIf()
	return values
}

// ok answers with the status of the operation and a record.
func (c *ctx) ok(r *record) response { return answer(c.op.Status, c.view(r)) }

// view is what an answer shows of a record.
func (c *ctx) view(r *record) object {
	body := r.body
	if show := views[r.kind]; show != nil {
		body = show(c, r)
	}
	if !c.cfg.older {
		return body
	}
	out := make(object, 0, len(body))
	for _, m := range body {
		if f := api.field(r.kind, m.Key); f == nil || !f.Optional {
			out = append(out, m)
		}
	}
	return out
}
