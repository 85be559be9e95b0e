package engage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/konverte-go/konverte"
)

// EmailTakenError says that a user with the address exists: each address is in a
// domain once. It answers errors.Is(err, konverte.ErrConflict).
type EmailTakenError struct {
	Operation string
	Email     string
	Agent     *Agent // who has it
	Err       error  // what the server said, nil where a look-up found it before anything was sent
}

// Error says who has the address.
func (e *EmailTakenError) Error() string {
	text := fmt.Sprintf("%s: %s belongs to agent %s (%s)", e.Operation, e.Email, e.Agent.ID, e.Agent.State())
	if e.Err == nil {
		text += "; nothing was written"
	}
	return text
}

// Unwrap returns what the server said.
func (e *EmailTakenError) Unwrap() error { return e.Err }

// Is answers for konverte.ErrConflict.
func (e *EmailTakenError) Is(target error) bool { return target == konverte.ErrConflict }

// TeamScopeError says that teams are out of the reach of the token: its user may
// only manage members of the teams that it leads. It was found out before
// anything was written. It answers errors.Is(err, konverte.ErrForbidden).
type TeamScopeError struct {
	Operation string
	Outside   []TeamID // teams that were named and are out of reach; none: no team was named
	Led       []Team   // teams within reach
}

// Error says which teams are in reach.
func (e *TeamScopeError) Error() string {
	names := make([]string, len(e.Led))
	for i, t := range e.Led {
		names[i] = t.Name
	}
	reach := "the token's user leads " + strings.Join(names, ", ")
	if len(names) == 0 {
		reach = "the token's user leads no team"
	}
	if len(e.Outside) == 0 {
		return e.Operation + ": nothing sent: teams: at least one is needed that the token's user leads; " + reach
	}
	return fmt.Sprintf("%s: nothing sent: teams: out of reach are %s; %s", e.Operation, joinIDs(e.Outside), reach)
}

// Is answers for konverte.ErrForbidden.
func (e *TeamScopeError) Is(target error) bool { return target == konverte.ErrForbidden }

func joinIDs[T ~string](ids []T) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, ", ")
}

// NotAppliedError says that the server answered a change of a user with success
// and left some of it out.
type NotAppliedError struct {
	Operation string
	Agent     AgentID
	Keys      []string // what was left out, as the server names it: "no_password"
	Err       error    // why it could not be done or looked at, nil where it was just left out
}

// Error says what was left out.
func (e *NotAppliedError) Error() string {
	keys := strings.Join(e.Keys, ", ")
	if e.Err != nil {
		return fmt.Sprintf("%s: agent %s exists, but setting %s failed: %v", e.Operation, e.Agent, keys, e.Err)
	}
	return fmt.Sprintf("%s: agent %s exists, but the server did not apply %s", e.Operation, e.Agent, keys)
}

// Unwrap returns why it could not be done.
func (e *NotAppliedError) Unwrap() error { return e.Err }

// WrongAgentError says that the server answered with another agent than the one whom
// the call was about. What was asked for may have been done nevertheless.
type WrongAgentError struct {
	Operation string
	Want, Got string // ids, or the addresses in the case of an invitation
}

// Error says who was asked for, and who came.
func (e *WrongAgentError) Error() string {
	return fmt.Sprintf("%s: the server answered with agent %q where %q was meant", e.Operation, e.Got, e.Want)
}

// NotDeletableError says that an agent cannot be deleted, because the agent has
// accessed the platform. Agents.Disable works, and Agents.DeleteOrDisable does
// what is possible.
type NotDeletableError struct {
	Agent AgentID
	Err   error // what the server said
}

// Error says what to do.
func (e *NotDeletableError) Error() string {
	return fmt.Sprintf("Agents.Delete: agent %s has accessed the platform, and can only be disabled: %v", e.Agent, e.Err)
}

// Unwrap returns what the server said.
func (e *NotDeletableError) Unwrap() error { return e.Err }

// NotPendingError says that an agent has no invitation that is open.
type NotPendingError struct {
	Operation string
	Agent     AgentID
	State     AgentState
}

// Error says in which state the agent is.
func (e *NotPendingError) Error() string {
	return fmt.Sprintf("%s: agent %s has no open invitation: %s", e.Operation, e.Agent, e.State)
}

// IgnoredFlagsError says that the server answered a change of a role with success
// and passed over some flags without a word: those that the role of the token's
// user lacks, for example. The others were applied.
type IgnoredFlagsError struct {
	Operation string
	Role      *Role // as it is now
	Flags     []RolePermission
}

// Error lists the flags.
func (e *IgnoredFlagsError) Error() string {
	return fmt.Sprintf("%s: role %s: the server ignored %s; does the role of the token's user have them?", e.Operation, e.Role.ID, joinIDs(e.Flags))
}

// SourcePermissionsError says that a user may do other things on some sources than
// were asked for, or that it is not known.
type SourcePermissionsError struct {
	Operation string
	User      UserID
	// Wanted and Actual are the permissions on the sources that differ. Actual is nil
	// where it is not known what the user may do.
	Wanted, Actual SourcesPermissions
	// Err is what failed, nil where the server answered with success.
	Err error
}

// Unwrap returns what failed.
func (e *SourcePermissionsError) Unwrap() error { return e.Err }

// Error lists the sources.
func (e *SourcePermissionsError) Error() string {
	text := fmt.Sprintf("%s: user %s: %s", e.Operation, e.User, e.differences())
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// mostShown is how many sources a text names.
const mostShown = 5

func (e *SourcePermissionsError) differences() string {
	sources := e.Wanted.sources()
	more := ""
	if left := len(sources) - mostShown; left > 0 {
		sources, more = sources[:mostShown], fmt.Sprintf("; and %d sources more", left)
	}
	if e.Actual == nil {
		return "not known what was applied on " + joinIDs(sources) + more
	}
	parts := make([]string, len(sources))
	for i, id := range sources {
		parts[i] = fmt.Sprintf("on source %s wanted [%s], got [%s]", id, joinIDs(e.Wanted[id]), joinIDs(e.Actual[id]))
	}
	return strings.Join(parts, "; ") + more
}

// LostInvitationError says that it is not known whether an invitation was sent:
// its answer was lost, and then the look-up by the address failed too.
type LostInvitationError struct {
	Operation string
	Email     string
	Err       error // how the invitation ended
	Lookup    error // how the look-up did
}

// Error says how both ended.
func (e *LostInvitationError) Error() string {
	return fmt.Sprintf("%s: not known whether %s was invited: %v; the look-up failed too: %v", e.Operation, e.Email, e.Err, e.Lookup)
}

// Unwrap returns both errors.
func (e *LostInvitationError) Unwrap() []error { return []error{e.Err, e.Lookup} }

// maybeSent tells whether a write that failed may have been carried out.
func maybeSent(err error) bool {
	if e, ok := errors.AsType[*konverte.Error](err); ok {
		return e.MaybeSent
	}
	if e, ok := errors.AsType[*konverte.TransportError](err); ok {
		return e.MaybeSent
	}
	if _, ok := errors.AsType[*WrongAgentError](err); ok {
		return true
	}
	e, ok := errors.AsType[*konverte.DecodeError](err)
	return ok && e.MaybeSent
}
