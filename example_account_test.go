package konverte_test

import (
	"context"
	"fmt"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// startNew is start with the newest server and features that new accounts lack.
func startNew(features ...string) (*konvertetest.Server, *konverte.Client, context.Context) {
	seed := konvertetest.DefaultSeed()
	seed.Features = features
	srv, err := konvertetest.Start(konvertetest.WithVersion("4.15.1"), konvertetest.WithSeed(seed))
	check(err)
	return srv, srv.Client(), context.Background()
}

func ExampleAccountsService() {
	srv, c, ctx := start()
	defer srv.Close()
	_, err := c.Accounts.Update(ctx, konverte.AccountUpdateParams{
		Name: konverte.Set("Shop"), AutoResolveAfter: konverte.Set[int64](60),
	})
	check(err)
	account, err := c.Accounts.Get(ctx)
	check(err)
	fmt.Println(account.Name, account.Locale)
	// Output: Shop en
}

// A customer answers the survey, and the account sees it.
func ExampleCSATService() {
	srv, c, ctx := start()
	defer srv.Close()
	_, _, conv := talk(ctx, c)
	_, err := c.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{
		Content: "How was it?", ContentType: konverte.Set(konverte.MessageContentTypeInputCSAT),
	})
	check(err)
	_, err = c.Surveys.Answer(ctx, conv.UUID, konverte.SurveyAnswerParams{Rating: 5, FeedbackMessage: konverte.Set("Quick!")})
	check(err)
	for answer, err := range c.CSAT.All(ctx, konverte.CSATListParams{}) {
		check(err)
		fmt.Println(answer.Rating, answer.FeedbackMessage.Or(""))
	}
	// Output: 5 Quick!
}

// An agent learns of what is assigned to them, and has read it.
func ExampleNotificationsService() {
	srv, c, ctx := start()
	defer srv.Close()
	inbox, _, conv := talk(ctx, c)
	agent, err := c.With(konverte.WithUserToken(srv.AgentToken()))
	check(err)
	me, err := agent.Profile.Get(ctx)
	check(err)
	_, err = c.Inboxes.AddMembers(ctx, inbox.ID, []konverte.AgentID{me.ID})
	check(err)
	_, err = c.Conversations.AssignAgent(ctx, conv.ID, me.ID)
	check(err)
	for n, err := range agent.Notifications.All(ctx, konverte.NotificationListParams{}) {
		check(err)
		fmt.Println(n.NotificationType)
	}
	check(agent.Notifications.MarkAllRead(ctx))
	unread, err := agent.Notifications.UnreadCount(ctx)
	check(err)
	fmt.Println(unread)
	// Output:
	// conversation_assignment
	// 0
}

func ExampleSearchService() {
	srv, c, ctx := start()
	defer srv.Close()
	_, contact, conv := talk(ctx, c)
	found, err := c.Search.Everything(ctx, konverte.SearchEverythingParams{Query: "joao"})
	check(err)
	fmt.Println(found.Contacts[0].ID == contact.ID)
	messages, err := c.Search.Messages(ctx, konverte.SearchMessagesParams{Query: "Olá"})
	check(err)
	fmt.Println(len(messages), conv.ID)
	// Output:
	// true
	// 1 1
}

// Thresholds are seconds.
func ExampleSLAPoliciesService() {
	srv, c, ctx := startNew("sla")
	defer srv.Close()
	policy, err := c.SLAPolicies.Create(ctx, konverte.SLAPolicyCreateParams{
		Name: "Gold", FirstResponseTimeThreshold: konverte.Set((15 * time.Minute).Seconds()),
	})
	check(err)
	fmt.Println(policy.Name)
	// Output: Gold
}

func ExampleCustomRolesService() {
	srv, c, ctx := startNew("custom_roles")
	defer srv.Close()
	role, err := c.CustomRoles.Create(ctx, konverte.CustomRoleCreateParams{
		Name: "Reporter", Permissions: []konverte.Permission{konverte.PermissionReportManage},
	})
	check(err)
	fmt.Println(role.Name, role.Permissions)
	// Output: Reporter [report_manage]
}

func ExampleAuditLogsService() {
	srv, c, ctx := startNew("audit_logs")
	defer srv.Close()
	_, err := c.Accounts.Update(ctx, konverte.AccountUpdateParams{Name: konverte.Set("Shop")})
	check(err)
	for entry, err := range c.AuditLogs.All(ctx, konverte.AuditLogListParams{}) {
		check(err)
		fmt.Println(entry.Username.Or(""), entry.Action, entry.AuditableType)
	}
	// Output: ana.admin@example.com update Account
}

func ExampleCompaniesService() {
	srv, c, ctx := startNew("companies")
	defer srv.Close()
	company, err := c.Companies.Create(ctx, konverte.CompanyCreateParams{
		Name: "Acme", Domain: konverte.Set("acme.example"),
	})
	check(err)
	_, contact, _ := talk(ctx, c)
	check(c.Companies.AddContact(ctx, company.ID, contact.ID))
	for contact, err := range c.Companies.ContactsAll(ctx, company.ID, konverte.CompanyContactsParams{}) {
		check(err)
		fmt.Println(company.Name, contact.Name.Or(""))
	}
	// Output: Acme João
}

// A policy is made once and given to any number of inboxes.
func ExampleAssignmentPoliciesService() {
	srv, c, ctx := startNew("assignment_v2")
	defer srv.Close()
	inbox, _, _ := talk(ctx, c)
	policy, err := c.AssignmentPolicies.Create(ctx, konverte.AssignmentPolicyCreateParams{Name: "In turn"})
	check(err)
	check(c.AssignmentPolicies.SetOfInbox(ctx, inbox.ID, policy.ID))
	now, err := c.AssignmentPolicies.OfInbox(ctx, inbox.ID)
	check(err)
	fmt.Println(now.Name)
	// Output: In turn
}

func ExampleAgentCapacityPoliciesService() {
	srv, c, ctx := startNew("assignment_v2")
	defer srv.Close()
	inbox, _, _ := talk(ctx, c)
	policy, err := c.AgentCapacityPolicies.Create(ctx, konverte.AgentCapacityPolicyCreateParams{Name: "Part time"})
	check(err)
	limit, err := c.AgentCapacityPolicies.CreateLimit(ctx, policy.ID, konverte.InboxLimitCreateParams{
		InboxID: inbox.ID, ConversationLimit: 5,
	})
	check(err)
	fmt.Println(policy.Name, limit.ConversationLimit)
	// Output: Part time 5
}
