package watch_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPageWhileConnecting: until the server has sent its list, the page does not claim that there are no runs; afterwards it
// shows the runs, or that there are none.
func TestPageWhileConnecting(t *testing.T) {
	b := browse(t)
	for _, test := range []struct {
		runs int
		then string
	}{{0, "No run here yet"}, {1, ""}} {
		root := t.TempDir()
		if test.runs > 0 {
			writeRun(t, root, "one", "running", 2, 12)
		}
		server, answer := serve(t, root, quick()), make(chan struct{})
		slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/events" {
				select {
				case <-answer:
				case <-r.Context().Done():
				}
			}
			server.Config.Handler.ServeHTTP(w, r)
		}))
		const hint, count = `document.querySelector('#hint').textContent`, `'['+document.querySelector('#count').textContent+']'`
		b.do(chromedp.Navigate(slow.URL+"/"), chromedp.WaitVisible(chromedp.CSS(".chart, #hint")))
		b.within("the charts", `document.querySelectorAll('#charts > *').length`, "4") // the script has run
		b.expect("the hint while connecting", hint, "Connecting")
		b.expect("the count while connecting", count, "[]")
		close(answer)
		if test.then != "" {
			b.within("the hint", hint, test.then)
			b.within("the count", count, "[0 of 0 runs]")
		} else {
			b.within("the count", count, "[1 of 1 runs: 1 running]")
			b.within("the chosen run", `document.querySelector('#chosen').textContent`, "one")
		}
		b.do(chromedp.Navigate("about:blank"))
		slow.CloseClientConnections()
		slow.Close()
	}
	b.complaints()
}
