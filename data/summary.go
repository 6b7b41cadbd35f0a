package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Summary describes a set of points before any training on it.
type Summary struct {
	Origin   Origin       // zero if they are not from a file
	Samples  int          // S
	Inputs   int          // D
	Classes  []ClassCount // C, of label 0 first
	Clusters int          // K, 0 if every class is one cluster
	Repeated int          // samples whose inputs are bitwise equal to those of an earlier one
	Constant []string     // names of the inputs on which all samples agree, see [FitScaling]
	Counting []string     // names of the inputs that count the samples: the order may reveal the classes
	Numbered []string     // names of the inputs that are a permutation of S consecutive integers
	Telling  []string     // names of the inputs whose values correspond one to one to classes or clusters
}

// ClassCount is a class with the number of its samples.
type ClassCount struct {
	Name    string
	Samples int
}

// Summary summarises a set of points, which must be valid.
func (p *Points) Summary() Summary {
	samples, inputs := p.Inputs.Dims()
	s := Summary{Origin: p.origin(), Samples: samples, Inputs: inputs, Classes: make([]ClassCount, p.Classes), Clusters: slices.Max(p.Clusters) + 1}
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
			continue
		}
		name := p.InputName(axis)
		switch {
		case p.counts(axis):
			s.Counting = append(s.Counting, name)
		case p.numbers(axis):
			s.Numbered = append(s.Numbered, name)
		}
		if p.renames(axis, p.Labels) || p.HasClusters() && p.renames(axis, p.Clusters) {
			s.Telling = append(s.Telling, name)
		}
	}
	return s
}

// HasClusters reports whether a class has several clusters, so that some can be held out.
func (p *Points) HasClusters() bool { return slices.Max(p.Clusters)+1 > p.Classes }

// counts reports whether an input is first, first + 1, ... in the order of the samples.
func (p *Points) counts(axis int) bool {
	for row := range p.Len() {
		if p.Inputs.At(row, axis) != p.Inputs.At(0, axis)+float64(row) {
			return false
		}
	}
	return p.Len() >= LeastCounted
}

// numbers reports whether an input is a permutation of S consecutive integers, like shuffled row numbers.
func (p *Points) numbers(axis int) bool {
	samples := p.Len()
	least := p.Inputs.At(0, axis)
	for row := range samples {
		value := p.Inputs.At(row, axis)
		if value != math.Trunc(value) || math.Abs(value) > 1<<53 {
			return false
		}
		least = min(least, value)
	}
	seen := make([]bool, samples)
	for row := range samples {
		place := p.Inputs.At(row, axis) - least
		if place >= float64(samples) || seen[int(place)] {
			return false
		}
		seen[int(place)] = true
	}
	return samples >= LeastCounted
}

// renames reports whether an input has one value for each id and different values for different ids, so that it is the id under
// another name. Ids that occur once each, such as one cluster per sample, do not count: any input would qualify.
func (p *Points) renames(axis int, ids []int) bool {
	of := map[int]float64{}    // value of each id
	owner := map[float64]int{} // id of each value
	for row, id := range ids {
		value := p.Inputs.At(row, axis)
		known, seen := of[id]
		if seen && known != value {
			return false
		}
		if other, taken := owner[value]; taken && other != id {
			return false
		}
		of[id], owner[value] = value, id
	}
	return p.Len() >= LeastCounted && len(of) < p.Len()
}

// named is the number of names of classes or inputs that a line lists.
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
	fmt.Fprintf(&line, "%s of %s, %s (", Counted(s.Samples, "sample"), Counted(s.Inputs, "input"), Counted(len(s.Classes), "class"))
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
		line.WriteString(Counted(s.Clusters, "cluster"))
	}
	return line.String()
}

// Counted returns a number of things: "1 input", "2 inputs", "3 classes".
func Counted(n int, thing string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(thing, "s"):
		thing += "es"
	default:
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// onOneLine returns a name, quoted if it has line breaks or invisible characters.
func onOneLine(name string) string {
	if quoted := strconv.Quote(name); name == "" || quoted != `"`+name+`"` {
		return quoted
	}
	return name
}

// Warnings returns possible problems of points that are valid for training.
func (s Summary) Warnings() []error {
	var warnings []error
	warn := func(format string, values ...any) {
		warnings = append(warnings, fmt.Errorf("data: "+format, values...))
	}
	if n := len(s.Counting); n > 0 {
		warn("%s counts the samples: if they are sorted by class, it alone tells the class; remove it unless it is an input", list(s.Counting))
	}
	if n := len(s.Numbered); n > 0 {
		warn("%s holds %d whole numbers in a row, each once, as row numbers that were shuffled do: if they followed the classes before, they tell the class; "+
			"remove it unless it is an input", list(s.Numbered), s.Samples)
	}
	if n := len(s.Telling); n > 0 {
		warn("%s has one value for each class or cluster and another for every other one, so that it alone tells the class; "+
			"remove it unless it is an input", list(s.Telling))
	}
	if n := len(s.Constant); n > 0 {
		are, tell := "are", "tell"
		if n == 1 {
			are, tell = "is", "tells"
		}
		warn("%d of %s %s the same in all samples and %s nothing: %s", n, Counted(s.Inputs, "input"), are, tell, list(s.Constant))
	}
	if s.Repeated > 0 {
		warn("%d of %d samples repeat the inputs of an earlier one, so that %d are distinct; the same point may be trained on and measured",
			s.Repeated, s.Samples, s.Samples-s.Repeated)
	}
	if n := len(s.Origin.Ignored); n > 0 {
		are := "are"
		if n == 1 {
			are = "is"
		}
		warn("%s of the file %s not used: %s", Counted(n, "array"), are, list(s.Origin.Ignored))
	}
	return warnings
}

// list joins names, only the first ones if there are many.
func list(names []string) string {
	if len(names) > named {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:named], ", "), len(names)-named)
	}
	return strings.Join(names, ", ")
}

// LeastCounted is the smallest number of rows for which a column of consecutive integers is not a coincidence.
const LeastCounted = 10
