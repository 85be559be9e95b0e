package konverte

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/konverte-go/konverte/internal/core"
)

// IdentifierHash proves to a website or API inbox who a contact is: HMAC-SHA256 of the
// contact's identifier under the inbox's key (Inbox.HMACToken, which administrators see),
// in lower-case hex as the server wants it. It goes into PublicContactCreateParams and its
// neighbours, or to the widget. The server answers 500 to a wrong one. Compute it where
// customers cannot see the key. An empty key or identifier is an *ArgumentError.
func IdentifierHash(key Secret, identifier string) (string, error) {
	var f core.Faults
	f.Present("hmac_token", !key.IsZero())
	f.Required("identifier", identifier)
	if err := f.Err("IdentifierHash"); err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(identifier))
	return hex.EncodeToString(mac.Sum(nil)), nil
}
