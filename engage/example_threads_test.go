package engage_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
)

// newest returns the customer's message that came into the mailbox last.
func newest(ctx context.Context, client *engage.Client) *engage.Content {
	mailbox, err := client.Sources.Find(ctx, "Mailbox")
	check(err)
	page, err := client.Contents.List(ctx, engage.ContentListParams{
		Q: fmt.Sprintf(`source:%q status_in:"new"`, mailbox.ID), Limit: 1,
	})
	check(err)
	return &page.Records[0]
}

// An agent has a status for each channel group, and all are set at once.
func ExampleAgentStatusService_Set() {
	srv, client, ctx := start()
	defer srv.Close()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	check(srv.SignIn(string(beto.ID)))

	status, err := client.AgentStatus.Get(ctx, beto.ID)
	check(err)
	away := map[string]engage.Availability{}
	for _, group := range status.Channels {
		away[string(group.ID)] = engage.AvailabilityAway
	}
	status, err = client.AgentStatus.Set(ctx, beto.ID, engage.AgentStatusSetParams{Status: away})
	check(err)
	for _, group := range status.Channels {
		fmt.Println(group.Name, group.Status)
	}
	// Unordered output:
	// Async away
	// Realtime away
}

// The agents of a team who are connected, and so can be given work.
func ExampleAgentStatusService_List() {
	srv, client, ctx := start()
	defer srv.Close()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	check(srv.SignIn(string(beto.ID)))
	connected, err := client.AgentStatus.List(ctx, engage.AgentStatusListParams{TeamIDs: beto.TeamIDs})
	check(err)
	fmt.Println(len(connected), connected[0].AgentID == beto.ID)
	// Output: 1 true
}

// Who is not connected has no status.
func ExampleAgentStatusService_Get_errors() {
	srv, client, ctx := start()
	defer srv.Close()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	_, err = client.AgentStatus.Get(ctx, beto.ID)
	if refused, ok := errors.AsType[*konverte.Error](err); ok {
		fmt.Println(refused.Code, errors.Is(err, konverte.ErrNotFound))
	}
	// Output: disconnected true
}

// A bot takes a message, and is done with it.
func ExampleBotsService_Complete() {
	srv, client, ctx := start()
	defer srv.Close()
	intervention, err := client.Bots.Engage(ctx, newest(ctx, client).ID)
	check(err)
	_, err = client.Bots.Complete(ctx, engage.BotCompleteParams{
		InterventionID: intervention.ID, CloseThread: konverte.Set(true),
	})
	check(err)
	intervention, err = client.Interventions.Get(ctx, intervention.ID)
	check(err)
	fmt.Println(intervention.Closed)
	// Output: true
}

// A bot that is at a loss leaves the customer to an agent.
func ExampleBotsService_Handover() {
	srv, client, ctx := start()
	defer srv.Close()
	intervention, err := client.Bots.Engage(ctx, newest(ctx, client).ID)
	check(err)
	answer, err := client.Bots.Handover(ctx, engage.BotHandoverParams{
		From: engage.BotPartyBot, To: engage.BotPartyAgent,
		Type: "engage_virtual_agent", InterventionID: konverte.Set(intervention.ID),
	})
	check(err)
	fmt.Println(answer.Message)
	// Output: Success
}

// The journal knows who invited agents.
func ExampleEventsService_All() {
	srv, client, ctx := start()
	defer srv.Close()
	_, err := client.Agents.Invite(ctx, engage.NewAgent{
		FirstName: "Nova", LastName: "Agente", Email: "nova@example.com", Role: engage.RoleAgent,
	})
	check(err)
	for event, err := range client.Events.All(ctx, engage.EventListParams{Q: `name_in:"user.invited"`}) {
		check(err)
		by, err := client.Users.Get(ctx, event.UserID.Or(""))
		check(err)
		fmt.Println(event.Name, "by", by.FirstName)
	}
	// Output: user.invited by Ana
}

// A folder is a search for threads, here one that only a team sees.
func ExampleFoldersService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	team, err := client.Teams.Create(ctx, engage.TeamCreateParams{Name: "Returns"})
	check(err)
	folder, err := client.Folders.Create(ctx, engage.FolderCreateParams{
		Label: "Open", Query: konverte.Set("opened:true"),
		TeamRestriction: konverte.Set(engage.TeamRestrictionInput{Only: []engage.TeamID{team.ID}}),
	})
	check(err)
	fmt.Println(folder.Label, folder.Query.Or(""))
	// Output: Open opened:true
}

// Importing a customer who is known already changes nothing, unless Upsert is set.
func ExampleIdentitiesService_Import() {
	srv, client, ctx := start()
	defer srv.Close()
	mailbox, err := client.Sources.Find(ctx, "Mailbox")
	check(err)
	for _, company := range []string{"Acme", "Initech"} {
		customer, err := client.Identities.Import(ctx, engage.IdentityImportParams{
			SourceID: konverte.Set(mailbox.ID), Identifier: "dora@example.org",
			FirstName: konverte.Set("Dora"), Company: konverte.Set(company), Upsert: konverte.Set(true),
		})
		check(err)
		fmt.Println(customer.FirstName.Or(""), customer.Company.Or(""))
	}
	// Output:
	// Dora Acme
	// Dora Initech
}

// The customer behind a message gets a value of a custom field.
func ExampleIdentityGroupsService_Update() {
	srv, client, ctx := start()
	defer srv.Close()
	_, err := client.CustomFields.Create(ctx, engage.CustomFieldCreateParams{
		AssociatedTypeName: engage.CustomFieldOwnerIdentityGroup, Label: "Plan", Key: konverte.Set("plan"),
	})
	check(err)
	plan, err := konverte.AttributesOf(map[string]any{"plan": "Gold"})
	check(err)
	customer, err := client.IdentityGroups.Update(ctx, newest(ctx, client).IdentityGroupID.Or(""), engage.IdentityGroupUpdateParams{
		Company: konverte.Set("Acme"), CustomFieldValues: plan,
	})
	check(err)
	fmt.Println(customer.FirstName.Or(""), customer.Company.Or(""), customer.CustomFieldValues)
	// Output: Carla Acme {"plan":"Gold"}
}

// One customer writes from two addresses.
func ExampleIdentityGroupsService_Merge() {
	srv, client, ctx := start()
	defer srv.Close()
	question := newest(ctx, client)
	other, err := client.Identities.Import(ctx, engage.IdentityImportParams{
		SourceID: konverte.Set(question.SourceID), Identifier: "carla@example.net",
	})
	check(err)
	customer, err := client.IdentityGroups.Merge(ctx, question.IdentityGroupID.Or(""), other.ID)
	check(err)
	fmt.Println(customer.FirstName.Or(""), len(customer.IdentityIDs))
	// Output: Carla 2
}

// Comments are for colleagues: the customer does not see them.
func ExampleInterventionCommentsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	intervention, err := client.Interventions.Create(ctx, newest(ctx, client).ID)
	check(err)
	_, err = client.InterventionComments.Create(ctx, engage.InterventionCommentCreateParams{
		InterventionID: intervention.ID, Body: "The parcel came back.",
	})
	check(err)
	for comment, err := range client.InterventionComments.All(ctx, engage.InterventionCommentListParams{InterventionID: intervention.ID}) {
		check(err)
		fmt.Println(comment.Body)
	}
	// Output: The parcel came back.
}

// An intervention is closed once it has an answer.
func ExampleInterventionsService_Close() {
	srv, client, ctx := start()
	defer srv.Close()
	question := newest(ctx, client)
	intervention, err := client.Interventions.Create(ctx, question.ID)
	check(err)
	_, err = client.Interventions.Close(ctx, intervention.ID)
	fmt.Println("too early:", errors.Is(err, konverte.ErrForbidden))

	_, err = client.Contents.Create(ctx, engage.ContentCreateParams{
		InReplyToID: konverte.Set(question.ID), Body: konverte.Set("It is on its way."),
	})
	check(err)
	_, err = client.Interventions.Close(ctx, intervention.ID)
	check(err)
	intervention, err = client.Interventions.Get(ctx, intervention.ID) // it is closed in the background
	check(err)
	fmt.Println("closed:", intervention.Closed)
	// Output:
	// too early: true
	// closed: true
}

// A colleague takes over.
func ExampleInterventionsService_Reassign() {
	srv, client, ctx := start()
	defer srv.Close()
	intervention, err := client.Interventions.Create(ctx, newest(ctx, client).ID)
	check(err)
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	intervention, err = client.Interventions.Reassign(ctx, intervention.ID, beto.ID)
	check(err)
	fmt.Println(intervention.UserID.Or("") == beto.ID)
	// Output: true
}
