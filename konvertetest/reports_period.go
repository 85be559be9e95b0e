package konvertetest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// period is a span of time, without its end.
type period struct{ since, until time.Time }

func (p period) holds(t time.Time) bool { return !t.Before(p.since) && t.Before(p.until) }

// before is the period of the same length that ends where p begins.
func (p period) before() period {
	return period{since: p.since.Add(-p.until.Sub(p.since)), until: p.since}
}

// period reads since and until, both in seconds. ranged is false when one is
// missing: nothing lies in such a period. Text that begins with no number ends
// the request.
func (c *ctx) period() (p period, ranged bool) {
	if c.Params.Blank("since") || c.Params.Blank("until") {
		c.Params.Ignore("since", "until")
		return period{}, false
	}
	return period{since: c.reportTime("since"), until: c.reportTime("until")}, true
}

func (c *ctx) reportTime(key string) time.Time {
	text := c.Params.String(key)
	digits := strings.TrimLeft(text, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		stop(crash())
	}
	return time.Unix(testserver.LeadingInt(text), 0).UTC()
}

// reportZone is the zone that the request's offset names. An offset that no
// zone has now is UTC.
func (c *ctx) reportZone() zone {
	text := c.Params.String("timezone_offset")
	if strings.TrimSpace(text) == "" {
		return utcZone
	}
	hours, err := strconv.ParseFloat(text, 64)
	if err != nil {
		hours = float64(testserver.LeadingInt(text))
	}
	for _, z := range zones {
		location, err := time.LoadLocation(z.location)
		if err != nil {
			continue
		}
		if _, offset := c.Now.In(location).Zone(); float64(offset) == hours*3600 {
			return zone{name: z.name, location: location}
		}
	}
	return utcZone
}

// zone is a time zone with the name by which Rails knows it.
type zone struct {
	name     string
	location *time.Location
}

var utcZone = zone{name: "UTC", location: time.UTC}

// title is the zone with its usual offset in front.
func (z zone) title() string {
	_, standard := time.Date(2025, 1, 1, 0, 0, 0, 0, z.location).Zone()
	_, summer := time.Date(2025, 7, 1, 0, 0, 0, 0, z.location).Zone()
	offset := min(standard, summer)
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	return "(GMT" + sign + twoDigits(offset/3600) + ":" + twoDigits(offset/60%60) + ") " + z.name
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// zones are the zones of Rails by offset and name: of each offset those that
// can be the first to have it.
var zones = []struct{ name, location string }{
	{"International Date Line West", "Etc/GMT+12"},
	{"American Samoa", "Pacific/Pago_Pago"},
	{"Hawaii", "Pacific/Honolulu"},
	{"Alaska", "America/Juneau"},
	{"Pacific Time (US & Canada)", "America/Los_Angeles"},
	{"Arizona", "America/Phoenix"},
	{"Central America", "America/Guatemala"},
	{"Bogota", "America/Bogota"},
	{"Atlantic Time (Canada)", "America/Halifax"},
	{"Caracas", "America/Caracas"},
	{"Newfoundland", "America/St_Johns"},
	{"Brasilia", "America/Sao_Paulo"},
	{"Mid-Atlantic", "Atlantic/South_Georgia"},
	{"Azores", "Atlantic/Azores"},
	{"Cape Verde Is.", "Atlantic/Cape_Verde"},
	{"Edinburgh", "Europe/London"},
	{"Monrovia", "Africa/Monrovia"},
	{"UTC", "Etc/UTC"},
	{"Amsterdam", "Europe/Amsterdam"},
	{"West Central Africa", "Africa/Algiers"},
	{"Athens", "Europe/Athens"},
	{"Harare", "Africa/Harare"},
	{"Baghdad", "Asia/Baghdad"},
	{"Tehran", "Asia/Tehran"},
	{"Abu Dhabi", "Asia/Muscat"},
	{"Kabul", "Asia/Kabul"},
	{"Ekaterinburg", "Asia/Yekaterinburg"},
	{"Chennai", "Asia/Kolkata"},
	{"Kathmandu", "Asia/Kathmandu"},
	{"Astana", "Asia/Dhaka"},
	{"Rangoon", "Asia/Rangoon"},
	{"Bangkok", "Asia/Bangkok"},
	{"Beijing", "Asia/Shanghai"},
	{"Osaka", "Asia/Tokyo"},
	{"Adelaide", "Australia/Adelaide"},
	{"Darwin", "Australia/Darwin"},
	{"Brisbane", "Australia/Brisbane"},
	{"Canberra", "Australia/Canberra"},
	{"Magadan", "Asia/Magadan"},
	{"Auckland", "Pacific/Auckland"},
	{"Fiji", "Pacific/Fiji"},
	{"Chatham Is.", "Pacific/Chatham"},
	{"Nuku'alofa", "Pacific/Tongatapu"},
}

var bucketUnits = []string{"day", "week", "month", "year", "hour"}

// bucketStart is the beginning of the bucket that holds a time; weeks begin on
// Sunday.
func bucketStart(unit string, t time.Time) time.Time {
	year, month, day := t.Date()
	switch unit {
	case "hour":
		return time.Date(year, month, day, t.Hour(), 0, 0, 0, t.Location())
	case "week":
		return time.Date(year, month, day-int(t.Weekday()), 0, 0, 0, 0, t.Location())
	case "month":
		return time.Date(year, month, 1, 0, 0, 0, 0, t.Location())
	case "year":
		return time.Date(year, 1, 1, 0, 0, 0, 0, t.Location())
	default:
		return time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	}
}

func nextBucket(unit string, t time.Time) time.Time {
	switch unit {
	case "hour":
		return t.Add(time.Hour)
	case "week":
		return t.AddDate(0, 0, 7)
	case "month":
		return t.AddDate(0, 1, 0)
	case "year":
		return t.AddDate(1, 0, 0)
	default:
		return t.AddDate(0, 0, 1)
	}
}

// buckets lists the beginnings of the buckets that a period touches; the
// bucket of its beginning is always one.
func (p period) buckets(unit string, z zone) []time.Time {
	out := []time.Time{bucketStart(unit, p.since.In(z.location))}
	for at := nextBucket(unit, out[0]); at.Before(p.until); at = nextBucket(unit, at) {
		out = append(out, at)
	}
	return out
}

// bucketUnit is the unit by which the request groups, day for none and for an
// unknown one.
func (c *ctx) bucketUnit() string {
	if unit := c.Params.String("group_by"); slices.Contains(bucketUnits, unit) {
		return unit
	}
	return "day"
}
