package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func useServer(t *testing.T) *konvertetest.Server {
	t.Helper()
	srv := konvertetest.NewServer(t)
	t.Setenv(konverte.EnvBaseURL, srv.URL)
	t.Setenv(konverte.EnvAPIToken, srv.AdminToken())
	t.Setenv(konverte.EnvAccountID, strconv.FormatInt(srv.AccountID(), 10))
	return srv
}

// importText imports a text and returns what was said.
func importText(ctx context.Context, text string, flags ...string) (string, error) {
	var out strings.Builder
	err := run(ctx, append(flags, "-"), stdio{in: strings.NewReader(text), out: &out, log: &strings.Builder{}})
	return out.String(), err
}

func TestSample(t *testing.T) {
	t.Setenv(konverte.EnvBaseURL, "")
	var out, log strings.Builder
	err := run(t.Context(), nil, stdio{out: &out, log: &log})
	require.EqualError(t, err, "2 rows were not imported")
	assert.Contains(t, log.String(), "embedded server")
	lines := strings.Split(out.String(), "\n")
	require.Len(t, lines, 8)
	for i, want := range []string{
		"line 2: created contact 1",
		"line 3: created contact 2",
		"line 4: found contact 1 by email",
		"line 5: NOT IMPORTED: ",
		"line 6: NOT IMPORTED: one of email, phone and identifier",
		"line 7: created contact",
		"6 rows, 2 of them not imported",
	} {
		assert.Contains(t, lines[i], want)
	}
}

// What was imported is found, and nothing is made twice.
func TestImportAgain(t *testing.T) {
	srv := useServer(t)
	const file = "\ufeffPhone, Email ,name\n+5511999990001,ana@example.com,Ana\n,bia@example.com,\"Bia\nda Silva\"\n"
	first, err := importText(t.Context(), file)
	require.NoError(t, err)
	assert.Equal(t, "line 2: created contact 1\nline 3: created contact 2\n2 rows, 0 of them not imported\n", first)
	again, err := importText(t.Context(), file)
	require.NoError(t, err)
	assert.Equal(t, "line 2: found contact 1 by email\nline 3: found contact 2 by email\n2 rows, 0 of them not imported\n", again)
	ana, err := srv.Client().Contacts.FindByPhone(t.Context(), "+5511999990001")
	require.NoError(t, err)
	assert.Equal(t, "Ana", ana.Name.Or(""))
}

func TestDryRun(t *testing.T) {
	srv := useServer(t)
	out, err := importText(t.Context(), sample, "-dry-run")
	require.Error(t, err)
	assert.Contains(t, out, "line 2: looks good\n")
	assert.Contains(t, out, "line 6: NOT IMPORTED")
	assert.Empty(t, srv.Requests())
}

func TestRowsAtFault(t *testing.T) {
	useServer(t)
	for name, tc := range map[string]struct{ row, want string }{
		"too few":       {"a", "wrong number of fields"},
		"too many":      {"a,b@example.com,c", "wrong number of fields"},
		"a stray quote": {`a"b,c@example.com`, `bare "`},
		"no key":        {"Ana,", "one of email, phone and identifier"},
		"not UTF-8":     {"Jo\xe3o,joao@example.com", "column name is not UTF-8"},
		"a bad e-mail":  {"Ana,ana", "email"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := importText(t.Context(), "name,email\n"+tc.row+"\nGood,good@example.com\n")
			require.EqualError(t, err, "1 rows were not imported")
			assert.Contains(t, out, "line 2: NOT IMPORTED: ")
			assert.Contains(t, out, tc.want)
			assert.Contains(t, out, "line 3: ", "the others are imported")
		})
	}
}

func TestBadInput(t *testing.T) {
	useServer(t)
	for name, tc := range map[string]struct {
		args []string
		in   string
		want string
	}{
		"no file":         {nil, "", "which file?"},
		"two files":       {[]string{"a", "b"}, "", "one file at a time"},
		"not there":       {[]string{filepath.Join(t.TempDir(), "none.csv")}, "", "no such file"},
		"an empty file":   {[]string{"-"}, "", "the file is empty"},
		"no header":       {[]string{"-"}, "Ana,ana@example.com\n", `unknown column "ana"`},
		"semicolons":      {[]string{"-"}, "name;email\n", "separated by commas"},
		"a column twice":  {[]string{"-"}, "email,Email\n", `"email" comes twice`},
		"an unknown flag": {[]string{"-now"}, "", "not defined"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t.Context(), tc.args, stdio{in: strings.NewReader(tc.in), out: &strings.Builder{}, log: &strings.Builder{}})
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// An error that every row would meet ends the import.
func TestHopeless(t *testing.T) {
	srv := useServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := importText(ctx, sample)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "stopped at line 2, after 0 rows")
	t.Setenv(konverte.EnvAPIToken, "wrong")
	out, err := importText(t.Context(), sample)
	require.ErrorIs(t, err, konverte.ErrUnauthorized)
	assert.Empty(t, out)
	srv.Close()
	_, err = importText(t.Context(), sample)
	require.Error(t, err)
}

func TestFileByName(t *testing.T) {
	useServer(t)
	file := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, os.WriteFile(file, []byte("email\nana@example.com\n"), 0o600))
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{file}, stdio{out: &out, log: &strings.Builder{}}))
	assert.Equal(t, "line 2: created contact 1\n1 rows, 0 of them not imported\n", out.String())
}
