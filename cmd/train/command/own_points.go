package command

import "github.com/unfurl-rnn/unfurl/train"

// logOwnPoints logs on one line what was read from the user's points or sequences and how they are partitioned, then what may
// be wrong with them.
func (p *program) logOwnPoints(e *train.Experiment) {
	if e.Sequences != nil {
		p.log.Info(e.Sequences)
		for _, doubt := range e.Sequences.Doubts {
			p.log.Warn(doubt)
		}
	}
	if e.Own == nil {
		return
	}
	p.log.Info(e.Own)
	for _, doubt := range e.Own.Doubts {
		p.log.Warn(doubt)
	}
	if e.Own.Clusters == 0 && e.Config.Measures.Splits > 0 {
		p.log.Infof("every class is one cluster: samples are held out instead of clusters (lr_heldout_samples)")
	}
}

// logConnections warns of a mask that leaves almost no network.
func (p *program) logConnections(e *train.Experiment) {
	if doubt := e.DoubtConnections(); doubt != nil {
		p.log.Warn(doubt)
	}
}
