package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestServe trains a network, serves its folder, and compares the effective dimensionality that a viewer gets with the one that is
// measured at the end.
func TestServe(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "sweep", "one")
	var log bytes.Buffer
	arguments := []string{"run", "-o", folder}
	for _, setting := range []string{"task.dimension=6", "task.clusters=12", "network.units=16", "training.evaluation_step=3", "training.samples=60",
		"training.epochs=3", "measures.samples=60", "measures.steps=5"} {
		arguments = append(arguments, "--set", setting)
	}
	if status := execute(t.Context(), arguments, io.Discard, &log); status != 0 {
		t.Fatalf("status %d: %s", status, log.String())
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- execute(ctx, []string{"serve", root, "--listen", "127.0.0.1:0"}, writer, io.Discard)
		writer.Close()
	}()
	address, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v", err)
	}
	response, err := http.Get(strings.TrimSpace(address) + "api/events?run=sweep/one")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct {
		Epoch  int
		Values []float64
	}
	lines := bufio.NewScanner(response.Body)
	for name := ""; lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = text
		} else if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok && name == "ed" {
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	m, err := measure.Run(t.Context(), run.Folder{Path: folder}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Epoch != 3 || !slices.Equal(got.Values, m.After.ED) {
		t.Errorf("epoch %d, %v, want 3, %v", got.Epoch, got.Values, m.After.ED)
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("status %d after an interrupt", status)
	}
}

func TestServeUsage(t *testing.T) {
	for _, arguments := range [][]string{
		{}, {"nowhere"}, {".", "."}, {".", "--listen", "8080"}, {".", "--host", "http://x"},
	} {
		var log bytes.Buffer
		if status := execute(t.Context(), append([]string{"serve"}, arguments...), io.Discard, &log); status != 2 {
			t.Errorf("%v: status %d: %s", arguments, status, log.String())
		}
	}
	var log bytes.Buffer
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if status := execute(ctx, []string{"serve", ".", "--listen", "0.0.0.0:0"}, io.Discard, &log); status != 0 || !strings.Contains(log.String(), "there is no password") {
		t.Errorf("open to all: status %d: %s", status, fmt.Sprint(log.String()))
	}
}
