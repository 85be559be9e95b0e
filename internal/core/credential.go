package core

import (
	"net/http"
	"net/http/httptrace"
)

// origin is the lowest layer: it decides for every hop whether the token goes
// along, and watches whether the request is written.
type origin struct {
	next http.RoundTripper
	base baseURL
	// names are all spellings of the credential's header, as net/http has them.
	names []string
	// standard tells that next is net/http's own transport, which begins anew
	// only after a request of which nothing was written.
	standard bool
}

// RoundTrip implements http.RoundTripper.
func (o *origin) RoundTrip(req *http.Request) (*http.Response, error) {
	c, ok := req.Context().Value(callKey{}).(*call)
	if !ok {
		return o.next.RoundTrip(req)
	}
	c.reached.Store(true)
	watch := &sentWatch{resets: o.standard}
	hop := req.WithContext(httptrace.WithClientTrace(req.Context(), watch.trace()))
	hop.Header = o.header(req, c)
	resp, err := o.next.RoundTrip(hop)
	if err == nil || watch.maybeSent() && !has[environmentProxyError](err) {
		c.sent.Store(true)
	}
	return resp, err
}

// spellingsOf are the names in the form in which they are given, and in that of
// net/http.
func spellingsOf(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, name, http.CanonicalHeaderKey(name))
	}
	return all
}

// header is a copy of the request's, with the token or surely without.
func (o *origin) header(req *http.Request, c *call) http.Header {
	h := make(http.Header, len(req.Header)+1)
	for name, values := range req.Header {
		h[name] = values
	}
	for _, name := range o.names {
		delete(h, name)
	}
	delete(h, c.credentialHeader)
	if c.token != nil && o.base.isHome(req.URL) {
		h[c.credentialHeader] = c.token
	}
	return h
}
