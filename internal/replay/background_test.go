package main

import (
	"bytes"
	"image"
	_ "image/gif"  // decodes what files.go makes
	_ "image/jpeg" // decodes what files.go makes
	_ "image/png"  // decodes what files.go makes
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte/internal/testserver"
)

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := testserver.ParseJSON([]byte(text))
	require.NoError(t, err)
	return v
}

// found compares two answers and lists the paths that differ.
func found(t *testing.T, recorded, server string) []string {
	t.Helper()
	c := &comparison{names: newNames("http://here", func(int64) string { return "" }), learn: true, undelivered: undelivered{}}
	c.values("$", parsed(t, recorded), parsed(t, server))
	paths := []string{}
	for _, d := range c.found {
		paths = append(paths, d.path)
	}
	return paths
}

func TestBackgroundWork(t *testing.T) {
	t.Parallel()
	const said, told, other = `{"id":1,"message_type":1,"content":"a"}`, `{"id":2,"message_type":2,"content":"Assigned"}`, `{"id":3,"message_type":1,"content":"b"}`
	tests := []struct {
		name, recorded, server string
		want                   []string
	}{
		{"activity elsewhere", "[" + told + "," + said + "]", "[" + said + "," + told + "]", []string{}},
		{"activity not there yet", "[" + said + "]", "[" + said + "," + told + "]", []string{}},
		{"other messages keep their order", "[" + said + "," + other + "]", "[" + other + "," + said + "]", []string{"$[0].id", "$[0].content", "$[1].id", "$[1].content"}},
		{"a message too many", "[" + said + "]", "[" + said + "," + other + "]", []string{"$"}},
		{"last message", `{"messages":[` + said + `]}`, `{"messages":[` + told + `]}`, []string{}},
		{"last message without activity", `{"messages":[` + said + `]}`, `{"messages":[` + other + `]}`, []string{"$.messages[0].id", "$.messages[0].content"}},
		{
			"webhook not delivered",
			`{"id":1,"message_type":1,"content":"a","status":"failed","content_attributes":{"external_error":"Failed to open TCP connection to x"}}`,
			`{"id":1,"message_type":1,"content":"a","status":"sent","content_attributes":{}}`, []string{},
		},
		{
			"failed on request",
			`{"id":1,"message_type":1,"content":"a","status":"failed","content_attributes":{"external_error":"x"}}`,
			`{"id":1,"message_type":1,"content":"a","status":"sent","content_attributes":{}}`, []string{"$.status", "$.content_attributes.external_error"},
		},
		{"picture not read yet", `{"data_url":"x","width":null}`, `{"data_url":"x","width":24}`, []string{}},
		{"size of something else", `{"width":null}`, `{"width":24}`, []string{"$.width"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, found(t, tt.recorded, tt.server))
		})
	}
}

func TestConversationsThatEndInActivity(t *testing.T) {
	t.Parallel()
	const busy = `{"id":2,"messages":[{"message_type":2,"content":"x"}],"last_non_activity_message":null}`
	a, b := `{"id":1,"messages":[],"last_non_activity_message":null}`, `{"id":3,"messages":[],"last_non_activity_message":null}`
	c := &comparison{names: newNames("http://here", func(int64) string { return "conversation" }), learn: true}
	for _, id := range []int64{1, 2, 3} {
		c.names.sameID(id, id, true)
	}
	c.values("$", parsed(t, "["+busy+","+a+","+b+"]"), parsed(t, "["+a+","+b+","+busy+"]"))
	assert.Empty(t, c.found, "a busy one may stand elsewhere")
	c.values("$", parsed(t, "["+a+","+b+"]"), parsed(t, "["+b+","+a+"]"))
	assert.NotEmpty(t, c.found, "a quiet one may not")
}

func TestFilesAndTexts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "aaaaa", expand("aaa...[5 characters]"))
	assert.Equal(t, "aaa...", expand("aaa..."))
	for _, contentType := range []string{"image/png", "image/jpeg", "image/gif"} {
		data := fileBytes(contentType, 200)
		assert.Len(t, data, 200, contentType)
		cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
		require.NoError(t, err, contentType)
		assert.Equal(t, []int{pictureSide, pictureSide}, []int{cfg.Width, cfg.Height}, contentType)
	}
}
