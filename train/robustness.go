package train

import (
	"context"

	"github.com/unfurl-rnn/unfurl/graph"
	G "gorgonia.org/gorgonia"
)

// ScoresUnderNoise returns the network's score on the measuring samples, one for each standard deviation of the noise in its units: the
// share of right choices, or the task's score. The noise enters at every step as that of [graph.Config].Noise does, whatever the network
// was trained with, and the readout is the trained one. It is drawn once and scaled, and networks of one realisation with as many units
// see the same noise, so that scores can be compared in pairs.
//
// Errors: [ErrInterrupted] when the context ends; [data.TaskError].
func (e *Experiment) ScoresUnderNoise(ctx context.Context, parameters *graph.Parameters, deviations []float64) ([]float64, error) {
	samples, err := e.measuringFeed()
	if err != nil {
		return nil, err
	}
	plan := e.Plan()
	u := e.unroll(plan.Steps)
	u.Batch, u.Outputs, u.Readouts, u.Noise = samples.batch.Len(), true, plan.Asked(), true
	rnn, err := graph.Build(parameters, u)
	if err != nil {
		return nil, err
	}
	engine, err := EngineNamed(e.Config.Training.Engine)
	if err != nil {
		return nil, err
	}
	machine, err := engine(rnn.Graph, append(G.Nodes{}, rnn.Outputs...))
	if err != nil {
		return nil, err
	}
	defer machine.Close()
	samples.put(rnn, 0)
	scales := parameters.NoiseScales()
	scores := make([]float64, len(deviations))
	for i, deviation := range deviations {
		if ctx.Err() != nil {
			return nil, ErrInterrupted
		}
		fillNoise(rnn.Noise, deviation, scales, e.Config.stream(streamMeasuringNoise))
		if err := machine.RunAll(); err != nil {
			return nil, err
		}
		outputs, err := rnn.ReadOutputs(machine)
		if err != nil {
			return nil, err
		}
		if scores[i], err = samples.score(outputs); err != nil {
			return nil, err
		}
	}
	return scores, nil
}
