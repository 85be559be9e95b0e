package core

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// reservedHeaders are set by the call path, by net/http or by nobody.
var reservedHeaders = map[string]string{
	"Accept":              "is set to what the server answers best",
	"Accept-Encoding":     "is set by the transport, which undoes the compression",
	"Connection":          "belongs to the transport",
	"Content-Encoding":    "is set along with the body",
	"Content-Length":      "is set along with the body",
	"Content-Type":        "is set along with the body",
	"Expect":              "belongs to the transport",
	"Host":                "follows from the base URL",
	"Idempotency-Key":     "is ignored by the server, and would make net/http send writes again",
	"X-Idempotency-Key":   "is ignored by the server, and would make net/http send writes again",
	"Keep-Alive":          "belongs to the transport",
	"Proxy-Authorization": "is set from the proxy's URL: see WithProxy",
	"Proxy-Connection":    "belongs to the transport",
	"Te":                  "belongs to the transport",
	"Trailer":             "belongs to the transport",
	"Transfer-Encoding":   "belongs to the transport",
	"Upgrade":             "belongs to the transport",
	"User-Agent":          "is set with WithUserAgent",
}

// headerRule is why a header cannot be set, "" when it can. The value is never
// part of it.
func headerRule(name, value string) string {
	if !validHeaderName(name) {
		return "the header's name is empty or has characters that cannot be sent"
	}
	if why, reserved := reservedHeaders[textproto.CanonicalMIMEHeaderKey(dashed(name))]; reserved {
		return name + " cannot be set: it " + why
	}
	if !validHeaderValue(value) {
		return name + " has a line break or another character that no header can carry"
	}
	return ""
}

// credentialRule is why a header cannot be set for an API, "" when it can.
func credentialRule(h http.Header, api *API) string {
	for name := range h {
		carries := func(credential string) bool { return strings.EqualFold(dashed(credential), dashed(name)) }
		if slices.ContainsFunc(api.CredentialHeaders, carries) {
			return name + " cannot be set: tokens have options of their own"
		}
	}
	return ""
}

// dashed is the spelling to which servers reduce a header's name.
func dashed(name string) string { return strings.ReplaceAll(name, "_", "-") }

func validHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
	})
}

func validHeaderValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
