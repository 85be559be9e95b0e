package main

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// names is the renaming between a recording and the test server: ids by kind,
// and texts that servers make up (tokens, secrets, UUIDs).
type names struct {
	// serverURL is the base of the test server.
	serverURL string
	// kindOf names the kind of an id of the test server.
	kindOf func(int64) string

	toServer map[idName]int64
	recorded map[int64]int64
	texts    map[string]string // recorded to server's
	reverse  map[string]string
}

type idName struct {
	kind string
	id   int64
}

func newNames(serverURL string, kindOf func(int64) string) *names {
	return &names{
		serverURL: serverURL, kindOf: kindOf,
		toServer: map[idName]int64{}, recorded: map[int64]int64{},
		texts: map[string]string{}, reverse: map[string]string{},
	}
}

// sameID reports whether an id of the test server may stand for a recorded
// one. With learn it does from now on.
func (n *names) sameID(recorded, server int64, learn bool) bool {
	key := idName{kind: n.kindOf(server), id: recorded}
	if key.kind == "" {
		return recorded == server
	}
	known, seen := n.recorded[server]
	other, taken := n.toServer[key]
	if seen || taken {
		return known == recorded && other == server
	}
	if learn {
		n.recorded[server], n.toServer[key] = recorded, server
	}
	return true
}

// serverID translates a recorded id, as it is when nothing is known of it.
func (n *names) serverID(kind string, recorded int64) int64 {
	if id, ok := n.toServer[idName{kind: kind, id: recorded}]; ok {
		return id
	}
	return recorded
}

// sameName reports whether a made-up text may stand for a recorded one.
func (n *names) sameName(recorded, server string, learn bool) bool {
	known, seen := n.texts[recorded]
	back, taken := n.reverse[server]
	if seen || taken {
		return known == server && back == recorded
	}
	if learn {
		n.texts[recorded], n.reverse[server] = server, recorded
	}
	return true
}

const (
	uuidPattern = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	isoPattern  = `\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC)?`
)

// madeUp finds what a server makes up in a recorded text. The groups are:
// secret, UUID, time, base URL of the server, signed reference, random word,
// hidden text, name of a nameless contact, base URL inside a URL, number.
var madeUp = regexp.MustCompile(`(secret-\d+)|(` + uuidPattern + `)|(` + isoPattern + `)|(https?://(?:localhost|127\.0\.0\.1):\d+)|(eyJ[A-Za-z0-9_=%-]+--[0-9a-f]+)|(\b[A-Za-z0-9]{24}\b|\b[a-z0-9]{28}\b|\b[0-9a-f]{32}\b)|(REDACTED)|(\b[a-z]+-[a-z]+-\d{1,3}\b)|(https?%3A%2F%2Flocalhost%3A\d+)|(\d+)`)

// piece is how one made-up part of a text is compared.
type piece struct {
	recorded string
	pattern  string
	same     func(n *names, recorded, server string, learn bool) bool
}

func pieceOf(match []string) piece {
	for group, text := range match[1:] {
		if text == "" {
			continue
		}
		switch group {
		case 0:
			return piece{text, `[^\s"'/?&<>]+?`, (*names).sameName}
		case 1:
			return piece{text, uuidPattern, (*names).sameName}
		case 2:
			return piece{text, isoPattern, sameISO}
		case 3:
			return piece{text, `https?://[^/\s"'<>]+`, sameBase}
		case 4:
			return piece{text, `[A-Za-z0-9_=%-]+--[0-9a-f]+`, sameReference}
		case 5:
			return randomPiece(text)
		case 6:
			return piece{text, `[^\s"'/?&<>]+`, sameAny}
		case 7:
			return piece{text, `[a-z]+-[a-z]+-\d{1,3}`, (*names).sameName}
		case 8:
			return piece{text, `https?%3A%2F%2F[^%\s]+%3A\d+`, sameEscapedBase}
		}
	}
	return piece{match[0], `\d+`, sameNumber}
}

// randomPiece is a word as servers draw them, or one that only has its length.
func randomPiece(text string) piece {
	if !strings.ContainsAny(text, "0123456789") || len(text) == 24 && strings.ToLower(text) == text {
		return piece{text, regexp.QuoteMeta(text), sameAny}
	}
	return piece{text, `[A-Za-z0-9]{` + strconv.Itoa(len(text)) + `}`, (*names).sameName}
}

func sameAny(*names, string, string, bool) bool { return true }

// sameReference takes any reference to a file, which is signed anew in every
// answer, and keeps the last one for requests that repeat it.
func sameReference(n *names, recorded, server string, learn bool) bool {
	if learn {
		n.texts[recorded] = server
	}
	return true
}

func sameBase(n *names, recorded, server string, _ bool) bool {
	return recorded == server || server == n.serverURL
}

func sameEscapedBase(n *names, _, server string, _ bool) bool {
	return server == url.QueryEscape(n.serverURL)
}

func sameNumber(n *names, recorded, server string, learn bool) bool {
	a, errA := strconv.ParseInt(recorded, 10, 64)
	b, errB := strconv.ParseInt(server, 10, 64)
	if errA != nil || errB != nil {
		return recorded == server
	}
	return recorded == server || n.kindOf(b) != "" && n.sameID(a, b, learn) || sameEpoch(float64(a), float64(b)) || sameEpoch(float64(a)/1000, float64(b)/1000)
}

func sameISO(_ *names, recorded, server string, _ bool) bool {
	if digits.ReplaceAllString(recorded, "0") != digits.ReplaceAllString(server, "0") {
		return false
	}
	a, errA := parseISO(recorded)
	b, errB := parseISO(server)
	return errA == nil && errB == nil && close(a.Sub(b))
}

var digits = regexp.MustCompile(`\d`)

func parseISO(text string) (time.Time, error) {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "Z"), " UTC")
	return time.Parse("2006-01-02 15:04:05", strings.Replace(text, "T", " ", 1))
}

// tolerance is how far times may lie apart: the recording server needed time
// for each answer, and its background work came later still.
const tolerance = 4 * time.Second

func close(d time.Duration) bool { return d.Abs() <= tolerance }

// sameEpoch compares two numbers that look like seconds since 1970.
func sameEpoch(a, b float64) bool {
	const from, to = 1.2e9, 4e9
	if a < from || b < from || a > to || b > to {
		return false
	}
	return close(time.Duration((a - b) * float64(time.Second)))
}

// sameText compares two texts up to the renaming.
func (n *names) sameText(recorded, server string, learn bool) bool {
	if recorded == server {
		return true
	}
	matches := madeUp.FindAllStringSubmatchIndex(recorded, -1)
	if len(matches) == 0 {
		return false
	}
	var pattern strings.Builder
	var pieces []piece
	pattern.WriteString(`(?s)\A`)
	at := 0
	for _, m := range matches {
		p := pieceOf(groups(recorded, m))
		pattern.WriteString(regexp.QuoteMeta(recorded[at:m[0]]) + "(" + p.pattern + ")")
		pieces = append(pieces, p)
		at = m[1]
	}
	pattern.WriteString(regexp.QuoteMeta(recorded[at:]) + `\z`)
	found := regexp.MustCompile(pattern.String()).FindStringSubmatch(server)
	if found == nil {
		return false
	}
	for i, p := range pieces {
		if !p.same(n, p.recorded, found[i+1], learn) {
			return false
		}
	}
	return true
}

func groups(text string, match []int) []string {
	out := make([]string, len(match)/2)
	for i := range out {
		if match[2*i] >= 0 {
			out[i] = text[match[2*i]:match[2*i+1]]
		}
	}
	return out
}

var namesInRequests = regexp.MustCompile(`secret-\d+|` + uuidPattern)

// serverText translates the made-up texts that a request repeats. What no
// answer has shown stays, except secrets, which get a value that any rule for
// passwords takes.
func (n *names) serverText(recorded string) string {
	if known, ok := n.texts[recorded]; ok {
		return known
	}
	return namesInRequests.ReplaceAllStringFunc(recorded, func(name string) string {
		if known, ok := n.texts[name]; ok {
			return known
		}
		if strings.HasPrefix(name, "secret-") {
			return "S3cret!" + strings.TrimPrefix(name, "secret-")
		}
		return name
	})
}
