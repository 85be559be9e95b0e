package konverte

import (
	"context"
	"errors"
	"fmt"

	"github.com/konverte-go/konverte/internal/core"
)

// ProvisionParams describe an account and its first user.
type ProvisionParams struct {
	// AccountID is an account that is there already: that of a ProvisionError, for
	// example. Without it the account is found by its name among those of the user, or
	// made.
	AccountID AccountID
	// Account describes the account. Only its Name is required, and is not changed on an
	// account that is there already.
	Account PlatformAccountCreateParams
	// User describes the user, who is found by the e-mail and then left as is.
	User PlatformUserCreateParams
	// Role is what the user may do in the account. Required.
	Role Role
}

// Provisioned is what Platform.Provision found or made.
type Provisioned struct {
	Account        *PlatformAccount
	AccountCreated bool
	// User carries the user's token. Whether the user was there before cannot be told:
	// the server answers alike.
	User       *PlatformUser
	Membership *PlatformAccountUser
}

// ProvisionError says at which step provisioning ended, and what there is. It wraps the
// error of the step. Provisioning again with AccountID set to its account goes on where
// it ended.
type ProvisionError struct {
	Step string // "user", "account" or "membership"
	Done Provisioned
	Err  error
}

// Error names the step and what there is.
func (e *ProvisionError) Error() string {
	text := "Platform.Provision: " + e.Step + ": " + e.Err.Error()
	if e.Done.User != nil {
		text += fmt.Sprintf("; there is user %d", e.Done.User.ID)
	}
	if e.Done.Account != nil {
		text += fmt.Sprintf("; there is account %d", e.Done.Account.ID)
	}
	return text
}

// Unwrap returns the error of the step.
func (e *ProvisionError) Unwrap() error { return e.Err }

// Provision makes an account, a user and the membership that joins them, and can be run
// again: what is there already is found and used. A user is found by e-mail, an account by
// AccountID, or by its name among the accounts of the user that belong to the platform
// app. The membership is set to the role in any case. No e-mail is sent.
//
// The user comes first, since the server refuses more of users (passwords, e-mails) than
// of accounts, and nothing lists the accounts of a platform app: an account without a
// member is only found again through the AccountID of the *ProvisionError.
//
// API: POST /platform/api/v1/users, GET and POST /platform/api/v1/accounts, POST
// …/account_users. Needs a platform token. The account is never sent twice: see
// Error.MaybeSent.
func (s PlatformServices) Provision(ctx context.Context, p ProvisionParams, opts ...CallOption) (*Provisioned, error) {
	if err := p.faults(); err != nil {
		return nil, err
	}
	var done Provisioned
	steps := []struct {
		name string
		run  func() error
	}{
		{"user", func() (err error) {
			done.User, err = s.Users.Create(ctx, p.User, opts...)
			return err
		}},
		{"account", func() error { return s.provisionAccount(ctx, p, &done, opts) }},
		{"membership", func() (err error) {
			m := PlatformAccountUserCreateParams{UserID: done.User.ID, Role: Set(p.Role)}
			done.Membership, err = s.AccountUsers.Create(ctx, done.Account.ID, m, opts...)
			return err
		}},
	}
	for _, step := range steps {
		if err := step.run(); err != nil {
			return nil, &ProvisionError{Step: step.name, Done: done, Err: err}
		}
	}
	return &done, nil
}

func (p ProvisionParams) faults() error {
	var f core.Faults
	f.Range("account_id", int64(p.AccountID), 0, core.NoMax)
	if p.AccountID == 0 {
		f.Under("account", p.Account.check)
	}
	f.Under("user", p.User.check)
	f.OneOf("role", string(p.Role), string(RoleAgent), string(RoleAdministrator))
	return f.Err("Platform.Provision")
}

// provisionAccount finds the account or makes it.
func (s PlatformServices) provisionAccount(ctx context.Context, p ProvisionParams, done *Provisioned, opts []CallOption) (err error) {
	if p.AccountID != 0 {
		done.Account, err = s.Accounts.Get(ctx, p.AccountID, opts...)
		return err
	}
	for _, member := range done.User.Accounts {
		if member.Name != p.Account.Name {
			continue
		}
		done.Account, err = s.Accounts.Get(ctx, member.ID, opts...)
		if !errors.Is(err, ErrUnauthorized) { // an account of somebody else
			return err
		}
	}
	if done.Account, err = s.Accounts.Create(ctx, p.Account, opts...); err == nil {
		done.AccountCreated = true
	}
	return err
}
