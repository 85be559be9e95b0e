// Package core is the one path that every call of this module takes:
// arguments checked, request built, paced, sent and sent again where that is
// safe, answer classified, decoded.
//
// It knows no API. What makes a client of one (the credential, the shapes of
// errors, the throttle) is given to it as an [API], and what makes one call as
// an [Operation] and a [Request].
package core
