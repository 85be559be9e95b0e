package core

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/konverte-go/konverte/internal/codec"
)

// Reader reads a success body. The body is only valid until it returns.
type Reader func(body []byte, strict bool) ([]codec.Issue, error)

// take reads an answer inside the loop, so that one that breaks off can be
// asked for again.
func (c *call) take(resp *http.Response) error {
	c.answered = false
	c.status, c.responseHeader = resp.StatusCode, resp.Header
	if !isSuccess(resp.StatusCode) {
		c.answer = c.failure(resp)
		c.answered = true
		return nil
	}
	if c.body == nil {
		c.body = buffers.Get().(*bytes.Buffer)
	}
	c.body.Reset()
	if c.op.Answer == AnswerEmpty {
		c.body.Write(readSample(resp, c.cfg.ErrorBodyLimit))
		c.answered = true
		return nil
	}
	if err := readBody(resp, c.cfg.BodyLimit, c.body); err != nil {
		return err
	}
	c.answered = true
	return nil
}

func isSuccess(status int) bool { return status >= 200 && status < 300 }

// decode turns the body of a success into a result, or an error.
func (c *call) decode(read Reader) error {
	if read == nil || c.op.Answer == AnswerEmpty {
		return nil
	}
	body := c.body.Bytes()
	if len(bytes.TrimSpace(body)) == 0 {
		if c.op.NullOK {
			return nil
		}
		return c.undecodable("the body is empty", nil)
	}
	if problem := c.wrongType(body); problem != "" {
		return c.undecodable(problem, nil)
	}
	issues, err := read(body, c.cfg.Strict)
	c.issues = issues
	switch {
	case err != nil:
		return c.undecodable(err.Error(), err)
	case c.cfg.Strict && len(issues) > 0:
		return c.undecodable("it does not fit its type, and decoding is strict", nil)
	}
	c.logIssues()
	return nil
}

// wrongType is why a body cannot be what was asked for, "" when it can.
func (c *call) wrongType(body []byte) string {
	media := mediaType(c.responseHeader)
	isPage := media == "text/html" || media == "application/xhtml+xml"
	switch c.op.Answer {
	case AnswerText, AnswerHTML:
		switch {
		case isJSON(media):
			return "JSON came in place of text"
		case isPage && c.op.Answer == AnswerText:
			return "an HTML page came in place of text"
		}
	case AnswerJSON:
		if isJSON(media) || !isPage && beginsJSON(body) {
			return ""
		}
		if isPage || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
			return "an HTML page came in place of JSON"
		}
		return "it is no JSON"
	}
	return ""
}

func mediaType(h http.Header) string {
	if value := h.Get("Content-Type"); value == jsonType || value == jsonType+"; charset=utf-8" {
		return jsonType
	}
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return ""
	}
	return media
}

const jsonType = "application/json"

func isJSON(media string) bool {
	return media == jsonType || strings.HasSuffix(media, "+json")
}

// beginsJSON tells whether a body of another or no content type looks like
// JSON nevertheless.
func beginsJSON(body []byte) bool {
	body = bytes.TrimSpace(body)
	return bytes.HasPrefix(body, []byte("{")) || bytes.HasPrefix(body, []byte("[")) || bytes.Equal(body, []byte("null"))
}

// undecodable is the error of a success that cannot be used.
func (c *call) undecodable(problem string, err error) error {
	failure := &DecodeError{
		Operation:   c.op.Name,
		Method:      c.op.Method,
		Path:        c.op.Path,
		StatusCode:  c.status,
		ContentType: oneLine(c.redact().text(c.responseHeader.Get("Content-Type"))),
		RequestID:   c.requestID(c.responseHeader),
		Attempts:    c.attempts,
		MaybeSent:   !c.op.reads(),
		Problem:     c.redact().text(problem),
		Issues:      c.issues,
		Body:        bytes.Clone(c.redact().bytes(c.body.Bytes())),
		Err:         err,
	}
	if strings.HasPrefix(problem, "an HTML page") {
		failure.Hint = "check the base URL, and whether a proxy or a login page stands in between"
	}
	return failure
}

// failure reads an answer that is no success into an error.
func (c *call) failure(resp *http.Response) *Error {
	redact := c.redact()
	target := redirectTarget(resp)
	wait, _ := c.askedWait(resp)
	e := &Error{
		Operation:  c.op.Name,
		Method:     c.op.Method,
		Path:       c.op.Path,
		StatusCode: resp.StatusCode,
		RequestID:  c.requestID(resp.Header),
		Attempts:   c.attempts,
		RetryAfter: wait,
		Body:       redact.bytes(readSample(resp, c.cfg.ErrorBodyLimit)),
		MaybeSent:  c.maybeSent,
	}
	if target != nil {
		e.Location = oneLine(redact.text(safeURL(target)))
	}
	c.explain(e, resp.Header)
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		e.Hint = c.redirectHint(resp.Request.URL, target)
		return e
	}
	e.Hint = c.hint(e)
	return e
}

// explain fills in what the body says.
func (c *call) explain(e *Error, h http.Header) {
	if c.client.api.ParseError != nil {
		info := c.client.api.ParseError(e.StatusCode, h, e.Body)
		e.Message, e.Attributes, e.Code, e.kind = info.Message, info.Attributes, info.Code, info.Kind
	}
	if e.Message == "" {
		e.Message = plainMessage(mediaType(h), e.Body)
	}
	redact := c.redact()
	e.Message = oneLine(redact.text(e.Message))
	e.Code = oneLine(redact.text(e.Code))
	for i, name := range e.Attributes {
		e.Attributes[i] = oneLine(redact.text(name))
	}
}

// plainMessage is what can be shown of a body that no API would write.
func plainMessage(media string, body []byte) string {
	text := strings.TrimSpace(string(body))
	switch {
	case text == "" || isJSON(media):
		return ""
	case media == "text/html" || strings.HasPrefix(text, "<"):
		return "an HTML page"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// requestID is the server's name for the request, for its own log.
func (c *call) requestID(h http.Header) string {
	id := h.Get("X-Request-Id")
	if id == "" {
		return ""
	}
	return oneLine(c.redact().text(id))
}
