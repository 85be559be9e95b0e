package konverte_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
)

func TestReportsTrafficCSV(t *testing.T) {
	t.Parallel()
	const table = "Timezone,UTC\n\n\nStart of the hour,2026-11-21\n00:00,3\n"
	var query string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		w.Header().Set("Content-Type", "text/csv")
		_, _ = io.WriteString(w, table)
	}))
	t.Cleanup(srv.Close)
	c, err := konverte.NewClient(srv.URL, konverte.WithUserToken("t"), konverte.WithAccountID(1))
	require.NoError(t, err)

	for _, tc := range []struct {
		name string
		p    konverte.ReportTrafficParams
		want string
	}{
		{"the zone is always sent", konverte.ReportTrafficParams{}, "timezone_offset=0"},
		{"a zone of the caller", konverte.ReportTrafficParams{TimezoneOffset: konverte.Set(-3.0), DaysBefore: 2}, "timezone_offset=-3&days_before=2"},
	} {
		body, err := c.Reports.TrafficCSV(t.Context(), tc.p)
		require.NoError(t, err, tc.name)
		text, err := io.ReadAll(body)
		require.NoError(t, err, tc.name)
		require.NoError(t, body.Close(), tc.name)
		assert.Equal(t, table, string(text), tc.name)
		assert.Equal(t, tc.want, query, tc.name)
	}
}
