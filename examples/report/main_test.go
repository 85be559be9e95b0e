package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/examples/internal/account"
	"github.com/konverte-go/konverte/konvertetest"
)

// lines runs the program and returns what each agent and team has, by name, with single
// spaces.
func lines(t *testing.T, args ...string) map[string]string {
	t.Helper()
	var out, log strings.Builder
	require.NoError(t, run(t.Context(), args, &out, &log))
	found := map[string]string{}
	for line := range strings.Lines(out.String()) {
		name, rest, _ := strings.Cut(strings.TrimRight(line, "\n"), "  ")
		found[name] = strings.Join(strings.Fields(rest), " ")
	}
	return found
}

func TestReport(t *testing.T) {
	t.Setenv(konverte.EnvBaseURL, "")
	got := lines(t, "-days", "15", "-zone", "UTC")
	assert.Equal(t, "22 22 4m00s – 50m00s ▃▅▆··▆▃█▅··▃▅▆·", got["Ana Souza"])
	assert.Equal(t, "13 13 35m00s – 5h00m ▅▅▅··█▅▅█··▅▅█·", got["Beto Alves"])
	assert.Equal(t, "0 0 – – – "+strings.Repeat("·", 15), got["Beto Agente"])
	assert.Equal(t, "15 15 1m10s – 20m00s ······▂█▅··▄·▇·", got["delivery"])
	assert.Equal(t, "new resolved first reply reply resolution per day", got["team"])

	got = lines(t, "-days", "1", "-zone", "UTC")
	assert.Equal(t, "0 0 – – – ·", got["billing"])
}

// The table is aligned: every column begins at the same place in every line.
func TestAligned(t *testing.T) {
	t.Setenv(konverte.EnvBaseURL, "")
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"-days", "15"}, &out, &strings.Builder{}))
	table := strings.Split(strings.Split(out.String(), "\n\n")[1], "\n")
	at := len([]rune(table[0][:strings.Index(table[0], "per day")]))
	for _, line := range table[1:] {
		assert.Len(t, []rune(line)[at:], 15, line)
	}
}

// useServer points the environment at a server with some work.
func useServer(t *testing.T, version string) *konvertetest.Server {
	t.Helper()
	clock := &account.Clock{}
	srv := konvertetest.NewServer(t, konvertetest.WithVersion(version), konvertetest.WithClock(clock.Now))
	require.NoError(t, fill(t.Context(), srv, clock))
	clock.Set(time.Time{})
	t.Setenv(konverte.EnvBaseURL, srv.URL)
	t.Setenv(konverte.EnvAPIToken, srv.AdminToken())
	t.Setenv(konverte.EnvAccountID, strconv.FormatInt(srv.AccountID(), 10))
	return srv
}

// Server 3.16.0 does not count what agents resolved.
func TestOfEveryVersion(t *testing.T) {
	for version, want := range map[string]string{
		"3.16.0": "15 – 1m10s – 20m00s ······▂█▅··▄·▇·",
		"4.2.0":  "15 15 1m10s – 20m00s ······▂█▅··▄·▇·",
		"4.15.1": "15 15 1m10s – 20m00s ······▂█▅··▄·▇·",
	} {
		t.Run(version, func(t *testing.T) {
			useServer(t, version)
			assert.Equal(t, want, lines(t, "-days", "15", "-zone", "UTC")["Caio Lima"])
			assert.NotEmpty(t, lines(t, "-working-hours")["delivery"])
		})
	}
}

func TestBadInput(t *testing.T) {
	srv := useServer(t, "4.2.0")
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"an argument":     {[]string{"agents"}, `unexpected argument "agents"`},
		"no days":         {[]string{"-days", "0"}, "must be 1 to 90"},
		"too many days":   {[]string{"-days", "91"}, "must be 1 to 90"},
		"days in words":   {[]string{"-days", "two"}, "invalid value"},
		"an unknown zone": {[]string{"-zone", "Mars/Olympus"}, "unknown time zone"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, run(t.Context(), tc.args, &strings.Builder{}, &strings.Builder{}), tc.want)
		})
	}
	t.Setenv(konverte.EnvAPIToken, srv.AgentToken())
	require.ErrorIs(t, run(t.Context(), nil, &strings.Builder{}, &strings.Builder{}), konverte.ErrUnauthorized)
	t.Setenv(konverte.EnvAPIToken, "")
	require.ErrorContains(t, run(t.Context(), nil, &strings.Builder{}, &strings.Builder{}), "WithUserToken")
	t.Setenv(konverte.EnvBaseURL, "support.example.com")
	require.Error(t, run(t.Context(), nil, &strings.Builder{}, &strings.Builder{}))
}

// Days of 23 and 25 hours are days all the same.
func TestDaysAcrossAChangeOfTheClocks(t *testing.T) {
	t.Parallel()
	place, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for _, now := range []time.Time{
		time.Date(2026, 3, 10, 15, 0, 0, 0, place), time.Date(2026, 11, 3, 15, 0, 0, 0, place),
	} {
		p := lastDays(now, 5)
		// Points of the server begin by the offset of today.
		_, offset := now.Zone()
		first := time.Date(p.since.Year(), p.since.Month(), p.since.Day(), 0, 0, 0, 0, time.FixedZone("", offset))
		for day := range 5 {
			assert.Equal(t, day, p.index(first.AddDate(0, 0, day)), "%v", now)
		}
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0s": 0, "59s": 59 * time.Second, "1m00s": time.Minute, "1h01m": 61 * time.Minute, "47h00m": 47 * time.Hour, "2.5d": 60 * time.Hour,
	} {
		assert.Equal(t, want, duration(konverte.Set(d)))
	}
	assert.Equal(t, "–", duration(konverte.Null[time.Duration]()))
	assert.Equal(t, "0", count(konverte.Null[int64]()))
	assert.Equal(t, "–", count(konverte.Opt[int64]{}))
	assert.Equal(t, "▁▅█·", sparkline([]float64{0.1, 50, 100, 0}))
	assert.Empty(t, sparkline(nil))
	assert.Equal(t, "a b [31m", printable("a\tb\x1b[31m"))
}
