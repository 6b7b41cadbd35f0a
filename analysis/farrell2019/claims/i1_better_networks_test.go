package claims

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// shuffledTask is a task through time whose answers are those of other trials.
type shuffledTask struct{ data.Task }

func (s shuffledTask) Fill(b *data.Batch, random *rand.Rand) {
	s.Task.Fill(b, random)
	random.Shuffle(b.Len(), func(i, j int) {
		b.Labels[i], b.Labels[j] = b.Labels[j], b.Labels[i]
		b.Clusters[i], b.Clusters[j] = b.Clusters[j], b.Clusters[i]
		for _, targets := range b.Targets {
			one, other := targets.RawRowView(i), targets.RawRowView(j)
			for k := range one {
				one[k], other[k] = other[k], one[k]
			}
		}
	})
}

// TestSpoiltNetworksAreNoBetter: where nothing can be learned, no variant is better than the plain network, and I1 does not hold; its
// page is written all the same.
func TestSpoiltNetworksAreNoBetter(t *testing.T) {
	if racing {
		t.Skip("a statement on numbers; TestInterruptedRunGoesOn trains under the race detector")
	}
	if testing.Short() {
		t.Skip("240 networks, half a minute of a core")
	}
	small := func(c *train.Config) {
		c.Network.Units, c.Task.Clusters = 24, 12
		c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples, c.Measures.Samples = 2*c.Training.Batch, 2, 100, 60
		c.Measures.Splits = min(c.Measures.Splits, 2)
	}
	for name, spoil := range spoilings(small) {
		t.Run(name, func(t *testing.T) {
			o, maker := Options{Realisations: 5, Only: []string{"I1"}, adjust: small}, Maker(nil)
			spoil(&o, maker)
			result, _, err := makeAll(t, o, maker, sweep.Folder{Path: t.TempDir()}, 2, 0)
			if err != nil {
				t.Fatal(err)
			}
			ledger, err := result.Ledger()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range ledger[0].Findings {
				if ledger[0].Verdict != DoesNotHold || f.AnyOf != "" && f.Verdict == Holds {
					t.Errorf("%s: %s: %s, %s", f.Name, show(f), f.Threshold, f.Verdict)
				}
				if !f.Control && f.Interval.N != 5 {
					t.Errorf("%s has %d values of 5", f.Name, f.Interval.N)
				}
			}
			if ledger[0].Verdict != DoesNotHold {
				t.Errorf("I1 %s, want %s", ledger[0].Verdict, DoesNotHold)
			}
			if _, err := result.Write(t.TempDir(), ledger, &run.Provenance{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBetterNetworksAreFound: with made-up evidence, the claim holds if a variant is better in each sense, in part if it is in some.
func TestBetterNetworksAreFound(t *testing.T) {
	o := Options{Realisations: 6, Only: []string{"I1"}}
	made := func(gain, speed, bears, unseen float64) Verdict {
		r := &Result{Options: o, Networks: map[string]*Evidence{}}
		for _, c := range o.contests() {
			for _, variant := range []network{c.plain, c.variant} {
				for realisation := range o.Realisations {
					config := variant.config
					config.Realisation = realisation
					jitter := 0.001 * float64(realisation)
					e := &Evidence{}
					e.Config = config
					e.After.ED, e.After.LRHeldOut = make([]float64, 30), make([]float64, 30)
					accuracy, score, epoch, held := 0.8, 0.7, 20.0, 0.5
					for at := range e.After.ED {
						e.After.ED[at] = 3
					}
					if strings.Contains(string(config.Training.Penalties), "expansion") && strings.Contains(string(config.Training.Penalties), "dimensionality") {
						accuracy, score, epoch, held = accuracy+gain+jitter, score+bears+jitter, epoch*speed, held+unseen+jitter
						for _, at := range c.asked.expand {
							e.After.ED[at] = 6
						}
						for _, at := range c.asked.compress {
							e.After.ED[at] = 1.5
						}
					}
					for at := range e.After.LRHeldOut {
						e.After.LRHeldOut[at] = held
					}
					for now := range config.Training.Epochs + 1 {
						m := train.EpochMetrics{Epoch: now, Accuracy: accuracy}
						if float64(now) == epoch {
							m.Accuracy = 0.96
						}
						e.History = append(e.History, m)
					}
					for _, deviation := range mildNoise {
						s := measure.Series{Name: measure.NoiseScoreOf(deviation), Values: make([]float64, 30)}
						s.Values[e.evaluation()] = score
						e.After.Further = append(e.After.Further, s)
					}
					r.Networks[config.Fingerprint()] = e
				}
			}
		}
		ledger, err := r.Ledger()
		if err != nil {
			t.Fatal(err)
		}
		return ledger[0].Verdict
	}
	if got := made(0.05, 0.5, 0.05, 0.05); got != Holds {
		t.Errorf("better in every sense: %s", got)
	}
	if got := made(0.05, 1, 0, 0); got != InPart {
		t.Errorf("more accurate alone: %s", got)
	}
	if got := made(0, 1, 0, -0.1); got != DoesNotHold {
		t.Errorf("no better: %s", got)
	}
}
