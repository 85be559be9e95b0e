package konverte

import (
	"context"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/core"
)

// AddLabels adds labels to those that a conversation has, and returns all of them.
// Labels that are there already, whatever their case, are not added again; the
// others must be labels of the account, as for SetLabels.
//
// The server only knows how to replace all labels, so this reads, merges and writes.
// When two do that at the same time the labels of one of them are lost.
//
// API: GET, then POST
// /api/v1/accounts/{account_id}/conversations/{conversation_id}/labels. Needs a user token.
func (s ConversationsService) AddLabels(ctx context.Context, id ConversationID, labels []string, opts ...CallOption) ([]string, error) {
	return s.changeLabels(ctx, id, opts, func(present []string) []string { return addLabels(present, labels) })
}

// RemoveLabels takes labels, whatever their case, off a conversation and returns those
// that stay. It reads, merges and writes as AddLabels does, and loses changes made at
// the same time in the same way.
//
// API: GET, then POST
// /api/v1/accounts/{account_id}/conversations/{conversation_id}/labels. Needs a user token.
func (s ConversationsService) RemoveLabels(ctx context.Context, id ConversationID, labels []string, opts ...CallOption) ([]string, error) {
	return s.changeLabels(ctx, id, opts, func(present []string) []string { return removeLabels(present, labels) })
}

func (s ConversationsService) changeLabels(ctx context.Context, id ConversationID, opts []CallOption, change func([]string) []string) ([]string, error) {
	present, err := s.Labels(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	next := change(present)
	if slices.Equal(present, next) {
		return present, nil
	}
	return s.SetLabels(ctx, id, next, append(slices.Clip(opts), core.WithKnown(titles(present)))...)
}

func addLabels(present, labels []string) []string {
	next := slices.Clone(present)
	for _, label := range labels {
		if label = strings.TrimSpace(label); label != "" && !hasLabel(next, label) {
			next = append(next, label)
		}
	}
	return next
}

func removeLabels(present, labels []string) []string {
	next := []string{}
	for _, label := range present {
		if !hasLabel(labels, label) {
			next = append(next, label)
		}
	}
	return next
}

func hasLabel(labels []string, label string) bool {
	return slices.ContainsFunc(labels, func(l string) bool { return strings.EqualFold(strings.TrimSpace(l), label) })
}
