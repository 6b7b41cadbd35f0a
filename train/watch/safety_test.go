package watch_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train/watch"
)

const secret = "7f3a-not-for-viewers"

// besideSecret returns a folder of one run, next to which is another run that must stay private.
func besideSecret(t testing.TB) (root, outside string) {
	t.Helper()
	parent := t.TempDir()
	root, outside = filepath.Join(parent, "runs"), filepath.Join(parent, "outside")
	writeRun(t, root, "one", "running", 0, 3)
	writeRun(t, parent, "outside", "done", 1, 2)
	write(t, filepath.Join(outside, "metrics.jsonl"), line(0)+secret+"\n")
	write(t, filepath.Join(outside, "run.json"), `{"state": "done", "error": "`+secret+`", "config": {"seed": "`+secret+`"}}`)
	return root, outside
}

func TestPathTraversal(t *testing.T) {
	root, outside := besideSecret(t)
	server := serve(t, root, quick())
	names := []string{
		"../outside", "..%2foutside", "one/../../outside", "/etc", outside, "..", "%2e%2e/outside", "..%5coutside", "one%00", "one/", "./one", "", "C:/",
	}
	for _, name := range names {
		for _, target := range []string{"/api/events?run=" + name, "/" + name, "/api/" + name, "//" + name, "/api/runs?run=" + name} {
			status, _, body := ask(t, server, http.MethodGet, target, nil)
			if status == http.StatusOK && name != "" || strings.Contains(body, secret) {
				t.Errorf("%s: status %d, %q", target, status, body)
			}
		}
	}
	if status, _, body := ask(t, server, http.MethodGet, "/api/events?run=one", nil); status != http.StatusOK || !strings.Contains(body, `"epoch":2`) {
		t.Errorf("the run itself: status %d, %q", status, body)
	}
}

func TestSymbolicLinksThatLeave(t *testing.T) {
	root, outside := besideSecret(t)
	link := func(to, from string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(from), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, from); err != nil {
			t.Skip(err) // a system without
		}
	}
	link(outside, filepath.Join(root, "folder"))
	link("../outside", filepath.Join(root, "relative"))
	link(filepath.Join(outside, "metrics.jsonl"), filepath.Join(root, "metrics", "metrics.jsonl"))
	writeRun(t, root, "record", "running", 0, 1)
	if err := os.Remove(filepath.Join(root, "record", "run.json")); err != nil {
		t.Fatal(err)
	}
	link(filepath.Join(outside, "run.json"), filepath.Join(root, "record", "run.json"))
	link(root, filepath.Join(root, "loop"))
	server := serve(t, root, quick())
	_, _, body := ask(t, server, http.MethodGet, "/api/runs", nil)
	if strings.Contains(body, secret) || strings.Contains(body, `"folder"`) || strings.Contains(body, "loop") || strings.Contains(body, outside) {
		t.Errorf("the list leads outside: %s", body)
	}
	for _, name := range []string{"folder", "relative", "metrics", "record", "loop/one"} {
		status, _, body := ask(t, server, http.MethodGet, "/api/events?run="+name, nil)
		if strings.Contains(body, secret) || status == http.StatusOK && name != "record" {
			t.Errorf("%s: status %d, %q", name, status, body)
		}
	}
	// A file that becomes a link while it is watched.
	s := watchRuns(t, server, "run=one")
	s.next("reset")
	metrics := filepath.Join(root, "one", "metrics.jsonl")
	if err := os.Remove(metrics); err != nil {
		t.Fatal(err)
	}
	link(filepath.Join(outside, "metrics.jsonl"), metrics)
	if text := fmt.Sprint(s.next("reset")); strings.Contains(text, secret) || !strings.Contains(text, "metrics.jsonl: ") {
		t.Errorf("a link in place of the metrics: %s", text)
	}
}

// TestForeignHosts is what keeps a page of another site, whose name has been pointed here, from reading the runs.
func TestForeignHosts(t *testing.T) {
	root, _ := besideSecret(t)
	o := quick()
	o.Hosts = []string{"Node7.example.org", "192.0.2.7"}
	server := serve(t, root, o)
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for host, want := range map[string]int{
		"127.0.0.1" + port: 200, "localhost" + port: 200, "LocalHost": 200, "localhost.": 200, "[::1]:9": 200, "node7.example.org": 200,
		"NODE7.example.org:80": 200, "192.0.2.7:8080": 200,
		"evil.example" + port: 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403, "127.0.0.2": 403, "0.0.0.0" + port: 403,
		"xnode7.example.org": 403, "[::]": 403, "2130706433": 403, "localhost:80:80": 403, "localhost@evil.example": 403,
	} {
		for _, path := range []string{"/", "/api/runs", "/watch.js"} {
			if status, _, body := ask(t, server, http.MethodGet, path, map[string]string{"Host": host}); status != want && !(want == 403 && status == 400) {
				t.Errorf("host %q, %s: status %d, want %d: %.100s", host, path, status, want, body)
			}
		}
	}
	for site, want := range map[string]int{"same-origin": 200, "none": 200, "cross-site": 403, "same-site": 403} {
		if status, _, _ := ask(t, server, http.MethodGet, "/api/runs", map[string]string{"Sec-Fetch-Site": site}); status != want {
			t.Errorf("a request from %s: status %d, want %d", site, status, want)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	root, _ := besideSecret(t)
	server := serve(t, root, quick())
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"} {
		if status, head, _ := ask(t, server, method, "/api/runs", nil); status != http.StatusMethodNotAllowed || head.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", method, status, head.Get("Allow"))
		}
	}
	for _, path := range []string{"/", "/watch.js", "/api/runs", "/api/events?run=one"} {
		status, _, body := ask(t, server, http.MethodHead, path, nil)
		if status != http.StatusOK || body != "" {
			t.Errorf("HEAD %s: status %d, %q", path, status, body)
		}
	}
}

// TestPolicy: every response, also a refusal, carries the policy headers, and the page has no inline script.
func TestPolicy(t *testing.T) {
	root, _ := besideSecret(t)
	server := serve(t, root, quick())
	for _, path := range []string{"/", "/watch.js", "/api/runs", "/api/runs?q=%zz", "/nothing", "/api/events?run=nothing"} {
		_, head, body := ask(t, server, http.MethodGet, path, nil)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if !strings.HasPrefix(head.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, head.Get(name))
			}
		}
		if head.Get("Access-Control-Allow-Origin") != "" || strings.Contains(head.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: open to others", path)
		}
		if path == "/" && (strings.Contains(body, "<style") || strings.Contains(body, "onclick") || strings.Contains(body, "//")) {
			t.Error("the page holds code or leads elsewhere")
		}
	}
}

// TestNamesAreText: names of runs are data in what the server sends; the page's test sees to what the browser makes of them.
func TestNamesAreText(t *testing.T) {
	root := t.TempDir()
	name := `<img src=x onerror=alert(1)>`
	writeRun(t, root, name, "running", 0, 1)
	server := serve(t, root, quick())
	for _, target := range []string{"/api/runs", "/api/events?run=%3Cscript%3E", "/api/events?run=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "/%3Cscript%3E"} {
		_, head, body := ask(t, server, http.MethodGet, target, nil)
		kind := head.Get("Content-Type")
		if strings.HasPrefix(kind, "text/html") || kind == "" || kind != "text/plain; charset=utf-8" && strings.Contains(body, "<") {
			t.Errorf("%s: %s %q", target, kind, body)
		}
	}
}

func TestParameters(t *testing.T) {
	root := t.TempDir()
	for i, state := range []string{"running", "done", "failed"} {
		writeRun(t, root, fmt.Sprintf("sweep/run-%d", i), state, i, i)
	}
	server := serve(t, root, quick())
	for target, want := range map[string]string{
		"/api/runs?q=g+%3D+250":                        "run-1",
		"/api/runs?q=RUN-2&state=failed":               "run-2",
		"/api/runs?q=run-2&state=done":                 `{"runs":[]}`,
		"/api/runs?state=lost":                         "allowed: pending, running, done, interrupted, failed",
		"/api/runs?Q=x":                                `unknown parameter "Q"; known: q, state`,
		"/api/runs?q=" + strings.Repeat("x", 300):      "300 bytes; at most 256",
		"/api/events?run=" + strings.Repeat("x", 2000): "2000 bytes; at most 1024",
		"/api/events?run=nothing":                      `no run "nothing"`,
		"/api/events?" + manyRuns():                    "17 runs; at most 16",
	} {
		if _, _, body := ask(t, server, http.MethodGet, target, nil); !strings.Contains(body, want) {
			t.Errorf("%.60s: %.200q, want %q", target, body, want)
		}
	}
}

func manyRuns() string {
	var query []string
	for i := range 17 {
		query = append(query, fmt.Sprintf("run=r%d", i))
	}
	return strings.Join(query, "&")
}

// TestLimits: streams and connections have bounds, and a client that says nothing is shown the door.
func TestLimits(t *testing.T) {
	root, _ := besideSecret(t)
	o := quick()
	o.Streams, o.Connections = 2, 4
	server, err := watch.New(root, o)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	get := func(path string) *http.Response {
		response, err := http.Get("http://" + listener.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	for i, want := range []int{200, 200, 503} {
		response := get("/api/events?run=one")
		if response.StatusCode != want {
			t.Errorf("stream %d: %s", i+1, response.Status)
		}
		if want == 200 {
			defer response.Body.Close()
		} else {
			response.Body.Close()
		}
	}
	http.DefaultClient.CloseIdleConnections()
	var idle []net.Conn // takes the places that are left
	for range 3 {
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		idle = append(idle, connection)
	}
	last := idle[2]
	if _, err := io.WriteString(last, "GET /api/runs HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	last.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, err := last.Read(make([]byte, 1)); err == nil {
		t.Errorf("a fifth connection was answered (%d bytes)", n)
	}
	idle[0].Close()
	last.SetReadDeadline(time.Now().Add(4 * time.Second))
	if _, err := last.Read(make([]byte, 1)); err != nil {
		t.Errorf("no answer after a place was free: %v", err)
	}
	for _, connection := range idle {
		connection.Close()
	}
	response := get("/api/runs?q=x")
	response.Body.Close()
	cancel()
	if err := <-served; err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if response, err := http.Get("http://" + listener.Addr().String()); err == nil {
		response.Body.Close()
		t.Error("answers after the end")
	}
}

func TestOptions(t *testing.T) {
	o := watch.Options{Hosts: []string{"http://x", ""}, Streams: 0, Connections: -1}
	err := o.Validate()
	for _, want := range []string{"watch.Options.Every = 0s: must be above 0", "ListEvery", "watch.Options.Streams = 0: must be 1 or more", "watch.Options.Connections = -1: must be Streams (0) or more", `"http://x"`, `--host = "": must be a name`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	if _, err := watch.New(filepath.Join(t.TempDir(), "none"), watch.DefaultOptions()); err == nil {
		t.Error("a folder that is not there")
	}
}
