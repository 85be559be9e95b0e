package konverte

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/core"
)

// What the client remembers to have seen.
const (
	knownAgent = "agent"
	knownLabel = "label"
)

// knownAgents refuses ids of users who are no agents of the account. Servers store
// some of them, and answer others as if the token were wrong.
func (c *Client) knownAgents(field string, ids []AgentID, opts []CallOption) core.Lookup { //nolint:unparam // the description names the field
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = strconv.FormatInt(int64(id), 10)
	}
	return c.known(knownAgent, field, names, "is no agent of the account", func(ctx context.Context) ([]string, error) {
		agents, err := c.Agents.List(ctx, opts...)
		names := make([]string, len(agents))
		for i := range agents {
			names[i] = strconv.FormatInt(int64(agents[i].ID), 10)
		}
		return names, err
	})
}

// knownLabels refuses labels that the account does not have. Servers would store them,
// out of sight of the dashboard.
func (c *Client) knownLabels(field string, labels []string, opts []CallOption) core.Lookup {
	return c.known(knownLabel, field, titles(labels), "is no label of the account: Labels.Create makes it one", func(ctx context.Context) ([]string, error) {
		present, err := c.Labels.List(ctx, opts...)
		names := make([]string, len(present))
		for i := range present {
			names[i] = present[i].Title
		}
		return titles(names), err
	})
}

// titles are labels as servers compare them.
func titles(labels []string) []string {
	var out []string
	for _, label := range labels {
		if label = strings.ToLower(strings.TrimSpace(label)); label != "" {
			out = append(out, label)
		}
	}
	return out
}

// known reads what there is when a name was not seen before. What was seen once is not
// looked up again: should it be gone, the server decides.
func (c *Client) known(kind, field string, names []string, rule string, read func(context.Context) ([]string, error)) core.Lookup {
	return func(ctx context.Context, scope core.LookupScope, f *core.Faults) error {
		wanted := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(scope.Known, name) })
		if len(c.core.Unseen(scope.Account, kind, wanted)) == 0 {
			return nil
		}
		present, err := read(ctx)
		if err != nil {
			return fmt.Errorf("whether each %s exists is not known: %w", kind, err)
		}
		c.core.Saw(scope.Account, kind, present)
		for _, name := range c.core.Unseen(scope.Account, kind, wanted) {
			f.Add(field, rule, name)
		}
		return nil
	}
}
