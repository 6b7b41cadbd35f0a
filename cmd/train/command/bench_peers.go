package command

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// peerNames are the engines outside Go.
var peerNames = []string{"openblas", "pytorch", "jax"}

// peerScript answers each line with a count on its standard input with the seconds that so many steps
// took.
//
//go:embed bench_peers.py
var peerScript string

// peer is a Python process that runs steps on request.
type peer struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// startPeer starts a peer in a shape; the error says what is missing.
func startPeer(ctx context.Context, name string, shape benchShape) (*peer, error) {
	python, err := exec.LookPath("python3")
	if override := os.Getenv("UNFURL_PYTHON"); override != "" {
		python, err = override, nil
	}
	if err != nil {
		return nil, errors.New("there is no python3")
	}
	settings, err := json.Marshal(shape)
	if err != nil {
		return nil, err
	}
	process := exec.CommandContext(ctx, python, "-c", peerScript, name, string(settings))
	threads := strconv.Itoa(shape.Threads)
	process.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS="+threads, "OMP_NUM_THREADS="+threads, "MKL_NUM_THREADS="+threads)
	p := &peer{process: process}
	if p.in, err = process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := process.Start(); err != nil {
		return nil, err
	}
	greeting, err := p.out.ReadString('\n')
	if err == nil && strings.TrimSpace(greeting) == "ready" {
		return p, nil
	}
	p.close()
	if greeting = strings.TrimSpace(greeting); greeting == "" {
		greeting = "python3 did not answer"
	}
	return nil, errors.New(greeting)
}

func (p *peer) run(count int) (time.Duration, error) {
	if _, err := fmt.Fprintln(p.in, count); err != nil {
		return 0, err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	return time.Duration(seconds * float64(time.Second)), err
}

func (p *peer) close() {
	p.in.Close()
	p.process.Wait() //nolint:errcheck // its exit status does not matter
}
