package codec

import "strconv"

// Issue is a part of a body that could not be read as described and was left at its zero value.
type Issue struct {
	// Path is where it stands, as in payload[3].meta.sender.id. It is empty for the root.
	Path string
	// Problem is what was found, as in "want integer, got string". It never contains the value.
	Problem string
}

// String returns path and problem as one text.
func (i Issue) String() string { return place(i.Path) + ": " + i.Problem }

// SyntaxError says that a body is not one valid JSON value, or nests deeper than [MaxDepth].
type SyntaxError struct {
	// Offset is the index of the byte that cannot stand where it stands.
	Offset int64
	// Problem is what is wrong there. It never contains the body.
	Problem string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return "invalid JSON at offset " + strconv.FormatInt(e.Offset, 10) + ": " + e.Problem
}

// IdentityError says that a valid body cannot be used: its root has another shape, or an object has no usable id.
type IdentityError struct {
	// Path is where the problem stands, as in payload[3].id. It is empty for the root.
	Path string
	// Problem is what was found, as in "missing". It never contains the value.
	Problem string
}

// Error implements error.
func (e *IdentityError) Error() string { return place(e.Path) + ": " + e.Problem }

// MismatchError is what an UnmarshalJSON method returns to word the issue that [Value] records.
type MismatchError struct {
	// Problem is what was found, as in "want time, got boolean". It must not contain the value.
	Problem string
}

// Error implements error.
func (e *MismatchError) Error() string { return e.Problem }

// Mismatch returns a [MismatchError] that says what was wanted, and of which kind raw, a JSON value, is.
func Mismatch(want string, raw []byte) *MismatchError {
	return &MismatchError{Problem: "want " + want + ", got " + kindName(New(raw).Kind())}
}

func place(path string) string {
	if path == "" {
		return "the root"
	}
	return path
}
