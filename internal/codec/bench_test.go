package codec_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/codec"
)

// The metric x-json is the time of one Decode over that of one json.Unmarshal into the same types, both measured in
// turns in the same run.
func BenchmarkDecode(b *testing.B) {
	b.Run("agents", func(b *testing.B) { compare(b, readBody(b, "agents"), decodeAgents) })
	b.Run("contacts", func(b *testing.B) { compare(b, readBody(b, "contacts"), decodeContactPage) })
	b.Run("conversations", func(b *testing.B) { compare(b, readBody(b, "conversations"), decodeConversationPage) })
}

func compare[T any](b *testing.B, body []byte, fn func(*codec.Decoder, *T)) {
	const turn = 50
	var ours, theirs time.Duration
	var v, w T
	issues, err := codec.DecodeInto(body, true, &v, fn)
	require.NoError(b, err)
	require.Empty(b, issues)
	require.NoError(b, json.Unmarshal(body, &w))
	require.True(b, reflect.DeepEqual(w, v))

	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		b.StopTimer()
		began := time.Now()
		for range turn {
			var w T
			_ = json.Unmarshal(body, &w)
		}
		theirs += time.Since(began)
		began = time.Now()
		for range turn {
			_, _, _ = codec.Decode(body, false, fn)
		}
		ours += time.Since(began)
		b.StartTimer()
		_, _, _ = codec.Decode(body, false, fn)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-json")
}
