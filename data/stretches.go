package data

import "gonum.org/v1/gonum/mat"

// Stretch is the part of a trajectory between two times at which samples end, with the samples that continue.
type Stretch struct {
	From       int         // its first time
	Rows       []int       // the samples, ascending
	Trajectory *Trajectory // of these samples at these times, counted from 0; without Lengths and Marks
}

// Stretches cuts a valid trajectory of samples of several lengths into parts in which all samples continue, in order. Times after
// the end of the longest sample are in none. A trajectory whose samples all continue to the end is one stretch.
func (t *Trajectory) Stretches() []Stretch {
	alive := make([]int, len(t.H)) // samples at each time
	for step := range alive {
		alive[step] = len(t.at(step))
	}
	var stretches []Stretch
	for from, to := 0, 0; from < len(t.H) && alive[from] > 0; from = to {
		for to = from; to < len(t.H) && alive[to] == alive[from]; to++ {
		}
		stretches = append(stretches, t.stretch(from, to))
	}
	return stretches
}

// at returns the samples that have not ended at a time.
func (t *Trajectory) at(step int) (rows []int) {
	for sample := range t.Labels {
		if t.Lengths == nil || t.Lengths[sample] > step {
			rows = append(rows, sample)
		}
	}
	return rows
}

// stretch returns the times from .. to-1 of the samples that have not ended at the first of them.
func (t *Trajectory) stretch(from, to int) Stretch {
	rows := t.at(from)
	of := &Trajectory{Labels: picked(t.Labels, rows), Clusters: picked(t.Clusters, rows), Variables: pickedVariables(t.Variables, rows)}
	pick := func(all *mat.Dense) *mat.Dense {
		if len(rows) == len(t.Labels) {
			return all
		}
		_, columns := all.Dims()
		some := mat.NewDense(len(rows), columns, nil)
		for i, row := range rows {
			some.SetRow(i, all.RawRowView(row))
		}
		return some
	}
	for step := from; step < to; step++ {
		of.H = append(of.H, pick(t.H[step]))
		if t.Carried != nil {
			of.Carried = append(of.Carried, pick(t.Carried[step]))
		}
	}
	for i, time := range t.OutputTimes {
		if time >= from && time < to {
			of.Outputs, of.OutputTimes = append(of.Outputs, pick(t.Outputs[i])), append(of.OutputTimes, time-from)
		}
	}
	return Stretch{From: from, Rows: rows, Trajectory: of}
}
