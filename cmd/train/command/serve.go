package command

import (
	"context"
	"fmt"
	"net"
	"slices"

	"github.com/spf13/cobra"
	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/watch"
)

func (p *program) serveCommand() *cobra.Command {
	o := watch.DefaultOptions()
	var listen string
	var dimensionality bool
	cmd := &cobra.Command{
		Use:   "serve DIR [--listen 127.0.0.1:8080] [--host NAME]...",
		Short: "Show runs in a browser while they train",
		Long: `Show the runs below DIR in a browser while they train: list, filter, and compare loss, accuracy, learning rate
and effective dimensionality. Nothing is written and nothing can be changed. There is no password: by default only
this computer has access, under the names localhost and the address that it listens on; --listen and --host admit
others.`,
		Example: `  train serve runs
  train serve runs --listen 0.0.0.0:8080 --host node7.example.org`,
		Args: runFolders(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			host, _, err := net.SplitHostPort(listen)
			if err != nil {
				return usageError{&data.FieldError{Field: "--listen", Value: listen, Allowed: "an address and a port, such as 127.0.0.1:8080"}}
			}
			address := net.ParseIP(host)
			if host != "" && (address == nil || !address.IsUnspecified()) {
				o.Hosts = append(o.Hosts, host)
			}
			if dimensionality {
				o.Dimensionality = checkpointDimensionality
			}
			server, err := watch.New(args[0], o)
			if err != nil {
				return usageError{err}
			}
			defer server.Close()
			listener, err := net.Listen("tcp", listen)
			if err != nil {
				return fmt.Errorf("serve: %w; choose another address with --listen", err)
			}
			if host != "localhost" && (address == nil || !address.IsLoopback()) {
				p.log.Warnf("everybody who can reach %s can see the runs; there is no password", listener.Addr())
			}
			fmt.Fprintf(p.stdout, "http://%s/\n", listener.Addr())
			return server.Serve(cmd.Context(), listener)
		},
	}
	f := cmd.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:8080", "address and port to listen on; port 0 chooses a free one")
	f.StringArrayVar(&o.Hosts, "host", nil, "a further host name that requests may be addressed to")
	f.BoolVar(&dimensionality, "dimensionality", true, "measure the effective dimensionality of the runs that are watched, from checkpoints while they train")
	return cmd
}

// checkpointDimensionality measures the network of a checkpoint on the samples on which it will be measured at the end.
func checkpointDimensionality(ctx context.Context, c train.Config, checkpoint *safetensors.File) ([]float64, error) {
	experiment, err := train.NewExperiment(ctx, c)
	if err != nil {
		return nil, err
	}
	values := map[string][]float64{}
	for _, parameter := range experiment.Initial.All() {
		name := parameter.Name
		saved := checkpoint.Tensors[name]
		if !slices.Equal(saved.Shape, parameter.Shape) {
			return nil, fmt.Errorf("serve: %s of the checkpoint has shape %v, its configuration's network %v", name, saved.Shape, parameter.Shape)
		}
		values[name] = slices.Clone(saved.Float64)
		for _, value := range saved.Float32 {
			values[name] = append(values[name], float64(value))
		}
	}
	parameters, err := graph.ParametersFrom(experiment.Initial.Config, experiment.Initial.Shape, values)
	if err != nil {
		return nil, err
	}
	parameters.Constrain(c.WeightStream)
	trajectory, err := experiment.RecordContext(ctx, parameters)
	if err != nil {
		return nil, err
	}
	curve, err := analysis.EffectiveDimensionalityThroughTime(ctx, trajectory)
	if err != nil {
		return nil, err
	}
	return curve.Values, nil
}
