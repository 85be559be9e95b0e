package konverte

import (
	"encoding/json"

	"github.com/konverte-go/konverte/internal/codec"
)

// ActionParams makes the params of an AutomationAction or a MacroAction of labels,
// texts, statuses or ids: ActionParams("refund", "vip"), ActionParams(team.ID). Actions
// that take an object, such as an e-mail to a team, are given raw JSON.
func ActionParams[T ~string | ~int64](values ...T) []json.RawMessage {
	out := make([]json.RawMessage, len(values))
	for i, v := range values {
		out[i], _ = codec.Marshal(v) // texts and numbers always can be
	}
	return out
}
