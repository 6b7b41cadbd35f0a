package graph_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

func smallNetwork(t testing.TB, activation graph.Activation, u graph.Unroll, precision graph.Precision) (*graph.Parameters, *graph.RNN) {
	t.Helper()
	config := graph.DefaultConfig()
	config.Units, config.Activation, config.Precision, config.Coupling = 7, activation, precision, 60
	parameters, err := graph.NewParameters(config, embedded(config.Units, 3), streams(rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(3, 4))))
	if err != nil {
		t.Fatal(err)
	}
	rnn, err := graph.Build(parameters, u)
	if err != nil {
		t.Fatal(err)
	}
	return parameters, rnn
}

func TestDotIsStable(t *testing.T) {
	for name, options := range map[string]graph.PictureOptions{
		"full":              {},
		"forward":           {ForwardOnly: true},
		"collapsed":         {Collapsed: true},
		"forward-collapsed": {ForwardOnly: true, Collapsed: true},
		"embedded":          {ForwardOnly: true, Inputs: 2},
		"raw":               {Raw: true},
	} {
		t.Run(name, func(t *testing.T) {
			var texts [2]bytes.Buffer
			for i := range texts {
				_, rnn := smallNetwork(t, graph.Tanh, graph.Unroll{Batch: 4, Steps: 5, Loss: graph.CrossEntropy, Gradients: true}, graph.Float32)
				if err := rnn.WriteDot(&texts[i], options); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
				t.Fatal("two builds of one network gave different pictures")
			}
			golden := filepath.Join("testdata", "dot_"+name+".dot")
			if *update {
				if err := os.WriteFile(golden, texts[0].Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(texts[0].Bytes(), want) {
				t.Errorf("the picture differs from %s; look at it, then run go test ./graph -update", golden)
			}
			if program, err := exec.LookPath("dot"); err == nil {
				command := exec.Command(program, "-Tsvg")
				command.Stdin = &texts[0]
				if out, err := command.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("</svg>")) {
					t.Errorf("Graphviz does not accept the picture: %v", err)
				}
			}
		})
	}
}
