package graph_test

import "github.com/unfurl-rnn/unfurl/graph"

// engines are all that must agree on every value.
var engines = map[string]graph.Engine{"tape": graph.Tape}
