package claims

import "fmt"

// strongly is the largest share of its dimensionality that a strongly compressed representation keeps.
const strongly = 0.1

// partMaker returns a part on one network. Its name, which may be empty, follows the coupling strength.
type partMaker func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part

// highPart returns the maker of parts on the network of high-dimensional inputs with one coupling strength,
// lowPart on that of two-dimensional ones.
func (o Options) highPart(g float64) partMaker { return partOf(o.high(g), "d = n, ", g) }
func (o Options) lowPart(g float64) partMaker  { return partOf(o.low(g), "d = 2, ", g) }

// partOf returns the maker of parts on one network.
func partOf(n network, setting string, g float64) partMaker {
	coupling := fmt.Sprintf("g = %g", g)
	return func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
		full := coupling
		if name != "" {
			full += ", " + name
		}
		return Part{Name: full, Experiment: setting + coupling, Statistic: statistic, Needs: []network{n}, Threshold: threshold,
			Value: func(found []*Evidence) float64 { return value(found[0]) }}
	}
}

// forBoth returns the same parts on the networks of both coupling strengths.
func forBoth(of func(g float64) partMaker, parts func(partMaker) []Part) []Part {
	var both []Part
	for _, g := range couplings {
		both = append(both, parts(of(g))...)
	}
	return both
}

// sameParts returns the parts of C1 and C3 for another network.
func sameParts(part partMaker) []Part {
	return []Part{
		part("accuracy", "accuracy on fresh samples after training", (*Evidence).accuracy, atLeast(0.99, "as C1")),
		part("compression", "ED(t_eval) / ED(0) after training", (*Evidence).compression, atMost(strongly, "as C3")),
	}
}
