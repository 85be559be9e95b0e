package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samplePath is where the compiler is told that the sample stands. Nothing is written there.
const samplePath = "../../internal/apigen_sample"

func sampleFiles(t *testing.T) map[string][]byte {
	t.Helper()
	doc, err := read([]string{"testdata/sample"})
	require.NoError(t, err)
	return generate(doc, target{pkg: "sample", root: module, out: "sample", table: "table", docs: "docs"})
}

// written generates the sample into a directory, as the command does.
func written(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, run(target{
		pkg: "sample", root: module, out: dir, table: filepath.Join(dir, "table"), docs: filepath.Join(dir, "docs"),
	}, []string{"testdata/sample"}))
	return dir
}

func TestGolden(t *testing.T) {
	t.Parallel()
	dir := written(t)
	golden := filepath.Join("testdata", "golden")
	var names []string
	for _, pattern := range []string{"*.go", "table/*.go", "docs/*.md"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		names = append(names, found...)
	}
	require.Len(t, names, len(sampleFiles(t)))
	for _, name := range names {
		rel, err := filepath.Rel(dir, name)
		require.NoError(t, err)
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		kept := filepath.Join(golden, rel)
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(kept), 0o755))
			require.NoError(t, os.WriteFile(kept, got, 0o600))
			continue
		}
		want, err := os.ReadFile(kept)
		require.NoError(t, err, "run go test . -update")
		assert.Equal(t, string(want), string(got), "%s: run go test . -update and look at the difference", rel)
	}
}

// TestCompiled compiles what is generated for the sample against the packages it stands on, and runs the tests in
// testdata/compiled over it.
func TestCompiled(t *testing.T) {
	t.Parallel()
	dir := written(t)
	base, err := filepath.Abs(samplePath)
	require.NoError(t, err)
	replace := map[string]string{}
	generated, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, name := range generated {
		replace[filepath.Join(base, filepath.Base(name))] = name
	}
	byHand, err := filepath.Abs("testdata/compiled")
	require.NoError(t, err)
	for _, name := range []string{"client.go", "sample_test.go"} {
		replace[filepath.Join(base, name)] = filepath.Join(byHand, name+".txt")
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	overlayFile := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(overlayFile, overlay, 0o600))

	touchImports(t)
	binary := filepath.Join(dir, "sample.test")
	compile := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-o", binary, "-overlay", overlayFile, "./internal/"+filepath.Base(base))
	compile.Dir = filepath.Join("..", "..")
	out, err := compile.CombinedOutput()
	require.NoError(t, err, "%s", out)

	tests := exec.CommandContext(t.Context(), binary, "-test.v")
	tests.Dir = dir
	out, err = tests.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestLists", "the tests of the sample ran")
}

// touchImports opens the sources that the sample is compiled with, so that a cached result is not used when they change.
func touchImports(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"../../*.go", "../core/*.go", "../codec/*.go"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, names, pattern)
		for _, name := range names {
			_, err := os.ReadFile(name)
			require.NoError(t, err)
		}
	}
}

func TestStaleFilesAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stale, byHand := filepath.Join(dir, "gone.go"), filepath.Join(dir, "client.go")
	require.NoError(t, os.WriteFile(stale, []byte(header+"package sample\n"), 0o600))
	require.NoError(t, os.WriteFile(byHand, []byte("package sample\n"), 0o600))
	require.NoError(t, run(target{pkg: "sample", root: module, out: dir}, []string{"testdata/sample"}))
	assert.NoFileExists(t, stale)
	assert.FileExists(t, byHand)
	assert.FileExists(t, filepath.Join(dir, "things.go"))
}

// TestRepeatable generates several times: maps have no order, output has.
func TestRepeatable(t *testing.T) {
	t.Parallel()
	first := sampleFiles(t)
	for range 5 {
		assert.Equal(t, first, sampleFiles(t))
	}
}

// TestDescriptions reads the real descriptions. That the code in the tree is theirs is for CI, which generates it anew.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"konverte", "engage"} {
		dir := filepath.Join("..", "..", "api", name)
		_, err := read([]string{dir})
		assert.NoError(t, err, strings.TrimPrefix(dir, "../"))
	}
}
