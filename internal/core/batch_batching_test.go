package core

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBatchingFromJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]Batching{
		`{"batch":{}}`:                                  {Size: 50, Interval: time.Second},
		`{"batch":{"batchSize":2}}`:                     {Size: 2, Interval: time.Second},
		`{"batch":{"batchInterval":100}}`:               {Size: 50, Interval: 100 * time.Millisecond},
		`{"batch":{"batchSize":0,"batchInterval":0}}`:   {Size: 0},
		`{"batch":{"batchSize":-1}}`:                    {Size: -1, Interval: time.Second},
		`{"batch":{"batchSize":null}}`:                  {Size: 50, Interval: time.Second},
		`{"batch":{"batchInterval":0.5}}`:               {Size: 50, Interval: 500 * time.Microsecond},
		`{"batch":{"maxInFlight":8}}`:                   {Size: 50, Interval: time.Second, MaxInFlight: 8},
		`{"batching":{"batch":{"batchSize":3}}}`:        {Size: 3, Interval: time.Second},
		`{"timeout":5000,"batching":{"batch":{"x":1}}}`: {Size: 50, Interval: time.Second},
		` null `: {Size: 9},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got := Batching{Size: 9}
			require.NoError(t, json.Unmarshal([]byte(text), &got))
			assert.Equal(t, want, got)
		})
	}
}

func TestBatchingFromBadJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{}`:                                 `no "batch"`,
		`{"batching":{}}`:                    `no "batch"`,
		`{"batching":null}`:                  `no "batch"`,
		`{"batch":null}`:                     `no "batch"`,
		`{"batch":[]}`:                       "cannot unmarshal",
		`[]`:                                 "cannot unmarshal",
		`{"batch":{"batchSize":-2}}`:         "below -1",
		`{"batch":{"batchSize":"2"}}`:        "cannot unmarshal",
		`{"batch":{"batchSize":1.5}}`:        "cannot unmarshal",
		`{"batch":{"batchInterval":-1}}`:     "negative",
		`{"batch":{"batchInterval":1e300}}`:  "too long",
		`{"batch":{"batchInterval":-1e300}}`: "negative",
		`{"batch":{"maxInFlight":-1}}`:       "negative",
	}
	for text, problem := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got := Batching{Size: 9}
			require.ErrorContains(t, json.Unmarshal([]byte(text), &got), problem)
			assert.Equal(t, Batching{Size: 9}, got)
		})
	}
}

func TestBatchingInOptions(t *testing.T) {
	t.Parallel()
	var options struct {
		Batching *Batching `json:"batching"`
	}
	require.NoError(t, json.Unmarshal([]byte(`{}`), &options))
	assert.Nil(t, options.Batching)
	require.NoError(t, json.Unmarshal([]byte(`{"batching":{"batch":{"batchSize":2}}}`), &options))
	assert.Equal(t, &Batching{Size: 2, Interval: time.Second}, options.Batching)
	require.Error(t, json.Unmarshal([]byte(`{"batching":{}}`), &options))
}

func TestBatchingToJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]Batching{
		`{"batch":{"batchSize":50,"batchInterval":1000}}`:               DefaultBatching(),
		`{"batch":{"batchSize":0,"batchInterval":0.5,"maxInFlight":8}}`: {Interval: 500 * time.Microsecond, MaxInFlight: 8},
		`{"batch":{"batchSize":-1,"batchInterval":0}}`:                  {Size: -1},
	}
	for want, batching := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(batching)
			require.NoError(t, err)
			assert.Equal(t, want, string(got))
			var back Batching
			require.NoError(t, json.Unmarshal(got, &back))
			assert.Equal(t, batching, back)
		})
	}
}
