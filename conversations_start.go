package konverte

import (
	"context"

	"github.com/konverte-go/konverte/internal/core"
)

// Start begins a conversation of a contact in an inbox, with first as its first
// message; a zero first makes an empty conversation. It reuses the contact's newest
// source id in the inbox, and links the two where there is none: leaving that to the
// server would link them anew with every conversation.
//
// API: GET /api/v1/accounts/{account_id}/contacts/{id}, POST …/contact_inboxes where
// needed, POST …/conversations. Needs a user token. The link and the conversation are
// never sent twice: see Error.MaybeSent.
func (s ConversationsService) Start(ctx context.Context, contact ContactID, inbox InboxID, first ConversationFirstMessage, opts ...CallOption) (*Conversation, error) {
	var f core.Faults
	f.ID("contact_id", int64(contact))
	f.ID("inbox_id", int64(inbox))
	first.check(&f)
	if err := f.Err("Conversations.Start"); err != nil {
		return nil, err
	}
	source, err := s.sourceID(ctx, contact, inbox, opts)
	if err != nil {
		return nil, err
	}
	p := ConversationCreateParams{ContactID: contact, InboxID: inbox, SourceID: Set(source)}
	if first.Content != "" || first.TemplateParams.IsSet() || first.ContentAttributes.Len() > 0 {
		p.Message = Set(first)
	}
	return s.Create(ctx, p, opts...)
}

// sourceID is the contact's newest source id in an inbox, or a new one.
func (s ConversationsService) sourceID(ctx context.Context, contact ContactID, inbox InboxID, opts []CallOption) (SourceID, error) {
	known, err := s.c.Contacts.Get(ctx, contact, opts...)
	if err != nil {
		return "", err
	}
	var newest SourceID
	for _, link := range known.ContactInboxes {
		if link.Inbox.ID == inbox {
			newest = link.SourceID
		}
	}
	if newest != "" {
		return newest, nil
	}
	link, err := s.c.Contacts.LinkInbox(ctx, contact, ContactLinkInboxParams{InboxID: inbox}, opts...)
	if err != nil {
		return "", err
	}
	return link.SourceID, nil
}
