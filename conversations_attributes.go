package konverte

import (
	"context"
	"encoding/json"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// MergeCustomAttributes changes some custom attributes of a conversation and leaves the
// others alone; a key whose value is null is taken away. Values are replaced whole, not
// merged in turn. What comes back is all that the conversation has now.
//
// The server only knows how to replace all attributes, so this reads, merges and writes.
// When two do that at the same time the changes of one of them are lost. Nothing is
// written where nothing would change.
//
// API: GET /api/v1/accounts/{account_id}/conversations/{conversation_id}, then POST
// …/custom_attributes. Needs a user token: bots cannot read.
func (s ConversationsService) MergeCustomAttributes(ctx context.Context, id ConversationID, changes Attributes, opts ...CallOption) (Attributes, error) {
	var f core.Faults
	f.ID("conversation_id", int64(id))
	change, err := attributeMap(changes)
	if err != nil {
		f.Add("custom_attributes", "must be a JSON object", "")
	}
	if err := f.Err("Conversations.MergeCustomAttributes"); err != nil {
		return nil, err
	}
	conv, err := s.Get(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	present, err := attributeMap(conv.CustomAttributes)
	if err != nil {
		return nil, err
	}
	if !mergeAttributes(present, change) {
		return conv.CustomAttributes, nil
	}
	merged, err := codec.Marshal(present)
	if err != nil {
		return nil, err
	}
	got, err := s.SetCustomAttributes(ctx, id, merged, opts...)
	if err != nil {
		return nil, err
	}
	return got.CustomAttributes, nil
}

func attributeMap(a Attributes) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	if a.Len() == 0 && a.IsZero() {
		return all, nil
	}
	err := a.Decode(&all)
	return all, err
}

// mergeAttributes tells whether anything changed.
func mergeAttributes(present, change map[string]json.RawMessage) (changed bool) {
	for key, value := range change {
		old, known := present[key]
		switch {
		case string(value) == "null" && known:
			delete(present, key)
			changed = true
		case string(value) != "null" && string(old) != string(value):
			present[key] = value
			changed = true
		}
	}
	return changed
}
