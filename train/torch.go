package train

import "github.com/unfurl-rnn/unfurl/graph"

// TorchGates returns the gates of a cell in the order in which torch.nn.GRU and torch.nn.LSTM stack their weights, nil for a cell
// without gates. A gate's weights are R_GATE, Win_GATE and b_GATE.
func TorchGates(cell string) []string {
	switch cell {
	case graph.GRU:
		return []string{"r", "z", "n"}
	case graph.LSTM:
		return []string{"i", "f", "g", "o"}
	}
	return nil
}
