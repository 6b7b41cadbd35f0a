package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Summary is what there is to know about a set of points before anything is trained on it.
type Summary struct {
	Origin   Origin       // where they are from; zero if not from a file
	Samples  int          // S
	Inputs   int          // D
	Classes  []ClassCount // C, of label 0 first
	Clusters int          // K, 0 if every class is one cluster
	Repeated int          // samples whose inputs are those of an earlier one, bit by bit
	Constant []string     // names of the inputs on which all samples agree, see [FitScaling]
	Counting []string     // names of the inputs that count the samples: their order may give the classes away
}

// ClassCount is a class with the number of its samples.
type ClassCount struct {
	Name    string
	Samples int
}

// Summary counts what is in a set of points, which must be valid.
func (p *Points) Summary() Summary {
	samples, inputs := p.Inputs.Dims()
	s := Summary{Samples: samples, Inputs: inputs, Classes: make([]ClassCount, p.Classes), Clusters: slices.Max(p.Clusters) + 1}
	if p.Origin != nil {
		s.Origin = *p.Origin
	}
	if !p.HasClusters() {
		s.Clusters = 0
	}
	for label := range s.Classes {
		s.Classes[label].Name = p.ClassName(label)
	}
	seen := make(map[string]struct{}, samples)
	var key []byte
	for row, label := range p.Labels {
		s.Classes[label].Samples++
		key = key[:0]
		for _, value := range p.Inputs.RawRowView(row) {
			key = binary.LittleEndian.AppendUint64(key, math.Float64bits(value+0)) // -0 is 0
		}
		seen[string(key)] = struct{}{}
	}
	s.Repeated = samples - len(seen)
	for axis := range inputs {
		if _, deviation := axisMoments(p, axis); deviation == 0 {
			s.Constant = append(s.Constant, p.InputName(axis))
		} else if p.counts(axis) {
			s.Counting = append(s.Counting, p.InputName(axis))
		}
	}
	return s
}

// HasClusters tells whether a class has several clusters, so that some can be held out.
func (p *Points) HasClusters() bool { return slices.Max(p.Clusters)+1 > p.Classes }

// counts tells whether an input is first, first + 1, ... in the order of the samples.
func (p *Points) counts(axis int) bool {
	for row := range p.Len() {
		if p.Inputs.At(row, axis) != p.Inputs.At(0, axis)+float64(row) {
			return false
		}
	}
	return p.Len() >= leastCounted
}

// named is how many names of classes or inputs a line lists.
const named = 12

// String returns file, layout, samples, inputs, classes with their samples and clusters on one line.
func (s Summary) String() string {
	var line strings.Builder
	if s.Origin.File != "" {
		line.WriteString(s.Origin.File)
		if s.Origin.Layout != "" {
			fmt.Fprintf(&line, " (%s)", s.Origin.Layout)
		}
		line.WriteString(": ")
	}
	fmt.Fprintf(&line, "%d samples of %d inputs, %d classes (", s.Samples, s.Inputs, len(s.Classes))
	for i, class := range s.Classes {
		if i > 0 {
			line.WriteString(", ")
		}
		if i == named && len(s.Classes) > named+1 {
			fmt.Fprintf(&line, "and %d more", len(s.Classes)-i)
			break
		}
		fmt.Fprintf(&line, "%s: %d", onOneLine(class.Name), class.Samples)
	}
	line.WriteString("), ")
	if s.Clusters == 0 {
		line.WriteString("no clusters")
	} else {
		fmt.Fprintf(&line, "%d clusters", s.Clusters)
	}
	return line.String()
}

// onOneLine returns a name, quoted if it has characters that would break a line or cannot be seen.
func onOneLine(name string) string {
	if quoted := strconv.Quote(name); name == "" || quoted != `"`+name+`"` {
		return quoted
	}
	return name
}

// Warnings returns what may be wrong with the points although they can be trained on.
func (s Summary) Warnings() []error {
	var warnings []error
	warn := func(format string, values ...any) {
		warnings = append(warnings, fmt.Errorf("data: "+format, values...))
	}
	if n := len(s.Counting); n > 0 {
		warn("%s counts the samples: if they are sorted by class, it alone tells the class; remove it unless it is an input", list(s.Counting))
	}
	if n := len(s.Constant); n > 0 {
		warn("%d of %d inputs are the same in all samples and tell nothing: %s", n, s.Inputs, list(s.Constant))
	}
	if s.Repeated > 0 {
		warn("%d of %d samples repeat the inputs of an earlier one, so that %d are distinct; the same point may be trained on and measured",
			s.Repeated, s.Samples, s.Samples-s.Repeated)
	}
	if n := len(s.Origin.Ignored); n > 0 {
		warn("%d arrays of the file are not used: %s", n, list(s.Origin.Ignored))
	}
	return warnings
}

// list joins names, the first of them if there are many.
func list(names []string) string {
	if len(names) > named {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:named], ", "), len(names)-named)
	}
	return strings.Join(names, ", ")
}
