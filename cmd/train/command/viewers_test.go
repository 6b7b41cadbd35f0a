package command

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// watchers is the program viewers ADDRESS COUNT: so many viewers of the run called run, as cheap as a client can be. It says that all are
// connected, and ends with its input.
func watchers() {
	var count int
	fmt.Sscan(os.Args[2], &count)
	for range count {
		connection, err := net.Dial("tcp", os.Args[1])
		if err == nil {
			_, err = io.WriteString(connection, "GET /api/events?run=run HTTP/1.1\r\nHost: localhost\r\n\r\n")
		}
		buffer := make([]byte, 1<<12)
		if err == nil {
			_, err = connection.Read(buffer)
		}
		if err != nil || !bytes.HasPrefix(buffer, []byte("HTTP/1.1 200")) {
			fmt.Println("refused", err, string(buffer))
			os.Exit(1)
		}
		go func() {
			for {
				if _, err := connection.Read(buffer); err != nil {
					return
				}
			}
		}()
	}
	fmt.Println("connected")
	io.Copy(io.Discard, os.Stdin)
}

// epochsOf counts the epochs of a run's metrics.
type epochsOf struct {
	file  *os.File
	count int
}

// next waits for the next epoch and returns how many there are, and the time.
func (e *epochsOf) next(b *testing.B) (int, time.Time) {
	buffer := make([]byte, 1<<16)
	for before, waited := -1, 0; waited < 20_000; waited++ {
		n, err := e.file.Read(buffer)
		if e.count += bytes.Count(buffer[:n], []byte("\n")); err == nil {
			continue
		}
		if before < 0 {
			before = e.count
		} else if e.count > before {
			return e.count, time.Now()
		}
		time.Sleep(time.Millisecond)
	}
	b.Fatal("no epoch within 20 s")
	return 0, time.Time{}
}

// BenchmarkViewers trains the paper's network in one process, shows it from a second, and compares the time of its epochs while 200
// viewers of a third process watch it with that while nobody does, in turns of two seconds, so that what else the machine does falls on
// both. Viewers first receive the epochs so far, which takes up to a second where there are thousands, and are counted from then on. It
// also reports what server and viewers take of a processor, which is what they would cost where training has no other to leave to
// them, and hardly depends on what else the machine does. It reports the median over the pairs and the quartiles, and fails where the
// median lies above 5 % and three quarters of the pairs agree on the sign.
//
//	go test -run '^$' -bench Viewers -benchtime 15x ./cmd/train/command
func BenchmarkViewers(b *testing.B) {
	const viewers, turn, settle = 200, 2 * time.Second, 1500 * time.Millisecond
	root := b.TempDir()
	startProgram(b, "train", "run", "--preset", "fig2-eoc", "--set", "training.epochs=90000", "-o", filepath.Join(root, "run"))
	var metrics *os.File
	for range 1000 {
		var err error
		if metrics, err = os.Open(filepath.Join(root, "run", "metrics.jsonl")); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if metrics == nil {
		b.Fatal("the run does not start")
	}
	defer metrics.Close()
	epochs := &epochsOf{file: metrics}
	var spent, watchedFor float64                // seconds of processors by server and viewers, seconds that they were there
	epoch := func(others ...*exec.Cmd) float64 { // seconds
		time.Sleep(settle)
		before := processors(others)
		first, began := epochs.next(b)
		time.Sleep(turn)
		last, ended := epochs.next(b)
		if len(others) > 0 {
			spent, watchedFor = spent+processors(others)-before, watchedFor+ended.Sub(began).Seconds()
		}
		return ended.Sub(began).Seconds() / float64(last-first)
	}
	server, _, out := startProgram(b, "train", "serve", root, "--listen", "127.0.0.1:0")
	address := strings.TrimSuffix(strings.TrimPrefix(firstLine(b, out), "http://"), "/")
	var ratios, alone []float64
	for pair := 0; b.Loop(); pair++ {
		times := map[bool]float64{}
		for _, watched := range []bool{pair%2 == 0, pair%2 == 1} {
			if !watched {
				times[watched] = epoch()
				continue
			}
			all, in, out := startProgram(b, "viewers", address, fmt.Sprint(viewers))
			if line := firstLine(b, out); line != "connected" {
				b.Fatal(line)
			}
			times[watched] = epoch(server, all)
			in.Close()
		}
		ratios, alone = append(ratios, times[true]/times[false]), append(alone, times[false])
	}
	slices.Sort(ratios)
	slices.Sort(alone)
	percent := func(place int) float64 { return 100 * (ratios[len(ratios)*place/4] - 1) }
	b.ReportMetric(0, "ns/op") // of a pair, which is of no interest
	b.ReportMetric(1000*alone[len(alone)/2], "ms/epoch")
	b.ReportMetric(percent(2), "slower-%")
	b.ReportMetric(percent(1), "quarter-%")
	b.ReportMetric(percent(3), "three-quarters-%")
	share := 100 * spent / watchedFor
	b.ReportMetric(share, "processor-%")
	if share > 5 {
		b.Errorf("the server and %d viewers take %.1f %% of a processor", viewers, share)
	}
	if percent(2) > 5 && percent(1) > 0 {
		b.Errorf("%d viewers slow the training by %.1f %%", viewers, percent(2))
	}
}

// startProgram starts this test binary as the program of a name and ends it with the benchmark.
func startProgram(b *testing.B, name string, args ...string) (process *exec.Cmd, in io.Closer, out io.Reader) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), name)
	if err := os.Symlink(self, path); err != nil {
		b.Fatal(err)
	}
	process = exec.Command(path, args...)
	if in, err = process.StdinPipe(); err == nil {
		out, err = process.StdoutPipe()
	}
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		process.Process.Kill()
		process.Wait()
	})
	return process, in, out
}

// processors returns the time that processes have spent on processors, in seconds; 0 where the system does not say.
func processors(processes []*exec.Cmd) float64 {
	ticks := 0 // of a hundredth of a second
	for _, process := range processes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process.Process.Pid))
		if err != nil {
			return 0
		}
		_, rest, _ := strings.Cut(string(text), ") ") // behind the name
		var user, system int
		if words := strings.Fields(rest); len(words) > 12 {
			fmt.Sscan(words[11], &user)
			fmt.Sscan(words[12], &system)
		}
		ticks += user + system
	}
	return float64(ticks) / 100
}

func firstLine(b *testing.B, out io.Reader) string {
	b.Helper()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}
