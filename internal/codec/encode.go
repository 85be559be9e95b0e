package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Marshal is [json.Marshal] that leaves <, > and & as they are: bodies are not embedded in HTML.
func Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// FormFields flattens a JSON object into the name and value pairs of a form, as Rails reads them, in the order of the
// object: a[b] for members, a[] for elements, a[][b] for members of elements. Numbers are sent as they are written, null as an
// empty text, an empty array as one empty element (which is how a list is cleared), an empty object not at all.
// The members of the root named in jsonFields are sent as their JSON text.
//
// The error is a [*SyntaxError] for invalid JSON, and another one for a root that is no object.
func FormFields(jsonBody []byte, jsonFields ...string) ([][2]string, error) {
	d := New(jsonBody)
	if kind := d.Kind(); kind != '{' && kind != 0 {
		d.Skip()
		if _, err := d.finish(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("form fields: want object, got %s", kindName(kind))
	}
	f := form{d: d}
	f.root(jsonFields)
	if _, err := d.finish(); err != nil {
		return nil, err
	}
	return f.fields, nil
}

type form struct {
	d      *Decoder
	fields [][2]string
}

func (f *form) root(jsonFields []string) {
	if f.d.Kind() == 0 {
		f.d.unexpected()
		return
	}
	for f.d.open(); f.d.More(); {
		name := string(f.d.Key())
		if slices.Contains(jsonFields, name) {
			f.add(name, string(f.d.RawValue()))
			continue
		}
		f.value(name)
	}
}

func (f *form) value(name string) {
	d := f.d
	switch d.Kind() {
	case '{':
		for d.open(); d.More(); {
			f.value(name + "[" + string(d.Key()) + "]")
		}
	case '[':
		f.array(name + "[]")
	case '"':
		f.add(name, d.string())
	case 'n':
		d.Skip()
		f.add(name, "")
	default:
		f.add(name, string(d.RawValue()))
	}
}

func (f *form) array(name string) {
	empty := true
	for f.d.open(); f.d.next(); empty = false {
		f.value(name)
	}
	if empty {
		f.add(name, "")
	}
}

func (f *form) add(name, value string) {
	f.fields = append(f.fields, [2]string{name, value})
}
