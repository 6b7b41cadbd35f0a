package command

import (
	"fmt"
	"sync"
	"time"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows the progress of a set of networks: bars on a terminal, an occasional line elsewhere.
type progress struct {
	p        *program
	networks int
	epochs   int // of all networks together
	started  time.Time

	mutex    sync.Mutex
	done     int // networks
	resumed  int // epochs that were trained before
	finished int // epochs, those included
	lastLine time.Time

	bars  *mpb.Progress // nil without a terminal
	total *mpb.Bar
}

// lineEvery is the time between lines of progress without a terminal.
const lineEvery = 10 * time.Second

func (p *program) newProgress(networks, epochs int) *progress {
	now := time.Now()
	shown := &progress{p: p, networks: networks, epochs: epochs, started: now, lastLine: now}
	if p.terminal {
		shown.bars = mpb.New(mpb.WithOutput(p.stderr), mpb.WithWidth(48))
		shown.total = shown.bars.AddBar(int64(epochs),
			mpb.BarPriority(1<<30),
			mpb.PrependDecorators(decor.Name("all networks", decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), decor.Name("  "), decor.Any(shown.timeLeft)))
	}
	return shown
}

// timeLeft estimates the time left from the epochs that this process has trained.
func (s *progress) timeLeft(decor.Statistics) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.left()
}

func (s *progress) left() string {
	remaining, trained := s.epochs-s.finished, s.finished-s.resumed
	if remaining > 0 && trained == 0 {
		return "time left unknown"
	}
	left := time.Duration(float64(time.Since(s.started)) * float64(remaining) / float64(max(1, trained)))
	return fmt.Sprintf("%v left", left.Round(time.Second))
}

// Network starts the line of a network.
func (s *progress) Network(c train.Config) train.Recorder {
	name := fmt.Sprintf("%s, #%d", measure.Name(c), c.Realisation)
	r := &networkProgress{progress: s, name: name, score: scoreName(c)}
	if s.bars != nil {
		r.bar = s.bars.AddBar(int64(c.Training.Epochs),
			mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.CountersNoUnit("epoch %d / %d"), decor.Any(func(decor.Statistics) string { return r.text() })))
	}
	return r
}

// Done counts a finished network.
func (s *progress) Done(train.Config) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.done++
	s.line(s.done == s.networks)
}

// line logs the progress if it is time, or at once.
func (s *progress) line(atOnce bool) {
	now := time.Now()
	if s.bars != nil || s.networks == 1 && !atOnce || !atOnce && now.Sub(s.lastLine) < lineEvery {
		return
	}
	s.lastLine = now
	s.p.log.Infof("%d of %d networks, %d of %d epochs, %s", s.done, s.networks, s.finished, s.epochs, s.left())
}

// stop releases the terminal. Bars of unfinished networks are removed.
func (s *progress) stop() {
	if s.bars != nil {
		s.total.Abort(true)
		s.bars.Shutdown()
	}
}

// networkProgress receives the epochs of one network.
type networkProgress struct {
	*progress
	bar  *mpb.Bar
	last train.EpochMetrics

	name      string
	score     string     // the name of its score
	measuring *measuring // nil while it trains
}

func (r *networkProgress) text() string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return fmt.Sprintf("  %s %.3f  loss %.3g", r.score, r.last.Accuracy, r.last.ValidationLoss)
}

// scoreName is the name of a network's score: a task through time names its own. For the user's sequences only the file says
// whether choices or values are scored.
func scoreName(c train.Config) string {
	switch trial := c.Trial(); {
	case trial != nil && trial.Score != "":
		return trial.Score
	case c.Task.Sequences != "":
		return "score"
	}
	return "accuracy"
}

// Measuring shows the progress of the measures of the trained network. It is a [measure.ProgressRecorder].
func (r *networkProgress) Measuring(step string, share float64) {
	if r.measuring == nil {
		r.measuring = r.p.newMeasuring(r.bars, r.name)
	}
	r.measuring.show(step, share)
}

// Warning logs a warning about a resumed run.
func (r *networkProgress) Warning(warning error) { r.p.log.Warn(warning) }

// Resumed counts the epochs that an earlier process trained. It is a [train.Resumer].
func (r *networkProgress) Resumed(epochs int) {
	r.mutex.Lock()
	r.resumed += epochs
	r.finished += epochs
	r.mutex.Unlock()
	if r.bar != nil {
		r.bar.SetCurrent(int64(epochs))
		r.total.IncrBy(epochs)
	}
}

// Epoch moves the bars, or writes a line.
func (r *networkProgress) Epoch(m train.EpochMetrics) {
	r.mutex.Lock()
	r.last = m
	if m.Epoch > 0 {
		r.finished++
	}
	if r.bar == nil && r.networks == 1 {
		r.p.log.Infof("epoch %d of %d: %s %.4g, loss %.4g, learning rate %.3g", m.Epoch, r.epochs, r.score, m.Accuracy, m.ValidationLoss, m.LearningRate)
	}
	r.line(false)
	r.mutex.Unlock()
	if r.bar != nil && m.Epoch > 0 {
		r.bar.SetCurrent(int64(m.Epoch))
		r.total.Increment()
	}
}
