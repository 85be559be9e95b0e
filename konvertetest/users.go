package konvertetest

import (
	"regexp"
	"strings"
)

var (
	emailShape  = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	strictEmail = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$`)
)

// checkEmail notes the problems of a user's e-mail. self is the user who has
// it, nil for a new one.
func (c *ctx) checkEmail(p *problems, email string, self *user) {
	if strings.TrimSpace(email) == "" {
		p.add("email", "can't be blank")
		return
	}
	if other := c.st.userByEmail(email); other != nil && other != self {
		p.add("email", "has already been taken")
	}
	if !emailShape.MatchString(email) {
		p.add("email", "is invalid")
	}
	if !strictEmail.MatchString(email) {
		p.add("email", "is not an email")
	}
}

// checkUserTexts notes texts of a user that are too long for their columns.
func (p *problems) checkUserTexts(name, email string, displayName, signature *string) {
	p.checkLength("name", name, maxString)
	p.checkLength("display_name", textOf(displayName), maxString)
	p.checkLength("email", email, maxString)
	p.checkLength("message_signature", textOf(signature), maxText)
}

// checkUserName notes a missing name, which older servers do not mind.
func (c *ctx) checkUserName(p *problems, name string) {
	if c.atLeast("4.15.1") && strings.TrimSpace(name) == "" {
		p.add("name", "can't be blank")
	}
}

// passwordRules are the demands on a password, in the order of the messages.
var passwordRules = []struct {
	shape *regexp.Regexp
	text  string
}{
	{regexp.MustCompile(`^.{6,}$`), "must contain at least 6 characters"},
	{regexp.MustCompile(`[A-Z]`), "must contain at least 1 uppercase character  (A..Z)"},
	{regexp.MustCompile(`[a-z]`), "must contain at least 1 lowercase character  (a..z)"},
	{regexp.MustCompile(`[0-9]`), "must contain at least 1 number character  (0..9)"},
	{regexp.MustCompile("[ !@#$%^&*()_+\\-=\\[\\]{}|\"/\\\\.,`<>:;?~']"), "must contain at least 1 special character  ( !@#$%^&*()_+-=[]{}|\"/\\.,`<>:;?~')"},
}

// checkPassword notes the problems of a password under an attribute's name.
func (p *problems) checkPassword(attribute, password string) {
	for _, rule := range passwordRules {
		if !rule.shape.MatchString(password) {
			p.add(attribute, rule.text)
		}
	}
}

// checkPasswords notes the problems of a new password and of its repetition,
// which counts only when it was sent.
func (p *problems) checkPasswords(password string, confirmation *string) {
	p.checkPassword("password", password)
	if confirmation == nil {
		return
	}
	p.checkPassword("password_confirmation", *confirmation)
	if *confirmation != password {
		p.add("password_confirmation", "doesn't match Password")
	}
}

// setPassword stores a password, which ends the user's websocket token.
func (u *user) setPassword(password string) {
	u.password = password
	u.pubsubToken = randomText(24)
}
