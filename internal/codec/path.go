package codec

import (
	"slices"
	"strconv"
)

// resolve finds the paths of notes by walking the body, which is valid, once more.
func resolve(body []byte, notes []note) []Issue {
	w := walker{d: New(body), found: make([]Issue, len(notes)), notes: notes}
	for i, n := range notes {
		w.found[i].Problem = n.problem
		if n.end {
			w.ends = append(w.ends, i)
			continue
		}
		w.starts = append(w.starts, i)
	}
	byOffset := func(a, b int) int { return notes[a].offset - notes[b].offset }
	slices.SortStableFunc(w.starts, byOffset)
	slices.SortStableFunc(w.ends, byOffset)
	w.value()
	return w.found
}

// walker knows at every value the path that led there.
type walker struct {
	d            *Decoder
	path         []byte
	notes        []note
	starts, ends []int // indexes into notes that are still to be found, in the order of the body
	found        []Issue
}

func (w *walker) value() {
	kind := w.d.Kind()
	w.starts = w.take(w.starts)
	switch kind {
	case '{':
		w.object()
	case '[':
		w.array()
	default:
		w.d.Skip()
	}
	w.ends = w.take(w.ends)
}

// take gives the current path to the notes that are meant here and returns those that are left.
func (w *walker) take(waiting []int) []int {
	for len(waiting) > 0 && w.notes[waiting[0]].offset <= w.d.pos {
		i := waiting[0]
		w.found[i].Path = string(w.path)
		if member := w.notes[i].member; member != "" {
			w.found[i].Path = string(appendKey(slices.Clone(w.path), member))
		}
		waiting = waiting[1:]
	}
	return waiting
}

func (w *walker) done() bool { return len(w.starts)+len(w.ends) == 0 }

func (w *walker) object() {
	length := len(w.path)
	for w.d.open(); w.d.More() && !w.done(); {
		w.path = appendKey(w.path[:length], string(w.d.Key()))
		w.value()
	}
	w.path = w.path[:length]
}

func (w *walker) array() {
	length := len(w.path)
	w.d.open()
	for i := 0; w.d.next() && !w.done(); i++ {
		w.path = append(w.path[:length], '[')
		w.path = strconv.AppendInt(w.path, int64(i), 10)
		w.path = append(w.path, ']')
		w.value()
	}
	w.path = w.path[:length]
}

// appendKey adds a member to a path: .name, or ["name"] where the name would be misread.
func appendKey(path []byte, key string) []byte {
	const longest = 64
	if len(key) > longest {
		key = key[:longest] + "…"
	}
	if !isWord(key) {
		path = append(path, '[')
		path = strconv.AppendQuote(path, key)
		return append(path, ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, key...)
}

func isWord(key string) bool {
	for _, c := range []byte(key) {
		if c != '_' && c != '-' && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return key != ""
}
