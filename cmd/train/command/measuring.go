package command

import (
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// measuring shows the progress of measuring one network: a bar on a terminal, an occasional line elsewhere.
type measuring struct {
	p    *program
	name string
	bars *mpb.Progress // nil without a terminal
	bar  *mpb.Bar

	mutex             sync.Mutex
	started, lastLine time.Time
	step              string
	share             float64
}

// measuringParts is the number of parts of a progress bar.
const measuringParts = 1000

// startMeasuring shows the progress of measures alone.
func (p *program) startMeasuring(name string) *measuring {
	if !p.terminal {
		return p.newMeasuring(nil, name)
	}
	return p.newMeasuring(mpb.New(mpb.WithOutput(p.stderr), mpb.WithWidth(48)), name)
}

// newMeasuring shows the progress of measures among other bars; without any, in lines.
func (p *program) newMeasuring(bars *mpb.Progress, name string) *measuring {
	now := time.Now()
	m := &measuring{p: p, name: name, bars: bars, started: now, lastLine: now}
	if bars != nil {
		m.bar = bars.AddBar(measuringParts,
			mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), decor.Name("  "), decor.Any(func(decor.Statistics) string { return m.text() })))
	}
	return m
}

// text is the step and the time left.
func (m *measuring) text() string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.step + ", " + m.left()
}

// left estimates the time left from the work so far.
func (m *measuring) left() string {
	if m.share <= 0 {
		return "time left unknown"
	}
	spent := time.Since(m.started)
	return fmt.Sprintf("%v left", time.Duration(float64(spent)*(1-m.share)/m.share).Round(time.Second))
}

// show moves the bar, or writes a line if it is time. It is a [measure.Progress].
func (m *measuring) show(step string, share float64) {
	m.mutex.Lock()
	m.step, m.share = step, share
	now := time.Now()
	if m.bar == nil && step != "" && now.Sub(m.lastLine) >= lineEvery {
		m.lastLine = now
		m.p.log.Infof("%s: %.0f %% measured, %s, %s", m.name, 100*share, step, m.left())
	}
	m.mutex.Unlock()
	if m.bar != nil {
		m.bar.SetCurrent(int64(share * measuringParts))
	}
}

// stop releases the terminal, if measures are shown alone.
func (m *measuring) stop() {
	if m.bars != nil {
		m.bars.Shutdown()
	}
}
