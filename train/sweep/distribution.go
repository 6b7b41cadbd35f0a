package sweep

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/goccy/go-yaml"
)

// largestInteger is the largest number up to which float64 holds every whole number.
const largestInteger = 1 << 53

// decodeDistribution returns the draw that a mapping with one of uniform, log_uniform, integers and choice
// describes, and the values it may take that can be listed: the choices, the first and the last of integers. Numbers are rounded
// to six significant digits, so that a table shows exactly what was used.
func decodeDistribution(where string, value any) (draw func(*rand.Rand) any, possible []any, err error) {
	items, err := mapping(where, value)
	if err != nil {
		return nil, nil, err
	}
	if len(items) != 1 {
		return nil, nil, wrongValue(where, items, "one of uniform, log_uniform, integers, choice, like {uniform: [0, 1]}")
	}
	kind := fmt.Sprint(items[0].Key)
	where += ": " + kind
	values, err := sequence(where, items[0].Value)
	if err != nil {
		return nil, nil, err
	}
	if kind == "choice" {
		for _, v := range values {
			if err := scalar(where, v); err != nil {
				return nil, nil, err
			}
		}
		return func(rng *rand.Rand) any { return values[rng.IntN(len(values))] }, values, nil
	}
	low, high, err := bounds(where, values)
	if err != nil {
		return nil, nil, err
	}
	switch kind {
	case "uniform":
		return func(rng *rand.Rand) any { return rounded(low + (high-low)*rng.Float64()) }, nil, nil
	case "log_uniform":
		if low <= 0 {
			return nil, nil, wrongValue(where, values, "[low, high], both above 0")
		}
		return func(rng *rand.Rand) any {
			return rounded(low * math.Exp(math.Log(high/low)*rng.Float64()))
		}, nil, nil
	case "integers":
		if low != math.Trunc(low) || high != math.Trunc(high) || math.Abs(low) > largestInteger || math.Abs(high) > largestInteger {
			return nil, nil, wrongValue(where, values, "two whole numbers, both of which may be drawn")
		}
		return func(rng *rand.Rand) any { return int64(low) + rng.Int64N(int64(high)-int64(low)+1) }, []any{int64(low), int64(high)}, nil
	}
	return nil, nil, &SpecError{Where: where, Reason: "there is no such distribution; choose uniform, log_uniform, integers or choice"}
}

// bounds reads [low, high].
func bounds(where string, values []any) (low, high float64, err error) {
	wrong := wrongValue(where, values, "[low, high], two finite numbers, the first below the second")
	if len(values) != 2 {
		return 0, 0, wrong
	}
	var read [2]float64
	for i, v := range values {
		if err := scalar(where, v); err != nil {
			return 0, 0, err
		}
		text, err := yaml.Marshal(v)
		if err != nil || yaml.Unmarshal(text, &read[i]) != nil || !finite(read[i]) {
			return 0, 0, wrong
		}
	}
	if read[0] >= read[1] || !finite(read[1]-read[0]) {
		return 0, 0, wrong
	}
	return read[0], read[1], nil
}

// rounded rounds to six significant digits.
func rounded(v float64) float64 {
	var short float64
	_, _ = fmt.Sscan(fmt.Sprintf("%.6g", v), &short) // its own text is always a number
	return short
}
