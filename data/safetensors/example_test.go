package safetensors_test

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
)

func Example() {
	var content bytes.Buffer
	err := safetensors.Encode(&content, &safetensors.File{
		Metadata: map[string]string{"epoch": "3"},
		Tensors: map[string]array.Array{
			"W": {Shape: []int{2, 2}, Float32: []float32{1, 2, 3, 4}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := safetensors.Decode(content.Bytes())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Metadata["epoch"], file.Tensors["W"].Shape, file.Tensors["W"].Float32)

	_, err = safetensors.Decode(content.Bytes()[:content.Len()-1])
	fmt.Println(errors.Is(err, safetensors.ErrTruncated))
	// Output:
	// 3 [2 2] [1 2 3 4]
	// true
}
