package konvertetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerAccounts(r *router) {
	const one = "/api/v1/accounts/{id}"
	r.get("get-account-details", one, showAccount)
	r.patch("update-account", one, updateAccount)
	r.post("undocumented:account-update-active-at", one+"/update_active_at", markAccountActive)
	r.get("undocumented:account-cache-keys", one+"/cache_keys", showCacheKeys)
	registerSignUp(r)
}

// ownAccount is the account of the path. One that the caller is no member of
// is not found.
func (c *ctx) ownAccount() *account {
	acc := accounts.find(c.st, c.id("id"))
	if acc == nil || c.user == nil || c.st.member(acc.id, c.user.id) == nil {
		stop(notFound())
	}
	c.account, c.member = acc, c.st.member(acc.id, c.user.id)
	return acc
}

func (acc *account) audited() object {
	return obj(
		"name", acc.name, "locale", slices.Index(accountLocales, acc.locale), "domain", acc.domain,
		"support_email", acc.supportEmail, "settings", orEmpty(acc.settings), "custom_attributes", orEmpty(acc.customAttributes),
	)
}

// planAttributes are shown with the others of an account, set or not.
var planAttributes = []string{"plan_name", "subscribed_quantity", "subscription_status", "subscription_ends_on"}

var accountAttributes = []string{"industry", "company_size", "timezone"}

func (c *ctx) accountView(acc *account) object {
	o := object{}
	if c.atLeast("4.2.0") {
		o.Set("settings", orEmpty(acc.settings))
	} else {
		days, _ := acc.settings.Get("auto_resolve_duration")
		o.Set("auto_resolve_duration", days)
	}
	o.Set("created_at", iso(acc.createdAt))
	if len(acc.customAttributes) > 0 {
		o.Set("custom_attributes", shownAttributes(acc.customAttributes))
	}
	o.Merge(obj(
		"domain", acc.domain, "features", acc.featuresView(), "id", acc.id, "locale", acc.locale, "name", acc.name,
		"support_email", acc.supportEmail, "status", acc.status, "cache_keys", c.cacheKeys(acc),
	))
	return o
}

func shownAttributes(all object) object {
	o := object{}
	for _, key := range planAttributes {
		v, _ := all.Get(key)
		o.Set(key, v)
	}
	for _, key := range accountAttributes {
		if v, set := all.Get(key); set && !testserver.Blank(v) {
			o.Set(key, v)
		}
	}
	return o
}

func showAccount(c *ctx) response {
	o := c.accountView(c.ownAccount())
	o.Set("latest_chatwoot_version", nil)
	o.Set("subscribed_features", []string{})
	return ok(o)
}

const longestDomain = 100

// updateAccount reads the body without any wrapper.
func updateAccount(c *ctx) response {
	acc := c.ownAccount()
	c.adminOnly()
	next := *acc
	p := c.Params
	p.Into("domain", &next.domain)
	p.Into("support_email", &next.supportEmail)
	next.locale = mustEnum(p, "locale", next.locale, accountLocales...)
	for _, key := range accountAttributes {
		if v, sent := p.Get(key); sent {
			next.customAttributes = merged(next.customAttributes, obj(key, testserver.AsJSON(v)))
		}
	}
	var faults problems
	c.readAccountName(&next, &faults)
	c.readAccountSettings(&next, &faults)
	faults.checkLength("domain", textOf(next.domain), longestDomain)
	append(next.tooLong(), faults...).stopIf()
	before := acc.audited()
	*acc = next
	accounts.touch(c.st, acc)
	c.audit("Account", acc.id, auditUpdate, changedColumns(before, acc.audited()))
	return ok(c.accountView(acc))
}

// tooLong notes texts that are too long for their columns.
func (acc *account) tooLong() problems {
	var faults problems
	faults.checkLength("name", acc.name, maxString)
	faults.checkLength("support_email", textOf(acc.supportEmail), maxString)
	return faults
}

// readAccountName takes "" on older servers, where null fails.
func (c *ctx) readAccountName(acc *account, faults *problems) {
	v, sent := c.Params.Get("name")
	c.Params.Into("name", &acc.name)
	switch {
	case !sent || strings.TrimSpace(acc.name) != "":
	case c.atLeast("4.15.1") || !c.bugs():
		faults.add("name", "can't be blank")
	case v == nil:
		stop(crash())
	}
}

// accountSettings are what newer servers keep, with the types that they take
// beside null.
var accountSettings = []struct {
	key  string
	fits func(v any) bool
}{
	{"auto_resolve_after", func(v any) bool { _, is := v.(json.Number); return is }},
	{"auto_resolve_message", isText},
	{"auto_resolve_ignore_waiting", isBool},
	{"audio_transcriptions", isBool},
	{"auto_resolve_label", isText},
}

func isText(v any) bool { _, is := v.(string); return is }

func isBool(v any) bool { _, is := v.(bool); return is }

// Minutes after which conversations may be resolved on their own.
const (
	shortestAutoResolve = 10
	longestAutoResolve  = 1439856
)

// readAccountSettings keeps what was sent beside what is kept. The oldest
// servers know one setting alone, in days.
func (c *ctx) readAccountSettings(acc *account, faults *problems) {
	if !c.atLeast("4.2.0") {
		c.readAutoResolveDays(acc, faults)
		return
	}
	for _, setting := range accountSettings {
		v, sent := c.Params.Get(setting.key)
		if !sent {
			continue
		}
		if v != nil && !setting.fits(v) {
			faults.add(setting.key, "must be of type type")
			continue
		}
		if n, isNumber := v.(json.Number); isNumber {
			minutes, _ := n.Int64()
			switch {
			case minutes < shortestAutoResolve:
				faults.add(setting.key, fmt.Sprintf("must be greater than or equal to %d", shortestAutoResolve))
			case minutes > longestAutoResolve:
				faults.add(setting.key, fmt.Sprintf("must be less than or equal to %d", longestAutoResolve))
			}
		}
		acc.settings = merged(acc.settings, obj(setting.key, v))
	}
}

func (c *ctx) readAutoResolveDays(acc *account, faults *problems) {
	for _, setting := range accountSettings {
		c.Params.Ignore(setting.key)
	}
	var days *int64
	if !c.Params.Into("auto_resolve_duration", &days) {
		return
	}
	const longest = 999
	sent, _ := c.Params.Get("auto_resolve_duration")
	text, isText := sent.(string)
	_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case days == nil:
	case isText && err != nil:
		faults.add("auto_resolve_duration", "is not a number")
	case *days < 1:
		faults.add("auto_resolve_duration", "must be greater than or equal to 1")
	case *days > longest:
		faults.add("auto_resolve_duration", fmt.Sprintf("must be less than or equal to %d", longest))
	}
	acc.settings = merged(acc.settings, obj("auto_resolve_duration", days))
}

func markAccountActive(c *ctx) response {
	c.ownAccount()
	c.member.activeAt = c.Now
	return done()
}

// cacheKey is when the records of one kind were last seen to change.
type cacheKey struct {
	account int64
	kind    string
}

type cacheState struct {
	at    time.Time
	count int
}

// cacheKeys tell when labels, inboxes and teams changed last, deletions
// included: in milliseconds on one version, in seconds on the others.
func (c *ctx) cacheKeys(acc *account) object {
	o := object{}
	labelCount, labelAt := lastChange(labels.where(c.st, func(l *label) bool { return l.accountID == acc.id }))
	inboxCount, inboxAt := lastChange(inboxes.where(c.st, func(in *inbox) bool { return in.accountID == acc.id }))
	teamCount, teamAt := lastChange(teams.where(c.st, func(t *team) bool { return t.accountID == acc.id }))
	o.Set("label", c.cacheKeyText(cacheKey{acc.id, "label"}, labelCount, labelAt))
	o.Set("inbox", c.cacheKeyText(cacheKey{acc.id, "inbox"}, inboxCount, inboxAt))
	o.Set("team", c.cacheKeyText(cacheKey{acc.id, "team"}, teamCount, teamAt))
	return o
}

func lastChange[P interface{ base() *record }](rows []P) (count int, at time.Time) {
	for _, row := range rows {
		at = laterOf(at, row.base().updatedAt)
	}
	return len(rows), at
}

func (c *ctx) cacheKeyText(key cacheKey, count int, at time.Time) string {
	known, _ := c.st.extra[key].(cacheState)
	if count < known.count {
		known.at = c.Now
	}
	known.at, known.count = laterOf(known.at, at), count
	c.st.extra[key] = known
	digits, value := 10, int64(0)
	if !known.at.IsZero() {
		value = known.at.Unix()
	}
	if c.atLeast("4.2.0") && !c.atLeast("4.15.1") {
		digits = 13
		if !known.at.IsZero() {
			value = known.at.UnixMilli()
		}
	}
	return fmt.Sprintf("%0*d", digits, value)
}

func showCacheKeys(c *ctx) response {
	r := ok(obj("cache_keys", c.cacheKeys(c.ownAccount())))
	r.Header = http.Header{"Cache-Control": {"max-age=10, private, stale-while-revalidate=300"}}
	return r
}
