package engage_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
)

// A file is uploaded first, and sent with an answer by its id.
func ExampleAttachmentsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	invoice, err := client.Attachments.Create(ctx, engage.AttachmentCreateParams{
		File: konverte.UploadReader("invoice.pdf", strings.NewReader("%PDF-1.7")), Private: konverte.Set(true),
	})
	check(err)
	fmt.Println(invoice.FileName, invoice.ContentType, invoice.Size)

	question := newest(ctx, client)
	_, err = client.Interventions.Create(ctx, question.ID)
	check(err)
	answer, err := client.Contents.Create(ctx, engage.ContentCreateParams{
		InReplyToID: konverte.Set(question.ID), Body: konverte.Set("Here it is."),
		AttachmentIDs: []engage.AttachmentID{invoice.ID},
	})
	check(err)
	fmt.Println(answer.Attachments[0].FileName)
	// Output:
	// invoice.pdf application/pdf 8
	// invoice.pdf
}

// What concerns the whole tree is said of its root.
func ExampleCategoriesService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	product, err := client.Categories.Create(ctx, engage.CategoryCreateParams{
		Name: "Product", Mandatory: konverte.Set(true), Unselectable: konverte.Set(true),
	})
	check(err)
	for _, name := range []string{"Shoes", "Hats"} {
		_, err := client.Categories.Create(ctx, engage.CategoryCreateParams{Name: name, ParentID: konverte.Set(product.ID)})
		check(err)
	}
	for category, err := range client.Categories.All(ctx, engage.CategoryListParams{ParentID: product.ID}) {
		check(err)
		fmt.Println(category.Name)
	}
	// Unordered output:
	// Shoes
	// Hats
}

// Messages of a category that goes can get another one in its place.
func ExampleCategoriesService_DeleteWith() {
	srv, client, ctx := start()
	defer srv.Close()
	old, err := client.Categories.Create(ctx, engage.CategoryCreateParams{Name: "Parcels"})
	check(err)
	successor, err := client.Categories.Create(ctx, engage.CategoryCreateParams{Name: "Shipping"})
	check(err)
	question := newest(ctx, client)
	_, err = client.Contents.Categorize(ctx, question.ID, []engage.CategoryID{old.ID})
	check(err)

	_, err = client.Categories.DeleteWith(ctx, old.ID, engage.CategoryDeleteParams{TakeOverCategoryID: successor.ID})
	check(err)
	question, err = client.Contents.Get(ctx, question.ID)
	check(err)
	fmt.Println(question.CategoryIDs[0] == successor.ID)
	// Output: true
}

func ExampleChannelsService_Update() {
	srv, client, ctx := start()
	defer srv.Close()
	for group, err := range client.Channels.All(ctx, engage.ChannelListParams{}) {
		check(err)
		if group.Name != "Realtime" {
			continue
		}
		group, err := client.Channels.Update(ctx, group.ID, engage.ChannelUpdateParams{
			SoftCapability: konverte.Set[int64](3), HardCapability: konverte.Set[int64](5),
		})
		check(err)
		fmt.Println(group.Name, group.SoftCapability.Or(0), group.HardCapability.Or(0))
	}
	// Output: Realtime 3 5
}

func ExampleCommunitiesService_All() {
	srv, client, ctx := start()
	defer srv.Close()
	for community, err := range client.Communities.All(ctx, engage.CommunityListParams{}) {
		check(err)
		fmt.Println(community.Name, community.Type)
	}
	// Unordered output:
	// Mailbox email
	// Chat engage_messaging
}

// An answer belongs to an intervention, which is opened first.
func ExampleContentsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	question := newest(ctx, client)
	_, err := client.Interventions.Create(ctx, question.ID)
	check(err)
	answer, err := client.Contents.Create(ctx, engage.ContentCreateParams{
		InReplyToID: konverte.Set(question.ID), Body: konverte.Set("It is on its way."),
	})
	check(err)
	fmt.Println(answer.Status, answer.SynchronizationStatus.Or(""))

	// It is sent in the background.
	answer, err = client.Contents.Get(ctx, answer.ID)
	check(err)
	fmt.Println(answer.Status, answer.SynchronizationStatus.Or(""))
	// Output:
	// user_reply pending
	// user_reply success
}

func ExampleContentsService_Create_errors() {
	srv, client, ctx := start()
	defer srv.Close()
	_, err := client.Contents.Create(ctx, engage.ContentCreateParams{
		InReplyToID: konverte.Set(newest(ctx, client).ID), Body: konverte.Set("It is on its way."),
	})
	if refused, ok := errors.AsType[*konverte.Error](err); ok {
		fmt.Println(refused.Code, errors.Is(err, konverte.ErrValidation))
	}
	// Output: validation_error true
}

// What nobody has to answer is ignored.
func ExampleContentsService_All() {
	srv, client, ctx := start()
	defer srv.Close()
	for content, err := range client.Contents.All(ctx, engage.ContentListParams{Q: `status_in:"new"`}) {
		check(err)
		ignored, err := client.Contents.Ignore(ctx, content.ID)
		check(err)
		fmt.Println(ignored.SourceType, ignored.Status)
	}
	// Unordered output:
	// email ignored
	// engage_messaging ignored
}

func ExampleCustomFieldsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	plan, err := client.CustomFields.Create(ctx, engage.CustomFieldCreateParams{
		AssociatedTypeName: engage.CustomFieldOwnerIdentityGroup, Label: "Plan", Key: konverte.Set("plan"),
		Type: konverte.Set(engage.CustomFieldTypeSingleChoice), Choices: []string{"Basic", "Gold"},
	})
	check(err)
	fmt.Println(plan.Key, plan.Type, plan.Choices)
	// Output: plan single_choice [Basic Gold]
}

func ExampleLocalesService_Interface() {
	srv, client, ctx := start()
	defer srv.Close()
	locales, err := client.Locales.Interface(ctx)
	check(err)
	for _, locale := range locales {
		if locale.Code == engage.LanguageGerman {
			fmt.Println(locale.Name)
		}
	}
	// Output: Deutsch
}

// Messages can have more languages than the interface.
func ExampleLocalesService_Content() {
	srv, client, ctx := start()
	defer srv.Close()
	locales, err := client.Locales.Content(ctx)
	check(err)
	for _, locale := range locales {
		if locale.Code == "zh" {
			fmt.Println(locale.Name, locale.Interface)
		}
	}
	// Output: 中文 false
}

// Grant leaves what the agent may do already, and returns what holds then.
func ExamplePermissionsService_Grant() {
	srv, client, ctx := start()
	defer srv.Close()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	mailbox, err := client.Sources.Find(ctx, "Mailbox")
	check(err)
	may, err := client.Permissions.Grant(ctx, beto.ID, mailbox.ID, []engage.SourcePermission{
		engage.SourcePermissionReplyWithHTML, engage.ApprovalThreshold(20),
	})
	check(err)
	fmt.Println(may[mailbox.ID])
	// Output: [read reply reply_with_html approval_threshold_20]
}

// What needs something that is missing is refused before it is sent.
func ExamplePermissionsService_Revoke_errors() {
	srv, client, ctx := start()
	defer srv.Close()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	mailbox, err := client.Sources.Find(ctx, "Mailbox")
	check(err)
	_, err = client.Permissions.Revoke(ctx, beto.ID, mailbox.ID, []engage.SourcePermission{engage.SourcePermissionRead})
	_, bad := errors.AsType[*konverte.ArgumentError](err)
	fmt.Println(bad)

	may, err := client.Permissions.Revoke(ctx, beto.ID, mailbox.ID, nil) // all of them
	fmt.Println(may[mailbox.ID], err)
	// Output:
	// true
	// [] <nil>
}
