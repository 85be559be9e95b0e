package konvertetest

import (
	"reflect"
	"slices"
)

// auditLog says who changed what. The test server keeps logs of accounts,
// automation rules and macros only.
type auditLog struct {
	record
	accountID     int64
	auditableType string
	auditableID   int64
	userID        *int64
	username      *string
	action        string
	changes       object
	version       int
	requestID     string
	remoteAddress string
}

var auditLogs = newTable[auditLog]("audit log")

func registerAuditLogs(r *router) {
	r.get("get-account-audit-logs", "/api/v1/accounts/{account_id}/audit_logs", listAuditLogs, shape())
}

// Actions that are logged.
const (
	auditCreate  = "create"
	auditUpdate  = "update"
	auditDestroy = "destroy"
)

// audit logs a change of the caller's. changes are plain values of new and of
// deleted records, and pairs of an old and a new value of others.
func (c *ctx) audit(kind string, id int64, action string, changes object) {
	before := auditLogs.where(c.st, func(l *auditLog) bool { return l.auditableType == kind && l.auditableID == id })
	l := &auditLog{
		accountID: c.account.id, auditableType: kind, auditableID: id, action: action, changes: changes,
		version: len(before) + 1, requestID: randomUUID(), remoteAddress: "127.0.0.1",
	}
	if c.user != nil {
		l.userID, l.username = &c.user.id, &c.user.email
	}
	auditLogs.insert(c.st, l)
}

// changedColumns pairs the old and new values of the columns that differ.
func changedColumns(before, after object) object {
	out := object{}
	for _, m := range after {
		if old, _ := before.Get(m.Key); !reflect.DeepEqual(old, m.Value) {
			out.Set(m.Key, []any{old, m.Value})
		}
	}
	return out
}

func auditLogView(l *auditLog) object {
	o := obj(
		"id", l.id, "auditable_id", l.auditableID, "auditable_type", l.auditableType, "auditable", nil,
		"associated_id", l.accountID, "associated_type", "Account", "user_id", l.userID, "user_type", nil,
		"username", l.username, "action", l.action, "audited_changes", orEmpty(l.changes), "version", l.version,
		"comment", nil, "request_uuid", l.requestID, "created_at", epoch(l.createdAt), "remote_address", l.remoteAddress,
	)
	if l.userID != nil {
		o.Set("user_type", "User")
	}
	return o
}

// auditLogsPage is how many logs a page shows on each version.
func (c *ctx) auditLogsPage() int {
	if c.atLeast("4.15.1") {
		return 25
	}
	return 15
}

// listAuditLogs lists the newest first; without the feature there are none.
func listAuditLogs(c *ctx) response {
	c.adminOnly()
	rows := auditLogs.where(c.st, func(l *auditLog) bool { return l.accountID == c.account.id && c.account.features["audit_logs"] })
	slices.Reverse(rows)
	size := c.auditLogsPage()
	return ok(obj(
		"per_page", size, "total_entries", len(rows), "current_page", c.pageNumber(),
		"audit_logs", list(page(c, rows, size, nil), auditLogView),
	))
}
