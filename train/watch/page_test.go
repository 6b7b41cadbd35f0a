package watch_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/train"
)

// hostile is a folder's name that becomes an element where it is not taken for text.
const hostile = `<img src=x onerror=document.title='broken-into'>`

// TestPageInBrowser watches runs as a reader would while a test writes them.
func TestPageInBrowser(t *testing.T) {
	b := browse(t)
	root := t.TempDir()
	writeRun(t, root, "sweep/g20", "running", 2, 12)
	writeRun(t, root, "sweep/g250", "done", 1, 41)
	writeRun(t, root, hostile, "failed", 3, 5)
	for i := range 20 {
		writeRun(t, root, fmt.Sprintf("older/run-%02d", i), []string{"done", "interrupted"}[i%2], 0, 3+i)
	}
	if err := os.MkdirAll(filepath.Join(root, "sweep", "g20", "checkpoints"), 0o755); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := safetensors.Append(nil, &safetensors.File{
		Metadata: map[string]string{"config": "{}"}, Tensors: map[string]array.Array{"b1": {Shape: []int{1}, Float64: []float64{1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "sweep", "g20", "checkpoints", "epoch-000010-step-000000.safetensors"), string(checkpoint))
	o := quick()
	o.Every, o.ListEvery, o.DimensionalityEvery = 50*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
	o.Dimensionality = func(context.Context, train.Config, *safetensors.File) (values []float64, err error) {
		for t := range 31 {
			values = append(values, 2+12*math.Exp(-float64((t-12)*(t-12))/60))
		}
		return values, nil
	}
	server := serve(t, root, o)

	const names = `[...document.querySelectorAll('#chosen li')].map(e => e.textContent).join('|')`
	choose := func(name string) {
		t.Helper()
		b.script(fmt.Sprintf(`[...document.querySelectorAll('#list input')].find(box => box.dataset.run === %q).click()`, name))
	}
	view := chromedp.CaptureScreenshot()
	b.prefers("light")
	b.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(server.URL+"/"), chromedp.WaitVisible(chromedp.CSS("#list li")))
	b.within("the connection", `document.querySelector('#connection').textContent`, "live")
	b.within("what trains is chosen", names, "sweep/g20×")
	b.within("the number of runs", `document.querySelector('#count').textContent`, "23 of 23 runs")
	b.within("a chart", `document.querySelectorAll('.chart:not([hidden])').length`, "4")

	// A new epoch arrives by itself.
	newest := `document.querySelectorAll('.chart svg')[1].getAttribute('aria-label')`
	b.within("accuracy", newest, "sweep/g20 0.958")
	appendEpoch(t, root, "sweep/g20", 12)
	b.within("accuracy after an epoch", newest, "sweep/g20 0.962")
	row := `[...document.querySelectorAll('#list input')].find(box => box.dataset.run === 'sweep/g20').parentElement.textContent`
	b.within("the list after an epoch", row, "epoch 12 of 40")

	// Compare: curves over one another, settings that differ; names are text.
	choose("sweep/g250")
	choose(hostile)
	b.within("three runs", names, "sweep/g20×|sweep/g250×|"+hostile+"×")
	b.within("settings that differ", `document.querySelector('#settings').textContent`, "network.coupling20250250")
	b.expect("elements made of names", `document.querySelectorAll('img, #list script').length`, "0")
	b.expect("the title", `document.title`, "Runs")
	b.expect("the address keeps the choice", `location.hash`, "run=sweep%2Fg250")
	b.do(chromedp.Focus(chromedp.CSS(".chart svg")), chromedp.KeyEvent(kb.End+kb.ArrowLeft))
	b.expect("values at the cursor of another chart", `document.querySelectorAll('.values')[1].textContent`, "epoch 39: sweep/g250 0.988")
	b.within("the list after all", row, "epoch 12 of 40")
	b.picture("watch-light-desktop", view)
	b.do(chromedp.Focus(chromedp.CSS("#filter")), chromedp.KeyEvent("OLDER run-1"))
	b.within("the filter", `document.querySelector('#count').textContent`, "10 of 23 runs")
	b.script(`(() => { const e = document.querySelector('#state'); e.value = 'interrupted'; e.dispatchEvent(new Event('input')); })()`)
	b.within("the state", `document.querySelector('#count').textContent`, "5 of 23 runs")
	b.prefers("dark")
	b.expect("dark as the system", `getComputedStyle(document.body).backgroundColor`, "rgb(23, 24, 27)")
	b.picture("watch-dark-desktop", view)
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	b.expect("the width of the page on a phone", `document.documentElement.scrollWidth`, "390")
	b.picture("watch-dark-phone", chromedp.FullScreenshot(100))
	b.do(chromedp.Click(chromedp.CSS("#theme")), chromedp.Click(chromedp.CSS("#theme")))
	b.expect("light by the button", `getComputedStyle(document.body).backgroundColor`, "rgb(246, 246, 248)")
	b.picture("watch-light-phone", chromedp.FullScreenshot(100))

	// A sweep moves a run that is done: it stays chosen.
	if err := os.Rename(filepath.Join(root, "sweep", "g250"), filepath.Join(root, "moved")); err != nil {
		t.Fatal(err)
	}
	b.within("the run that moved", names, "sweep/g20×|"+hostile+"×|moved×")
	b.within("its settings", `document.querySelector('#settings').textContent`, "moved") // so it is followed

	// What is chosen and gone is no longer chosen; the rest survives a reload.
	if err := os.RemoveAll(filepath.Join(root, "moved")); err != nil {
		t.Fatal(err)
	}
	b.within("the choice without a run", names+`.includes('moved')`, "false")
	b.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#list li")))
	b.within("after a reload", names, "sweep/g20×|"+hostile)
	b.complaints()
	b.do(chromedp.Navigate(server.URL+"/nothing"), chromedp.Navigate(server.URL+"/#run=gone&run=sweep%2Fg20"))
	b.within("an address that names a run that is gone", `'['+`+names+`+']'`, "[sweep/g20×]") // the browser's log has the refusal
	for _, address := range b.asked {
		if !strings.HasPrefix(address, server.URL+"/") && !strings.HasPrefix(address, "data:") {
			t.Errorf("the page asks for %s", address)
		}
	}
}

// within is expect, some looks later.
func (b *tab) within(what, expression, want string) {
	b.Helper()
	for range 400 { // 12 s: other tests and the browser share the cores
		if strings.Contains(b.script(expression), want) {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	b.expect(what, expression, want)
}
