package meanfield

import (
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// generator is the generating vector of a lattice rule that is good for every power of two from 2^10 to 2^20 points.
//
// Source: R. Cools, F. Y. Kuo, D. Nuyens, SIAM J. Sci. Comput. 28 (2006) 2162, doi:10.1137/06065074X; the first components of
// lattice-32001-1024-1048576.3600 of F. Y. Kuo.
var generator = []int{
	1, 182667, 469891, 498753, 110745, 446247, 250185, 118627, 245333, 283199, 408519, 391023, 246327, 126539, 399185, 461527,
	300343, 69681, 516695, 436179, 106383, 238523, 413283, 70841, 47719, 300129, 113029, 123925, 410745, 211325, 17489, 511893,
	40767, 186077, 519471, 255369, 101819, 243573, 66189, 152143, 503455, 113217, 132603, 463967, 297717, 157383, 224015, 502917,
	36237, 94049, 170665, 79397, 123963, 223451, 323871, 303633, 98567, 318855, 494245, 477137, 177975, 64483, 26695, 88779,
}

// normals returns rows of count standard normal values that fill space evenly: a randomly shifted lattice in the unit cube, mapped by
// the normal quantile. Rows after the last of the generator are independent draws. Second moments are exact: the mean square of
// each row is 1, and the mean product of two rows is 0. What is linear in the values then has no sampling error.
func normals(purpose string, rows, count int) [][]float64 {
	random := data.Stream(0, 0, "mean field "+purpose, 0)
	values := make([][]float64, rows)
	for i := range values {
		row, shift := make([]float64, count), random.Float64()
		for j := range row {
			if i >= len(generator) {
				row[j] = random.NormFloat64()
				continue
			}
			place := float64(j*generator[i]%count)/float64(count) + shift
			row[j] = distuv.UnitNormal.Quantile(max(place-math.Floor(place), 1e-12))
		}
		for range 2 { // Gram-Schmidt loses digits once, but not twice
			for _, earlier := range values[:i] {
				floats.AddScaled(row, -floats.Dot(row, earlier)/float64(count), earlier)
			}
		}
		floats.Scale(1/math.Sqrt(floats.Dot(row, row)/float64(count)), row)
		values[i] = row
	}
	return values
}

// mirrored returns rows of twice the length: each followed by itself, times sign.
func mirrored(rows [][]float64, sign float64) [][]float64 {
	doubled := make([][]float64, len(rows))
	for i, row := range rows {
		doubled[i] = append(append(make([]float64, 0, 2*len(row)), row...), row...)
		floats.Scale(sign, doubled[i][len(row):])
	}
	return doubled
}
