package engage

import (
	"context"
	"errors"
	"slices"

	"github.com/konverte-go/konverte/internal/core"
)

// Find returns a source by its name, in any case, or its id. It knows only the
// sources that the user of the token can read; another is a *NameError.
//
// API: GET /content_sources.
func (s SourcesService) Find(ctx context.Context, nameOrID string, opts ...CallOption) (*Source, error) {
	const operation = "Sources.Find"
	var f core.Faults
	f.Required("source", nameOrID)
	if err := f.Err(operation); err != nil {
		return nil, err
	}
	sources, err := entries(s.All(ctx, SourceListParams{}, opts...))
	if err != nil {
		return nil, err
	}
	all := make([]named, len(sources))
	for i, one := range sources {
		all[i] = named{id: string(one.ID), name: one.Name}
	}
	id, err := s.c.directory(operation, opts).find("source", "source", nameOrID, all, nil)
	if err != nil {
		if e, ok := errors.AsType[*NameError](err); ok && !e.Ambiguous() {
			e.Hint = "only sources that the token's user can read are listed: an administrator without permissions on a source does not see it"
		}
		return nil, err
	}
	i := slices.IndexFunc(sources, func(one Source) bool { return string(one.ID) == id })
	return &sources[i], nil
}
