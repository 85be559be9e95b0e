package konverte

import (
	"context"
	"slices"

	"github.com/konverte-go/konverte/internal/core"
)

// AddLabels adds labels to those that a contact has, and returns all of them. Labels that
// are there already, whatever their case, are not added again; the others must be labels
// of the account, as for SetLabels.
//
// The server only knows how to replace all labels, so this reads, merges and writes.
// When two do that at the same time the labels of one of them are lost.
//
// API: GET, then POST /api/v1/accounts/{account_id}/contacts/{id}/labels. Needs a user
// token.
func (s ContactsService) AddLabels(ctx context.Context, id ContactID, labels []string, opts ...CallOption) ([]string, error) {
	return s.changeLabels(ctx, id, opts, func(present []string) []string { return addLabels(present, labels) })
}

// RemoveLabels takes labels, whatever their case, off a contact and returns those that
// stay. It reads, merges and writes as AddLabels does, and loses changes made at the same
// time in the same way.
//
// API: GET, then POST /api/v1/accounts/{account_id}/contacts/{id}/labels. Needs a user
// token.
func (s ContactsService) RemoveLabels(ctx context.Context, id ContactID, labels []string, opts ...CallOption) ([]string, error) {
	return s.changeLabels(ctx, id, opts, func(present []string) []string { return removeLabels(present, labels) })
}

func (s ContactsService) changeLabels(ctx context.Context, id ContactID, opts []CallOption, change func([]string) []string) ([]string, error) {
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
