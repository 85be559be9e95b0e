package konverte

import (
	"context"

	"github.com/konverte-go/konverte/internal/core"
)

// The page sizes of messages, backward and forward.
const (
	messagesBefore = 20
	messagesAfter  = 100
)

// listPager goes back from the newest message, or forward from After where it is
// given and Before is not.
func (s MessagesService) listPager(id ConversationID, p MessageListParams, opts []CallOption) core.Pager[Message] {
	from := p
	pager := core.Pager[Message]{
		Paging:  core.BeforeIDs,
		Size:    messagesBefore,
		ID:      func(v *Message) int64 { return int64(v.ID) },
		Reverse: true,
	}
	forward := from.After != 0 && from.Before == 0
	if forward {
		pager.Paging, pager.Size, pager.Reverse = core.AfterIDs, messagesAfter, false
	}
	pager.Fetch = func(ctx context.Context, at core.Cursor, _ string) (core.Page[Message], error) {
		q := from
		switch {
		case forward:
			q.After = max(from.After, MessageID(at.After))
		case at.Before != 0:
			q.Before = MessageID(at.Before)
		}
		page, err := s.List(ctx, id, q, opts...)
		if err != nil {
			return core.Page[Message]{}, err
		}
		return core.Page[Message]{Items: page.Messages, Count: core.NoCount, Meta: page.Meta}, nil
	}
	return pager
}
