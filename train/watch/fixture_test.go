package watch_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/watch"
)

// writeRun makes the folder of a run as training leaves it.
func writeRun(t testing.TB, root, name, state string, seed, epochs int) {
	t.Helper()
	c := train.DefaultConfig()
	c.Seed = uint64(seed)
	c.Network.Coupling = 20
	if seed%2 == 1 {
		c.Network.Coupling = 250
	}
	folder := run.Folder{Path: filepath.Join(root, filepath.FromSlash(name))}
	if err := os.MkdirAll(folder.Path, 0o755); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{
		"config": c.Tree(), "state": state, "started": time.Date(2026, 1, 1, 0, seed, 0, 0, time.UTC).Format(time.RFC3339),
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder.RunFile(), string(text))
	write(t, folder.MetricsFile(), "")
	for epoch := range epochs {
		appendEpoch(t, root, name, epoch)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// line is an epoch as training writes it.
func line(epoch int) string {
	text, _ := json.Marshal(train.EpochMetrics{
		Epoch: epoch, TrainingLoss: 0.8 / float64(epoch+1), ValidationLoss: 0.7 / float64(epoch+1), Accuracy: 1 - 0.5/float64(epoch+1), LearningRate: 1e-3,
	})
	return string(text) + "\n"
}

func appendEpoch(t testing.TB, root, name string, epoch int) { appendText(t, root, name, line(epoch)) }

func appendText(t testing.TB, root, name, text string) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(root, filepath.FromSlash(name), "metrics.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// quick looks often, so that tests wait little.
func quick() watch.Options {
	o := watch.DefaultOptions()
	o.Every, o.ListEvery = 5*time.Millisecond, time.Millisecond
	return o
}

// serve starts a server of the runs below root.
func serve(t testing.TB, root string, o watch.Options) *httptest.Server {
	t.Helper()
	server, err := watch.New(root, o)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		listening.Close()
	})
	return listening
}

// ask returns the answer to a request for a path and a query.
func ask(t testing.TB, server *httptest.Server, method, target string, header map[string]string) (status int, head http.Header, body string) {
	t.Helper()
	request, err := http.NewRequest(method, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(target, "?")
	request.URL.Opaque, request.URL.RawQuery = path, query // as it stands, not cleaned
	for name, value := range header {
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text := make([]byte, 1<<16)
	n := 0
	for n < len(text) {
		got, err := response.Body.Read(text[n:])
		if n += got; err != nil || strings.Contains(response.Header.Get("Content-Type"), "event-stream") && strings.Count(string(text[:n]), "\n\n") > 1 {
			break
		}
	}
	return response.StatusCode, response.Header, string(text[:n])
}

// stream is an open stream of events.
type stream struct {
	t      testing.TB
	events chan [2]string // name, data
}

func watchRuns(t testing.TB, server *httptest.Server, query string) *stream {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/events?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", query, response.Status)
	}
	s := &stream{t: t, events: make(chan [2]string, 1000)}
	go func() {
		defer close(s.events)
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<24)
		name := ""
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = text
			} else if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				s.events <- [2]string{name, text}
			}
		}
	}()
	return s
}

// next returns the data of the next event of a name, passing over others.
func (s *stream) next(name string) map[string]any {
	s.t.Helper()
	return s.nextOf(name)
}

// nextOf waits for an event of one of the names.
func (s *stream) nextOf(names ...string) map[string]any {
	s.t.Helper()
	limit := time.After(40 * time.Second)
	for {
		select {
		case event, ok := <-s.events:
			if !ok {
				s.t.Fatalf("the stream ended before %v", names)
			}
			if !slices.Contains(names, event[0]) {
				continue
			}
			var content map[string]any
			if err := json.Unmarshal([]byte(event[1]), &content); err != nil {
				s.t.Fatalf("%s: %v", event, err)
			}
			return content
		case <-limit:
			s.t.Fatalf("no event of %v", names)
		}
	}
}

// history returns the epochs that an event holds, as text.
func history(content map[string]any) string {
	var epochs []any
	for _, metrics := range content["history"].([]any) {
		epochs = append(epochs, metrics.(map[string]any)["epoch"])
	}
	return fmt.Sprint(epochs...)
}
