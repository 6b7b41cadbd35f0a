package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"gonum.org/v1/gonum/stat"
)

// meanOf returns the mean of the rows of values, spreadOf their standard deviation with divisor N.
func meanOf(values []float64) func(rows []int) float64 {
	return func(rows []int) float64 {
		sum := 0.0
		for _, row := range rows {
			sum += values[row]
		}
		return sum / float64(len(rows))
	}
}

func spreadOf(values []float64) func(rows []int) float64 {
	return func(rows []int) float64 {
		chosen := make([]float64, len(rows))
		for i, row := range rows {
			chosen[i] = values[row]
		}
		return stat.PopStdDev(chosen, nil)
	}
}

// TestBootstrap compares with SciPy 1.17.1: scipy.stats.bootstrap((values,), f, method='BCa', n_resamples=500000,
// random_state=0) for f = numpy.mean and numpy.std. The means lie on a grid of 0.01 / 12, so two samplings may end one step apart.
func TestBootstrap(t *testing.T) {
	values := []float64{0.91, 0.97, 0.85, 0.99, 0.93, 0.88, 0.96, 0.94, 0.79, 0.98, 0.92, 0.95}
	for name, test := range map[string]struct {
		statistic            func(rows []int) float64
		estimate, lo, hi, se float64
	}{
		"mean": {meanOf(values), 0.9225, 0.8825, 0.9475, 0.016101},
		"std":  {spreadOf(values), stat.PopStdDev(values, nil), 0.035463, 0.083898, 0.012623},
	} {
		got, err := analysis.Bootstrap(len(values), test.statistic, 0.95, 100000, rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		const step = 0.01/12 + 1e-5
		if got.N != 12 || math.Abs(got.Estimate-test.estimate) > 1e-12 || math.Abs(got.Lo-test.lo) > step || math.Abs(got.Hi-test.hi) > step ||
			math.Abs(got.Error-test.se) > 2e-4 {
			t.Errorf("%s: got %+v; SciPy has %v in (%v, %v), standard error %v", name, got, test.estimate, test.lo, test.hi, test.se)
		}
	}
	for _, same := range [][]float64{{3}, {3, 3}, {3, 3, 3, 3}} {
		got, err := analysis.Bootstrap(len(same), meanOf(same), 0.95, 10, rand.New(rand.NewPCG(1, 2)))
		if want := (analysis.Interval{N: len(same), Estimate: 3, Lo: 3, Hi: 3}); err != nil || got != want {
			t.Errorf("%v gives %+v, %v", same, got, err)
		}
	}
}

// TestBootstrapCoverage draws samples of 20 from an exponential of mean 1: the 95 % interval must contain 1 in most of them. The
// interval falls short a little at this size, as all bootstrap intervals do: some 91 to 93 %.
func TestBootstrapCoverage(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	inside, trials := 0, 400
	for range trials {
		values := make([]float64, 20)
		for i := range values {
			values[i] = random.ExpFloat64()
		}
		got, err := analysis.Bootstrap(len(values), meanOf(values), 0.95, 400, random)
		if err != nil {
			t.Fatal(err)
		}
		if got.Lo <= 1 && 1 <= got.Hi {
			inside++
		}
	}
	if share := float64(inside) / float64(trials); share < 0.88 || share > 0.97 {
		t.Errorf("%.3f of the intervals hold the true mean; expected 0.91 to 0.95", share)
	}
}

func TestBootstrapFaults(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	one := meanOf([]float64{1})
	var few *analysis.TooFewSamplesError
	if _, err := analysis.Bootstrap(0, one, 0.95, 10, random); !errors.As(err, &few) {
		t.Errorf("no values: %v", err)
	}
	var odd *analysis.NotFiniteError
	if _, err := analysis.Bootstrap(2, meanOf([]float64{1, math.NaN()}), 0.95, 10, random); !errors.As(err, &odd) {
		t.Errorf("NaN: %v", err)
	}
	for _, level := range []float64{0, 1, math.NaN()} {
		if _, err := analysis.Bootstrap(1, one, level, 10, random); err == nil {
			t.Errorf("level %v: no error", level)
		}
		if _, err := analysis.ShareInterval(1, 2, level); err == nil {
			t.Errorf("share at level %v: no error", level)
		}
	}
	if _, err := analysis.Bootstrap(1, one, 0.95, 0, random); err == nil {
		t.Error("no resamples: no error")
	}
	for _, share := range [][2]int{{0, 0}, {-1, 3}, {4, 3}} {
		if _, err := analysis.ShareInterval(share[0], share[1], 0.95); err == nil {
			t.Errorf("%v: no error", share)
		}
	}
}

// TestShareInterval compares with SciPy 1.17.1: scipy.stats.binomtest(k, n).proportion_ci(0.95, 'exact').
func TestShareInterval(t *testing.T) {
	for _, test := range []struct {
		successes, count int
		lo, hi           float64
	}{
		{27, 30, 0.7347115495257919, 0.9788828629702774},
		{30, 30, 0.8842966917779725, 1},
		{0, 30, 0, 0.11570330822202743},
		{3, 20, 0.03207093718554477, 0.37892682654529564},
	} {
		got, err := analysis.ShareInterval(test.successes, test.count, 0.95)
		if err != nil || math.Abs(got.Lo-test.lo) > 1e-9 || math.Abs(got.Hi-test.hi) > 1e-9 || got.N != test.count {
			t.Errorf("%d of %d: got %+v, %v; SciPy has (%v, %v)", test.successes, test.count, got, err, test.lo, test.hi)
		}
	}
}
