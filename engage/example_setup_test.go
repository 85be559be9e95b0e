package engage_test

import (
	"fmt"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
)

func ExamplePresenceStatusesService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	for _, name := range []string{"Lunch", "Training"} {
		_, err := client.PresenceStatuses.Create(ctx, name)
		check(err)
	}
	for status, err := range client.PresenceStatuses.All(ctx, engage.PresenceStatusListParams{}) {
		check(err)
		fmt.Println(status.Name)
	}
	// Output:
	// Lunch
	// Training
}

// An entry is made with its label. Its shortcuts come afterwards.
func ExampleReplyAssistantEntriesService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	entry, err := client.ReplyAssistantEntries.Create(ctx, "Refund")
	check(err)
	entry, err = client.ReplyAssistantEntries.Update(ctx, entry.ID, engage.ReplyAssistantEntryUpdateParams{
		Shortcuts: []string{"refund", "money back"},
	})
	check(err)
	fmt.Println(entry.Label, entry.Shortcuts)
	// Output: Refund [refund money back]
}

func ExampleReplyAssistantGroupsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	entry, err := client.ReplyAssistantEntries.Create(ctx, "Refund")
	check(err)
	group, err := client.ReplyAssistantGroups.Create(ctx, engage.ReplyAssistantGroupCreateParams{
		Name: "Billing", EntryIDs: []engage.ReplyAssistantEntryID{entry.ID}, Autocomplete: konverte.Set(true),
	})
	check(err)
	fmt.Println(group.Name, len(group.EntryIDs), group.Autocomplete)
	// Output: Billing 1 true
}

// One answer has a wording for each language.
func ExampleReplyAssistantVersionsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	entry, err := client.ReplyAssistantEntries.Create(ctx, "Refund")
	check(err)
	for language, body := range map[string]string{"en": "Your money is on its way.", "es": "Tu dinero está en camino."} {
		_, err := client.ReplyAssistantVersions.Create(ctx, engage.ReplyAssistantVersionCreateParams{
			EntryID: entry.ID, Body: body, Language: konverte.Set(language),
		})
		check(err)
	}
	for version, err := range client.ReplyAssistantVersions.All(ctx, engage.ReplyAssistantVersionListParams{}) {
		check(err)
		fmt.Println(version.Language.Or(""), version.Body)
	}
	// Unordered output:
	// en Your money is on its way.
	// es Tu dinero está en camino.
}

// A role of one's own: what it does not name is off.
func ExampleRolesService_Define() {
	srv, client, ctx := start()
	defer srv.Close()
	role, err := client.Roles.Define(ctx, "Night shift", engage.Allow(
		engage.RolePermissionReceiveTasks, engage.RolePermissionSearchContents,
	))
	check(err)
	role, err = client.Roles.SetFlags(ctx, role.ID, engage.RoleFlags{engage.RolePermissionSearchContents: false})
	check(err)
	fmt.Println(role.Label, role.ReceiveTasks, role.SearchContents, role.ManageRoles)
	// Output: Night shift true false false
}

func ExampleSettingsService_Update() {
	srv, client, ctx := start()
	defer srv.Close()
	settings, err := client.Settings.Update(ctx, engage.SettingsUpdateParams{
		Timezone: konverte.Set("Madrid"), PasswordMinLength: konverte.Set[int64](12),
	})
	check(err)
	fmt.Println(settings.Timezone, settings.PasswordMinLength.Or(0))
	// Output: Madrid 12
}

func ExampleSignaturesService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	me, err := client.Users.Me(ctx)
	check(err)
	mailbox, err := client.Sources.Find(ctx, "Mailbox")
	check(err)
	signature, err := client.Signatures.Create(ctx, me.ID, engage.SignatureCreateParams{
		Body: "Ana, Customer Care", SourceIDs: []engage.SourceID{mailbox.ID},
	})
	check(err)
	fmt.Println(signature.Body)
	// Output: Ana, Customer Care
}

func ExampleTagsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	vip, err := client.Tags.Create(ctx, "VIP")
	check(err)
	page, err := client.IdentityGroups.List(ctx, engage.IdentityGroupListParams{})
	check(err)
	customer, err := client.IdentityGroups.Update(ctx, page.Records[0].ID, engage.IdentityGroupUpdateParams{
		TagIDs: []engage.TagID{vip.ID},
	})
	check(err)
	fmt.Println(customer.FirstName.Or(""), customer.TagIDs[0] == vip.ID)
	// Output: Carla true
}

func ExampleTeamsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	ana, err := client.Agents.FindByEmail(ctx, "ana.admin@example.com")
	check(err)
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	team, err := client.Teams.Create(ctx, engage.TeamCreateParams{
		Name: "Night shift", LeaderIDs: []engage.UserID{ana.ID}, UserIDs: []engage.UserID{beto.ID},
	})
	check(err)
	fmt.Println(team.Name, len(team.LeaderIDs), len(team.UserIDs))
	// Output: Night shift 1 1
}

// The names are those that users and the domain take as their time zone.
func ExampleTimezonesService_List() {
	srv, client, ctx := start()
	defer srv.Close()
	zones, err := client.Timezones.List(ctx)
	check(err)
	for _, zone := range zones {
		if zone.Name == "Madrid" {
			fmt.Println(zone.Name, time.Duration(zone.UTCOffset)*time.Second)
		}
	}
	// Output: Madrid 1h0m0s
}

// Agents.Invite does the same with the names of roles and teams in place of ids.
func ExampleUsersService_Invite() {
	srv, client, ctx := start()
	defer srv.Close()
	role, err := client.Roles.Find(ctx, engage.RoleAgent)
	check(err)
	user, err := client.Users.Invite(ctx, engage.UserInviteParams{
		FirstName: "Nova", LastName: "Agente", Email: "nova@example.com", RoleID: role.ID,
	})
	check(err)
	fmt.Println(user.FirstName, user.InvitationPending)
	// Output: Nova true
}

func ExampleUsersService_All() {
	srv, client, ctx := start()
	defer srv.Close()
	role, err := client.Roles.Find(ctx, engage.RoleAgent)
	check(err)
	for user, err := range client.Users.All(ctx, engage.UserListParams{RoleID: role.ID}) {
		check(err)
		fmt.Println(user.FirstName, user.LastName)
	}
	// Output: Beto Agente
}

func ExampleWebhooksService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	hook, err := client.Webhooks.Create(ctx, engage.WebhookCreateParams{
		URL: "https://hooks.example.com/engage", VerifyToken: konverte.Set("a word of your own"),
		RegisteredEvents: []engage.WebhookEvent{engage.WebhookEventContentImported, engage.WebhookEventInterventionClosed},
	})
	check(err)
	fmt.Println(hook.URL, hook.RegisteredEvents)
	// Output: https://hooks.example.com/engage [content.imported intervention.closed]
}
