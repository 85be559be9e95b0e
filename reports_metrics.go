package konverte

import (
	"context"
	"iter"

	"github.com/konverte-go/konverte/internal/core"
)

// The page size of the metrics of agents.
const agentMetricsPageSize = 25

// AccountConversationMetrics returns how many conversations are open now. It needs an
// administrator's token, or that of an agent whose custom role has report_manage.
//
// API: GET /api/v2/accounts/{account_id}/reports/conversations?type=account. Needs a user
// token. Sent again where an answer was lost.
//
// Errors: 401: The owner of the token may not see reports. 429: The token asked for more
// than 100 reports in a minute, or the account for more than 1,000.
func (s ReportsService) AccountConversationMetrics(ctx context.Context, opts ...CallOption) (*AccountConversationMetrics, error) {
	return s.accountConversationMetrics(ctx, AccountMetricsTypeAccount, opts...)
}

// AgentConversationMetrics returns one page, counted from 1, of how many conversations
// each agent has open now: 25 agents to a page and without a total. Those with the most
// open ones come first, inside a page only. A page past the end is empty. It needs an
// administrator's token, or that of an agent whose custom role has report_manage.
//
// API: GET /api/v2/accounts/{account_id}/reports/conversations/?type=agent. Needs a user
// token. Sent again where an answer was lost.
//
// Errors: 401: The owner of the token may not see reports. 429: The token asked for more
// than 100 reports in a minute, or the account for more than 1,000.
func (s ReportsService) AgentConversationMetrics(ctx context.Context, page int64, opts ...CallOption) ([]AgentConversationMetrics, error) {
	return s.agentConversationMetrics(ctx, agentConversationMetricsParams{Type: AgentMetricsTypeAgent, Page: page}, opts...)
}

// AgentConversationMetricsAll yields the metrics of every agent, none twice, page after
// page as the loop goes on. The server gives no total, so that nothing tells of an agent
// who is missing. An error is a *PageError, which says where to resume.
func (s ReportsService) AgentConversationMetricsAll(ctx context.Context, opts ...CallOption) iter.Seq2[AgentConversationMetrics, error] {
	return core.AllOf(ctx, s.c.core, opts, s.agentMetricsPager(opts))
}

func (s ReportsService) agentMetricsPager(opts []CallOption) core.Pager[AgentConversationMetrics] {
	return core.Pager[AgentConversationMetrics]{
		Paging: core.PageNumbers,
		Size:   agentMetricsPageSize,
		ID:     func(v *AgentConversationMetrics) int64 { return int64(v.ID) },
		Fetch: func(ctx context.Context, at core.Cursor, _ string) (core.Page[AgentConversationMetrics], error) {
			rows, err := s.AgentConversationMetrics(ctx, int64(at.Page), opts...)
			return core.Page[AgentConversationMetrics]{Items: rows, Count: core.NoCount}, err
		},
	}
}
