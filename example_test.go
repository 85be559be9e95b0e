package konverte_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// start is a test server, a client of it and a context.
func start() (*konvertetest.Server, *konverte.Client, context.Context) {
	srv, err := konvertetest.Start()
	check(err)
	return srv, srv.Client(), context.Background()
}

// check ends an example that fails.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// talk is an API inbox, a contact and a conversation.
func talk(ctx context.Context, c *konverte.Client) (*konverte.Inbox, *konverte.Contact, *konverte.Conversation) {
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	check(err)
	contact, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{
		Name: konverte.Set("João"), Email: konverte.Set("joao@example.com"),
	})
	check(err)
	conv, err := c.Conversations.Start(ctx, contact.ID, inbox.ID, konverte.ConversationFirstMessage{Content: "Olá!"})
	check(err)
	return inbox, contact, conv
}

// An invited agent reads offline until they sign in, whatever was set.
func ExampleAgentsService() {
	srv, c, ctx := start()
	defer srv.Close()
	made, err := c.Agents.Create(ctx, konverte.AgentCreateParams{
		Name: "Ana Souza", Email: "ana@example.com", Role: konverte.RoleAgent,
		Availability: konverte.Set(konverte.AvailabilityBusy), AutoOffline: konverte.Set(true),
	})
	check(err)
	found, err := c.Agents.FindByEmail(ctx, "Ana@Example.com")
	check(err)
	fmt.Println(made.ID == found.ID, found.Name, found.Confirmed)
	_, err = c.Agents.FindByEmail(ctx, "bia@example.com")
	fmt.Println(errors.Is(err, konverte.ErrNotFound))
	// Output:
	// true Ana Souza false
	// true
}

func ExampleAgentBotsService() {
	srv, c, ctx := start()
	defer srv.Close()
	bot, err := c.AgentBots.Create(ctx, konverte.AgentBotCreateParams{
		Name: "Night shift", OutgoingURL: konverte.Set("https://bot.example.com/hook"),
	})
	check(err)
	inbox, _, _ := talk(ctx, c)
	check(c.Inboxes.SetBot(ctx, inbox.ID, bot.ID))
	fmt.Println(bot.Name.Or(""), bot.AccessToken)
	// Output: Night shift REDACTED
}

func ExampleTeamsService() {
	srv, c, ctx := start()
	defer srv.Close()
	team, err := c.Teams.Create(ctx, konverte.TeamCreateParams{Name: "Billing"})
	check(err)
	agents, err := c.Agents.List(ctx)
	check(err)
	members, err := c.Teams.AddMembers(ctx, team.ID, []konverte.AgentID{agents[0].ID})
	check(err)
	fmt.Println(team.Name, len(members))
	// Output: billing 1
}

// FindOrCreate can be called again: it finds what is there, by any of its keys.
func ExampleContactsService_FindOrCreate() {
	srv, c, ctx := start()
	defer srv.Close()
	customer := konverte.ContactCreateParams{
		Name: konverte.Set("João"), Email: konverte.Set("joao@example.com"), PhoneNumber: konverte.Set("+5511999990000"),
	}
	for range 2 {
		found, err := c.Contacts.FindOrCreate(ctx, customer)
		check(err)
		fmt.Printf("contact %d, created %t, matched by %q\n", found.Contact.ID, found.Created, found.MatchedBy)
	}
	_, err := c.Labels.Create(ctx, konverte.LabelCreateParams{Title: "vip"})
	check(err)
	labels, err := c.Contacts.AddLabels(ctx, 1, []string{"vip"})
	check(err)
	fmt.Println(labels)
	// Output:
	// contact 1, created true, matched by ""
	// contact 1, created false, matched by "email"
	// [vip]
}

// A filter is built, and checked before it is sent.
func ExampleContactsService_FilterAll() {
	srv, c, ctx := start()
	defer srv.Close()
	talk(ctx, c)
	filter := konverte.Where("email").Contains("@example.com").And("name").Is("joão")
	for contact, err := range c.Contacts.FilterAll(ctx, konverte.ContactFilterParams{Conditions: filter.Conditions()}) {
		check(err)
		fmt.Println(contact.Name.Or(""))
	}
	// Output: João
}

func ExampleConversationsService() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox, contact, _ := talk(ctx, c)
	conv, err := c.Conversations.Start(ctx, contact.ID, inbox.ID, konverte.ConversationFirstMessage{Content: "Seu pedido saiu."})
	check(err)
	_, err = c.Labels.Create(ctx, konverte.LabelCreateParams{Title: "delivery"})
	check(err)
	_, err = c.Conversations.AddLabels(ctx, conv.ID, []string{"delivery"})
	check(err)
	changed, err := c.Conversations.SetStatus(ctx, conv.ID, konverte.ConversationStatusResolved)
	check(err)
	fmt.Println(conv.ID, changed.CurrentStatus)
	for conv, err := range c.Conversations.All(ctx, konverte.ConversationListParams{}) {
		check(err)
		fmt.Println(conv.ID, conv.Status, conv.Labels)
	}
	// Output:
	// 2 resolved
	// 1 open []
	// 2 resolved [delivery]
}

// An id that the account does not know would take the conversation from whoever has it.
func ExampleConversationsService_AssignAgent() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	agents, err := c.Agents.List(ctx)
	check(err)
	agent, err := c.Conversations.AssignAgent(ctx, conv.ID, agents[0].ID)
	check(err)
	fmt.Println(agent.Name)
	_, err = c.Conversations.AssignAgent(ctx, conv.ID, 999)
	fmt.Println(err)
	// Output:
	// Ana Admin
	// conversation 1 was not assigned to agent 999; assigned now: no agent, no team; does the id belong to this account?
}

// Attributes that are not named stay, which the server by itself would drop.
func ExampleConversationsService_MergeCustomAttributes() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	for _, changes := range []string{`{"order":77,"paid":false}`, `{"paid":true}`} {
		all, err := c.Conversations.MergeCustomAttributes(ctx, conv.ID, konverte.Attributes(changes))
		check(err)
		fmt.Println(all)
	}
	// Output:
	// {"order":77,"paid":false}
	// {"order":77,"paid":true}
}

// The indicator goes off whatever becomes of the work.
func ExampleConversationsService_WithTyping() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	err := c.Conversations.WithTyping(ctx, conv.ID, func(ctx context.Context) error {
		_, err := c.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{Content: "Um instante."})
		return err
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleMessagesService() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	_, err := c.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{
		Content: "Check the courier.", Private: konverte.Set(true),
	})
	check(err)
	for m, err := range c.Messages.All(ctx, conv.ID, konverte.MessageListParams{}) {
		check(err)
		fmt.Println(m.Content.Or(""), m.Private)
	}
	// Output:
	// Check the courier. true
	// Olá! false
}

func ExampleInboxesService() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name:    "Orders",
		Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	check(err)
	agents, err := c.Agents.List(ctx)
	check(err)
	_, err = c.Inboxes.AddMembers(ctx, inbox.ID, []konverte.AgentID{agents[0].ID})
	check(err)
	members, err := c.Inboxes.Members(ctx, inbox.ID)
	check(err)
	fmt.Println(inbox.Name, inbox.ChannelType, members[0].Name)
	// Output: Orders Channel::Api Ana Admin
}

func ExampleCannedResponsesService() {
	srv, c, ctx := start()
	defer srv.Close()
	_, err := c.CannedResponses.Create(ctx, konverte.CannedResponseCreateParams{
		ShortCode: "hours", Content: "We are open from 9 to 5.",
	})
	check(err)
	found, err := c.CannedResponses.List(ctx, konverte.CannedResponseListParams{Search: "open"})
	check(err)
	fmt.Println(found[0].ShortCode, "-", found[0].Content)
	// Output: hours - We are open from 9 to 5.
}

func ExampleCustomAttributesService() {
	srv, c, ctx := start()
	defer srv.Close()
	attribute, err := c.CustomAttributes.Create(ctx, konverte.CustomAttributeCreateParams{
		AttributeDisplayName: "Plan",
		AttributeKey:         "plan",
		AttributeDisplayType: konverte.Set(konverte.CustomAttributeTypeList),
		AttributeModel:       konverte.Set(konverte.CustomAttributeModelContact),
		AttributeValues:      []string{"free", "gold"},
	})
	check(err)
	fmt.Println(attribute.AttributeKey, attribute.AttributeValues)
	// Output: plan [free gold]
}

func ExampleCustomFiltersService() {
	srv, c, ctx := start()
	defer srv.Close()
	filter, err := c.CustomFilters.Create(ctx, konverte.CustomFilterCreateParams{
		Name:       "Mine to answer",
		FilterType: konverte.Set(konverte.CustomFilterTypeConversation),
		Query:      konverte.CustomFilterQuery{Conditions: konverte.Where("status").Is("open").Conditions()},
	})
	check(err)
	fmt.Println(filter.Name, filter.FilterType)
	// Output: Mine to answer conversation
}

func ExampleAutomationRulesService() {
	srv, c, ctx := start()
	defer srv.Close()
	rule, err := c.AutomationRules.Create(ctx, konverte.AutomationRuleCreateParams{
		Name:       "Refunds",
		EventName:  konverte.AutomationEventMessageCreated,
		Conditions: konverte.Where("content").Contains("refund").Conditions(),
		Actions: []konverte.AutomationAction{{
			ActionName:   konverte.AutomationActionNameAddLabel,
			ActionParams: konverte.ActionParams("refund"),
		}},
	})
	check(err)
	// What was read can be changed and sent back.
	conditions := []konverte.FilterCondition{rule.Conditions[0].FilterCondition()}
	conditions[0].Values = []json.RawMessage{[]byte(`"reembolso"`)}
	rule, err = c.AutomationRules.Update(ctx, rule.ID, konverte.AutomationRuleUpdateParams{Conditions: conditions})
	check(err)
	fmt.Println(rule.Active, string(rule.Conditions[0].Values[0]))
	// Output: true "reembolso"
}

// Server 4.2.0 keeps the address of a webhook, and says that it has changed it.
func ExampleWebhooksService() {
	srv, c, ctx := start()
	defer srv.Close()
	hook, err := c.Webhooks.Create(ctx, konverte.WebhookCreateParams{
		URL: "https://example.com/hook", Subscriptions: []konverte.WebhookEvent{konverte.WebhookEventMessageCreated},
	})
	check(err)
	_, err = c.Webhooks.Update(ctx, hook.ID, konverte.WebhookUpdateParams{URL: konverte.Set("https://example.com/moved")})
	var kept *konverte.WebhookURLError
	if errors.As(err, &kept) {
		check(c.Webhooks.Delete(ctx, hook.ID))
		hook, err = c.Webhooks.Create(ctx, konverte.WebhookCreateParams{URL: kept.Wanted, Subscriptions: kept.Webhook.Subscriptions})
	}
	check(err)
	fmt.Println(hook.URL)
	// Output: https://example.com/moved
}

func ExampleHelpCenterService() {
	srv, c, ctx := start()
	defer srv.Close()
	portal, err := c.HelpCenter.CreatePortal(ctx, konverte.PortalCreateParams{
		Name: "Help", Slug: "help", CustomDomain: "help.example.com",
	})
	check(err)
	category, err := c.HelpCenter.CreateCategory(ctx, portal.Slug, konverte.CategoryCreateParams{
		Name: "Orders", Slug: "orders", Locale: konverte.Set("en"),
	})
	check(err)
	me, err := c.Profile.Get(ctx)
	check(err)
	article, err := c.HelpCenter.CreateArticle(ctx, portal.Slug, konverte.ArticleCreateParams{
		Title: "Where is my order?", Content: "On its way.", AuthorID: me.ID, CategoryID: konverte.Set(category.ID),
	})
	check(err)
	fmt.Println(portal.Slug, category.Slug, article.Title)
	// Output: help orders Where is my order?
}

func ExampleIntegrationsService() {
	srv, c, ctx := start()
	defer srv.Close()
	hook, err := c.Integrations.CreateHook(ctx, konverte.IntegrationHookCreateParams{
		AppID: "openai", Settings: konverte.Attributes(`{"api_key":"a-key"}`),
	})
	check(err)
	for app, err := range c.Integrations.AppsAll(ctx) {
		check(err)
		if app.ID == hook.AppID {
			fmt.Println(app.ID, len(app.Hooks))
		}
	}
	// Output: openai 1
}

func ExampleLabelsService() {
	srv, c, ctx := start()
	defer srv.Close()
	label, err := c.Labels.Create(ctx, konverte.LabelCreateParams{Title: "vip", Color: konverte.Set("#ff0000")})
	check(err)
	fmt.Println(label.Title, label.Color)
	// Output: vip #ff0000
}

// Times go in as times, and durations come out as durations.
func ExampleReportsService() {
	srv, c, ctx := start()
	defer srv.Close()
	talk(ctx, c)
	now := time.Now()
	summary, err := c.Reports.Summary(ctx, konverte.ReportSummaryParams{
		Type: konverte.ReportTypeAccount, Since: now.AddDate(0, 0, -7), Until: now.Add(time.Minute),
	})
	check(err)
	_, answered := summary.Durations().Resolution.Get()
	fmt.Println(summary.ConversationsCount, answered)
	live, err := c.Reports.AccountConversationMetrics(ctx)
	check(err)
	fmt.Println(live.Open, live.Unassigned)
	// Output:
	// 1 false
	// 1 1
}

func ExampleProfileService() {
	srv, c, ctx := start()
	defer srv.Close()
	me, err := c.Profile.Update(ctx, konverte.ProfileUpdateParams{
		Profile: konverte.ProfileChanges{DisplayName: konverte.Set("Ana from Orders")},
	})
	check(err)
	fmt.Println(me.Name, "-", me.AvailableName)
	// Output: Ana Admin - Ana from Orders
}

// The address of the survey about a conversation is for the customer's browser.
func ExampleSurveysService_URL() {
	c, err := konverte.NewClient("https://support.example.com")
	check(err)
	address, err := c.Surveys.URL("7e1ab55b-6b5a-4d05-b8d8-6b2f0e9a4c11")
	check(err)
	fmt.Println(address)
	// Output: https://support.example.com/survey/responses/7e1ab55b-6b5a-4d05-b8d8-6b2f0e9a4c11
}

// A template is filled in, and what the provider would refuse later is refused now.
func ExampleWhatsAppTemplate_Fill() {
	inbox := konverte.Inbox{MessageTemplates: json.RawMessage(`[{"name":"shipped","language":"pt_BR","status":"APPROVED",
		"components":[{"type":"BODY","text":"Olá {{1}}, o pedido {{2}} saiu."}]}]`)}
	template, err := inbox.WhatsAppTemplate("shipped", "pt_BR")
	check(err)
	values := konverte.TemplateValues{Body: map[string]string{"1": "Maria"}}
	_, err = template.Fill(values)
	fmt.Println(err)
	values.Body["2"] = "77"
	params, err := template.Fill(values)
	check(err)
	fmt.Println(template.Text(values), params.ProcessedParams)
	// Output:
	// WhatsAppTemplate.Fill: nothing sent: body[2]: is required and must not be blank
	// Olá Maria, o pedido 77 saiu. {"1":"Maria","2":"77"}
}
