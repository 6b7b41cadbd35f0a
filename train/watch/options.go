package watch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/train"
)

// Options say how runs are watched.
type Options struct {
	// Hosts are the host names, without a port, that requests may be addressed to besides localhost and its addresses.
	Hosts []string
	// Every is the time between two looks at a run that somebody watches, above 0.
	Every time.Duration
	// ListEvery is the least time between two looks for new runs, above 0. It is longer where looking takes long.
	ListEvery time.Duration
	// Streams is the most viewers at a time, at least 1; Connections the most open connections, at least as many.
	Streams, Connections int
	// Dimensionality returns the effective dimensionality through t of a network with the weights of a checkpoint; nil shows none. It
	// is called for one checkpoint at a time, at most once in DimensionalityEvery for each run.
	Dimensionality      func(ctx context.Context, c train.Config, checkpoint *safetensors.File) ([]float64, error)
	DimensionalityEvery time.Duration
}

// DefaultOptions returns two looks a second at each watched run, 400 viewers.
func DefaultOptions() Options {
	return Options{
		Every: 500 * time.Millisecond, ListEvery: 2 * time.Second, Streams: 400, Connections: 512, DimensionalityEvery: 20 * time.Second,
	}
}

// Validate joins a [*data.FieldError] for every field that is out of its range.
func (o Options) Validate() error {
	var faults data.Faults
	for _, duration := range []struct {
		name  string
		value time.Duration
	}{{"Every", o.Every}, {"ListEvery", o.ListEvery}, {"DimensionalityEvery", o.DimensionalityEvery}} {
		faults.Check(duration.value > 0, duration.name, duration.value, "above 0")
	}
	faults.Check(o.Streams >= 1, "Streams", o.Streams, "1 or more")
	faults.Check(o.Connections >= o.Streams, "Connections", o.Connections, fmt.Sprintf("Streams (%d) or more", o.Streams))
	var hosts data.Faults
	for _, host := range o.Hosts {
		hosts.Check(host != "" && !strings.ContainsAny(host, "/@ ") && hostName(host) != "", "--host", host,
			"a name or an address without a scheme, such as node7.example.org")
	}
	return errors.Join(data.Within("watch.Options", faults.Join()), hosts.Join())
}

// hostName returns the name in a Host header: without port, brackets and final dot, in lower case.
func hostName(header string) string {
	name := header
	if host, _, err := net.SplitHostPort(header); err == nil {
		name = host
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.ToLower(strings.TrimSuffix(name, "."))
}
