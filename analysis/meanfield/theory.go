package meanfield

import (
	"context"
	"math"
	"runtime"
	"sync"
)

// Theory computes the overlaps of the untrained networks of one Config, those of inputs of one size together and once. Its methods are
// safe for concurrent use.
type Theory struct {
	config     Config
	first      [][]float64 // T+1 rows of normal values for the first input of a pair
	second     [][]float64 // for what the second one has of its own
	responding [][]float64 // for one input

	mutex   sync.Mutex
	columns map[int]*column // by index of sizes
}

// column holds what the theory says about inputs of one size.
type column struct {
	squares []float64     // T+1, mean squares of the states
	pairs   [][][]float64 // matches x skews x T+1: correlation of the states of a pair over its cosine
	spread
}

// New returns a theory. Errors: the faults of c.Validate.
func New(c Config) (*Theory, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	rows := normals("pairs", 2*(c.Steps+1), c.Copies)
	first, second := make([][]float64, c.Steps+1), make([][]float64, c.Steps+1)
	for t := range first {
		first[t], second[t] = rows[2*t], rows[2*t+1]
	}
	return &Theory{
		config: c, first: mirrored(first, 1), second: mirrored(second, -1), responding: normals("responses", c.Steps+1, c.Responses),
		columns: map[int]*column{},
	}, nil
}

// pair returns the correlation of the states of two inputs through time over that of the inputs, the cosine of their angle.
//
// The second input's own noise takes both signs, so that inputs without overlap have none later on.
func (th *Theory) pair(size, match, skew float64) []float64 {
	c, unequal := th.config, math.Sqrt(skew*(1-match*match))
	a, b := size*math.Sqrt(1+unequal), size*math.Sqrt(1-unequal)
	along := size * size * match / a
	across := math.Sqrt(max(0, b*b-along*along))
	cosine := match / math.Sqrt(1-unequal*unequal)
	x, y := make([]float64, 2*c.Copies), make([]float64, 2*c.Copies)
	for i, own := range th.second[0] {
		x[i] = a * th.first[0][i]
		y[i] = along*th.first[0][i] + across*own
	}
	noise := make([][]float64, 0, 2*c.Steps)
	for t := range c.Steps {
		noise = append(noise, th.first[t+1], th.second[t+1])
	}
	p := newProcess(c.Coupling, c.Mixing, noise, x, y)
	values := make([]float64, c.Steps+1)
	for t := range values {
		if t > 0 {
			p.advance()
		}
		a, b := 2*t, 2*t+1
		values[t] = p.overlaps[b][a] / math.Sqrt(p.overlaps[a][a]*p.overlaps[b][b]) / cosine
	}
	return values
}

// column computes what a size needs.
//
// The slope of the overlap at match 0 follows from the response of a single input as well, with far less sampling error. The
// difference is taken off at all matches, by a share that falls to 0 at match 1, where the correlation is exact.
func (th *Theory) column(size float64) *column {
	one := th.config.follow(size, th.responding)
	c := &column{squares: make([]float64, th.config.Steps+1), spread: th.config.spread(one)}
	for t := range c.squares {
		c.squares[t] = one.overlaps.At(t, t)
	}
	slope := make([]float64, len(c.squares))
	for t, fixed := range c.fixed {
		for k := range slope {
			slope[t] += fixed[k*len(slope)+k] / c.squares[t]
		}
	}
	excess := make([]float64, len(slope))
	for m, match := range matches {
		c.pairs = append(c.pairs, make([][]float64, len(skews)))
		for s, skew := range skews {
			values := th.pair(size, match, skew)
			for t := range values {
				if m == 0 && s == 0 {
					excess[t] = values[t]/slope[t] - 1
				}
				values[t] /= 1 + excess[t]*(1-match*match)
			}
			c.pairs[m][s] = values
		}
	}
	return c
}

// prepare computes the columns that are missing.
func (th *Theory) prepare(ctx context.Context, needed map[int]bool) error {
	th.mutex.Lock()
	defer th.mutex.Unlock()
	var missing []int
	for size := range sizes {
		if needed[size] && th.columns[size] == nil {
			missing = append(missing, size)
		}
	}
	found := make([]*column, len(missing))
	queue := make(chan int)
	var group sync.WaitGroup
	for range min(len(missing), runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range queue {
				found[i] = th.column(sizes[missing[i]])
			}
		})
	}
	for i := range missing {
		if ctx.Err() == nil {
			queue <- i
		}
	}
	close(queue)
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, size := range missing {
		th.columns[size] = found[i]
	}
	return nil
}
