package testserver

import (
	"net/url"
	"strings"
)

// Route is one operation of a test server.
type Route struct {
	// Operation names the route for fault scripts and the request log: the
	// operation id of the API description.
	Operation string
	Method    string
	// Pattern is the path with {names} for single segments.
	Pattern string
	// Wrap is the key under which Rails repeats the keys of a JSON body, ""
	// for none; WrapOnly limits it to the columns of a model.
	Wrap     string
	WrapOnly []string
	// Handle answers. It runs while the server's lock is held.
	Handle func(*Exchange) Response
}

// router finds routes by method and path.
type router struct{ root *node }

type node struct {
	fixed  map[string]*node
	param  *node
	routes map[string]*Route
}

func newRouter(routes []Route) *router {
	r := &router{root: &node{}}
	for i := range routes {
		r.add(&routes[i])
	}
	return r
}

func (r *router) add(route *Route) {
	at := r.root
	for _, segment := range segments(route.Pattern) {
		at = at.child(segment)
	}
	if at.routes == nil {
		at.routes = map[string]*Route{}
	}
	at.routes[route.Method] = route
}

func (n *node) child(segment string) *node {
	if paramName(segment) != "" {
		if n.param == nil {
			n.param = &node{}
		}
		return n.param
	}
	if n.fixed == nil {
		n.fixed = map[string]*node{}
	}
	if n.fixed[segment] == nil {
		n.fixed[segment] = &node{}
	}
	return n.fixed[segment]
}

// formats are the suffixes of a path that Rails takes for the format of the
// answer.
var formats = []string{"json", "csv"}

// match is a route with the values of its parameters.
type match struct {
	route  *Route
	values map[string]string
	format string
}

// find returns the route for a request, nil in it when there is none. A fixed
// segment wins over a parameter, as long as the rest of the path fits; a
// suffix of the last segment may name the format.
func (r *router) find(method, escapedPath string) match {
	parts := segments(escapedPath)
	last := len(parts) - 1
	for _, format := range formats {
		bare, suffixed := strings.CutSuffix(parts[last], "."+format)
		if !suffixed {
			continue
		}
		parts[last] = bare
		return r.findParts(method, parts, format)
	}
	return r.findParts(method, parts, "")
}

func (r *router) findParts(method string, parts []string, format string) match {
	route := r.root.find(method, parts)
	if route == nil {
		return match{}
	}
	values := map[string]string{}
	for i, segment := range segments(route.Pattern) {
		if name := paramName(segment); name != "" {
			values[name] = unescape(parts[i])
		}
	}
	return match{route: route, values: values, format: format}
}

func (n *node) find(method string, parts []string) *Route {
	if len(parts) == 0 {
		return n.routes[method]
	}
	if next := n.fixed[parts[0]]; next != nil {
		if route := next.find(method, parts[1:]); route != nil {
			return route
		}
	}
	if n.param == nil || parts[0] == "" {
		return nil
	}
	return n.param.find(method, parts[1:])
}

func paramName(segment string) string {
	if len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' {
		return segment[1 : len(segment)-1]
	}
	return ""
}

func segments(path string) []string {
	return strings.Split(strings.Trim(path, "/"), "/")
}

func unescape(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return text
}
