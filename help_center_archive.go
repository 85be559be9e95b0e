package konverte

import "context"

// ArchivePortal takes a portal back, so that visitors do not see it. The route of the
// server for it always fails, so the portal is updated.
//
// API: PATCH /api/v1/accounts/{account_id}/portals/{slug}. Needs a user token. Sent
// again where an answer was lost.
//
// Errors: 401: The owner of the token may not change portals. 500: There is no such
// portal.
func (s HelpCenterService) ArchivePortal(ctx context.Context, slug PortalSlug, opts ...CallOption) (*Portal, error) {
	return s.UpdatePortal(ctx, slug, PortalUpdateParams{Archived: Set(true)}, opts...)
}

// RestorePortal shows an archived portal again.
//
// API: PATCH /api/v1/accounts/{account_id}/portals/{slug}. Needs a user token. Sent
// again where an answer was lost.
//
// Errors: 401: The owner of the token may not change portals. 500: There is no such
// portal.
func (s HelpCenterService) RestorePortal(ctx context.Context, slug PortalSlug, opts ...CallOption) (*Portal, error) {
	return s.UpdatePortal(ctx, slug, PortalUpdateParams{Archived: Set(false)}, opts...)
}
