package engage_test

import (
	"fmt"

	"github.com/konverte-go/konverte/engage"
)

func ExampleCommunitiesService_All() {
	srv, client, ctx := start()
	defer srv.Close()
	for community, err := range client.Communities.All(ctx, engage.CommunityListParams{}) {
		check(err)
		fmt.Println(community.Name, community.Type)
	}
	// Unordered output:
	// Mailbox email
	// Chat engage_messaging
}
