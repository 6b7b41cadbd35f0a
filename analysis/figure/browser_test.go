package figure

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page in a headless Chromium. It records the page's errors and the addresses it requests.
type tab struct {
	*testing.T
	ctx      context.Context
	mutex    sync.Mutex
	troubles []string
	asked    []string
}

// browse opens a tab, and skips the test if there is no browser.
func browse(t *testing.T) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium here: the pages are not driven; install Debian's package chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.DisableGPU)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox does not run as root
	}
	limited, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	allocator, cancel := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(cancel)
	b := &tab{T: t}
	b.ctx, cancel = chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	for _, domain := range []cdp.Command[cdp.Empty, cdp.Empty]{log.Enable, runtime.Enable} {
		if _, err := chromedp.Call(b.ctx, domain, cdp.Empty{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) hear(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		text := event.ExceptionDetails.Text
		if event.ExceptionDetails.Exception != nil {
			text += ": " + event.ExceptionDetails.Exception.Description
		}
		b.troubles = append(b.troubles, text)
	case *log.EventEntryAdded:
		b.troubles = append(b.troubles, event.Entry.Text)
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, event.Request.URL)
	}
}

// do runs actions in the tab.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// script returns the value of an expression as text.
func (b *tab) script(expression string) string {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return value
}

// expect compares a part of the value of an expression.
func (b *tab) expect(what, expression, want string) {
	b.Helper()
	if got := b.script(expression); !strings.Contains(got, want) {
		b.Errorf("%s: %q, want %q in it", what, got, want)
	}
}

// prefers sets the system's preferred colour scheme.
func (b *tab) prefers(scheme string) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		b.Fatal(err)
	}
}

// picture writes an image to the test's artifacts (go test -artifacts -outputdir DIR).
func (b *tab) picture(name string, of chromedp.Action[[]byte]) {
	b.Helper()
	b.do(chromedp.Sleep(100 * time.Millisecond)) // two frames
	image, err := chromedp.Run(b.ctx, of)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(b.ArtifactDir()+"/"+name+".png", image, 0o600); err != nil {
		b.Fatal(err)
	}
}

// complaints fails the test if the page reported errors.
func (b *tab) complaints() {
	b.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if len(b.troubles) > 0 {
		b.Errorf("the page complains: %q", b.troubles)
	}
}
