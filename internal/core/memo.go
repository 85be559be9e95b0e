package core

import (
	"context"
	"sync"
)

// memo is what a client and all clients made from it have found out once.
type memo struct {
	mu    sync.Mutex
	known map[string]string
	seen  map[sight]bool
}

// sight is a name that the server showed in an account.
type sight struct {
	account    int64
	kind, name string
}

// Remember returns what find found the first time, for this client and every
// one that was made from it or that it was made from. A failure is not kept.
func (c *Client) Remember(key string, find func() (string, error)) (string, error) {
	c.memo.mu.Lock()
	known, ok := c.memo.known[key]
	c.memo.mu.Unlock()
	if ok {
		return known, nil
	}
	found, err := find()
	if err != nil {
		return "", err
	}
	c.memo.mu.Lock()
	defer c.memo.mu.Unlock()
	if c.memo.known == nil {
		c.memo.known = make(map[string]string)
	}
	c.memo.known[key] = found
	return found, nil
}

// Saw remembers names of a kind that the server showed in an account.
func (c *Client) Saw(account int64, kind string, names []string) {
	c.memo.mu.Lock()
	defer c.memo.mu.Unlock()
	if c.memo.seen == nil {
		c.memo.seen = make(map[sight]bool)
	}
	for _, name := range names {
		c.memo.seen[sight{account, kind, name}] = true
	}
}

// Unseen returns those of names that Saw was not told of.
func (c *Client) Unseen(account int64, kind string, names []string) []string {
	c.memo.mu.Lock()
	defer c.memo.mu.Unlock()
	var unseen []string
	for _, name := range names {
		if !c.memo.seen[sight{account, kind, name}] {
			unseen = append(unseen, name)
		}
	}
	return unseen
}

// Account returns a client of another account. It shares everything with c. An
// id that is not positive is a fault of every call that needs an account.
func (c *Client) Account(id int64) *Client {
	next := *c
	cfg := *c.cfg
	cfg.AccountID = id
	if id == 0 {
		cfg.AccountID = -1
	}
	next.cfg = &cfg
	return &next
}

// explain lets the API replace the error of a call by one that says more.
func (c *Client) explain(ctx context.Context, op *Operation, err error) error {
	if c.api.Explain == nil {
		return err
	}
	return c.api.Explain(ctx, c, op, err)
}

// AccountID returns the account that is set, 0 for none.
func (c *Client) AccountID() int64 { return max(c.cfg.AccountID, 0) }
