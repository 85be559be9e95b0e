package engage_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
)

// The guide's page in one go: an agent is invited, gets permissions and skills, and
// is copied.
func Example() {
	srv, err := engagetest.Start() // in place of a domain
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx, client := context.Background(), srv.Client()

	agent, err := client.Agents.Invite(ctx, engage.NewAgent{
		FirstName: "Nova", LastName: "Agente", Email: "nova@example.com",
		Role: engage.RoleAgent, Teams: []string{"Support"}, Language: engage.LanguageSpanish, Categories: []string{"Billing"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(agent.FirstName, agent.State())

	chat, err := client.Sources.Find(ctx, "Chat")
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.Permissions.Grant(ctx, agent.ID, chat.ID, engage.ChannelBasics); err != nil {
		fmt.Println(err)
		return
	}
	gaps, err := client.Agents.Readiness(ctx, agent.ID)
	fmt.Println(gaps, err)

	d, err := client.Agents.Duplicate(ctx, agent.ID, engage.NewAgent{
		FirstName: "Nuno", LastName: "Novo", Email: "nuno@example.com",
	}, engage.DuplicateOptions{Rollback: true})
	fmt.Println(d.Agent.FirstName, d.Permissions.May(chat.ID, engage.SourcePermissionReply), err)
	// Output:
	// Nova Invitation Sent
	// [invitation: the agent has to follow the link in the invitation and choose a password] <nil>
	// Nuno true <nil>
}

func ExampleAgentsService_Invite_errors() {
	srv, err := engagetest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	_, err = srv.Client().Agents.Invite(context.Background(), engage.NewAgent{
		FirstName: "Nova", LastName: "Agente", Email: "nova@example.com", Role: "Boss",
	})
	if unknown, ok := errors.AsType[*engage.NameError](err); ok {
		fmt.Println(unknown.Kind, unknown.Want, unknown.Have)
	}
	_, err = srv.Client().Agents.Invite(context.Background(), engage.NewAgent{
		FirstName: "Nova", LastName: "Agente", Email: "beto.agente@example.com", Role: engage.RoleAgent,
	})
	if taken, ok := errors.AsType[*engage.EmailTakenError](err); ok {
		fmt.Println("taken by", taken.Agent.FirstName)
	}
	// Output:
	// role Boss [Administrator Agent Manager Quality analyst]
	// taken by Beto
}

func ExampleAgentsService_DeleteOrDisable() {
	srv, err := engagetest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx, client := context.Background(), srv.Client()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.Agents.DeleteOrDisable(ctx, beto.ID))
	// Output: disabled <nil>
}
