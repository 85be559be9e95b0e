package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/internal/recordings"
)

// Outcome is what became of one exchange.
type Outcome struct {
	Version, File string
	Op            *Operation
	Exchange      *recordings.Exchange

	// Decode is what is wrong with how the answer was read.
	Decode []string
	// Success tells whether the answer was one.
	Success bool
	// Refused tells that the client did not send the recorded arguments; the answer
	// was read through others.
	Refused bool
	// Compared tells that the request was said and compared.
	Compared bool
	// Request is how it differs from the recorded one.
	Request []string
}

// Where names the exchange.
func (o *Outcome) Where() string {
	return fmt.Sprintf("%s:%d %s (%s)", o.File, o.Exchange.Line, o.Exchange.Op, o.Exchange.Case)
}

// checker runs the exchanges of one version.
type checker struct {
	stage    *stage
	walker   *walker
	fallback map[*Operation]*arguments
	all      map[*Operation][]*recordings.Exchange
}

func (c *checker) check(o *Outcome) error {
	a, err := read(o.Op, o.Exchange)
	if err != nil {
		return err
	}
	o.Success = o.Exchange.Response.Status < 300
	got, err := c.play(a, o.Exchange)
	sent := c.stage.seen()
	if sent == nil {
		o.Refused = true
		if !refused(err) {
			o.Decode = append(o.Decode, fmt.Sprintf("nothing was sent: %v", err))
			return nil
		}
		other := c.otherArguments(o.Op)
		if other == nil {
			o.Decode = append(o.Decode, fmt.Sprintf("no recorded arguments are taken: %v", err))
			return nil
		}
		o.Request = append(a.problems, refusals(err)...)
		got, err = c.play(other, o.Exchange)
	} else {
		o.Compared = true
		o.Request = append(a.problems, c.compare(a, o.Exchange, sent)...)
	}
	c.walker.where = o.Where()
	o.Decode = append(o.Decode, c.judge(o, got, err)...)
	return nil
}

func refusals(err error) []string {
	argument, _ := errors.AsType[*konverte.ArgumentError](err)
	out := make([]string, len(argument.Faults))
	for i, f := range argument.Faults {
		out[i] = "refused: " + f.Field + " " + f.Rule
	}
	return out
}

func (c *checker) play(a *arguments, e *recordings.Exchange) (any, error) {
	c.stage.set(a.op, e)
	return a.say(c.stage.client)(context.Background())
}

// otherArguments finds arguments of any exchange of the operation that the client
// takes.
func (c *checker) otherArguments(op *Operation) *arguments {
	if a, known := c.fallback[op]; known {
		return a
	}
	c.fallback[op] = nil
	for _, e := range c.all[op] {
		a, err := read(op, e)
		if err != nil {
			continue
		}
		a.complete()
		if _, err = c.play(a, e); !refused(err) && c.stage.seen() != nil {
			c.fallback[op] = a
			break
		}
	}
	return c.fallback[op]
}

// completions are what no recorded request of an operation has and the client
// insists on.
var completions = map[string][][2]string{
	"Reports.OutgoingMessagesCount": {{"group_by", "agent"}},
}

// complete fills in what the client insists on, so that an answer can be read.
func (a *arguments) complete() {
	extra := completions[a.op.Go()]
	if extra == nil {
		return
	}
	a.query = append(a.query, extra...)
	a.values = nil
	a.fill()
}

// judge says what is wrong with what a call ended in.
func (c *checker) judge(o *Outcome, got any, err error) []string {
	if !o.Success {
		return judgeFailure(o, err)
	}
	if _, ok := errors.AsType[*konverte.AssignmentError](err); ok {
		return nil
	}
	if broken, ok := errors.AsType[*konverte.DecodeError](err); ok {
		return decodeProblems(broken)
	}
	if err != nil {
		return []string{"an error for a success: " + err.Error()}
	}
	if got == nil {
		if !o.Exchange.Empty() {
			c.walker.envelope[o.Op.Go()+" (the whole answer)"]++
		}
		return nil
	}
	if o.Op.resultType() == nil {
		return nil // the agent or team that was named
	}
	c.walker.found = nil
	if stream, ok := got.(io.ReadCloser); ok {
		text, err := io.ReadAll(stream)
		if err = errors.Join(err, stream.Close()); err != nil {
			return []string{"the stream broke off: " + err.Error()}
		}
		got = string(text)
	}
	c.walker.result(o.Op, got, o.Exchange.AnswerBody())
	return c.walker.found
}

func decodeProblems(e *konverte.DecodeError) []string {
	if len(e.Issues) == 0 {
		return []string{e.Problem}
	}
	out := make([]string, len(e.Issues))
	for i, issue := range e.Issues {
		out[i] = issue.String()
	}
	return out
}

// errorKeys are the keys of failures that an Error reads, or says by itself.
var errorKeys = []string{"error", "message", "errors", "attributes", "status"}

func judgeFailure(o *Outcome, err error) []string {
	failure, ok := errors.AsType[*konverte.Error](err)
	if !ok {
		return []string{fmt.Sprintf("no *Error for status %d: %v", o.Exchange.Response.Status, err)}
	}
	var found []string
	if failure.StatusCode != o.Exchange.Response.Status {
		found = append(found, fmt.Sprintf("status %d", failure.StatusCode))
	}
	if failure.RequestID != o.Exchange.ResponseHeader("X-Request-Id") {
		found = append(found, "the request id is lost")
	}
	var body map[string]any
	if json.Unmarshal(o.Exchange.AnswerBody(), &body) != nil {
		if o.Exchange.Response.Status == http.StatusTooManyRequests && failure.Message == "" {
			found = append(found, "the message is lost")
		}
		return found
	}
	return append(found, judgeMessage(failure, body)...)
}

func judgeMessage(failure *konverte.Error, body map[string]any) []string {
	var found []string
	said := false
	for _, key := range []string{"error", "message", "errors"} {
		texts := leaves(body[key])
		said = said || len(texts) > 0 && containsAll(failure.Message, texts)
		if len(texts) > 0 && !said {
			found = append(found, "message: "+key+" is not read")
		}
	}
	if want := leaves(body["attributes"]); len(want) > 0 && !slices.Equal(want, failure.Attributes) {
		found = append(found, "attributes are not read")
	}
	for key, value := range body {
		if key == "success" && value == false || slices.Contains(errorKeys, key) {
			continue
		}
		found = append(found, "key "+key+" of a failure is not read")
	}
	return found
}

func containsAll(text string, parts []string) bool {
	text = strings.Join(strings.Fields(text), " ")
	beginning, cut := strings.CutSuffix(text, "…")
	for _, part := range parts {
		part = strings.Join(strings.Fields(part), " ")
		if !strings.Contains(text, part) && (!cut || !strings.HasPrefix(part, beginning)) {
			return false
		}
	}
	return true
}

// leaves are the texts within a JSON value, in order.
func leaves(v any) []string {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, leaves(one)...)
		}
		return out
	case map[string]any:
		var out []string
		for key, one := range v {
			out = append(append(out, key), leaves(one)...)
		}
		return out
	}
	return nil
}
