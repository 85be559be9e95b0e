package konvertetest

import (
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

var rolePermissions = []string{
	"conversation_manage", "conversation_unassigned_manage", "conversation_participating_manage", "contact_manage",
	permissionReports, permissionHelpCenter,
}

var customRoleColumns = []string{"id", "name", "description", "account_id", "permissions", "created_at", "updated_at"}

func registerCustomRoles(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/custom_roles", "/api/v1/accounts/{account_id}/custom_roles/{id}"
	r.get("undocumented:custom-role-list", all, listCustomRoles)
	r.post("undocumented:custom-role-create", all, createCustomRole, wrap("custom_role", customRoleColumns...))
	r.get("undocumented:custom-role-show", one, showCustomRole)
	r.patch("undocumented:custom-role-update", one, updateCustomRole, wrap("custom_role", customRoleColumns...))
	r.delete("undocumented:custom-role-delete", one, deleteCustomRole)
}

func customRoleView(r *customRole) object {
	return obj(
		"id", r.id, "name", r.name, "description", r.description, "permissions", textList(r.permissions),
		"created_at", iso(r.createdAt), "updated_at", iso(r.updatedAt),
	)
}

// findCustomRole ends the request when there is no such role: the real server
// goes on with none and fails.
func (c *ctx) findCustomRole() *customRole {
	c.adminOnly()
	r := customRoles.find(c.st, c.id("id"))
	if r == nil || r.accountID != c.account.id {
		stop(c.missing())
	}
	return r
}

func listCustomRoles(c *ctx) response {
	c.adminOnly()
	rows := customRoles.where(c.st, func(r *customRole) bool { return r.accountID == c.account.id })
	return ok(list(rows, customRoleView))
}

func showCustomRole(c *ctx) response { return ok(customRoleView(c.findCustomRole())) }

func createCustomRole(c *ctx) response {
	c.adminOnly()
	r := customRole{accountID: c.account.id}
	c.readCustomRole(&r)
	return ok(customRoleView(customRoles.insert(c.st, &r)))
}

func updateCustomRole(c *ctx) response {
	r := c.findCustomRole()
	next := *r
	c.readCustomRole(&next)
	customRoles.save(c.st, r, next)
	return ok(customRoleView(r))
}

// readCustomRole reads and checks the columns; permissions that are no list
// are left out.
func (c *ctx) readCustomRole(r *customRole) {
	p := c.require("custom_role")
	p.Into("name", &r.name)
	p.Into("description", &r.description)
	if values, sent := p.List("permissions"); sent {
		r.permissions = nil
		for _, v := range values {
			if text := testserver.CastString(v); text != nil {
				r.permissions = append(r.permissions, *text)
			}
		}
	}
	var faults problems
	faults.checkLength("name", r.name, maxString)
	faults.checkLength("description", textOf(r.description), maxString)
	if strings.TrimSpace(r.name) == "" {
		faults.add("name", "can't be blank")
	}
	if slices.ContainsFunc(r.permissions, func(name string) bool { return !slices.Contains(rolePermissions, name) }) {
		faults.add("permissions", "is not included in the list")
	}
	faults.stopIf()
}

// deleteCustomRole leaves its holders plain agents.
func deleteCustomRole(c *ctx) response {
	r := c.findCustomRole()
	for m := range accountUsers.all(c.st) {
		if same(m.customRoleID, &r.id) {
			m.customRoleID = nil
		}
	}
	customRoles.remove(c.st, r)
	return done()
}
