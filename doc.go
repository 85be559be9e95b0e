// Package konverte is a client for Konverte Digital, a customer-support platform that
// speaks the Chatwoot REST API.
//
//	c, err := konverte.NewClient("https://support.example.com",
//		konverte.WithUserToken(token), konverte.WithAccountID(1))
//	…
//	agent, err := c.Agents.Create(ctx, konverte.AgentCreateParams{
//		Name: "Ana", Email: "ana@example.com", Role: konverte.RoleAgent,
//	})
//
// # Client and services
//
// A [Client] has one service per resource: c.Agents, c.Teams, c.Conversations and so on.
// It is safe for concurrent use and never changes; [Client.Account] and [Client.With]
// make cheap copies that share its connections and limits. [Client.Call] reaches
// endpoints that have no method.
//
// A method takes the ids of what it is about, then what is to be done, then options for
// this call. Where there is a Get and a GetWith, the first takes the id alone and the
// second parameters too.
//
// # Credentials
//
// A user's token serves most operations, a bot's a few, and a platform app's those under
// c.Platform. Each operation takes the right one and says which is missing. The token is
// sent only to the scheme, host and port of the base URL, also after redirects, and is
// never shown by an error, a log or a dump.
//
// # Params and results
//
// Params go in by value. Required fields are plain; optional ones are an [Opt], whose
// zero value leaves the field alone: [Set] gives it a value, [Null] clears it. Slices and
// attributes are left alone when nil. Query parameters are plain and left out when zero.
// Faults that can be known before sending come back together as one [*ArgumentError].
//
// Results are structs; a field that may be null or absent is an Opt. Decoding is
// tolerant: a value of an unexpected type keeps its zero value and is listed in
// [Response.DecodeIssues], unknown keys are kept in Extra, and only a missing identity is
// a [*DecodeError]. [WithStrictDecoding] makes errors of all of these.
//
// # Which id goes where
//
//	ConversationID        the number that people see; all methods take it
//	ConversationRecordID  the database id that a few answers show; no method takes it
//	ConversationUUID      in survey links
//	ContactID, SourceID   the contact, and its name within one inbox
//	InboxID, InboxIdentifier  the inbox, and its name in the public API
//	AgentID               the same as UserID
//
// # Errors and retries
//
// Every answer that is no success is an [*Error], every call without a usable answer a
// [*TransportError]. Both tell with MaybeSent whether a write may have been carried out.
//
//	never sent, or refused by the throttle   sent again, whatever it is
//	408, 502, 503, 504, connection lost      reads and idempotent writes are sent again
//	500 and other 5xx                        these once more
//	everything else                          never sent again
//
// Waits have full jitter and honour Retry-After; without it a 429 waits for the end of
// the server's window, and so does every other call of the client that the window covers.
// A wait that does not fit the context's deadline is not begun.
//
// # Lists
//
// All yields every row as an [iter.Seq2], Pages the pages with a [Cursor] to resume from,
// List one page. All yields nothing twice and ends in an [*IncompleteError] when it could
// not see every row; see [WithPrefetch], [WithExtraPasses] and [WithResume].
//
// # Many items
//
// [Batch] runs a function over many items, spaced by [Batching], and reports for each
// whether it is done, failed or not started.
//
// # Testing
//
// Package konvertetest has a server that behaves as a live one of three versions does.
package konverte
