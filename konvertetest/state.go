package konvertetest

import (
	"crypto/rand"
	"encoding/hex"
	"iter"
	"math/big"
	"reflect"
	"slices"
	"time"
)

// record is what every stored thing has. Embed it in a record type and declare
// a table for that type.
type record struct {
	id                   int64
	createdAt, updatedAt time.Time
}

func (r *record) base() *record { return r }

// kinds names the id ranges, in the order in which the tables are declared.
var kinds []string

func newKind(name string) int {
	if i := slices.Index(kinds, name); i >= 0 {
		return i
	}
	kinds = append(kinds, name)
	return len(kinds) - 1
}

// idRange is the size of the range of ids that each kind has under
// WithDistinctIDs.
const idRange = 1_000_000

// table describes the rows of one record type. Tables are package variables;
// their rows live in a store.
type table[T any, P interface {
	*T
	base() *record
}] struct{ kind int }

// newTable declares a table: var teams = newTable[team]("team").
func newTable[T any, P interface {
	*T
	base() *record
}](kind string) *table[T, P] {
	return &table[T, P]{kind: newKind(kind)}
}

// rows are the rows of one table in the order in which they were inserted.
type rows[P any] struct {
	byID  map[int64]P
	order []int64
}

func (t *table[T, P]) rows(st *store) *rows[P] {
	r, ok := st.tables[t].(*rows[P])
	if !ok {
		r = &rows[P]{byID: map[int64]P{}}
		st.tables[t] = r
	}
	return r
}

// insert stores rec under a new id and sets its times; times that are set
// already stay. It returns rec.
func (t *table[T, P]) insert(st *store, rec P) P {
	r, b := t.rows(st), rec.base()
	b.id = st.nextID(t.kind, 0)
	if b.createdAt.IsZero() {
		b.createdAt = st.now
	}
	if b.updatedAt.IsZero() {
		b.updatedAt = b.createdAt
	}
	r.byID[b.id] = rec
	r.order = append(r.order, b.id)
	return rec
}

// find returns the row with that id, nil when there is none.
func (t *table[T, P]) find(st *store, id int64) P { return t.rows(st).byID[id] }

// all yields the rows, oldest first.
func (t *table[T, P]) all(st *store) iter.Seq[P] {
	r := t.rows(st)
	return func(yield func(P) bool) {
		for _, id := range slices.Clone(r.order) {
			rec, ok := r.byID[id]
			if ok && !yield(rec) {
				return
			}
		}
	}
}

// where lists the rows for which cond holds, oldest first; never nil.
func (t *table[T, P]) where(st *store, cond func(P) bool) []P {
	out := []P{}
	for rec := range t.all(st) {
		if cond(rec) {
			out = append(out, rec)
		}
	}
	return out
}

// first returns the oldest row for which cond holds, nil when there is none.
func (t *table[T, P]) first(st *store, cond func(P) bool) P {
	for rec := range t.all(st) {
		if cond(rec) {
			return rec
		}
	}
	return nil
}

// remove deletes rows. Rows that are gone already are left alone.
func (t *table[T, P]) remove(st *store, recs ...P) {
	r := t.rows(st)
	for _, rec := range recs {
		id := rec.base().id
		delete(r.byID, id)
		if i := slices.Index(r.order, id); i >= 0 {
			r.order = slices.Delete(r.order, i, i+1)
		}
	}
}

// removeWhere deletes the rows for which cond holds.
func (t *table[T, P]) removeWhere(st *store, cond func(P) bool) {
	t.remove(st, t.where(st, cond)...)
}

// save replaces a row, and sets updatedAt when something has changed.
func (t *table[T, P]) save(st *store, rec P, next T) {
	if reflect.DeepEqual(*rec, next) {
		return
	}
	*rec = next
	t.touch(st, rec)
}

// touch sets updatedAt to the time of the request.
func (t *table[T, P]) touch(st *store, rec P) { rec.base().updatedAt = st.now }

// store is the state of one server. It is only touched by handlers, which run
// one at a time, and under testserver.Server.Do.
type store struct {
	now      time.Time
	distinct bool
	tables   map[any]any
	last     map[sequence]int64
	tokens   map[string]tokenOwner
	online   map[int64]time.Time
	reads    map[string]int
	// extra holds what a group of resources keeps beside its tables.
	extra map[any]any
}

type sequence struct {
	kind    int
	account int64
}

func newStore(now time.Time, distinct bool) *store {
	return &store{
		now: now, distinct: distinct, tables: map[any]any{}, last: map[sequence]int64{},
		tokens: map[string]tokenOwner{}, online: map[int64]time.Time{}, reads: map[string]int{}, extra: map[any]any{},
	}
}

// nextID counts up a sequence: of the whole installation with account 0, else
// of one account (conversation numbers, campaign numbers).
func (st *store) nextID(kind int, account int64) int64 {
	key := sequence{kind: kind, account: account}
	st.last[key]++
	if st.distinct {
		return int64(kind+1)*idRange + st.last[key]
	}
	return st.last[key]
}

// ownerKind says what an API token belongs to.
type ownerKind int

const (
	ownerUser ownerKind = iota + 1
	ownerBot
	ownerPlatform
)

type tokenOwner struct {
	kind ownerKind
	id   int64
}

// issueToken makes a new token for an owner and ends the one it had.
func (st *store) issueToken(owner tokenOwner) {
	st.revokeTokens(owner)
	st.tokens[randomText(24)] = owner
}

// tokenOf returns the token of an owner, "" when it has none.
func (st *store) tokenOf(owner tokenOwner) string {
	for token, o := range st.tokens {
		if o == owner {
			return token
		}
	}
	return ""
}

func (st *store) revokeTokens(owner tokenOwner) {
	for token, o := range st.tokens {
		if o == owner {
			delete(st.tokens, token)
		}
	}
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomText returns n random letters and digits, as Rails' secure tokens.
func randomText(n int) string {
	out := make([]byte, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err)
		}
		out[i] = alphabet[k.Int64()]
	}
	return string(out)
}

// randomHex returns n random bytes as hexadecimal digits.
func randomHex(n int) string {
	out := make([]byte, n)
	_, _ = rand.Read(out)
	return hex.EncodeToString(out)
}
