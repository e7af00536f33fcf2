package policy

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// A section is one mapping of the file. The nil section is one that could not
// be read, of which the file knows already: reading from it gives zero values
// and no further mistakes.
type section struct {
	file   *file
	path   string
	line   int
	values map[string]*yaml.Node
}

// section reads the keys of a mapping and notes those that do not belong.
func (f *file) section(path string, n *yaml.Node) *section {
	switch {
	case n.Kind != yaml.MappingNode && n.ShortTag() == "!!null":
		f.wrong(n.Line, path, "empty; give it some of its keys: %s", known(path))
		return nil
	case n.Kind != yaml.MappingNode:
		f.wrong(n.Line, path, "%s, but it must have keys: %s; write KEY: VALUE", describe(n), known(path))
		return nil
	}
	s := &section{f, path, n.Line, map[string]*yaml.Node{}}
	var meant []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		full := s.full(shorten(key.Value))
		first, again := s.values[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			f.wrong(key.Line, path, "%s stands as a key; choose from %s", describe(key), known(path))
		case again && first == nil:
			f.wrong(key.Line, full, "said twice; remove one of the two")
		case again:
			f.wrong(key.Line, full, "said already %s; remove one of the two", f.on(first.Line))
		case !belongs(path, key.Value):
			f.wrong(key.Line, full, "unknown key; %s", suggest(path, key.Value))
			meant = append(meant, nearest(key.Value, keysOf(path)))
		case value.Kind == yaml.AliasNode:
			f.wrong(value.Line, full, "an alias (*%s); write the value out", shorten(value.Value))
			s.values[key.Value] = nil
		default:
			s.values[key.Value] = value
		}
	}
	for _, key := range meant {
		// One slip is one mistake: what was misspelt is not missing as well.
		if _, said := s.values[key]; !said && key != "" {
			s.values[key] = nil
		}
	}
	return s
}

// full is the path of a key of s.
func (s *section) full(key string) string {
	return strings.TrimPrefix(s.path+"."+key, ".")
}

// sub is the section under key. Without it, absent keys count as left out if
// there may be none, and as one mistake otherwise.
func (s *section) sub(key, remedy string) *section {
	if s == nil {
		return nil
	}
	n, said := s.values[key]
	switch {
	case n != nil:
		return s.file.section(s.full(key), n)
	case said:
		return nil
	case remedy != "":
		s.file.wrong(s.line, s.full(key), "missing; %s", remedy)
		return nil
	}
	return &section{s.file, s.full(key), s.line, nil}
}

// A parser turns a value of the file into what it means. Its error says what
// is wrong and what to do.
type parser[T any] func(n *yaml.Node) (T, error)

// required reads a key that has no default.
func required[T any](s *section, key string, parse parser[T], remedy string) T {
	var none T
	if s == nil {
		return none
	}
	n, said := s.values[key]
	if !said {
		s.file.wrong(s.line, s.full(key), "missing; %s", remedy)
		return none
	}
	return value(s, key, n, parse)
}

// optional reads a key, or the default in its place, which is written as it
// would be in the file.
func optional[T any](s *section, key string, parse parser[T], text, why string) T {
	var none T
	if s == nil {
		return none
	}
	n, said := s.values[key]
	if !said {
		n = &yaml.Node{Kind: yaml.ScalarNode, Value: text, Line: s.line}
		s.file.defaults = append(s.file.defaults, Default{s.full(key), text, why})
	}
	return value(s, key, n, parse)
}

// value parses what stands under key; nil is what was refused before.
func value[T any](s *section, key string, n *yaml.Node, parse parser[T]) T {
	var none T
	if n == nil {
		return none
	}
	v, err := parse(n)
	if err != nil {
		s.file.wrong(n.Line, s.full(key), "%s", err)
		return none
	}
	return v
}

// has reports whether the file says key, and on which line.
func (s *section) has(key string) (line int, said bool) {
	if s == nil {
		return 0, false
	}
	n, said := s.values[key]
	if n == nil {
		return s.line, said
	}
	return n.Line, said
}
