package benchmarks

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorded returns the largest answer that a live server gave to an operation.
func recorded(tb testing.TB, operation string) []byte {
	tb.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", "recordings", "chatwoot-4.2.0-application.jsonl.gz"))
	require.NoError(tb, err)
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	require.NoError(tb, err)
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	var largest []byte
	for lines.Scan() {
		var exchange struct {
			Op       string `json:"op"`
			Response struct {
				Status int             `json:"status"`
				Body   json.RawMessage `json:"body"`
			} `json:"response"`
		}
		require.NoError(tb, json.Unmarshal(lines.Bytes(), &exchange))
		if exchange.Op == operation && exchange.Response.Status == 200 && len(exchange.Response.Body) > len(largest) {
			largest = exchange.Response.Body
		}
	}
	require.NoError(tb, lines.Err())
	require.NotEmpty(tb, largest)
	return largest
}

// What a program that uses encoding/json alone would write by hand.
type (
	plainAgent struct {
		ID                 int64  `json:"id"`
		AccountID          int64  `json:"account_id"`
		AvailabilityStatus string `json:"availability_status"`
		AutoOffline        bool   `json:"auto_offline"`
		Confirmed          bool   `json:"confirmed"`
		Email              string `json:"email"`
		AvailableName      string `json:"available_name"`
		Name               string `json:"name"`
		Role               string `json:"role"`
		Thumbnail          string `json:"thumbnail"`
		CustomRoleID       *int64 `json:"custom_role_id"`
	}
	plainContact struct {
		ID                   int64              `json:"id"`
		Name                 *string            `json:"name"`
		Email                *string            `json:"email"`
		PhoneNumber          *string            `json:"phone_number"`
		Identifier           *string            `json:"identifier"`
		Blocked              bool               `json:"blocked"`
		AvailabilityStatus   string             `json:"availability_status"`
		Thumbnail            string             `json:"thumbnail"`
		AdditionalAttributes map[string]any     `json:"additional_attributes"`
		CustomAttributes     map[string]any     `json:"custom_attributes"`
		LastActivityAt       int64              `json:"last_activity_at"`
		CreatedAt            int64              `json:"created_at"`
		ContactInboxes       []plainContactLink `json:"contact_inboxes"`
	}
	plainContactLink struct {
		SourceID string `json:"source_id"`
		Inbox    struct {
			ID          int64   `json:"id"`
			AvatarURL   string  `json:"avatar_url"`
			ChannelID   int64   `json:"channel_id"`
			Name        string  `json:"name"`
			ChannelType string  `json:"channel_type"`
			Provider    *string `json:"provider"`
		} `json:"inbox"`
	}
	plainContacts struct {
		Meta struct {
			Count       int64 `json:"count"`
			CurrentPage any   `json:"current_page"`
		} `json:"meta"`
		Payload []plainContact `json:"payload"`
	}
	plainMessage struct {
		ID                      int64          `json:"id"`
		Content                 *string        `json:"content"`
		AccountID               int64          `json:"account_id"`
		InboxID                 int64          `json:"inbox_id"`
		ConversationID          int64          `json:"conversation_id"`
		MessageType             int            `json:"message_type"`
		CreatedAt               int64          `json:"created_at"`
		UpdatedAt               string         `json:"updated_at"`
		Private                 bool           `json:"private"`
		Status                  string         `json:"status"`
		SourceID                *string        `json:"source_id"`
		ContentType             string         `json:"content_type"`
		ContentAttributes       map[string]any `json:"content_attributes"`
		SenderType              *string        `json:"sender_type"`
		SenderID                *int64         `json:"sender_id"`
		ExternalSourceIDs       map[string]any `json:"external_source_ids"`
		AdditionalAttributes    map[string]any `json:"additional_attributes"`
		ProcessedMessageContent *string        `json:"processed_message_content"`
		Sentiment               map[string]any `json:"sentiment"`
		Conversation            map[string]any `json:"conversation"`
		Attachments             []any          `json:"attachments"`
		Sender                  map[string]any `json:"sender"`
	}
	plainConversation struct {
		ID   int64 `json:"id"`
		Meta struct {
			Sender       plainContact `json:"sender"`
			Channel      string       `json:"channel"`
			Assignee     *plainAgent  `json:"assignee"`
			Team         any          `json:"team"`
			HMACVerified bool         `json:"hmac_verified"`
		} `json:"meta"`
		Messages               []plainMessage `json:"messages"`
		AccountID              int64          `json:"account_id"`
		UUID                   string         `json:"uuid"`
		AdditionalAttributes   map[string]any `json:"additional_attributes"`
		AgentLastSeenAt        int64          `json:"agent_last_seen_at"`
		AssigneeLastSeenAt     int64          `json:"assignee_last_seen_at"`
		CanReply               bool           `json:"can_reply"`
		ContactLastSeenAt      int64          `json:"contact_last_seen_at"`
		CustomAttributes       map[string]any `json:"custom_attributes"`
		InboxID                int64          `json:"inbox_id"`
		Labels                 []string       `json:"labels"`
		Muted                  bool           `json:"muted"`
		SnoozedUntil           *string        `json:"snoozed_until"`
		Status                 string         `json:"status"`
		CreatedAt              int64          `json:"created_at"`
		UpdatedAt              float64        `json:"updated_at"`
		Timestamp              int64          `json:"timestamp"`
		FirstReplyCreatedAt    int64          `json:"first_reply_created_at"`
		UnreadCount            int64          `json:"unread_count"`
		LastNonActivityMessage *plainMessage  `json:"last_non_activity_message"`
		LastActivityAt         int64          `json:"last_activity_at"`
		Priority               *string        `json:"priority"`
		WaitingSince           int64          `json:"waiting_since"`
		SLAPolicyID            *int64         `json:"sla_policy_id"`
	}
	plainConversations struct {
		Data struct {
			Meta    map[string]int64    `json:"meta"`
			Payload []plainConversation `json:"payload"`
		} `json:"data"`
	}
)
