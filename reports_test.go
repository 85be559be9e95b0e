package konverte_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestLiveMetrics(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		inbox, contact, first := desk(t, c)
		_, err := c.Conversations.Start(ctx, contact.ID, inbox.ID, konverte.ConversationFirstMessage{})
		require.NoError(t, err)
		agents, err := c.Agents.List(ctx)
		require.NoError(t, err)
		_, err = c.Conversations.AssignAgent(ctx, first.ID, agents[0].ID)
		require.NoError(t, err)

		account, err := c.Reports.AccountConversationMetrics(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, account.Open)
		assert.EqualValues(t, 1, account.Unassigned)

		srv.ClearRequests()
		all, err := konverte.Collect(c.Reports.AgentConversationMetricsAll(ctx), 0)
		require.NoError(t, err)
		assert.Len(t, all, len(agents))
		assert.Equal(t, agents[0].ID, all[0].ID)
		assert.EqualValues(t, 1, all[0].Metric.Open)
		assert.Len(t, srv.Requests(), 1, "a short page ends the list")
	})
}

// The metrics of agents come 25 to a page and without a total.
func TestLiveMetricsOfManyAgents(t *testing.T) {
	t.Parallel()
	seed := konvertetest.DefaultSeed()
	for i := range 50 {
		seed.Users = append(seed.Users, konvertetest.SeedUser{
			Name: fmt.Sprint("Agent ", i), Email: fmt.Sprintf("agent.%d@example.com", i), Role: "agent",
		})
	}
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		page, err := c.Reports.AgentConversationMetrics(t.Context(), 2)
		require.NoError(t, err)
		assert.Len(t, page, 25)
		seen := map[konverte.AgentID]bool{}
		for agent, err := range c.Reports.AgentConversationMetricsAll(t.Context()) {
			require.NoError(t, err)
			assert.False(t, seen[agent.ID])
			seen[agent.ID] = true
		}
		assert.Len(t, seen, 52)
	}, konvertetest.WithSeed(seed))
}

func TestReportInTheTimeOfThePlace(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		place := time.FixedZone("BRT", -3*3600)
		until := time.Now().In(place)
		points, err := c.Reports.Statistics(t.Context(), konverte.ReportStatisticsParams{
			Metric: konverte.ReportMetricAverageFirstResponseTime, Type: konverte.ReportTypeAccount,
			Since: until.AddDate(0, 0, -7), Until: until, TimezoneOffset: konverte.UTCOffset(until),
		})
		require.NoError(t, err)
		require.NotEmpty(t, points)
		for _, p := range points {
			assert.Zero(t, p.Duration())
			assert.Equal(t, 3, p.Timestamp.UTC().Hour(), "midnight there")
		}
		assert.Equal(t, "-3", srv.Requests()[0].Query.Get("timezone_offset"))
	})
}
