package konvertetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// The operations of this file exist on the newest servers alone.

// archive is a portal with two categories and two articles.
type archive struct {
	*testing.T
	c          *konverte.Client
	srv        *konvertetest.Server
	categories []konverte.CategoryID
	articles   []konverte.ArticleID
}

const archiveSlug konverte.PortalSlug = "ajuda"

func newArchive(t *testing.T) *archive {
	t.Helper()
	srv, c := newestServer(t)
	ctx := t.Context()
	_, err := c.HelpCenter.CreatePortal(ctx, konverte.PortalCreateParams{Name: "Ajuda", Slug: archiveSlug})
	require.NoError(t, err)
	a := &archive{T: t, c: c, srv: srv}
	for i, title := range []string{"Um", "Dois"} {
		k, err := c.HelpCenter.CreateCategory(ctx, archiveSlug, konverte.CategoryCreateParams{
			Name: title, Slug: title, Position: konverte.Set(int64(i)),
		})
		require.NoError(t, err)
		a.categories = append(a.categories, k.ID)
		article, err := c.HelpCenter.CreateArticle(ctx, archiveSlug, konverte.ArticleCreateParams{
			Title: title, Content: "x", AuthorID: konverte.UserID(srv.UserIDs()[0]),
		})
		require.NoError(t, err)
		a.articles = append(a.articles, article.ID)
	}
	return a
}

// body is the whole body of a bulk action.
func (a *archive) body(values map[string]any) map[string]json.RawMessage {
	a.Helper()
	body := map[string]json.RawMessage{}
	for key, value := range values {
		text, err := json.Marshal(value)
		require.NoError(a, err)
		body[key] = text
	}
	return body
}

func (a *archive) list() []konverte.Article {
	a.Helper()
	page, err := a.c.HelpCenter.Articles(a.Context(), archiveSlug, konverte.HelpCenterArticlesParams{})
	require.NoError(a, err)
	return page.Articles
}

func TestArticlesInBulk(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	ctx, help := t.Context(), a.c.HelpCenter
	_, err := help.BulkSetArticleStatus(ctx, archiveSlug, a.body(map[string]any{"ids": a.articles, "status": "archived"}))
	require.NoError(t, err)
	_, err = help.BulkSetArticleCategory(ctx, archiveSlug, a.body(map[string]any{"ids": a.articles, "category_id": a.categories[1]}))
	require.NoError(t, err)
	_, err = help.BulkTranslateArticles(ctx, archiveSlug, a.body(map[string]any{"ids": a.articles, "locale": "pt_BR"}))
	require.NoError(t, err)
	rows := a.list()
	require.Len(t, rows, 2)
	for _, article := range rows {
		assert.Equal(t, konverte.Set(konverte.ArticleStatusArchived), article.Status)
		assert.Equal(t, konverte.Set(a.categories[1]), article.Category.ID)
	}
	_, err = help.BulkDeleteArticles(ctx, archiveSlug, a.body(map[string]any{"ids": a.articles[:1]}))
	require.NoError(t, err)
	rows = a.list()
	require.Len(t, rows, 1)
	assert.Equal(t, a.articles[1], rows[0].ID)
}

// Nothing changes where one of many articles is not of the portal.
func TestArticlesInBulkRefusals(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	const base = "/api/v1/accounts/{account}/portals/ajuda/articles/bulk_actions/"
	const missing = "param is missing or the value is empty: "
	all := fmt.Sprintf(`"ids":[%d,%d]`, a.articles[0], a.articles[1])
	for _, tt := range []struct {
		request, body string
		status        int
		answer        string
	}{
		{"DELETE " + base + "delete_articles", `{}`, 422, missing + "ids"},
		{"DELETE " + base + "delete_articles", fmt.Sprintf(`{"ids":[%d,9]}`, a.articles[0]), 404, "could not be found"},
		{"PATCH " + base + "update_status", `{` + all + `}`, 422, missing + "status"},
		{"PATCH " + base + "update_status", `{` + all + `,"status":"gone"}`, 500, ""},
		{"PATCH " + base + "update_category", `{` + all + `}`, 422, missing + "category_id"},
		{"PATCH " + base + "update_category", `{` + all + `,"category_id":9}`, 404, "could not be found"},
		{"POST " + base + "translate", `{` + all + `}`, 422, missing + "locale"},
		{"POST /api/v1/accounts/{account}/portals/nada/articles/bulk_actions/translate", `{` + all + `}`, 404, "could not be found"},
	} {
		status, answer := call(t, a.srv, a.srv.AdminToken(), tt.request, tt.body)
		assert.Equal(t, tt.status, status, "%s %s", tt.request, tt.body)
		assert.Contains(t, answer, tt.answer)
	}
	status, _ := call(t, a.srv, a.srv.AgentToken(), "DELETE "+base+"delete_articles", `{`+all+`}`)
	assert.Equal(t, 401, status)
	rows := a.list()
	require.Len(t, rows, 2)
	assert.False(t, rows[0].Category.ID.IsSet())
}

func TestReorderCategories(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	order := func() []konverte.CategoryID {
		page, err := a.c.HelpCenter.Categories(t.Context(), archiveSlug, konverte.HelpCenterCategoriesParams{})
		require.NoError(t, err)
		ids := []konverte.CategoryID{}
		for _, k := range page.Categories {
			ids = append(ids, k.ID)
		}
		return ids
	}
	first, second := a.categories[0], a.categories[1]
	require.Equal(t, a.categories, order())
	err := a.c.HelpCenter.ReorderCategories(t.Context(), archiveSlug, map[string]int64{fmt.Sprint(first): 9, "7": 1})
	assertStatus(t, http.StatusNotFound, err)
	require.Equal(t, a.categories, order(), "all or none")
	err = a.c.HelpCenter.ReorderCategories(t.Context(), archiveSlug, map[string]int64{fmt.Sprint(first): 2, fmt.Sprint(second): 1})
	require.NoError(t, err)
	assert.Equal(t, []konverte.CategoryID{second, first}, order())
}

func TestPortalDomain(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	ctx, help := t.Context(), a.c.HelpCenter
	_, err := help.SSLStatus(ctx, archiveSlug)
	assertStatus(t, 422, err)
	assertStatus(t, 422, help.SendInstructions(ctx, archiveSlug, "ti@example.com"))
	status, answer := call(t, a.srv, a.srv.AdminToken(), "POST /api/v1/accounts/{account}/portals/ajuda/send_instructions", `{"email":"ti"}`)
	assert.Equal(t, 422, status)
	assert.JSONEq(t, `{"error":"Invalid email format"}`, answer)

	_, err = help.UpdatePortal(ctx, archiveSlug, konverte.PortalUpdateParams{CustomDomain: konverte.Set("ajuda.example.com")})
	require.NoError(t, err)
	ssl, err := help.SSLStatus(ctx, archiveSlug)
	require.NoError(t, err)
	assert.Equal(t, konverte.Set("active"), ssl.Status)
	require.NoError(t, help.SendInstructions(ctx, archiveSlug, "ti@example.com"))
}

func TestUnreadCounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t, konvertetest.WithVersion("4.15.1"))
	c := d.srv.Client(konverte.WithStrictDecoding())
	number := d.conversation("")
	counts := func() string {
		answer, err := c.Conversations.UnreadCounts(t.Context())
		require.NoError(t, err)
		return string(answer)
	}
	assert.JSONEq(t, `{"payload":{"inboxes":{},"labels":{}}}`, counts())
	d.must(fmt.Sprintf("POST conversations/%d/labels", number), `{"labels":["vip"]}`)
	d.must(fmt.Sprintf("POST conversations/%d/messages", number), `{"content":"Oi","message_type":"incoming"}`)
	assert.JSONEq(t, fmt.Sprintf(`{"payload":{"inboxes":{"%d":1},"labels":{"vip":1}}}`, d.inbox), counts())
	d.must(fmt.Sprintf("POST conversations/%d/toggle_status", number), `{"status":"resolved"}`)
	assert.JSONEq(t, `{"payload":{"inboxes":{},"labels":{}}}`, counts())
}

func TestConversationsSummary(t *testing.T) {
	t.Parallel()
	d := newDesk(t, konvertetest.WithVersion("4.15.1"))
	d.conversation("")
	d.conversation("")
	now := d.clock.read()
	file, err := d.srv.Client().Reports.ConversationsSummary(t.Context(), konverte.ReportConversationsSummaryParams{
		Since: now.AddDate(0, 0, -1), Until: now.AddDate(0, 0, 1),
	})
	require.NoError(t, err)
	text, err := io.ReadAll(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	assert.Contains(t, string(text), "\n2,N/A,N/A,N/A,0\n")
	status, _ := call(t, d.srv, d.srv.AgentToken(), "GET /api/v2/accounts/{account}/reports/conversations_summary?since=1&until=2", "")
	assert.Equal(t, 401, status)
}

func TestSurveyNotes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, konvertetest.WithVersion("4.15.1"))
	c := d.srv.Client(konverte.WithStrictDecoding())
	id := d.surveyed()
	require.NoError(t, c.CSAT.UpdateNotes(t.Context(), id, "ligar de novo"))
	rows, err := c.CSAT.List(t.Context(), konverte.CSATListParams{})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.Equal(t, konverte.Set("ligar de novo"), rows[0].CSATReviewNotes)
	assertStatus(t, http.StatusNotFound, c.CSAT.UpdateNotes(t.Context(), 9, "x"))
	assertStatus(t, http.StatusUnauthorized, c.CSAT.UpdateNotes(t.Context(), id, "x", konverte.WithUserToken(d.srv.AgentToken())))
	status, _ := d.as(d.srv.AdminToken(), fmt.Sprintf("PATCH csat_survey_responses/%d", id), `{}`)
	assert.Equal(t, 422, status)
}

// Older servers have none of it.
func TestNewestOnly(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.16.0", "4.2.0"} {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		for _, request := range []string{
			"GET companies", "GET companies/1/notes", "PATCH csat_survey_responses/1", "POST portals/x/send_instructions",
			"GET portals/x/ssl_status", "POST portals/x/categories/reorder", "PATCH portals/x/articles/bulk_actions/update_status",
		} {
			method, path, _ := strings.Cut(request, " ")
			status, answer := call(t, srv, srv.AdminToken(), method+" /api/v1/accounts/{account}/"+path, "")
			assert.Equal(t, 404, status, request)
			assert.JSONEq(t, `{"status":404,"error":"Not Found"}`, answer, request)
		}
	}
}

// surveyed is the answer of a contact to the survey of a resolved conversation.
func (d *desk) surveyed() konverte.CSATResponseID {
	d.Helper()
	d.must(fmt.Sprintf("PATCH inboxes/%d", d.inbox), `{"csat_survey_enabled":true}`)
	number := d.conversation("")
	d.must(fmt.Sprintf("POST conversations/%d/toggle_status", number), `{"status":"resolved"}`)
	uuid := in(d.T, d.show(number), "uuid").(string)
	c := d.srv.Client(konverte.WithStrictDecoding())
	_, err := c.Surveys.Answer(d.Context(), konverte.ConversationUUID(uuid), konverte.SurveyAnswerParams{Rating: 5})
	require.NoError(d, err)
	rows, err := c.CSAT.List(d.Context(), konverte.CSATListParams{})
	require.NoError(d, err)
	require.Len(d, rows, 1)
	return rows[0].ID
}
