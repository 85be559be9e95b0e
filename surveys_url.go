package konverte

import (
	"net/url"

	"github.com/konverte-go/konverte/internal/core"
)

// URL is the address of the survey about a conversation, for the customer's browser. The
// UUID is Conversation.UUID; the server shows the page for any, and does not tell whether
// there is a survey. Nothing is sent. An empty UUID is an *ArgumentError.
func (s SurveysService) URL(id ConversationUUID) (string, error) {
	var f core.Faults
	f.PathText("conversation_uuid", string(id))
	if id == "." || id == ".." {
		f.Add("conversation_uuid", "must be a UUID", string(id))
	}
	if err := f.Err("Surveys.URL"); err != nil {
		return "", err
	}
	return s.c.BaseURL() + "/survey/responses/" + url.PathEscape(string(id)), nil
}
