package konvertetest

import "time"

// cronDelay is how long what is due waits for the jobs that look for it:
// campaigns to be sent, broken promises. The real server looks every few
// minutes.
const cronDelay = 22 * time.Second

// afterDelay runs a deletion that the real server does in the background.
// Until its time has come what is to be deleted is still found.
func (c *ctx) afterDelay(run func()) { c.schedule(deletionDelay, func(*store) { run() }) }

// runScheduled does the scheduled work that is due by the store's time, or all
// of it.
func (st *store) runScheduled(all bool) {
	jobs, _ := st.extra[dueJobsKey{}].([]dueJob)
	waiting := []dueJob{}
	var due []dueJob
	for _, j := range jobs {
		if all || !j.at.After(st.now) {
			due = append(due, j)
			continue
		}
		waiting = append(waiting, j)
	}
	st.extra[dueJobsKey{}] = waiting
	for _, j := range due {
		j.run(st)
	}
}
