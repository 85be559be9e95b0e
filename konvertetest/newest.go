package konvertetest

import (
	"net/http"

	"github.com/konverte-go/konverte/internal/testserver"
)

// The features of this file exist on the newest servers alone and answer in
// the right shape, without any state behind them.

func registerNewest(r *router) {
	const account = "/api/v1/accounts/{account_id}"
	r.get("undocumented:saml-settings", account+"/saml_settings", showSAML, shape())
	r.get("undocumented:account-year-in-review", "/api/v2/accounts/{account_id}/year_in_review", showYearInReview, shape())
}

func showSAML(c *ctx) response {
	c.adminOnly()
	if !c.account.features["saml"] {
		return failText(http.StatusForbidden, "SAML feature not enabled for this account")
	}
	return ok(object{})
}

// showYearInReview looks at last year, when the test server had nothing to do.
func showYearInReview(c *ctx) response {
	year := int64(c.Now.Year() - 1)
	if v, _ := c.Params.Get("year"); !testserver.Blank(v) {
		year = c.Params.Int("year")
	}
	return ok(obj(
		"year", year, "total_conversations", 0, "busiest_day", nil,
		"support_personality", obj("avg_response_time_seconds", 0),
	))
}
