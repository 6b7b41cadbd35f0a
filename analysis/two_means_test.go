package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"gonum.org/v1/gonum/mat"
)

// twoClouds returns 40 points of 6 coordinates in two classes that overlap a little.
func twoClouds() (points *mat.Dense, classes []int) {
	points, classes = mat.NewDense(40, 6, nil), make([]int, 40)
	for i := range 40 {
		shift := -0.2
		if i%4 < 2 {
			shift, classes[i] = 1.1, 1
		}
		for j := range 6 {
			points.Set(i, j, math.Sin(1+3.7*float64(i)+1.9*float64(j*j)+0.3*float64(i*j))+shift*math.Cos(float64(j)))
		}
	}
	return points, classes
}

// TestTwoMeans compares with scikit-learn 1.9.1: KMeans(2, n_init=50, random_state=0).fit(X).labels_, the first point in group 0,
// and adjusted_rand_score of the classes and these, 0.805.
func TestTwoMeans(t *testing.T) {
	points, classes := twoClouds()
	groups, err := analysis.TwoMeans(points)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Trim(strings.ReplaceAll(fmt.Sprint(groups), " ", ""), "[]")
	if want := "0011001100110111001100110011001100010011"; got != want {
		t.Errorf("got %s, scikit-learn has %s", got, want)
	}
	index, err := analysis.AdjustedRand(classes, groups)
	if err != nil || math.Abs(index-0.805) > 1e-12 {
		t.Errorf("adjusted Rand index %v, %v; scikit-learn has 0.805", index, err)
	}
	if _, err := analysis.TwoMeans(mat.NewDense(3, 2, nil)); !errors.Is(err, analysis.ErrZeroVariance) {
		t.Errorf("one point thrice: %v", err)
	}
}

// TestAdjustedRand compares with scikit-learn 1.9.1: adjusted_rand_score.
func TestAdjustedRand(t *testing.T) {
	for _, test := range []struct {
		a, b []int
		want float64
	}{
		{[]int{0, 0, 1, 1, 2, 2}, []int{0, 0, 1, 2, 2, 2}, 0.4444444444444444},
		{[]int{0, 0, 0}, []int{1, 1, 1}, 1},
		{[]int{0, 1, 0, 1}, []int{0, 0, 1, 1}, -0.5},
		{[]int{7}, []int{3}, 1},
	} {
		if got, err := analysis.AdjustedRand(test.a, test.b); err != nil || math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%v, %v: got %v, %v, want %v", test.a, test.b, got, err, test.want)
		}
	}
	if _, err := analysis.AdjustedRand([]int{1}, nil); err == nil {
		t.Error("other lengths: no error")
	}
}

// TestDiscriminability compares with scikit-learn 1.9.1: LinearDiscriminantAnalysis(solver='lsqr', shrinkage=0.1, priors=[.5, .5]) fitted
// to the even and to the odd points, d' with numpy's var of the others' projections on coef_, the mean of both.
func TestDiscriminability(t *testing.T) {
	points, classes := twoClouds()
	got, err := analysis.Discriminability(points, classes, 0.1)
	if err != nil || math.Abs(got-2.8590420985926714) > 1e-9 {
		t.Errorf("got %v, %v; scikit-learn has 2.85904", got, err)
	}
	var kinds *analysis.TwoClassesError
	if _, err := analysis.Discriminability(points, make([]int, 40), 0.1); !errors.As(err, &kinds) {
		t.Errorf("one class: %v", err)
	}
	var shrinkage *analysis.ShrinkageError
	if _, err := analysis.Discriminability(points, classes, 0); !errors.As(err, &shrinkage) {
		t.Errorf("no shrinkage: %v", err)
	}
	var few *analysis.TooFewSamplesError
	if _, err := analysis.Discriminability(points.Slice(0, 6, 0, 6).(*mat.Dense), classes[:6], 0.1); !errors.As(err, &few) {
		t.Errorf("six points: %v", err)
	}
}
