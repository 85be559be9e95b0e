package engage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/core"
)

// SourcesPermissions are what a user may do, by source.
type SourcesPermissions map[SourceID][]SourcePermission

// ChannelBasics are what a click on the name of a channel grants: to read, to
// answer, and to start conversations.
var ChannelBasics = []SourcePermission{SourcePermissionRead, SourcePermissionReply, SourcePermissionInitiateDiscussion}

const thresholdPrefix = "approval_threshold_"

// ApprovalThreshold is the permission that holds back a percentage of what a user
// writes until somebody approves it. It must be 0, 10, 20 and so on up to 100: what
// is not is refused when it is granted.
func ApprovalThreshold(percent int) SourcePermission {
	return SourcePermission(thresholdPrefix + strconv.Itoa(percent))
}

// chunk is how many sources are changed with one call.
const chunk = 100

func (p SourcesPermissions) sources() []SourceID { return slices.Sorted(maps.Keys(p)) }

// May tells whether a user may do something on a source.
func (p SourcesPermissions) May(source SourceID, permission SourcePermission) bool {
	return slices.Contains(p[source], permission)
}

// Of returns what a user may do on every source. Sources without permissions are
// left out.
//
// API: GET /users/{userId}/sources_permissions.
func (s PermissionsService) Of(ctx context.Context, user UserID, opts ...CallOption) (SourcesPermissions, error) {
	raw, err := s.Get(ctx, user, opts...)
	if err != nil {
		return nil, err
	}
	return permissionsOf(raw), nil
}

func permissionsOf(raw map[string][]SourcePermission) SourcesPermissions {
	all := make(SourcesPermissions, len(raw))
	for id, list := range raw {
		if len(list) > 0 {
			all[SourceID(id)] = list
		}
	}
	return all
}

// Grant lets a user do more on a source: ChannelBasics, say. What the user may do
// already stays, except that a kind of approval takes the place of another one.
// It returns what the user may do on all sources now.
//
// Refused before anything is sent: permissions without read, reply_with_html
// without reply, two kinds of approval or two thresholds, a threshold that is not
// a multiple of ten, and permissions that the API does not have. What the server
// did not apply is a *SourcePermissionsError.
//
// API: GET and PUT /users/{userId}/sources_permissions.
func (s PermissionsService) Grant(ctx context.Context, user UserID, source SourceID, permissions []SourcePermission, opts ...CallOption) (SourcesPermissions, error) {
	const operation = "Permissions.Grant"
	var f core.Faults
	f.PathText("userId", string(user))
	checkSource(&f, source)
	f.Present("permissions", len(permissions) > 0)
	checkValues(&f, "permissions", permissions)
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	has, err := s.Of(ctx, user, opts...)
	if err != nil {
		return nil, err
	}
	want := slices.Clone(has[source])
	if slices.ContainsFunc(permissions, isApproval) {
		want = slices.DeleteFunc(want, isApproval)
	}
	for _, p := range permissions {
		if !slices.Contains(want, p) {
			want = append(want, p)
		}
	}
	return s.set(ctx, operation, user, SourcesPermissions{source: want}, opts)
}

// Revoke takes permissions on a source away from a user, all of them where none is
// named. Those that the user does not have are passed over. What would not make
// sense without them is refused: reply without read, for example.
//
// API: GET and PUT /users/{userId}/sources_permissions.
func (s PermissionsService) Revoke(ctx context.Context, user UserID, source SourceID, permissions []SourcePermission, opts ...CallOption) (SourcesPermissions, error) {
	const operation = "Permissions.Revoke"
	var f core.Faults
	f.PathText("userId", string(user))
	checkSource(&f, source)
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	has, err := s.Of(ctx, user, opts...)
	if err != nil {
		return nil, err
	}
	for i, p := range permissions {
		if !p.Known() && !has.May(source, p) {
			f.Add(fmt.Sprintf("permissions[%d]", i), "is no permission that the API has", string(p))
		}
	}
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	want := []SourcePermission{}
	for _, p := range has[source] {
		if len(permissions) > 0 && !slices.Contains(permissions, p) {
			want = append(want, p)
		}
	}
	return s.set(ctx, operation, user, SourcesPermissions{source: want}, opts)
}

// Set makes the permissions of a user on the sources that are named exactly these,
// and leaves the other sources alone. An empty list takes everything away. It
// refuses what Grant does.
//
// API: PUT and GET /users/{userId}/sources_permissions.
func (s PermissionsService) Set(ctx context.Context, user UserID, permissions SourcesPermissions, opts ...CallOption) (SourcesPermissions, error) {
	const operation = "Permissions.Set"
	var f core.Faults
	f.PathText("userId", string(user))
	f.Present("permissions", len(permissions) > 0)
	for _, source := range permissions.sources() {
		checkSource(&f, source)
		checkValues(&f, "permissions["+string(source)+"]", permissions[source])
	}
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	return s.set(ctx, operation, user, permissions, opts)
}

// Copy lets one user do what another may, on every source on which the other may
// do anything. It leaves the other sources alone. It returns what the second user
// may do on all sources now.
//
// API: GET and PUT /users/{userId}/sources_permissions.
func (s PermissionsService) Copy(ctx context.Context, from, to UserID, opts ...CallOption) (SourcesPermissions, error) {
	const operation = "Permissions.Copy"
	var f core.Faults
	f.PathText("from", string(from))
	f.PathText("to", string(to))
	if from == to {
		f.Add("to", "must be another user", string(to))
	}
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	permissions, err := s.Of(ctx, from, opts...)
	if err != nil {
		return nil, err
	}
	return s.give(ctx, operation, to, permissions, opts)
}

// give applies what there is to apply, and returns what the user may do now.
func (s PermissionsService) give(ctx context.Context, operation string, user UserID, permissions SourcesPermissions, opts []CallOption) (SourcesPermissions, error) {
	if len(permissions) == 0 {
		return s.Of(ctx, user, opts...)
	}
	return s.apply(ctx, operation, user, permissions, opts)
}

// set checks what goes together, and applies it.
func (s PermissionsService) set(ctx context.Context, operation string, user UserID, permissions SourcesPermissions, opts []CallOption) (SourcesPermissions, error) {
	var f core.Faults
	for _, source := range permissions.sources() {
		checkTogether(&f, "permissions["+string(source)+"]", permissions[source])
	}
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	return s.apply(ctx, operation, user, permissions, opts)
}

// apply sends permissions as they are, reads them again and compares. It reads them
// after a failure too, unless nothing was changed.
func (s PermissionsService) apply(ctx context.Context, operation string, user UserID, permissions SourcesPermissions, opts []CallOption) (SourcesPermissions, error) {
	changed, failed := s.send(ctx, user, permissions, opts)
	if !changed {
		return nil, failed
	}
	if failed != nil {
		after, cancel := afterwards(ctx)
		defer cancel()
		ctx = after
	}
	now, err := s.Of(ctx, user, opts...)
	if err != nil {
		return nil, &SourcePermissionsError{Operation: operation, User: user, Wanted: permissions, Err: errors.Join(failed, err)}
	}
	e := &SourcePermissionsError{Operation: operation, User: user, Wanted: SourcesPermissions{}, Actual: SourcesPermissions{}, Err: failed}
	for id, want := range permissions {
		if !sameSet(want, now[id]) {
			e.Wanted[id], e.Actual[id] = want, now[id]
		}
	}
	if len(e.Wanted) > 0 {
		return now, e
	}
	return now, nil
}

// send sends permissions, chunk by chunk. It tells whether anything was changed, or
// may have been.
func (s PermissionsService) send(ctx context.Context, user UserID, permissions SourcesPermissions, opts []CallOption) (changed bool, err error) {
	for ids := range slices.Chunk(permissions.sources(), chunk) {
		body := make(map[string]SourcePermissionList, len(ids))
		for _, id := range ids {
			body[string(id)] = SourcePermissionList(core.JoinComma(permissions[id]))
		}
		if _, err := s.Update(ctx, user, body, opts...); err != nil {
			return changed || maybeSent(err), err
		}
		changed = true
	}
	return changed, nil
}

// checkSource wants an id that can be a key of a form, and means nothing else there.
func checkSource(f *core.Faults, source SourceID) {
	f.PathText("source", string(source))
	if strings.ContainsAny(string(source), "[]") {
		f.Add("source", "must not have brackets", string(source))
	}
	if slices.Contains(everywhere, string(source)) {
		f.Add("source", "is a parameter of every request, not a source", string(source))
	}
}

func isApproval(p SourcePermission) bool {
	return p == SourcePermissionApprovalRequired || isThreshold(p)
}

func isThreshold(p SourcePermission) bool { return strings.HasPrefix(string(p), thresholdPrefix) }

// checkValues refuses permissions that do not exist.
func checkValues(f *core.Faults, field string, list []SourcePermission) {
	approvals, thresholds := 0, 0
	for i, p := range list {
		where := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case isThreshold(p) && !p.Known():
			f.Add(where, "must be a threshold of 0, 10, 20 and so on up to 100 percent", string(p))
		case !p.Known():
			f.Add(where, "is no permission that the API has", string(p))
		}
		if isThreshold(p) {
			thresholds++
		}
		if p == SourcePermissionApprovalRequired {
			approvals = 1
		}
	}
	if thresholds > 1 {
		f.Add(field, "has two approval thresholds: set one of them", "")
	}
	if approvals > 0 && thresholds > 0 {
		f.Add(field, "has approval_required and an approval threshold: set one of them", "")
	}
}

// checkTogether refuses what makes no sense together.
func checkTogether(f *core.Faults, field string, list []SourcePermission) {
	has := func(p SourcePermission) bool { return slices.Contains(list, p) }
	if len(list) > 0 && !has(SourcePermissionRead) {
		f.Add(field, "needs read for the rest of it", core.JoinComma(list))
	}
	if has(SourcePermissionReplyWithHTML) && !has(SourcePermissionReply) {
		f.Add(field, "needs reply for reply_with_html", core.JoinComma(list))
	}
}
