package konvertetest

import "strings"

// Activity messages say in a conversation what was done to it. The real server
// writes them in the background; only what a user or a bot did is told.

// actor is the name of who asks, "" for nobody.
func (c *ctx) actor() string {
	switch {
	case c.rule != nil:
		return "Automation System"
	case c.user != nil:
		return c.user.name
	case c.bot != nil && c.bot.name != nil:
		return *c.bot.name
	default:
		return ""
	}
}

// addActivity writes an activity message after the request.
func (c *ctx) addActivity(v *conversation, content string) {
	c.Later(func() {
		if conversations.find(c.st, v.id) == nil {
			return
		}
		c.insertMessage(v, &message{messageType: messageActivity, content: &content})
	})
}

// statusTexts say what a status became, before the actor's name.
var statusTexts = map[string]string{
	statusOpen:     "Conversation was reopened by ",
	statusResolved: "Conversation was marked resolved by ",
	statusPending:  "Conversation was marked as pending by ",
	statusSnoozed:  "Conversation was snoozed by ",
}

func (c *ctx) statusActivity(v, before *conversation) {
	switch {
	case v.status == before.status:
	case c.byMessage:
		c.addActivity(v, "System reopened the conversation due to a new incoming message.")
	case c.actor() != "":
		c.addActivity(v, statusTexts[v.status]+c.actor())
	}
}

func (c *ctx) priorityActivity(v, before *conversation) {
	if same(v.priority, before.priority) || c.actor() == "" {
		return
	}
	switch {
	case v.priority == nil:
		c.addActivity(v, c.actor()+" removed the priority")
	case before.priority == nil:
		c.addActivity(v, c.actor()+" set the priority to "+*v.priority)
	default:
		c.addActivity(v, c.actor()+" changed the priority from "+*before.priority+" to "+*v.priority)
	}
}

func (c *ctx) labelActivity(v, before *conversation) {
	if c.actor() == "" {
		return
	}
	if added := without(v.labels, before.labels); len(added) > 0 {
		c.addActivity(v, c.actor()+" added "+strings.Join(added, ", "))
	}
	if removed := without(before.labels, v.labels); len(removed) > 0 {
		c.addActivity(v, c.actor()+" removed "+strings.Join(removed, ", "))
	}
}

// without lists what is in a and not in b.
func without(a, b []string) []string {
	out := []string{}
	for _, text := range a {
		found := false
		for _, other := range b {
			found = found || other == text
		}
		if !found {
			out = append(out, text)
		}
	}
	return out
}

// assignmentActivity tells of a new team, else of a new assignee.
func (c *ctx) assignmentActivity(v, before *conversation) {
	switch {
	case c.actor() == "":
	case !same(v.teamID, before.teamID):
		c.teamActivity(v, before)
	case !same(v.assigneeID, before.assigneeID):
		c.assigneeActivity(v)
	}
}

func (c *ctx) teamActivity(v, before *conversation) {
	t, u := c.teamOf(v), c.assignee(v)
	switch {
	case t == nil:
		name := ""
		if old := c.teamOf(before); old != nil {
			name = old.name
		}
		c.addActivity(v, "Unassigned from "+name+" by "+c.actor())
	case u != nil && !same(v.assigneeID, before.assigneeID):
		c.addActivity(v, "Assigned to "+u.name+" via "+t.name+" by "+c.actor())
	default:
		c.addActivity(v, "Assigned to "+t.name+" by "+c.actor())
	}
}

func (c *ctx) assigneeActivity(v *conversation) {
	u := c.assignee(v)
	switch {
	case v.assigneeID == nil:
		c.addActivity(v, "Conversation unassigned by "+c.actor())
	case u == nil:
	case c.user != nil && u.id == c.user.id:
		c.addActivity(v, c.actor()+" self-assigned this conversation")
	default:
		c.addActivity(v, "Assigned to "+u.name+" by "+c.actor())
	}
}
