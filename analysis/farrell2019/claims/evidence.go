package claims

import "github.com/unfurl-rnn/unfurl/analysis/measure"

// Evidence is everything that the claims read about one network.
type Evidence struct {
	measure.Measurements
	// Diverged says why a network has no evidence: its training ended early or its states collapsed; empty if it has. The other fields are then empty.
	Diverged string `json:"diverged,omitempty"`
	// InputED is the effective dimensionality of the inputs, in dimensions.
	InputED float64 `json:"input_ed"`
	// Initial and Trained are further measures before and after training.
	Initial Stage `json:"initial"`
	Trained Stage `json:"trained"`
	// Course is the course of training of the paper's four networks.
	Course []Moment `json:"course,omitempty"`
	// Path is the course of training of the networks that keep waypoints.
	Path []Waypoint `json:"path,omitempty"`
}

// accuracy is the network's accuracy on fresh samples after the last epoch.
func (e *Evidence) accuracy() float64 { return e.History[len(e.History)-1].Accuracy }

// evaluation is t_eval.
func (e *Evidence) evaluation() int { return e.Config.EvaluationTime() }

// compression is the effective dimensionality at t_eval over that at t = 0, after training.
func (e *Evidence) compression() float64 { return e.After.ED[e.evaluation()] / e.After.ED[0] }
