package measure_test

import (
	"context"
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// saturation is a measure: the share of units with |h| > 0.9 at each time, the mean over samples.
var saturation = measure.Measure{
	Name:    "saturation",                                                                           // in the progress bar
	Columns: []measure.Column{{Name: "saturation", Label: "share of saturated units", Chart: true}}, // in curves.csv and the report
	Weight:  1,
	Compute: func(ctx context.Context, s *measure.Subject) ([]measure.Series, []error, error) {
		values := make([]float64, len(s.Trajectory.H))
		for t, states := range s.Trajectory.H { // S x N
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			saturated := 0
			for _, h := range states.RawMatrix().Data {
				if math.Abs(h) > 0.9 {
					saturated++
				}
			}
			values[t] = float64(saturated) / float64(len(states.RawMatrix().Data))
		}
		return []measure.Series{{Name: "saturation", Values: values}}, nil, nil
	},
}

// A new measure is registered before anything is measured; `train analyze` then has a row, a column and a chart of it.
func ExampleRegister() {
	measure.Register(saturation)
	recorded := &data.Trajectory{H: []*mat.Dense{mat.NewDense(1, 4, []float64{0.1, 0.95, -1, 0.5})}, Labels: []int{0}, Clusters: []int{0}}
	series, _, err := saturation.Compute(context.Background(), &measure.Subject{Trajectory: recorded})
	fmt.Println(series, err)
	// Output: [{saturation [0.5]}] <nil>
}
