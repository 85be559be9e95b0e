package konverte_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/konverte-go/konverte"
)

// provisioned is an account with an administrator.
func provisioned(ctx context.Context, c *konverte.Client) *konverte.Provisioned {
	done, err := c.Platform.Provision(ctx, konverte.ProvisionParams{
		Account: konverte.PlatformAccountCreateParams{Name: "Padaria"},
		User:    konverte.PlatformUserCreateParams{Name: "Ana", Email: "ana@padaria.example", Password: "Secret-123!"},
		Role:    konverte.RoleAdministrator,
	})
	check(err)
	return done
}

// Provision makes an account, a user and the membership, and can be run again.
func ExamplePlatformServices_Provision() {
	srv, c, ctx := start()
	defer srv.Close()
	for range 2 {
		done, err := c.Platform.Provision(ctx, konverte.ProvisionParams{
			Account: konverte.PlatformAccountCreateParams{Name: "Padaria"},
			User:    konverte.PlatformUserCreateParams{Name: "Ana", Email: "ana@padaria.example", Password: "Secret-123!"},
			Role:    konverte.RoleAdministrator,
		})
		var broke *konverte.ProvisionError
		if errors.As(err, &broke) && broke.Done.Account != nil {
			fmt.Println("go on with account", broke.Done.Account.ID)
		}
		check(err)
		fmt.Println(done.Account.Name, done.AccountCreated, done.Membership.Role)
	}
	// Output:
	// Padaria true administrator
	// Padaria false administrator
}

func ExamplePlatformAccountsService() {
	srv, c, ctx := start()
	defer srv.Close()
	account, err := c.Platform.Accounts.Create(ctx, konverte.PlatformAccountCreateParams{Name: "Padaria"})
	check(err)
	account, err = c.Platform.Accounts.Update(ctx, account.ID, konverte.PlatformAccountUpdateParams{
		Limits: konverte.Set(konverte.PlatformAccountLimits{Agents: konverte.Set(int64(5))}),
	})
	check(err)
	fmt.Println(account.Name, account.Status)
	// Output: Padaria active
}

// Creating a member who is there already changes the role.
func ExamplePlatformAccountUsersService() {
	srv, c, ctx := start()
	defer srv.Close()
	done := provisioned(ctx, c)
	_, err := c.Platform.AccountUsers.Create(ctx, done.Account.ID, konverte.PlatformAccountUserCreateParams{
		UserID: done.User.ID, Role: konverte.Set(konverte.RoleAgent),
	})
	check(err)
	members, err := c.Platform.AccountUsers.List(ctx, done.Account.ID)
	check(err)
	fmt.Println(len(members), members[0].Role)
	// Output: 1 agent
}

func ExamplePlatformAgentBotsService() {
	srv, c, ctx := start()
	defer srv.Close()
	bot, err := c.Platform.AgentBots.Create(ctx, konverte.PlatformAgentBotCreateParams{
		Name: "Everywhere", OutgoingURL: konverte.Set("https://bot.example.com/hook"),
	})
	check(err)
	fmt.Println(bot.Name.Or(""), bot.AccountID.IsNull(), bot.AccessToken)
	// Output: Everywhere true REDACTED
}

// The link signs the user in once, within five minutes.
func ExamplePlatformUsersService() {
	srv, c, ctx := start()
	defer srv.Close()
	login, err := c.Platform.Users.Login(ctx, provisioned(ctx, c).User.ID)
	check(err)
	fmt.Println(login.URL, login.URL.Reveal() != "")
	// Output: REDACTED true
}

// orders is the identifier of an API inbox, which is all that its customers' client needs.
func orders(ctx context.Context, c *konverte.Client) konverte.InboxIdentifier {
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	check(err)
	return inbox.InboxIdentifier.Or("")
}

// The public API needs no token, only the identifier of the inbox.
func ExamplePublicInboxesService() {
	srv, c, ctx := start()
	defer srv.Close()
	identifier := orders(ctx, c)
	customer, err := konverte.NewClient(srv.URL)
	check(err)
	inbox, err := customer.Public.Inboxes.Get(ctx, identifier)
	check(err)
	fmt.Println(inbox.Name)
	// Output: Orders
}

// A hash proves who the contact is. It is computed where customers cannot see the key.
func ExamplePublicContactsService() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI, HMACMandatory: konverte.Set(true)},
	})
	check(err)
	hash, err := konverte.IdentifierHash(inbox.HMACToken, "customer-7")
	check(err)
	contact, err := c.Public.Contacts.Create(ctx, inbox.InboxIdentifier.Or(""), konverte.PublicContactCreateParams{
		Name: konverte.Set("João"), Identifier: konverte.Set("customer-7"), IdentifierHash: konverte.Set(hash),
	})
	check(err)
	fmt.Println(contact.Name)
	// Output: João
}

func ExamplePublicConversationsService() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox := orders(ctx, c)
	contact, err := c.Public.Contacts.Create(ctx, inbox, konverte.PublicContactCreateParams{Name: konverte.Set("João")})
	check(err)
	conv, err := c.Public.Conversations.Create(ctx, inbox, contact.SourceID, konverte.PublicConversationCreateParams{})
	check(err)
	_, err = c.Public.Conversations.Resolve(ctx, inbox, contact.SourceID, conv.ID)
	check(err)
	conv, err = c.Public.Conversations.Get(ctx, inbox, contact.SourceID, conv.ID)
	check(err)
	fmt.Println(conv.ID, conv.Status)
	// Output: 1 resolved
}

func ExamplePublicMessagesService() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox := orders(ctx, c)
	contact, err := c.Public.Contacts.Create(ctx, inbox, konverte.PublicContactCreateParams{Name: konverte.Set("João")})
	check(err)
	conv, err := c.Public.Conversations.Create(ctx, inbox, contact.SourceID, konverte.PublicConversationCreateParams{})
	check(err)
	_, err = c.Public.Messages.Create(ctx, inbox, contact.SourceID, conv.ID, konverte.PublicMessageCreateParams{
		Content: konverte.Set("Cadê meu pedido?"),
	})
	check(err)
	// An agent asks, and the customer chooses.
	asked, err := c.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{
		Content: "Qual?", ContentType: konverte.Set(konverte.MessageContentTypeInputSelect),
		ContentAttributes: konverte.Attributes(`{"items":[{"title":"Pão","value":"bread"},{"title":"Bolo","value":"cake"}]}`),
	})
	check(err)
	to := konverte.MessageAddress{Inbox: inbox, Contact: contact.SourceID, Conversation: conv.ID, Message: asked.ID}
	answered, err := c.Public.Messages.SubmitChoice(ctx, to, []konverte.SubmittedChoice{{Title: "Bolo", Value: "cake"}})
	check(err)
	values, _ := answered.ContentAttributes.Get("submitted_values")
	fmt.Println(string(values))
	// Output: [{"title":"Bolo","value":"cake"}]
}
