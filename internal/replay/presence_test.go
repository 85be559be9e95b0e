package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const shownOnline = `{"op":"seed","account":{"id":5,"name":"A","locale":"en"},"users":[{"as":"admin","id":9,"name":"Ana","email":"ana@example.com","role":"administrator"}],"platform_app":{"name":"P"}}
{"op":"contactCreate","case":"ok","as":"admin","at_ms":5,"request":{"method":"POST","path":"/api/v1/accounts/5/contacts","query":null,"headers":{"Accept":"application/json","Content-Type":"application/json"},"body":{"name":"caio"}},"response":{"status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"payload":{"contact":{"additional_attributes":{},"availability_status":"offline","email":null,"id":3,"name":"caio","phone_number":null,"blocked":false,"identifier":null,"thumbnail":"","custom_attributes":{},"created_at":CREATED,"contact_inboxes":[]},"contact_inbox":{"inbox":null,"source_id":null}}}}}
{"op":"undocumented:contact-active","case":"ok","as":"admin","at_ms":100,"request":{"method":"GET","path":"/api/v1/accounts/5/contacts/active","query":null,"headers":{"Accept":"application/json"},"body":null},"response":{"status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"meta":{"count":1,"current_page":1},"payload":[{"additional_attributes":{},"availability_status":"online","email":null,"id":3,"name":"caio","phone_number":null,"blocked":false,"identifier":null,"thumbnail":"","custom_attributes":{},"created_at":CREATED,"contact_inboxes":[]}]}}}
{"op":"undocumented:contact-active","case":"later","as":"admin","at_ms":LATER,"request":{"method":"GET","path":"/api/v1/accounts/5/contacts/active","query":null,"headers":{"Accept":"application/json"},"body":null},"response":{"status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"meta":{"count":0,"current_page":1},"payload":[]}}}
`

func TestContactsShownOnline(t *testing.T) {
	t.Parallel()
	active := strings.Split(shownOnline, "\n")[2]
	refused := active[:strings.Index(active, `"response"`)] + `"response":{"status":422,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"message":"Caio is Online, please try again later"}}}` + "\n"
	refused = strings.Replace(refused, `"method":"GET","path":"/api/v1/accounts/5/contacts/active"`, `"method":"DELETE","path":"/api/v1/accounts/5/contacts/3"`, 1)
	tests := map[string]struct{ more, at, want string }{
		"until 20 s later": {"", "20099", "3 exchanges, 2 same, 1 differing"},
		"then offline":     {"", "20100", "3 exchanges, 3 same, 0 differing"},
		"not deleted":      {refused, "20100", "4 exchanges, 4 same, 0 differing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "server-4.2.0-x.jsonl")
			lines := strings.SplitAfter(shownOnline, "\n")
			lines[2] = tt.more + lines[2]
			recorded := strings.NewReplacer("LATER", tt.at, "CREATED", strconv.FormatInt(time.Now().Unix(), 10)).Replace(strings.Join(lines, ""))
			require.NoError(t, os.WriteFile(file, []byte(recorded), 0o600))
			var out strings.Builder
			_, err := run(&out, "", []string{file}, true, "")
			require.NoError(t, err)
			assert.Contains(t, out.String(), "replay: 4.2.0: "+tt.want, out.String())
		})
	}
}
