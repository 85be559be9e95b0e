package konvertetest

import (
	"slices"
	"strings"
)

type cannedResponse struct {
	record
	accountID          int64
	shortCode, content string
}

var cannedResponses = newTable[cannedResponse]("canned response")

var cannedResponseColumns = []string{"id", "account_id", "short_code", "content", "created_at", "updated_at"}

func registerCannedResponses(r *router) {
	const all, one = "/api/v1/accounts/{account_id}/canned_responses", "/api/v1/accounts/{account_id}/canned_responses/{id}"
	wrapped := wrap("canned_response", cannedResponseColumns...)
	r.get("get-account-canned-response", all, listCannedResponses)
	r.post("add-new-canned-response-to-account", all, createCannedResponse, wrapped)
	r.patch("update-canned-response-in-account", one, updateCannedResponse, wrapped)
	r.delete("delete-canned-response-from-account", one, deleteCannedResponse)
}

func cannedResponseView(r *cannedResponse) object {
	return obj(
		"id", r.id, "account_id", r.accountID, "short_code", r.shortCode, "content", r.content,
		"created_at", iso(r.createdAt), "updated_at", iso(r.updatedAt),
	)
}

func (c *ctx) findCannedResponse() *cannedResponse {
	r := cannedResponses.find(c.st, c.id("id"))
	if r == nil || r.accountID != c.account.id {
		stop(notFound())
	}
	return r
}

// listCannedResponses searches in codes and contents; codes that begin with
// the text come first, then those that hold it.
func listCannedResponses(c *ctx) response {
	rows := cannedResponses.where(c.st, func(r *cannedResponse) bool { return r.accountID == c.account.id })
	if !c.Params.Has("search") {
		return ok(list(rows, cannedResponseView))
	}
	search := c.Params.String("search")
	rows = slices.DeleteFunc(rows, func(r *cannedResponse) bool { return cannedRank(r, search) == 0 })
	slices.SortStableFunc(rows, func(a, b *cannedResponse) int { return cannedRank(b, search) - cannedRank(a, search) })
	return ok(list(rows, cannedResponseView))
}

// cannedRank says how well a response fits a search, 0 for not at all.
func cannedRank(r *cannedResponse, search string) int {
	switch {
	case likePattern(search + "%").MatchString(r.shortCode):
		return 3
	case likePattern("%" + search + "%").MatchString(r.shortCode):
		return 2
	case likePattern("%" + search + "%").MatchString(r.content):
		return 1
	default:
		return 0
	}
}

func createCannedResponse(c *ctx) response {
	r := cannedResponse{accountID: c.account.id}
	c.readCannedResponse(&r)
	return ok(cannedResponseView(cannedResponses.insert(c.st, &r)))
}

func updateCannedResponse(c *ctx) response {
	r := c.findCannedResponse()
	next := *r
	c.readCannedResponse(&next)
	cannedResponses.save(c.st, r, next)
	return ok(cannedResponseView(r))
}

func (c *ctx) readCannedResponse(r *cannedResponse) {
	p := c.require("canned_response")
	p.Into("short_code", &r.shortCode)
	p.Into("content", &r.content)
	var faults problems
	faults.checkLength("short_code", r.shortCode, maxString)
	faults.checkLength("content", r.content, maxText)
	if strings.TrimSpace(r.content) == "" {
		faults.add("content", "can't be blank")
	}
	taken := cannedResponses.first(c.st, func(o *cannedResponse) bool {
		return o.accountID == r.accountID && o.id != r.id && o.shortCode == r.shortCode
	})
	switch {
	case strings.TrimSpace(r.shortCode) == "":
		faults.add("short_code", "can't be blank")
	case taken != nil:
		faults.add("short_code", "has already been taken")
	}
	faults.stopIf()
}

func deleteCannedResponse(c *ctx) response {
	cannedResponses.remove(c.st, c.findCannedResponse())
	return done()
}
