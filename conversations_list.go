package konverte

import (
	"context"

	"github.com/konverte-go/konverte/internal/core"
)

// The page size of conversations.
const conversationPageSize = 25

// listPager reads every status where none is given, and knows which of the
// server's counts is the one for the parameters.
func (s ConversationsService) listPager(p ConversationListParams, opts []CallOption) core.Pager[Conversation] {
	if p.Status == "" {
		p.Status = ConversationStatusAll
	}
	pager := core.Pager[Conversation]{
		Paging: core.PageNumbers,
		Size:   conversationPageSize,
		ID:     func(v *Conversation) int64 { return int64(v.ID) },
		Orders: core.Orders(string(p.SortBy), string(ConversationSortCreatedAtAsc)),
	}
	if p.UpdatedWithin != 0 {
		pager.Paging = core.Unpaged
	}
	pager.Fetch = func(ctx context.Context, at core.Cursor, order string) (core.Page[Conversation], error) {
		p := p // several pages may be read at once
		p.Page = int64(at.Page)
		p.SortBy = ConversationSort(order)
		if p.UpdatedWithin != 0 {
			p.Page = 0
		}
		page, err := s.List(ctx, p, opts...)
		if err != nil {
			return core.Page[Conversation]{}, err
		}
		return core.Page[Conversation]{Items: page.Conversations, Count: p.count(page.Meta), Meta: page.Meta}, nil
	}
	return pager
}

// count is the total for the parameters. With a text query the counts are those of
// the page, and with UpdatedWithin they ignore it.
func (p ConversationListParams) count(c ConversationCounts) int64 {
	if p.Query != "" || p.UpdatedWithin != 0 {
		return core.NoCount
	}
	switch p.AssigneeType {
	case AssigneeTypeMe:
		return c.MineCount
	case AssigneeTypeAssigned:
		return c.AssignedCount.Or(core.NoCount)
	case AssigneeTypeUnassigned:
		return c.UnassignedCount
	}
	return c.AllCount
}
