package testserver

import "time"

// Windows counts in fixed windows that are aligned to the epoch.
type Windows struct{ counts map[windowKey]int }

type windowKey struct {
	name  string
	start int64
}

// Hit counts one event in the current window of name and reports whether it
// is over the limit. A limit of zero is none.
func (w *Windows) Hit(name string, now time.Time, period time.Duration, limit int) bool {
	if limit <= 0 {
		return false
	}
	if w.counts == nil {
		w.counts = map[windowKey]int{}
	}
	seconds := int64(period / time.Second)
	key := windowKey{name: name, start: now.Unix() - now.Unix()%seconds}
	w.counts[key]++
	return w.counts[key] > limit
}
