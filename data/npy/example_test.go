package npy_test

import (
	"bytes"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
)

func ExampleEncodeArchive() {
	var file bytes.Buffer
	err := npy.EncodeArchive(&file, map[string]array.Array{
		"inputs": {Shape: []int{2, 2}, Float64: []float64{1, 2, 3, 4}},
		"labels": {Shape: []int{2}, Int64: []int64{0, 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	arrays, err := npy.DecodeArchive(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(arrays["inputs"].Shape, arrays["inputs"].Float64, arrays["labels"].Int64)
	// Output: [2 2] [1 2 3 4] [0 1]
}
