package main

import (
	"context"
	"fmt"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/examples/internal/account"
	"github.com/konverte-go/konverte/konvertetest"
)

// work is what the agents of the embedded server have done: an agent a line, and a digit a
// day for the number of conversations.
var work = []struct {
	team, name, days string
	reply, resolve   time.Duration
}{
	{"billing", "Ana Souza", "12300314200123", 4 * time.Minute, 50 * time.Minute},
	{"billing", "Beto Alves", "11100211200112", 35 * time.Minute, 5 * time.Hour},
	{"delivery", "Caio Lima", "00000015300204", 70 * time.Second, 20 * time.Minute},
}

// fill lets the two weeks before today happen, by the clock of the server.
func fill(ctx context.Context, srv *konvertetest.Server, clock *account.Clock) error {
	c := srv.Client()
	today := time.Now().Truncate(24 * time.Hour)
	clock.Set(today.AddDate(0, 0, -16))
	inbox, err := c.Inboxes.Create(ctx, konverte.InboxCreateParams{
		Name: "Orders", Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	if err != nil {
		return err
	}
	contact, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{Email: konverte.Set("joao@example.com")})
	if err != nil {
		return err
	}
	desk := desk{Client: c, srv: srv, clock: clock, inbox: inbox.ID, contact: contact.ID, teams: map[string]konverte.TeamID{}}
	for i, w := range work {
		agent, err := desk.hire(ctx, i, w.team, w.name)
		if err != nil {
			return err
		}
		for day, n := range w.days {
			for j := range int(n - '0') {
				at := today.AddDate(0, 0, day-len(w.days)).Add(12*time.Hour + time.Duration(j+i)*time.Minute)
				if err := desk.talk(ctx, agent, desk.teams[w.team], at, w.reply, w.resolve); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

type desk struct {
	*konverte.Client
	srv     *konvertetest.Server
	clock   *account.Clock
	inbox   konverte.InboxID
	contact konverte.ContactID
	teams   map[string]konverte.TeamID
}

func (d *desk) hire(ctx context.Context, i int, team, name string) (konverte.AgentID, error) {
	agent, err := d.Agents.Create(ctx, konverte.AgentCreateParams{
		Name: name, Email: fmt.Sprintf("agent.%d@example.com", i), Role: konverte.RoleAgent,
	})
	if err != nil {
		return 0, err
	}
	if d.teams[team] == 0 {
		made, err := d.Teams.Create(ctx, konverte.TeamCreateParams{Name: team})
		if err != nil {
			return 0, err
		}
		d.teams[team] = made.ID
	}
	if _, err := d.Teams.AddMembers(ctx, d.teams[team], []konverte.AgentID{agent.ID}); err != nil {
		return 0, err
	}
	_, err = d.Inboxes.AddMembers(ctx, d.inbox, []konverte.AgentID{agent.ID})
	return agent.ID, err
}

// talk is a conversation that a customer begins, which is answered and resolved.
func (d *desk) talk(ctx context.Context, agent konverte.AgentID, team konverte.TeamID, at time.Time, reply, resolve time.Duration) error {
	d.clock.Set(at)
	conv, err := d.Conversations.Start(ctx, d.contact, d.inbox, konverte.ConversationFirstMessage{
		Content: "Onde está meu pedido?", MessageType: konverte.Set(konverte.MessageDirectionIncoming),
	})
	if err != nil {
		return err
	}
	if _, err := d.Conversations.AssignTeam(ctx, conv.ID, team); err != nil {
		return err
	}
	if _, err := d.Conversations.AssignAgent(ctx, conv.ID, agent); err != nil {
		return err
	}
	d.clock.Set(at.Add(reply))
	colleague, err := d.With(konverte.WithUserToken(d.srv.UserToken(int64(agent))))
	if err != nil {
		return err
	}
	if _, err := colleague.Messages.Create(ctx, conv.ID, konverte.MessageCreateParams{Content: "Olhando."}); err != nil {
		return err
	}
	d.clock.Set(at.Add(resolve))
	_, err = d.Conversations.SetStatus(ctx, conv.ID, konverte.ConversationStatusResolved)
	return err
}
