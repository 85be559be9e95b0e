package konvertetest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/konvertetest"
)

func TestArticlesAreDraftsUntilPublished(t *testing.T) {
	t.Parallel()
	for version, created := range map[string]string{"3.16.0": "draft", "4.2.0": "draft", "4.15.1": "published"} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		const base = "/api/v1/accounts/{account}/portals"
		status, _ := call(t, srv, srv.AdminToken(), "POST "+base, `{"name":"Ajuda","slug":"ajuda","custom_domain":""}`)
		require.Equal(t, 200, status)
		author := srv.UserIDs()[0]
		status, answer := call(t, srv, srv.AdminToken(), "POST "+base+"/ajuda/articles",
			fmt.Sprintf(`{"title":"Olá Mundo","content":"x","author_id":%d,"status":"published"}`, author))
		require.Equal(t, 200, status)
		assert.Contains(t, answer, `"status":"`+created+`"`, version)
		assert.Contains(t, answer, `-ola-mundo"`)
		status, answer = call(t, srv, srv.AdminToken(), "PATCH "+base+"/ajuda/articles/1", `{"status":"published"}`)
		assert.Equal(t, 200, status)
		assert.Contains(t, answer, `"status":"published"`)
		_, answer = call(t, srv, srv.AdminToken(), "GET "+base+"/ajuda/articles?query=mun", "")
		assert.Contains(t, answer, `"published_count":1`)
	}
}

func TestPortalRefusals(t *testing.T) {
	t.Parallel()
	const base = "/api/v1/accounts/{account}/portals"
	for _, tt := range []struct {
		version, request, body string
		status                 int
		answer                 string
	}{
		{"4.2.0", "POST " + base, `{"name":"x","slug":"x"}`, 500, ""},
		{"4.15.1", "POST " + base, `{"name":"x","slug":"x"}`, 200, ""},
		{"4.2.0", "PATCH " + base + "/ajuda", `{"name":""}`, 422, `{"error":{"name":["can't be blank"]}}`},
		{"4.15.1", "PATCH " + base + "/ajuda", `{"name":""}`, 422, `{"message":"Name can't be blank","attributes":["name"]}`},
		{"4.2.0", "GET " + base + "/nada", "", 500, ""},
		{"4.2.0", "POST " + base + "/nada/categories", `{"name":"x","slug":"x"}`, 500, ""},
		{"4.15.1", "POST " + base + "/nada/categories", `{"name":"x","slug":"x"}`, 404, ""},
		{"4.2.0", "POST " + base + "/ajuda/categories", `{"name":"x","slug":"x","locale":"fr"}`, 422,
			`{"message":"Locale fr of category is not part of portal's [\"en\"].","attributes":["locale"]}`},
		{"4.2.0", "PATCH " + base + "/ajuda", `{"config":{"default_locale":"en"}}`, 500, ""},
	} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(tt.version))
		status, _ := call(t, srv, srv.AdminToken(), "POST "+base, `{"name":"Ajuda","slug":"ajuda","custom_domain":""}`)
		require.Equal(t, 200, status)
		status, answer := call(t, srv, srv.AdminToken(), tt.request, tt.body)
		assert.Equal(t, tt.status, status, "%s %s", tt.version, tt.request)
		if tt.answer != "" {
			assert.JSONEq(t, tt.answer, answer)
		}
	}
}
