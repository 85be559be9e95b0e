package main

import (
	"context"

	"github.com/konverte-go/konverte"
)

// reporter asks for the figures.
type reporter struct {
	*konverte.Client
	period
	working bool
}

// row is an agent or a team.
type row struct {
	id        int64
	name      string
	began     konverte.Opt[int64]
	resolved  konverte.Opt[int64]
	durations konverte.ReportDurations
	daily     []float64
}

// agents are the members of the account, whether they did anything or not.
func (r reporter) agents(ctx context.Context) (*table, error) {
	members, err := r.Agents.List(ctx)
	if err != nil {
		return nil, err
	}
	reports, err := r.Reports.AgentSummary(ctx, konverte.ReportAgentSummaryParams{
		Since: r.since, Until: r.until, BusinessHours: r.working,
	})
	if err != nil {
		return nil, err
	}
	by := map[konverte.AgentID]konverte.AgentReport{}
	for _, report := range reports {
		by[report.ID] = report
	}
	t := &table{title: "agent"}
	for _, m := range members {
		report := by[m.ID]
		t.rows = append(t.rows, row{
			id: int64(m.ID), name: m.Name,
			began: report.ConversationsCount, resolved: report.ResolvedConversationsCount, durations: report.Durations(),
		})
	}
	return t, r.addDays(ctx, t, konverte.ReportTypeAgent)
}

func (r reporter) teams(ctx context.Context) (*table, error) {
	teams, err := r.Teams.List(ctx)
	if err != nil {
		return nil, err
	}
	reports, err := r.Reports.TeamSummary(ctx, konverte.ReportTeamSummaryParams{
		Since: r.since, Until: r.until, BusinessHours: r.working,
	})
	if err != nil {
		return nil, err
	}
	by := map[konverte.TeamID]konverte.TeamReport{}
	for _, report := range reports {
		by[report.ID] = report
	}
	t := &table{title: "team"}
	for _, team := range teams {
		report := by[team.ID]
		t.rows = append(t.rows, row{
			id: int64(team.ID), name: team.Name,
			began: report.ConversationsCount, resolved: report.ResolvedConversationsCount, durations: report.Durations(),
		})
	}
	return t, r.addDays(ctx, t, konverte.ReportTypeTeam)
}

// addDays asks for the days of each row. There are 100 such questions to a minute, and the
// client waits where there are more.
func (r reporter) addDays(ctx context.Context, t *table, kind konverte.ReportType) error {
	for i := range t.rows {
		points, err := r.Reports.Statistics(ctx, konverte.ReportStatisticsParams{
			Metric: konverte.ReportMetricConversationsCount, Type: kind, ID: t.rows[i].id,
			Since: r.since, Until: r.until, TimezoneOffset: konverte.UTCOffset(r.until),
		})
		if err != nil {
			return err
		}
		daily := make([]float64, r.days)
		for _, p := range points {
			if day := r.index(p.Timestamp.Time); day >= 0 && day < len(daily) {
				daily[day] += p.Value
			}
		}
		t.rows[i].daily = daily
	}
	return nil
}
