package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// FormatJSON writes p as Format does, in JSON: the same keys in the same
// order, on one line. JSON is YAML, so Parse reads that too.
func FormatJSON(p capacity.Policy) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(Format(p)), &document); err != nil {
		return nil, fmt.Errorf("write the policy of %q as JSON: %w", p.Service, err)
	}
	var b bytes.Buffer
	if err := writeJSON(&b, document.Content[0]); err != nil {
		return nil, fmt.Errorf("write the policy of %q as JSON: %w", p.Service, err)
	}
	return b.Bytes(), nil
}

// writeJSON writes what a node of Format's says.
func writeJSON(b *bytes.Buffer, n *yaml.Node) error {
	brackets := "[]"
	if n.Kind == yaml.MappingNode {
		brackets = "{}"
	}
	if n.Kind == yaml.ScalarNode {
		return writeScalar(b, n)
	}
	b.WriteByte(brackets[0])
	for i, child := range n.Content {
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 1:
			b.WriteByte(':')
		case i > 0:
			b.WriteByte(',')
		}
		if err := writeJSON(b, child); err != nil {
			return err
		}
	}
	b.WriteByte(brackets[1])
	return nil
}

// writeScalar writes a number as it stands and all else as a text.
func writeScalar(b *bytes.Buffer, n *yaml.Node) error {
	if _, err := strconv.ParseFloat(n.Value, 64); err == nil && n.ShortTag() != "!!str" && json.Valid([]byte(n.Value)) {
		b.WriteString(n.Value)
		return nil
	}
	text, err := json.Marshal(n.Value)
	for _, r := range string(text) {
		if r >= unicode.MaxASCII && r <= maxEscape && !unicode.IsPrint(r) {
			fmt.Fprintf(b, `\u%04x`, r) // YAML folds some of them, and refuses others
		} else {
			b.WriteRune(r)
		}
	}
	return err
}

// maxEscape is the last letter that one \u escape of JSON can write.
const maxEscape = 0xffff
