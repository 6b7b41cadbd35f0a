package claims

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// monitor counts the networks that are trained, and stops the run once it has counted enough, as an interrupt would.
type monitor struct {
	mutex  sync.Mutex
	made   int
	enough int // 0: never
	cancel context.CancelFunc
}

func (m *monitor) Started(sweep.Run, int) {}
func (m *monitor) Ended(_ sweep.Run, err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err == nil {
		m.made++
	}
	if m.made == m.enough {
		m.cancel()
	}
}

// makeAll trains the networks of some options and returns the evidence and how many it trained. It stops early after the given
// number, unless that is 0.
func makeAll(t *testing.T, o Options, maker *measure.Maker, networks sweep.Folder, workers, stopAfter int) (*Result, int, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := &monitor{enough: stopAfter, cancel: cancel}
	plan := o.Sweep()
	if _, err := networks.Stock(plan, true); err != nil {
		t.Fatal(err)
	}
	maker.Recorder = func(train.Config) train.Recorder { return train.Silent{} }
	how := sweep.DefaultOptions()
	how.Workers, how.FailFast = workers, true
	if err := networks.Work(ctx, plan.Runs, how, maker.Execute, m); err != nil {
		return nil, m.made, err
	}
	result, err := o.Gather(networks)
	return result, m.made, err
}

// shuffled is a source whose labels are permuted anew at every sampling, so that there is nothing to learn.
type shuffled struct{ data.Source }

func (s shuffled) Sample(count int, random *rand.Rand) *data.Points {
	points := s.Source.Sample(count, random)
	shuffle(points, random)
	return points
}

func (s shuffled) SampleInto(points *data.Points, random *rand.Rand) {
	s.Source.SampleInto(points, random)
	shuffle(points, random)
}

func shuffle(points *data.Points, random *rand.Rand) {
	random.Shuffle(len(points.Labels), func(i, j int) {
		points.Labels[i], points.Labels[j] = points.Labels[j], points.Labels[i]
	})
}

// spoilings are changes after which networks cannot learn; small makes their problem small.
func spoilings(small func(*train.Config)) map[string]func(*Options, *measure.Maker) {
	return map[string]func(*Options, *measure.Maker){
		"learning rate 0": func(o *Options, _ *measure.Maker) {
			o.adjust = func(c *train.Config) {
				small(c)
				c.Training.Optimiser.LearningRate = 0
			}
		},
		"labels shuffled": func(_ *Options, m *measure.Maker) {
			m.Alter = func(e *train.Experiment) {
				if e.Task != nil {
					e.Task = shuffledTask{e.Task}
					return
				}
				e.Training, e.Validation, e.Measuring = shuffled{e.Training}, shuffled{e.Validation}, shuffled{e.Measuring}
			}
		},
	}
}

// TestSpoiltNetworksRefuteClaims trains networks that cannot learn. A claim on the effects of learning must not hold for them.
func TestSpoiltNetworksRefuteClaims(t *testing.T) {
	if racing || testing.Short() {
		t.Skip("a statement on numbers; TestInterruptedRunGoesOn trains under the race detector")
	}
	refuted := []string{"C1", "C3", "C12", "C13", "S1"}
	for name, spoil := range spoilings(smaller) {
		t.Run(name, func(t *testing.T) {
			o, maker := Options{Realisations: 5, Only: refuted, adjust: smaller}, Maker(nil) // a quick run withholds verdicts
			spoil(&o, maker)
			result, _, err := makeAll(t, o, maker, sweep.Folder{Path: t.TempDir()}, 2, 0)
			if err != nil {
				t.Fatal(err)
			}
			ledger, err := result.Ledger()
			if err != nil {
				t.Fatal(err)
			}
			if len(ledger) != len(refuted) {
				t.Fatalf("%d claims, want %d", len(ledger), len(refuted))
			}
			for _, judged := range ledger {
				if judged.Verdict != DoesNotHold {
					for _, f := range judged.Findings {
						t.Logf("%s: %s: %s, %s", f.Name, show(f), f.Threshold, f.Verdict)
					}
					t.Errorf("%s: %s, want %s", judged.ID, judged.Verdict, DoesNotHold)
				}
			}
		})
	}
}

// smaller makes a network as small as in a quick run, and those of a study, of which there are many, smaller still.
func smaller(c *train.Config) {
	farrell2019.Quicken(c)
	if c.Measures.Further != "" {
		c.Network.Units, c.Task.Dimension, c.Task.Clusters = 40, 40, 12
		c.Training.Epochs, c.Training.Samples = min(c.Training.Epochs, 3), max(c.Training.Batch, 80)
		c.Training.ValidationSamples, c.Measures.Samples = 120, 120
	}
}

func TestJudge(t *testing.T) {
	interval := func(n int, lo, hi float64) analysis.Interval {
		return analysis.Interval{N: n, Estimate: (lo + hi) / 2, Lo: lo, Hi: hi}
	}
	high := atLeast(0.9, "")
	for _, test := range []struct {
		interval analysis.Interval
		want     Verdict
	}{
		{interval(5, 0.9, 0.95), Holds}, {interval(5, 0.8, 0.95), NotEstablished}, {interval(5, 0.7, 0.89), DoesNotHold},
		{interval(4, 0.95, 0.99), NotEstablished}, {interval(4, 0.1, 0.2), NotEstablished}, {interval(0, 0, 0), NotEstablished},
	} {
		if got := high.Judge(test.interval); got != test.want {
			t.Errorf("%+v: %s, want %s", test.interval, got, test.want)
		}
	}
	if got := between(0.4, 0.6, "").Judge(interval(9, 0.61, 0.7)); got != DoesNotHold {
		t.Errorf("above a range: %s", got)
	}
	if got := reported("").Judge(interval(9, 0, 1)); got != Reported {
		t.Errorf("without a range: %s", got)
	}
	// Four standard deviations of 0.1 below the bound: a standard error of 0.05 over four realisations.
	if got := high.Effect(analysis.Interval{N: 4, Estimate: 0.5, Error: 0.05}); math.Abs(got+4) > 1e-12 {
		t.Errorf("effect %v", got)
	}
	if got := high.Effect(analysis.Interval{N: 4, Estimate: 1}); !math.IsInf(got, 1) {
		t.Errorf("effect without spread %v", got)
	}
}

// TestVerdictsOfClaims: parts, alternatives and controls make one verdict.
func TestVerdictsOfClaims(t *testing.T) {
	part := func(v Verdict) Finding { return Finding{Verdict: v} }
	control := func(v Verdict) Finding { return Finding{Part: Part{Control: true}, Verdict: v} }
	either := func(name string, v Verdict) Finding { return Finding{Part: Part{AnyOf: name}, Verdict: v} }
	for _, test := range []struct {
		findings []Finding
		want     Verdict
	}{
		{[]Finding{part(Holds), part(Holds), part(Reported)}, Holds},
		{[]Finding{part(Holds), part(DoesNotHold), part(NotEstablished)}, InPart},
		{[]Finding{part(NotEstablished), part(DoesNotHold)}, DoesNotHold},
		{[]Finding{part(Holds), part(NotEstablished)}, NotEstablished},
		{[]Finding{control(Holds), part(DoesNotHold)}, DoesNotHold}, // a control does not carry the claim
		{[]Finding{control(DoesNotHold), part(Holds)}, InPart},
		{[]Finding{control(NotEstablished), part(Holds)}, NotEstablished},
		{[]Finding{either("a", DoesNotHold), either("a", Holds), either("a", NotEstablished)}, Holds},
		{[]Finding{either("a", DoesNotHold), either("a", NotEstablished)}, NotEstablished},
		{[]Finding{either("a", Holds), either("b", DoesNotHold), either("b", DoesNotHold)}, InPart},
	} {
		if got := judge(test.findings); got != test.want {
			t.Errorf("%+v: %s, want %s", test.findings, got, test.want)
		}
	}
}

// TestClaimsAreComplete checks that every claim of the paper is listed once, with its pictures, that each part has its reason, and
// that the plan has no repetitions.
func TestClaimsAreComplete(t *testing.T) {
	o := DefaultOptions()
	o.All = true
	seen := map[string]bool{}
	for _, claim := range o.Claims() {
		if seen[claim.ID] || claim.Sentence == "" || claim.Plain == "" || claim.Place == "" || len(claim.Parts) == 0 || claim.Draw == nil {
			t.Errorf("claim %q: twice or incomplete", claim.ID)
		}
		seen[claim.ID] = true
		findings := make([]Finding, len(claim.Parts))
		for i, part := range claim.Parts {
			findings[i] = Finding{Part: part, Interval: analysis.Interval{N: 1}}
		}
		if text := filled(claim.Plain+claim.Doubt, findings); strings.Contains(text, "{") {
			t.Errorf("claim %s: there is no such part: %s", claim.ID, placeholder.FindString(text))
		}
		names := map[string]bool{}
		for _, part := range claim.Parts {
			if names[part.Name] || part.Threshold.Reason == "" || part.Statistic == "" || part.Experiment == "" || len(part.Needs) == 0 {
				t.Errorf("claim %s, part %q: twice or incomplete", claim.ID, part.Name)
			}
			names[part.Name] = true
		}
	}
	wanted := []string{"C19a", "C19b", "F19", "T1", "T2", "S1", "M1", "I1"}
	for number := 1; number <= 29; number++ {
		if number != 19 {
			wanted = append(wanted, fmt.Sprintf("C%d", number))
		}
	}
	for _, id := range wanted {
		if !seen[id] {
			t.Errorf("claim %s is missing", id)
		}
	}
	keys := map[string]bool{}
	for _, c := range o.Plan() {
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
		if keys[c.Fingerprint()] {
			t.Errorf("%s is planned twice", c.Fingerprint())
		}
		keys[c.Fingerprint()] = true
	}
	if err := (Options{Realisations: 0, Only: []string{"C99"}}).Validate(); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two faults give %v", err)
	}
}

// TestInterruptedRunGoesOn interrupts a run, resumes it and runs it again: every network is trained once, and the ledger is that of
// an uninterrupted run.
func TestInterruptedRunGoesOn(t *testing.T) {
	tiny := func(c *train.Config) {
		c.Network.Units, c.Task.Clusters, c.Training.Epochs = 20, 12, 1
		c.Task.Dimension = min(c.Task.Dimension, 20)
		c.Training.Samples, c.Training.ValidationSamples, c.Measures.Samples = 40, 40, 60
	}
	o := Options{Realisations: 5, Quick: true, Only: []string{"C1", "C14"}, adjust: tiny}
	networks := sweep.Folder{Path: t.TempDir()}
	if _, _, err := makeAll(t, o, Maker(nil), networks, 1, 3); !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("a stopped run gives %v", err)
	}
	made := make([]int, 2)
	var texts []string
	for i := range made {
		var result *Result
		var err error
		if result, made[i], err = makeAll(t, o, Maker(nil), networks, 1, 0); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, ledgerText(t, result))
	}
	if total := len(o.Plan()); made[0] != total-3 || made[1] != 0 {
		t.Errorf("trained %v after an interrupt with 3 of %d finished, want %d and 0", made, total, total-3)
	}
	undisturbed, _, err := makeAll(t, o, Maker(nil), sweep.Folder{Path: t.TempDir()}, 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if text != ledgerText(t, undisturbed) {
			t.Error("the ledger differs from that of an undisturbed run with two workers")
		}
	}
}

func ledgerText(t *testing.T, r *Result) string {
	t.Helper()
	ledger, err := r.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "claims.csv")
	if err := WriteCSV(path, ledger); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
