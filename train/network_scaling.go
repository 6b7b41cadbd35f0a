package train

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
)

// Names of the arrays with which points are standardised: x enters as (x - mean) / scale.
const (
	meanName  = "mean"
	scaleName = "scale"
)

// isWeight reports whether an array has a name that [ReadNetwork] looks for.
func isWeight(name string) bool {
	_, last := splitName(name)
	return slices.Contains([]string{"R", "W", "b1", "b2"}, name) || name == embeddingName || name == meanName || name == scaleName ||
		strings.HasPrefix(last, "weight") || strings.HasPrefix(last, "bias")
}

// ScalingTensors returns the mean and the scale (D each) of standardised points, in double precision whatever the precision
// of the network, since raw points may have any unit.
func ScalingTensors(s data.Scaling) (mean, scale array.Array) {
	shape := []int{len(s.Shift)}
	return array.Array{Shape: shape, Float64: s.Mean()}, array.Array{Shape: shape, Float64: s.Scale()}
}

// scaled adds the scaling of its points to a network.
func (a namedArrays) scaled(n *ImportedNetwork, err error) (*ImportedNetwork, error) {
	if err != nil {
		return nil, err
	}
	n.Scaling, err = a.scaling(n.Inputs())
	return n, err
}

// scaling returns the scaling of a network's points, nil if its file holds none. inputs is 0 if it is not known.
func (a namedArrays) scaling(inputs int) (*data.Scaling, error) {
	const advice = "give both one value for each input, or rename them if they are something else"
	mean, hasMean := a[meanName]
	scale, hasScale := a[scaleName]
	switch {
	case !hasMean && !hasScale:
		return nil, nil
	case hasMean != hasScale:
		present, missing := meanName, scaleName
		if hasScale {
			present, missing = missing, present
		}
		return nil, fmt.Errorf("there is an array %q but none named %q, which together say how points are standardised; %s", present, missing, advice)
	case len(mean.shape) != 1 || len(scale.shape) != 1:
		return nil, fmt.Errorf("the arrays %q and %q have shapes %v and %v; %s", meanName, scaleName, mean.shape, scale.shape, advice)
	}
	if inputs > 0 && len(mean.values) != inputs {
		return nil, fmt.Errorf("the array %q has shape [%d] where the input weights ask for [%d]; %s", meanName, len(mean.values), inputs, advice)
	}
	scaling, err := data.NewScaling(mean.values, scale.values)
	if err != nil {
		return nil, err
	}
	return &scaling, nil
}
