package engage

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/konverte-go/konverte"
)

// Labels of the predefined roles. They are looked up by their text: a domain may
// rename its roles, and nothing in the API tells a predefined role from another.
const (
	RoleAdministrator  = "Administrator"   // suits administrators
	RoleAgent          = "Agent"           // suits agents
	RoleManager        = "Manager"         // suits supervisors; some domains call it Supervisor
	RoleQualityAnalyst = "Quality analyst" // sees messages and events
)

// Languages of the interface. What a domain offers, Locales.Interface says.
const (
	LanguageEnglish = "en"
	LanguageGerman  = "de"
	LanguageSpanish = "es"
	LanguageFrench  = "fr"
	LanguageDutch   = "nl"
)

// roleAliases are labels under which a predefined role is known. The first is
// that of the guide.
var roleAliases = [][]string{
	{RoleAdministrator, "Admin"},
	{RoleManager, "Supervisor"},
	{RoleQualityAnalyst, "QA", "Quality"},
}

// languageAliases are the names of the guide for the languages of the interface.
var languageAliases = [][]string{
	{LanguageEnglish, "English"},
	{LanguageGerman, "Deutsch", "German"},
	{LanguageSpanish, "Español", "Espanol", "Spanish"},
	{LanguageFrench, "Français", "Francais", "French"},
	{LanguageDutch, "Nederlands", "Dutch"},
}

// NameError says that a name or an id stands for nothing in the domain, or for
// several things. Nothing was written. It holds a *konverte.ArgumentError, and
// answers errors.Is(err, konverte.ErrNotFound) where nothing has the name.
type NameError struct {
	Operation string
	Field     string   // "role", "teams[1]"
	Kind      string   // "role", "team", "category", "interface language", "spoken language", "time zone" or "source"
	Want      string   // the name that was given
	Have      []string // the names there are
	Matches   []string // ids of those that have the name, where there are several
	Hint      string   // what a person can do, "" when nothing particular
}

// Error says what was looked for, and what there is.
func (e *NameError) Error() string { return e.argument().Error() }

func (e *NameError) argument() *konverte.ArgumentError {
	rule := "no " + e.Kind + " has this name or id"
	if len(e.Matches) > 0 {
		rule = fmt.Sprintf("%d of kind %s have this name, use one of the ids %s", len(e.Matches), e.Kind, strings.Join(e.Matches, ", "))
	} else if len(e.Have) > 0 {
		rule += "; there are " + strings.Join(e.Have, ", ")
	}
	if e.Hint != "" {
		rule += "; " + e.Hint
	}
	return &konverte.ArgumentError{
		Operation: e.Operation,
		Faults:    []konverte.ArgumentFault{{Field: e.Field, Rule: rule, Value: e.Want}},
	}
}

// Unwrap returns the *konverte.ArgumentError.
func (e *NameError) Unwrap() error { return e.argument() }

// Is answers for konverte.ErrNotFound.
func (e *NameError) Is(target error) bool {
	return target == konverte.ErrNotFound && len(e.Matches) == 0
}

// Ambiguous tells whether several things have the name.
func (e *NameError) Ambiguous() bool { return len(e.Matches) > 0 }

// named is something that people call by name.
type named struct {
	id, name string
	refused  string // why it cannot be chosen
}

// directory is where names are looked up. Each list is read at most once.
type directory struct {
	c         *Client
	operation string
	opts      []CallOption

	roles      memo[[]Role]
	teams      memo[[]Team]
	categories memo[[]named]
	interfaces memo[[]named]
	languages  memo[[]named]
	timezones  memo[[]named]
	me         memo[*User]
}

func (c *Client) directory(operation string, opts []CallOption) *directory {
	return &directory{c: c, operation: operation, opts: opts}
}

// memo keeps the first success of a function.
type memo[T any] struct {
	mu    sync.Mutex
	known bool
	value T
}

func (m *memo[T]) get(read func() (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known {
		return m.value, nil
	}
	value, err := read()
	m.value, m.known = value, err == nil
	return value, err
}

// collect reads a whole list.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	rows, err := konverte.Collect(seq, 0)
	if page, ok := errors.AsType[*konverte.PageError](err); ok {
		return nil, page.Err
	}
	return rows, err
}

// entries reads a whole list to look names up in. A count that does not fit the
// rows, though it stands still, does not keep the names that are there from being
// found: some lists count what the user of the token does not see.
func entries[T any](seq iter.Seq2[T, error]) ([]T, error) {
	rows, err := collect(seq)
	if e, ok := errors.AsType[*konverte.IncompleteError](err); ok && e.First == e.Count {
		return rows, nil
	}
	return rows, err
}

// find looks a name up: an id, a name in any case, or one of its aliases.
func (d *directory) find(field, kind, want string, all []named, aliases [][]string) (string, error) {
	want = strings.TrimSpace(want)
	matches := called(all, want, aliases)
	if len(matches) == 1 && matches[0].refused == "" {
		return matches[0].id, nil
	}
	e := &NameError{Operation: d.operation, Field: field, Kind: kind, Want: want}
	if len(matches) == 1 {
		e.Hint = matches[0].refused
		return "", e
	}
	for _, n := range all {
		if n.name != "" && n.refused == "" {
			e.Have = append(e.Have, n.name)
		}
	}
	for _, n := range matches {
		e.Matches = append(e.Matches, n.id)
	}
	return "", e
}

// called are those that want stands for: the one with this id, or else those with
// this name, or else those with another name for the same. What cannot be chosen
// counts only where nothing else has the name.
func called(all []named, want string, aliases [][]string) []named {
	if i := slices.IndexFunc(all, func(n named) bool { return n.id == want }); i >= 0 {
		return all[i : i+1]
	}
	for _, names := range [][]string{{want}, aliasesOf(want, aliases)} {
		matches := withName(all, names)
		choices := slices.DeleteFunc(slices.Clone(matches), func(n named) bool { return n.refused != "" })
		if len(choices) > 0 {
			return choices
		}
		if len(matches) > 0 {
			return matches[:1]
		}
	}
	return nil
}

// withName are those with one of the names, in any case.
func withName(all []named, names []string) []named {
	var matches []named
	for _, n := range all {
		is := func(name string) bool {
			return strings.EqualFold(strings.TrimSpace(n.name), name) || strings.EqualFold(n.id, name)
		}
		if slices.ContainsFunc(names, is) {
			matches = append(matches, n)
		}
	}
	return matches
}

// aliasesOf are all names for what is called want.
func aliasesOf(want string, aliases [][]string) []string {
	for _, group := range aliases {
		if slices.ContainsFunc(group, func(name string) bool { return strings.EqualFold(name, want) }) {
			return group
		}
	}
	return nil
}

func (d *directory) role(ctx context.Context, field, want string) (RoleID, error) {
	roles, err := d.allRoles(ctx)
	if err != nil {
		return "", err
	}
	all := make([]named, len(roles))
	for i, r := range roles {
		all[i] = named{id: string(r.ID), name: r.Label}
	}
	id, err := d.find(field, "role", want, all, roleAliases)
	return RoleID(id), err
}

func (d *directory) team(ctx context.Context, field, want string) (TeamID, error) {
	teams, err := d.allTeams(ctx)
	if err != nil {
		return "", err
	}
	all := make([]named, len(teams))
	for i, t := range teams {
		all[i] = named{id: string(t.ID), name: t.Name}
	}
	id, err := d.find(field, "team", want, all, nil)
	return TeamID(id), err
}

func (d *directory) category(ctx context.Context, field, want string) (CategoryID, error) {
	all, err := d.categories.get(func() ([]named, error) {
		return listed(func() ([]Category, error) {
			return entries(d.c.Categories.All(ctx, CategoryListParams{}, d.opts...))
		}, func(c Category) named {
			n := named{id: string(c.ID), name: c.Name}
			if c.Unselectable {
				n.refused = "it only groups others: choose one of those below it"
			}
			return n
		})
	})
	if err != nil {
		return "", err
	}
	id, err := d.find(field, "category", want, all, nil)
	return CategoryID(id), err
}

func (d *directory) interfaceLanguage(ctx context.Context, field, want string) (string, error) {
	all, err := d.interfaces.get(func() ([]named, error) {
		return listed(func() ([]InterfaceLocale, error) { return d.c.Locales.Interface(ctx, d.opts...) },
			func(l InterfaceLocale) named { return named{id: l.Code, name: l.Name} })
	})
	if err != nil {
		return "", err
	}
	return d.find(field, "interface language", want, all, languageAliases)
}

func (d *directory) spokenLanguage(ctx context.Context, field, want string) (string, error) {
	all, err := d.languages.get(func() ([]named, error) {
		return listed(func() ([]Locale, error) { return d.c.Locales.Content(ctx, d.opts...) },
			func(l Locale) named { return named{id: l.Code, name: l.Name} })
	})
	if err != nil {
		return "", err
	}
	return d.find(field, "spoken language", want, all, languageAliases)
}

func (d *directory) timezone(ctx context.Context, field, want string) (string, error) {
	all, err := d.timezones.get(func() ([]named, error) {
		return listed(func() ([]Timezone, error) { return d.c.Timezones.List(ctx, d.opts...) },
			func(z Timezone) named { return named{id: z.Name} })
	})
	if err != nil {
		return "", err
	}
	id, err := d.find(field, "time zone", want, all, nil)
	if e, ok := errors.AsType[*NameError](err); ok {
		e.Hint = "time zones have the names of Rails, as Timezones.List gives them"
	}
	return id, err
}

func listed[T any](read func() ([]T, error), name func(T) named) ([]named, error) {
	rows, err := read()
	if err != nil {
		return nil, err
	}
	all := make([]named, len(rows))
	for i, row := range rows {
		all[i] = name(row)
	}
	return all, nil
}

func (d *directory) allRoles(ctx context.Context) ([]Role, error) {
	return d.roles.get(func() ([]Role, error) { return entries(d.c.Roles.All(ctx, RoleListParams{}, d.opts...)) })
}

// roleWithID needs no flag, unlike Roles.Get.
func (d *directory) roleWithID(ctx context.Context, id RoleID) (*Role, error) {
	roles, err := d.allRoles(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(roles, func(r Role) bool { return r.ID == id })
	if i < 0 {
		return nil, &konverte.NotFoundError{Operation: d.operation, Kind: "role", Key: "id", Value: string(id)}
	}
	return &roles[i], nil
}

func (d *directory) allTeams(ctx context.Context) ([]Team, error) {
	return d.teams.get(func() ([]Team, error) { return entries(d.c.Teams.All(ctx, TeamListParams{}, d.opts...)) })
}

// reach finds out to which teams the user of the token is confined: with
// manage_users_of_my_teams, to those that the user leads.
func (d *directory) reach(ctx context.Context) (led []Team, confined bool, err error) {
	me, err := d.me.get(func() (*User, error) { return d.c.Users.Me(ctx, d.opts...) })
	if err != nil {
		return nil, false, err
	}
	roles, err := d.allRoles(ctx)
	if err != nil {
		return nil, false, err
	}
	i := slices.IndexFunc(roles, func(r Role) bool { return r.ID == me.RoleID })
	if i < 0 || !roles[i].ManageUsersOfMyTeams {
		return nil, false, nil
	}
	teams, err := d.allTeams(ctx)
	for _, t := range teams {
		if slices.Contains(t.LeaderIDs, me.ID) {
			led = append(led, t)
		}
	}
	return led, true, err
}
