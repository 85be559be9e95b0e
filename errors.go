package konverte

import "github.com/konverte-go/konverte/internal/core"

// Error is an answer of the server that is no success. Its fields are Operation
// (the Go name), Method, Path (the template), StatusCode, Message (what the
// server says, in the account's language: never match on it), Attributes (the
// fields that were refused), RequestID, Location (of a redirect that was not
// followed), Attempts, RetryAfter, Body (its beginning), MaybeSent (a write that
// may have been carried out nevertheless) and Hint.
//
// It answers errors.Is for the sentinels below.
type Error = core.Error

// TransportError is a call that ended without a usable answer: no connection, a
// connection lost, a timeout. MaybeSent tells whether a write may have arrived;
// Fired names the timeout. It is a net.Error, and wraps the cause.
type TransportError = core.TransportError

// DecodeError is a success whose body cannot be used: no JSON, cut off, or without
// the identity of the object. It carries the whole Body. A write that ends in one
// was carried out.
type DecodeError = core.DecodeError

// ArgumentError lists everything that is wrong with the arguments of a call, or
// with the options of a client. Nothing was sent.
type ArgumentError = core.ArgumentError

// ArgumentFault is one thing that is wrong: a field, the rule, and the value where
// it is no secret.
type ArgumentFault = core.Fault

// UploadError says that the content of an upload could not be read to its end. It
// stands in a *TransportError that says how much was sent.
type UploadError = core.UploadError

// What an error can be asked for with errors.Is, whatever its type.
var (
	ErrUnauthorized    = core.ErrUnauthorized    // 401: the token is wrong, or may not do this
	ErrPaymentRequired = core.ErrPaymentRequired // 402: the account's plan is used up
	ErrForbidden       = core.ErrForbidden       // 403
	ErrNotFound        = core.ErrNotFound        // 404, 410
	ErrConflict        = core.ErrConflict        // 409, or a look-up found that it exists already
	ErrValidation      = core.ErrValidation      // 400, 422
	ErrRateLimited     = core.ErrRateLimited     // 429
	ErrServer          = core.ErrServer          // 500 and above
	ErrTimeout         = core.ErrTimeout         // one of the timeouts fired
)
