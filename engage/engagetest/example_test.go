package engagetest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/konverte-go/konverte/engage/engagetest"
)

func Example() {
	srv, err := engagetest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	form := url.Values{
		"firstname": {"Nova"}, "lastname": {"Agente"}, "email": {"nova@example.com"}, "role_id": {srv.ID("Role", "Agent")},
	}
	req, err := http.NewRequest(http.MethodPost, srv.URL+"/1.0/users/invite", strings.NewReader(form.Encode())) //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+srv.Token())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	fmt.Println(strings.Contains(string(body), `"invitation_pending":true`))

	fmt.Println(srv.Mails())
	fmt.Println(srv.AcceptInvitation(srv.ID("User", "nova@example.com")))
	// Output:
	// true
	// [{nova@example.com invitation}]
	// <nil>
}
