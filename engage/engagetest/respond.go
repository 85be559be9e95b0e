package engagetest

import (
	"net/http"
	"strconv"
	"strings"

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
	typeJSON = "application/json; charset=utf-8"
	typeHTML = "text/html; charset=utf-8"
)

// obj makes an object of alternating keys and values.
func obj(pairs ...any) object {
	out := make(object, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, testserver.Member{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return out
}

func answer(status int, v any) response {
	body, err := testserver.Marshal(v)
	if err != nil {
		panic(err)
	}
	return response{Status: status, Type: typeJSON, Body: body}
}

// fail answers in the one documented shape of errors.
func fail(status int, identifier, message string) response {
	return answer(status, obj("error", identifier, "message", message, "status", status))
}

func notFound() response {
	return fail(http.StatusNotFound, "not_found", "The resource does not exist or you cannot read it")
}

func forbidden(message string) response {
	return fail(http.StatusForbidden, "forbidden", message)
}

func badRequest(message string) response {
	return fail(http.StatusBadRequest, "bad_request", message)
}

func busy() response {
	return fail(http.StatusConflict, "conflict", "Another job is being carried out on this resource")
}

func rateLimited(limit int) response {
	return fail(http.StatusTooManyRequests, "rate_limit_exceeded",
		"Rate limit exceeded ("+strconv.Itoa(limit)+" requests per minute max)")
}

func crash() response {
	return fail(http.StatusInternalServerError, "internal_server_error", "Internal server error")
}

const notFoundPage = "<!DOCTYPE html>\n<html><head><title>404</title></head><body><h1>Page not found</h1></body></html>\n"

// noRoute answers below the API as the API does, and elsewhere with a page.
func noRoute(e *testserver.Exchange) response {
	if strings.HasPrefix(e.Request.URL.Path, apiRoot+"/") {
		return notFound()
	}
	return response{Status: http.StatusNotFound, Type: typeHTML, Body: []byte(notFoundPage)}
}

func badBody(*testserver.Exchange) response { return badRequest("The body is malformed") }

// problems collects failed validations.
type problems []problem

type problem struct{ attribute, text string }

// add notes that the value of an attribute is refused.
func (p *problems) add(attribute, text string) {
	*p = append(*p, problem{attribute: attribute, text: text})
}

// message joins the sentences: "Email has already been taken, Role must exist".
func (p problems) message() string { return strings.Join(p.sentences(), ", ") }

func (p problems) sentences() []string {
	out := make([]string, len(p))
	for i, e := range p {
		out[i] = strings.TrimSpace(humanize(e.attribute) + " " + e.text)
	}
	return out
}

// stopIf ends the handler with 422 when something is refused.
func (p problems) stopIf() {
	if len(p) > 0 {
		stop(answer(http.StatusUnprocessableEntity, obj(
			"error", "validation_error", "message", p.message(), "status", http.StatusUnprocessableEntity, "errors", p.sentences())))
	}
}

// refuse ends the handler with 422 for one attribute.
func refuse(attribute, text string) {
	problems{{attribute: attribute, text: text}}.stopIf()
}

// humanize is Rails' humanize: role_id is "Role".
func humanize(attribute string) string {
	text := strings.ReplaceAll(strings.TrimSuffix(attribute, "_id"), "_", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// halt is the panic value that ends a handler with an answer.
type halt struct{ answer response }

func stop(r response) { panic(halt{answer: r}) }

func recovered(v any) (response, bool) {
	h, isHalt := v.(halt)
	return h.answer, isHalt
}
