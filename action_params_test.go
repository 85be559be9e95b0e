package konverte_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/konverte-go/konverte"
)

func TestActionParams(t *testing.T) {
	t.Parallel()
	for want, got := range map[string][]json.RawMessage{
		`["refund","a \"b\" <c>"]`: konverte.ActionParams("refund", `a "b" <c>`),
		`[7]`:                      konverte.ActionParams(konverte.TeamID(7)),
		`["resolved"]`:             konverte.ActionParams(konverte.ConversationStatusResolved),
		`[]`:                       konverte.ActionParams[string](),
	} {
		var b []byte
		b = append(b, '[')
		for i, one := range got {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, one...)
		}
		assert.Equal(t, want, string(append(b, ']')))
	}
}
