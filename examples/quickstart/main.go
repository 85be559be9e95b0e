// Command quickstart does the main job of a support desk once: an agent on a team, an
// inbox, a contact, a conversation with messages, and what mistakes look like.
//
// It runs against a server of its own, unless KONVERTE_BASE_URL, KONVERTE_API_TOKEN and
// KONVERTE_ACCOUNT_ID name a real one.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func main() {
	yes := flag.Bool("yes", false, "write to a real account without asking")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := run(ctx, *yes); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		cancel()
		os.Exit(1) //nolint:gocritic // cancel has run
	}
	fmt.Println("quickstart: ok")
}

func run(ctx context.Context, yes bool) error {
	c, stop, err := connect(yes)
	if err != nil {
		return err
	}
	defer stop()
	d := &desk{Client: c, ctx: ctx, suffix: time.Now().Format("150405")}
	defer d.cleanUp()
	for _, step := range []func() error{d.people, d.talk, d.mistakes} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// connect returns a client of the real account that the environment names, or of a
// server that lives as long as this program.
func connect(yes bool) (*konverte.Client, func(), error) {
	if os.Getenv(konverte.EnvBaseURL) != "" {
		c, err := konverte.NewClientFromEnv()
		if err != nil {
			return nil, nil, err
		}
		if !yes && !confirmed(c) {
			return nil, nil, errors.New("nothing was written")
		}
		return c, c.Close, nil
	}
	srv, err := konvertetest.Start()
	if err != nil {
		return nil, nil, err
	}
	fmt.Println("No KONVERTE_BASE_URL is set: using an embedded server, version", srv.Version())
	return srv.Client(), srv.Close, nil
}

func confirmed(c *konverte.Client) bool {
	fmt.Printf("This writes to %s, sends an invitation e-mail, and removes what it made.\nGo on? [y/N] ", c)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

// desk is the work of the program, and what has to be removed afterwards.
type desk struct {
	*konverte.Client
	ctx    context.Context
	suffix string // keeps names apart from those of an earlier run

	agent   *konverte.Agent
	inbox   *konverte.Inbox
	team    *konverte.Team
	contact *konverte.Contact
}

func (d *desk) people() error {
	var err error
	title("An agent on a team")
	d.agent, err = d.Agents.Create(d.ctx, konverte.AgentCreateParams{
		Name:         "Ana Souza",
		Email:        "ana." + d.suffix + "@example.com",
		Role:         konverte.RoleAgent,
		Availability: konverte.Set(konverte.AvailabilityBusy),
		AutoOffline:  konverte.Set(true),
	})
	if err != nil {
		return err
	}
	say("added agent %d, %s <%s>; an invitation is on its way", d.agent.ID, d.agent.Name, d.agent.Email)
	back, err := d.Agents.FindByEmail(d.ctx, d.agent.Email)
	if err != nil {
		return err
	}
	say("read back: role %s, confirmed %t, reads %q: set to busy, but shown offline while not connected",
		back.Role.Or(""), back.Confirmed, back.AvailabilityStatus.Or(""))
	if d.team, err = d.Teams.Create(d.ctx, konverte.TeamCreateParams{Name: "billing " + d.suffix}); err != nil {
		return err
	}
	members, err := d.Teams.AddMembers(d.ctx, d.team.ID, []konverte.AgentID{d.agent.ID})
	if err != nil {
		return err
	}
	say("made team %q with %d member", d.team.Name, len(members))
	return nil
}

func (d *desk) talk() error {
	var err error
	title("A conversation")
	d.inbox, err = d.Inboxes.Create(d.ctx, konverte.InboxCreateParams{
		Name:    "Orders " + d.suffix,
		Channel: konverte.ChannelCreateParams{Type: konverte.NewChannelTypeAPI},
	})
	if err != nil {
		return err
	}
	found, err := d.Contacts.FindOrCreate(d.ctx, konverte.ContactCreateParams{
		Name:  konverte.Set("João Lima"),
		Email: konverte.Set("joao." + d.suffix + "@example.com"),
	})
	if err != nil {
		return err
	}
	d.contact = found.Contact
	say("made inbox %q and contact %d (created: %t)", d.inbox.Name, d.contact.ID, found.Created)
	conv, err := d.Conversations.Start(d.ctx, d.contact.ID, d.inbox.ID, konverte.ConversationFirstMessage{Content: "Olá! Como posso ajudar?"})
	if err != nil {
		return err
	}
	if _, err = d.Conversations.AssignAgent(d.ctx, conv.ID, d.agent.ID); err != nil {
		return err
	}
	say("started conversation %d, assigned to %s", conv.ID, d.agent.Name)
	if _, err = d.Messages.Create(d.ctx, conv.ID, konverte.MessageCreateParams{Content: "Seu pedido saiu para entrega."}); err != nil {
		return err
	}
	note := konverte.MessageCreateParams{Content: "Check the courier tomorrow.", Private: konverte.Set(true)}
	if _, err = d.Messages.Create(d.ctx, conv.ID, note); err != nil {
		return err
	}
	say("its messages, the newest first:")
	for m, err := range d.Messages.All(d.ctx, conv.ID, konverte.MessageListParams{}) {
		if err != nil {
			return err
		}
		kind := "message"
		if m.Private {
			kind = "private note"
		}
		if m.MessageType == konverte.MessageTypeActivity {
			kind = "activity"
		}
		say("  %-12s  %s", kind, m.Content.Or(""))
	}
	return nil
}

// mistakes shows the errors of three of them. That one does not fail is a failure.
func (d *desk) mistakes() error {
	title("What mistakes look like")
	again := konverte.AgentCreateParams{Name: "Ana", Email: "not an address", Role: konverte.RoleAgent}
	_, err := d.Agents.Create(d.ctx, again)
	if err := d.expect("a bad e-mail", err, nil); err != nil {
		return err
	}
	again.Email = d.agent.Email
	_, err = d.Agents.Create(d.ctx, again)
	if err := d.expect("the same e-mail again", err, konverte.ErrValidation); err != nil {
		return err
	}
	stranger, err := d.With(konverte.WithUserToken("a-token-that-nobody-has"))
	if err != nil {
		return err
	}
	_, err = stranger.Agents.List(d.ctx)
	return d.expect("a wrong token", err, konverte.ErrUnauthorized)
}

func (d *desk) expect(what string, err, kind error) error {
	var argument *konverte.ArgumentError
	switch {
	case err == nil:
		return fmt.Errorf("%s was accepted", what)
	case kind == nil && !errors.As(err, &argument), kind != nil && !errors.Is(err, kind):
		return fmt.Errorf("%s: not the error that was expected: %w", what, err)
	}
	say("%s:\n      %v", what, err)
	return nil
}

// cleanUp removes what was made. The server of a real account keeps inboxes until they
// are deleted in its settings.
func (d *desk) cleanUp() {
	title("Cleaning up")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), 30*time.Second)
	defer cancel()
	if d.contact != nil {
		report("contact and its conversations", d.Contacts.Delete(ctx, d.contact.ID))
	}
	if d.inbox != nil {
		report("inbox", d.deleteInbox(ctx))
	}
	if d.team != nil {
		report("team", d.Teams.Delete(ctx, d.team.ID))
	}
	if d.agent != nil {
		report("agent", d.Agents.Delete(ctx, d.agent.ID))
	}
}

// deleteInbox uses an endpoint without a method of its own.
func (d *desk) deleteInbox(ctx context.Context) error {
	op := konverte.Operation{
		Name:       "delete inbox",
		Method:     "DELETE",
		Path:       "/api/v1/accounts/{account_id}/inboxes/{id}",
		Idempotent: true,
	}
	return d.Call(ctx, op, konverte.Request{Path: []string{fmt.Sprint(int64(d.inbox.ID))}}, nil)
}

func report(what string, err error) {
	if err != nil {
		say("could not remove %s: %v", what, err)
		return
	}
	say("removed %s", what)
}

func title(text string) { fmt.Printf("\n%s\n", text) }

func say(format string, args ...any) { fmt.Printf("  - "+format+"\n", args...) }
