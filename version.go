package konverte

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
	"github.com/konverte-go/konverte/internal/core"
)

// ServerInfo is what a server says of itself.
type ServerInfo struct {
	Version       string // "4.2.0"
	Timestamp     Time   // the server's time, by its clock
	QueueServices string // "ok" while the background queue can be reached
	DataServices  string // "ok" while the database can be reached
}

// KnownVersions are the server versions that this package was checked against.
func KnownVersions() []string { return []string{"3.16.0", "4.2.0", "4.15.1"} }

var opServerInfo = core.Operation{
	ID:         "server-info",
	Name:       "Client.ServerInfo",
	Method:     http.MethodGet,
	Path:       "/api",
	Auth:       core.AuthNone,
	Idempotent: true,
}

// ServerInfo asks the server for its version and health. It needs no token.
//
// API: GET /api. Sent again where an answer was lost.
func (c *Client) ServerInfo(ctx context.Context, opts ...CallOption) (*ServerInfo, error) {
	return core.One(ctx, c.core, &opServerInfo, core.Request{}, opts, decodeServerInfo)
}

// ServerVersion returns the server's version, such as "4.2.0". It is asked for once
// and kept by the client and all copies made of it.
func (c *Client) ServerVersion(ctx context.Context) (string, error) {
	return serverVersion(ctx, c.core)
}

func serverVersion(ctx context.Context, c *core.Client) (string, error) {
	return c.Remember("server version", func() (string, error) {
		info, err := core.One(ctx, c, &opServerInfo, core.Request{}, nil, decodeServerInfo)
		if err != nil {
			return "", err
		}
		return info.Version, nil
	})
}

func decodeServerInfo(d *codec.Decoder, v *ServerInfo) {
	for d.Object(); d.More(); {
		switch string(d.Key()) {
		case "version":
			codec.String(d, &v.Version)
		case "timestamp":
			codec.Value(d, &v.Timestamp)
		case "queue_services":
			codec.String(d, &v.QueueServices)
		case "data_services":
			codec.String(d, &v.DataServices)
		default:
			d.Skip()
		}
	}
	d.Identity("version", v.Version != "")
}

// UnsupportedError says that the server does not have an operation that other
// versions of it have. It wraps the server's *Error, a 404.
type UnsupportedError struct {
	Operation string   // the Go name, "Profile.ResetAccessToken"
	Seen      []string // the versions that were seen to have it
	Server    string   // the version that answered
	Err       *Error
}

// Error names the versions.
func (e *UnsupportedError) Error() string {
	return e.Operation + ": the server has version " + e.Server +
		", which was not seen to have this operation (seen on " + strings.Join(e.Seen, ", ") + "): " + e.Err.Error()
}

// Unwrap returns the server's answer.
func (e *UnsupportedError) Unwrap() error { return e.Err }

// explainMissing turns the 404 of an operation that not every version has into an
// *UnsupportedError, when the server turns out to be of a version that lacks it.
func explainMissing(ctx context.Context, c *core.Client, op *core.Operation, err error) error {
	answer, ok := errors.AsType[*Error](err)
	if !ok || answer.StatusCode != http.StatusNotFound || len(op.Seen) == 0 || len(op.Seen) == len(KnownVersions()) {
		return err
	}
	version, failed := serverVersion(ctx, c)
	if failed != nil || versionSeen(op.Seen, version) {
		return err
	}
	return &UnsupportedError{Operation: op.Name, Seen: op.Seen, Server: version, Err: answer}
}

// versionSeen tells whether a version lies within those that have an operation. The
// versions between two that have it are taken to have it too, and newer ones than
// the newest.
func versionSeen(seen []string, version string) bool {
	newest := KnownVersions()[len(KnownVersions())-1]
	oldest, last := seen[0], seen[len(seen)-1]
	if compareVersions(version, oldest) < 0 {
		return false
	}
	return last == newest || compareVersions(version, last) <= 0
}

// compareVersions orders dotted numbers; a part that is no number counts as 0.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if d := versionPart(as, i) - versionPart(bs, i); d != 0 {
			return d
		}
	}
	return 0
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n := 0
	for _, r := range parts[i] {
		if r < '0' || r > '9' || n > 1<<20 {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}
