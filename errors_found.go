package konverte

import (
	"fmt"
	"strconv"
)

// NotFoundError says that a look-up went through all there is and found nothing. It
// answers errors.Is(err, ErrNotFound).
type NotFoundError struct {
	Operation string // "Agents.FindByEmail"
	Kind      string // what was looked for, "agent"
	Key       string // by what, "email"
	Value     string
}

// Error says what was looked for.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s: no %s with %s %q", e.Operation, e.Kind, e.Key, e.Value)
}

// Is answers for ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// AssignmentError says that the server answered an assignment with success and did
// something else: an id that the account does not know unassigns.
type AssignmentError struct {
	Conversation ConversationID
	Wanted       string       // "agent 7" or "team 3"
	Agent        Opt[AgentID] // who is assigned now, null for nobody
	Team         Opt[TeamID]  // which team is assigned now, null for none
	Err          error        // why the present state could not be read, nil when it was
}

// Error says who is assigned now.
func (e *AssignmentError) Error() string {
	text := fmt.Sprintf("conversation %d was not assigned to %s", e.Conversation, e.Wanted)
	if e.Err != nil {
		return text + "; who is assigned now could not be read: " + e.Err.Error()
	}
	return text + "; assigned now: " + assigned("agent", int64(e.Agent.Or(0))) + ", " + assigned("team", int64(e.Team.Or(0))) +
		"; does the id belong to this account?"
}

// Unwrap returns why the present state could not be read.
func (e *AssignmentError) Unwrap() error { return e.Err }

// Is answers for ErrNotFound: the id is not known to the account.
func (e *AssignmentError) Is(target error) bool { return target == ErrNotFound }

func assigned(kind string, id int64) string {
	if id == 0 {
		return "no " + kind
	}
	return kind + " " + strconv.FormatInt(id, 10)
}
