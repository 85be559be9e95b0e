package konverte

import (
	"context"
	"io"
)

// TrafficCSV returns CSV with one row for each hour of the day and one column for each
// of the last days, the last of which is yesterday: how many conversations came in. The
// caller closes what is returned. Without a TimezoneOffset the hours are those of UTC.
// It needs an administrator's token, or that of an agent whose custom role has
// report_manage.
//
// API: GET /api/v2/accounts/{account_id}/reports/conversation_traffic. Needs a user
// token. Sent again where an answer was lost.
//
// Errors: 401: The owner of the token may not see reports. 429: The token asked for more
// than 100 reports in a minute, or the account for more than 1,000.
func (s ReportsService) TrafficCSV(ctx context.Context, p ReportTrafficParams, opts ...CallOption) (io.ReadCloser, error) {
	p.TimezoneOffset = Set(p.TimezoneOffset.Or(0))
	return s.trafficCSV(ctx, p, opts...)
}
