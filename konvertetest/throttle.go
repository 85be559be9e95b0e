package konvertetest

import (
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

// Throttles are the rate limits of the real server, in requests. Zero keeps
// the real limit. Windows are fixed and begin at full multiples of their
// length since the epoch.
type Throttles struct {
	// Everything counts all requests of one address in a minute: 3000.
	Everything int
	// ContactSearch counts contact searches of one account in a minute: 100.
	ContactSearch int
	// ReportsPerToken and ReportsPerAccount count reports in a minute: 100 and
	// 1000.
	ReportsPerToken, ReportsPerAccount int
	// Transcripts counts transcripts of one account in an hour: 30, and 1000
	// from 4.15.1 on.
	Transcripts int
	// Uploads counts uploads of one account in an hour: 60.
	Uploads int
	// ConversationCounts counts conversations/meta of one user in a minute: 30
	// from 4.15.1 on, none before.
	ConversationCounts int
}

func (t Throttles) orReal(version int) Throttles {
	newest := version == len(versions)-1
	transcripts, counts := 30, 0
	if newest {
		transcripts, counts = 1000, 30
	}
	set := func(limit *int, real int) {
		if *limit == 0 {
			*limit = real
		}
	}
	set(&t.Everything, 3000)
	set(&t.ContactSearch, 100)
	set(&t.ReportsPerToken, 100)
	set(&t.ReportsPerAccount, 1000)
	set(&t.Transcripts, transcripts)
	set(&t.Uploads, 60)
	set(&t.ConversationCounts, counts)
	return t
}

var (
	contactSearchPath = regexp.MustCompile(`^/api/v1/accounts/([^/]+)/contacts/search/?$`)
	reportsPath       = regexp.MustCompile(`^/api/v2/accounts/([^/]+)/reports`)
	transcriptPath    = regexp.MustCompile(`^/api/v1/accounts/([^/]+)/conversations/[^/]+/transcript/?$`)
	uploadPath        = regexp.MustCompile(`^/api/v1/accounts/([^/]+)/upload/?$`)
	countsPath        = regexp.MustCompile(`^/api/v1/accounts/([^/]+)/conversations/meta/?$`)
)

// throttle counts a request and answers 429 when it is over a limit. Refused
// requests count too, whoever sent them.
func (s *Server) throttle(e *testserver.Exchange) (response, bool) {
	address := clientAddress(e)
	var limits Throttles
	switch {
	case s.cfg.throttles != nil:
		limits = *s.cfg.throttles
	case net.ParseIP(address).IsLoopback():
		return response{}, false
	}
	limits = limits.orReal(s.cfg.version)
	path, token := e.Request.URL.Path, e.Request.Header.Get("Api-Access-Token")+e.Request.Header.Get("Api_access_token")
	over := false
	hit := func(name string, period time.Duration, limit int) {
		over = s.windows.Hit(name, e.Now, period, limit) || over
	}
	account := func(re *regexp.Regexp, name string, period time.Duration, limit int) {
		if m := re.FindStringSubmatch(path); m != nil {
			hit(name+"/"+m[1], period, limit)
		}
	}
	hit("ip/"+address, time.Minute, limits.Everything)
	account(contactSearchPath, "search", time.Minute, limits.ContactSearch)
	account(reportsPath, "reports", time.Minute, limits.ReportsPerAccount)
	account(reportsPath, "reports/"+token, time.Minute, limits.ReportsPerToken)
	account(transcriptPath, "transcript", time.Hour, limits.Transcripts)
	account(uploadPath, "upload", time.Hour, limits.Uploads)
	account(countsPath, "counts/"+token, time.Minute, limits.ConversationCounts)
	if !over {
		return response{}, false
	}
	return response{Status: 429, Type: "text/plain", Body: []byte("Retry later\n")}, true
}

// clientAddress is the address that the server believes: the last one that a
// proxy added, else that of the connection.
func clientAddress(e *testserver.Exchange) string {
	if forwarded := e.Request.Header.Get("X-Forwarded-For"); forwarded != "" {
		parts := strings.Split(forwarded, ",")
		return strings.TrimSpace(parts[len(parts)-1])
	}
	host, _, err := net.SplitHostPort(e.Request.RemoteAddr)
	if err != nil {
		return e.Request.RemoteAddr
	}
	return host
}
