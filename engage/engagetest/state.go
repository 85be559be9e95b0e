package engagetest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// record is one stored thing. Its body is what an answer shows.
type record struct {
	kind string // the name of its object in the API description
	id   string
	// owner is the record in whose path this one stands.
	owner string
	body  object
	// hidden is what no answer shows.
	hidden map[string]any
	// seq orders records by their making.
	seq int
}

func (r *record) get(key string) any {
	v, _ := r.body.Get(key)
	return v
}

func (r *record) text(key string) string {
	s, _ := r.get(key).(string)
	return s
}

func (r *record) flag(key string) bool {
	b, _ := r.get(key).(bool)
	return b
}

func (r *record) number(key string) int64 {
	n, _ := r.get(key).(int64)
	return n
}

// list returns the texts of a list.
func (r *record) list(key string) []string {
	values, _ := r.get(key).([]any)
	out := make([]string, 0, len(values))
	for _, v := range values {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (r *record) set(key string, value any) { r.body.Set(key, value) }

func (r *record) setList(key string, values []string) { r.set(key, anys(values)) }

func anys(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// is reports whether something hidden is true.
func (r *record) is(key string) bool {
	b, _ := r.hidden[key].(bool)
	return b
}

// store is the state of one server. It is only touched by handlers, which run
// one at a time, and under testserver.Server.Do.
type store struct {
	now     time.Time
	records map[string][]*record // by kind, oldest first
	byID    map[string]*record   // by kind and id
	seq     int
	// permissions of users on sources: user, source, permissions in order.
	permissions map[string]map[string][]string
	tokens      map[string]token
	mails       []Mail
	jobs        []*job
	reads       map[string]int
}

// token is what an API token stands for.
type token struct{ id, userID string }

// job is something that the server does in the background.
type job struct {
	record   string
	requests int // to wait for
	run      func()
}

func newStore(now time.Time) *store {
	return &store{
		now: now, records: map[string][]*record{}, byID: map[string]*record{},
		permissions: map[string]map[string][]string{}, tokens: map[string]token{}, reads: map[string]int{},
	}
}

// newID makes an id of 24 hexadecimal digits that begins with the time, as
// those of the real server.
func (st *store) newID() string {
	st.seq++
	return fmt.Sprintf("%08x%010x%06x", uint32(st.now.Unix()), uint64(0xd3034e2332), st.seq)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// insert stores a record whose body has blanks for what is not set.
func (st *store) insert(r *record) *record {
	r.id = st.newID()
	r.seq = st.seq
	if r.hidden == nil {
		r.hidden = map[string]any{}
	}
	r.set("id", r.id)
	for _, key := range []string{"created_at", "updated_at"} {
		if api.field(r.kind, key) != nil {
			r.set(key, stamp(st.now))
		}
	}
	st.records[r.kind] = append(st.records[r.kind], r)
	st.byID[r.kind+"/"+r.id] = r
	return r
}

func (st *store) find(kind, id string) *record { return st.byID[kind+"/"+id] }

func (st *store) all(kind string) []*record { return slices.Clone(st.records[kind]) }

func (st *store) where(kind string, cond func(*record) bool) []*record {
	var out []*record
	for _, r := range st.records[kind] {
		if cond(r) {
			out = append(out, r)
		}
	}
	return out
}

func (st *store) remove(r *record) {
	delete(st.byID, r.kind+"/"+r.id)
	st.records[r.kind] = slices.DeleteFunc(st.records[r.kind], func(o *record) bool { return o == r })
}

func (st *store) touch(r *record) {
	if api.field(r.kind, "updated_at") != nil {
		r.set("updated_at", stamp(st.now))
	}
}

// forget takes an id out of a list of every record of a kind.
func (st *store) forget(kind, key, id string) {
	for _, r := range st.records[kind] {
		ids := r.list(key)
		if i := slices.Index(ids, id); i >= 0 {
			r.setList(key, slices.Delete(ids, i, i+1))
		}
	}
}

// named finds a record by the text of one of its keys.
func (st *store) named(kind, key, value string) *record {
	for _, r := range st.records[kind] {
		if strings.EqualFold(r.text(key), value) {
			return r
		}
	}
	return nil
}

// event enters something into the journal.
func (st *store) event(name, userID string, infos object) {
	st.insert(&record{kind: "Event", body: obj("name", name, "user_id", orNull(userID), "extra_infos", infos)})
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// later does something in the background, after so many further requests.
func (st *store) later(record string, requests int, run func()) {
	st.jobs = append(st.jobs, &job{record: record, requests: requests, run: run})
}

// busy reports whether a job works on a record.
func (st *store) busy(record string) bool {
	return slices.ContainsFunc(st.jobs, func(j *job) bool { return j.record == record })
}

// tick counts one request and runs the jobs that are due.
func (st *store) tick() {
	due := st.jobs
	st.jobs = nil
	for _, j := range due {
		if j.requests <= 0 {
			j.run()
			continue
		}
		j.requests--
		st.jobs = append(st.jobs, j)
	}
}

func (st *store) runJobs() {
	due := st.jobs
	st.jobs = nil
	for _, j := range due {
		j.run()
	}
}

// issueToken makes a token that acts as a user.
func (st *store) issueToken(userID string) string {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw)
	text := hex.EncodeToString(raw)
	st.tokens[text] = token{id: st.newID(), userID: userID}
	return text
}

// tokenOf returns the token of a user, a new one when it has none.
func (st *store) tokenOf(userID string) string {
	for text, tok := range st.tokens {
		if tok.userID == userID {
			return text
		}
	}
	return st.issueToken(userID)
}
