package machine

import (
	"fmt"
	"testing"

	"gorgonia.org/tensor"
)

func TestNetworkAgreesWithReference(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, meanSquared := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v meanSquared=%v", dtype, meanSquared), func(t *testing.T) {
				n := newNetwork(dtype, 7, 3, 4, meanSquared)
				agree(t, n.g, n.wanted())
			})
		}
	}
}
