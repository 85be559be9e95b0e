package engagetest

import (
	"cmp"
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

// hiddenQueue is the queue that a task is in.
const hiddenQueue = "queue"

var taskRules = rules{
	handlers: map[string]handler{"getAllTasks": listTasks, "completeTask": completeTask, "moveTask": moveTask, "transferTask": transferTask},
	needs:    map[string][]string{"monitor_tasks": {"moveTask", "transferTask"}},
	filters: map[string]func(*ctx, *record, string) bool{
		"getAllTasks queue": func(_ *ctx, r *record, value string) bool { return r.hidden[hiddenQueue] == value },
	},
	orders: map[string]func(a, b *record) int{"Task": func(a, b *record) int {
		return cmp.Or(cmp.Compare(priority(b), priority(a)), cmp.Compare(a.seq, b.seq))
	}},
}

func priority(r *record) float64 {
	f, _ := r.get("priority").(testserver.Float)
	return float64(f)
}

func (c *ctx) monitors() bool { return c.can("monitor_tasks") || c.can("monitor_team_tasks") }

func listTasks(c *ctx) response {
	if !c.monitors() {
		stop(forbidden("Your role lacks the permission monitor_tasks"))
	}
	return c.page(c.st.all("Task"))
}

func completeTask(c *ctx) response {
	r := c.target()
	agents := r.list("agent_ids")
	switch {
	case len(agents) == 0:
		refuse("", "No agent has the task")
	case !slices.Contains(agents, c.user.id) && !c.monitors():
		stop(forbidden("The task belongs to somebody else"))
	}
	r.set("completed_at", stamp(c.st.now))
	c.st.touch(r)
	return c.ok(r)
}

func moveTask(c *ctx) response {
	r := c.target()
	r.hidden[hiddenQueue] = textOf(c.body(true), "queue")
	c.st.touch(r)
	return c.ok(r)
}

func transferTask(c *ctx) response {
	r := c.target()
	values := c.body(false)
	r.assign(values)
	r.set("transfered_at", stamp(c.st.now))
	c.st.touch(r)
	return c.ok(r)
}
