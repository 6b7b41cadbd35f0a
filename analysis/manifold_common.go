package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// keptCentre is the fraction of its norm that every centre must keep if common components are chosen automatically.
const keptCentre = 1e-3

// centreDirections holds the directions of the centres of manifolds and the principal components that they share.
type centreDirections struct {
	rows    blas64.General // P x N, of length 1
	cosines blas64.General // P x P, their products
	values  []float64      // P, eigenvalues of cosines, ascending
	vectors mat.Dense      // P x P, their eigenvectors, one a column
}

// directions returns those of the centres, none of which is 0.
func (m *manifolds) directions() (*centreDirections, error) {
	p := len(m.groups)
	d := &centreDirections{rows: newGeneral(p, m.centres.Cols), cosines: newGeneral(p, p)}
	for i := range p {
		floats.AddScaled(rowOf(d.rows, i), 1/floats.Norm(rowOf(m.centres, i), 2), rowOf(m.centres, i))
	}
	selfProduct(d.cosines, d.rows)
	mirror(d.cosines)
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(p, append([]float64(nil), d.cosines.Data...)), true) {
		return nil, fmt.Errorf("analysis: no principal components of %d centres; leave this step out", p)
	}
	eigen.VectorsTo(&d.vectors)
	d.values = eigen.Values(nil)
	return d, nil
}

// residuals returns the mean |cosine| between centres once the first 0 .. most components are removed, and the least fraction of
// its norm that any centre then keeps.
func (d *centreDirections) residuals(most int) (cosines, kept []float64) {
	p := d.cosines.Rows
	left := newGeneral(p, p)
	copy(left.Data, d.cosines.Data)
	column := make([]float64, p)
	for k := 0; k <= most; k++ {
		if k > 0 {
			mat.Col(column, p-k, &d.vectors)
			for i, x := range column {
				floats.AddScaled(rowOf(left, i), -d.values[p-k]*x, column)
			}
		}
		cosines = append(cosines, meanCosine(left))
		kept = append(kept, math.Sqrt(max(smallestDiagonal(left), 0)))
	}
	return cosines, kept
}

// chooseComponents returns the number of components that leaves the least mean |cosine| while every centre keeps keptCentre of its norm.
func chooseComponents(cosines, kept []float64) int {
	best := 0
	for k := range cosines {
		if kept[k] < keptCentre {
			break
		}
		if cosines[k] < cosines[best] {
			best = k
		}
	}
	return best
}

// automaticMost is the largest number of common components that is chosen automatically for a number of manifolds: with half of
// the components gone, most centres are left with their own directions.
func automaticMost(manifolds int) int { return manifolds / 2 }

// removeCommon projects points and centres on the null space of the leading principal components of the centres' directions.
func (m *manifolds) removeCommon(components int) error {
	p := len(m.groups)
	if components >= p {
		return fmt.Errorf("analysis: CommonComponents = %d of %d manifolds leaves no centre; choose 0 to %d or AutomaticComponents",
			components, p, p-1)
	}
	d, err := m.directions()
	if err != nil {
		return err
	}
	most := components
	if components == AutomaticComponents {
		most = automaticMost(p)
	}
	cosines, kept := d.residuals(most)
	m.removed = most
	if components == AutomaticComponents {
		m.removed = chooseComponents(cosines, kept)
	}
	m.correlation, m.uncorrelate = cosines[0], cosines[m.removed]
	direction := make([]float64, m.centres.Cols)
	for k := 1; k <= m.removed; k++ {
		clear(direction)
		for i := range p {
			floats.AddScaled(direction, d.vectors.At(i, p-k), rowOf(d.rows, i))
		}
		length := floats.Norm(direction, 2)
		if length == 0 {
			continue
		}
		floats.Scale(1/length, direction)
		for _, rows := range []blas64.General{m.points, m.centres} {
			for i := range rows.Rows {
				floats.AddScaled(rowOf(rows, i), -floats.Dot(rowOf(rows, i), direction), direction)
			}
		}
	}
	return nil
}

// CommonChoice is a number of common components for all times.
type CommonChoice struct {
	Components int
	Alone      []int   // T, what [ManifoldGeometry] would take at each time alone; -1 where there is no geometry
	Warnings   []error // a [*CommonComponentsWarning] where these differ
}

// CommonComponentsWarning travels with geometry through time where the number of common components, the same for all times,
// differs from the number that a single time would have.
type CommonComponentsWarning struct {
	Components, Times, Others int // the number; times with a geometry; those that would have another number
}

// Error returns the numbers on one line.
func (w *CommonComponentsWarning) Error() string {
	return fmt.Sprintf("analysis: %d common components of the centres are removed at all times, so that capacity does not jump; %d of %d times alone would have another number",
		w.Components, w.Others, w.Times)
}

// ChooseCommonComponents returns the number of common components for manifolds that are followed through time: the number from 0
// to P/2 that leaves the least mean |cosine| between centres, on average over the times. Where a centre keeps less than a
// thousandth of its norm, the mean |cosine| counts as 2, worse than any; times without geometry do not count. Chosen at each time
// alone, as in the authors' code, the number switches between neighbouring times with almost equal residual correlation, and capacity
// jumps by half.
//
// states is S x N at each time, groups as for [ManifoldGeometry]; config.CommonComponents is ignored.
//
// Errors: those of Validate, [*ShapeError], [*NotFiniteError] inside an [*AtStep], ctx's.
func ChooseCommonComponents(ctx context.Context, states []*mat.Dense, groups []int, config ManifoldConfig) (*CommonChoice, error) {
	config.CommonComponents = 0
	if err := config.Validate(); err != nil {
		return nil, err
	}
	choice := &CommonChoice{}
	warning := &CommonComponentsWarning{}
	var sums []float64
	for t, points := range states {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		choice.Alone = append(choice.Alone, -1)
		if err := checkManifolds(points, groups); err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		parts, err := groupManifolds(points, groups, config)
		var origin *CentreAtOriginError
		var few *TooFewDistinctError
		if errors.As(err, &origin) || errors.As(err, &few) || err == nil && len(parts.groups) == 1 {
			continue
		}
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		d, err := parts.directions()
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		cosines, kept := d.residuals(automaticMost(len(parts.groups)))
		choice.Alone[t] = chooseComponents(cosines, kept)
		if sums == nil {
			sums = make([]float64, len(cosines))
		}
		for k := range cosines {
			if kept[k] < keptCentre {
				cosines[k] = 2
			}
			sums[k] += cosines[k]
		}
		warning.Times++
	}
	if sums == nil {
		return choice, nil
	}
	choice.Components = floats.MinIdx(sums)
	warning.Components = choice.Components
	for _, alone := range choice.Alone {
		if alone >= 0 && alone != choice.Components {
			warning.Others++
		}
	}
	if warning.Others > 0 {
		choice.Warnings = append(choice.Warnings, warning)
	}
	return choice, nil
}

// checkManifolds returns an error unless points are finite, at least two, and have a group each.
func checkManifolds(points *mat.Dense, groups []int) error {
	if err := checkCovariance("manifold geometry", points); err != nil {
		return err
	}
	if samples, _ := points.Dims(); len(groups) != samples {
		return &ShapeError{What: "groups", Got: len(groups), Want: samples}
	}
	return nil
}

// meanCosine returns the mean of |G_ij| / sqrt(G_ii G_jj) over i != j, 0 where a centre is 0.
func meanCosine(gram blas64.General) float64 {
	sum := 0.0
	for i := range gram.Rows {
		for j := range i {
			norms := gram.Data[i*gram.Stride+i] * gram.Data[j*gram.Stride+j]
			if norms > 0 {
				sum += math.Abs(gram.Data[i*gram.Stride+j]) / math.Sqrt(norms)
			}
		}
	}
	return 2 * sum / float64(gram.Rows*(gram.Rows-1))
}

// smallestDiagonal returns the least diagonal element.
func smallestDiagonal(gram blas64.General) float64 {
	least := math.Inf(1)
	for i := range gram.Rows {
		least = min(least, gram.Data[i*gram.Stride+i])
	}
	return least
}
