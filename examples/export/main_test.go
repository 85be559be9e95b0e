package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
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

// asProgram makes the test binary the program itself.
const asProgram = "EXPORT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// useServer points the environment at a server with so many customers.
func useServer(t *testing.T, customers int, opts ...konvertetest.Option) *konvertetest.Server {
	t.Helper()
	srv := konvertetest.NewServer(t, opts...)
	require.NoError(t, account.Fill(t.Context(), srv.Client(), customers))
	t.Setenv(konverte.EnvBaseURL, srv.URL)
	t.Setenv(konverte.EnvAPIToken, srv.AdminToken())
	t.Setenv(konverte.EnvAccountID, strconv.FormatInt(srv.AccountID(), 10))
	return srv
}

// ids are those in a file, which must have each of them once.
func ids(t *testing.T, path string) []int64 {
	t.Helper()
	text, err := os.ReadFile(path) //#nosec G304 -- a file of this test
	require.NoError(t, err)
	var all []int64
	for line := range strings.Lines(string(text)) {
		var row struct{ ID int64 }
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		require.NotContains(t, all, row.ID, "twice")
		all = append(all, row.ID)
	}
	return all
}

func TestExport(t *testing.T) {
	t.Setenv(konverte.EnvBaseURL, "")
	dir := t.TempDir()
	var log strings.Builder
	require.NoError(t, run(t.Context(), []string{"-dir", dir, "-customers", "40"}, &log))
	assert.Len(t, ids(t, filepath.Join(dir, "contacts.jsonl")), 40)
	assert.Len(t, ids(t, filepath.Join(dir, "conversations.jsonl")), 20)
	assert.Contains(t, log.String(), "contacts: 15 of 40\n")
	assert.Contains(t, log.String(), "conversations: done, 20 rows\n")

	log.Reset()
	require.NoError(t, run(t.Context(), []string{"-dir", dir, "-customers", "40"}, &log))
	assert.Contains(t, log.String(), "contacts: done before\n")
	assert.Len(t, ids(t, filepath.Join(dir, "contacts.jsonl")), 40)
}

// The program is killed while it waits for a page, in either list, and run again.
func TestKilledAndResumed(t *testing.T) {
	for _, tc := range []struct {
		operation, line, file string
		pages                 int
	}{
		{"contactList", "contacts: 45 of 100", "contacts.jsonl", 3},
		{"conversationList", "conversations: 25 of 50", "conversations.jsonl", 1},
	} {
		t.Run(tc.operation, func(t *testing.T) {
			srv := useServer(t, 100)
			srv.Fault(tc.operation, konvertetest.Delay(time.Hour).After(tc.pages))
			dir := t.TempDir()
			killAt(t, dir, tc.line)
			srv.ClearFaults()

			// A row that was written, and whose position was not kept any more.
			torn, err := os.OpenFile(filepath.Join(dir, tc.file), os.O_APPEND|os.O_WRONLY, 0) //#nosec G304 -- a file of this test
			require.NoError(t, err)
			_, err = torn.WriteString(`{"id":9999}` + "\n" + `{"id":4`)
			require.NoError(t, err)
			require.NoError(t, torn.Close())

			var log strings.Builder
			require.NoError(t, run(t.Context(), []string{"-dir", dir}, &log))
			assert.Contains(t, log.String(), "written before, going on at")
			contacts := ids(t, filepath.Join(dir, "contacts.jsonl"))
			assert.Len(t, contacts, 100)
			assert.NotContains(t, contacts, int64(9999))
			assert.Len(t, ids(t, filepath.Join(dir, "conversations.jsonl")), 50)
		})
	}
}

// killAt kills the program when it has said a line.
func killAt(t *testing.T, dir, line string) {
	t.Helper()
	program := exec.CommandContext(t.Context(), os.Args[0], "-dir", dir) //#nosec G204 -- this test
	program.Env = append(os.Environ(), asProgram+"=1")
	log, err := program.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	said := bufio.NewScanner(log)
	found := false
	for !found && said.Scan() {
		found = said.Text() == line
	}
	require.NoError(t, program.Process.Kill())
	require.Error(t, program.Wait(), "it was killed")
	require.True(t, found)
}

// Rows that a list loses on ties are found by reading in other orders.
func TestRowsThatAListLoses(t *testing.T) {
	useServer(t, 100, konvertetest.WithHabits(konvertetest.Habits{LoseRowsOnTies: true}))
	dir := t.TempDir()
	var log strings.Builder
	require.NoError(t, run(t.Context(), []string{"-dir", dir}, &log))
	assert.Len(t, ids(t, filepath.Join(dir, "contacts.jsonl")), 100)
	assert.Len(t, ids(t, filepath.Join(dir, "conversations.jsonl")), 50)
}

func TestStopped(t *testing.T) {
	srv := useServer(t, 40)
	srv.Fault("conversationList", konvertetest.JSONStatus(401, "no"))
	dir := t.TempDir()
	err := run(t.Context(), []string{"-dir", dir}, &strings.Builder{})
	require.ErrorIs(t, err, konverte.ErrUnauthorized)
	require.ErrorContains(t, err, "run it again to go on")
	assert.Len(t, ids(t, filepath.Join(dir, "contacts.jsonl")), 40)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ctx, []string{"-dir", dir}, &strings.Builder{}), context.Canceled)
}

func TestBadInput(t *testing.T) {
	srv := useServer(t, 0)
	full := t.TempDir()
	require.NoError(t, run(t.Context(), []string{"-dir", full}, &strings.Builder{}))
	with := func(file, text string) string {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
		return dir
	}
	own := srv.URL + " account " + strconv.FormatInt(srv.AccountID(), 10)
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"an argument":      {[]string{"everything"}, `unexpected argument "everything"`},
		"an unknown flag":  {[]string{"-all"}, "not defined"},
		"no number":        {[]string{"-customers", "-1"}, "cannot be negative"},
		"a file, no dir":   {[]string{"-dir", filepath.Join(full, "contacts.jsonl")}, "not a directory"},
		"a broken state":   {[]string{"-dir", with("state.json", "{")}, "remove it to begin anew"},
		"a broken cursor":  {[]string{"-dir", with("state.json", `{"lists":{"contacts":{"cursor":"?"}}}`)}, "remove it to begin anew"},
		"another account":  {[]string{"-dir", with("state.json", `{"account":"other"}`)}, "choose another -dir"},
		"a file too short": {[]string{"-dir", with("state.json", `{"account":"`+own+`","lists":{"contacts":{"bytes":9}}}`)}, "shorter than the state says"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, run(t.Context(), tc.args, &strings.Builder{}), tc.want)
		})
	}
	t.Setenv(konverte.EnvAccountID, "one")
	require.ErrorContains(t, run(t.Context(), nil, &strings.Builder{}), "must be a number")
}
