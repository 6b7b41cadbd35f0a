package claims

import (
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestLaterVariantsAreTheSweeps: E1 plans the runs of the sweep files and no others, so that `train sweep` makes the same networks.
func TestLaterVariantsAreTheSweeps(t *testing.T) {
	o := Options{Realisations: 30, Only: []string{"E1"}}
	wanted := map[string]string{}
	for _, v := range farrell2019.Variants() {
		plan, err := v.Plan()
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range plan.Runs {
			wanted[run.ID] = v.Name
		}
	}
	for _, c := range o.Plan() {
		if wanted[c.Fingerprint()] == "" {
			t.Errorf("%s, realisation %d, is in no sweep file", c.Fingerprint(), c.Realisation)
		}
		delete(wanted, c.Fingerprint())
	}
	for id, name := range wanted {
		t.Errorf("%s of %s.yaml is not planned", id, name)
	}
}

// TestLaterVariantsAreMeasured: a tiny network of every variant is trained and measured.
func TestLaterVariantsAreMeasured(t *testing.T) {
	if racing || testing.Short() {
		t.Skip("trains ten networks without new concurrency")
	}
	var configs []train.Config
	for _, v := range farrell2019.Variants() {
		plan, err := v.Plan()
		if err != nil {
			t.Fatal(err)
		}
		c := plan.Runs[len(plan.Runs)-1].Config
		c.Network.Units, c.Task.Clusters, c.Training.Epochs, c.Task.Dimension = 20, 12, 1, min(c.Task.Dimension, 8)
		c.Training.Samples, c.Training.ValidationSamples, c.Measures.Samples = 20, 24, 40
		configs = append(configs, c)
	}
	networks, plan, maker := sweep.Folder{Path: t.TempDir()}, sweep.NewPlan(Kind, "", configs), Maker(nil)
	maker.Recorder = func(train.Config) train.Recorder { return train.Silent{} }
	if _, err := networks.Stock(plan, true); err != nil {
		t.Fatal(err)
	}
	how := sweep.DefaultOptions()
	how.Workers, how.FailFast = 2, true
	if err := networks.Work(t.Context(), plan.Runs, how, maker.Execute, &monitor{enough: -1}); err != nil {
		t.Fatal(err)
	}
	for _, of := range plan.Runs {
		e, err := measure.Read[Evidence](networks.Run(of.ID))
		if err != nil {
			t.Fatal(err)
		}
		if want := of.Config.Measures.Steps + 1; len(e.After.ED) != want || len(e.History) != 2 {
			t.Errorf("%s: %d values of the dimensionality, want %d, after %d epochs", of.Config.Network.Cell, len(e.After.ED), want, len(e.History)-1)
		}
	}
}
