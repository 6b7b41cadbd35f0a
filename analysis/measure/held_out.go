package measure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// heldOut is the part of the measuring samples that logistic regressions are not fitted to.
type heldOut struct {
	note    error   // why nothing is held out, where that is not the configuration's choice
	rows    [][]int // one set of samples a split; nil if the measure is left out
	samples bool    // single samples are held out, not the samples of whole clusters
}

// streamFolds is the purpose of the stream that chooses held-out samples.
const streamFolds = "held-out samples"

// Check returns the error with which measuring would fail because clusters or samples cannot be held out, or because
// measures.further names what is no series, so that it is found before training.
func Check(e *train.Experiment) error {
	if _, err := askedFor(e.Config); err != nil {
		return err
	}
	_, err := heldOutOf(e)
	return err
}

// heldOutOf chooses what is held out of an experiment's measuring samples: clusters or, where every class is a single
// cluster, the same share of the samples of every class; nothing if no splits are asked for.
func heldOutOf(e *train.Experiment) (heldOut, error) {
	measures, points := e.Config.Measures, e.MeasuringPoints()
	if classes := distinct(points.Labels); classes < 2 {
		return heldOut{note: errors.New("all measuring samples are of one class: what needs classes, such as held-out accuracy, is left out")}, nil
	}
	if measures.Splits == 0 {
		return heldOut{}, nil
	}
	if !points.HasClusters() {
		return heldOutFolds(e, points)
	}
	if err := checkClusters(points); err != nil {
		if hasTrials(e.Config) { // conditions need not be spread over what serves as classes
			return heldOutFolds(e, points)
		}
		return heldOut{}, err
	}
	splits, err := analysis.HeldOutSplits(points.Clusters, measures.HeldOut, measures.Splits, e.Config.Stream(train.StreamSplits, 0))
	if err != nil {
		return heldOut{}, err
	}
	return heldOut{rows: analysis.SamplesOfClusters(points.Clusters, splits)}, checkClasses(points, splits)
}

// heldOutFolds chooses held-out samples.
func heldOutFolds(e *train.Experiment, points *data.Points) (heldOut, error) {
	measures := e.Config.Measures
	var single []string
	for _, class := range points.Summary().Classes {
		if class.Samples < 2 {
			single = append(single, class.Name)
		}
	}
	if len(single) > 0 {
		fix := e.Config.MoreMeasured(points.Len())
		if e.Config.Task.OwnFile() != "" {
			fix = "add samples to " + e.Config.Task.OwnFile() + ", " + fix
		}
		return heldOut{}, &SplitError{
			Reason: fmt.Sprintf("fewer than 2 of the %d measuring samples are of class %s, so that none is left to fit when one is held out",
				points.Len(), strings.Join(single, ", ")),
			Fix: fix + ", or set measures.splits = 0 to leave this measure out",
		}
	}
	folds, err := analysis.HeldOutFolds(points.Labels, measures.HeldOut, measures.Splits, e.Config.Stream(streamFolds, 0))
	return heldOut{rows: folds, samples: true}, err
}

// SplitError says that clusters or samples cannot be held out.
type SplitError struct{ Reason, Fix string }

func (e *SplitError) Error() string { return "held-out accuracy: " + e.Reason + "; " + e.Fix }

// checkClusters makes sure that a class has a cluster left when one is held out: a regression misclassifies every sample of a
// class that it has never seen.
func checkClusters(points *data.Points) error {
	clusters := make([]map[int]bool, points.Classes)
	for s, label := range points.Labels {
		if clusters[label] == nil {
			clusters[label] = map[int]bool{}
		}
		clusters[label][points.Clusters[s]] = true
	}
	for label, of := range clusters {
		if len(of) == 1 {
			return &SplitError{
				Reason: fmt.Sprintf("class %s has a single cluster among the %d measuring samples, others have several", points.ClassName(label), points.Len()),
				Fix:    "give every class two or more clusters or none, or set measures.splits = 0 to leave this measure out",
			}
		}
	}
	return nil
}

// checkClasses makes sure that every split leaves at least two classes to fit.
func checkClasses(points *data.Points, splits [][]int) error {
	for i, split := range splits {
		classes := map[int]bool{}
		for s, cluster := range points.Clusters {
			if !slices.Contains(split, cluster) {
				classes[points.Labels[s]] = true
			}
		}
		if len(classes) < 2 {
			return &SplitError{
				Reason: fmt.Sprintf("split %d leaves %d class to fit", i+1, len(classes)),
				Fix:    "use more clusters a class, or lower measures.held_out",
			}
		}
	}
	return nil
}
