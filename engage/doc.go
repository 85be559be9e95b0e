// Package engage is a client of RingCentral Engage Digital: its agents and
// their permissions, and the whole API around them.
//
//	client, err := engage.NewClient("acme", token)
//	agent, err := client.Agents.Invite(ctx, engage.NewAgent{
//		FirstName: "Nova", LastName: "Agente", Email: "nova@example.com",
//		Role: engage.RoleAgent, Teams: []string{"Support"}, Language: engage.LanguageSpanish,
//	})
//	_, err = client.Permissions.Grant(ctx, agent.ID, source, engage.ChannelBasics...)
//	gaps, err := client.Agents.Readiness(ctx, agent.ID)
//
// Client.Agents does what the admin guide describes, with names in place of ids.
// The other services are the operations of the API, one method each. Options,
// errors, lists and batches are those of package konverte: every option of it
// that is about requests works here, and every error answers errors.Is for its
// sentinels.
//
// Parameters travel in the body of a request, never in the URL, so that
// passwords and texts stay out of logs. Lists are read 150 rows at a time.
// Threads are closed and contents sent in the background: the answer shows the
// state before. See ThreadsService.WaitClosed and ContentsService.WaitSent.
package engage
