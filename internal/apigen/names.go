package main

import (
	"go/token"
	"strings"
	"unicode"
)

var initialisms = map[string]string{
	"id": "ID", "ids": "IDs", "url": "URL", "urls": "URLs", "uuid": "UUID", "html": "HTML", "hmac": "HMAC", "api": "API",
	"smtp": "SMTP", "imap": "IMAP", "ssl": "SSL", "tls": "TLS", "ip": "IP", "sla": "SLA", "csat": "CSAT", "sms": "SMS",
	"ui": "UI", "json": "JSON", "csv": "CSV", "sso": "SSO", "jwt": "JWT", "http": "HTTP", "https": "HTTPS", "uid": "UID",
	"css": "CSS", "cc": "CC", "bcc": "BCC", "dns": "DNS", "cname": "CNAME", "faq": "FAQ", "ai": "AI", "os": "OS", "utc": "UTC",
}

// exported turns a key of the wire into a Go name: "custom_role_id" into "CustomRoleID".
func exported(key string) string {
	var b strings.Builder
	for _, w := range words(key) {
		if up, ok := initialisms[strings.ToLower(w)]; ok {
			b.WriteString(up)
			continue
		}
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	name := b.String()
	if name != "" && unicode.IsDigit(rune(name[0])) {
		name = "N" + name
	}
	return name
}

// words splits a key at everything that is no letter or digit, and before capitals.
func words(key string) []string {
	var out []string
	var cur []rune
	flush := func() {
		if len(cur) > 0 {
			out = append(out, string(cur))
			cur = nil
		}
	}
	prev := rune(0)
	for _, r := range key {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			flush()
			cur = append(cur, r)
		default:
			cur = append(cur, r)
		}
		prev = r
	}
	flush()
	return out
}

// unexported turns a key or an exported name into the name of an argument or variable.
func unexported(key string) string {
	name := exported(key)
	ws := words(key)
	if len(ws) == 0 {
		return "v"
	}
	if _, ok := initialisms[strings.ToLower(ws[0])]; ok {
		first := strings.ToLower(ws[0])
		name = first + name[len(first):]
	} else {
		name = strings.ToLower(name[:1]) + name[1:]
	}
	switch {
	case token.IsKeyword(name):
		return name + "Value"
	case name == "ctx", name == "opts", name == "s", name == "f", name == "p":
		return name + "Value"
	}
	return name
}

// singular of the last word of a service name: "Inboxes" gives "Inbox".
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies"):
		return strings.TrimSuffix(s, "ies") + "y"
	case strings.HasSuffix(s, "xes"), strings.HasSuffix(s, "ches"), strings.HasSuffix(s, "shes"), strings.HasSuffix(s, "sses"):
		return strings.TrimSuffix(s, "es")
	case strings.HasSuffix(s, "ss"), strings.HasSuffix(s, "us"):
		return s
	}
	return strings.TrimSuffix(s, "s")
}

// wrap breaks text into comment lines.
func wrap(text, indent string) string {
	const width = 100
	var b strings.Builder
	for i, para := range strings.Split(text, "\n") {
		if i > 0 && para == "" {
			b.WriteString(indent + "//\n")
			continue
		}
		line := ""
		for _, w := range strings.Fields(para) {
			if line != "" && len(line)+1+len(w) > width {
				b.WriteString(indent + "// " + line + "\n")
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += w
		}
		if line != "" {
			b.WriteString(indent + "// " + line + "\n")
		}
	}
	return b.String()
}
