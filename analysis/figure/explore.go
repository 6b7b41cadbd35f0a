package figure

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"strconv"
)

// Explorer is the interactive panel of a report: the samples on their principal components, a cursor t shared with the curves, and
// the stages of training. It runs offline, from data and code in the page itself.
type Explorer struct {
	Networks []ExploredNetwork
}

// ExploredNetwork is one network of an [Explorer]. Networks of one Group share their charts.
type ExploredNetwork struct {
	Group      string // such as "Figure 3: 2-dimensional inputs"
	Name       string // within the group, such as "edge of chaos, g = 20"; plain text
	Colour     color.Color
	Evaluation int     // the step that the loss reads
	Chance     float64 // accuracy of guessing (chance level), in [0, 1]
	// Classes and Clusters are the class and the cluster of each of the S samples, from 0.
	Classes, Clusters []int
	// ClassNames and ClusterNames replace these numbers; either may be nil.
	ClassNames, ClusterNames []string
	HeldOutSamples           bool            // HeldOut is of held-out samples, not clusters
	Stages                   []ExploredStage // in the order of training
	Accuracy                 ExploredCurve   // of the network, after each epoch from 0
}

// ExploredStage is a network at one point of its training.
type ExploredStage struct {
	Name  string // such as "before"
	Epoch int
	// Scores holds for each step t = 0, 1, .. the samples' scores on the principal components of that step, S x k with k the same at
	// all steps, 2 or 3. It is empty if there are no scores to show. Explained is each component's share of the variance, in [0, 1].
	Scores    [][][]float64
	Explained [][]float64
	// Curves over t. Empty ones are left out.
	Dimensionality, Fitted, HeldOut ExploredCurve
}

// ExploredCurve is a median over realisations and its band, at 0, 1, ..; Lo and Hi may be empty. NaN leaves a gap.
type ExploredCurve struct{ Median, Lo, Hi []float64 }

// Validate joins the faults that prevent the panel from being shown: no network or no stage ([ErrEmpty]), lengths that differ
// ([ErrLength]), scores that are not finite or not in 2 or 3 components ([ErrValue]).
func (e *Explorer) Validate() error { return prefixed(e.check()) }

func (e *Explorer) check() error {
	if len(e.Networks) == 0 {
		return fmt.Errorf("explorer: %w: no network", ErrEmpty)
	}
	var faults []error
	for i := range e.Networks {
		n := &e.Networks[i]
		place := fmt.Sprintf("explorer, network %q", n.Name)
		if len(n.Stages) == 0 {
			faults = append(faults, fmt.Errorf("%s: %w: no stage", place, ErrEmpty))
		}
		faults = append(faults, checkPoints(place, make([]float64, len(n.Clusters)), make([]float64, len(n.Clusters)), n.Classes),
			n.Accuracy.check(place+", accuracy"))
		for j := range n.Stages {
			s := &n.Stages[j]
			within := fmt.Sprintf("%s, stage %q", place, s.Name)
			faults = append(faults, s.checkScores(within, len(n.Classes)), s.Dimensionality.check(within+", dimensionality"),
				s.Fitted.check(within+", fitted"), s.HeldOut.check(within+", held-out"))
		}
	}
	return errors.Join(faults...)
}

func (s *ExploredStage) checkScores(place string, samples int) error {
	components := s.components()
	if len(s.Scores) > 0 && components != 2 && components != 3 {
		return fmt.Errorf("%s: %w: %d components; give 2 or 3", place, ErrValue, components)
	}
	if len(s.Explained) != len(s.Scores) {
		return fmt.Errorf("%s: %w: %d steps in Scores, %d in Explained", place, ErrLength, len(s.Scores), len(s.Explained))
	}
	for t, cloud := range s.Scores {
		if len(cloud) != samples || len(s.Explained[t]) != components {
			return fmt.Errorf("%s: %w: at t = %d %d samples and %d shares of variance, want %d and %d", place, ErrLength, t, len(cloud),
				len(s.Explained[t]), samples, components)
		}
		for i, scores := range cloud {
			if len(scores) != components {
				return fmt.Errorf("%s: %w: sample %d at t = %d has %d components, want %d", place, ErrLength, i, t, len(scores), components)
			}
			for _, score := range scores {
				if !finite(score) {
					return fmt.Errorf("%s: %w: sample %d at t = %d has the score %v", place, ErrValue, i, t, score)
				}
			}
		}
	}
	return nil
}

// components returns k, 0 without scores.
func (s *ExploredStage) components() int {
	if len(s.Scores) == 0 || len(s.Scores[0]) == 0 {
		return 0
	}
	return len(s.Scores[0][0])
}

func (c *ExploredCurve) check(place string) error {
	if len(c.Lo) != len(c.Hi) || len(c.Lo) != 0 && len(c.Lo) != len(c.Median) {
		return fmt.Errorf("%s: %w: %d in Median, %d in Lo, %d in Hi", place, ErrLength, len(c.Median), len(c.Lo), len(c.Hi))
	}
	return nil
}

// The data that the page's script reads.
type (
	exploredData struct {
		Colours  []string          `json:"colours"` // of the classes
		Networks []exploredNetwork `json:"networks"`
	}
	exploredNetwork struct {
		Group      string          `json:"group"`
		Name       string          `json:"name"`
		Colour     string          `json:"colour"`
		Evaluation int             `json:"evaluation"`
		Chance     brief           `json:"chance"`
		Classes    []int           `json:"classes"`
		Clusters   []int           `json:"clusters"`
		ClassNames []string        `json:"classNames,omitempty"`
		GroupNames []string        `json:"clusterNames,omitempty"`
		HeldOut    string          `json:"heldOut"` // what is held out, in the plural
		Stages     []exploredStage `json:"stages"`
		Accuracy   exploredCurve   `json:"accuracy"`
	}
	exploredStage struct {
		Name       string `json:"name"`
		Epoch      int    `json:"epoch"`
		Steps      int    `json:"steps"`
		Components int    `json:"components"`
		// Scores is T x S x k little-endian 16-bit integers in base64; Scale is what 32767 stands for at each step.
		Scores         string        `json:"scores"`
		Scale          []brief       `json:"scale"`
		Explained      [][]brief     `json:"explained"`
		Dimensionality exploredCurve `json:"ed"`
		Fitted         exploredCurve `json:"fitted"`
		HeldOut        exploredCurve `json:"heldout"`
	}
	exploredCurve struct {
		Median []brief `json:"median"`
		Lo     []brief `json:"lo"`
		Hi     []brief `json:"hi"`
	}
)

// brief is encoded with four significant digits, or as null if it is not finite.
type brief float64

func (b brief) MarshalJSON() ([]byte, error) {
	if !finite(float64(b)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(b), 'g', 4, 64), nil
}

func briefly(values []float64) []brief {
	short := make([]brief, len(values)) // never nil: the script reads a list
	for i, value := range values {
		short[i] = brief(value)
	}
	return short
}

func (c ExploredCurve) brief() exploredCurve {
	return exploredCurve{briefly(c.Median), briefly(c.Lo), briefly(c.Hi)}
}

// encode returns the panel's data as JSON without "<", so that it cannot close the enclosing element.
func (e *Explorer) encode() (template.JS, error) {
	var content exploredData
	for class := range classColours {
		content.Colours = append(content.Colours, webColour(ClassColour(class)))
	}
	for i := range e.Networks {
		n := &e.Networks[i]
		coded := exploredNetwork{
			Group: n.Group, Name: n.Name, Colour: webColour(opaque(n.Colour)), Evaluation: n.Evaluation, Chance: brief(n.Chance),
			Classes: append([]int{}, n.Classes...), Clusters: append([]int{}, n.Clusters...), Accuracy: n.Accuracy.brief(),
			ClassNames: n.ClassNames, GroupNames: n.ClusterNames, HeldOut: "clusters",
		}
		if n.HeldOutSamples {
			coded.HeldOut = "samples"
		}
		for j := range n.Stages {
			coded.Stages = append(coded.Stages, n.Stages[j].encode())
		}
		content.Networks = append(content.Networks, coded)
	}
	text, err := json.Marshal(content)
	return template.JS(text), err
}

func (s *ExploredStage) encode() exploredStage {
	coded := exploredStage{
		Name: s.Name, Epoch: s.Epoch, Steps: len(s.Scores), Components: s.components(),
		Dimensionality: s.Dimensionality.brief(), Fitted: s.Fitted.brief(), HeldOut: s.HeldOut.brief(),
		Scale: []brief{}, Explained: [][]brief{},
	}
	var bits []byte
	for t, cloud := range s.Scores {
		largest := 0.0
		for _, scores := range cloud {
			for _, score := range scores {
				largest = math.Max(largest, math.Abs(score))
			}
		}
		if largest == 0 {
			largest = 1
		}
		for _, scores := range cloud {
			for _, score := range scores {
				bits = binary.LittleEndian.AppendUint16(bits, uint16(int16(math.Round(score/largest*math.MaxInt16))))
			}
		}
		coded.Scale = append(coded.Scale, brief(largest))
		coded.Explained = append(coded.Explained, briefly(s.Explained[t]))
	}
	coded.Scores = base64.StdEncoding.EncodeToString(bits)
	return coded
}

func webColour(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

var (
	//go:embed report_cloud.js
	cloudScript string
	//go:embed report_curves.js
	curvesScript string
	//go:embed report_explore.js
	exploreScript string
	//go:embed report_explore.css
	exploreStyle string
)

// explorerPage is what the template needs of a panel. The page's content security policy allows only this script to run.
type explorerPage struct {
	Data   template.JS
	Script template.JS
	Style  template.CSS
	Policy string
}

func (e *Explorer) page() (*explorerPage, error) {
	data, err := e.encode()
	if err != nil {
		return nil, err
	}
	script := "(() => {\n'use strict';\n" + cloudScript + curvesScript + exploreScript + "})();"
	sum := sha256.Sum256([]byte(script))
	return &explorerPage{
		Data: data, Script: template.JS(script), Style: template.CSS(exploreStyle),
		Policy: "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}, nil
}
