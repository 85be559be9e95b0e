package konverte_test

import (
	"fmt"
	"strings"

	"github.com/konverte-go/konverte"
)

// A macro does several things to conversations with one call.
func ExampleMacrosService_Execute() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	macro, err := c.Macros.Create(ctx, konverte.MacroCreateParams{
		Name:       "Refund",
		Visibility: konverte.MacroVisibilityGlobal,
		Actions: []konverte.MacroAction{{
			ActionName:   konverte.MacroActionNameAddLabel,
			ActionParams: konverte.ActionParams("refund"),
		}},
	})
	check(err)
	check(c.Macros.Execute(ctx, macro.ID, []konverte.ConversationID{conv.ID}))
	srv.Settle() // a real server works in the background
	labels, err := c.Conversations.Labels(ctx, conv.ID)
	check(err)
	fmt.Println(macro.Name, labels)
	// Output: Refund [refund]
}

// A campaign greets the visitors of a website.
func ExampleCampaignsService() {
	srv, c, ctx := start()
	defer srv.Close()
	site, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Shop",
		Channel: konverte.ChannelCreateParams{
			Type: konverte.NewChannelTypeWebWidget, WebsiteURL: konverte.Set("https://shop.example.com"),
		},
	})
	check(err)
	campaign, err := c.Campaigns.Create(ctx, konverte.CampaignCreateParams{
		Title: "Welcome", Message: "Can we help?", InboxID: site.ID,
		TriggerRules: konverte.Set(konverte.CampaignRules{
			URL: konverte.Set("https://shop.example.com/cart"), TimeOnPage: konverte.Set[int64](10),
		}),
	})
	check(err)
	fmt.Println(campaign.Title, campaign.CampaignType)
	// Output: Welcome ongoing
}

// An upload gets an id by which a portal takes it for its logo.
func ExampleUploadsService() {
	srv, c, ctx := start()
	defer srv.Close()
	file, err := c.Uploads.Create(ctx, konverte.UploadCreateParams{
		Attachment: konverte.UploadReader("logo.png", strings.NewReader("\x89PNG\r\n\x1a\n")),
	})
	check(err)
	portal, err := c.HelpCenter.CreatePortal(ctx, konverte.PortalCreateParams{
		Name: "Help", Slug: "help", CustomDomain: "help.example.com", BlobID: konverte.Set(file.BlobID),
	})
	check(err)
	fmt.Println(portal.Name, file.BlobID != "")
	// Output: Help true
}

func ExampleDashboardAppsService() {
	srv, c, ctx := start()
	defer srv.Close()
	app, err := c.DashboardApps.Create(ctx, konverte.DashboardAppCreateParams{
		Title: "Orders",
		Content: []konverte.DashboardAppContent{{
			Type: konverte.DashboardAppContentTypeFrame, URL: "https://orders.example.com/embed",
		}},
	})
	check(err)
	fmt.Println(app.Title, app.Content[0].URL)
	// Output: Orders https://orders.example.com/embed
}

func ExampleInboxesService_SetBot() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox, _, _ := talk(ctx, c)
	bot, err := c.AgentBots.Create(ctx, konverte.AgentBotCreateParams{
		Name: "Helper", OutgoingURL: konverte.Set("https://bot.example.com"),
	})
	check(err)
	check(c.Inboxes.SetBot(ctx, inbox.ID, bot.ID))
	check(c.Inboxes.RemoveBot(ctx, inbox.ID))
	after, err := c.Inboxes.Bot(ctx, inbox.ID)
	check(err)
	_, has := after.AgentBot.Get()
	fmt.Println(bot.Name, has)
	// Output: Helper false
}

func ExampleConversationsService_SetPriority() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	check(c.Conversations.SetPriority(ctx, conv.ID, konverte.ConversationPriorityUrgent))
	urgent, err := c.Conversations.Get(ctx, conv.ID)
	check(err)
	check(c.Conversations.ClearPriority(ctx, conv.ID))
	cleared, err := c.Conversations.Get(ctx, conv.ID)
	check(err)
	fmt.Println(urgent.Priority.Or("none"), cleared.Priority.Or("none"))
	// Output: urgent none
}
