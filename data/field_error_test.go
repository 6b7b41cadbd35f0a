package data_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
)

func TestFieldErrorIsOneLine(t *testing.T) {
	for want, fault := range map[string]data.FieldError{
		"network.activation = tan: must be one of tanh, linear": {Field: "network.activation", Value: "tan", OneOf: []string{"tanh", "linear"}},
		"units = 0: must be 1 or more":                          {Field: "units", Value: 0, Allowed: "1 or more"},
		`loss = "": must be one of mse`:                         {Field: "loss", Value: "", OneOf: []string{"mse"}},
		`loss = "a\nb": must be one of mse`:                     {Field: "loss", Value: "a\nb", OneOf: []string{"mse"}},
		"noise = NaN: must be finite":                           {Field: "noise", Value: math.NaN(), Allowed: "finite"},
	} {
		if got := fault.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestFaultsOfPartsGetTheirSection: faults from two levels down have the full key, and can be found as data through any wrapping.
func TestFaultsOfPartsGetTheirSection(t *testing.T) {
	var optimiser, training, all data.Faults
	optimiser.Check(false, "alpha", 2, "below 1")
	optimiser.CheckOneOf("name", "adm", "adam", "sgd")
	optimiser.CheckOneOf("name", "sgd", "adam", "sgd")
	training.Add(data.Within("optimiser", optimiser.Join()))
	training.Add(nil)
	training.Check(true, "batch", 1, "1 or more")
	training.Check(false, "epochs", -1, "0 or more")
	all.Add(data.Within("training", training.Join()))
	other := errors.New("something else")
	all.Add(data.Within("task", other))

	err := fmt.Errorf("mine.yaml: %w", all.Join())
	var fields []string
	for _, fault := range data.FieldErrors(err) {
		fields = append(fields, fault.Field)
	}
	if want := []string{"training.optimiser.alpha", "training.optimiser.name", "training.epochs"}; !slices.Equal(fields, want) {
		t.Errorf("faults of %q, want %q", fields, want)
	}
	if lines := strings.Split(all.Join().Error(), "\n"); len(lines) != 4 || !errors.Is(err, other) {
		t.Errorf("got %q", lines)
	}
	if fault := optimiser.Join(); data.FieldErrors(fault)[0].Field != "alpha" {
		t.Errorf("Within changed the faults of the part: %v", fault)
	}
	if data.Within("task", nil) != nil || data.FieldErrors(nil) != nil {
		t.Error("no fault became one")
	}
}
