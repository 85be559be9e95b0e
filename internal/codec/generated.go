package codec

import (
	"bytes"
	"encoding/json"
)

// Probe returns the text under a key of the object that comes next, without
// consuming anything: "" where there is none, or no object.
func (d *Decoder) Probe(key string) string {
	if value := d.lookAhead(key); len(value) > 0 && value[0] == '"' {
		return plain(value)
	}
	return ""
}

// lookAhead returns the last value under a key of the object that comes next,
// without consuming anything: nil where there is none, or no object.
func (d *Decoder) lookAhead(key string) (value []byte) {
	if d.Kind() != '{' {
		return nil
	}
	if d.ahead == nil {
		d.ahead = new(Decoder)
	}
	ahead := d.ahead
	ahead.reset(d.data)
	ahead.pos, ahead.depth = d.pos, d.depth
	for ahead.Object(); ahead.More(); {
		if string(ahead.Key()) == key {
			value = ahead.RawValue()
			continue
		}
		ahead.Skip()
	}
	return value
}

// plain returns the text that a JSON string stands for.
func plain(quoted []byte) string {
	if len(quoted) < 2 {
		return ""
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var text string
	if json.Unmarshal(quoted, &text) != nil {
		return ""
	}
	return text
}

// LooseBool reads true, false, or one of these as text. Other text gives false and
// an issue.
func LooseBool[T ~bool](d *Decoder, v *T) {
	if d.Kind() != '"' {
		Bool(d, v)
		return
	}
	var text string
	switch String(d, &text); text {
	case "true":
		*v = true
	case "false", "":
		*v = false
	default:
		*v = false
		d.Issue("want true or false")
	}
}

// LooseString reads text, or a number as the text it is written as.
func LooseString[T ~string](d *Decoder, v *T) {
	if d.Kind() != '0' {
		String(d, v)
		return
	}
	*v = T(d.RawValue())
}
