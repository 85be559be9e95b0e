package engagetest

import (
	"net/http"
	"slices"
	"strings"
)

var permissionRules = rules{
	handlers: map[string]handler{
		"getUserSourcesPermissions":    showPermissions,
		"updateUserSourcesPermissions": updatePermissions,
	},
}

var sourcePermissions = api.Enums["SourcePermission"]

func showPermissions(c *ctx) response { return c.permissions(c.find("User", "userId")) }

// permissions answers with the permissions of a user by source, in the order
// of the sources. Sources without any are left out.
func (c *ctx) permissions(u *record) response {
	out := object{}
	for _, source := range c.st.all("Source") {
		if granted := c.st.permissions[u.id][source.id]; len(granted) > 0 {
			out.Set(source.id, granted)
		}
	}
	return answer(http.StatusOK, out)
}

// updatePermissions replaces the permissions on the sources that are named.
func updatePermissions(c *ctx) response {
	u := c.find("User", "userId")
	if !c.outranks(u) {
		stop(forbidden("The user has permissions that you lack"))
	}
	granted := map[string][]string{}
	var p problems
	for _, key := range c.Params.Keys() {
		if key == "access_token" || key == "impersonated_user_id" {
			continue
		}
		value := c.Params.String(key)
		if c.st.find("Source", key) == nil {
			p.add("", "Source "+key+" must exist")
			continue
		}
		granted[key] = p.checkPermissions(value)
	}
	p.stopIf()
	for id, list := range granted {
		c.st.grant(u.id, id, list)
	}
	c.st.touch(u)
	return c.permissions(u)
}

// grant sets what a user may do on a source.
func (st *store) grant(userID, sourceID string, list []string) {
	if st.permissions[userID] == nil {
		st.permissions[userID] = map[string][]string{}
	}
	if len(list) == 0 {
		delete(st.permissions[userID], sourceID)
		return
	}
	st.permissions[userID][sourceID] = list
}

// checkPermissions reads a list joined by commas and refuses what does not go
// together. The result is in the order of the API description.
func (p *problems) checkPermissions(text string) []string {
	var list []string
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		switch {
		case name == "" || slices.Contains(list, name):
		case !slices.Contains(sourcePermissions, name):
			p.add("permissions", "is not included in the list")
		default:
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		return slices.Index(sourcePermissions, a) - slices.Index(sourcePermissions, b)
	})
	if len(list) > 0 && !slices.Contains(list, "read") {
		p.add("permissions", "need read")
	}
	approvals := 0
	for _, name := range list {
		if strings.HasPrefix(name, "approval_") {
			approvals++
		}
	}
	if approvals > 1 {
		p.add("permissions", "can have one kind of approval only")
	}
	return list
}
