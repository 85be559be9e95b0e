package engage

import (
	"context"
	"strings"

	"github.com/konverte-go/konverte/internal/core"
)

// GapKind is a kind of thing that an agent can lack.
type GapKind string

// What an agent can lack.
const (
	GapInvitation GapKind = "invitation" // is not accepted yet
	GapDisabled   GapKind = "disabled"   // cannot sign in
	GapRead       GapKind = "read"       // sees no source
	GapReply      GapKind = "reply"      // can answer on no source
	GapTasks      GapKind = "tasks"      // the role takes no tasks, which the routing mode gives
	GapInbox      GapKind = "inbox"      // the role does not open the inbox, where there is no routing
	GapCategories GapKind = "categories" // has none, by which the routing finds agents
	GapLanguages  GapKind = "languages"  // has none, by which the routing finds agents
)

// Gap is something that an agent lacks to receive and answer messages.
type Gap struct {
	Kind GapKind
	// Fix says what to do, in a sentence.
	Fix string
}

// String says what is missing and what to do.
func (g Gap) String() string { return string(g.Kind) + ": " + g.Fix }

// Readiness lists what an agent still lacks to receive and answer messages, in
// the order in which it is best mended; none means that nothing is known to be
// missing. It looks at the state of the agent, the permissions on sources, the
// role and, where tasks are routed, categories and languages. Whether an agent has
// an identity on sources that need one is not looked at.
//
// API: GET /users/{userId}, /users/{userId}/sources_permissions, /roles, /settings.
func (s AgentsService) Readiness(ctx context.Context, id AgentID, opts ...CallOption) ([]Gap, error) {
	var f core.Faults
	f.PathText("userId", string(id))
	if err := f.Err("Agents.Readiness"); err != nil {
		return nil, err
	}
	agent, err := s.Get(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	permissions, err := s.c.Permissions.Of(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	role, err := s.c.directory("Agents.Readiness", opts).roleWithID(ctx, agent.RoleID)
	if err != nil {
		return nil, err
	}
	settings, err := s.c.Settings.Get(ctx, opts...)
	if err != nil {
		return nil, err
	}
	var gaps gaps
	gaps.ofState(agent)
	gaps.ofPermissions(permissions)
	gaps.ofRouting(agent, role, settings)
	return gaps, nil
}

type gaps []Gap

func (g *gaps) add(missing bool, kind GapKind, fix string) {
	if missing {
		*g = append(*g, Gap{Kind: kind, Fix: fix})
	}
}

func (g *gaps) ofState(agent *Agent) {
	g.add(!agent.Enabled, GapDisabled, "enable the agent with Agents.Enable")
	g.add(agent.InvitationPending, GapInvitation, "the agent has to follow the link in the invitation and choose a password")
}

func (g *gaps) ofPermissions(permissions SourcesPermissions) {
	reads, replies := false, false
	for source := range permissions {
		read := permissions.May(source, SourcePermissionRead)
		reads = reads || read
		replies = replies || read && permissions.May(source, SourcePermissionReply)
	}
	g.add(!reads, GapRead, "grant read on a source with Permissions.Grant")
	g.add(!replies, GapReply, "grant reply on a source with Permissions.Grant")
}

func (g *gaps) ofRouting(agent *Agent, role *Role, settings *Settings) {
	if !settings.PushEnabled {
		g.add(!role.AccessPullMode, GapInbox, "give the role the flag access_pull_mode, or the agent another role")
		return
	}
	g.add(!role.ReceiveTasks, GapTasks, "the domain routes tasks: give the role the flag receive_tasks, or the agent another role")
	g.add(len(agent.CategoryIDs) == 0, GapCategories, "the domain routes tasks: give the agent categories with Users.Update")
	g.add(settings.MultiLang && len(agent.SpokenLanguages) == 0, GapLanguages,
		"the domain routes by language ("+strings.Join(settings.ContentLanguages, ", ")+"): give the agent spoken languages with Users.Update")
}
