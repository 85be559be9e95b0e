package codec

// Probe returns the text under a key of the object that comes next, without
// consuming anything: "" where there is none, or no object.
func (d *Decoder) Probe(key string) string {
	if d.Kind() != '{' {
		return ""
	}
	ahead := *d
	ahead.notes = nil
	found := ""
	for ahead.Object(); ahead.More(); {
		if string(ahead.Key()) == key && ahead.Kind() == '"' {
			String(&ahead, &found)
			continue
		}
		ahead.Skip()
	}
	return found
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
