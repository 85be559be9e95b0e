package codec

import "encoding/json"

// Variant looks ahead at an object whose shape one of its keys tells: it copies the object to *raw, returns the string
// under key, "" where there is none, and leaves the decoder before the object. Where the next value is null or no
// object it is consumed, *raw is nil and ok is false.
func Variant(d *Decoder, key string, raw *json.RawMessage) (kind string, ok bool) {
	*raw = nil
	if d.Null() {
		return "", false
	}
	if d.Kind() != '{' {
		d.mismatch("object")
		return "", false
	}
	start := d.pos
	view := d.RawValue()
	if d.err != nil {
		return "", false
	}
	*raw = d.keepBytes(view)
	d.pos = start
	return stringUnder(view, key), true
}

// stringUnder returns the string under a key of an object.
func stringUnder(object []byte, key string) string {
	found := ""
	d := New(object)
	for d.Object(); d.More(); {
		if string(d.Key()) == key && d.Kind() == '"' {
			String(d, &found)
			continue
		}
		d.Skip()
	}
	return found
}

// LooseBool reads a boolean that some answers write as the string "true" or "false".
func LooseBool[T ~bool](d *Decoder, v *T) {
	if d.peek() != '"' {
		Bool(d, v)
		return
	}
	*v = false
	start := d.pos
	raw, _ := d.scanString()
	if d.err != nil {
		return
	}
	switch string(raw) {
	case "true":
		*v = true
	case "false":
	default:
		d.wrongAt(start, "want boolean, got string")
	}
}

// LooseString reads a string that some answers write as a number, which is then kept as it is written.
func LooseString[T ~string](d *Decoder, v *T) {
	if d.Kind() != '0' {
		String(d, v)
		return
	}
	*v = ""
	raw := d.RawValue()
	if d.err == nil {
		*v = T(d.keep(raw))
	}
}
