package konverte

import "time"

// ReportDurations are the averages of a report. One is null where there was nothing to
// average.
type ReportDurations struct {
	FirstResponse Opt[time.Duration] // until the first reply
	Resolution    Opt[time.Duration] // until the conversation was resolved
	Reply         Opt[time.Duration] // of every reply
}

// Durations are the averages, which the server counts in seconds, as durations.
func (r ReportSummary) Durations() ReportDurations {
	return reportDurations(r.AverageFirstResponseTime, r.AverageResolutionTime, r.ReplyTime)
}

// Durations are the averages, which the server counts in seconds, as durations.
func (r ReportTotals) Durations() ReportDurations {
	return reportDurations(r.AverageFirstResponseTime, r.AverageResolutionTime, r.ReplyTime)
}

// Durations are the averages, which the server counts in seconds, as durations.
func (r AgentReport) Durations() ReportDurations {
	return reportDurations(r.AverageFirstResponseTime, r.AverageResolutionTime, r.AverageReplyTime)
}

// Durations are the averages, which the server counts in seconds, as durations.
func (r TeamReport) Durations() ReportDurations {
	return reportDurations(r.AverageFirstResponseTime, r.AverageResolutionTime, r.AverageReplyTime)
}

// Durations are the averages, which the server counts in seconds, as durations.
func (r InboxReport) Durations() ReportDurations {
	return reportDurations(r.AverageFirstResponseTime, r.AverageResolutionTime, r.AverageReplyTime)
}

// Duration is the value of a point whose metric is a time. It makes no sense for a metric
// that counts. The server has 0 where there was nothing to average: see Count.
func (p ReportPoint) Duration() time.Duration { return secondsOf(p.Value) }

// UTCOffset is the distance of a time's zone from UTC in hours, -3 or 5.5 for example, as
// ReportStatisticsParams.TimezoneOffset wants it. The server knows no zones, so that the
// days of a report that crosses a change of the clocks are an hour off on one side of it.
func UTCOffset(t time.Time) float64 {
	_, seconds := t.Zone()
	return float64(seconds) / time.Hour.Seconds()
}

func reportDurations(first, resolution, reply Opt[float64]) ReportDurations {
	return ReportDurations{
		FirstResponse: durationOf(first),
		Resolution:    durationOf(resolution),
		Reply:         durationOf(reply),
	}
}

func durationOf(seconds Opt[float64]) Opt[time.Duration] {
	if v, ok := seconds.Get(); ok {
		return Set(secondsOf(v))
	}
	return Null[time.Duration]()
}

// secondsOf rounds to milliseconds: what is finer is an artefact of the average.
func secondsOf(v float64) time.Duration {
	return time.Duration(v * float64(time.Second)).Round(time.Millisecond)
}
