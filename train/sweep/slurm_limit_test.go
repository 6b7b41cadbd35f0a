package sweep_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestArraySize asks stand-ins for Slurm's scontrol.
func TestArraySize(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	if _, err := sweep.ArraySize(t.Context()); !errors.Is(err, sweep.ErrNoLimit) {
		t.Errorf("without scontrol: %v", err)
	}
	for _, test := range []struct {
		scontrol string
		want     int // 0: no answer
	}{
		// As Slurm 22.05.8 prints it.
		{"[ \"$*\" = 'show config' ] && printf 'MailProg                = /usr/bin/mail\nMaxArraySize            = 4001\nMaxBatchRequeue         = 5\n'", 4001},
		{"echo 'MaxArraySize            = 4001'; exit 1", 0},
		{"echo 'MaxJobCount             = 10000'", 0},
	} {
		write(t, filepath.Join(folder, "scontrol"), "#!/bin/sh\n"+test.scontrol)
		size, err := sweep.ArraySize(t.Context())
		if size != test.want || errors.Is(err, sweep.ErrNoLimit) != (test.want == 0) {
			t.Errorf("%s: %d, %v", test.scontrol, size, err)
		}
	}
}

// TestCheckArray: the chunk that the error names is the smallest that fits. An index may be one less than MaxArraySize,
// and the first is 0.
func TestCheckArray(t *testing.T) {
	for _, test := range []struct {
		runs, chunk, size int
		want              string // in the error; none if empty
	}{
		{1001, 1, 1001, ""}, {1002, 1, 1001, "--chunk 2 "}, {1002, 2, 1001, ""}, {20000, 5, 1001, "array of 4000 tasks, and Slurm accepts 1001 (MaxArraySize); put several runs into each task with --chunk 20 "},
		{20000, 20, 1001, ""}, {20000, 19, 1001, "--chunk 20 "}, {600, 1, 500, "--chunk 2 "}, {1, 1, 0, "accepts no arrays"},
	} {
		err := sweep.CheckArray(test.runs, test.chunk, test.size)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}
