package watch

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// raceDetector says that the race detector takes the time.
var raceDetector = false

// runOf makes a folder with one run and returns a function that adds an epoch to it.
func runOf(t testing.TB) (root string, epoch func()) {
	t.Helper()
	root = t.TempDir()
	folder := filepath.Join(root, "one")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "run.json"), []byte(`{"state": "running"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, "metrics.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	count := 0
	epoch = func() {
		fmt.Fprintf(file, `{"epoch":%d,"training_loss":0.6931471805599453,"validation_loss":0.6931471805599453,"accuracy":0.5,"learning_rate":0.001}`+"\n", count)
		count++
	}
	epoch()
	return root, epoch
}

// listen lets a server listen and returns its address, and what ends it and returns its error.
func listen(t *testing.T, server *Server) (address string, end func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	return listener.Addr().String(), func() error {
		cancel()
		return <-served
	}
}

// TestManyViewers: 200 viewers of a run that writes 20 epochs a second are served from one tail, and server and viewers together take
// less than a tenth of a processor. The viewers' part is more than half of it.
func TestManyViewers(t *testing.T) {
	root, epoch := runOf(t)
	server, err := New(root, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	address, end := listen(t, server)
	const viewers, epochs = 200, 30
	var heard atomic.Int64
	for range viewers {
		response, err := http.Get("http://" + address + "/api/events?run=one")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		go func() {
			lines := bufio.NewScanner(response.Body)
			for lines.Scan() {
				heard.Add(int64(strings.Count(lines.Text(), `"epoch":`)))
			}
		}()
	}
	server.mutex.Lock()
	if len(server.tails) != 1 || server.tails["one"].viewers != viewers || server.streams != viewers {
		t.Errorf("%d tails, %d streams", len(server.tails), server.streams)
	}
	server.mutex.Unlock()
	started, spent := time.Now(), processorTime()
	for range epochs {
		epoch()
		time.Sleep(50 * time.Millisecond)
	}
	spent = processorTime() - spent
	share := spent.Seconds() / time.Since(started).Seconds()
	t.Logf("server and %d viewers: %.1f %% of a processor", viewers, 100*share)
	if share > 0.1 && !raceDetector {
		t.Errorf("server and %d viewers take %.1f %% of a processor", viewers, 100*share)
	}
	for range 200 {
		if heard.Load() >= viewers*epochs {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if heard.Load() < viewers*epochs {
		t.Errorf("viewers heard of %d epochs, want %d", heard.Load(), viewers*epochs)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	server.mutex.Lock()
	defer server.mutex.Unlock()
	if len(server.tails) != 0 || server.streams != 0 || server.listing != nil {
		t.Errorf("%d tails and %d streams after the end", len(server.tails), server.streams)
	}
}

// TestSlowViewer: one who does not read is let go, and holds up nobody.
func TestSlowViewer(t *testing.T) {
	root, epoch := runOf(t)
	server, err := New(root, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	slow, other := newViewer(), newViewer()
	for _, v := range []*viewer{slow, other} {
		if !server.join(v, []string{"one"}) {
			t.Fatal("refused")
		}
	}
	follow := server.tails["one"]
	for range 2 * queueLength {
		epoch()
		follow.look()
		for len(other.messages) > 0 {
			<-other.messages
		}
	}
	select {
	case <-slow.lost:
	default:
		t.Error("the slow viewer stays")
	}
	select {
	case <-other.lost:
		t.Error("the other viewer went too")
	default:
	}
	server.leave(slow, []string{"one"})
	server.leave(other, []string{"one"})
	if len(server.tails) != 0 {
		t.Error("the run is still followed")
	}
}

// BenchmarkLook is what one look at a run costs when an epoch is new, up to the viewers' queues.
func BenchmarkLook(b *testing.B) {
	for _, viewers := range []int{1, 200} {
		b.Run(fmt.Sprintf("viewers=%d", viewers), func(b *testing.B) {
			root, epoch := runOf(b)
			server, err := New(root, DefaultOptions())
			if err != nil {
				b.Fatal(err)
			}
			defer server.Close()
			all := make([]*viewer, viewers)
			follow := &tail{root: server.root, name: "one", locate: func() (string, map[string]any) { return "one", nil }}
			for i := range all {
				all[i] = newViewer()
				follow.greet(all[i])
			}
			b.ReportAllocs()
			for b.Loop() {
				epoch()
				follow.look()
				for _, v := range all {
					for len(v.messages) > 0 {
						<-v.messages
					}
				}
			}
		})
	}
}

// TestManyViewersOfALongRun: viewers who come together get one encoding of a long history, not one each.
func TestManyViewersOfALongRun(t *testing.T) {
	root, epoch := runOf(t)
	for range 20_000 {
		epoch()
	}
	options := DefaultOptions()
	options.Every, options.ListEvery = time.Hour, time.Hour // nothing is looked at but below, however long the test takes
	server, err := New(root, options)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	greeted := func(v *viewer) []byte {
		if !server.join(v, []string{"one"}) {
			t.Fatal("refused")
		}
		<-v.messages // the list
		return <-v.messages
	}
	first := newViewer()
	defer server.leave(first, []string{"one"})
	greeted(first)
	for tail := server.tails["one"]; len(tail.history) < 20_001; { // which takes several looks
		tail.look()
	}
	second := newViewer()
	defer server.leave(second, []string{"one"})
	all := greeted(second)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 200 {
		v := newViewer()
		if got := greeted(v); &got[0] != &all[0] {
			t.Fatalf("encoded again: %.300s", got)
		}
		server.leave(v, []string{"one"})
	}
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > uint64(len(all)) {
		t.Errorf("%d bytes allocated for 200 viewers of a history of %d", spent, len(all))
	}
	epoch()
	server.tails["one"].look()
	v := newViewer()
	defer server.leave(v, []string{"one"})
	if got := greeted(v); !bytes.Contains(got, []byte(`"epoch":20001`)) || bytes.Equal(got, all) {
		t.Error("a new epoch is not in the history")
	}
}
