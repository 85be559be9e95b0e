package konvertetest

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

func registerReportCSV(r *router, reports string) {
	r.get("undocumented:report-csv-agents", reports+"/agents", agentsCSV)
	r.get("undocumented:report-csv-inboxes", reports+"/inboxes", inboxesCSV)
	r.get("undocumented:report-csv-labels", reports+"/labels", labelsCSV)
	r.get("undocumented:report-csv-teams", reports+"/teams", teamsCSV)
	r.get("undocumented:report-csv-conversation-traffic", reports+"/conversation_traffic", trafficCSV)
	r.get("undocumented:report-csv-conversations-summary", reports+"/conversations_summary", conversationsCSV, shape())
}

// csvFile answers with lines of comma-separated values.
func csvFile(name string, lines []string) response {
	return response{
		Status: http.StatusOK, Type: "text/csv", Body: []byte(strings.Join(lines, "\n") + "\n"),
		Header: http.Header{"Content-Disposition": {"attachment; filename=" + name + ".csv"}},
	}
}

// csvReport answers a report over a period, which must be given.
func (c *ctx) csvReport(name, heading string, lines []string) response {
	p, _ := c.period()
	const day = "2006-01-02"
	span := "Reporting period %s to %s"
	if c.account.locale == localePortuguese {
		span = "Reportando o período %s a %s"
	}
	head := []string{fmt.Sprintf(span, p.since.Format(day), p.until.Format(day)), "", "", heading}
	return csvFile(name, append(head, lines...))
}

// localePortuguese is the language beside English in which the texts of
// reports are known.
const localePortuguese = "pt_BR"

// timeUnits are the units of durations in words, by language.
var timeUnits = map[string][4]string{
	"en":             {"day", "hour", "minute", "second"},
	localePortuguese: {"dia", "hora", "minuto", "segundo"},
}

var unitSeconds = [4]int{86400, 3600, 60, 1}

// csvParams ends the request when the caller may not see reports, or when the
// period is none.
func (c *ctx) csvParams() {
	c.mayReport()
	if _, ranged := c.period(); !ranged {
		stop(crash())
	}
	c.Params.Ignore("business_hours", "type", "id", "group_by", "timezone_offset")
}

// csvLine is a row that begins with names and goes on with the figures of a
// scope. Servers before 4.2.0 leave out two of them in short rows.
func (c *ctx) csvLine(names []string, scope reportScope, short bool) string {
	row := c.summaryOf(scope, nil)
	cells := append([]string{}, names...)
	for i, text := range cells {
		cells[i] = csvCell(text)
	}
	if short {
		cells = append(cells, strconv.Itoa(row.conversations), c.csvDuration(row.firstReply), c.csvDuration(row.resolution), c.csvDuration(nil), "")
		return escapeCSV(cells)
	}
	resolved := row.resolved
	if !c.atLeast("4.2.0") {
		p, _ := c.period()
		m, _ := c.metricNamed("resolutions_count")
		_, resolved = m.figure(m.rows(c, scope), p.holds, nil)
	}
	cells = append(cells, strconv.Itoa(row.conversations), c.csvDuration(row.firstReply), c.csvDuration(row.resolution),
		c.csvDuration(row.reply), strconv.Itoa(resolved))
	return escapeCSV(cells)
}

// escapeCSV joins the cells of a report; its template takes them for HTML.
func escapeCSV(cells []string) string { return htmlEscapes.Replace(strings.Join(cells, ",")) }

var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

var csvNumber = regexp.MustCompile(`^[+-]?[0-9.,]+$`)

// csvCell guards a cell against spreadsheets that take it for a formula, and
// quotes it where it must be.
func csvCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@%|\t\r", rune(text[0])) && !csvNumber.MatchString(text) {
		text = "'" + text
	}
	if strings.ContainsAny(text, ",\"\n\r") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// csvDuration writes an average in words.
func (c *ctx) csvDuration(average any) string {
	value, _ := average.(testserver.Float)
	seconds := int(value)
	if seconds == 0 && c.atLeast("4.2.0") {
		return "N/A"
	}
	if seconds == 0 {
		return csvCell("--")
	}
	units, known := timeUnits[c.account.locale]
	if !known {
		units = timeUnits["en"]
	}
	var parts []string
	for i, unit := range units {
		n := seconds / unitSeconds[i]
		seconds %= unitSeconds[i]
		switch {
		case n == 1:
			parts = append(parts, "1 "+unit)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, unit))
		}
	}
	return strings.Join(parts, " ")
}

func agentsCSV(c *ctx) response {
	c.csvParams()
	var lines []string
	for _, u := range c.st.members(c.account.id) {
		lines = append(lines, c.csvLine([]string{u.name}, c.agentScope(u.id), false))
	}
	heading := "Agent name,Assigned conversations,Avg first response time,Avg resolution time,Avg customer waiting time,Resolution Count"
	if c.account.locale == localePortuguese {
		heading = "Nome do Agente,Conversas atribuídas,Tempo médio de primeira resposta,Tempo médio de resolução,Tempo médio de espera do cliente,Contagem de Resolução"
	}
	return c.csvReport("agents_report", heading, lines)
}

// channelTitles are the names of channels in reports.
var channelTitles = map[string]string{channelAPI: "API", channelWidget: "Website"}

func channelName(channelType string) string {
	if name, known := channelTitles[channelType]; known {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(channelType, "Channel::"), "Page")
}

func inboxesCSV(c *ctx) response {
	c.csvParams()
	var lines []string
	for _, in := range c.accountInboxes() {
		lines = append(lines, c.csvLine([]string{in.name, channelName(in.channelType)}, inboxScope(in.id), !c.atLeast("4.2.0")))
	}
	return c.csvReport("inboxes_report", "Inbox name,Inbox type,No. of conversations,Avg first response time,Avg resolution time", lines)
}

func labelsCSV(c *ctx) response {
	c.csvParams()
	var lines []string
	for _, l := range c.accountLabels() {
		lines = append(lines, c.csvLine([]string{l.title}, c.labelledScope(l.title), !c.atLeast("4.15.1")))
	}
	heading := "Label,No. of conversations,Avg first response time,Avg resolution time"
	if c.atLeast("4.15.1") {
		heading += ",Avg reply time,Resolution Count"
	}
	return c.csvReport("labels_report", heading, lines)
}

func teamsCSV(c *ctx) response {
	c.csvParams()
	var lines []string
	for _, t := range teams.where(c.st, func(t *team) bool { return t.accountID == c.account.id }) {
		lines = append(lines, c.csvLine([]string{t.name}, c.teamScope(t.id), false))
	}
	return c.csvReport("teams_report", "Team name,Conversations count,Avg first response time,Avg resolution time,Avg customer waiting time,Resolution Count", lines)
}

// conversationsCSV has one row, of the whole account.
func conversationsCSV(c *ctx) response {
	c.csvParams()
	everything := c.ofConversations(func(*conversation) bool { return true })
	heading := "No. of conversations,Avg first response time,Avg resolution time,Avg customer waiting time,Resolution Count"
	return c.csvReport("conversations_summary_report", heading, []string{c.csvLine(nil, everything, false)})
}

const trafficDays = 6

// trafficCSV counts new conversations by the hour of each of the last days,
// without today.
func trafficCSV(c *ctx) response {
	c.mayReport()
	c.Params.Ignore("since", "until", "days_before")
	if c.Params.Blank("timezone_offset") {
		return crash()
	}
	z, days := c.reportZone(), trafficDays
	if c.atLeast("4.2.0") && !c.Params.Blank("days_before") {
		days = int(c.Params.Int("days_before"))
	}
	today := bucketStart("day", c.Now.In(z.location))
	head := "Start of the hour"
	var starts []time.Time
	for i := days; i > 0; i-- {
		day := today.AddDate(0, 0, -i)
		starts = append(starts, day)
		head += "," + day.Format("2006-01-02")
	}
	lines := []string{"Timezone," + csvCell(z.title()), "", "", head}
	for hour := range 24 {
		line := twoDigits(hour) + ":00"
		for _, day := range starts {
			from := day.Add(time.Duration(hour) * time.Hour)
			p := period{since: from, until: from.Add(time.Hour)}
			rows := c.liveConversations(func(v *conversation) bool { return p.holds(v.createdAt) })
			line += "," + strconv.Itoa(len(rows))
		}
		lines = append(lines, line)
	}
	return csvFile("conversation_traffic_reports", lines)
}
