package files_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/data/files"
	"gonum.org/v1/gonum/mat"
)

func ExampleReadPoints() {
	folder, err := os.MkdirTemp("", "points")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "points.csv")
	if err := os.WriteFile(path, []byte("x,y,label\n0,1,0\n2,3,1\n4,5,1\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	points, err := files.ReadPoints(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mat.Formatted(points.Inputs), points.Labels)
	// Output:
	// ⎡0  1⎤
	// ⎢2  3⎥
	// ⎣4  5⎦ [0 1 1]
}
