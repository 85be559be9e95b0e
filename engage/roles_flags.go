package engage

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// RoleFlags are flags of a role by their names, those that RolePermission has
// constants for and others.
type RoleFlags map[RolePermission]bool

// Allow makes flags that are all on.
func Allow(flags ...RolePermission) RoleFlags {
	all := make(RoleFlags, len(flags))
	for _, flag := range flags {
		all[flag] = true
	}
	return all
}

// Flags returns every flag of a role as the server sent it, also those that this
// package does not know. Flags that the domain does not have are left out.
func (r Role) Flags() RoleFlags {
	all := RoleFlags{}
	text, err := codec.Marshal(r)
	if err != nil {
		return all
	}
	for _, source := range []map[string]json.RawMessage{keysOf(text), r.Extra} {
		for key, value := range source {
			switch string(value) {
			case "true":
				all[RolePermission(key)] = true
			case "false":
				all[RolePermission(key)] = false
			}
		}
	}
	return all
}

func keysOf(text []byte) map[string]json.RawMessage {
	var keys map[string]json.RawMessage
	_ = json.Unmarshal(text, &keys)
	return keys
}

// Find returns a role by its label, in any case, or its id. Common names of the
// predefined roles find them as well: "Supervisor" for RoleManager. A label that
// no role has, or several, is a *NameError.
//
// API: GET /roles.
func (s RolesService) Find(ctx context.Context, labelOrID string, opts ...CallOption) (*Role, error) {
	const operation = "Roles.Find"
	var f core.Faults
	f.Required("role", labelOrID)
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	d := s.c.directory(operation, opts)
	id, err := d.role(ctx, "role", labelOrID)
	if err != nil {
		return nil, err
	}
	return d.roleWithID(ctx, id)
}

// Define makes a custom role with some flags, which may have names that this
// package does not know. The role comes along with an *IgnoredFlagsError where the
// server passed over some of them.
//
// API: POST /roles.
func (s RolesService) Define(ctx context.Context, label string, flags RoleFlags, opts ...CallOption) (*Role, error) {
	var f core.Faults
	f.Required("label", label)
	r := core.Request{Body: flags.body(&f, label), Faults: &f}
	role, err := core.One(ctx, s.c.core, &opRolesCreate, r, opts, decodeRole)
	return flags.compare("Roles.Define", role, err)
}

// SetFlags turns flags of a role on and off and leaves the others alone. The role
// comes along with an *IgnoredFlagsError where the server passed over some of
// them: nobody grants what the own role lacks.
//
// API: PUT /roles/{roleId}.
func (s RolesService) SetFlags(ctx context.Context, id RoleID, flags RoleFlags, opts ...CallOption) (*Role, error) {
	var f core.Faults
	f.PathText("roleId", string(id))
	f.Present("flags", len(flags) > 0)
	r := core.Request{Path: []string{string(id)}, Body: flags.body(&f, ""), Faults: &f}
	role, err := core.One(ctx, s.c.core, &opRolesUpdate, r, opts, decodeRole)
	return flags.compare("Roles.SetFlags", role, err)
}

// notFlags are keys of a role that are none of its flags.
var notFlags = append([]string{"id", "label", "created_at", "updated_at"}, everywhere...)

func (flags RoleFlags) body(f *core.Faults, label string) map[string]any {
	body := map[string]any{}
	if label != "" {
		body["label"] = label
	}
	for _, flag := range slices.Sorted(maps.Keys(flags)) {
		name := string(flag)
		if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "[]") || slices.Contains(notFlags, name) {
			f.Add("flags", "must be names of flags", name)
		}
		body[name] = flags[flag]
	}
	return body
}

// compare finds the flags that were passed over. Those that the answer does not
// show cannot be compared.
func (flags RoleFlags) compare(operation string, role *Role, err error) (*Role, error) {
	if err != nil {
		return nil, err
	}
	e := &IgnoredFlagsError{Operation: operation, Role: role}
	now := role.Flags()
	for _, flag := range slices.Sorted(maps.Keys(flags)) {
		if got, shown := now[flag]; shown && got != flags[flag] {
			e.Flags = append(e.Flags, flag)
		}
	}
	if len(e.Flags) > 0 {
		return role, e
	}
	return role, nil
}
