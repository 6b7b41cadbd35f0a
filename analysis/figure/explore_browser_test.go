package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sampleExplorer returns two networks of one group and one of another, whose samples rotate and contract.
func sampleExplorer() *Explorer {
	e := &Explorer{}
	for i, name := range []string{"edge of chaos, g = 20", "strongly chaotic, g = 250", "</script><b>odd"} {
		n := ExploredNetwork{
			Group: "2-dimensional inputs", Name: name, Colour: []color.Color{EdgeOfChaos, StronglyChaotic, nil}[i], Evaluation: 10, Chance: 0.5,
		}
		if i == 2 {
			n.Group = "200-dimensional inputs"
		}
		for s := range 240 {
			n.Clusters = append(n.Clusters, s%30)
			n.Classes = append(n.Classes, s%30%2)
		}
		for j, stage := range []string{"before", "during", "after"} {
			x, trained := ExploredStage{Name: stage, Epoch: []int{0, 5, 40}[j]}, float64(j)/2
			for t := range 16 {
				var cloud [][]float64
				for s, cluster := range n.Clusters {
					angle := float64(cluster)*2.4 + float64(t)*0.15*float64(i+1)
					spread := 0.3 + float64(cluster)/30 + 0.004*float64(s)
					side := trained * float64(t) * 0.1 * float64(2*n.Classes[s]-1)
					cloud = append(cloud, []float64{side + spread*math.Cos(angle), spread * math.Sin(angle), 0.4 * math.Cos(float64(3*cluster+s/30))})
				}
				x.Scores = append(x.Scores, cloud)
				x.Explained = append(x.Explained, []float64{0.5, 0.3, 0.1})
				ed := 3 + float64(i+1)*float64(t)*math.Exp(-trained*float64(t)/4)
				x.Dimensionality.Median = append(x.Dimensionality.Median, ed)
				x.Dimensionality.Lo, x.Dimensionality.Hi = append(x.Dimensionality.Lo, 0.8*ed), append(x.Dimensionality.Hi, 1.2*ed)
				x.Fitted.Median = append(x.Fitted.Median, 1-0.02*float64(t)*(1-trained))
				x.HeldOut.Median = append(x.HeldOut.Median, 0.5+0.03*trained*float64(t))
			}
			n.Stages = append(n.Stages, x)
		}
		for epoch := range 41 {
			n.Accuracy.Median = append(n.Accuracy.Median, 1-0.5*math.Exp(-float64(epoch)/5))
		}
		e.Networks = append(e.Networks, n)
	}
	return e
}

// TestExplorerInBrowser uses the panel as a reader would, from a file and offline.
func TestExplorerInBrowser(t *testing.T) {
	b := browse(t)
	report := sampleReport(t)
	report.Explorer = sampleExplorer()
	for range 3 { // a table taller than the window
		report.Tables[1].Rows = append(report.Tables[1].Rows, report.Tables[1].Rows[:24]...)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	var page bytes.Buffer
	if err := report.HTML(&page); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const readout = `document.querySelector('#explore-readout').textContent`
	panel := chromedp.Screenshot(chromedp.CSS("#explore"))
	keys := func(selector chromedp.CSS, keys string) {
		t.Helper()
		b.do(chromedp.Focus(selector), chromedp.KeyEvent(keys))
	}
	place := func(selector string) []float64 { // left, top, width, height
		t.Helper()
		box, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => {
			const e = document.querySelector(%q); e.scrollIntoView({ block: 'center', behavior: 'instant' });
			const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`, selector)))
		if err != nil {
			t.Fatal(err)
		}
		b.do(chromedp.Sleep(100 * time.Millisecond))
		return box
	}
	b.prefers("light")
	b.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate("file://"+path), chromedp.WaitVisible(chromedp.CSS("#explorer")))
	b.expect("at the start", readout, "edge of chaos, g = 20, after training, t = 5:")
	b.expect("a name that ends a script", `document.querySelector('#explore-network').textContent`, "</script><b>odd")
	b.picture("light-desktop", panel)

	// Keys on the cloud move t and the epoch; every chart follows.
	keys("#explore-cloud", kb.ArrowRight+kb.ArrowRight+kb.ArrowLeft+kb.ArrowDown)
	b.expect("after keys on the cloud", readout, "after epoch 5, t = 6:")
	b.expect("the epoch", `document.querySelector('#explore-stage-value').textContent`, "5, during training")
	b.expect("the cursor through training", `document.querySelectorAll('.chart svg')[2].getAttribute('aria-valuenow')`, "5")
	dimensionality := report.Explorer.Networks[0].Stages[1].Dimensionality.Median[6]
	b.expect("ED of that epoch", readout, fmt.Sprintf("effective dimensionality %.3g", dimensionality))
	b.expect("ED of that epoch on its chart", `document.querySelectorAll('.chart svg')[0].getAttribute('aria-valuetext')`, fmt.Sprintf("ED %.3g", dimensionality))
	b.picture("light-desktop-during", panel)
	b.expect("focus", `getComputedStyle(document.activeElement).outlineStyle`, "solid")
	for i := range 2 {
		b.expect("a chart's cursor", fmt.Sprintf(`document.querySelectorAll('.chart svg')[%d].getAttribute('aria-valuetext')`, i), "time step t 6: ")
	}
	b.expect("the slider", `document.querySelector('#explore-step').value`, "6")
	keys(".chart svg", kb.End+kb.ArrowLeft)
	b.expect("after keys on a chart", readout, "t = 14:")
	keys("#explore-step", kb.Home)
	b.expect("after keys on the slider", readout, "t = 0:")
	keys("#explore-stage", kb.ArrowRight)
	b.expect("after keys on the epochs", readout, "after training, t = 0:")

	// Pointing at a sample names its cluster and class; a click on a chart moves the cursor.
	box := place("#explore-cloud")
	first := report.Explorer.Networks[0].Stages[2].Scores[0]
	largest := 0.0
	for _, scores := range first {
		largest = max(largest, math.Abs(scores[0]), math.Abs(scores[1]))
	}
	outermost := first[len(first)-1]
	half := box[2]/2 - 26
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved,
		box[0]+box[2]/2+outermost[0]/largest*half, box[1]+box[3]/2-outermost[1]/largest*half))
	b.expect("the sample pointed at", `document.querySelector('#explore-tip').textContent`, "cluster 29, class 1")
	b.picture("light-desktop-hover", chromedp.CaptureScreenshot())
	box = place(".chart svg")
	b.do(chromedp.MouseClickXY(box[0]+box[2]-11, box[1]+box[3]/2))
	b.expect("after a click at the end of a chart", readout, "t = 15:")

	// Select a second network and all three components; dark by system preference, light by the button.
	for _, choice := range [][2]string{{"network", "1"}, {"axes", "turn"}, {"colour", "cluster"}} {
		b.script(fmt.Sprintf(`(() => { const e = document.querySelector('#explore-%s'); e.value = %q; e.dispatchEvent(new Event('change')); })()`, choice[0], choice[1]))
	}
	b.expect("the second network", readout, "strongly chaotic, g = 250, after training, t = 15:")
	b.prefers("dark")
	b.expect("dark as the system", `getComputedStyle(document.body).backgroundColor`, "rgb(23, 24, 27)")
	const ground, text = `getComputedStyle(document.querySelector('.card svg rect')).fill`, `getComputedStyle(document.querySelector('.card svg text')).fill`
	b.expect("the ground of a figure in the dark", ground, "rgb(31, 32, 36)")
	b.expect("the text of a figure in the dark", text, "rgb(232, 232, 236)")
	b.picture("dark-desktop-turn", panel)
	theme := chromedp.Click(chromedp.CSS("#theme"))
	b.do(theme, theme)
	b.expect("light by the button", `getComputedStyle(document.body).backgroundColor`, "rgb(246, 246, 248)")
	b.expect("the ground of a figure in the light", ground, "rgb(255, 255, 255)")
	b.expect("the text of a figure in the light", text, "rgb(38, 38, 42)")
	b.expect("boxes that hide rows", `[...document.querySelectorAll('main *')].filter(e => e.scrollHeight > e.clientHeight + 1 &&
		['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowY) && !e.matches('svg *')).map(e => e.className).join()+'.'`, ".")
	b.do(theme, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	b.expect("the width of a page on a phone", `document.documentElement.scrollWidth`, "390")
	b.picture("dark-phone", panel)
	b.do(theme, theme)
	b.picture("light-phone", panel)
	b.do(chromedp.EmulateViewport(1280, 900))
	b.picture("page", chromedp.FullScreenshot(100))
	b.complaints()
	for _, address := range b.asked {
		if !strings.HasPrefix(address, "file://"+path) && !strings.HasPrefix(address, "data:") {
			t.Errorf("the page asks for %s", address)
		}
	}
}
