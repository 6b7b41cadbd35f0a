package train

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

const (
	maximalConfiguration = 64 << 10 // bytes
	deepestYAML          = 32       // nested brackets, or indicators on one line
)

// UnmarshalYAML decodes a text of at most limit bytes as yaml.UnmarshalWithOptions does, but refuses what would cost a
// parser far more than the length of the text: nesting deeper than 32, which exhausts the stack of a recursive parser, and
// anchors and aliases, by which a short text stands for an endless one. It also refuses what other parsers read differently
// or what would be dropped in part: a second document, merge keys, and whole numbers that begin with a zero. A UTF-8
// byte-order mark, as editors on Windows write it, is skipped.
//
// Errors: one line with the line number.
func UnmarshalYAML(text []byte, limit int, into any, options ...yaml.DecodeOption) error {
	if len(text) > limit {
		return fmt.Errorf("%d bytes long; allowed: %d", len(text), limit)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return errors.New("not a text in UTF-8; save the file with that encoding")
	}
	if err := checkYAML(text); err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, into, options...); err != nil {
		return fmt.Errorf("not a YAML mapping: %s", firstLine(err.Error()))
	}
	return nil
}

// checkYAML looks at the tokens of a text and not at its structure, so that it needs no recursion. Nested blocks are
// indented ever further, so that their depth grows only with the square root of the length.
func checkYAML(text []byte) error {
	brackets, marks, line := 0, 0, 0
	begun, ended := false, false // the first document
	directive := 0               // its line
	for _, mark := range lexer.Tokenize(string(text)) {
		if mark.Position.Line != line {
			line, marks = mark.Position.Line, 0
		}
		switch mark.Type {
		case token.CommentType:
			continue
		case token.DirectiveType:
			directive = line
		case token.DocumentHeaderType:
			ended, begun = begun, true // what precedes the first header is a document if there is anything
			continue
		case token.DocumentEndType:
			ended = true
			continue
		case token.AnchorType, token.AliasType:
			return fmt.Errorf("line %d: anchors and aliases are not read; write the value out", line)
		case token.MergeKeyType:
			return fmt.Errorf("line %d: merge keys (<<) are not read; write the keys out", line)
		case token.OctetIntegerType:
			if digits := strings.TrimLeft(mark.Value, "+-"); !strings.HasPrefix(digits, "0o") {
				return fmt.Errorf("line %d: %s is octal to some readers of YAML and decimal to others; write it without the leading zero, or as 0o%s",
					line, mark.Value, strings.TrimLeft(digits, "0"))
			}
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets = max(0, brackets-1)
		case token.SequenceEntryType, token.MappingKeyType, token.TagType:
			marks++
		}
		if ended {
			return fmt.Errorf("line %d: a second document begins; keep one document in a file", line)
		}
		begun = begun || line != directive
		if brackets > deepestYAML || marks > deepestYAML {
			return fmt.Errorf("line %d: nested deeper than %d; no key needs that", line, deepestYAML)
		}
	}
	return nil
}
