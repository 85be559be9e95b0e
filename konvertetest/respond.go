package konvertetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/konverte-go/konverte/internal/testserver"
)

type (
	// object is a JSON object whose keys keep their order.
	object = testserver.Object
	// params are the parameters of a request.
	params = testserver.Params
	// response is one answer.
	response = testserver.Response
)

const (
	typeJSON  = "application/json; charset=utf-8"
	typeRails = "application/json; charset=UTF-8" // of errors made by the framework
	typeHTML  = "text/html; charset=UTF-8"
)

// obj makes an object of alternating keys and values.
func obj(pairs ...any) object {
	out := make(object, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, testserver.Member{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return out
}

// list maps rows to their views; never nil, so that an empty list renders [].
func list[T any](rows []T, view func(T) object) []object {
	out := make([]object, len(rows))
	for i, row := range rows {
		out[i] = view(row)
	}
	return out
}

func jsonAnswer(status int, contentType string, v any) response {
	body, err := testserver.Marshal(v)
	if err != nil {
		panic(err)
	}
	return response{Status: status, Type: contentType, Body: body}
}

// ok answers 200 with a JSON body.
func ok(v any) response {
	r := jsonAnswer(http.StatusOK, typeJSON, v)
	r.Header = http.Header{"Cache-Control": {"max-age=0, private, must-revalidate"}}
	return r
}

// done answers 200 with zero bytes, which the server calls JSON: head :ok.
func done() response { return headOnly(http.StatusOK) }

// headOnly answers with a status and zero bytes (error shape 9).
func headOnly(status int) response { return response{Status: status, Type: "application/json"} }

// noContent answers 204.
func noContent() response { return response{Status: http.StatusNoContent} }

// failText answers with {"error": text} (error shape 1).
func failText(status int, text string) response {
	return jsonAnswer(status, typeJSON, obj("error", text))
}

// failMessage answers with {"message": text} (error shape 5).
func failMessage(status int, text string) response {
	return jsonAnswer(status, typeJSON, obj("message", text))
}

// failObject answers 422 with {"error": {"field": ["text"]}} (error shape 4).
func (p problems) failObject() response {
	fields := object{}
	for _, e := range p {
		old, _ := fields.Get(e.attribute)
		texts, _ := old.([]string)
		fields.Set(e.attribute, append(texts, e.text))
	}
	return jsonAnswer(http.StatusUnprocessableEntity, typeJSON, obj("error", fields))
}

// railsError answers as the framework does for what nobody handled (error
// shape 6): 400, 404, 406, 422, 500.
func railsError(status int) response {
	return jsonAnswer(status, typeRails, obj("status", status, "error", http.StatusText(status)))
}

// crash answers 500, as for an exception that the real server does not rescue.
func crash() response { return railsError(http.StatusInternalServerError) }

// notFound answers the 404 of a record that is not there on /api/**.
func notFound() response { return failText(http.StatusNotFound, "Resource could not be found") }

// denied answers the 401 of a user whose role does not suffice.
func denied() response {
	return failText(http.StatusUnauthorized, "You are not authorized to do this action")
}

// missingParam answers the 422 of a required key that is absent or empty.
func missingParam(key string) response {
	return failText(http.StatusUnprocessableEntity, "param is missing or the value is empty: "+key)
}

// problem is one failed validation. text is the message without the
// attribute's name ("can't be blank").
type problem struct{ attribute, label, text string }

// problems collects failed validations in the order of the model's rules.
type problems []problem

// add notes a problem; the sentence begins with the attribute's name as Rails
// writes it.
func (p *problems) add(attribute, text string) {
	*p = append(*p, problem{attribute: attribute, label: humanize(attribute), text: text})
}

// addBase notes a problem of the whole record: attribute base, no label.
func (p *problems) addBase(text string) { *p = append(*p, problem{attribute: "base", text: text}) }

// sentence joins the full messages.
func (p problems) sentence() string {
	texts := make([]string, len(p))
	for i, e := range p {
		texts[i] = strings.TrimSpace(e.label + " " + e.text)
	}
	return strings.Join(texts, ", ")
}

// fail answers 422 with {"message", "attributes"} (error shape 2).
func (p problems) fail() response {
	attributes := []string{}
	for _, e := range p {
		if !slices.Contains(attributes, e.attribute) {
			attributes = append(attributes, e.attribute)
		}
	}
	return jsonAnswer(http.StatusUnprocessableEntity, typeJSON, obj("message", p.sentence(), "attributes", attributes))
}

// humanize is Rails' humanize: user_id is "User".
func humanize(attribute string) string {
	text := strings.ReplaceAll(strings.TrimSuffix(attribute, "_id"), "_", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// halt is the panic value that ends a handler with an answer, as an exception
// ends an action on the real server.
type halt struct{ answer response }

// stop ends the handler with an answer.
func stop(r response) { panic(halt{answer: r}) }

// stopIf ends the handler with a 422 when there are problems.
func (p problems) stopIf() {
	if len(p) > 0 {
		stop(p.fail())
	}
}

// epoch renders a time in whole seconds, 0 for none: "never".
func epoch(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// epochFloat renders a time in seconds with a fraction, 0.0 for none.
func epochFloat(t time.Time) testserver.Float {
	if t.IsZero() {
		return 0
	}
	return testserver.Float(float64(t.UnixMicro()) / 1e6)
}

// iso renders a time as ISO 8601 with milliseconds, null for none.
func iso(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// orEmpty renders a nil object as {}.
func orEmpty(o object) object {
	if o == nil {
		return object{}
	}
	return o
}
