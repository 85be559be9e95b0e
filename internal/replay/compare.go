package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/konverte-go/konverte/internal/testserver"
)

// difference is one thing in which an answer differs.
type difference struct {
	kind string // status, missing, extra, type, value
	path string
	text string
}

const (
	kindStatus  = "status"
	kindMissing = "missing"
	kindExtra   = "extra"
	kindType    = "type"
	kindValue   = "value"
)

var differenceKinds = []string{kindStatus, kindMissing, kindExtra, kindType, kindValue}

// comparison compares one answer.
type comparison struct {
	names *names
	op    string
	// shape compares keys and types only.
	shape bool
	// sort is the sort parameter of the request.
	sort string
	// cut says that the recorded list is one page of a longer one.
	cut bool
	// learn lets new names into the renaming; it is off for trials.
	learn bool
	// undelivered is nil in trials.
	undelivered undelivered
	found       []difference
}

func (c *comparison) add(kind, path, format string, args ...any) {
	c.found = append(c.found, difference{kind: kind, path: path, text: fmt.Sprintf(format, args...)})
}

// values compares two JSON values of testserver.ParseJSON.
func (c *comparison) values(path string, recorded, server any) {
	if typeName(recorded) != typeName(server) {
		c.add(kindType, path, "%s, recorded %s", show(server), show(recorded))
		return
	}
	switch r := recorded.(type) {
	case testserver.Object:
		c.objects(path, r, server.(testserver.Object))
	case []any:
		c.arrays(path, r, server.([]any))
	case json.Number:
		c.numbers(path, r, server.(json.Number))
	case string:
		if !c.shape && !c.names.sameText(r, server.(string), c.learn) || c.shape && !c.learnText(r, server.(string)) {
			c.add(kindValue, path, "%s, recorded %s", show(server), show(recorded))
		}
	case bool:
		if !c.shape && r != server.(bool) {
			c.add(kindValue, path, "%v, recorded %v", server, recorded)
		}
	}
}

// learnText lets a text of the shape tier into the renaming; it always agrees.
func (c *comparison) learnText(recorded, server string) bool {
	c.names.sameText(recorded, server, c.learn)
	return true
}

func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "integer"
	case []any:
		return "array"
	default:
		return "object"
	}
}

func show(v any) string {
	out, err := testserver.Marshal(v)
	if err != nil {
		return err.Error()
	}
	const most = 160
	if len(out) > most {
		return string(out[:most]) + "…"
	}
	return string(out)
}

func (c *comparison) objects(path string, recorded, server testserver.Object) {
	if c.undelivered != nil && isMessage(recorded) {
		recorded = c.undelivered.settleDelivery(recorded, server)
	}
	for _, m := range recorded {
		at := path + "." + m.Key
		value, there := server.Get(m.Key)
		if !there && fetchNotes[m.Key] {
			continue
		}
		if !there {
			c.add(kindMissing, at, "recorded %s", show(m.Value))
			continue
		}
		if sizeMayDiffer(m.Key, recorded, m.Value, value) {
			continue
		}
		if isDuration(recorded, m.Key) {
			c.duration(at, m.Value, value)
			continue
		}
		c.values(at, m.Value, value)
	}
	for _, m := range server {
		if _, there := recorded.Get(m.Key); !there && !fetchNotes[m.Key] {
			c.add(kindExtra, path+"."+m.Key, "%s", show(m.Value))
		}
	}
}

// duration compares a measured duration by its type.
func (c *comparison) duration(path string, recorded, server any) {
	if typeName(recorded) != typeName(server) {
		c.add(kindType, path, "%s, recorded %s", show(server), show(recorded))
	}
}

func (c *comparison) numbers(path string, recorded, server json.Number) {
	if c.shape || recorded == server {
		return
	}
	a, errA := recorded.Int64()
	b, errB := server.Int64()
	if errA == nil && errB == nil && c.names.kindOf(b) != "" {
		if !c.names.sameID(a, b, c.learn) {
			c.add(kindValue, path, "%s %d, recorded %d: not the same record", c.names.kindOf(b), b, a)
		}
		return
	}
	x, _ := recorded.Float64()
	y, _ := server.Float64()
	if x != y && !sameEpoch(x, y) {
		c.add(kindValue, path, "%s, recorded %s", server, recorded)
	}
}

func (c *comparison) arrays(path string, recorded, server []any) {
	if areMessages(recorded) && areMessages(server) {
		if strings.HasSuffix(path, ".messages") && lastMayDiffer(recorded, server) {
			return
		}
		recorded, server = settleMessages(recorded, server)
	}
	if areConversations(recorded) && areConversations(server) {
		server = c.settleConversations(recorded, server)
	}
	if len(recorded) != len(server) {
		if !c.shape {
			c.add(kindValue, path, "%d entries, recorded %d", len(server), len(recorded))
		}
	}
	switch {
	case isUnordered(c.op, path, c.sort), strings.HasSuffix(path, ".attachments"):
		server = c.align(recorded, server)
	case path == "$.payload" && slices.Contains(sortedLists, c.op):
		server = c.alignTies(recorded, server)
	}
	anyPage := c.cut && path == "$.payload" && c.sort == "" && slices.Contains(sortedLists, c.op)
	for i := range min(len(recorded), len(server)) {
		if anyPage && c.otherRow(recorded[i], server[i]) {
			continue
		}
		c.values(fmt.Sprintf("%s[%d]", path, i), recorded[i], server[i])
	}
}

// alignTies puts the entries of a sorted list into the order of the recording
// as far as they are tied there.
func (c *comparison) alignTies(recorded, server []any) []any {
	var out []any
	for from := 0; from < min(len(recorded), len(server)); {
		to := from + 1
		for to < len(recorded) && tied(c.sort, recorded[to-1], recorded[to]) {
			to++
		}
		to = min(to, len(server))
		out = append(out, c.align(recorded[from:min(to, len(recorded))], server[from:to])...)
		from = to
	}
	return append(out, server[len(out):]...)
}

// align puts the entries of a list without an order into that of the
// recording: for each recorded entry the one that differs least.
func (c *comparison) align(recorded, server []any) []any {
	rest := slices.Clone(server)
	var out []any
	for _, r := range recorded {
		best, fewest := -1, 0
		for i, s := range rest {
			trial := comparison{names: c.names, op: c.op, shape: c.shape}
			trial.values("$", r, s)
			if best < 0 || len(trial.found) < fewest {
				best, fewest = i, len(trial.found)
			}
		}
		if best < 0 {
			break
		}
		out = append(out, rest[best])
		rest = slices.Delete(rest, best, best+1)
	}
	return append(out, rest...)
}
