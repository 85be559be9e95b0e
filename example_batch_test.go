package konverte_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/konverte-go/konverte"
)

// Adding many agents: two every 20 ms, and what became of each.
func ExampleBatch() {
	emails := []string{"ana@example.com", "bruno@example.com", "not an address", "carla@example.com"}
	invite := func(_ context.Context, email string) (string, error) {
		if email == "not an address" {
			return "", errors.New("malformed e-mail")
		}
		return "invited " + email, nil // c.Agents.Create in earnest
	}

	results := konverte.Batch(context.Background(), emails, invite,
		konverte.WithBatching(konverte.Batching{Size: 2, Interval: 20 * time.Millisecond}))
	for i, r := range results {
		if r.Err != nil {
			fmt.Printf("%s: %v: %v\n", emails[i], r.State, r.Err)
			continue
		}
		fmt.Printf("%v: %s\n", r.State, r.Value)
	}
	fmt.Println(results.Err())
	// Output:
	// done: invited ana@example.com
	// done: invited bruno@example.com
	// not an address: failed: malformed e-mail
	// done: invited carla@example.com
	// batch: of 4 items 1 failed and 0 were not started; item 2: malformed e-mail
}

// A cursor survives a restart as text.
func ExampleParseCursor() {
	kept := konverte.Cursor{Page: 3, Order: "created_at"}.String()
	fmt.Println(kept)

	at, err := konverte.ParseCursor(kept)
	fmt.Println(at.Page, at.Order, err)
	// Output:
	// page=3&order=created_at
	// 3 created_at <nil>
}
