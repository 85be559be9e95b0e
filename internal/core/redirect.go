package core

import (
	"fmt"
	"net/http"
	"net/url"
)

// checkRedirect follows reads inside the origin of the base URL and nothing
// else. What is not followed becomes the answer, and so the error.
func checkRedirect(req *http.Request, via []*http.Request) error {
	c, ok := req.Context().Value(callKey{}).(*call)
	if !ok {
		return http.ErrUseLastResponse
	}
	follow := c.op.reads() && len(via) <= c.cfg.MaxRedirects && c.client.base.isHome(req.URL)
	if !follow {
		return http.ErrUseLastResponse
	}
	return nil
}

// redirectTarget is where an answer points to, nil when nowhere.
func redirectTarget(resp *http.Response) *url.URL {
	if resp.StatusCode < 300 || resp.StatusCode > 399 {
		return nil
	}
	target, err := resp.Location()
	if err != nil {
		return nil
	}
	return target
}

// redirectHint says what to change after a redirect that was not followed.
func (c *call) redirectHint(from, to *url.URL) string {
	switch {
	case to == nil:
		return "the redirect does not say where to: check the base URL"
	case !c.client.base.isHome(to):
		return originHint(from, to)
	case c.op.reads() && c.cfg.MaxRedirects == 0:
		return "redirects are switched off: see WithMaxRedirects"
	case c.op.reads():
		return fmt.Sprintf("stopped after %d redirects: check the base URL", c.cfg.MaxRedirects)
	}
	return "writes follow no redirect: change the base URL so that none is needed"
}

func originHint(from, to *url.URL) string {
	if from.Scheme == "http" && to.Scheme == "https" {
		return "change the base URL from http:// to https://" + to.Host
	}
	return "it leads to another origin, where the token must not go: if that is right, make " +
		to.Scheme + "://" + to.Host + " the base URL"
}

// redirectMaybeSent tells whether a write that was answered with a redirect may
// have been carried out. A redirect to the same path elsewhere comes from
// something in front of the application.
func redirectMaybeSent(status int, from, to *url.URL) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return false
	case http.StatusFound, http.StatusSeeOther:
		return to == nil || originOf(from) == originOf(to) || from.EscapedPath() != to.EscapedPath()
	}
	return true
}
