package watch_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestSweepInBrowser: a reader sees a sweep from its first pending run on, chosen runs stay chosen while their folders move, and a run that
// failed says why.
func TestSweepInBrowser(t *testing.T) {
	b := browse(t)
	root := t.TempDir()
	folder, plan := sweepOf(t, root, 5)
	started, next := make(chan string), make(chan error)
	execute := func(_ context.Context, attempt run.Folder, run sweep.Run, _ bool) ([]sweep.Value, error) {
		relative, err := filepath.Rel(root, attempt.Path)
		if err != nil {
			return nil, err
		}
		writeRun(t, root, filepath.ToSlash(relative), "running", run.Config.Realisation, 12)
		started <- filepath.ToSlash(relative)
		return []sweep.Value{{Measure: "ed", Value: 1}}, <-next
	}
	work := func(i int) chan error {
		ended := make(chan error, 1)
		go func() { ended <- folder.Work(t.Context(), plan.Runs[i:i+1], sweep.DefaultOptions(), execute, silent{}) }()
		return ended
	}
	o := quick()
	o.Every, o.ListEvery = 50*time.Millisecond, 50*time.Millisecond
	server := serve(t, root, o)
	row := func(i int) string {
		return fmt.Sprintf(`[...document.querySelectorAll('#list input')].find(box => box.dataset.run.endsWith(%q)).parentElement.textContent`, plan.Runs[i].ID)
	}
	const names = `[...document.querySelectorAll('#chosen li')].map(e => e.textContent).join('|')`
	count := `document.querySelector('#count').textContent`
	b.prefers("light")
	b.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(server.URL+"/"), chromedp.WaitVisible(chromedp.CSS("#list li")))
	b.within("a sweep that has not begun", count, "5 of 5 runs: 5 pending")
	b.within("a title by the varied key", row(3), "realisation 3pending")
	for i := range plan.Runs[:2] {
		b.script(fmt.Sprintf(`[...document.querySelectorAll('#list input')].forEach(box => { if (box.dataset.run.endsWith(%q) && !box.checked) box.click(); })`, plan.Runs[i].ID))
	}
	b.within("what is chosen", names, "realisation 0×|realisation 1×")
	b.within("settings of runs that are still to come", `document.querySelector('#settings').textContent`, "realisation01")

	ended := work(0)
	attempt := <-started
	b.within("a run that trains", row(0), "running")
	accuracy := `document.querySelectorAll('.chart svg')[1].getAttribute('aria-label')`
	b.within("its accuracy", accuracy, "realisation 0 0.958")
	appendEpoch(t, root, attempt, 12)
	b.within("its accuracy after an epoch", accuracy, "realisation 0 0.962")
	next <- nil
	<-ended
	b.within("a run that is done", row(0), "done")
	b.expect("it stays chosen", names, "realisation 0×")
	failing := work(1)
	<-started
	next <- &train.DivergenceError{Epoch: 7, Step: 2}
	<-failing
	b.within("why a run failed", row(1), "at epoch 7")
	b.within("the states", count, "5 of 5 runs: 3 pending, 1 done, 1 failed")
	b.picture("sweep-light", chromedp.CaptureScreenshot())
	b.script(`(() => { const e = document.querySelector('#state'); e.value = 'failed'; e.dispatchEvent(new Event('input')); })()`)
	b.within("the failed ones", count, "1 of 5 runs: 1 failed")
	b.prefers("dark")
	b.picture("sweep-dark", chromedp.CaptureScreenshot())
	b.complaints()
}
