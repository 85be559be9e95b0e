package core

import (
	"fmt"
	"log/slog"
	"strings"
)

// Fault is one argument that cannot be sent.
type Fault struct {
	Field string // as the server names it
	Rule  string // what it must be
	Value string // what it is, "" when that says nothing or is nobody's business
}

// String is the fault in one line.
func (f Fault) String() string {
	if f.Value == "" {
		return f.Field + ": " + f.Rule
	}
	return fmt.Sprintf("%s: %s, got %q", f.Field, f.Rule, f.Value)
}

// ArgumentError lists everything that is wrong with the arguments of a call or
// the options of a client. Nothing was sent.
type ArgumentError struct {
	Operation string
	Faults    []Fault
}

// nilContext is the error of a call without a context.
func nilContext(operation string) error {
	var f Faults
	f.Add("ctx", "must not be nil", "")
	return f.Err(operation)
}

// Error lists the faults.
func (e *ArgumentError) Error() string {
	all := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		all[i] = f.String()
	}
	return e.Operation + ": nothing sent: " + strings.Join(all, "; ")
}

// GoString returns what Error does.
func (e *ArgumentError) GoString() string { return e.Error() }

// LogValue gives the fields.
func (e *ArgumentError) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("operation", e.Operation)}
	for _, f := range e.Faults {
		attrs = append(attrs, slog.String(f.Field, f.Rule))
	}
	return slog.GroupValue(attrs...)
}
