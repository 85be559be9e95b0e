package engage_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	. "github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
	"github.com/konverte-go/konverte/internal/optable"
)

// world is a server with a strict client, in which things can be made by kind.
type world struct {
	*testing.T
	*Client
	srv *engagetest.Server
	ctx context.Context
}

func newWorld(t *testing.T, opts ...engagetest.Option) *world {
	t.Helper()
	srv := engagetest.NewServer(t, opts...)
	client := srv.Client(konverte.WithStrictDecoding())
	t.Cleanup(client.Close)
	return &world{T: t, Client: client, srv: srv, ctx: t.Context()}
}

// add makes a record behind the API's back.
func add[ID ~string](w *world, kind string, pairs ...any) ID {
	w.Helper()
	fields := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i].(string)] = pairs[i+1]
	}
	id, err := w.srv.Add(kind, fields)
	require.NoError(w, err)
	return ID(id)
}

func idOf[ID ~string](w *world, kind, name string) ID {
	w.Helper()
	id := w.srv.ID(kind, name)
	require.NotEmpty(w, id, "%s %s", kind, name)
	return ID(id)
}

func (w *world) admin() UserID        { return idOf[UserID](w, "User", "ana.admin@example.com") }
func (w *world) agent() UserID        { return idOf[UserID](w, "User", "beto.agente@example.com") }
func (w *world) role(l string) RoleID { return idOf[RoleID](w, "Role", l) }
func (w *world) source(n string) SourceID {
	return idOf[SourceID](w, "Source", n)
}
func (w *world) category() CategoryID { return idOf[CategoryID](w, "Category", "Billing") }

func (w *world) content() Content {
	for c, err := range w.Contents.All(w.ctx, ContentListParams{}) {
		require.NoError(w, err)
		return c
	}
	require.Fail(w, "no content")
	return Content{}
}

func (w *world) thread() ThreadID     { return w.content().ThreadID.Or("") }
func (w *world) identity() IdentityID { return w.content().AuthorID.Or("") }

func (w *world) intervention() InterventionID {
	i, err := w.Interventions.Create(w.ctx, w.content().ID)
	require.NoError(w, err)
	return i.ID
}

func (w *world) comment() InterventionCommentID {
	c, err := w.InterventionComments.Create(w.ctx, InterventionCommentCreateParams{Body: "note", InterventionID: w.intervention(), UserID: konverte.Set(w.admin())})
	require.NoError(w, err)
	return c.ID
}

func (w *world) task() TaskID {
	for task, err := range w.Tasks.All(w.ctx, TaskListParams{}) {
		require.NoError(w, err)
		return task.ID
	}
	return add[TaskID](w, "Task")
}

func (w *world) pending() UserID {
	u, err := w.Users.Invite(w.ctx, w.invitation())
	require.NoError(w, err)
	return u.ID
}

func (w *world) invitation() UserInviteParams {
	return UserInviteParams{FirstName: "Nova", LastName: "Agente", Email: "nova@example.com", RoleID: w.role("Agent")}
}

func (w *world) signature() SignatureID {
	s, err := w.Signatures.Create(w.ctx, w.agent(), SignatureCreateParams{Body: "Beto"})
	require.NoError(w, err)
	return s.ID
}

func (w *world) entry() ReplyAssistantEntryID {
	e, err := w.ReplyAssistantEntries.Create(w.ctx, "Hello")
	require.NoError(w, err)
	return e.ID
}

func (w *world) version() ReplyAssistantVersionID {
	v, err := w.ReplyAssistantVersions.Create(w.ctx, ReplyAssistantVersionCreateParams{EntryID: w.entry(), Body: "Hi"})
	require.NoError(w, err)
	return v.ID
}

func (w *world) attachment() AttachmentID {
	a, err := w.Attachments.Create(w.ctx, AttachmentCreateParams{File: konverte.UploadReader("a.txt", strings.NewReader("text"))})
	require.NoError(w, err)
	return a.ID
}

func (w *world) webhook() WebhookID {
	h, err := w.Webhooks.Create(w.ctx, WebhookCreateParams{URL: "https://hooks.example/x", RegisteredEvents: []WebhookEvent{WebhookEventContentImported}})
	require.NoError(w, err)
	return h.ID
}

func (w *world) field() CustomFieldID {
	f, err := w.CustomFields.Create(w.ctx, CustomFieldCreateParams{Label: "VIP", AssociatedTypeName: CustomFieldOwnerIdentityGroup})
	require.NoError(w, err)
	return f.ID
}

func (w *world) capacity() UserCapacityID {
	c, err := w.UserCapacities.Create(w.ctx, UserCapacityCreateParams{Name: "Half", Channels: []ChannelCapacityInput{{ChannelID: w.channel(), DefaultCapacity: konverte.Set[int64](2)}}})
	require.NoError(w, err)
	return c.ID
}

func (w *world) channel() ChannelID { return idOf[ChannelID](w, "Channel", "Async") }

func (w *world) event() EventID {
	w.pending()
	for e, err := range w.Events.All(w.ctx, EventListParams{}) {
		require.NoError(w, err)
		return e.ID
	}
	require.Fail(w, "no event")
	return ""
}

// try makes a test of one operation of its call.
func try[T any](call func(w *world) (T, error)) func(*world) error {
	return func(w *world) error {
		v, err := call(w)
		if err == nil && reflect.ValueOf(v).IsZero() {
			return fmt.Errorf("a zero result without an error")
		}
		return err
	}
}

// calls has one call for each operation, by its id.
var calls = map[string]func(*world) error{
	"getAllEvents":   try(func(w *world) (*EventPage, error) { return w.Events.List(w.ctx, EventListParams{}) }),
	"getEvent":       try(func(w *world) (*Event, error) { return w.Events.Get(w.ctx, w.event()) }),
	"getAllWebhooks": try(func(w *world) (*WebhookPage, error) { return w.Webhooks.List(w.ctx, WebhookListParams{}) }),
	"createWebhook": try(func(w *world) (*Webhook, error) {
		return w.Webhooks.Create(w.ctx, WebhookCreateParams{URL: "https://hooks.example/x", RegisteredEvents: []WebhookEvent{WebhookEventContentImported}})
	}),
	"getWebhook": try(func(w *world) (*Webhook, error) { return w.Webhooks.Get(w.ctx, w.webhook()) }),
	"updateWebhook": try(func(w *world) (*Webhook, error) {
		return w.Webhooks.Update(w.ctx, w.webhook(), WebhookUpdateParams{Active: konverte.Set(false)})
	}),
	"deleteWebhook": try(func(w *world) (*Webhook, error) { return w.Webhooks.Delete(w.ctx, w.webhook()) }),

	"getAllAttachments": try(func(w *world) (*AttachmentPage, error) { return w.Attachments.List(w.ctx, AttachmentListParams{}) }),
	"createAttachment": try(func(w *world) (*Attachment, error) {
		return w.Attachments.Create(w.ctx, AttachmentCreateParams{File: konverte.UploadReader("a.txt", strings.NewReader("text")), Private: konverte.Set(true)})
	}),
	"getAttachment":     try(func(w *world) (*Attachment, error) { return w.Attachments.Get(w.ctx, w.attachment()) }),
	"getAllCommunities": try(func(w *world) (*CommunityPage, error) { return w.Communities.List(w.ctx, CommunityListParams{}) }),
	"getCommunity": try(func(w *world) (*Community, error) {
		return w.Communities.Get(w.ctx, idOf[CommunityID](w, "Community", "Mailbox"))
	}),

	"getAllContents": try(func(w *world) (*ContentPage, error) { return w.Contents.List(w.ctx, ContentListParams{}) }),
	"createContent": try(func(w *world) (*Content, error) {
		w.intervention()
		return w.Contents.Create(w.ctx, ContentCreateParams{InReplyToID: konverte.Set(w.content().ID), Body: konverte.Set("On its way.")})
	}),
	"getContent":    try(func(w *world) (*Content, error) { return w.Contents.Get(w.ctx, w.content().ID) }),
	"ignoreContent": try(func(w *world) (*Content, error) { return w.Contents.Ignore(w.ctx, w.content().ID) }),
	"categorizeContent": try(func(w *world) (*Content, error) {
		return w.Contents.Categorize(w.ctx, w.content().ID, []CategoryID{w.category()})
	}),
	"updateCustomScore": try(func(w *world) (*Content, error) { return w.Contents.SetCustomScore(w.ctx, w.content().ID, 7) }),

	"getAllIdentities": try(func(w *world) (*IdentityPage, error) { return w.Identities.List(w.ctx, IdentityListParams{}) }),
	"importIdentity": try(func(w *world) (*Identity, error) {
		return w.Identities.Import(w.ctx, IdentityImportParams{
			Identifier: "+5511999990000", SourceID: konverte.Set(w.source("Chat")), ExtraValues: attributes(w, "shop", "Lapa"),
		})
	}),
	"getIdentity": try(func(w *world) (*Identity, error) { return w.Identities.Get(w.ctx, w.identity()) }),
	"getAllIdentityGroups": try(func(w *world) (*IdentityGroupPage, error) {
		return w.IdentityGroups.List(w.ctx, IdentityGroupListParams{})
	}),
	"getIdentityGroup": try(func(w *world) (*IdentityGroup, error) { return w.IdentityGroups.Get(w.ctx, w.group()) }),
	"updateIdentityGroup": try(func(w *world) (*IdentityGroup, error) {
		return w.IdentityGroups.Update(w.ctx, w.group(), IdentityGroupUpdateParams{LastName: konverte.Set("Compradora")})
	}),
	"mergeIdentityGroup": try(func(w *world) (*IdentityGroup, error) {
		return w.IdentityGroups.Merge(w.ctx, w.group(), add[IdentityID](w, "Identity", "firstname", "Other"))
	}),

	"getAllInterventionComments": try(func(w *world) (*InterventionCommentPage, error) {
		return w.InterventionComments.List(w.ctx, InterventionCommentListParams{})
	}),
	"createInterventionComment": try(func(w *world) (*InterventionComment, error) {
		return w.InterventionComments.Create(w.ctx, InterventionCommentCreateParams{Body: "note", InterventionID: w.intervention()})
	}),
	"getInterventionComment":    try(func(w *world) (*InterventionComment, error) { return w.InterventionComments.Get(w.ctx, w.comment()) }),
	"deleteInterventionComment": try(func(w *world) (*InterventionComment, error) { return w.InterventionComments.Delete(w.ctx, w.comment()) }),

	"getAllInterventions": try(func(w *world) (*InterventionPage, error) {
		return w.Interventions.List(w.ctx, InterventionListParams{})
	}),
	"createIntervention": try(func(w *world) (*Intervention, error) { return w.Interventions.Create(w.ctx, w.content().ID) }),
	"getIntervention":    try(func(w *world) (*Intervention, error) { return w.Interventions.Get(w.ctx, w.intervention()) }),
	"updateIntervention": try(func(w *world) (*Intervention, error) {
		return w.Interventions.Update(w.ctx, w.intervention(), InterventionUpdateParams{CustomFieldValues: attributes(w, "order", "42")})
	}),
	"cancelIntervention": try(func(w *world) (*Intervention, error) { return w.Interventions.Cancel(w.ctx, w.intervention()) }),
	"closeIntervention": try(func(w *world) (*Intervention, error) {
		intervention := w.intervention()
		_, err := w.Contents.Create(w.ctx, ContentCreateParams{InReplyToID: konverte.Set(w.content().ID), Body: konverte.Set("On its way.")})
		require.NoError(w, err)
		return w.Interventions.Close(w.ctx, intervention)
	}),
	"reassignIntervention": try(func(w *world) (*Intervention, error) {
		return w.Interventions.Reassign(w.ctx, w.intervention(), w.agent())
	}),
	"categorizeIntervention": try(func(w *world) (*Intervention, error) {
		return w.Interventions.Categorize(w.ctx, w.intervention(), []CategoryID{w.category()})
	}),

	"getAllSources": try(func(w *world) (*SourcePage, error) { return w.Sources.List(w.ctx, SourceListParams{}) }),
	"getSource":     try(func(w *world) (*Source, error) { return w.Sources.Get(w.ctx, w.source("Mailbox")) }),
	"updateSource": try(func(w *world) (*Source, error) {
		return w.Sources.Update(w.ctx, w.source("Mailbox"), SourceUpdateParams{Name: konverte.Set("Post")})
	}),
	"updateSourceEmailCredentials": try(func(w *world) (*Source, error) {
		return w.Sources.UpdateEmailCredentials(w.ctx, w.source("Mailbox"), SourceUpdateEmailCredentialsParams{
			IMAP: konverte.Set(MailCredentialsInput{Username: konverte.Set("u"), Password: konverte.Set("p")}),
		})
	}),

	"getAllTasks": try(func(w *world) (*TaskPage, error) { return w.Tasks.List(w.ctx, TaskListParams{}) }),
	"getTask":     try(func(w *world) (*Task, error) { return w.Tasks.Get(w.ctx, w.task()) }),
	"completeTask": try(func(w *world) (*Task, error) {
		task := w.task()
		_, err := w.Tasks.Transfer(w.ctx, task, TaskTransferParams{AgentIDs: []AgentID{w.agent()}})
		require.NoError(w, err)
		return w.Tasks.Complete(w.ctx, task)
	}),
	"moveTask": try(func(w *world) (*Task, error) { return w.Tasks.Move(w.ctx, w.task(), "undelivered") }),
	"transferTask": try(func(w *world) (*Task, error) {
		return w.Tasks.Transfer(w.ctx, w.task(), TaskTransferParams{AgentIDs: []AgentID{w.agent()}})
	}),

	"getAllThreads":          try(func(w *world) (*ThreadPage, error) { return w.Threads.List(w.ctx, ThreadListParams{}) }),
	"getThread":              try(func(w *world) (*Thread, error) { return w.Threads.Get(w.ctx, w.thread()) }),
	"closeThread":            try(func(w *world) (*Thread, error) { return w.Threads.Close(w.ctx, w.thread()) }),
	"disableThreadTextInput": try(func(w *world) (*Thread, error) { return w.Threads.DisableTextInput(w.ctx, w.chatThread()) }),
	"enableThreadTextInput": try(func(w *world) (*Thread, error) {
		thread := w.chatThread()
		_, err := w.Threads.DisableTextInput(w.ctx, thread)
		require.NoError(w, err)
		return w.Threads.EnableTextInput(w.ctx, thread)
	}),
	"archiveThread": try(func(w *world) (*Thread, error) { return w.Threads.Archive(w.ctx, w.thread()) }),
	"openThread": try(func(w *world) (*Thread, error) {
		thread := w.thread()
		_, err := w.Threads.Close(w.ctx, thread)
		require.NoError(w, err)
		return w.Threads.Open(w.ctx, thread)
	}),
	"categorizeThread": try(func(w *world) (*Thread, error) {
		return w.Threads.Categorize(w.ctx, w.thread(), []CategoryID{w.category()})
	}),

	"getAllCategories": try(func(w *world) (*CategoryPage, error) {
		return w.Categories.List(w.ctx, CategoryListParams{IDs: []CategoryID{w.category(), "4f"}})
	}),
	"createCategory": try(func(w *world) (*Category, error) {
		return w.Categories.Create(w.ctx, CategoryCreateParams{Name: "Returns"})
	}),
	"getCategory": try(func(w *world) (*Category, error) { return w.Categories.Get(w.ctx, w.category()) }),
	"updateCategory": try(func(w *world) (*Category, error) {
		return w.Categories.Update(w.ctx, w.category(), CategoryUpdateParams{Name: konverte.Set("Invoices")})
	}),
	"deleteCategory": try(func(w *world) (*Category, error) {
		return w.Categories.Delete(w.ctx, w.category())
	}),

	"getAllCustomFields": try(func(w *world) (*CustomFieldPage, error) { return w.CustomFields.List(w.ctx, CustomFieldListParams{}) }),
	"createCustomField": try(func(w *world) (*CustomField, error) {
		return w.CustomFields.Create(w.ctx, CustomFieldCreateParams{Label: "VIP", AssociatedTypeName: CustomFieldOwnerIdentityGroup})
	}),
	"getCustomField": try(func(w *world) (*CustomField, error) { return w.CustomFields.Get(w.ctx, w.field()) }),
	"updateCustomField": try(func(w *world) (*CustomField, error) {
		return w.CustomFields.Update(w.ctx, w.field(), CustomFieldUpdateParams{Label: konverte.Set("Gold")})
	}),
	"deleteCustomField": try(func(w *world) (*CustomField, error) { return w.CustomFields.Delete(w.ctx, w.field()) }),

	"getAllUiLocales": try(func(w *world) ([]InterfaceLocale, error) { return w.Locales.Interface(w.ctx) }),
	"getAllLocales":   try(func(w *world) ([]Locale, error) { return w.Locales.Content(w.ctx) }),
	"getAllTimezones": try(func(w *world) ([]Timezone, error) { return w.Timezones.List(w.ctx) }),

	"getAllReplyAssistantEntries": try(func(w *world) (*ReplyAssistantEntryPage, error) {
		return w.ReplyAssistantEntries.List(w.ctx, ReplyAssistantEntryListParams{})
	}),
	"createReplyAssistantEntry": try(func(w *world) (*ReplyAssistantEntry, error) { return w.ReplyAssistantEntries.Create(w.ctx, "Hello") }),
	"getReplyAssistantEntry":    try(func(w *world) (*ReplyAssistantEntry, error) { return w.ReplyAssistantEntries.Get(w.ctx, w.entry()) }),
	"updateReplyAssistantEntry": try(func(w *world) (*ReplyAssistantEntry, error) {
		return w.ReplyAssistantEntries.Update(w.ctx, w.entry(), ReplyAssistantEntryUpdateParams{Shortcuts: []string{"hi"}})
	}),
	"deleteReplyAssistantEntry": try(func(w *world) (*ReplyAssistantEntry, error) { return w.ReplyAssistantEntries.Delete(w.ctx, w.entry()) }),
	"getAllReplyAssistantGroups": try(func(w *world) (*ReplyAssistantGroupPage, error) {
		return w.ReplyAssistantGroups.List(w.ctx, ReplyAssistantGroupListParams{})
	}),
	"createReplyAssistantGroup": try(func(w *world) (*ReplyAssistantGroup, error) {
		return w.ReplyAssistantGroups.Create(w.ctx, ReplyAssistantGroupCreateParams{Name: "Greetings", EntryIDs: []ReplyAssistantEntryID{w.entry()}})
	}),
	"getReplyAssistantGroup": try(func(w *world) (*ReplyAssistantGroup, error) { return w.ReplyAssistantGroups.Get(w.ctx, w.entries()) }),
	"updateReplyAssistantGroup": try(func(w *world) (*ReplyAssistantGroup, error) {
		return w.ReplyAssistantGroups.Update(w.ctx, w.entries(), ReplyAssistantGroupUpdateParams{Name: konverte.Set("Hellos")})
	}),
	"deleteReplyAssistantGroup": try(func(w *world) (*ReplyAssistantGroup, error) { return w.ReplyAssistantGroups.Delete(w.ctx, w.entries()) }),
	"getAllReplyAssistantVersions": try(func(w *world) (*ReplyAssistantVersionPage, error) {
		return w.ReplyAssistantVersions.List(w.ctx, ReplyAssistantVersionListParams{})
	}),
	"createReplyAssistantVersion": try(func(w *world) (*ReplyAssistantVersion, error) {
		return w.ReplyAssistantVersions.Create(w.ctx, ReplyAssistantVersionCreateParams{EntryID: w.entry(), Body: "Hi"})
	}),
	"getReplyAssistantVersion": try(func(w *world) (*ReplyAssistantVersion, error) {
		return w.ReplyAssistantVersions.Get(w.ctx, w.version())
	}),
	"updateReplyAssistantVersion": try(func(w *world) (*ReplyAssistantVersion, error) {
		return w.ReplyAssistantVersions.Update(w.ctx, w.version(), ReplyAssistantVersionUpdateParams{Body: konverte.Set("Hey")})
	}),
	"deleteReplyAssistantVersion": try(func(w *world) (*ReplyAssistantVersion, error) {
		return w.ReplyAssistantVersions.Delete(w.ctx, w.version())
	}),

	"getAllRoles": try(func(w *world) (*RolePage, error) { return w.Roles.List(w.ctx, RoleListParams{}) }),
	"createRole":  try(func(w *world) (*Role, error) { return w.Roles.Create(w.ctx, RoleCreateParams{Label: "Helper"}) }),
	"getRole":     try(func(w *world) (*Role, error) { return w.Roles.Get(w.ctx, w.role("Agent")) }),
	"updateRole": try(func(w *world) (*Role, error) {
		return w.Roles.Update(w.ctx, w.role("Agent"), RoleUpdateParams{ReadStats: konverte.Set(true)})
	}),

	"getAllSettings": try(func(w *world) (*Settings, error) { return w.Settings.Get(w.ctx) }),
	"updateSettings": try(func(w *world) (*Settings, error) {
		return w.Settings.Update(w.ctx, SettingsUpdateParams{PushEnabled: konverte.Set(false)})
	}),
	"getAllTags": try(func(w *world) (*TagPage, error) { return w.Tags.List(w.ctx, TagListParams{}) }),
	"createTag":  try(func(w *world) (*Tag, error) { return w.Tags.Create(w.ctx, "vip") }),
	"getTag":     try(func(w *world) (*Tag, error) { return w.Tags.Get(w.ctx, add[TagID](w, "Tag", "name", "vip")) }),
	"updateTag":  try(func(w *world) (*Tag, error) { return w.Tags.Update(w.ctx, add[TagID](w, "Tag", "name", "vip"), "gold") }),
	"deleteTag":  try(func(w *world) (*Tag, error) { return w.Tags.Delete(w.ctx, add[TagID](w, "Tag", "name", "vip")) }),

	"getAllTeams": try(func(w *world) (*TeamPage, error) { return w.Teams.List(w.ctx, TeamListParams{}) }),
	"createTeam": try(func(w *world) (*Team, error) {
		return w.Teams.Create(w.ctx, TeamCreateParams{Name: "Night", UserIDs: []UserID{w.agent()}})
	}),
	"getTeam": try(func(w *world) (*Team, error) { return w.Teams.Get(w.ctx, idOf[TeamID](w, "Team", "Sales")) }),
	"updateTeam": try(func(w *world) (*Team, error) {
		return w.Teams.Update(w.ctx, idOf[TeamID](w, "Team", "Sales"), TeamUpdateParams{LeaderIDs: []UserID{w.admin()}})
	}),
	"deleteTeam": try(func(w *world) (*Team, error) { return w.Teams.Delete(w.ctx, idOf[TeamID](w, "Team", "Sales")) }),

	"getAllTimeSheets": try(func(w *world) (*TimeSheetPage, error) { return w.TimeSheets.List(w.ctx, TimeSheetListParams{}) }),
	"createTimeSheet": try(func(w *world) (*TimeSheet, error) {
		return w.TimeSheets.Create(w.ctx, TimeSheetCreateParams{Label: "Office"})
	}),
	"getTimeSheet": try(func(w *world) (*TimeSheet, error) { return w.TimeSheets.Get(w.ctx, w.sheet()) }),
	"updateTimeSheet": try(func(w *world) (*TimeSheet, error) {
		return w.TimeSheets.Update(w.ctx, w.sheet(), TimeSheetUpdateParams{Label: konverte.Set("Hours")})
	}),
	"deleteTimeSheet": try(func(w *world) (*TimeSheet, error) { return w.TimeSheets.Delete(w.ctx, w.sheet()) }),

	"getAllTopologies": try(func(w *world) (*TopologyPage, error) { return w.Topologies.List(w.ctx, TopologyListParams{}) }),
	"createTopology": try(func(w *world) (*Topology, error) {
		return w.Topologies.Create(w.ctx, TopologyCreateParams{Name: konverte.Set("Plan")})
	}),
	"getTopology": try(func(w *world) (*Topology, error) { return w.Topologies.Get(w.ctx, w.topology()) }),
	"updateTopology": try(func(w *world) (*Topology, error) {
		return w.Topologies.Update(w.ctx, w.topology(), TopologyUpdateParams{Name: konverte.Set("Other")})
	}),
	"deleteTopology":   try(func(w *world) (*Topology, error) { return w.Topologies.Delete(w.ctx, w.topology()) }),
	"activateTopology": try(func(w *world) (*Topology, error) { return w.Topologies.Activate(w.ctx, w.topology()) }),

	"getAllUsers": try(func(w *world) (*UserPage, error) { return w.Users.List(w.ctx, UserListParams{RoleID: w.role("Agent")}) }),
	"createUser": try(func(w *world) (*User, error) {
		return w.Users.Create(w.ctx, UserCreateParams{
			FirstName: "Nova", LastName: "Agente", Email: "nova@example.com", RoleID: w.role("Agent"), Password: konverte.Set("s3cret!pass"),
		})
	}),
	"inviteUser":     try(func(w *world) (*User, error) { return w.Users.Invite(w.ctx, w.invitation()) }),
	"getCurrentUser": try(func(w *world) (*User, error) { return w.Users.Me(w.ctx) }),
	"getUser":        try(func(w *world) (*User, error) { return w.Users.Get(w.ctx, w.agent()) }),
	"updateUser": try(func(w *world) (*User, error) {
		return w.Users.Update(w.ctx, w.agent(), UserUpdateParams{Nickname: konverte.Set("B")})
	}),
	"deleteUser": try(func(w *world) (*User, error) { return w.Users.Delete(w.ctx, w.pending()) }),

	"getUserSourcesPermissions": try(func(w *world) (map[string][]SourcePermission, error) { return w.Permissions.Get(w.ctx, w.agent()) }),
	"updateUserSourcesPermissions": try(func(w *world) (map[string][]SourcePermission, error) {
		return w.Permissions.Update(w.ctx, w.agent(), map[string]SourcePermissionList{string(w.source("Chat")): "read"})
	}),
	"getAllUserCapacities": try(func(w *world) (*UserCapacityPage, error) {
		return w.UserCapacities.List(w.ctx, UserCapacityListParams{})
	}),
	"createUserCapacity": try(func(w *world) (*UserCapacity, error) {
		return w.UserCapacities.Create(w.ctx, UserCapacityCreateParams{Name: "Half", Channels: []ChannelCapacityInput{{ChannelID: w.channel()}}})
	}),
	"getUserCapacity": try(func(w *world) (*UserCapacity, error) { return w.UserCapacities.Get(w.ctx, w.capacity()) }),
	"updateUserCapacity": try(func(w *world) (*UserCapacity, error) {
		return w.UserCapacities.Update(w.ctx, w.capacity(), UserCapacityUpdateParams{Name: konverte.Set("Full")})
	}),
	"deleteUserCapacity": try(func(w *world) (*UserCapacity, error) { return w.UserCapacities.Delete(w.ctx, w.capacity()) }),

	"getAllUserSignatures": try(func(w *world) (*SignaturePage, error) {
		return w.Signatures.List(w.ctx, w.agent(), SignatureListParams{})
	}),
	"createUserSignature": try(func(w *world) (*Signature, error) {
		return w.Signatures.Create(w.ctx, w.agent(), SignatureCreateParams{Body: "Beto", SourceIDs: []SourceID{w.source("Mailbox")}})
	}),
	"getUserSignature": try(func(w *world) (*Signature, error) { return w.Signatures.Get(w.ctx, w.agent(), w.signature()) }),
	"updateUserSignature": try(func(w *world) (*Signature, error) {
		return w.Signatures.Update(w.ctx, w.agent(), w.signature(), SignatureUpdateParams{Body: konverte.Set("B.")})
	}),
	"deleteUserSignature": try(func(w *world) (*Signature, error) { return w.Signatures.Delete(w.ctx, w.agent(), w.signature()) }),

	"getAllAgentStatus": try(func(w *world) ([]AgentStatus, error) {
		require.NoError(w, w.srv.SignIn(string(w.agent())))
		return w.AgentStatus.List(w.ctx, AgentStatusListParams{TeamIDs: []TeamID{idOf[TeamID](w, "Team", "Support"), idOf[TeamID](w, "Team", "Sales")}})
	}),
	"getAgentStatus": try(func(w *world) (*AgentStatus, error) {
		require.NoError(w, w.srv.SignIn(string(w.agent())))
		return w.AgentStatus.Get(w.ctx, w.agent())
	}),
	"changeAgentStatus": try(func(w *world) (*AgentStatus, error) {
		require.NoError(w, w.srv.SignIn(string(w.agent())))
		return w.AgentStatus.Set(w.ctx, w.agent(), AgentStatusSetParams{Status: map[string]Availability{
			string(w.channel()): AvailabilityAway, string(idOf[ChannelID](w, "Channel", "Realtime")): AvailabilityAway,
		}})
	}),

	"getAllChannels": try(func(w *world) (*ChannelPage, error) { return w.Channels.List(w.ctx, ChannelListParams{}) }),
	"getChannel":     try(func(w *world) (*Channel, error) { return w.Channels.Get(w.ctx, w.channel()) }),
	"updateChannel": try(func(w *world) (*Channel, error) {
		return w.Channels.Update(w.ctx, w.channel(), ChannelUpdateParams{Name: konverte.Set("Slow")})
	}),

	"getAllFolders": try(func(w *world) (*FolderPage, error) { return w.Folders.List(w.ctx, FolderListParams{}) }),
	"createFolder": try(func(w *world) (*Folder, error) {
		return w.Folders.Create(w.ctx, FolderCreateParams{Label: "Mine", TeamRestriction: konverte.Set(TeamRestrictionInput{Only: []TeamID{idOf[TeamID](w, "Team", "Sales")}})})
	}),
	"getFolder": try(func(w *world) (*Folder, error) { return w.Folders.Get(w.ctx, w.folder()) }),
	"updateFolder": try(func(w *world) (*Folder, error) {
		return w.Folders.Update(w.ctx, w.folder(), FolderUpdateParams{Label: konverte.Set("Ours")})
	}),
	"deleteFolder": try(func(w *world) (*Folder, error) { return w.Folders.Delete(w.ctx, w.folder()) }),

	"getAllPresenceStatus": try(func(w *world) (*PresenceStatusPage, error) {
		return w.PresenceStatuses.List(w.ctx, PresenceStatusListParams{})
	}),
	"createPresenceStatus": try(func(w *world) (*PresenceStatus, error) { return w.PresenceStatuses.Create(w.ctx, "Lunch") }),
	"getPresenceStatus":    try(func(w *world) (*PresenceStatus, error) { return w.PresenceStatuses.Get(w.ctx, w.presence()) }),
	"updatePresenceStatus": try(func(w *world) (*PresenceStatus, error) {
		return w.PresenceStatuses.Update(w.ctx, w.presence(), "Break")
	}),
	"deletePresenceStatus": try(func(w *world) (*PresenceStatus, error) { return w.PresenceStatuses.Delete(w.ctx, w.presence()) }),

	"getSurveyResponse": try(func(w *world) (*SurveyResponse, error) {
		return w.SurveyResponses.Get(w.ctx, add[SurveyResponseID](w, "SurveyResponse", "survey_id", w.survey()))
	}),
	"getAllSurveys": try(func(w *world) (*SurveyPage, error) { return w.Surveys.List(w.ctx, SurveyListParams{}) }),
	"getSurvey":     try(func(w *world) (*Survey, error) { return w.Surveys.Get(w.ctx, w.survey()) }),

	"botComplete": try(func(w *world) (*BotAnswer, error) {
		return w.Bots.Complete(w.ctx, BotCompleteParams{InterventionID: w.intervention(), CloseThread: konverte.Set(true)})
	}),
	"botEngage": try(func(w *world) (*Intervention, error) { return w.Bots.Engage(w.ctx, w.content().ID) }),
	"handoverFromBotToAgent": try(func(w *world) (*BotAnswer, error) {
		return w.Bots.Handover(w.ctx, BotHandoverParams{
			From: BotPartyBot, To: BotPartyAgent, Type: "apple_messages_for_business", InterventionID: konverte.Set(w.intervention()),
		})
	}),
}

func attributes(w *world, pairs ...string) konverte.Attributes {
	values := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	a, err := konverte.AttributesOf(values)
	require.NoError(w, err)
	return a
}

func (w *world) group() IdentityGroupID { return w.content().IdentityGroupID.Or("") }

func (w *world) entries() ReplyAssistantGroupID {
	return add[ReplyAssistantGroupID](w, "ReplyAssistantGroup", "name", "Greetings")
}
func (w *world) sheet() TimeSheetID   { return add[TimeSheetID](w, "TimeSheet", "label", "Office") }
func (w *world) topology() TopologyID { return add[TopologyID](w, "Topology", "name", "Plan") }
func (w *world) folder() FolderID     { return add[FolderID](w, "Folder", "label", "Mine") }
func (w *world) survey() SurveyID     { return idOf[SurveyID](w, "Survey", "Satisfaction") }
func (w *world) presence() PresenceStatusID {
	return add[PresenceStatusID](w, "PresenceStatus", "name", "Lunch")
}

// chatThread is a thread of a source with a text field.
func (w *world) chatThread() ThreadID {
	for thread, err := range w.Threads.All(w.ctx, ThreadListParams{}) {
		require.NoError(w, err)
		if thread.SourceID == w.source("Chat") {
			return thread.ID
		}
	}
	require.Fail(w, "no chat")
	return ""
}

// Every operation of the description has a method, a call here and a fake, and
// what the fake answers fits its type to the letter.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	fakes := map[string]bool{}
	for _, op := range engagetest.Operations() {
		fakes[op.ID] = true
	}
	client := reflect.ValueOf(engagetest.NewServer(t).Client()).Elem()
	groups := map[string]int{}
	for _, op := range optable.Engage {
		if op.ID != "getCurrentUser" { // not among the documented ones
			groups[op.Group]++
		}
		service := client.FieldByName(op.Service)
		require.True(t, service.IsValid(), "%s: no service %s", op.ID, op.Service)
		assert.True(t, service.MethodByName(op.Name).IsValid(), "%s: no method %s.%s", op.ID, op.Service, op.Name)
		assert.NotNil(t, calls[op.ID], "%s has no test", op.ID)
		assert.True(t, fakes[op.ID], "%s has no fake", op.ID)
	}
	total := 0
	var counted []string
	for group, n := range groups {
		total += n
		counted = append(counted, fmt.Sprintf("%s %d", group, n))
	}
	slices.Sort(counted)
	t.Logf("%d operations in %d groups: %s", total, len(groups), strings.Join(counted, ", "))
	assert.Equal(t, 149, total)
	assert.Len(t, groups, 36)
	assert.Len(t, calls, 150, "a call without an operation")
}

func TestOperations(t *testing.T) {
	t.Parallel()
	for id, call := range calls {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, call(w))
			all := w.srv.Requests()
			last := all[len(all)-1]
			assert.Equal(t, id, last.Operation)
			assert.Equal(t, 2, last.Status/100)
			assert.Equal(t, "Bearer "+w.srv.Token(), last.Header.Get("Authorization"))
			if last.Method != http.MethodGet {
				assert.Empty(t, last.Query, "what is written travels in the body")
			}
		})
	}
}
