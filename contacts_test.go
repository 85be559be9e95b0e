package konverte_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

// eachVersion runs a test against a server of every version, in strict decoding.
func eachVersion(t *testing.T, test func(t *testing.T, srv *konvertetest.Server, c *konverte.Client), opts ...konvertetest.Option) {
	t.Helper()
	for _, version := range konverte.KnownVersions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			srv := konvertetest.NewServer(t, append([]konvertetest.Option{konvertetest.WithVersion(version)}, opts...)...)
			test(t, srv, srv.Client(konverte.WithStrictDecoding()))
		})
	}
}

func TestFindOrCreateContact(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		p := konverte.ContactCreateParams{
			Name:        konverte.Set("João Lima"),
			Email:       konverte.Set("joao@example.com"),
			PhoneNumber: konverte.Set("+5511999990000"),
			Identifier:  konverte.Set("crm-7"),
		}
		made, err := c.Contacts.FindOrCreate(ctx, p)
		require.NoError(t, err)
		assert.True(t, made.Created)
		assert.Equal(t, konverte.MatchedByNothing, made.MatchedBy)

		again, err := c.Contacts.FindOrCreate(ctx, p)
		require.NoError(t, err)
		assert.False(t, again.Created)
		assert.Equal(t, konverte.MatchedByIdentifier, again.MatchedBy)
		assert.Equal(t, made.Contact.ID, again.Contact.ID)

		byMail, err := c.Contacts.FindOrCreate(ctx, konverte.ContactCreateParams{Email: konverte.Set("JOAO@example.com")})
		require.NoError(t, err)
		assert.Equal(t, konverte.MatchedByEmail, byMail.MatchedBy)

		byPhone, err := c.Contacts.FindByPhone(ctx, "+5511999990000")
		require.NoError(t, err)
		assert.Equal(t, made.Contact.ID, byPhone.ID)

		_, err = c.Contacts.FindByPhone(ctx, "+5511999990001")
		require.ErrorIs(t, err, konverte.ErrNotFound)
		_, err = c.Contacts.FindByPhone(ctx, "11 99999-0000")
		_, refused := errors.AsType[*konverte.ArgumentError](err)
		assert.True(t, refused, "%v", err)
	})
}

// The keys of one contact that belong to two others.
func TestFindOrCreateConflict(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, srv *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		one, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{Email: konverte.Set("one@example.com")})
		require.NoError(t, err)
		two, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{PhoneNumber: konverte.Set("+551100000002")})
		require.NoError(t, err)
		before := len(srv.Requests())
		_, err = c.Contacts.FindOrCreate(ctx, konverte.ContactCreateParams{
			Email: konverte.Set("one@example.com"), PhoneNumber: konverte.Set("+551100000002"),
		})
		conflict, ok := errors.AsType[*konverte.ContactConflictError](err)
		require.True(t, ok, "%v", err)
		require.ErrorIs(t, err, konverte.ErrConflict)
		assert.Equal(t, map[konverte.MatchedBy]konverte.ContactID{
			konverte.MatchedByEmail: one.ID, konverte.MatchedByPhone: two.ID,
		}, conflict.Matches)
		for _, r := range srv.Requests()[before:] {
			assert.NotEqual(t, "contactCreate", r.Operation, "nothing is written")
		}
	})
}

// A list that loses rows on ties is read again in other orders until it is whole.
func TestAllContactsAreComplete(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		const contacts = 40
		for i := range contacts {
			_, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{
				Name: konverte.Set("Same Name"), Email: konverte.Set(fmt.Sprintf("c%02d@example.com", i)),
			})
			require.NoError(t, err)
		}
		for _, prefetch := range []int{0, 4} {
			seen := map[konverte.ContactID]bool{}
			for contact, err := range c.Contacts.All(ctx, konverte.ContactListParams{}, konverte.WithPrefetch(prefetch)) {
				require.NoError(t, err)
				assert.False(t, seen[contact.ID], "%d came twice", contact.ID)
				seen[contact.ID] = true
			}
			assert.Len(t, seen, contacts)
		}

		// In an order that ties, and in no other, rows stay missing, and it says so.
		var last error
		rows := 0
		for _, err := range c.Contacts.All(ctx, konverte.ContactListParams{Sort: konverte.ContactSortName}) {
			if err != nil {
				last = err
				break
			}
			rows++
		}
		incomplete, ok := errors.AsType[*konverte.IncompleteError](last)
		require.True(t, ok, "%v after %d rows", last, rows)
		assert.EqualValues(t, contacts, incomplete.Count)
		assert.EqualValues(t, rows, incomplete.Seen)
		assert.Less(t, rows, contacts)
	}, konvertetest.WithHabits(konvertetest.Habits{LoseRowsOnTies: true}))
}

func TestContactFilter(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		for _, mail := range []string{"a@example.com", "b@example.com", "c@example.org"} {
			_, err := c.Contacts.Create(ctx, konverte.ContactCreateParams{Name: konverte.Set(mail), Email: konverte.Set(mail)})
			require.NoError(t, err)
		}
		found, err := konverte.Collect(c.Contacts.FilterAll(ctx, konverte.ContactFilterParams{
			Conditions: konverte.Where("email").Contains("example.com").And("email").IsNot("a@example.com").Conditions(),
		}), 0)
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, "b@example.com", found[0].Email.Or(""))
	})
}

// What the server would answer with 422 or 500 is refused before it is sent.
func TestFilterFaults(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	condition := func(key string, op konverte.FilterOperator) konverte.FilterCondition {
		return konverte.FilterCondition{AttributeKey: key, FilterOperator: op}
	}
	cases := map[string][]konverte.FilterCondition{
		"operator of another kind": konverte.Where("labels").Contains("vip").Conditions(),
		"no values":                {condition("email", konverte.FilterOperatorEqualTo)},
		"no key":                   konverte.Where("").Is("x").Conditions(),
		"trailing operator":        konverte.Where("email").Is("x").And("name").Is("y").Conditions()[:1],
		"missing operator":         append(konverte.Where("email").Is("x").Conditions(), konverte.Where("name").Is("y").Conditions()...),
	}
	for name, conditions := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Contacts.Filter(t.Context(), konverte.ContactFilterParams{Conditions: conditions})
			refused, ok := errors.AsType[*konverte.ArgumentError](err)
			require.True(t, ok, "%v", err)
			assert.Contains(t, refused.Faults[0].Field, "payload[0]")
		})
	}
	t.Cleanup(func() { assert.Empty(t, srv.Requests()) })
}
