module github.com/unfurl-rnn/unfurl

go 1.26.0

// The network: graph, derivatives, tensors, and Gonum's matrices below them.
require (
	github.com/chewxy/hm v1.0.0 // the types of Gorgonia's nodes
	gonum.org/v1/gonum v0.17.0 // matrices, eigenvalues, distributions
	gorgonia.org/gorgonia v0.9.18 // expression graphs and their gradients
	gorgonia.org/tensor v0.9.24 // the values of its nodes
)

// Pins. Gorgonia asks for a release of assume-no-moving-gc that panics at start-up on Go 1.20 and later,
// and for a protobuf under advisory; ONNX models and TensorBoard events are written in its wire format.
// Parquet-go asks for a compress under advisory, gonum/plot for a text and an image.
require (
	github.com/klauspost/compress v1.20.4 // indirect
	go4.org/unsafe/assume-no-moving-gc v0.0.0-20231121144256-b99613f794b6 // indirect
	golang.org/x/text v0.44.0 // indirect
	google.golang.org/protobuf v1.36.12
)

// Processor, configuration files, figures.
require (
	github.com/goccy/go-yaml v1.19.2 // configurations
	github.com/klauspost/cpuid/v2 v2.4.2 // which kernels the processor can run
	golang.org/x/image v0.47.0 // fonts and pictures of figures
	golang.org/x/sys v0.50.0 // the features of the processor
	gonum.org/v1/plot v0.17.0 // axes and canvases
)

// Tables for other programs.
require github.com/parquet-go/parquet-go v0.32.0

// The binary.
require (
	github.com/mattn/go-isatty v0.0.24 // bars on a terminal, lines elsewhere
	github.com/sirupsen/logrus v1.10.2 // messages
	github.com/spf13/cobra v1.10.2 // commands, completion, manual pages
	github.com/spf13/pflag v1.0.9 // their flags
	github.com/vbauerster/mpb/v8 v8.16.2 // progress bars
)

// Tests.
require (
	github.com/chromedp/cdproto v0.159.0 // the browser's protocol
	github.com/chromedp/chromedp v0.23.0 // the report in a browser
	github.com/rogpeppe/go-internal v1.16.0 // sessions with the program
	pgregory.net/rapid v1.3.0 // properties of random graphs
)

require (
	codeberg.org/go-fonts/liberation v0.5.0 // indirect
	codeberg.org/go-latex/latex v0.2.0 // indirect
	git.sr.ht/~sbinet/gg v0.7.0 // indirect
	github.com/VividCortex/ewma v1.2.0 // indirect
	github.com/acarl005/stripansi v0.0.0-20180116102854-5a71ef0e047d // indirect
	github.com/andybalholm/brotli v1.1.1 // indirect
	github.com/apache/arrow/go/arrow v0.0.0-20211112161151-bc219186db40 // indirect
	github.com/awalterschulze/gographviz v2.0.3+incompatible // indirect
	github.com/chewxy/math32 v1.10.1 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/cpuguy83/go-md2man/v2 v2.0.6 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/gogo/protobuf v1.3.2 // indirect
	github.com/golang/freetype v0.0.0-20170609003504-e2365dfdc4a0 // indirect
	github.com/golang/protobuf v1.5.2 // indirect
	github.com/google/flatbuffers v2.0.6+incompatible // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/leesper/go_rng v0.0.0-20190531154944-a612b043e353 // indirect
	github.com/mattn/go-runewidth v0.0.30 // indirect
	github.com/parquet-go/bitpack v1.0.0 // indirect
	github.com/parquet-go/jsonlite v1.0.0 // indirect
	github.com/pierrec/lz4/v4 v4.1.21 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/russross/blackfriday/v2 v2.1.0 // indirect
	github.com/twpayne/go-geom v1.6.1 // indirect
	github.com/vbauerster/cupwriter v0.0.5 // indirect
	github.com/xtgo/set v1.0.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/tools v0.52.0 // indirect
	golang.org/x/xerrors v0.0.0-20200804184101-5ec99f83aff1 // indirect
	gorgonia.org/cu v0.9.4 // indirect
	gorgonia.org/dawson v1.2.0 // indirect
	gorgonia.org/vecf32 v0.9.0 // indirect
	gorgonia.org/vecf64 v0.9.0 // indirect
)
