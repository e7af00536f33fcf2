package command

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"headroom/capacity"
)

// PrintJSON writes v for machines. Names are those of the policy file's style:
// what has no name of its own in JSON is written in lower camel case, a
// duration as a text such as 10m, and an empty list as a list. A time that is not set is
// left out.
func PrintJSON(w io.Writer, v any) error {
	var flat, b bytes.Buffer
	if err := writeJSON(&flat, reflect.ValueOf(v)); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if err := json.Indent(&b, flat.Bytes(), "", "  "); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

func writeJSON(b *bytes.Buffer, v reflect.Value) error {
	if !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
		b.WriteString("null")
		return nil
	}
	switch one := v.Interface().(type) {
	case time.Duration:
		return writePlain(b, capacity.Brief(one))
	case json.Marshaler, encoding.TextMarshaler:
		return writePlain(b, one)
	}
	switch v.Kind() { //nolint:exhaustive // all others are plain
	case reflect.Pointer, reflect.Interface:
		return writeJSON(b, v.Elem())
	case reflect.Struct:
		return writeFields(b, v)
	case reflect.Slice, reflect.Array:
		return writeEach(b, "[]", v.Len(), func(i int) error { return writeJSON(b, v.Index(i)) })
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		return writeEach(b, "{}", len(keys), func(i int) error {
			if err := writePlain(b, keys[i].String()); err != nil {
				return err
			}
			b.WriteByte(':')
			return writeJSON(b, v.MapIndex(keys[i]))
		})
	}
	return writePlain(b, v.Interface())
}

// writeFields writes a struct, by the names of its tags where it has any.
func writeFields(b *bytes.Buffer, v reflect.Value) error {
	var names []string
	var values []reflect.Value
	for field, value := range v.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" || value.IsZero() && (options != "" || field.Type == reflect.TypeFor[time.Time]()) {
			continue // a zero time is none
		}
		if name == "" {
			name = lowerCamel(field.Name)
		}
		names, values = append(names, name), append(values, value)
	}
	return writeEach(b, "{}", len(names), func(i int) error {
		if err := writePlain(b, names[i]); err != nil {
			return err
		}
		b.WriteByte(':')
		return writeJSON(b, values[i])
	})
}

func writeEach(b *bytes.Buffer, brackets string, n int, write func(i int) error) error {
	b.WriteByte(brackets[0])
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := write(i); err != nil {
			return err
		}
	}
	b.WriteByte(brackets[1])
	return nil
}

func writePlain(b *bytes.Buffer, v any) error {
	data, err := json.Marshal(v)
	b.Write(data)
	return err
}

// lowerCamel writes UnitRate as unitRate, ID as id and SHA256Of as sha256Of.
func lowerCamel(name string) string {
	letters := []rune(name)
	for i, r := range letters {
		if i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) || !unicode.IsUpper(r) && !unicode.IsDigit(r) {
			break
		}
		letters[i] = unicode.ToLower(r)
	}
	return string(letters)
}
