package train

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

const (
	maximalConfiguration = 64 << 10 // bytes
	deepestYAML          = 32       // brackets, or marks of one line, within one another
	harmlessYAML         = 4 << 10  // bytes in which nothing can be nested too deep
)

// UnmarshalYAML decodes a text of at most limit bytes as yaml.UnmarshalWithOptions does, but refuses what would cost a
// reader more than the text is long: nesting deeper than 32, which exhausts the stack of a recursive reader, and anchors
// and aliases, by which a short text stands for an endless one.
//
// Errors: one line that names the place.
func UnmarshalYAML(text []byte, limit int, into any, options ...yaml.DecodeOption) error {
	if len(text) > limit {
		return fmt.Errorf("%d bytes long; allowed: %d", len(text), limit)
	}
	if err := checkYAML(text); err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, into, options...); err != nil {
		return fmt.Errorf("not a YAML mapping: %s", firstLine(err.Error()))
	}
	return nil
}

// checkYAML looks at the marks of a text, not at what they build, so that it needs no recursion. Blocks within blocks are
// indented ever further, so that their depth grows with the root of the length only.
func checkYAML(text []byte) error {
	if len(text) < harmlessYAML && !bytes.ContainsAny(text, "&*") {
		return nil
	}
	brackets, marks, line := 0, 0, 0
	for _, mark := range lexer.Tokenize(string(text)) {
		if mark.Position.Line != line {
			line, marks = mark.Position.Line, 0
		}
		switch mark.Type {
		case token.AnchorType, token.AliasType:
			return fmt.Errorf("line %d: anchors and aliases are not read; write the value out", line)
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets = max(0, brackets-1)
		case token.SequenceEntryType, token.MappingKeyType, token.TagType:
			marks++
		}
		if brackets > deepestYAML || marks > deepestYAML {
			return fmt.Errorf("line %d: nested deeper than %d; no key needs that", line, deepestYAML)
		}
	}
	return nil
}
