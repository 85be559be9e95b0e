package engage

import (
	"context"
	"encoding/json"
	"time"

	"github.com/konverte-go/konverte/internal/codec"
)

// ToOne is the receiver of a message for ContentCreateParams.To: a telephone
// number, or the foreign id of an identity.
func ToOne(receiver string) json.RawMessage { return rawOf(receiver) }

// ToEach are the addresses of an e-mail for ContentCreateParams.To.
func ToEach(addresses ...string) json.RawMessage {
	if addresses == nil {
		addresses = []string{}
	}
	return rawOf(addresses)
}

func rawOf(v any) json.RawMessage {
	text, err := codec.Marshal(v)
	if err != nil {
		return nil // texts can always be marshalled
	}
	return text
}

// WaitClosed looks at a thread until the job that Close started has closed it, and
// returns the thread then. It looks every so often, DefaultWait where that is 0,
// as long as ctx lets it.
//
// API: GET /content_threads/{threadId}, again and again.
func (s ThreadsService) WaitClosed(ctx context.Context, id ThreadID, every time.Duration, opts ...CallOption) (*Thread, error) {
	return s.waitFor(ctx, "Threads.WaitClosed", id, every, true, opts)
}

// WaitOpen is WaitClosed for Open.
//
// API: GET /content_threads/{threadId}, again and again.
func (s ThreadsService) WaitOpen(ctx context.Context, id ThreadID, every time.Duration, opts ...CallOption) (*Thread, error) {
	return s.waitFor(ctx, "Threads.WaitOpen", id, every, false, opts)
}

func (s ThreadsService) waitFor(ctx context.Context, operation string, id ThreadID, every time.Duration, closed bool, opts []CallOption) (*Thread, error) {
	return poll(ctx, s.c, operation, every, func() (*Thread, bool, error) {
		thread, err := s.Get(ctx, id, opts...)
		return thread, err == nil && thread.Closed == closed, err
	})
}

// SendError says that a message did not reach its channel.
type SendError struct {
	Content *Content
}

// Error says why, as far as the server does.
func (e *SendError) Error() string {
	return "Contents.WaitSent: content " + string(e.Content.ID) + " was not sent: " + e.Content.SynchronizationError.Or("no reason given")
}

// WaitSent looks at a message until it has reached its channel, and returns it
// then. One that cannot is a *SendError. It looks every so often, DefaultWait where
// that is 0, as long as ctx lets it.
//
// API: GET /contents/{contentId}, again and again.
func (s ContentsService) WaitSent(ctx context.Context, id ContentID, every time.Duration, opts ...CallOption) (*Content, error) {
	return poll(ctx, s.c, "Contents.WaitSent", every, func() (*Content, bool, error) {
		content, err := s.Get(ctx, id, opts...)
		if err != nil {
			return nil, false, err
		}
		status := content.SynchronizationStatus.Or("")
		if status == syncError || content.SynchronizationError.Or("") != "" {
			return nil, false, &SendError{Content: content}
		}
		return content, status == syncSuccess, nil
	})
}

// What SynchronizationStatus says at the end.
const (
	syncSuccess = "success"
	syncError   = "error"
)
