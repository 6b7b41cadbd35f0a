package graph

import (
	"errors"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestBuilderCatchesMergedNodes: Gorgonia gives a softmax and a log-softmax of one input the same hash (gorgonia v0.9.18,
// op_softmax.go) and returns the first in place of the second.
func TestBuilderCatchesMergedNodes(t *testing.T) {
	b := newBuilder()
	x := b.input("x", tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float64)))
	b.Op("softmax", func() (*G.Node, error) { return G.SoftMax(x, 1) })
	b.Op("log_softmax", func() (*G.Node, error) { return G.LogSoftMax(x, 1) })
	var merged *MergedNodeError
	if err := b.finish(); !errors.As(err, &merged) || merged.Name != "log_softmax" {
		t.Fatalf("want a MergedNodeError for log_softmax, got %v", err)
	}
}

func TestBuilderCatchesDuplicateNames(t *testing.T) {
	b := newBuilder()
	b.input("x", tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float64)))
	if again := b.input("x", tensor.New(tensor.WithShape(5, 3), tensor.Of(tensor.Float64))); again != nil {
		t.Error("a second x was built")
	}
	var duplicate *DuplicateNameError
	if err := b.finish(); !errors.As(err, &duplicate) || duplicate.Name != "x" {
		t.Fatalf("want a DuplicateNameError for x, got %v", err)
	}
}

// TestBuilderKeepsTheFirstError: later operations do nothing and do not replace it.
func TestBuilderKeepsTheFirstError(t *testing.T) {
	b := newBuilder()
	x := b.input("x", tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float64)))
	bad := b.Op("bad", func() (*G.Node, error) { return G.Mul(x, x) })
	b.Op("later", func() (*G.Node, error) { t.Error("ran after an error"); return G.Tanh(bad) })
	if err := b.finish(); err == nil {
		t.Fatal("no error for a product of 2 x 3 with 2 x 3")
	}
}
