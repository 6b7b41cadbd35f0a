package command

import "github.com/unfurl-rnn/unfurl/train"

// logOwnPoints says on one line what was read of the user's own points or sequences and how they are shared out, and then what
// may be wrong with them.
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
		p.log.Infof("every class is one cluster: samples are held out in place of clusters (lr_heldout_samples)")
	}
}
