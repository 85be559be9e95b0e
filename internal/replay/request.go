package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/internal/testserver"
)

// request builds the request of an exchange as the test server must see it.
func (s *session) request(e *exchange) (*http.Request, error) {
	query, err := s.query(e)
	if err != nil {
		return nil, err
	}
	body, contentType, err := s.body(e)
	if err != nil {
		return nil, err
	}
	target := s.server.URL + s.path(e.Request.Path)
	if query != "" {
		target += "?" + query
	}
	req, err := http.NewRequestWithContext(context.Background(), e.Request.Method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for key, value := range e.Request.Headers {
		req.Header.Set(key, value)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if token := s.token(e.As); token != "" {
		req.Header.Set("Api-Access-Token", token)
	}
	return req, nil
}

// token finds the credential of an exchange: the one that the caller has, else
// the last one that he had.
func (s *session) token(as string) string {
	if token := s.currentToken(as); token != "" {
		s.tokens[as] = token
	}
	return s.tokens[as]
}

func (s *session) currentToken(as string) string {
	if id, seeded := s.seeded[as]; seeded {
		return s.server.UserToken(id)
	}
	kind, number, _ := strings.Cut(as, ":")
	id, _ := strconv.ParseInt(number, 10, 64)
	switch kind {
	case "platform":
		return s.server.PlatformToken()
	case "user":
		return s.server.UserToken(s.names.serverID("user", id))
	case "bot":
		return s.server.BotToken(s.names.serverID("agent bot", id))
	case "wrong":
		return "no-such-token"
	default:
		return ""
	}
}

// path translates the ids and made-up texts of a path.
func (s *session) path(recorded string) string {
	parts := strings.Split(recorded, "/")
	for i := 1; i < len(parts); i++ {
		if id, err := strconv.ParseInt(parts[i], 10, 64); err == nil {
			parts[i] = strconv.FormatInt(s.names.serverID(segmentKinds[parts[i-1]], id), 10)
			continue
		}
		if text, err := url.PathUnescape(parts[i]); err == nil && s.names.serverText(text) != text {
			parts[i] = url.PathEscape(s.names.serverText(text))
			continue
		}
		if m := leadingNumber.FindStringSubmatch(parts[i]); m != nil && segmentKinds[parts[i-1]] != "" && !uuidShape.MatchString(parts[i]) {
			id, _ := strconv.ParseInt(m[1], 10, 64)
			parts[i] = strconv.FormatInt(s.names.serverID(segmentKinds[parts[i-1]], id), 10) + m[2]
		}
	}
	return strings.Join(parts, "/")
}

// leadingNumber finds an id with something behind it, which servers do not
// mind.
var (
	leadingNumber = regexp.MustCompile(`^(\d{1,18})(\D.*)$`)
	uuidShape     = regexp.MustCompile(`^` + uuidPattern + `$`)
)

// query renders the query: a list of pairs, or an object.
func (s *session) query(e *exchange) (string, error) {
	raw := bytes.TrimSpace(e.Request.Query)
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	v, err := testserver.ParseJSON(raw)
	if err != nil {
		return "", fmt.Errorf("query: %w", err)
	}
	pairs := recordings.Pairs(v)
	beside := map[string]any{}
	for _, p := range pairs {
		beside[p.Key] = p.Value
	}
	var out []string
	for _, p := range pairs {
		values, isList := p.Value.([]any)
		if !isList {
			values = []any{p.Value}
		}
		for _, value := range values {
			value = s.value(e, p.Key, value, beside)
			out = append(out, url.QueryEscape(p.Key)+"="+url.QueryEscape(recordings.Plain(value)))
		}
	}
	return strings.Join(out, "&"), nil
}

// bracketed is what comes before the last brackets of a form name.
var bracketed = regexp.MustCompile(`([A-Za-z_]+)\]?(\[\d*\])?$`)

// value translates one value of a request. beside are the keys beside it.
func (s *session) value(e *exchange, key string, v any, beside map[string]any) any {
	name := key
	if m := bracketed.FindStringSubmatch(key); m != nil {
		name = m[1]
	}
	switch v := v.(type) {
	case json.Number:
		if id, err := v.Int64(); err == nil {
			return json.Number(strconv.FormatInt(s.names.serverID(kindOfKey(e.Op, name, beside), id), 10))
		}
		return v
	case string:
		return s.textValue(e, name, v, beside)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = s.value(e, name, v[i], beside)
		}
		return out
	case testserver.Object:
		if name == "positions_hash" {
			return s.positions(v)
		}
		return s.object(e, v)
	default:
		return v
	}
}

// positions translates the ids of articles that are keys.
func (s *session) positions(o testserver.Object) testserver.Object {
	out := make(testserver.Object, len(o))
	for i, m := range o {
		out[i] = m
		if id, err := strconv.ParseInt(m.Key, 10, 64); err == nil {
			out[i].Key = strconv.FormatInt(s.names.serverID("article", id), 10)
		}
	}
	return out
}

func (s *session) textValue(e *exchange, name, v string, beside map[string]any) any {
	if confirmation := text(beside["password_confirmation"]); name == "password" && confirmation != "" {
		return confirmation
	}
	if name == "password" && strings.HasPrefix(v, "secret-") && strings.Contains(string(e.Response.Body), "Password must contain") {
		return weakPassword(string(e.Response.Body))
	}
	if name == "password" && s.password != "" && s.names.texts[v] == "" && strings.HasPrefix(v, "secret-") {
		return s.password
	}
	if name == "identifier_hash" {
		return s.identityHash(e, v, text(beside["identifier"]))
	}
	if inner, err := testserver.ParseJSON([]byte(v)); err == nil && strings.HasPrefix(v, "{") {
		return recordings.Plain(s.value(e, name, inner, nil))
	}
	v = s.mentions(expand(v))
	if id, err := strconv.ParseUint(v, 10, 63); err == nil {
		return strconv.FormatInt(s.names.serverID(kindOfKey(e.Op, name, beside), int64(id)), 10)
	}
	return s.names.serverText(v)
}

// weakPassword makes a password that breaks the rules of which an answer
// complains, and no others. The recording hides the one that was sent.
func weakPassword(answer string) string {
	var b strings.Builder
	for _, part := range []struct{ rule, text string }{
		{"1 uppercase", "A"}, {"1 lowercase", "b"}, {"1 number", "1"}, {"1 special", "!"},
	} {
		if !strings.Contains(answer, part.rule) {
			b.WriteString(part.text)
		}
	}
	if text := b.String(); text != "" && !strings.Contains(answer, "6 characters") {
		return strings.Repeat(text, 6)
	}
	return b.String()
}

// shortened is how a recording writes a long text of one character.
var shortened = regexp.MustCompile(`^(.)\S*\.\.\.\[(\d+) characters\]$`)

func expand(v string) string {
	m := shortened.FindStringSubmatch(v)
	if m == nil {
		return v
	}
	n, err := strconv.Atoi(m[2])
	if err != nil || n > testserver.MaxBody {
		return v
	}
	return strings.Repeat(m[1], n)
}

var mention = regexp.MustCompile(`mention://user/(\d+)/`)

// mentions translates the ids of users who are named in a note.
func (s *session) mentions(v string) string {
	return mention.ReplaceAllStringFunc(v, func(found string) string {
		id, err := strconv.ParseInt(mention.FindStringSubmatch(found)[1], 10, 64)
		if err != nil {
			return found
		}
		return fmt.Sprintf("mention://user/%d/", s.names.serverID("user", id))
	})
}

func kindOfKey(op, name string, beside map[string]any) string {
	switch name {
	case "id", "ids":
		return bareKind(op, beside)
	case "values":
		return keyKinds[text(beside["attribute_key"])]
	case "action_params":
		return actionKinds[text(beside["action_name"])]
	case "sender_id":
		if text(beside["sender_type"]) == "AgentBot" {
			return "agent bot"
		}
		return keyKinds[name]
	default:
		return keyKinds[name]
	}
}

func (s *session) object(e *exchange, o testserver.Object) testserver.Object {
	beside := map[string]any{}
	for _, m := range o {
		beside[m.Key] = m.Value
	}
	out := make(testserver.Object, len(o))
	for i, m := range o {
		out[i] = testserver.Member{Key: m.Key, Value: s.value(e, m.Key, m.Value, beside)}
	}
	return out
}

var hexHash = regexp.MustCompile(`^[0-9A-Fa-f]{64}$`)

// identityHash makes an identity hash anew with the key of the inbox in the
// path. A hash that comes again stays the one of its first identifier.
func (s *session) identityHash(e *exchange, recorded, identifier string) string {
	if !hexHash.MatchString(recorded) {
		return recorded
	}
	key := strings.ToLower(recorded)
	if s.hashes[key] == "" {
		mac := hmac.New(sha256.New, []byte(s.inboxKey(e.Request.Path)))
		mac.Write([]byte(identifier))
		s.hashes[key] = hex.EncodeToString(mac.Sum(nil))
	}
	if recorded != key {
		return strings.ToUpper(s.hashes[key])
	}
	return s.hashes[key]
}

func (s *session) inboxKey(path string) string {
	for _, part := range strings.Split(path, "/") {
		if key := s.inboxKeys[s.names.serverText(part)]; key != "" {
			return key
		}
	}
	return ""
}

// body renders the body of a request and its content type, "" for the one
// that was recorded.
func (s *session) body(e *exchange) (body []byte, contentType string, err error) {
	raw := bytes.TrimSpace(e.Request.Body)
	if len(raw) == 0 || string(raw) == "null" {
		return nil, "", nil
	}
	v, err := testserver.ParseJSON(raw)
	if err == nil {
		v, err = recordings.Restored(v)
	}
	if err != nil {
		return nil, "", fmt.Errorf("body: %w", err)
	}
	o, isObject := v.(testserver.Object)
	if isObject && len(o) == 1 {
		switch o[0].Key {
		case "_raw", "raw":
			return s.raw(e, recordings.Plain(o[0].Value)), "", nil
		case "_multipart", "multipart":
			return s.multipart(e, o[0].Value)
		}
	}
	if isObject && isForm(e) {
		return s.form(e, o), "", nil
	}
	body, err = testserver.Marshal(s.value(e, "", v, nil))
	return body, "", err
}

// raw is a body that is kept as its text. In a sound form ids are translated.
func (s *session) raw(e *exchange, text string) []byte {
	_, err := url.QueryUnescape(text)
	if err != nil || !isForm(e) {
		return []byte(text)
	}
	return s.form(e, recordings.Pairs(text))
}

func isForm(e *exchange) bool {
	for key, value := range e.Request.Headers {
		if strings.EqualFold(key, "Content-Type") {
			return strings.HasPrefix(value, "application/x-www-form-urlencoded")
		}
	}
	return false
}

func (s *session) form(e *exchange, o testserver.Object) []byte {
	var out []string
	for _, m := range o {
		value := s.value(e, m.Key, m.Value, nil)
		out = append(out, url.QueryEscape(m.Key)+"="+url.QueryEscape(recordings.Plain(value)))
	}
	return []byte(strings.Join(out, "&"))
}

// quoted guards what stands in quotation marks in a header.
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (s *session) multipart(e *exchange, described any) ([]byte, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range recordings.Parts(described) {
		if p.Filename == "" {
			value := recordings.Plain(s.value(e, p.Name, p.Value, nil))
			if err := w.WriteField(p.Name, value); err != nil {
				return nil, "", err
			}
			continue
		}
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, quoted.Replace(p.Name), quoted.Replace(p.Filename)))
		if p.ContentType != "" {
			h.Set("Content-Type", p.ContentType)
		}
		out, err := w.CreatePart(h)
		if err != nil {
			return nil, "", err
		}
		if _, err := out.Write(fileBytes(p.ContentType, p.Size)); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}
