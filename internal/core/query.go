package core

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Query holds query parameters in the order in which they are sent.
type Query [][2]string

// Add appends a parameter.
func (q *Query) Add(key, value string) { *q = append(*q, [2]string{key, value}) }

// AddInt appends a whole number.
func (q *Query) AddInt(key string, value int64) { q.Add(key, strconv.FormatInt(value, 10)) }

// AddFloat appends a number.
func (q *Query) AddFloat(key string, value float64) {
	q.Add(key, strconv.FormatFloat(value, 'f', -1, 64))
}

// AddBool appends true or false.
func (q *Query) AddBool(key string, value bool) { q.Add(key, strconv.FormatBool(value)) }

// AddTime appends a time in RFC 3339, in UTC.
func (q *Query) AddTime(key string, value time.Time) {
	q.Add(key, value.UTC().Format(time.RFC3339Nano))
}

// AddUnix appends a time in seconds since 1970.
func (q *Query) AddUnix(key string, value time.Time) { q.AddInt(key, value.Unix()) }

// AddStrings appends one parameter for each value. The key is sent as it is:
// servers that read arrays want it to end in "[]".
func (q *Query) AddStrings(key string, values []string) {
	for _, v := range values {
		q.Add(key, v)
	}
}

// AddInts appends one parameter for each number. See AddStrings.
func (q *Query) AddInts(key string, values []int64) {
	for _, v := range values {
		q.AddInt(key, v)
	}
}

// Encode returns the parameters in form encoding, in order.
func (q Query) Encode() string { return encodePairs(q) }

func encodePairs(pairs [][2]string) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p[0]))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p[1]))
	}
	return b.String()
}
