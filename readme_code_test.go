package konverte_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
	"github.com/konverte-go/konverte/engage/engagetest"
	"github.com/konverte-go/konverte/konvertetest"
)

// The code of the README. See TestREADMECodeCompiles.

func welcome(ctx context.Context, token string) error {
	c, err := konverte.NewClient("https://support.example.com",
		konverte.WithUserToken(token), konverte.WithAccountID(1))
	if err != nil {
		return err
	}
	agent, err := c.Agents.Create(ctx, konverte.AgentCreateParams{
		Name:         "Ana",
		Email:        "ana@example.com",
		Role:         konverte.RoleAgent,
		Availability: konverte.Set(konverte.AvailabilityBusy),
	})
	if err != nil {
		return err
	}
	open := konverte.ConversationListParams{Status: konverte.ConversationStatusOpen}
	for conv, err := range c.Conversations.All(ctx, open) {
		if err != nil {
			return err
		}
		if _, err := c.Conversations.AssignAgent(ctx, conv.ID, agent.ID); err != nil {
			return err
		}
	}
	return nil
}

func explain(err error) string {
	var failed *konverte.Error
	switch {
	case errors.Is(err, konverte.ErrNotFound):
		return "no such thing in this account"
	case errors.Is(err, konverte.ErrRateLimited):
		return "the server asks to wait"
	case errors.Is(err, konverte.ErrTimeout):
		return "too slow"
	case errors.As(err, &failed) && failed.MaybeSent:
		return "it may have arrived: " + failed.RequestID
	case errors.As(err, &failed):
		return fmt.Sprint(failed.Attributes, failed.Message)
	}
	return err.Error()
}

func export(ctx context.Context, c *konverte.Client, from konverte.Cursor) (konverte.Cursor, error) {
	opts := []konverte.CallOption{konverte.WithPrefetch(4), konverte.WithResume(from)}
	for contact, err := range c.Contacts.All(ctx, konverte.ContactListParams{}, opts...) {
		var page *konverte.PageError
		if errors.As(err, &page) {
			return page.Resume, err
		}
		if err != nil {
			return konverte.Cursor{}, err
		}
		fmt.Println(contact.ID, contact.Name.Or("(no name)"))
	}
	return konverte.Cursor{}, nil
}

func invite(ctx context.Context, c *konverte.Client, people []konverte.AgentCreateParams) error {
	results := konverte.Batch(ctx, people,
		func(ctx context.Context, p konverte.AgentCreateParams) (*konverte.Agent, error) {
			return c.Agents.Create(ctx, p)
		},
		konverte.WithBatching(konverte.Batching{Size: 50, Interval: time.Second, MaxInFlight: 8}))
	return results.Err()
}

func TestWelcome(t *testing.T) {
	srv := konvertetest.NewServer(t, konvertetest.WithVersion("4.15.1"))
	c := srv.Client()
	srv.Fault("Agents.Create", konvertetest.Status(502, "").Times(1))
	_, err := c.Agents.Create(t.Context(), konverte.AgentCreateParams{
		Name: "Ana", Email: "ana@example.com", Role: konverte.RoleAgent,
	})
	if !errors.Is(err, konverte.ErrServer) {
		t.Fatal(err)
	}
}

func onboard(ctx context.Context, c *engage.Client, original engage.AgentID) error {
	agent, err := c.Agents.Invite(ctx, engage.NewAgent{
		FirstName: "Ana", LastName: "Souza", Email: "ana@example.com",
		Role: engage.RoleAgent, Language: engage.LanguageSpanish,
	})
	if err != nil {
		return err
	}
	gaps, err := c.Agents.Readiness(ctx, agent.ID)
	if err != nil {
		return err
	}
	fmt.Println(agent.State(), "still lacks", len(gaps), "things")
	_, err = c.Agents.Duplicate(ctx, original, engage.NewAgent{
		FirstName: "Caio", LastName: "Lima", Email: "caio@example.com", Role: engage.RoleAgent,
	}, engage.DuplicateOptions{Rollback: true})
	return err
}

func TestREADMECodeRuns(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	require.Error(t, welcome(t.Context(), ""), "a client without a token is refused before anything is sent")
	_, err := export(t.Context(), c, konverte.Cursor{})
	require.NoError(t, err)
	people := []konverte.AgentCreateParams{{Name: "Bia", Email: "bia@example.com", Role: konverte.RoleAgent}}
	require.NoError(t, invite(t.Context(), c, people))
	err = invite(t.Context(), c, people)
	require.Error(t, err)
	assert.NotEmpty(t, explain(err))
	assert.Equal(t, "no such thing in this account", explain(&konverte.Error{StatusCode: http.StatusNotFound}))

	domain := engagetest.NewServer(t)
	colleagues := domain.Client()
	users, err := konverte.Collect(colleagues.Users.All(t.Context(), engage.UserListParams{}), 0)
	require.NoError(t, err)
	require.NotEmpty(t, users)
	require.NoError(t, onboard(t.Context(), colleagues, users[0].ID))
}
