package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"image/color"
	"io"
	"math"
	"regexp"
	"strings"
)

// forbidden lists elements that run code or bring external content into a page.
var forbidden = map[string]bool{
	"script": true, "foreignobject": true, "iframe": true, "object": true, "embed": true, "audio": true, "video": true,
	"set": true, "animate": true, // could change a link after it is checked
}

var (
	referencePattern = regexp.MustCompile(`url\(\s*(['"]?)#([^'")]+)(['"]?)\s*\)`)
	foreignPattern   = regexp.MustCompile(`(?i)@import|url\(\s*['"]?\s*[^#'"\s]`)
	colourPattern    = regexp.MustCompile(`^#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$`) // no selector
	selectorPattern  = regexp.MustCompile(`#([A-Za-z_][\w-]*)`)
)

// inlineSVG returns an SVG document as an element for an HTML page: without declaration, doctype and comments, and with the prefix
// on every identifier and every reference to one. Rules of a style element are unchanged and apply to the whole page.
//
// Errors ([ErrValue]): not well-formed, a root other than svg, an element that runs code or embeds a page, an event handler, a link or
// an image that is neither in the document nor a data URI.
func inlineSVG(raw []byte, prefix string) ([]byte, error) {
	var out bytes.Buffer
	var open []string
	elements := 0
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: SVG is not well-formed: %w", ErrValue, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := qualified(token.Name)
			if elements++; elements == 1 && name != "svg" || elements > 1 && len(open) == 0 {
				return nil, fmt.Errorf("%w: element <%s> outside of one root <svg>", ErrValue, name)
			}
			if forbidden[strings.ToLower(token.Name.Local)] {
				return nil, fmt.Errorf("%w: element <%s> in an SVG; remove it, a report shows drawings only", ErrValue, name)
			}
			open = append(open, name)
			if err := writeStart(&out, name, token.Attr, prefix); err != nil {
				return nil, err
			}
		case xml.EndElement:
			name := qualified(token.Name)
			if len(open) == 0 || open[len(open)-1] != name {
				return nil, fmt.Errorf("%w: SVG is not well-formed: </%s> closes nothing", ErrValue, name)
			}
			open = open[:len(open)-1]
			out.WriteString("</" + name + ">")
		case xml.CharData:
			if len(open) == 0 {
				continue // line ends around the root
			}
			text := string(token)
			if open[len(open)-1] == "style" {
				if foreignPattern.MatchString(text) {
					return nil, fmt.Errorf("%w: a style that loads from elsewhere in an SVG; put the data in the file", ErrValue)
				}
				text = selectorPattern.ReplaceAllStringFunc(referencePattern.ReplaceAllString(text, "url(#"+prefix+"$2)"), func(found string) string {
					if strings.HasPrefix(found[1:], prefix) || colourPattern.MatchString(found) {
						return found
					}
					return "#" + prefix + found[1:]
				})
			}
			out.WriteString(html.EscapeString(text))
		}
	}
	if elements == 0 || len(open) > 0 {
		return nil, fmt.Errorf("%w: SVG is empty or ends early", ErrValue)
	}
	return out.Bytes(), nil
}

// writeStart writes an opening tag with the figure's prefix on its identifiers.
func writeStart(out *bytes.Buffer, name string, attributes []xml.Attr, prefix string) error {
	out.WriteString("<" + name)
	for _, attribute := range attributes {
		key, value := qualified(attribute.Name), attribute.Value
		local := strings.ToLower(attribute.Name.Local)
		switch {
		case strings.HasPrefix(local, "on"):
			return fmt.Errorf("%w: event handler %s in an SVG; remove it", ErrValue, key)
		case local == "id":
			value = prefix + value
		case local == "href" && strings.HasPrefix(value, "#"):
			value = "#" + prefix + value[1:]
		case local == "href" && !strings.HasPrefix(value, "data:image/"), foreignPattern.MatchString(value):
			return fmt.Errorf("%w: %s=%q in an SVG leads out of the file; put the data in the file", ErrValue, key, value)
		case local == "aria-labelledby" || local == "aria-describedby":
			names := strings.Fields(value)
			for i := range names {
				names[i] = prefix + names[i]
			}
			value = strings.Join(names, " ")
		case local == "fill" || local == "stroke" || local == "stop-color":
			value = referencePattern.ReplaceAllString(themed(value), "url(#"+prefix+"$2)")
		default:
			value = referencePattern.ReplaceAllString(value, "url(#"+prefix+"$2)")
		}
		out.WriteString(" " + key + `="` + html.EscapeString(value) + `"`)
	}
	out.WriteString(">")
	return nil
}

// shades maps the shades of a drawing to the page's CSS variables.
var shades = map[color.NRGBA]string{
	ink: "ink", muted: "muted", faint: "faint", paper: "paper", amber: "amber", brown: "brown",
}

// themed returns a colour of the form #rrggbb for both themes of a page; other values are unchanged.
func themed(value string) string {
	var c color.NRGBA
	if _, err := fmt.Sscanf(value, "#%02x%02x%02x", &c.R, &c.G, &c.B); err != nil || len(value) != len("#rrggbb") {
		return value
	}
	c.A = 255
	if name, ok := shades[c]; ok {
		return "var(--figure-" + name + ")"
	}
	return fmt.Sprintf("light-dark(%s, %s)", webColour(c), webColour(lighter(c)))
}

// lighter mixes a colour with white, for a dark background; the panel's script does the same.
func lighter(c color.NRGBA) color.NRGBA {
	mix := func(v uint8) uint8 { return uint8(math.Round(0.68*float64(v) + 0.32*255)) }
	return color.NRGBA{mix(c.R), mix(c.G), mix(c.B), c.A}
}

func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}
